"""Rows of Google as everybody else may rely on them. Pure.

Google's answers hold the odd row that no document describes, and one of them must not keep a whole
calendar from being read (trap 7). So what has a type that Google does not promise is left out here,
once; whoever reads a resource later finds a field absent or of its documented type. Fields that are
not listed are kept as they come.
"""

from __future__ import annotations

from typing import Any

_LONGEST_ID = 1024
_LONGEST_CALENDAR_ID = 320
_LONGEST_ETAG = 128

_PERSON = {
    "id": str,
    "email": str,
    "displayName": str,
    "self": bool,
    "organizer": bool,
    "resource": bool,
    "optional": bool,
    "responseStatus": str,
    "comment": str,
    "additionalGuests": int,
}
_MOMENT = {"date": str, "dateTime": str, "timeZone": str}
_EVENT: dict[str, Any] = {
    "id": str,
    "etag": str,
    "status": str,
    "eventType": str,
    "htmlLink": str,
    "hangoutLink": str,
    "created": str,
    "updated": str,
    "summary": str,
    "description": str,
    "location": str,
    "colorId": str,
    "transparency": str,
    "visibility": str,
    "iCalUID": str,
    "sequence": int,
    "recurringEventId": str,
    "start": _MOMENT,
    "end": _MOMENT,
    "originalStartTime": _MOMENT,
    "recurrence": [str],
    "creator": _PERSON,
    "organizer": _PERSON,
    "attendees": [_PERSON],
    "attendeesOmitted": bool,
    "endTimeUnspecified": bool,
    "guestsCanInviteOthers": bool,
    "guestsCanModify": bool,
    "guestsCanSeeOtherGuests": bool,
    "anyoneCanAddSelf": bool,
    "locked": bool,
    "privateCopy": bool,
    "reminders": {"useDefault": bool, "overrides": [{"method": str, "minutes": int}]},
    "extendedProperties": {"private": dict, "shared": dict},
    "conferenceData": {
        "conferenceId": str,
        "createRequest": {"requestId": str, "status": {"statusCode": str}},
        "entryPoints": [{"entryPointType": str, "uri": str, "label": str}],
        "conferenceSolution": {"name": str, "iconUri": str, "key": {"type": str}},
    },
    "attachments": [{"fileUrl": str, "title": str, "mimeType": str, "iconLink": str}],
    "source": {"title": str, "url": str},
}
_CALENDAR: dict[str, Any] = {
    "id": str,
    "summary": str,
    "summaryOverride": str,
    "description": str,
    "timeZone": str,
    "colorId": str,
    "backgroundColor": str,
    "foregroundColor": str,
    "accessRole": str,
    "defaultReminders": [{"method": str, "minutes": int}],
    "primary": bool,
    "selected": bool,
    "hidden": bool,
    "deleted": bool,
}


def is_row(row: Any) -> bool:
    """Whether this is a row at all: it has an id that can be one of Google's."""
    return isinstance(row, dict) and isinstance(row.get("id"), str) and _is_id(row["id"])


def is_calendar(row: Any) -> bool:
    """Whether this is an entry of a calendar list: their ids are addresses."""
    return is_row(row) and len(row["id"]) <= _LONGEST_CALENDAR_ID


def calendar_row(row: dict[str, Any]) -> dict[str, Any]:
    """An entry of a calendar list, fields of an impossible type left out."""
    return row if _fits(row, _CALENDAR) else dict(_fitting(row, _CALENDAR))


def event_row(row: dict[str, Any]) -> dict[str, Any]:
    """An event's resource, fields of an impossible type left out."""
    event = row if _fits(row, _EVENT) else _fitting(row, _EVENT)
    if len(event.get("etag", "")) > _LONGEST_ETAG:
        event = {key: value for key, value in event.items() if key != "etag"}
    if not _is_id(event.get("recurringEventId", "x")):
        event = {key: value for key, value in event.items() if key != "recurringEventId"}
    return event


def _is_id(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID


def _fits(value: dict[str, Any], shape: dict[str, Any]) -> bool:
    """Whether a value is wholly as it should be, which nearly all are: this has to be quick."""
    for key, each in value.items():
        known = shape.get(key)
        kind = type(each)
        if known is None or kind is known:
            continue
        if kind is not type(known):
            return False
        if not (_fits(each, known) if kind is dict else _all_fit(each, known[0])):
            return False
    return True


def _all_fit(values: list[Any], shape: Any) -> bool:
    if type(shape) is type:
        return all(type(each) is shape for each in values)
    return all(type(each) is dict and _fits(each, shape) for each in values)


def _fitting(value: Any, shape: Any) -> Any:
    """The value, of the right type at its top, with what does not fit inside it left out."""
    if type(shape) is list:
        return [_fitting(each, shape[0]) for each in value if _is_of(each, shape[0])]
    if type(shape) is not dict:
        return value
    kept = {key: each for key, each in value.items() if _is_of(each, shape.get(key, type(each)))}
    return {key: _fitting(each, shape.get(key, type(each))) for key, each in kept.items()}


def _is_of(value: Any, shape: Any) -> bool:
    return type(value) is (shape if type(shape) is type else type(shape))
