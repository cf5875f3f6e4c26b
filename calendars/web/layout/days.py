"""Where occurrences stand in a grid of days with hours. Pure: instants in, rows and columns out.

A day is drawn in rows of five minutes of real time from its first instant to its last, in the
member's zone, so that a day of 23 or 25 hours has the length it has. Rows, columns and lanes count
from 1, as lines of a CSS grid do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Generic

from calendars.web.layout.lanes import Bar, bars
from calendars.web.layout.placed import (
    Placed,
    T,
    dates_of,
    day_span,
    in_order,
    is_lane_item,
)
from calendars.zones import DAY, instant_of, wall_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import time
    from zoneinfo import ZoneInfo

ROW_SECONDS: Final = 300
ROWS_OF_LONGEST_DAY: Final = 26 * 3600 // ROW_SECONDS
_HOUR_ROWS: Final = 3600 // ROW_SECONDS
LEAST_ROWS: Final = 5
"""The height below which the text of a block could not be read."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour on the clock of a day, as far as the day has it.

    ``hour`` is what the clock shows, ``start`` the instant; ``repeated`` marks an hour that comes
    a second time.
    """

    hour: int
    start: int
    row: int
    rows: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Block(Generic[T]):
    """The part of a timed occurrence that one day shows. ``row`` counts within its cluster."""

    item: T
    row: int
    rows: int
    column: int
    columns: int
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Cluster(Generic[T]):
    """Blocks that overlap each other, directly or through others: they share the day's width."""

    row: int
    rows: int
    blocks: Sequence[Block[T]]


@dataclass(frozen=True, slots=True)
class DayColumn(Generic[T]):
    date: date
    start: int
    end: int
    slots: Sequence[Slot]
    clusters: Sequence[Cluster[T]]

    @property
    def rows(self) -> int:
        return _rows(self.end - self.start)

    @property
    def changes_clocks(self) -> bool:
        return self.end - self.start != DAY


@dataclass(frozen=True, slots=True)
class Grid(Generic[T]):
    days: Sequence[DayColumn[T]]
    bars: Sequence[Bar[T]]


def grid(items: Iterable[T], *, first: date, days: int, zone: ZoneInfo) -> Grid[T]:
    """Every item that touches the days from ``first``, in order of time and none hidden.

    All-day items and those of 24 hours or more become bars, the rest blocks.
    """
    ordered = sorted(items, key=in_order)
    timed = [item for item in ordered if not is_lane_item(item)]
    lane = [item for item in ordered if is_lane_item(item)]
    lane.sort(key=lambda item: dates_of(item, zone=zone)[0])
    dates = [first + timedelta(days=count) for count in range(days)]
    return Grid(
        days=[day_column(timed, day=day, zone=zone) for day in dates],
        bars=bars(lane, first=first, days=days, zone=zone),
    )


def day_column(items: Iterable[T], *, day: date, zone: ZoneInfo) -> DayColumn[T]:
    """One day with those timed items that touch it."""
    start, end = day_span(day, zone=zone)
    here = [item for item in items if _touches(item, start, end)]
    return DayColumn(
        date=day,
        start=start,
        end=end,
        slots=_slots(start, end, zone),
        clusters=_clusters(here, start, end),
    )


def clock_change(column: DayColumn[T], *, zone: ZoneInfo) -> tuple[int, int] | None:
    """After how many minutes of a day its clocks change, and by how many; None if they do not."""
    if not column.changes_clocks:
        return None
    for instant in range(column.start, column.end, ROW_SECONDS):
        passed = instant - column.start
        ahead = wall_of(instant, zone)[1] - passed
        if ahead:
            return passed // 60, ahead // 60
    return None


def row_at(instant: int, *, start: int) -> int:
    """The row that holds an instant, on a day that begins at ``start``."""
    return (instant - start) // ROW_SECONDS + 1


def rows_of(start: int, end: int, *, column: DayColumn[T]) -> tuple[int, int] | None:
    """First row and number of rows of a span of instants, as far as the day has it."""
    begin, finish = max(start, column.start), min(end, column.end)
    if begin >= finish:
        return None
    row = row_at(begin, start=column.start)
    return row, _rows(finish - column.start) - row + 1


def rows_between(
    opens: time, closes: time, *, column: DayColumn[T], zone: ZoneInfo
) -> tuple[int, int]:
    """First row and number of rows of the hours between two wall times of a day."""
    begin = _instant_at(opens, column, zone)
    return row_at(begin, start=column.start), _rows(_instant_at(closes, column, zone) - begin)


def _instant_at(clock: time, column: DayColumn[T], zone: ZoneInfo) -> int:
    second = clock.hour * 3600 + clock.minute * 60
    return max(column.start, min(column.end, instant_of(column.date.toordinal(), second, zone)))


def _rows(seconds: int) -> int:
    return -(-seconds // ROW_SECONDS)


def _touches(item: Placed, start: int, end: int) -> bool:
    if item.start_ts == item.end_ts:
        return start <= item.start_ts < end
    return item.start_ts < end and item.end_ts > start


def _slots(start: int, end: int, zone: ZoneInfo) -> list[Slot]:
    """The hours of a day. Walked in rows, because clocks change by half hours in some zones."""
    if end - start == DAY:
        return [Slot(n, start + n * 3600, n * _HOUR_ROWS + 1, _HOUR_ROWS, False) for n in range(24)]
    beginnings: list[tuple[int, int]] = []
    for instant in range(start, end, ROW_SECONDS):
        hour = wall_of(instant, zone)[1] // 3600
        if not beginnings or hour != beginnings[-1][0] or _clock_set_back(instant, zone):
            beginnings.append((hour, instant))
    seen: set[int] = set()
    slots = []
    for (hour, begin), (_, follower) in pairwise([*beginnings, (0, end)]):
        row = row_at(begin, start=start)
        slots.append(Slot(hour, begin, row, _rows(follower - begin), hour in seen))
        seen.add(hour)
    return slots


def _clock_set_back(instant: int, zone: ZoneInfo) -> bool:
    return wall_of(instant, zone) < wall_of(instant - ROW_SECONDS, zone)


def _clusters(items: Sequence[T], start: int, end: int) -> list[Cluster[T]]:
    """Blocks in groups that do not touch each other; items come in order of time."""
    groups: list[list[tuple[T, int, int]]] = []
    reach = 0
    for item, top, bottom in sorted(
        ((item, *_extent(item, start, end)) for item in items), key=lambda entry: entry[1]
    ):
        if not groups or top >= reach:
            groups.append([])
        groups[-1].append((item, top, bottom))
        reach = max(reach, bottom)
    return [_cluster(group, start, end) for group in groups]


def _extent(item: Placed, start: int, end: int) -> tuple[int, int]:
    """Rows from and before which the item is drawn, counted from 0, high enough to be read."""
    last = _rows(end - start)
    top = max(0, (item.start_ts - start) // ROW_SECONDS)
    bottom = min(last, _rows(item.end_ts - start))
    top = max(0, min(top, last - LEAST_ROWS))
    return top, max(bottom, min(last, top + LEAST_ROWS))


def _cluster(group: Sequence[tuple[T, int, int]], start: int, end: int) -> Cluster[T]:
    columns = _columns([(top, bottom) for _, top, bottom in group])
    width = max(columns) + 1
    first, last = group[0][1], max(bottom for _, _, bottom in group)
    blocks = []
    for index, (item, top, bottom) in enumerate(group):
        neighbours = [
            columns[other]
            for other, (_, a, b) in enumerate(group)
            if a < bottom and b > top and columns[other] > columns[index]
        ]
        blocks.append(
            Block(
                item=item,
                row=top - first + 1,
                rows=bottom - top,
                column=columns[index] + 1,
                columns=min(neighbours, default=width) - columns[index],
                begins=item.start_ts >= start,
                ends=item.end_ts <= end,
            )
        )
    return Cluster(first + 1, last - first, blocks)


def _columns(extents: Sequence[tuple[int, int]]) -> list[int]:
    """For each extent, in order of their tops, the first column that is free at its top."""
    free_from: list[int] = []
    chosen = []
    for top, bottom in extents:
        column = next((n for n, free in enumerate(free_from) if free <= top), len(free_from))
        free_from[column : column + 1] = [bottom]
        chosen.append(column)
    return chosen
