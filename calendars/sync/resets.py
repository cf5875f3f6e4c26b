"""Parking what would reset occurrences that were changed at Google, and letting it go on again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars import cache, saga
from calendars.models import OperationStatus, OperationType
from calendars.resets import losses, may_reset
from calendars.sync.core import resets
from calendars.verdicts import record

if TYPE_CHECKING:
    import datetime as dt

    from calendars.models import CachedEvent, Calendar

_REVIEWED = (OperationStatus.PENDING, OperationStatus.CONFLICT)


def review(calendar: Calendar, *, now: dt.datetime) -> int:
    """Park what would reset occurrences that were changed at Google meanwhile, with its saga, and
    let go on what would no more; how many were parked.

    Call it in a transaction in which the calendar is locked.
    """
    rows = calendar.operations.filter(
        status__in=_REVIEWED, op_type__in=(OperationType.PATCH, OperationType.DELETE)
    )
    lanes_of = dict.fromkeys(row.event_id for row in rows.order_by("op_id") if may_reset(row))
    found = (cache.find_event(calendar_id=calendar.pk, event_id=each) for each in lanes_of)
    series = {event.pk: event for event in found if event is not None}
    return sum(_review(event, now=now) for event in series.values())


def _review(event: CachedEvent, *, now: dt.datetime) -> int:
    operations, lost = losses(event)
    verdict = resets.review(operations, lost)
    if not (verdict.conflicts or verdict.reopened):
        return 0
    record(verdict, now=now)
    cache.refresh(event, now=now)
    account_id = event.calendar.account_id
    saga.follow_up(list(verdict.conflicts), account_id=account_id, now=now)
    if verdict.reopened:
        saga.revive(account_id=account_id, now=now)
    return len(verdict.conflicts)
