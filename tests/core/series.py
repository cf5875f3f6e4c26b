"""Series as plain values, and their occurrences as local times, for the tests of recurrence."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from calendars.recurrence import Occurrence, expand


def instant(text: str, zone: str = "UTC") -> int:
    """UTC epoch seconds of a wall time; ``fold`` is 0, so the first of a repeated one."""
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def timed(start: str, *lines: str, zone: str, minutes: int = 60) -> dict[str, Any]:
    begin = dt.datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    end = (begin.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    return {
        "id": "series",
        "start": {"dateTime": begin.isoformat(), "timeZone": zone},
        "end": {"dateTime": end.isoformat(), "timeZone": zone},
        "recurrence": list(lines),
    }


def all_day(start: str, *lines: str, days: int = 1) -> dict[str, Any]:
    end = dt.date.fromisoformat(start) + dt.timedelta(days=days)
    return {
        "id": "series",
        "start": {"date": start},
        "end": {"date": end.isoformat()},
        "recurrence": list(lines),
    }


def occurrences(
    resource: dict[str, Any],
    *,
    begin: str = "1900-01-01",
    end: str = "2200-01-01",
    zone: str = "UTC",
    **more: Any,
) -> list[Occurrence]:
    """What happens between two local times of ``zone``, which is also the calendar's."""
    return expand(
        resource,
        window_start=instant(begin, zone),
        window_end=instant(end, zone),
        calendar_zone=zone,
        **more,
    )


def local(found: list[Occurrence], zone: str) -> list[str]:
    """Start of each as YYYY-MM-DDTHH:MM on the clocks of ``zone``."""
    starts = (dt.datetime.fromtimestamp(item.span.start, ZoneInfo(zone)) for item in found)
    return [start.strftime("%Y-%m-%dT%H:%M") for start in starts]


def dates(found: list[Occurrence]) -> list[str]:
    return [str(item.original_start) for item in found]
