"""Changes that Google would refuse are refused at once, with the reason. Pure but for the models.

google-calendar-api.md sections 3.1 (shared and per-copy fields), 3.4 and 3.7 (event types).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import AccountStatus
from calendars.errors import NotWritableError
from calendars.sync.core.people import person_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from calendars.event_resource import Resource
    from calendars.models import Calendar

_OWN_COPY = frozenset({"reminders", "colorId", "transparency", "visibility"})
"""What a guest may change: it stays on the guest's own copy."""
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


def require_editable(event: Resource, payload: Mapping[str, Any]) -> None:
    """Raise NotWritableError, with a sentence for each field, where Google would refuse a field."""
    refused = _refused_by_type(event, payload) or _refused_by_lock(event, payload)
    refused = refused or _refused_to_guest(event, payload)
    if refused:
        raise NotWritableError(
            next(iter(refused.values())), fields=refused, event_id=event.get("id")
        )


def _refused_by_type(event: Resource, payload: Collection[str]) -> dict[str, str]:
    event_type = event.get("eventType", "default")
    allowed = _ALLOWED_BY_TYPE.get(event_type)
    if allowed is None:
        return {}
    sentence = f"Google does not let this be changed on an event of the type {event_type}."
    return dict.fromkeys((name for name in payload if name not in allowed), sentence)


def _refused_by_lock(event: Resource, payload: Collection[str]) -> dict[str, str]:
    if not event.get("locked"):
        return {}
    sentence = "This copy is locked: its main fields cannot be changed."
    return dict.fromkeys((name for name in payload if name in _LOCKED), sentence)


def _refused_to_guest(event: Resource, payload: Mapping[str, Any]) -> dict[str, str]:
    organizer = event.get("organizer") or {}
    if not organizer or organizer.get("self") or event.get("guestsCanModify"):
        return {}
    if not event.get("attendees") and not event.get("attendeesOmitted"):
        return {}
    refused = [name for name in payload if name not in _OWN_COPY]
    if "attendees" in refused and _only_invites(event, payload["attendees"] or []):
        refused.remove("attendees")
    return dict.fromkeys(refused, "Only the organizer of this event can change this.")


def _only_invites(event: Resource, wanted: Collection[Mapping[str, Any]]) -> bool:
    """Whether a guest list keeps everybody, at most adds people, and adding is allowed."""
    before = {person_key(person) for person in event.get("attendees") or []}
    after = {person_key(person) for person in wanted}
    return before <= after and (before == after or event.get("guestsCanInviteOthers", True))
