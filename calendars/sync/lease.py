"""The lease that makes one worker at a time sync an account (rule 8)."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from calendars.models import AccountSyncState
from calendars.sync.holder import is_dead
from calendars.sync.ports import LeaseLostError
from secretary_project.prepared_query import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

LEASE = dt.timedelta(minutes=3)
"""Longer than the slowest single request with all its quick tries."""
_FRESH = dt.timedelta(seconds=20)

_TAKE = """
    UPDATE account_sync_state SET lease_holder = %s, lease_expires_at = %s
    WHERE account_id = %s AND (lease_holder IN ('', %s, %s) OR lease_expires_at <= %s)
"""
_KEEP = """
    UPDATE account_sync_state SET lease_expires_at = %s WHERE account_id = %s AND lease_holder = %s
"""
_RELEASE = """
    UPDATE account_sync_state SET lease_holder = '', lease_expires_at = NULL
    WHERE account_id = %s AND lease_holder = %s
"""
_FINISH = """
    UPDATE account_sync_state SET lease_holder = '', lease_expires_at = NULL, last_cycle_at = %s,
        failure_count = 0, last_error = '', last_error_code = '', next_attempt_at = NULL
    WHERE account_id = %s AND lease_holder = %s
"""


class Leased:
    """Base of the parts of the store: one account, held by one worker under a name of its own."""

    def __init__(self, *, account_id: int, holder: str) -> None:
        self.account_id = account_id
        self.holder = holder
        self._renewed_at: dt.datetime | None = None
        """While this worker holds the account, as far as it knows."""

    def take_lease(self, *, now: dt.datetime) -> bool:
        """Become the only worker of the account; False while another one is.

        The update repeats what it expects, so of several workers exactly one changes the row.
        A worker that is known to be dead need not run out first.
        """
        if self._take(now=now):
            return True
        state, _ = AccountSyncState.objects.get_or_create(account_id=self.account_id)
        dead = state.lease_holder if is_dead(state.lease_holder) else ""
        return self._take(now=now, instead_of=dead)

    def _take(self, *, now: dt.datetime, instead_of: str = "") -> bool:
        mine, until = self.holder, now + LEASE
        taken = change(_TAKE, mine, until, self.account_id, mine, instead_of, now) == 1
        self._renewed_at = now if taken else None
        return taken

    def release_lease(self) -> None:
        """Let others in."""
        if self._renewed_at is not None:
            change(_RELEASE, self.account_id, self.holder)
            self._renewed_at = None

    def finish(self, *, now: dt.datetime) -> None:
        if change(_FINISH, now, self.account_id, self.holder) != 1:
            raise LeaseLostError
        self._renewed_at = None

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
        if change(_KEEP, now + LEASE, self.account_id, self.holder) != 1:
            raise LeaseLostError
        self._renewed_at = now

    def is_fresh(self, *, now: dt.datetime) -> bool:
        """Whether the lease was renewed so lately that nobody can take the account over yet."""
        return self._renewed_at is not None and now - self._renewed_at < _FRESH

    def _state(self) -> QuerySet[AccountSyncState]:
        return AccountSyncState.objects.filter(account_id=self.account_id)
