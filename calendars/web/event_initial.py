"""An event as a form shows it. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from calendars.event_resource import read_moment, zone_or_utc
from calendars.web.reminders_field import rows_of
from calendars.web.repeat_fields import KEEP, initial_of_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo


def repeats(resource: Mapping[str, Any]) -> bool:
    """Whether the event is a series or an instance of one."""
    return bool(resource.get("recurrence") or resource.get("recurringEventId"))


def zone_of(resource: Mapping[str, Any], *, calendar_zone: str) -> ZoneInfo:
    """The zone in which the event's times are meant."""
    start = read_moment(resource.get("start"), default_zone=calendar_zone)
    return zone_or_utc(start.zone if start and start.zone else calendar_zone)


def initial_of(
    resource: Mapping[str, Any],
    *,
    series: Mapping[str, Any] | None = None,
    calendar_zone: str,
) -> dict[str, Any]:
    """Every field of the form, times in the zone in which they are meant."""
    zone = zone_of(resource, calendar_zone=calendar_zone)
    reminders = resource.get("reminders") or {"useDefault": True}
    visibility = resource.get("visibility", "default")
    shown = {
        "summary": resource.get("summary", ""),
        "location": resource.get("location", ""),
        "description": resource.get("description", "").replace("\r\n", "\n"),
        "repeat": KEEP if repeats(resource) else "",
        "time_zone": zone.key,
        "color": resource.get("colorId", ""),
        "visibility": "private" if visibility == "confidential" else visibility,
        "transparency": resource.get("transparency", "opaque"),
        "remind": "default" if reminders.get("useDefault") else "own",
        "reminders": rows_of(reminders.get("overrides") or ()),
        **initial_of_lines((series or {}).get("recurrence") or (), zone=zone),
    }
    for edge in ("start", "end"):
        shown |= _moment(edge, resource.get(edge), zone)
    return shown


def _moment(edge: str, value: Any, zone: ZoneInfo) -> dict[str, Any]:
    moment = read_moment(value, default_zone=zone.key)
    if moment is None:
        return {}
    if moment.date is not None:
        last = moment.date - dt.timedelta(days=1 if edge == "end" else 0)
        return {f"{edge}_date": last, "all_day": True}
    wall = dt.datetime.fromtimestamp(moment.instant or 0, zone)
    return {
        f"{edge}_date": wall.date(),
        f"{edge}_time": wall.time().replace(second=0, microsecond=0),
    }
