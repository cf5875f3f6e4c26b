"""Times in words: absolute, with weekday and zone, so that a wrong weekday is caught. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN_TIME = "Date, wall time in the member's zone, or RFC 3339."
_NOT_KNOWN = "time not known"
_DAY = dt.timedelta(days=1)
_DATE = len("2026-03-11")
_WITH_SPACE = re.compile(r"(\d{4}-\d\d-\d\d) +(\d\d:)")
_WITH_WEEKDAY = re.compile(r"(?P<weekday>[A-Za-z]{3,9}),? +(?P<rest>(?P<date>\d{4}-\d\d-\d\d).*)")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def plain_time(text: str) -> str:
    """A time as REST takes it; ValueError where a weekday before the date does not fit it.

    ``Wed 2026-03-11 12:00``: a model that names the weekday it means cannot miss the day.
    """
    text = text.strip()
    if found := _WITH_WEEKDAY.fullmatch(text):
        date = dt.date.fromisoformat(found["date"])
        named, real = found["weekday"].lower(), _WEEKDAYS[date.weekday()]
        if not real.lower().startswith(named):
            raise ValueError(f"{date} is a {real}, not a {found['weekday']}.")
        text = found["rest"]
    return _WITH_SPACE.sub(r"\1T\2", text)


def of_changing_clocks(text: str, *, zone_name: str) -> str | None:
    """What has to be known of a wall time that a zone does not have, or has twice."""
    zone = zone_of(zone_name)
    try:
        wall = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= _DATE or wall.tzinfo is not None:
        return None
    at = wall.replace(tzinfo=zone)
    real = at.astimezone(dt.UTC).astimezone(zone)
    if real.replace(tzinfo=None) != wall:
        return (
            f"Clocks change in {zone.key}: there is no {wall:%H:%M} on {day(at)}, {real:%H:%M} is "
            "taken."
        )
    if is_twice(at):
        return (
            f"Clocks change in {zone.key}: {wall:%H:%M} is twice on {day(at)}, the first "
            f"({_offset(at)}) is taken. Send an offset to mean the other."
        )
    return None


def event_time(event: Mapping[str, Any], *, zone_name: str) -> str:
    """When a Google event happens, in the reader's zone, and in its own where that differs.

    The end of an all-day event is exclusive at Google; here its last day is named. One event of
    which a time cannot be understood must not keep all others of its page from being told.
    """
    start, end = event.get("start") or {}, event.get("end") or {}
    try:
        if start.get("date"):
            return _days(start["date"], end.get("date"))
        return _hours(start, end, zone_of(zone_name)) if start.get("dateTime") else _NOT_KNOWN
    except (ValueError, OverflowError):
        return _NOT_KNOWN


def _hours(start: Mapping[str, Any], end: Mapping[str, Any], zone: ZoneInfo) -> str:
    begin, finish = _moment(start, zone), _moment({**start, **end}, zone)
    text = f"{span(begin, finish)} ({zone.key})"
    own = _known_zone(str(start.get("timeZone") or ""))
    if own and own.key != zone.key and begin.utcoffset() != begin.astimezone(own).utcoffset():
        there = begin.astimezone(own)
        text += f", {day(there)} {there:%H:%M} in {own.key}"
    return text


def span(begin: dt.datetime, end: dt.datetime) -> str:
    """From one moment to another, both in the same zone."""
    if begin.date() == end.date():
        return f"{day(begin)} {_clock(begin)}-{_clock(end)}"
    return f"{day(begin)} {_clock(begin)} to {day(end)} {_clock(end)}"


def moment(text: str | None, *, zone_name: str) -> str | None:
    """An RFC 3339 moment in the reader's zone; None for none."""
    if not text:
        return None
    zone = zone_of(zone_name)
    at = dt.datetime.fromisoformat(text).astimezone(zone)
    return f"{day(at)} {_clock(at)} ({zone.key})"


def day(at: dt.date) -> str:
    """``Tue 10 Mar 2026``."""
    return f"{at:%a} {at.day} {at:%b} {at.year:04}"


def is_twice(at: dt.datetime) -> bool:
    """Whether clocks of its zone show this time twice."""
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC where nobody knows it."""
    return _known_zone(name) or ZoneInfo("UTC")


def _known_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _clock(at: dt.datetime) -> str:
    """With its offset where clocks show this time twice."""
    return f"{at:%H:%M} ({_offset(at)})" if is_twice(at) else f"{at:%H:%M}"


def _offset(at: dt.datetime) -> str:
    return at.isoformat()[-6:]


def _days(first: str, after: str | None) -> str:
    begin = dt.date.fromisoformat(first)
    last = dt.date.fromisoformat(after) - _DAY if after else begin
    if last <= begin:
        return f"{day(begin)}, all day"
    return f"{day(begin)} to {day(last)}, all day ({(last - begin).days + 1} days)"


def _moment(value: Mapping[str, Any], zone: ZoneInfo) -> dt.datetime:
    at = dt.datetime.fromisoformat(value["dateTime"])
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone_of(value.get("timeZone") or zone.key))
    return at.astimezone(zone)
