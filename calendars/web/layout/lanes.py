"""Bars over several days, in lanes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Generic

from calendars.web.layout.placed import T, dates_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Bar(Generic[T]):
    """An occurrence in the all-day lane, over ``columns`` days from ``column``."""

    item: T
    lane: int
    column: int
    columns: int
    begins: bool
    ends: bool


def bars(items: Iterable[T], *, first: date, days: int, zone: ZoneInfo) -> list[Bar[T]]:
    """Those items that touch the days: each in the first lane that is free over all of its days.

    Who comes first chooses first.
    """
    last = first + timedelta(days=days - 1)
    taken: list[int] = []
    placed = []
    for item in items:
        begin, finish = dates_of(item, zone=zone)
        if finish < first or begin > last:
            continue
        column = (max(begin, first) - first).days + 1
        columns = (min(finish, last) - first).days + 2 - column
        lane = _take_lane(taken, ((1 << columns) - 1) << column)
        placed.append(Bar(item, lane, column, columns, begin >= first, finish <= last))
    return placed


def _take_lane(taken: list[int], days: int) -> int:
    """The first lane in which these days are free, counted from 1. A lane is a set of bits."""
    for index, bits in enumerate(taken):
        if not bits & days:
            taken[index] |= days
            return index + 1
    taken.append(days)
    return len(taken)
