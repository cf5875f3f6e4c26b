"""How far an answer from the cache can be trusted: rule 11, reads are honest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models.expressions import RawSQL

from calendars.queries.spans import TimeSpan
from secretary_project.prepared_query import among, prepared_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from calendars.models import Calendar, CalendarSyncState

STALE_AFTER_INTERVALS = 3
_COUNTED = {
    "open_pending": "'pending', 'in_flight'",
    "open_conflict": "'conflict'",
    "open_failed": "'failed'",
    "open_proposed": "'proposed'",
}
_COUNT = """(
    SELECT COUNT(*) - COUNT(saga) + COUNT(DISTINCT saga) FROM calendar_outbox
    WHERE calendar_id = calendars.id
      AND NOT (status IN ('applied', 'cancelled')) AND status IN ({statuses})
      AND NOT (saga IS NOT NULL AND EXISTS (
        SELECT 1 FROM calendar_outbox AS fellow
        WHERE fellow.saga = calendar_outbox.saga AND fellow.step < calendar_outbox.step
          AND fellow.calendar_id <> calendar_outbox.calendar_id
          AND NOT (fellow.status IN ('applied', 'cancelled')) AND fellow.status IN ({statuses})
      ))
)"""  # the middle condition is that of the index of open operations, word for word
_COUNTS = {name: _COUNT.format(statuses=statuses) for name, statuses in _COUNTED.items()}
_COUNTS_OF = f"SELECT id, {', '.join(_COUNTS.values())} FROM calendars WHERE id {{among}}"  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changes of some calendars are open; a saga is one, where the first open step is."""

    pending: int = 0
    conflict: int = 0
    failed: int = 0
    proposed: int = 0


def last_success(state: CalendarSyncState) -> dt.datetime | None:
    """When the calendar was last in step with Google."""
    times = [at for at in (state.last_full_sync_at, state.last_incremental_sync_at) if at]
    return max(times, default=None)


def is_stale(state: CalendarSyncState, *, now: dt.datetime) -> bool:
    """Whether no sync succeeded for three intervals."""
    at = last_success(state)
    limit = dt.timedelta(seconds=STALE_AFTER_INTERVALS * settings.CALENDAR_SYNC_INTERVAL_SECONDS)
    return at is None or now - at > limit


def oldest_success(calendars: Sequence[Calendar]) -> dt.datetime | None:
    """Since when all of the calendars are known; None while one of them never was."""
    times = [last_success(calendar.sync_state) for calendar in calendars]
    known = [at for at in times if at is not None]
    return min(known) if known and len(known) == len(times) else None


def with_counts(calendars: QuerySet[Calendar]) -> QuerySet[Calendar]:
    """The calendars with what ``counts_of`` tells, so that it needs no statement of its own."""
    counts = {name: RawSQL(text, ()) for name, text in _COUNTS.items()}  # noqa: S611 - our own text
    return calendars.annotate(**counts)


def counts_of(calendars: Sequence[Calendar]) -> dict[int, Counts]:
    """How many changes of each calendar are open."""
    if all(hasattr(calendar, "open_pending") for calendar in calendars):
        return {
            calendar.pk: Counts(*(getattr(calendar, name) for name in _COUNTED))
            for calendar in calendars
        }
    condition, values = among(calendar.pk for calendar in calendars)
    with prepared_cursor() as cursor:
        cursor.execute(_COUNTS_OF.format(among=condition), values)
        return {calendar: Counts(*numbers) for calendar, *numbers in cursor.fetchall()}


def coverage(calendars: Sequence[Calendar], span: TimeSpan) -> dict[str, Any]:
    """What of the span is cached: for each calendar, and the part that all of them cover."""
    each = [
        {
            "calendar_id": calendar.google_id,
            "complete": covers(calendar, span),
            "window_start": rfc3339(calendar.sync_state.window_start),
            "window_end": rfc3339(calendar.sync_state.window_end),
        }
        for calendar in calendars
    ]
    starts = [calendar.sync_state.window_start for calendar in calendars]
    ends = [calendar.sync_state.window_end for calendar in calendars]
    known_starts, known_ends = [at for at in starts if at], [at for at in ends if at]
    common = bool(calendars) and len(known_starts) == len(known_ends) == len(calendars)
    return {
        "complete": all(entry["complete"] for entry in each),
        "covered_from": rfc3339(max(known_starts)) if common else None,
        "covered_to": rfc3339(min(known_ends)) if common else None,
        "calendars": each,
    }


def covers(calendar: Calendar, span: TimeSpan) -> bool:
    """Whether the whole span lies in the calendar's cached window."""
    return covered_part(calendar, span) == span


def covered_part(calendar: Calendar, span: TimeSpan) -> TimeSpan | None:
    """The part of the span that lies in the calendar's cached window; None if it has none."""
    state = calendar.sync_state
    if state.window_start is None or state.window_end is None:
        return None
    start = max(span.start, int(state.window_start.timestamp()))
    end = min(span.end, int(state.window_end.timestamp()))
    return TimeSpan(start, end) if start < end else None


def rfc3339(moment: dt.datetime | None) -> str | None:
    """A moment in UTC with whole seconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
