"""Which fields of an event a copy takes over. Pure but for the models.

A conference is not copied: whoever had its link would get into another meeting (section 3.6). Nor
is what ties another program to the original: extended properties, source, attachments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.event_resource import EDITABLE_FIELDS
from calendars.sync.core.people import ANSWER, person_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from calendars.event_resource import Resource
    from calendars.models import Calendar

COPIED_FIELDS = frozenset(
    {"summary", "description", "location", "start", "end", "recurrence", "attendees", "colorId"}
    | {"transparency", "visibility", "reminders"}
    | {"guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests"}
)
ANEW_FIELDS = (EDITABLE_FIELDS - {"status", "conferenceData"}) | {"extendedProperties", "source"}
"""Of an event that takes the place of another one, which is gone: what ties programs to it too."""
OF_ONE_LIST = frozenset({"self", "organizer", "id"})
"""What a guest is on the list of one event only."""


def copy_of(
    event: Resource, calendar: Calendar, *, fields: Collection[str] = COPIED_FIELDS
) -> dict[str, Any]:
    """The body of a new event in ``calendar`` that is like this one; its guests have not answered.

    The calendar's own entry, where there is one, is taken to accept: it is their event now.
    """
    body = {name: value for name, value in event.items() if name in fields}
    if guests := [_guest(each, calendar) for each in event.get("attendees") or () if _named(each)]:
        body["attendees"] = guests
    else:
        body.pop("attendees", None)
    return body


def not_answered(guest: Mapping[str, Any]) -> dict[str, Any]:
    """A guest as he is asked for the first time."""
    return {fact: value for fact, value in guest.items() if fact not in ANSWER | OF_ONE_LIST}


def _named(guest: Mapping[str, Any]) -> bool:
    return bool(guest.get("email"))


def _guest(guest: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    fresh = not_answered(guest)
    if person_key(guest) == calendar.google_id.lower():
        fresh["responseStatus"] = "accepted"
    return fresh
