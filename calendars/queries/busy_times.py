"""Busy and unknown time of calendars as the cache has it, as spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.free_time.busy import takes_time
from calendars.free_time.spans import TimeSpan, clipped, merged, without
from calendars.queries import freshness
from calendars.queries.occurrences import rows_in
from calendars.queries.texts import ParsedResources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calendars.models import Calendar


def busy_by_calendar(calendars: Sequence[Calendar], span: TimeSpan) -> dict[int, list[TimeSpan]]:
    """By the calendar's key: when it is busy in the span, merged. In one read for all."""
    unique = list({calendar.pk: calendar for calendar in calendars}.values())
    taken: dict[int, list[TimeSpan]] = {calendar.pk: [] for calendar in unique}
    resources = ParsedResources()
    for row in rows_in(unique, span):
        if takes_time(resources.of(row)):
            taken[row.calendar_pk].append(TimeSpan(row.start_ts, row.end_ts))
    return {pk: merged(clipped(spans, span)) for pk, spans in taken.items()}


def unknown_part(calendar: Calendar, span: TimeSpan) -> list[TimeSpan]:
    """The parts of the span that the calendar's window does not cover."""
    covered = freshness.covered_part(calendar, span)
    return [span] if covered is None else without(span, [covered])
