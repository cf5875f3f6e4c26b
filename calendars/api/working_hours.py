"""Working hours as clients write them."""

from __future__ import annotations

import re
from typing import Any, Final

from calendars.free_time.hours import WorkingHours
from calendars.zones import find_zone

_FIELDS: Final = frozenset({"time_zone", "days", "start", "end"})
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_WEEKDAYS: Final = (0, 1, 2, 3, 4)


def read_working_hours(data: Any) -> WorkingHours:
    """``{time_zone, days, start, end}``; ValueError with a sentence if it is something else."""
    if not isinstance(data, dict) or not data.keys() <= _FIELDS:
        raise ValueError("Send an object of time_zone, days, start and end.")
    zone = find_zone(name) if isinstance(name := data.get("time_zone"), str) else None
    if zone is None:
        raise ValueError("time_zone is an IANA name such as Europe/Berlin.")
    start, end = _second(data.get("start", "09:00")), _second(data.get("end", "17:00"))
    if end <= start:
        raise ValueError("The working day ends after it starts.")
    return WorkingHours(zone, _days(data.get("days", _WEEKDAYS)), start, end)


def _days(data: Any) -> frozenset[int]:
    days = data if isinstance(data, list | tuple) else [None]
    if len(days) > 7 or any(type(day) is not int or day not in range(7) for day in days):
        raise ValueError("days are numbers from 0 for Monday to 6 for Sunday.")
    return frozenset(days)


def _second(data: Any) -> int:
    if not isinstance(data, str) or not _CLOCK.fullmatch(data):
        raise ValueError("Write a time of day like 09:00.")
    return int(data[:2]) * 3_600 + int(data[3:]) * 60
