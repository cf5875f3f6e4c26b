"""The shape of an event resource: order of fields, defaults left out, what belongs to one copy."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from google_simulator.times import Resource, epoch
from google_simulator.world import FOREVER, Calendar

FIELD_ORDER = (
    "kind", "etag", "id", "status", "htmlLink", "created", "updated", "summary", "description",
    "location", "colorId", "eventLabelId", "creator", "organizer", "start", "end",
    "endTimeUnspecified", "recurrence", "recurringEventId", "originalStartTime", "transparency",
    "visibility", "iCalUID", "sequence", "attendees", "attendeesOmitted", "extendedProperties",
    "hangoutLink", "conferenceData", "gadget", "anyoneCanAddSelf", "guestsCanInviteOthers",
    "guestsCanModify", "guestsCanSeeOtherGuests", "privateCopy", "locked", "reminders", "source",
    "workingLocationProperties", "outOfOfficeProperties", "focusTimeProperties", "attachments",
    "birthdayProperties", "eventType",
)  # fmt: skip

DEFAULTS: Resource = {
    "transparency": "opaque",
    "visibility": "default",
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
    "anyoneCanAddSelf": False,
    "attendeesOmitted": False,
    "endTimeUnspecified": False,
    "privateCopy": False,
    "locked": False,
}
"""Values that Google leaves out of its answers (google-calendar-api.md 3.1)."""

WRITABLE = frozenset(FIELD_ORDER) - {
    "kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "iCalUID",
    "recurringEventId", "originalStartTime", "hangoutLink", "gadget", "locked", "eventType",
    "endTimeUnspecified", "privateCopy", "birthdayProperties",
}  # fmt: skip

PER_COPY = frozenset({"reminders", "colorId", "eventLabelId", "transparency"})
"""Fields that each guest has for themselves; so has `extendedProperties.private`."""


class Ready(dict[str, Any]):
    """A finished resource, which remembers its JSON: lists print thousands of the same ones."""

    __slots__ = ("text",)

    text: str


def printed(resource: Resource) -> str:
    """The resource as JSON."""
    if not isinstance(resource, Ready):
        return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
    try:
        return resource.text
    except AttributeError:
        resource.text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
        return resource.text


def is_tombstone(resource: Resource) -> bool:
    """Whether a resource is a deleted single event or series."""
    return bool(resource["status"] == "cancelled") and "recurringEventId" not in resource


def finish(calendar: Calendar, resource: Resource) -> Resource:
    """A resource ready to be answered: ordered, defaults left out, `self` relative to its calendar.

    `self` marks the calendar's own entry, not the caller's (google-calendar-api.md 3.4).
    """
    made = Ready(
        (name, resource[name])
        for name in FIELD_ORDER
        if name != "hangoutLink"
        and resource.get(name) is not None
        and resource[name] != DEFAULTS.get(name, ...)
    )
    for role in ("creator", "organizer"):
        if role in made:
            made[role] = _mark_self(calendar, made[role])
    points = made.get("conferenceData", {}).get("entryPoints")
    if points:
        made["hangoutLink"] = points[0]["uri"]
    if "attendees" in made:
        organizer = made.get("organizer", {}).get("email")
        made["attendees"] = [
            _mark_attendee(calendar, entry, organizer) for entry in made["attendees"]
        ]
    return made


def _mark_self(calendar: Calendar, party: Resource) -> Resource:
    party = {key: value for key, value in party.items() if key != "self"}
    return party | ({"self": True} if party.get("email") == calendar.id else {})


def _mark_attendee(calendar: Calendar, entry: Resource, organizer: str | None) -> Resource:
    entry = {key: value for key, value in entry.items() if key != "organizer"}
    if entry["email"] == organizer:
        entry["organizer"] = True
    return _mark_self(calendar, entry)


def span_of(calendar: Calendar, resource: Resource) -> tuple[int, int]:
    """Epoch seconds of start and end; a series has no end here, its instances are looked at."""
    start = resource.get("start") or resource.get("originalStartTime")
    if start is None:
        return 0, FOREVER
    begin = epoch(start, calendar.time_zone)
    if resource.get("recurrence"):
        return begin, FOREVER
    return begin, epoch(resource.get("end") or start, calendar.time_zone)


def html_link(calendar_id: str, event_id: str) -> str:
    """Where Google's own page of the event would be."""
    eid = urlsafe_b64encode(f"{event_id} {calendar_id}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={eid}"


def attendee(resource: Resource, email: str) -> Resource | None:
    """That person's entry in the guest list."""
    entries: list[Resource] = resource.get("attendees", [])
    return next((entry for entry in entries if entry["email"] == email), None)
