"""Where an event is after it was dragged. Pure.

A place in a day is counted in minutes of real time from its beginning, for that is what a column
of the grid shows: on a day of 25 hours both hours that the clocks show alike have places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from calendars.web.layout.placed import day_span
from calendars.zones import DAY, instant_of, wall_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

SNAP: Final = 15 * 60
"""Seconds to which a drag snaps, and the least length that an edge can be dragged to."""
_MINUTE: Final = 60


class Edge(StrEnum):
    """What was taken hold of: the whole event, or one end of it."""

    WHOLE = ""
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Hours:
    """Instants in epoch seconds, half-open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Days:
    """An all-day event; ``after`` is the day after its last."""

    first: date
    after: date


When = Hours | Days


@dataclass(frozen=True, slots=True)
class Shift:
    """So many days by the calendar, then so many minutes by a stopwatch. Days have no minutes."""

    days: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the grid, or a day of the all-day lane where ``minute`` is None.

    ``part`` is the day whose part of the event was taken hold of: this part goes to the place, and
    the rest with it. None means the day of its start.
    """

    day: date
    minute: int | None
    part: date | None = None


def dragged(
    when: When, to: Shift | Place, *, edge: Edge, zone: ZoneInfo, default_length: int
) -> When:
    """The event at its new time, for somebody whose days are those of ``zone``.

    An event of less than a day keeps its length in real time, a longer one the clock at both ends.
    Between lane and grid it becomes a day, or ``default_length`` seconds. An edge stops short of
    the other one.
    """
    if isinstance(to, Shift):
        return _shifted(when, to, edge, zone)
    if edge is not Edge.WHOLE:
        return _with_edge_at(when, to, edge, zone)
    if to.minute is None:
        return _in_lane(when, to.day, zone)
    start = _instant(to, zone)
    if isinstance(when, Days):
        return Hours(start, start + default_length)
    part = day_span(to.part, zone=zone)[0] if to.part else when.start
    begins = start - max(0, part - when.start)
    return Hours(begins, begins + when.end - when.start)


def place_of(instant: int, *, zone: ZoneInfo) -> tuple[date, int]:
    """The day of an instant, and its minutes of real time since that day began."""
    day = date.fromordinal(wall_of(instant, zone)[0])
    return day, (instant - day_span(day, zone=zone)[0]) // _MINUTE


def _instant(place: Place, zone: ZoneInfo) -> int:
    return day_span(place.day, zone=zone)[0] + (place.minute or 0) * _MINUTE


def _in_lane(when: When, day: date, zone: ZoneInfo) -> Days:
    length = timedelta(days=1)
    if isinstance(when, Days):
        length = when.after - when.first
    elif when.end - when.start >= DAY:
        length = place_of(when.end - 1, zone=zone)[0] - place_of(when.start, zone=zone)[0] + length
    return Days(day, day + length)


def _shifted(when: When, by: Shift, edge: Edge, zone: ZoneInfo) -> When:
    if isinstance(when, Days):
        days = timedelta(days=by.days)
        return _joined(when, Days(when.first + days, when.after + days), edge)
    start, end = (_later(instant, by, zone) for instant in (when.start, when.end))
    if edge is Edge.WHOLE and when.end - when.start < DAY:
        end = start + when.end - when.start
    return _joined(when, Hours(start, end), edge)


def _later(instant: int, by: Shift, zone: ZoneInfo) -> int:
    if by.days:
        day, second = wall_of(instant, zone)
        instant = instant_of(day + by.days, second, zone)
    return instant + by.minutes * _MINUTE


def _with_edge_at(when: When, to: Place, edge: Edge, zone: ZoneInfo) -> When:
    if isinstance(when, Days):
        return _joined(when, Days(to.day, to.day + timedelta(days=1)), edge)
    instant = _instant(to, zone)
    return _joined(when, Hours(instant, instant), edge)


def _joined(when: When, moved: When, edge: Edge) -> When:
    """The edge as it was moved and the other as it was, at least a snap, or a day, apart."""
    if edge is Edge.WHOLE:
        return moved
    if isinstance(when, Hours) and isinstance(moved, Hours):
        least = min(SNAP, when.end - when.start)
        if edge is Edge.START:
            return replace(when, start=min(moved.start, when.end - least))
        return replace(when, end=max(moved.end, when.start + least))
    assert isinstance(when, Days)  # noqa: S101 - an edge stays in its lane
    assert isinstance(moved, Days)  # noqa: S101
    day = timedelta(days=1)
    if edge is Edge.START:
        return replace(when, first=min(moved.first, when.after - day))
    return replace(when, after=max(moved.after, when.first + day))
