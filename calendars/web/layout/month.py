"""Where occurrences stand in a month. Pure.

A week of a month is as high as the window allows, and the server does not know the window. So each
bar says in how many lanes it needs to be seen, and each day how many it hides for every number of
lanes; style sheets choose by the height that there is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Generic

from calendars.web.layout.lanes import Bar, bars
from calendars.web.layout.placed import T, dates_of, in_order, week_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

MOST_LANES: Final = 8
"""Beyond it a day of a month is a list for another view."""


@dataclass(frozen=True, slots=True)
class MonthBar(Generic[T]):
    """With ``hidden_up_to`` lanes or fewer the bar does not show; 0 if it always does."""

    bar: Bar[T]
    hidden_up_to: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """``hidden`` counts the day's items that do not show, by the number of lanes, where any."""

    date: date
    hidden: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class MonthWeek(Generic[T]):
    days: Sequence[MonthDay]
    bars: Sequence[MonthBar[T]]


def weeks_of(day: date, *, week_start: int, weeks: int | None = None) -> list[list[date]]:
    """The weeks that the month of ``day`` touches, or ``weeks`` of them, each of seven dates."""
    first = week_of(day.replace(day=1), week_start=week_start)
    dates = [first + timedelta(days=count) for count in range(42)]
    rows = [dates[count : count + 7] for count in range(0, 42, 7)]
    if weeks is not None:
        return rows[:weeks]
    return [row for row in rows if any(each.month == day.month for each in row)]


def month(items: Iterable[T], *, day: date, week_start: int, zone: ZoneInfo) -> list[MonthWeek[T]]:
    """Each week of the month that holds ``day``, with every item that touches it."""
    ordered = sorted(items, key=lambda item: _order(item, zone))
    return [_week(ordered, row, zone) for row in weeks_of(day, week_start=week_start)]


def _order(item: T, zone: ZoneInfo) -> tuple[bool, bool, tuple[int, int]]:
    """What takes several days first, then what takes one, then what has a time."""
    first, last = dates_of(item, zone=zone)
    return first == last, item.start_date is None, in_order(item)


def _week(items: Sequence[T], dates: Sequence[date], zone: ZoneInfo) -> MonthWeek[T]:
    placed = bars(items, first=dates[0], days=len(dates), zone=zone)
    heights: Counter[int] = Counter()
    for bar in placed:
        for column in _columns(bar):
            heights[column] = max(heights[column], bar.lane)
    found = [MonthBar(bar, _hidden_up_to(bar, heights)) for bar in placed]
    return MonthWeek(
        days=[
            MonthDay(each, _hidden([bar for bar in found if column in _columns(bar.bar)]))
            for column, each in enumerate(dates, start=1)
        ],
        bars=found,
    )


def _columns(bar: Bar[T]) -> range:
    return range(bar.column, bar.column + bar.columns)


def _hidden_up_to(bar: Bar[T], heights: Mapping[int, int]) -> int:
    """The last lane is given to the number of hidden ones, on days that do not fit."""
    return min(bar.lane, max(heights[column] for column in _columns(bar)) - 1)


def _hidden(bars_of_day: Sequence[MonthBar[T]]) -> dict[int, int]:
    counts = {
        lanes: sum(bar.hidden_up_to >= lanes for bar in bars_of_day)
        for lanes in range(1, MOST_LANES + 1)
    }
    return {lanes: count for lanes, count in counts.items() if count}
