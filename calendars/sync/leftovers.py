"""Changed occurrences that a series has lost, and that Google may keep.

What becomes of them when a series is trimmed is not settled (google-calendar-api.md section 6.5):
some are gone at once, others have been seen to stay. Each is deleted by itself; where it is gone
already, the answer says so and that is all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars import cache, cached_occurrences, lanes, recurrence, saga
from calendars.models import OperationType, OutboxOperation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from calendars.models import CachedEvent


def clear(event: CachedEvent, operations: Sequence[int], *, now: dt.datetime) -> None:
    """These operations of the event were just sent: queue the deletes that they leave to do.

    Only a change of the rule alone takes occurrences away; when the whole series moves, what
    becomes of them is for Google to say.
    """
    rows = OutboxOperation.objects.select_related("calendar__account").filter(
        op_id__in=operations, op_type=OperationType.PATCH, payload__has_key="recurrence"
    )
    for operation in rows:
        if event.is_series and "start" not in operation.payload:
            _clear(event, operation, now=now)


def _clear(event: CachedEvent, trim: OutboxOperation, *, now: dt.datetime) -> None:
    after = event.agreed or {}
    before = {**after, "recurrence": trim.base.get("recurrence") or []}
    zone = event.calendar.time_zone
    standing = event.calendar.events.filter(
        recurring_event_id=event.event_id, start_ts_utc__isnull=False
    )
    for exception in standing.exclude(original_start="").exclude(etag=""):
        slot = cached_occurrences.slot_of(exception.original_start)
        had, has = (
            recurrence.occurrence_at(part, slot=slot, calendar_zone=zone)
            for part in (before, after)
        )
        if had and not has and not lanes.open_operations(event=exception):
            saga.queue_delete(
                trim, event_id=exception.event_id, lane=lanes.lane_of(exception), now=now
            )
            cache.refresh(exception, now=now)
