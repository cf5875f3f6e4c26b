"""One event on several calendars: guests' copies, answers that flow back, rooms.

The organizer's calendar holds the main copy; each guest's primary calendar and each room holds
one with the same id (google-calendar-api.md sections 2.5, 3.4 and 6.6).
"""

from __future__ import annotations

from google_simulator.errors import ApiError
from google_simulator.resources import (
    PER_COPY,
    WRITABLE,
    attendee,
    finish,
    html_link,
    is_tombstone,
    span_of,
)
from google_simulator.series import (
    Target,
    bury,
    derived,
    locate,
    put_exception,
    restamp,
    slot_of,
)
from google_simulator.times import Resource, reprint
from google_simulator.world import Calendar, EventRow, Task, World

_ORGANIZER_ONLY = (
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "anyoneCanAddSelf",
    "recurrence",
    "source",
)
_OWN_VERSION = {"etag", "updated", "kind", "htmlLink", "attendees", "hangoutLink"}


def is_copy(calendar: Calendar, resource: Resource) -> bool:
    """Whether the event was organized on another calendar than this one."""
    organizer = resource.get("organizer", {}).get("email", calendar.id)
    return bool(organizer != calendar.id and resource.get("eventType") != "outOfOffice")


def _home(world: World, resource: Resource) -> Calendar | None:
    calendar = world.calendars.get(resource["organizer"]["email"])
    return None if calendar is None or calendar.deleted else calendar


def complete_guests(old: Resource, whole: Resource, body: Resource) -> Resource:
    """`attendeesOmitted: true` in a write means: only these entries, leave the others (3.4)."""
    if not body.get("attendeesOmitted") or "attendees" not in body:
        return whole
    entries = {entry["email"]: entry for entry in old.get("attendees", [])}
    for given in body["attendees"] or []:
        email = str(given.get("email", "")).lower()
        entries[email] = entries.get(email, {}) | given
    kept = {name: value for name, value in whole.items() if name != "attendeesOmitted"}
    return kept | {"attendees": list(entries.values())}


def guest_change(calendar: Calendar, old: Resource, fields: Resource) -> Resource:
    """What a guest's write does to the guest's own copy.

    403 for what only the organizer may change. Other edits stay on this copy until the
    organizer's next change overwrites them (3.4).
    """
    shared = (fields.get("extendedProperties") or {}).get("shared")
    before = (old.get("extendedProperties") or {}).get("shared")
    locked = shared != before or any(old.get(name) != fields.get(name) for name in _ORGANIZER_ONLY)
    if old.get("guestsCanModify"):
        return fields
    if locked:
        message = "Shared properties can only be changed by the organizer of the event."
        raise ApiError(403, "forbiddenForNonOrganizer", message)
    guests = _guests_after(calendar, old, fields)
    return {**fields, "attendees": guests} if guests else fields


def tell_organizer(world: World, calendar: Calendar, old: Resource, fields: Resource) -> None:
    """What of a guest's write is for everybody: the answer, or all where guests may modify.

    Comes after that write, for the organizer's version that returns has the last word.
    """
    home = _home(world, old)
    if home is None:
        return
    if old.get("guestsCanModify"):
        _write_main(world, home, old["id"], _shared_changes(old, fields))
    elif fields.get("attendees", []) != _plain(old.get("attendees", [])):
        guests = {"attendees": fields["attendees"]}
        _write_main(world, home, old["id"], guests, mine=calendar.id)


def _plain(entries: list[Resource]) -> list[Resource]:
    marks = {"self", "organizer"}
    return [{k: v for k, v in entry.items() if k not in marks} for entry in entries]


def _shared_changes(old: Resource, fields: Resource) -> Resource:
    names = ((set(old) | set(fields)) & WRITABLE) - PER_COPY
    return {name: fields.get(name) for name in names if old.get(name) != fields.get(name)}


def _guests_after(calendar: Calendar, old: Resource, fields: Resource) -> list[Resource]:
    """The old list with the guest's own entry as sent, and those whom the guest invited."""
    sent = {entry["email"]: entry for entry in fields.get("attendees", [])}
    known = _plain(old.get("attendees", []))
    after = [
        sent.get(entry["email"], entry) if entry["email"] == calendar.id else entry
        for entry in known
    ]
    if old.get("guestsCanInviteOthers", True):
        emails = {entry["email"] for entry in known}
        after += [entry for email, entry in sent.items() if email not in emails]
    return after


def _write_main(
    world: World, home: Calendar, event_id: str, values: Resource, *, mine: str = ""
) -> None:
    """Write into the organizer's copy, which then reaches all guests.

    With `mine` only that guest's entry and new guests are taken from `attendees`.
    """
    try:
        target = locate(home, event_id)
    except ApiError:
        return
    if target.resource["status"] == "cancelled":
        return
    if mine:
        values = {"attendees": _merge_guests(target.resource, values["attendees"], mine)}
    if target.master is not None:
        overrides = dict((target.row.overrides if target.row else None) or {}) | values
        put_exception(world, home, target, overrides, moves_updated=True)
    elif target.row is not None:
        merged = {**target.row.resource, **values}
        target.row.resource = {k: v for k, v in merged.items() if v is not None}
        restamp(world, home, target.row)
    propagate(world, home, event_id)


def _merge_guests(resource: Resource, sent: list[Resource], mine: str) -> list[Resource]:
    entries = {entry["email"]: entry for entry in _plain(resource.get("attendees", []))}
    for entry in sent:
        if entry["email"] == mine or entry["email"] not in entries:
            entries[entry["email"]] = entry
    return list(entries.values())


def guest_leaves(world: World, calendar: Calendar, target: Target) -> None:
    """A guest deletes the own copy: the organizer sees a declined invitation (6.6)."""
    resource = target.resource
    if target.master is not None:
        row = put_exception(world, calendar, target, {"status": "cancelled"}, moves_updated=True)
    elif target.row is not None:
        row = target.row
        bury(world, calendar, row)
    else:
        return
    row.left = True
    home, entry = _home(world, resource), attendee(resource, calendar.id)
    if home is not None and entry is not None:
        declined = _plain([entry])[0] | {"responseStatus": "declined"}
        _write_main(world, home, resource["id"], {"attendees": [declined]}, mine=calendar.id)


def propagate(world: World, calendar: Calendar, event_id: str, *, withdraw: bool = True) -> None:
    """Bring all guests' copies of an event in line with the organizer's.

    `withdraw` False leaves the copies of a deleted event where they are (trap 13).
    """
    row = calendar.rows.get(event_id)
    if row is not None and row.master_id in calendar.rows:
        row = calendar.rows[row.master_id]
    if row is None:
        event_id = locate(calendar, event_id).resource.get("recurringEventId", event_id)
        row = calendar.rows[event_id]
    if "organizer" in row.resource and is_copy(calendar, row.resource):
        return
    family = [row, *calendar.exceptions(row.id)]
    invited = [e["email"] for each in family for e in each.resource.get("attendees", ())]
    row.guests = list(dict.fromkeys([*row.guests, *invited]))
    for email in row.guests:
        guest = world.calendars.get(email)
        if guest is None or guest is calendar or not (guest.primary or guest.room):
            continue
        _sync_copy(world, row, family[1:], guest, withdraw=withdraw)
        if guest.room:
            _ask_room(world, calendar, row, guest)


def _sync_copy(
    world: World, main: EventRow, exceptions: list[EventRow], guest: Calendar, *, withdraw: bool
) -> None:
    copy = guest.rows.get(main.id)
    if attendee(main.resource, guest.id) is not None:
        if copy is None or not copy.left:
            _write_copy(world, main, exceptions, guest)
        return
    if is_tombstone(main.resource) and not withdraw:
        return
    if copy is not None and not copy.cancelled:
        bury(world, guest, copy)
    for exception in exceptions:
        _sync_lone_instance(world, exception, guest)


def _write_copy(world: World, main: EventRow, exceptions: list[EventRow], guest: Calendar) -> None:
    copy = guest.rows.get(main.id)
    before = copy.grave or copy.resource if copy is not None else {}
    fresh = _copy_of(guest, main.resource, before)
    changed = copy is None or copy.cancelled or not _same(fresh, copy.resource)
    if copy is None:
        copy = EventRow(id=main.id, resource=fresh)
    copy.resource, copy.grave = fresh, None
    for exception in exceptions:
        changed |= _adopt_exception(guest, copy, exception)
    if changed:
        restamp(world, guest, copy)
    else:
        copy.resource = before


def _same(one: Resource, other: Resource) -> bool:
    names = (set(one) | set(other)) - (_OWN_VERSION - {"attendees"})
    return all(one.get(name) == other.get(name) for name in names)


def _copy_of(guest: Calendar, main: Resource, before: Resource) -> Resource:
    """The organizer's fields, over what the guest has for themselves (per-copy fields)."""
    made = {name: value for name, value in main.items() if name not in PER_COPY}
    if not before and "transparency" in main:
        made["transparency"] = main["transparency"]
    made |= {name: before[name] for name in PER_COPY if name in before}
    made["reminders"] = before.get("reminders") or {"useDefault": True}
    made |= {
        name: reprint(made[name], guest.time_zone)
        for name in ("start", "end", "originalStartTime")
        if name in made
    }
    made["htmlLink"] = html_link(guest.id, main["id"])
    made["extendedProperties"] = _copy_properties(main, before)
    return finish(guest, {name: value for name, value in made.items() if value != {}})


def _copy_properties(main: Resource, before: Resource) -> Resource:
    shared = main.get("extendedProperties", {}).get("shared")
    private = before.get("extendedProperties", {}).get("private")
    return {k: v for k, v in (("private", private), ("shared", shared)) if v}


def _adopt_exception(guest: Calendar, copy: EventRow, main: EventRow) -> bool:
    """Make the guest's exception like the organizer's; answers whether that changed anything."""
    row = guest.rows.get(main.id)
    wanted = {k: v for k, v in (main.overrides or {}).items() if k not in PER_COPY}
    if not main.cancelled and attendee(main.resource, guest.id) is None:
        wanted = {"status": "cancelled"}
    if row is not None and row.left:
        return False
    own = {k: v for k, v in ((row.overrides if row else None) or {}).items() if k in PER_COPY}
    wanted = _reprinted(guest, wanted) | (own if wanted.get("status") != "cancelled" else {})
    if row is not None and row.overrides == wanted and row.master_id == copy.id:
        return False
    row = row or EventRow(id=main.id, resource=main.resource)
    row.master_id, row.overrides, row.hidden = copy.id, wanted, False
    row.resource = derived(guest, copy, slot_of(main.id.rpartition("_")[2]), wanted)
    guest.rows[row.id] = row
    guest.children.setdefault(copy.id, {})[row.id] = None
    return True


def _reprinted(guest: Calendar, overrides: Resource) -> Resource:
    times = {
        name: reprint(overrides[name], guest.time_zone)
        for name in ("start", "end")
        if overrides.get(name)
    }
    return overrides | times


def _sync_lone_instance(world: World, main: EventRow, guest: Calendar) -> None:
    """Somebody invited to one occurrence only has an instance without its series (3.3)."""
    row = guest.rows.get(main.id)
    if main.cancelled or main.hidden or attendee(main.resource, guest.id) is None:
        if row is not None and not row.cancelled:
            bury(world, guest, row)
        return
    if row is not None and row.left:
        return
    fresh = _copy_of(guest, main.resource, row.resource if row else {})
    if row is not None and not row.cancelled and _same(fresh, row.resource):
        return
    row = row or EventRow(id=main.id, resource=fresh)
    row.resource, row.overrides, row.master_id = fresh, None, ""
    restamp(world, guest, row)


def _ask_room(world: World, calendar: Calendar, row: EventRow, room: Calendar) -> None:
    entry = attendee(row.resource, room.id)
    if entry is None or entry["responseStatus"] != "needsAction":
        return
    if not any(task.event_id == row.id and task.email == room.id for task in world.tasks):
        due = world.now() + world.options.answer_delay_seconds
        world.tasks.append(Task(due, "room", calendar.id, row.id, room.id))


def room_answers(world: World, task: Task) -> None:
    """A room accepts if it is free, a little after it was invited (2.5)."""
    home, room = world.calendars[task.calendar_id], world.calendars[task.email]
    row = home.rows.get(task.event_id)
    entry = attendee(row.resource, room.id) if row is not None else None
    if row is None or entry is None:
        return
    answer = "declined" if _is_taken(room, row) else "accepted"
    settled = _plain([entry])[0] | {"responseStatus": answer}
    _write_main(world, home, row.id, {"attendees": [settled]}, mine=room.id)


def _is_taken(room: Calendar, wanted: EventRow) -> bool:
    begin, end = span_of(room, {**wanted.resource, "recurrence": None})
    for row in room.rows.values():
        entry = attendee(row.resource, room.id)
        accepted = entry is not None and entry["responseStatus"] == "accepted"
        if row.id != wanted.id and accepted and row.span[0] < end and row.span[1] > begin:
            return True
    return False
