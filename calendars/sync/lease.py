"""The lease that makes one worker at a time sync an account (rule 8)."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from calendars.models import AccountSyncState
from calendars.sync.holder import is_dead
from calendars.sync.ports import LeaseLostError

if TYPE_CHECKING:
    from collections.abc import Iterator

LEASE = dt.timedelta(minutes=3)
"""Longer than the slowest single request with all its quick tries."""


class Leased:
    """Base of the parts of the store: one account, held by one worker under a name of its own."""

    def __init__(self, *, account_id: int, holder: str) -> None:
        self.account_id = account_id
        self.holder = holder

    def take_lease(self, *, now: dt.datetime) -> bool:
        """Become the only worker of the account; False while another one is.

        The update repeats what it expects, so of several workers exactly one changes the row.
        A worker that is known to be dead need not run out first.
        """
        state, _ = AccountSyncState.objects.get_or_create(account_id=self.account_id)
        free = Q(lease_holder="") | Q(lease_expires_at__lte=now) | Q(lease_holder=self.holder)
        if is_dead(state.lease_holder):
            free |= Q(lease_holder=state.lease_holder)
        taken = AccountSyncState.objects.filter(free, account_id=self.account_id).update(
            lease_holder=self.holder, lease_expires_at=now + LEASE
        )
        return taken == 1

    def release_lease(self) -> None:
        """Let others in."""
        self._state().filter(lease_holder=self.holder).update(
            lease_holder="", lease_expires_at=None
        )

    @contextmanager
    def writing(self, *, now: dt.datetime) -> Iterator[None]:
        """A transaction in which the account is surely still ours.

        The renewal locks the row: a worker that took over in between shows as no row changed.
        """
        with transaction.atomic():
            self.keep_lease(now=now)
            yield

    def keep_lease(self, *, now: dt.datetime) -> None:
        """Hold the account for longer: between the requests of work that writes nothing yet."""
        mine = self._state().filter(lease_holder=self.holder)
        if mine.update(lease_expires_at=now + LEASE) != 1:
            raise LeaseLostError

    def _state(self) -> QuerySet[AccountSyncState]:
        return AccountSyncState.objects.filter(account_id=self.account_id)
