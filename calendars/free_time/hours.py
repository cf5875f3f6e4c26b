"""Working hours: wall times of a person's days, which are not the same instants twice a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calendars.free_time.spans import TimeSpan, clipped, merged
from calendars.zones import instant_of, wall_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

_WEEK = 7
"""Ordinal 1, the first day of the calendar, is a Monday."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """``days`` are 0 for Monday to 6 for Sunday, ``start`` and ``end`` seconds of the local day.

    The end may be 86,400: the next midnight.
    """

    zone: ZoneInfo
    days: Collection[int]
    start: int
    end: int


def working_spans(hours: WorkingHours, span: TimeSpan) -> list[TimeSpan]:
    """The working time in a span, one part for each local day, in order.

    A wall time that a change of clocks skips is read as everywhere (``zones.instant_of``), so a
    working day over the change is an hour shorter or longer, and never missing.
    """
    first, _ = wall_of(span.start, hours.zone)
    last, _ = wall_of(span.end, hours.zone)
    days = (
        TimeSpan(instant_of(day, hours.start, hours.zone), instant_of(day, hours.end, hours.zone))
        for day in range(first - 1, last + 1)
        if (day - 1) % _WEEK in hours.days
    )
    return merged(clipped(days, span))
