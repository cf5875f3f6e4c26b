"""The list of calendars as one person sees it, with its own change log and tokens.

google-calendar-api.md sections 2.2 and 5.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google_simulator import palette, sync_tokens
from google_simulator.access import at_least, role_of
from google_simulator.errors import ApiError, invalid, not_found
from google_simulator.world import Calendar, ListEntry, Person, World, collection_etag

if TYPE_CHECKING:
    from google_simulator.times import Resource

_WRITABLE = (
    "summaryOverride",
    "colorId",
    "backgroundColor",
    "foregroundColor",
    "hidden",
    "selected",
    "defaultReminders",
    "notificationSettings",
)
CONFERENCES = {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}


def subscribe(world: World, person: Person, calendar: Calendar, fields: Resource) -> ListEntry:
    """Put a calendar on somebody's list, or bring it back."""
    known = person.entries.get(calendar.id)
    color = {"colorId": palette.next_color(len(person.entries))}
    kept = known.fields if known else {**color, "defaultReminders": []}
    entry = ListEntry(calendar.id, 0, 0, {**kept, **_accept(fields)})
    person.entries[calendar.id] = entry
    touch(world, person, entry)
    return entry


def _accept(fields: Resource) -> Resource:
    kept = {name: fields[name] for name in _WRITABLE if fields.get(name) is not None}
    if "colorId" in kept and not palette.is_calendar_color(str(kept["colorId"])):
        raise invalid("Invalid colorId value.", location="colorId")
    return kept


def touch(world: World, person: Person, entry: ListEntry) -> None:
    """Log a change of an entry."""
    person.list_seq += 1
    entry.seq, entry.stamp = person.list_seq, world.stamp()
    person.stamp = entry.stamp
    world.note("calendarList", person.email)


def entry_resource(world: World, person: Person, entry: ListEntry) -> Resource:
    """A CalendarListEntry as answered to its person."""
    calendar = world.calendars[entry.calendar_id]
    fields = entry.fields
    made: Resource = {
        "kind": "calendar#calendarListEntry",
        "etag": collection_etag(entry.stamp),
        "id": calendar.id,
        "summary": calendar.summary,
        **{k: calendar.extra[k] for k in ("description", "location") if k in calendar.extra},
        "timeZone": calendar.time_zone,
        **palette.calendar_color(str(fields.get("colorId", "1"))),
        **{name: value for name, value in fields.items() if value not in (False, "")},
        "accessRole": role_of(calendar, person.email),
        "conferenceProperties": CONFERENCES,
    }
    if calendar.primary and calendar.id == person.email:
        made["primary"] = True
    elif not calendar.primary and not calendar.room:
        made["dataOwner"] = calendar.owner
    return made | ({"deleted": True} if _is_deleted(world, person, entry) else {})


def _is_deleted(world: World, person: Person, entry: ListEntry) -> bool:
    calendar = world.calendars[entry.calendar_id]
    return entry.deleted or calendar.deleted or role_of(calendar, person.email) == "none"


def find(world: World, person: Person, calendar_id: str) -> ListEntry:
    """The entry of a calendar on somebody's list; 404 if it is not there."""
    entry = person.entries.get(person.email if calendar_id == "primary" else calendar_id)
    if entry is None or _is_deleted(world, person, entry):
        raise not_found()
    return entry


def change(
    world: World, person: Person, entry: ListEntry, body: Resource, *, replace: bool
) -> None:
    """PATCH or PUT of an entry's writable fields; lists in it are replaced whole."""
    sent = {name: body[name] for name in _WRITABLE if name in body}
    before = entry.fields
    kept = {"colorId": before.get("colorId", "1"), "defaultReminders": []} if replace else before
    fields = {**kept, **_accept(sent)}
    fields = {name: value for name, value in fields.items() if sent.get(name, "") is not None}
    if fields != before:
        entry.fields = fields
        touch(world, person, entry)


def unsubscribe(world: World, person: Person, entry: ListEntry) -> None:
    """Take a calendar off the list; its data owner cannot (trap 35)."""
    if world.calendars[entry.calendar_id].owner == person.email:
        message = (
            "The data owner of a calendar cannot remove such a calendar from their calendar list."
        )
        raise ApiError(403, "cannotUnsubscribeFromOwnedCalendar", message)
    entry.deleted = True
    touch(world, person, entry)


def page(
    world: World,
    person: Person,
    *,
    max_results: int,
    page_token: str,
    question: str,
    since: int | None,
    show_hidden: bool,
    show_deleted: bool,
    min_role: str,
) -> Resource:
    """One page of the list. With a token, deleted and hidden entries always show (5.4)."""
    if since is not None:
        show_hidden = show_deleted = True
    offset, seq = read_page_token(page_token, person.list_seq)
    entries = list(person.entries.values())
    items = [
        entry_resource(world, person, entry)
        for entry in entries[offset : offset + max_results]
        if entry.seq > (since or 0)
        and (show_hidden or not entry.fields.get("hidden"))
        and (show_deleted or not _is_deleted(world, person, entry))
        and at_least(role_of(world.calendars[entry.calendar_id], person.email), min_role or "none")
    ]
    answer: Resource = {
        "kind": "calendar#calendarList",
        "etag": collection_etag(person.stamp),
        "items": items,
    }
    if offset + max_results < len(entries):
        return answer | {"nextPageToken": f"{offset + max_results}.{seq}"}
    token = sync_tokens.issue(world, seq=seq, epoch=person.list_epoch, question=question)
    return answer | {"nextSyncToken": token}


def read_page_token(token: str, seq: int) -> tuple[int, int]:
    """Offset and starting place in the change log: what changes meanwhile comes with the delta."""
    if not token:
        return 0, seq
    offset, _, start = token.partition(".")
    if not (offset.isdecimal() and start.isdecimal()):
        raise invalid("Invalid page token value.", location="pageToken")
    return int(offset), int(start)
