"""A change as Google will print it, so that it shows before the sync as it does after it. Pure.

What is sent spells out what is meant. Google leaves out what is the default, and gives each guest
an answer (google-calendar-api.md 3.1, 3.4, 3.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.sync.core.people import person_key
from calendars.sync.core.values import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.sync.core.types import Operation

_LEFT_OUT = {name: DEFAULTS[name] for name in DEFAULTS.keys() - {"status", "eventType"}}
_FACTS_LEFT_OUT = frozenset({"optional", "comment", "additionalGuests", "resource"})


def printed(
    resource: Mapping[str, Any],
    operations: Sequence[Operation],
    *,
    agreed: Mapping[str, Any] | None,
    calendar_id: str,
    usual_reminders: Sequence[Any],
) -> dict[str, Any]:
    """The resource with what the operations changed as Google prints it on that calendar.

    ``usual_reminders`` are those of the calendar: an event of whole days that says nothing of
    reminders has them as its own.
    """
    result = dict(resource)
    changed = {name for operation in operations for name in operation.payload}
    for name in changed:
        if result.get(name) == _LEFT_OUT.get(name, []):
            result.pop(name, None)
    if "attendees" in changed and "attendees" in result:
        touched = _keys(*(operation.payload.get("attendees") for operation in operations))
        new = touched - _keys((agreed or {}).get("attendees"))
        result["attendees"] = [
            _person(each, is_new=person_key(each) in new, event=resource, own=calendar_id)
            if person_key(each) in touched
            else each
            for each in result["attendees"]
        ]
    if "reminders" in changed or agreed is None:
        result["reminders"] = _reminders(result, usual_reminders)
    if (conference := result.get("conferenceData")) and "conferenceData" in changed:
        result["conferenceData"] = _asked_for(conference)
    return result


def _asked_for(conference: Mapping[str, Any]) -> dict[str, Any]:
    """A conference that Google is still to be asked for is as one that it is making (3.6)."""
    request = conference.get("createRequest")
    if not request or "status" in request:
        return dict(conference)
    return {**conference, "createRequest": {**request, "status": {"statusCode": "pending"}}}


def _keys(*lists: Sequence[Mapping[str, Any]] | None) -> set[str]:
    return {person_key(person) for people in lists for person in people or ()}


def _person(
    person: Mapping[str, Any], *, is_new: bool, event: Mapping[str, Any], own: str
) -> dict[str, Any]:
    known = {fact: value for fact, value in person.items() if value or fact not in _FACTS_LEFT_OUT}
    if not is_new:
        return known
    email = person_key(person)
    organizer = str((event.get("organizer") or {}).get("email") or "")
    marks = {"organizer": email == organizer.lower(), "self": email == own.lower()}
    return {
        **known,
        "email": email,
        **{mark: True for mark, is_so in marks.items() if is_so},
        "responseStatus": person.get("responseStatus") or "needsAction",
    }


def _reminders(event: Mapping[str, Any], usual: Sequence[Any]) -> dict[str, Any]:
    reminders = event.get("reminders")
    if reminders is None and "date" in (event.get("start") or {}):
        reminders = {"useDefault": False, "overrides": list(usual)}
    reminders = reminders or {"useDefault": True}
    return {name: value for name, value in reminders.items() if name != "overrides" or value}
