"""What has a place in time, and on which dates. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from calendars.zones import DAY, instant_of, wall_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class Placed(Protocol):
    """What has a place in time: epoch seconds, half-open, and dates (YYYY-MM-DD) if all day."""

    @property
    def start_ts(self) -> int: ...
    @property
    def end_ts(self) -> int: ...
    @property
    def start_date(self) -> str | None: ...
    @property
    def end_date(self) -> str | None: ...


T = TypeVar("T", bound=Placed)


def week_of(day: date, *, week_start: int) -> date:
    """The first day of the week that holds ``day``. ``week_start`` counts from Monday, 0."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def day_span(day: date, *, zone: ZoneInfo) -> tuple[int, int]:
    """First instant of the day and first of the next. Equal on a date that a zone skipped."""
    ordinal = day.toordinal()
    return instant_of(ordinal, 0, zone), instant_of(ordinal + 1, 0, zone)


def is_lane_item(item: Placed) -> bool:
    """Whether the item belongs into the all-day lane."""
    return item.start_date is not None or item.end_ts - item.start_ts >= DAY


def dates_of(item: Placed, *, zone: ZoneInfo) -> tuple[date, date]:
    """First and last date of the item, both inclusive, as calendars in ``zone`` show them."""
    if item.start_date is not None and item.end_date is not None:
        first = date.fromisoformat(item.start_date)
        return first, max(first, date.fromisoformat(item.end_date) - timedelta(days=1))
    first_day, _ = wall_of(item.start_ts, zone)
    last_day, _ = wall_of(max(item.start_ts, item.end_ts - 1), zone)
    return date.fromordinal(first_day), date.fromordinal(max(first_day, last_day))


def in_order(item: Placed) -> tuple[int, int]:
    """Sorts by start, the longer first."""
    return item.start_ts, -item.end_ts
