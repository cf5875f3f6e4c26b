"""Wall times and instants. Pure; everything that depends on tzdata goes through here.

Days are proleptic ordinals (``date.toordinal``), wall times are (day, second of the day), instants
are UTC epoch seconds. Two rules of RFC 5545 section 3.3.5 are fixed here once: a wall time that a
change of clocks skips is shown later by the length of the gap, a wall time that comes twice means
the first.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY: Final = 86_400
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
# A day short of what ``datetime`` can hold, so that every zone can still print the instant.
FIRST_DAY: Final = date.min.toordinal() + 1
LAST_DAY: Final = date.max.toordinal() - 1
FIRST_INSTANT: Final = (FIRST_DAY - EPOCH_DAY) * DAY
LAST_INSTANT: Final = (LAST_DAY - EPOCH_DAY) * DAY

# Not zones of the world: the server's own clock, placeholders, and copies with leap seconds.
_NOT_ZONES: Final = frozenset({"localtime", "posixrules", "Factory"})
_NOT_ZONE_FOLDERS: Final = ("posix/", "right/")
_REMEMBERED_DAYS: Final = 8_000
_REMEMBERED_TEXTS: Final = 4_096
"""A month of quarters of an hour, beginnings and ends: instances of series share them."""


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None where there is none."""
    if name in _NOT_ZONES or name.startswith(_NOT_ZONE_FOLDERS):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class _DayOffsets(dict[int, int | None]):
    """Day -> the zone's offset in seconds, or None on a day in which the clocks change."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, day: int) -> int | None:
        if len(self) >= _REMEMBERED_DAYS:
            self.clear()
        midnight = datetime.combine(date.fromordinal(day), time())
        begin = _offset(midnight, self.zone)
        steady = begin == _offset(midnight + timedelta(days=1), self.zone)
        self[day] = begin if steady else None
        return self[day]


def _offset(wall: datetime, zone: ZoneInfo) -> int:
    offset = wall.replace(tzinfo=zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


@lru_cache(maxsize=1024)
def _day_offsets(zone: ZoneInfo) -> _DayOffsets:
    return _DayOffsets(zone)


def day_offsets(zone: ZoneInfo) -> dict[int, int | None]:
    """The zone's offset of each day by subscript, for loops that convert many wall times."""
    return _day_offsets(zone)


def instant_of(day: int, second: int, zone: ZoneInfo) -> int:
    """The instant of a wall time. ``day`` is from FIRST_DAY to LAST_DAY."""
    offset = _day_offsets(zone)[day]
    if offset is None:
        wall = datetime.combine(date.fromordinal(day), time()) + timedelta(seconds=second)
        offset = _offset(wall, zone)
    return (day - EPOCH_DAY) * DAY + second - offset


def wall_of(instant: int, zone: ZoneInfo) -> tuple[int, int]:
    """The day and second of the day that clocks in ``zone`` show at ``instant``."""
    wall = datetime.fromtimestamp(instant, zone)
    return wall.toordinal(), wall.hour * 3600 + wall.minute * 60 + wall.second


@lru_cache(maxsize=_REMEMBERED_TEXTS)
def rfc3339(instant: int, zone: ZoneInfo) -> str:
    """``instant`` with the zone's offset; with Z where the offset is zero or has odd seconds."""
    text = datetime.fromtimestamp(instant, zone).isoformat()
    if text.endswith("+00:00") or len(text) != len("2031-01-01T00:00:00+00:00"):
        return datetime.fromtimestamp(instant, UTC).isoformat()[: -len("+00:00")] + "Z"
    return text
