"""A series that becomes all-day, or timed again: its lines speak of days, or of times. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from calendars.event_resource import Moment, parse_moment, zone_or_utc
from calendars.recurrence.lines import Line, day_text, end_of_day, parse_line
from calendars.zones import wall_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from calendars.event_resource import Resource

_UNTIL = re.compile(r"(UNTIL=)([0-9TZ]+)", re.IGNORECASE)


def in_new_kind(
    lines: Sequence[str], *, before: Resource, after: Resource, calendar_zone: str
) -> list[str]:
    """The lines of a series whose start changes from ``before`` to ``after``, a date and a time.

    A time becomes the day on which it is in the old zone; a day becomes the new time of that day,
    and as an end of the series its last second. Raises RecurrenceError for unreadable lines.
    """
    old, new = (parse_moment(each, default_zone=calendar_zone) for each in (before, after))
    old_zone, new_zone = (zone_or_utc(each.zone or calendar_zone) for each in (old, new))
    parsed = [(text, parse_line(text)) for text in lines]
    if new.date is not None:
        return [_of_days(text, line, old_zone) for text, line in parsed]
    return [_of_times(text, line, new, new_zone) for text, line in parsed]


def _of_days(text: str, line: Line, zone: ZoneInfo) -> str:
    if line.dates is None:
        return _UNTIL.sub(lambda until: until[1] + _day(until[2], zone), text)
    days = dict.fromkeys(_day(value, zone) for value in line.dates.values)
    return f"{line.name};VALUE=DATE:{','.join(days)}"


def _day(value: str, zone: ZoneInfo) -> str:
    if not value.endswith("Z"):
        return value[:8]
    ordinal, _ = wall_of(int(datetime.fromisoformat(value).timestamp()), zone)
    return day_text(ordinal)


def _of_times(text: str, line: Line, start: Moment, zone: ZoneInfo) -> str:
    if line.dates is None:
        return _UNTIL.sub(lambda until: until[1] + end_of_day(_ordinal(until[2]), zone), text)
    _, second = wall_of(start.instant or 0, zone)
    clock = f"T{second // 3600:02}{second // 60 % 60:02}{second % 60:02}"
    times = ",".join(value[:8] + clock for value in line.dates.values)
    return f"{line.name};TZID={zone.key}:{times}"


def _ordinal(day: str) -> int:
    return date.fromisoformat(day[:8]).toordinal()
