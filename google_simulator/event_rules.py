"""What a client may write into an event: checks, messages and silent corrections.

google-calendar-api.md sections 3.1 to 3.5 and 3.8.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from google_simulator import expansion
from google_simulator.errors import ApiError, invalid, required
from google_simulator.resources import DEFAULTS, WRITABLE
from google_simulator.times import Resource, accept_point, epoch

if TYPE_CHECKING:
    from google_simulator.world import Calendar

_ID = re.compile(r"[0-9a-v]{5,1024}", re.ASCII)
_STATUSES = ("confirmed", "tentative", "cancelled")
_VISIBILITIES = ("default", "public", "private", "confidential")
_ANSWERS = ("needsAction", "declined", "tentative", "accepted")
_ATTENDEE_KEYS = ("id", "email", "displayName", "resource", "optional", "responseStatus", "comment")
_TEXTS = ("summary", "description", "location")
MAX_REMINDERS = 5
MAX_REMINDER_MINUTES = 40_320
MAX_ATTACHMENTS = 25
_SEQUENCE_MESSAGE = (
    "Invalid sequence value. The specified sequence number is below the current sequence number "
    "of the resource. Re-fetch the resource and use its sequence number on the following request."
)


def check_id(event_id: str) -> str:
    """A client's own id: base32hex, 5 to 1024 characters; 400 otherwise."""
    if not _ID.fullmatch(event_id):
        raise invalid("Invalid resource id value.")
    return event_id


def merged(old: Resource, body: Resource) -> Resource:
    """PATCH: objects merge, arrays and reminders are replaced whole, null deletes (6.2)."""
    result = dict(old)
    for name, value in body.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(old.get(name), dict) and name != "reminders":
            result[name] = merged(old[name], value)
        else:
            result[name] = value
    return result


def clean(calendar: Calendar, fields: Resource, *, old: Resource, defaults: list[Any]) -> Resource:
    """The writable fields of a whole event, checked and corrected as Google would.

    `old` is the event before the change (empty for a new one), `defaults` the calendar's default
    reminders. Fields nobody may write are left out; so are fields at their default.
    """
    made = {name: value for name, value in fields.items() if name in WRITABLE and value is not None}
    for name in _TEXTS:
        if not made.get(name):
            made.pop(name, None)
    made |= _times(calendar, made)
    made["status"] = _one_of(made.get("status", "confirmed"), _STATUSES)
    made["visibility"] = _one_of(made.get("visibility", "default"), _VISIBILITIES)
    made["transparency"] = _one_of(made.get("transparency", "opaque"), ("opaque", "transparent"))
    made["sequence"] = _sequence(made, old)
    made["reminders"] = clean_reminders(made, defaults)
    if "attendees" in made:
        made["attendees"] = _attendees(made["attendees"])
    if "extendedProperties" in made:
        made["extendedProperties"] = _properties(made["extendedProperties"])
    if len(made.get("attachments", ())) > MAX_ATTACHMENTS:
        raise invalid("Too many attachments.", location="attachments")
    _check_color(made)
    return {
        name: value
        for name, value in made.items()
        if value not in ([], {}) and value != DEFAULTS.get(name, ...)
    }


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise invalid(f"Invalid value for: {value} is not a valid value")
    return value


def _times(calendar: Calendar, fields: Resource) -> Resource:
    given = {which: fields.get(which) for which in ("start", "end")}
    for which in ("end", "start"):
        if not given[which]:
            raise required(f"Missing {which} time.")
    points = {
        which: accept_point(point, calendar_zone=calendar.time_zone, which=which)
        for which, point in given.items()
        if point is not None
    }
    start, end = points["start"], points["end"]
    if ("date" in start) != ("date" in end):
        raise invalid("Invalid start or end time: both must be dates or both times.")
    begins, ends = epoch(start, calendar.time_zone), epoch(end, calendar.time_zone)
    if ends < begins or ("date" in start and ends == begins):
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", "timeMax")
    return points | _recurrence(fields)


def _recurrence(fields: Resource) -> Resource:
    lines = fields.get("recurrence")
    if not lines:
        return {}
    if any(not isinstance(line, str) for line in lines):
        raise invalid("Invalid recurrence rule.", location="recurrence")
    expansion.check(lines)
    for which in ("start", "end"):
        if "dateTime" in fields[which] and not fields[which].get("timeZone"):
            raise required(f"Missing time zone definition for {which} time.")
    return {"recurrence": list(lines)}


def _sequence(fields: Resource, old: Resource) -> int:
    before = int(old.get("sequence", 0))
    wanted = int(fields.get("sequence", before))
    if wanted < before:
        raise invalid(_SEQUENCE_MESSAGE)
    return wanted


def clean_reminders(fields: Resource, defaults: list[Any]) -> Resource:
    """Reminders as they are stored: clamped, merged, unknown methods dropped (3.5)."""
    given = fields.get("reminders")
    if given is None:
        if "date" not in fields["start"]:
            return {"useDefault": True}
        # An all-day event takes the calendar's defaults as its own.
        return {"useDefault": False, **({"overrides": list(defaults)} if defaults else {})}
    overrides, use_default = given.get("overrides") or [], bool(given.get("useDefault"))
    if use_default and overrides:
        raise ApiError(
            400,
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.",
        )
    if len(overrides) > MAX_REMINDERS:
        raise ApiError(400, "eventRemindersCountExceedsLimit", "Too many reminders.")
    kept = {
        (item["method"], max(0, min(int(item.get("minutes") or 0), MAX_REMINDER_MINUTES))): None
        for item in overrides
        if item.get("method") in {"email", "popup"}
    }
    listed = [{"method": method, "minutes": minutes} for method, minutes in sorted(kept)]
    return {"useDefault": use_default, **({"overrides": listed} if listed else {})}


def _attendees(given: list[Resource]) -> list[Resource]:
    found: dict[str, Resource] = {}
    for entry in given:
        email = str(entry.get("email") or "").strip().lower()
        if not email:
            raise required("Missing attendee email.")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            raise invalid("Invalid attendee email.")
        found[email] = _attendee(entry | {"email": email})
    return list(found.values())


def _attendee(entry: Resource) -> Resource:
    made = {key: entry[key] for key in _ATTENDEE_KEYS if entry.get(key)}
    if entry.get("additionalGuests"):
        made["additionalGuests"] = entry["additionalGuests"]
    made["responseStatus"] = _one_of(entry.get("responseStatus") or "needsAction", _ANSWERS)
    return made


def _properties(given: Resource) -> Resource:
    """Keys over 44 characters vanish, values are cut at 1024, both without a word (3.8)."""
    made = {}
    for kind in ("private", "shared"):
        values = given.get(kind) or {}
        kept = {
            key: str(value)[:1024]
            for key, value in values.items()
            if len(key) <= 44 and value is not None
        }
        if kept:
            made[kind] = kept
    if sum(len(values) for values in made.values()) > 300:
        raise invalid("Too many extended properties.", location="extendedProperties")
    size = sum(len(k) + len(v) for values in made.values() for k, v in values.items())
    if size > 32_768:
        raise invalid("Extended properties are too large.", location="extendedProperties")
    return made


def _check_color(fields: Resource) -> None:
    if "colorId" in fields and str(fields["colorId"]) not in {str(n) for n in range(1, 12)}:
        raise invalid("Invalid colorId value.", location="colorId")
