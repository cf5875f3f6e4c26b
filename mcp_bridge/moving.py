"""The end of an event that is given another start: it stays as long as it is. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from mcp_bridge import words

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATE = len("2026-03-11")


def end_for(start: str, event: Mapping[str, Any], *, zone_name: str) -> str | None:
    """The end that goes with a new start, written in the same way as the start; with an offset
    where clocks show it twice.

    None where that cannot be said, and REST has to: a start that is no time, a timed event that
    becomes one of whole days or the other way round. A wall time is taken in ``zone_name``, and the
    length is the real one: a clock that changes in between shows in the end.
    """
    old_start, old_end = event.get("start") or {}, event.get("end") or {}
    try:
        if len(start) == _DATE and old_start.get("date"):
            length = _day(old_end["date"]) - _day(old_start["date"])
            return (_day(start) + length).isoformat()
        if len(start) > _DATE and old_start.get("dateTime"):
            length = _moment(old_end["dateTime"]) - _moment(old_start["dateTime"])
            return _later(dt.datetime.fromisoformat(start), length, zone_name)
    except (KeyError, TypeError, ValueError, OverflowError):
        pass
    return None


def _later(start: dt.datetime, length: dt.timedelta, zone_name: str) -> str:
    if start.tzinfo is not None:
        return (start + length).isoformat()
    zone = words.zone_of(zone_name)
    end = (start.replace(tzinfo=zone).astimezone(dt.UTC) + length).astimezone(zone)
    return end.isoformat() if words.is_twice(end) else end.replace(tzinfo=None).isoformat()


_day = dt.date.fromisoformat
_moment = dt.datetime.fromisoformat
