"""Calendars as such: create, describe, clear, delete. google-calendar-api.md section 2.2."""

from __future__ import annotations

from google_simulator import calendar_list
from google_simulator.access import role_of
from google_simulator.errors import ApiError, needs_role, required
from google_simulator.series import bury
from google_simulator.times import Resource, zone
from google_simulator.world import AclRule, Calendar, Person, World, collection_etag

_TEXTS = ("description", "location")
MAX_OWNED = 60


def resource(calendar: Calendar) -> Resource:
    """A Calendar resource; its etag is another one than the list entry's."""
    made: Resource = {
        "kind": "calendar#calendar",
        "etag": collection_etag(calendar.stamp),
        "id": calendar.id,
        "summary": calendar.summary,
        **calendar.extra,
        "timeZone": calendar.time_zone,
        "conferenceProperties": calendar_list.CONFERENCES,
    }
    return made if calendar.primary else made | {"dataOwner": calendar.owner}


def new(
    world: World,
    *,
    owner: str,
    summary: str,
    time_zone: str,
    calendar_id: str = "",
    primary: bool = False,
) -> Calendar:
    """A calendar without events, and its owner's rule."""
    stamp = world.stamp()
    calendar = Calendar(
        id=calendar_id or f"c_{world.token(26)}@group.calendar.google.com",
        owner=owner,
        summary=summary,
        time_zone=time_zone,
        stamp=stamp,
        primary=primary,
    )
    if calendar.id in world.calendars:
        raise ValueError(f"calendar id {calendar.id} is taken")
    calendar.acl[f"user:{owner}"] = AclRule("owner", {"type": "user", "value": owner}, stamp)
    world.calendars[calendar.id] = calendar
    return calendar


def create(world: World, person: Person, body: Resource, *, client_id: str) -> Calendar:
    """A secondary calendar on somebody's list; 403 quotaExceeded after too many (2.2)."""
    if not body.get("summary"):
        raise required("Missing title.", location="summary")
    owned = [each for each in world.calendars.values() if each.owner == person.email]
    if len(owned) > MAX_OWNED:
        raise ApiError(403, "quotaExceeded")
    zone_name = str(body.get("timeZone") or person.time_zone)
    zone(zone_name)
    summary = str(body["summary"])
    calendar = new(world, owner=person.email, summary=summary, time_zone=zone_name)
    calendar.created_by_client = client_id
    calendar.extra = {name: body[name] for name in _TEXTS if body.get(name)}
    calendar_list.subscribe(world, person, calendar, {"selected": True})
    return calendar


def change(world: World, calendar: Calendar, body: Resource, *, replace: bool) -> None:
    """PATCH or PUT; the same values again leave the etag as it is (2.2).

    A new zone reprints the times of all events on their next change only; lists that follow
    need a full sync, so tokens expire.
    """
    before = (calendar.summary, calendar.time_zone, calendar.extra)
    if (replace or "summary" in body) and not body.get("summary"):
        raise required("Missing title.", location="summary")
    zone_name = str(body.get("timeZone") or calendar.time_zone)
    zone(zone_name)
    extra = {} if replace else dict(calendar.extra)
    extra |= {name: body[name] for name in _TEXTS if name in body}
    calendar.summary = str(body.get("summary") or calendar.summary)
    calendar.extra = {name: value for name, value in extra.items() if value}
    if zone_name != calendar.time_zone:
        calendar.time_zone = zone_name
        _reprint(calendar)
    if before != (calendar.summary, calendar.time_zone, calendar.extra):
        calendar.stamp = world.stamp()


def _reprint(calendar: Calendar) -> None:
    from google_simulator.rendering import in_zone
    from google_simulator.resources import span_of

    calendar.token_epoch += 1
    for row in calendar.rows.values():
        row.resource = in_zone(row.resource, calendar.time_zone)
        row.slots, row.span = None, span_of(calendar, row.resource)


def remove(world: World, calendar: Calendar, *, by: str) -> None:
    """Delete a secondary calendar; only its data owner may (2.2)."""
    if calendar.primary:
        raise ApiError(403, "cannotDeletePrimaryCalendar", "Cannot delete a primary calendar.")
    if calendar.owner != by or role_of(calendar, by) != "owner":
        raise needs_role("owner")
    calendar.deleted = True
    for person in world.people.values():
        entry = person.entries.get(calendar.id)
        if entry is not None:
            calendar_list.touch(world, person, entry)


def clear(world: World, calendar: Calendar) -> None:
    """Delete all events of a primary calendar; 400 for any other."""
    if not calendar.primary:
        raise ApiError(400, "invalid", "Cannot clear a secondary calendar.")
    for row in list(calendar.rows.values()):
        if not row.cancelled and not row.master_id:
            bury(world, calendar, row)
