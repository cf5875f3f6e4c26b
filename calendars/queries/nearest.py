"""The occurrences of a few events that are nearest to a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calendars.models import CachedEvent
from calendars.queries.occurrences import (
    COLUMNS,
    exceptions_at,
    expanded,
    fetched,
    uncovered,
)
from secretary_project.prepared_query import among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from calendars.models import Calendar
    from calendars.queries.occurrences import Row
    from calendars.queries.spans import TimeSpan

_NEAREST: Final = f"""
    SELECT {COLUMNS} FROM (
        SELECT {COLUMNS},
               ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY ABS(start_ts - %s)) AS place
        FROM calendar_occurrences
        WHERE event_id {{events}} AND start_ts < %s AND end_ts > %s
    ) placed WHERE place <= %s
"""  # noqa: S608 - the only things put into this text are numbers of our own


def nearest_rows(
    calendars: Sequence[Calendar],
    events: Sequence[int],
    span: TimeSpan,
    *,
    near: int,
    most: int,
) -> dict[int, list[Row]]:
    """The occurrences in the span of events by their primary keys, for each the ``most`` nearest
    ones to the epoch second ``near``, by start.

    A series that has fewer in its calendar's window is expanded beyond it.
    """
    if not events:
        return {}
    condition, keys = among(events)
    chosen = _NEAREST.format(events=condition)
    found: dict[int, list[Row]] = {event: [] for event in events}
    for row in fetched(chosen, [near, *keys, span.end, span.start, most]):
        found[row.event_pk].append(row)
    few = [event for event, rows in found.items() if len(rows) < most]
    for row in _beyond(calendars, few, span):
        found[row.event_pk].append(row)
    return {event: _nearest(rows, near=near, most=most) for event, rows in found.items()}


def _nearest(rows: list[Row], *, near: int, most: int) -> list[Row]:
    if len(rows) < 2:  # what most events have
        return rows
    different = {row.start_ts: row for row in rows}.values()
    chosen = sorted(different, key=lambda row: abs(row.start_ts - near))[:most]
    return sorted(chosen, key=lambda row: row.position)


def _beyond(calendars: Sequence[Calendar], events: Sequence[int], span: TimeSpan) -> Iterator[Row]:
    for calendar in calendars:
        parts = list(uncovered(calendar, span))
        if not parts:
            continue
        series = list(CachedEvent.objects.filter(calendar=calendar, is_series=True, pk__in=events))
        exceptions = exceptions_at(calendar, [event.event_id for event in series])
        yield from expanded(series, calendar, parts, exceptions)
