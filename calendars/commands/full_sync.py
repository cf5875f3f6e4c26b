"""Having calendars read anew from Google, whoever they belong to: for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from calendars.models import CalendarSyncState
from calendars.sync.nudge import wake

if TYPE_CHECKING:
    from collections.abc import Collection


def force_full_sync(*, calendar_pks: Collection[int]) -> int:
    """Have the next cycle list these calendars whole, at once; how many these are.

    The cache serves as it is meanwhile. A calendar that rests after an error rests no longer.
    """
    with transaction.atomic():
        states = CalendarSyncState.objects.filter(calendar_id__in=calendar_pks)
        account_ids = set(states.values_list("calendar__account_id", flat=True))
        changed = states.update(sync_token=None, next_attempt_at=None)
        for account_id in sorted(account_ids):
            _wake_after_commit(account_id)
    return changed


def _wake_after_commit(account_id: int) -> None:
    transaction.on_commit(lambda: wake(account_id=account_id))
