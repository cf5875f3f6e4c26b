"""The shapes of events in and out, as JSON Schema: Google's resources are open-ended.

They document; what is accepted is decided by ``calendars.event_input``.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from rest_framework import serializers

from calendars.commands.scope import Scope
from calendars.models import LocalStatus, Notify
from calendars.recurrence import forms, phrases
from calendars.recurrence.repeat import MOST


class OpenShape(serializers.Serializer[Any]):
    """A component of the OpenAPI document that is given whole."""

    json_schema: ClassVar[dict[str, Any]] = {}


_TEXT: Final = {"type": "string"}
_MOMENT: Final = {
    "type": "object",
    "description": "`date` of an all-day event, or `dateTime` with `timeZone`.",
    "properties": {
        "date": {"type": "string", "format": "date"},
        "dateTime": {"type": "string", "format": "date-time"},
        "timeZone": _TEXT,
    },
}
_GUEST: Final = {
    "type": "object",
    "properties": {
        "email": _TEXT,
        "displayName": _TEXT,
        "optional": {"type": "boolean"},
        "responseStatus": _TEXT,
        "comment": _TEXT,
    },
    "additionalProperties": {},
}

REPEAT_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["frequency"],
    "properties": {
        "frequency": {"type": "string", "enum": list(forms.UNITS)},
        "interval": {"type": "integer", "minimum": 1, "maximum": MOST},
        "weekdays": {
            "type": "array",
            "items": {"type": "string", "enum": list(forms.WEEKDAY_NAMES)},
            "description": "Of a weekly rule. With `nth` exactly one.",
        },
        "nth": {
            "type": "integer",
            "enum": [1, 2, 3, 4, 5, -1],
            "description": "Which of that weekday in the month, monthly or yearly; -1 is the last.",
        },
        "day": {
            "type": "integer",
            "minimum": -1,
            "maximum": 31,
            "description": "Day of a monthly rule; -1 is the last of the month.",
        },
        "until": {"type": "string", "format": "date", "description": "The last day, inclusive."},
        "count": {"type": "integer", "minimum": 1, "maximum": MOST},
    },
    "additionalProperties": False,
}


class Event(OpenShape):
    json_schema = {
        "type": "object",
        "description": "An event as Google's Calendar API gives it, waiting changes included, "
        "with `calendarId` and `_local_status` added.",
        "required": ["id", "calendarId", "_local_status"],
        "properties": {
            "id": {**_TEXT, "description": "`local:<uuid>` until Google has created the event."},
            "calendarId": _TEXT,
            "_local_status": {"type": "string", "enum": list(LocalStatus.values)},
            "status": {"type": "string", "enum": ["confirmed", "tentative", "cancelled"]},
            "summary": _TEXT,
            "description": _TEXT,
            "location": _TEXT,
            "start": _MOMENT,
            "end": _MOMENT,
            "recurrence": {"type": "array", "items": _TEXT},
            "recurringEventId": _TEXT,
            "originalStartTime": _MOMENT,
            "attendees": {"type": "array", "items": _GUEST},
        },
        "additionalProperties": {},
    }


class Rule(OpenShape):
    json_schema = REPEAT_SCHEMA


class Moment(OpenShape):
    json_schema = _MOMENT


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "nullable": True}


_WHEN: Final = {
    "description": "A time with offset (it fixes the instant), a time without (wall time of "
    "`timezone`, else of the calendar), a date (all day; the end is exclusive), or Google's "
    "object.",
    "oneOf": [_TEXT, _MOMENT],
}
_FIELDS: Final[dict[str, Any]] = {
    "summary": _or_null({**_TEXT, "maxLength": 1_024}),
    "start": _WHEN,
    "end": {**_WHEN, "description": "Exclusive. Default: an hour, or a day, after the start."},
    "start_time": {**_WHEN, "description": "Another name of `start`."},
    "end_time": {**_WHEN, "description": "Another name of `end`."},
    "timezone": _or_null({**_TEXT, "description": "An IANA zone such as Europe/Berlin."}),
    "description": _or_null({**_TEXT, "maxLength": 8_192}),
    "location": _or_null({**_TEXT, "maxLength": 1_024}),
    "attendees": _or_null(
        {
            "type": "array",
            "description": "Addresses or usernames of colleagues, or objects with `email` of "
            "either. The whole list of guests.",
            "items": {"oneOf": [_TEXT, {**_GUEST, "required": ["email"]}]},
        }
    ),
    "recurrence": _or_null(
        {
            "description": "RFC 5545 lines such as RRULE:FREQ=WEEKLY;BYDAY=MO.",
            "oneOf": [_TEXT, {"type": "array", "items": _TEXT}],
        }
    ),
    "repeat": _or_null(
        {
            "description": "Instead of `recurrence`: a form, or words such as `every second "
            "Tuesday until 5 May`. Single dates beside the rule stay.",
            "oneOf": [{**_TEXT, "maxLength": phrases.LONGEST}, REPEAT_SCHEMA],
        }
    ),
    "reminders": _or_null(
        {
            "type": "object",
            "properties": {
                "useDefault": {"type": "boolean"},
                "overrides": {
                    "type": "array",
                    "maxItems": 5,
                    "items": {
                        "type": "object",
                        "required": ["method", "minutes"],
                        "properties": {
                            "method": {"type": "string", "enum": ["popup", "email"]},
                            "minutes": {"type": "integer", "minimum": 0, "maximum": 40_320},
                        },
                    },
                },
            },
        }
    ),
    "transparency": _or_null({**_TEXT, "description": "`opaque` (busy) or `transparent`."}),
    "visibility": _or_null(
        {**_TEXT, "description": "`default`, `public`, `private` or `confidential`."}
    ),
    "color_id": _or_null({**_TEXT, "description": "`1` to `11`."}),
    "status": _or_null({**_TEXT, "description": "`confirmed` or `tentative`."}),
    "guests_can_invite_others": _or_null({"type": "boolean"}),
    "guests_can_modify": _or_null({"type": "boolean"}),
    "guests_can_see_other_guests": _or_null({"type": "boolean"}),
    "add_meet": {
        "type": "boolean",
        "description": "Ask Google for a Meet link. `conferenceData` says how that goes.",
    },
    "notify": {
        "type": "string",
        "enum": list(Notify.values),
        "description": "Which guests Google tells. Default: all if there are guests, else none.",
    },
}
_GUEST_CHANGES: Final[dict[str, Any]] = {
    "attendees_add": {
        **_FIELDS["attendees"],
        "description": "Guests to invite, or to change by their address; the others stay.",
    },
    "attendees_remove": _or_null(
        {
            "type": "array",
            "items": _TEXT,
            "description": "Addresses or usernames to take off the list.",
        }
    ),
    "remove_meet": {"type": "boolean", "description": "Take the conference away."},
}
_KEPT_LENGTH: Final = {
    "end": {
        **_WHEN,
        "description": "Exclusive. A `start` without it moves the event, which lasts as long as "
        "before; it alone changes how long.",
    }
}
SCOPE_SCHEMA: Final[dict[str, Any]] = {"type": "string", "enum": [each.value for each in Scope]}


class NewEvent(OpenShape):
    json_schema = {
        "type": "object",
        "anyOf": [{"required": ["start"]}, {"required": ["start_time"]}],
        "properties": {
            **_FIELDS,
            "calendar_id": {**_TEXT, "description": "Default: your calendar for new events."},
        },
        "additionalProperties": False,
    }


class EventCopy(OpenShape):
    json_schema = {
        "type": "object",
        "description": "The fields in which the copy differs; null leaves one out.",
        "properties": {
            **_FIELDS,
            **_KEPT_LENGTH,
            **_GUEST_CHANGES,
            "calendar_id": {**_TEXT, "description": "Default: that of the original."},
        },
        "additionalProperties": False,
    }


class EventChanges(OpenShape):
    json_schema = {
        "type": "object",
        "description": "Only the fields to change; null clears one.",
        "properties": {**_FIELDS, **_KEPT_LENGTH, **_GUEST_CHANGES, "scope": SCOPE_SCHEMA},
        "additionalProperties": False,
    }


class Removal(OpenShape):
    json_schema = {
        "type": "object",
        "properties": {"scope": SCOPE_SCHEMA, "notify": _FIELDS["notify"]},
        "additionalProperties": False,
    }
