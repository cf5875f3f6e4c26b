"""What kinds of event allow: focus time, out of office, working location, birthday, fromGmail.

google-calendar-api.md section 3.7.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from google_simulator.errors import ApiError, invalid

if TYPE_CHECKING:
    from google_simulator.times import Resource
    from google_simulator.world import Calendar

_PROPERTIES = {
    "focusTime": "focusTimeProperties",
    "outOfOffice": "outOfOfficeProperties",
    "workingLocation": "workingLocationProperties",
}
_MALFORMED = {
    "focusTime": "malformedFocusTimeEvent",
    "outOfOffice": "malformedOutOfOfficeEvent",
    "workingLocation": "malformedWorkingLocationEvent",
}
_CHANGEABLE = {
    "birthday": {"colorId", "summary", "reminders", "start", "end", "sequence"},
    "fromGmail": {
        "colorId", "reminders", "visibility", "transparency", "status", "attendees",
        "extendedProperties", "sequence",
    },
}  # fmt: skip
TYPES = ("birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation")


def _restricted() -> ApiError:
    return ApiError(
        400, "eventTypeRestriction", "The operation is not supported for this event type."
    )


def check_new(calendar: Calendar, body: Resource) -> None:
    """400 unless an event of this type may be made like this."""
    kind = body.get("eventType") or "default"
    if kind not in TYPES:
        raise invalid("Invalid value for: eventType")
    if kind == "default":
        return
    if kind == "fromGmail":
        raise _restricted()
    if kind in _PROPERTIES and not calendar.primary:
        raise _restricted()
    _check_shape(kind, body)


def fixed_fields(body: Resource) -> Resource:
    """Fields of a type that are set once, at creation."""
    kind = body.get("eventType")
    if kind == "birthday":
        return {
            "birthdayProperties": {"type": "birthday", **(body.get("birthdayProperties") or {})}
        }
    if kind == "outOfOffice":
        return {"organizer": {"email": "unknownorganizer@calendar.google.com"}}
    return {}


def check_change(old: Resource, fields: Resource, body: Resource) -> None:
    """400 if the type of the event does not allow this change; the type itself never changes."""
    kind = old.get("eventType", "default")
    if body.get("eventType", kind) != kind:
        raise _restricted()
    allowed = _CHANGEABLE.get(kind)
    if allowed is not None:
        names = (set(old) | set(fields)) & set(body)
        if any(old.get(name) != fields.get(name) for name in names - allowed):
            raise _restricted()
    if kind in _PROPERTIES:
        _check_shape(kind, fields)


def check_move(resource: Resource) -> None:
    """400 for anything but a default event."""
    if resource.get("eventType", "default") != "default":
        raise _restricted()


def _check_shape(kind: str, fields: Resource) -> None:
    if kind == "birthday":
        _check_birthday(fields)
    elif not fields.get(_PROPERTIES[kind]):
        raise ApiError(400, _MALFORMED[kind], f"A {kind} event needs {_PROPERTIES[kind]}.")
    elif kind == "workingLocation":
        _check_working_location(fields)
    else:
        _check_timed(kind, fields)


def _is_day(fields: Resource) -> bool:
    return bool((fields.get("start") or {}).get("date"))


def _length(fields: Resource) -> int:
    ends = (fields.get("end") or {}).get("date")
    first = date.fromisoformat(fields["start"]["date"])
    return (date.fromisoformat(ends) - first).days if ends else 0


def _check_timed(kind: str, fields: Resource) -> None:
    if _is_day(fields) or fields.get("transparency", "opaque") != "opaque":
        raise ApiError(400, _MALFORMED[kind], f"A {kind} event must be timed and opaque.")


def _check_working_location(fields: Resource) -> None:
    if fields.get("visibility") != "public" or fields.get("transparency") != "transparent":
        message = "A working location event must be public and transparent."
        raise ApiError(400, "malformedWorkingLocationEvent", message)
    if _is_day(fields) and _length(fields) != 1:
        message = "An all-day working location event must be exactly one day long."
        raise ApiError(400, "malformedWorkingLocationEvent", message)


def _check_birthday(fields: Resource) -> None:
    rules = fields.get("recurrence") or []
    yearly = len(rules) == 1 and str(rules[0]).startswith("RRULE:FREQ=YEARLY")
    private = fields.get("visibility") == "private" and fields.get("transparency") == "transparent"
    if not (_is_day(fields) and _length(fields) == 1 and yearly and private):
        raise _restricted()
