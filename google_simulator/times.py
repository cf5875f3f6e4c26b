"""Google's way of writing times: RFC 3339 instants, dates, and the pair of them in an event."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from google_simulator.errors import invalid, required

Resource = dict[str, Any]

_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; 400 if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise invalid(f"Invalid time zone definition for start time: {name}") from None


def from_epoch(seconds: float, zone_name: str) -> datetime:
    """The instant as local time of a zone."""
    return datetime.fromtimestamp(seconds, zone(zone_name))


def rfc3339(moment: datetime) -> str:
    """`2031-03-24T10:00:00-05:00`, or with `Z` at offset zero, as Google prints it."""
    offset = moment.utcoffset()
    if offset is not None and offset.seconds % 60:
        # Local mean time, before there were zones, has an offset that RFC 3339 cannot write.
        moment = moment.astimezone(UTC)
    text = moment.isoformat(timespec="seconds")
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def utc_millis(micros: int) -> str:
    """A change stamp as the `updated` field shows it."""
    moment = datetime.fromtimestamp(micros // 1_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{micros // 1000 % 1000:03d}Z"


def utc_seconds(micros: int) -> str:
    """A change stamp as the `created` field shows it: whole seconds."""
    return utc_millis(micros // 1_000_000 * 1_000_000)


def parse_bound(text: str, *, name: str) -> int:
    """Epoch seconds of a query bound; the offset is mandatory, fractions are ignored."""
    match = _RFC3339.fullmatch(text)
    if match is None or match[3] is None:
        raise invalid("Bad Request", location=name)
    return int(_moment(match, text).timestamp())


def local_to_epoch(naive: datetime, zone_name: str) -> int:
    """The instant of a wall time: after a gap if it lies in one, the first if it repeats (RFC 5545
    3.3.5)."""
    return int(naive.replace(tzinfo=zone(zone_name), fold=0).timestamp())


def _moment(match: re.Match[str], text: str) -> datetime:
    offset = (match[3] or "").upper().replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}")
    except ValueError:
        raise invalid(f'Invalid value for: Invalid format: "{text}"') from None


def parse_day(text: str) -> date:
    """A `yyyy-mm-dd` date; 400 otherwise."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(f'Invalid value for: Invalid format: "{text}"') from None


def accept_point(given: Resource, *, calendar_zone: str, which: str) -> Resource:
    """A client's `start` or `end` in the form that we keep: see `point`."""
    day, moment = given.get("date"), given.get("dateTime")
    if (day is None) == (moment is None):
        raise required(f"Missing {which} time.") if day is None else invalid("Bad Request")
    if day is not None:
        return {"date": parse_day(str(day)).isoformat()}
    match = _RFC3339.fullmatch(str(moment))
    if match is None:
        raise invalid(f'Invalid value for: Invalid format: "{moment}"')
    zone_name = str(given.get("timeZone") or calendar_zone)
    value = _moment(match, str(moment))
    zone(zone_name)
    naive = value.tzinfo is None
    seconds = local_to_epoch(value, zone_name) if naive else int(value.timestamp())
    return point(seconds, zone_name=zone_name, calendar_zone=calendar_zone)


def point(seconds: int, *, zone_name: str, calendar_zone: str) -> Resource:
    """A timed `start` or `end`: printed in the calendar's zone, named in the event's own.

    The two may disagree (google-calendar-api.md 3.2).
    """
    return {"dateTime": rfc3339(from_epoch(seconds, calendar_zone)), "timeZone": zone_name}


def reprint(when: Resource, zone_name: str) -> Resource:
    """The same point printed in another zone; dates never move (google-calendar-api.md 3.2)."""
    if "dateTime" not in when:
        return when
    moment = datetime.fromisoformat(when["dateTime"]).astimezone(zone(zone_name))
    return {**when, "dateTime": rfc3339(moment)}


def is_all_day(when: Resource) -> bool:
    """Whether the point is a date."""
    return "date" in when


def epoch(when: Resource, calendar_zone: str) -> int:
    """Epoch seconds of a point; a date begins at midnight in the calendar's zone."""
    if "dateTime" in when:
        return int(datetime.fromisoformat(when["dateTime"]).timestamp())
    return day_epoch(date.fromisoformat(when["date"]), calendar_zone)


def day_epoch(day: date, calendar_zone: str) -> int:
    """Epoch seconds of a local midnight."""
    return local_to_epoch(datetime.combine(day, time()), calendar_zone)


def add_days(day: str, count: int) -> str:
    """A date some days later."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()
