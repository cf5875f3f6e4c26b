"""Changes that Google would refuse are refused at once, with the reason. Pure but for the models.

google-calendar-api.md sections 3.1 (shared and per-copy fields), 3.4 and 3.7 (event types).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from accounts.models import AccountStatus
from calendars.errors import NotWritableError
from calendars.models import AccessRole
from calendars.sync.core.people import person_key
from calendars.sync.core.push_plan import is_copy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from calendars.event_resource import Resource
    from calendars.models import Calendar

_OWN_COPY = frozenset({"reminders", "colorId", "transparency", "visibility"})
"""What a guest may change: it stays on the guest's own copy."""
_ORGANIZERS = frozenset(
    {"guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests", "recurrence"}
)
"""What stays the organizer's, whatever guests may do (section 3.1, forbiddenForNonOrganizer)."""
_LOCKED = frozenset({"summary", "description", "location", "start", "end", "recurrence"})
_TIME_OFF = frozenset(
    {"summary", "description", "location", "start", "end", "recurrence", "reminders", "colorId"}
    | {"visibility"}
)
_ALLOWED_BY_TYPE: dict[str, frozenset[str]] = {
    "birthday": frozenset({"summary", "start", "end", "reminders", "colorId"}),
    "fromGmail": frozenset({"reminders", "colorId", "visibility", "transparency", "attendees"}),
    "focusTime": _TIME_OFF,
    "outOfOffice": _TIME_OFF,
    "workingLocation": _TIME_OFF - {"visibility"},
}
_NAMES = {
    "birthday": "a birthday",
    "fromGmail": "an event from Gmail",
    "focusTime": "focus time",
    "outOfOffice": "an absence",
    "workingLocation": "a working location",
}
_LINKED_BIRTHDAYS = frozenset({"self"})
_UNSEEN = frozenset({"private", "confidential"})
PARTIAL_LIST = (
    "Google shows only a part of this guest list here: it cannot be changed without losing the "
    "others. Your own answer can be given."
)
HIDDEN_LIST = "The organizer keeps the guest list to themselves, so nobody can be invited from it."


def require_writable(calendar: Calendar) -> None:
    """Raise NotWritableError unless changes of this calendar's events can reach Google."""
    if not calendar.writable:
        raise NotWritableError(
            "You may read this calendar but not change it.", calendar_id=calendar.google_id
        )
    if calendar.account.status == AccountStatus.DISCONNECTED:
        raise NotWritableError(
            "This calendar's Google account is disconnected.", calendar_id=calendar.google_id
        )


def require_visible(calendar: Calendar, event: Resource) -> None:
    """Raise NotWritableError for a private event that this role sees as busy time only."""
    blind = calendar.access_role == AccessRole.WRITER_WITHOUT_PRIVATE_ACCESS
    if blind and event.get("visibility") in _UNSEEN:
        raise NotWritableError(
            "This event is private: on this calendar you see only that the time is taken, "
            "and you cannot change it.",
            event_id=event.get("id"),
        )


def require_whole_list(event: Resource) -> None:
    """Raise NotWritableError where a copy of the event would lose guests."""
    if event.get("attendeesOmitted"):
        raise NotWritableError(PARTIAL_LIST, event_id=event.get("id"))


def require_editable(event: Resource, payload: Mapping[str, Any]) -> None:
    """Raise NotWritableError, with a sentence for each field, where Google would refuse a field."""
    refused = _refused_by_type(event, payload) or _refused_by_lock(event, payload)
    refused = refused or _refused_to_guest(event, payload)
    if not refused and "attendees" in payload:
        refused = _refused_by_guest_list(event, payload["attendees"] or [])
    if refused:
        raise NotWritableError(
            next(iter(refused.values())), fields=refused, event_id=event.get("id")
        )


def require_movable(event: Resource) -> None:
    """Raise NotWritableError for what cannot be given to another calendar (sections 3.7, 6.6)."""
    event_type = event.get("eventType", "default")
    if event_type != "default":
        sentence = f"Google does not let {_NAMES.get(event_type, 'this')} be moved."
        raise NotWritableError(sentence, event_id=event.get("id"))
    if is_copy(event):
        raise NotWritableError(
            "Only its organizer can move this event to another calendar.", event_id=event.get("id")
        )


def require_copyable(event: Resource) -> None:
    """Raise NotWritableError for types that cannot be made by a copy (section 3.7)."""
    event_type = event.get("eventType", "default")
    if event_type not in ("default", "fromGmail"):
        name = _NAMES.get(event_type, "an event of this type")
        sentence = f"A copy of {name} would not be one: make it in Google Calendar."
        raise NotWritableError(sentence, event_id=event.get("id"))


def _refused_by_type(event: Resource, payload: Mapping[str, Any]) -> dict[str, str]:
    event_type = event.get("eventType", "default")
    allowed = _ALLOWED_BY_TYPE.get(event_type)
    if allowed is None:
        return {}
    name = _NAMES[event_type]
    sentence = f"Google does not let this be changed of {name}."
    if refused := dict.fromkeys((field for field in payload if field not in allowed), sentence):
        return refused
    times = {field: payload[field] for field in ("start", "end") if payload.get(field)}
    if times and (problem := _ill_timed(event, times)):
        return dict.fromkeys(times, problem)
    return {}


def _ill_timed(event: Resource, times: Mapping[str, Any]) -> str:
    """What is wrong with a new start or end for the type of the event; empty where nothing is."""
    event_type = event.get("eventType", "default")
    moments = {"start": event.get("start"), "end": event.get("end"), **times}
    days = [str((moments[edge] or {}).get("date") or "") for edge in ("start", "end")]
    if event_type in ("focusTime", "outOfOffice") and any(days):
        return f"{_NAMES[event_type].capitalize()} has a time of day; Google takes no whole days."
    if event_type == "birthday":
        birthday = event.get("birthdayProperties") or {}
        if birthday.get("contact") or birthday.get("type") in _LINKED_BIRTHDAYS:
            return "This birthday comes from a contact or profile: change its day there."
    if event_type in ("birthday", "workingLocation") and any(days) and not _is_one_day(days):
        return f"{_NAMES[event_type].capitalize()} of whole days is exactly one day long."
    if event_type == "birthday" and not all(days):
        return "A birthday is a whole day."
    return ""


def _is_one_day(days: Sequence[str]) -> bool:
    first, after = (dt.date.fromisoformat(day) if day else None for day in days)
    return first is not None and after is not None and after - first == dt.timedelta(days=1)


def _refused_by_lock(event: Resource, payload: Collection[str]) -> dict[str, str]:
    if not event.get("locked"):
        return {}
    sentence = "This copy is locked: its main fields cannot be changed."
    return dict.fromkeys((name for name in payload if name in _LOCKED), sentence)


def _refused_to_guest(event: Resource, payload: Mapping[str, Any]) -> dict[str, str]:
    if not is_copy(event) or not (event.get("attendees") or event.get("attendeesOmitted")):
        return {}
    kept = _ORGANIZERS if event.get("guestsCanModify") else payload.keys() - _OWN_COPY
    refused = [name for name in payload if name in kept]
    if "attendees" in refused and _only_invites(event, payload["attendees"] or []):
        refused.remove("attendees")
    return dict.fromkeys(refused, "Only the organizer of this event can change this.")


def _only_invites(event: Resource, wanted: Collection[Mapping[str, Any]]) -> bool:
    """Whether a guest list keeps everybody, at most adds people, and adding is allowed."""
    before = {person_key(person) for person in event.get("attendees") or []}
    after = {person_key(person) for person in wanted}
    return before <= after and (before == after or event.get("guestsCanInviteOthers", True))


def _refused_by_guest_list(
    event: Resource, wanted: Collection[Mapping[str, Any]]
) -> dict[str, str]:
    """A list that is not whole cannot be changed; the calendar's own row always can."""
    before = {person_key(each): each for each in event.get("attendees") or []}
    touched = [each for each in wanted if each != before.get(person_key(each))]
    same_people = before.keys() == {person_key(each) for each in wanted}
    if same_people and all(each.get("self") for each in touched):
        return {}
    if event.get("attendeesOmitted"):
        return {"attendees": PARTIAL_LIST}
    if is_copy(event) and not event.get("guestsCanSeeOtherGuests", True):
        return {"attendees": HIDDEN_LIST}
    return {}
