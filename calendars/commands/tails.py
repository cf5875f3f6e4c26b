"""What the new series holds when a series is split. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import recurrence
from calendars.commands.copying import ANEW_FIELDS, OF_ONE_LIST
from calendars.commands.remade import left_out
from calendars.sync.core.people import ANSWER
from calendars.sync.core.values import same_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from calendars.event_resource import Resource

NEW_MEETING_LINK = "The later occurrences get a meeting link of their own."
NO_MEETING_LINK = "The meeting link is not taken over to the later occurrences."
ASKED_ANEW = "The guests are asked anew whether they come at the new time."
_TAKEN_OVER = ANEW_FIELDS | {
    "status",
    "eventType",
    "focusTimeProperties",
    "outOfOfficeProperties",
    "workingLocationProperties",
}


def tail_of(
    series: Resource, cut: recurrence.Cut, *, deleted: Iterable[int | str], zone: str
) -> dict[str, Any]:
    """A series from a cut on, all else unchanged; what was deleted of it one by one stays away."""
    times = recurrence.times_at(series, slot=cut.start, calendar_zone=zone)
    return {**series, **times, "recurrence": [*cut.tail, *map(left_out, deleted)]}


def new_series(
    tail: Resource, *, unchanged: Resource, request_id: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The body to make ``tail`` from, and sentences about what it does not take over.

    ``unchanged`` is the tail as it was before; ``request_id`` names the request for a Meet link,
    which is never shared between events (google-calendar-api.md section 3.6).
    """
    body = {
        name: value
        for name, value in tail.items()
        if name in _TAKEN_OVER and value not in (None, [], {}) and (name, value) != _CONFIRMED
    }
    conference, notes = _conference(tail.get("conferenceData") or {}, request_id)
    if conference:
        body["conferenceData"] = conference
    if guests := body.get("attendees"):
        anew = not same_unit("time", unchanged, tail)
        body["attendees"] = [_guest(guest, asked_anew=anew) for guest in guests]
        if anew and any(_answered(guest) for guest in guests):
            notes.append(ASKED_ANEW)
    return body, tuple(notes)


_CONFIRMED = ("status", "confirmed")


def _conference(known: Mapping[str, Any], request_id: str) -> tuple[dict[str, Any], list[str]]:
    if not known:
        return {}, []
    if not known.get("conferenceId") and "createRequest" in known:
        return dict(known), []
    kind = ((known.get("conferenceSolution") or {}).get("key") or {}).get("type")
    if kind != "hangoutsMeet":
        return {}, [NO_MEETING_LINK]
    key = {"requestId": request_id, "conferenceSolutionKey": {"type": kind}}
    return {"createRequest": key}, [NEW_MEETING_LINK]


def _guest(guest: Mapping[str, Any], *, asked_anew: bool) -> dict[str, Any]:
    """An answer holds for the time that it was given for."""
    dropped = ANSWER if asked_anew and _answered(guest) else frozenset()
    return {fact: value for fact, value in guest.items() if fact not in OF_ONE_LIST | dropped}


def _answered(guest: Mapping[str, Any]) -> bool:
    """Whether somebody other than the organizer has answered."""
    own = guest.get("self") or guest.get("organizer")
    return not own and guest.get("responseStatus", "needsAction") != "needsAction"
