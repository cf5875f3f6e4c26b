"""Which fields of an event a copy takes over. Pure but for the models.

A conference is not copied: whoever had its link would get into another meeting (section 3.6). Nor
is what ties another program to the original: extended properties, source, attachments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.sync.core.people import ANSWER, person_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calendars.event_resource import Resource
    from calendars.models import Calendar

COPIED_FIELDS = frozenset(
    {"summary", "description", "location", "start", "end", "recurrence", "attendees", "colorId"}
    | {"transparency", "visibility", "reminders"}
    | {"guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests"}
)
_OF_THIS_LIST = ANSWER | {"self", "organizer", "id"}


def copy_of(event: Resource, calendar: Calendar) -> dict[str, Any]:
    """The body of a new event in ``calendar`` that is like this one; its guests have not answered.

    The calendar's own entry, where there is one, is taken to accept: it is their event now.
    """
    body = {name: value for name, value in event.items() if name in COPIED_FIELDS}
    if guests := [_guest(each, calendar) for each in event.get("attendees") or () if _named(each)]:
        body["attendees"] = guests
    else:
        body.pop("attendees", None)
    return body


def _named(guest: Mapping[str, Any]) -> bool:
    return bool(guest.get("email"))


def _guest(guest: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    fresh = {fact: value for fact, value in guest.items() if fact not in _OF_THIS_LIST}
    if person_key(guest) == calendar.google_id.lower():
        fresh["responseStatus"] = "accepted"
    return fresh
