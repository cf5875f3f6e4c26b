"""When people are busy (google-calendar-api.md section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google_simulator.access import role_of
from google_simulator.errors import ApiError, required
from google_simulator.listing import EventQuery, busy_resources
from google_simulator.times import Resource, epoch, from_epoch, parse_bound, rfc3339, zone

if TYPE_CHECKING:
    from google_simulator.calls import Call, Service
    from google_simulator.world import Calendar, World

MAX_SECONDS = 90 * 86_400


def query(service: Service, call: Call) -> Resource:
    """freebusy.query: a calendar that cannot be read is an error inside the answer."""
    low, high = _bounds(call.body)
    zone_name = str(call.body.get("timeZone") or "UTC")
    zone(zone_name)
    answers = {}
    for item in call.body.get("items") or []:
        name = str(item.get("id", ""))
        found = _readable(service.world, name, call.user)
        answers[name] = (
            _unreadable() if found is None else _busy(service.world, found, low, high, zone_name)
        )
    return {
        "kind": "calendar#freeBusy",
        "timeMin": rfc3339(from_epoch(low, "UTC")),
        "timeMax": rfc3339(from_epoch(high, "UTC")),
        "calendars": answers,
    }


def _bounds(body: Resource) -> tuple[int, int]:
    for name in ("timeMin", "timeMax"):
        if not body.get(name):
            raise required(f"Missing {name} parameter.")
    low, high = (parse_bound(body[name], name=name) for name in ("timeMin", "timeMax"))
    if low >= high:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", "timeMax")
    if high - low > MAX_SECONDS:
        raise ApiError(400, "timeRangeTooLong", "The requested time range is too long.", "timeMax")
    return low, high


def _readable(world: World, name: str, user: str) -> Calendar | None:
    calendar = world.calendars.get(user if name == "primary" else name)
    if calendar is None or calendar.deleted or role_of(calendar, user) == "none":
        return None
    return calendar


def _unreadable() -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}


def _busy(world: World, calendar: Calendar, low: int, high: int, zone_name: str) -> dict[str, Any]:
    bounds = EventQuery(single_events=True, time_min=low, time_max=high)
    spans = sorted(
        (
            max(low, epoch(resource["start"], calendar.time_zone)),
            min(high, epoch(resource["end"], calendar.time_zone)),
        )
        for resource in busy_resources(world, calendar, bounds)
    )
    merged: list[tuple[int, int]] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > begin:
            merged.append((begin, end))
    printed = [[rfc3339(from_epoch(value, zone_name)) for value in span] for span in merged]
    return {"busy": [{"start": begin, "end": end} for begin, end in printed]}
