"""Which guests Google tells of a change, and what that means, in sentences. Pure.

google-calendar-api.md section 6.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.models import Notify
from calendars.sync.core.push_plan import is_copy

if TYPE_CHECKING:
    from collections.abc import Collection

    from calendars.event_resource import Resource

PER_COPY = frozenset({"reminders", "colorId", "transparency"})
"""Of these no other copy of the event hears (section 3.4), so there is nothing to tell."""
TOLD_BY_DEFAULT = "The guests are told of this, because notify did not say otherwise."
NOBODY_TOLD = "No guest is told; those who do not use Google Calendar never learn of it."
ANSWER_TOLD = "The organizer is told of the answer, because notify did not say otherwise."
ANSWER_UNTOLD = "Nobody is told of the answer; the organizer finds it in the event."
LEAVES = "You are a guest: the event leaves this calendar, and the organizer sees that you decline."
GHOSTS = (
    "No guest is told of the delete: Google leaves the event on their calendars. "
    "Delete with notify=all to take it away there too."
)


def has_guests(*versions: Resource) -> bool:
    """Whether anybody but the calendar's own entry is a guest in one of the versions, also one whom
    Google does not show: of a large list it leaves out all but the own entry (section 3.4)."""
    if any(event.get("attendeesOmitted") for event in versions):
        return True
    guests = (guest for event in versions for guest in event.get("attendees") or [])
    return any(not guest.get("self") for guest in guests)


def whom(
    asked: Notify | None, *versions: Resource, fields: Collection[str] | None = None
) -> Notify:
    """Who is told: as asked, else all where there are guests before or after the change.

    ``fields`` are those that change, None where the whole event comes or goes.
    """
    if asked is not None:
        return asked
    private = fields is not None and PER_COPY.issuperset(fields)
    return Notify.ALL if has_guests(*versions) and not private else Notify.NONE


def of_edit(asked: Notify | None, told: Notify, *versions: Resource) -> tuple[str, ...]:
    """What a caller should know about who is told of a new or changed event."""
    if not has_guests(*versions):
        return ()
    if asked is None:
        return (TOLD_BY_DEFAULT,) if told != Notify.NONE else ()
    return (NOBODY_TOLD,) if told == Notify.NONE else ()


def of_delete(asked: Notify | None, told: Notify, event: Resource) -> tuple[str, ...]:
    """What a caller should know about the other copies of a deleted event (trap 13)."""
    if is_copy(event) and event.get("attendees"):
        return (LEAVES,)
    if told == Notify.NONE and has_guests(event):
        return (GHOSTS,)
    return of_edit(asked, told, event)


def of_answer(asked: Notify | None, told: Notify) -> tuple[str, ...]:
    """What a guest should know about who is told of an answer to somebody else's event."""
    if told == Notify.NONE:
        return (ANSWER_UNTOLD,)
    return (ANSWER_TOLD,) if asked is None else ()
