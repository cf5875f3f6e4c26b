"""A real calendar export (RFC 5545) as a further calendar of the simulator."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from icalendar import Calendar as Export

from google_simulator.errors import ApiError

if TYPE_CHECKING:
    from pathlib import Path

    from google_simulator.simulator import Simulator
    from google_simulator.times import Resource

VEvent = Any
"""icalendar types a property as any of two dozen kinds; what it is shows when it is read."""
_RULES = ("RRULE", "EXRULE", "RDATE", "EXDATE")
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
MAX_DESCRIPTION = 8192


def load_file(simulator: Simulator, path: Path, *, owner: str) -> tuple[str, int, int]:
    """Load an export into a new calendar of `owner`; the same file again is not loaded twice.

    Answers its id, how many events arrived and how many Google would not have taken.
    ValueError if the file holds no calendar.
    """
    content = path.read_bytes()
    export: Any = Export.from_ical(content)
    calendar_id = f"{hashlib.sha256(content).hexdigest()[:32]}@import.calendar.google.com"
    if calendar_id in simulator.world.calendars:
        return calendar_id, 0, 0
    zone_name = str(export.get("X-WR-TIMEZONE") or "")
    fallback = zone_name if _is_zone(zone_name) else simulator.world.person(owner).time_zone
    title = str(export.get("X-WR-CALNAME") or path.stem)
    simulator.add_calendar(owner=owner, summary=title, time_zone=fallback, calendar_id=calendar_id)
    loaded = refused = 0
    # Series before their exceptions, in whatever order the file has them.
    for event in sorted(export.walk("VEVENT"), key=lambda each: "RECURRENCE-ID" in each):
        try:
            _load(simulator, calendar_id, event, fallback)
            loaded += 1
        except (ApiError, ValueError, OverflowError, AttributeError):
            refused += 1
    return calendar_id, loaded, refused


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False


def _load(simulator: Simulator, calendar_id: str, event: VEvent, fallback: str) -> None:
    uid = str(event.get("UID") or "")
    event_id = hashlib.sha256(uid.encode()).hexdigest()[:32]
    body = _body(event, fallback)
    original = event.get("RECURRENCE-ID")
    if original is None:
        simulator.insert_event(calendar_id, body | {"id": event_id})
        return
    instance = f"{event_id}_{_instance_tail(original.dt, fallback)}"
    simulator.patch_event(calendar_id, instance, body)


def _instance_tail(value: date, fallback: str) -> str:
    if not isinstance(value, datetime):
        return f"{value:%Y%m%d}"
    aware = value if value.tzinfo else value.replace(tzinfo=ZoneInfo(fallback))
    return f"{aware.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _body(event: VEvent, fallback: str) -> Resource:
    start = event["DTSTART"].dt
    made: dict[str, Any] = {
        "summary": str(event.get("SUMMARY") or ""),
        "description": str(event.get("DESCRIPTION") or "")[:MAX_DESCRIPTION],
        "location": str(event.get("LOCATION") or ""),
        "start": _point(start, fallback),
        "end": _point(_end(event, start), fallback),
        "status": "tentative" if event.get("STATUS") == "TENTATIVE" else "confirmed",
        "transparency": str(event.get("TRANSP") or "OPAQUE").lower(),
        "attendees": _attendees(event),
        "recurrence": _rules(event),
    }
    if event.get("STATUS") == "CANCELLED":
        made["status"] = "cancelled"
    if str(event.get("CLASS") or "").upper() in {"PRIVATE", "CONFIDENTIAL"}:
        made["visibility"] = "private"
    return {name: value for name, value in made.items() if value}


def _end(event: VEvent, start: date) -> date:
    if "DTEND" in event:
        end: date = event["DTEND"].dt
        return end
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return start + length
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _point(value: date, fallback: str) -> Resource:
    if not isinstance(value, datetime):
        return {"date": value.isoformat()}
    key = str(getattr(value.tzinfo, "key", "") or "")
    zone_name = key if _is_zone(key) else ("UTC" if value.tzinfo is UTC else fallback)
    if value.tzinfo is not None:
        value = value.astimezone(ZoneInfo(zone_name))
    return {"dateTime": value.isoformat(timespec="seconds"), "timeZone": zone_name}


def _rules(event: VEvent) -> list[str]:
    lines = event.to_ical().decode("utf-8", "replace").replace("\r\n ", "").splitlines()
    return [line for line in lines if line.partition(":")[0].partition(";")[0] in _RULES]


def _attendees(event: VEvent) -> list[Resource]:
    given = event.get("ATTENDEE") or []
    found = []
    for address in given if isinstance(given, list) else [given]:
        email = str(address).lower().removeprefix("mailto:")
        if "@" not in email:
            continue
        params = address.params
        found.append(
            {
                "email": email,
                "displayName": str(params.get("CN", "")),
                "responseStatus": _ANSWERS.get(str(params.get("PARTSTAT")), "needsAction"),
            }
        )
    return found
