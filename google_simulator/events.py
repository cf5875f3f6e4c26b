"""Events come, go elsewhere and are read: insert, import, move, get.

google-calendar-api.md sections 3 and 6. Callers have checked the acting person's role.
"""

from __future__ import annotations

from google_simulator import conference, event_types, sharing
from google_simulator.errors import ApiError, invalid, not_found
from google_simulator.event_changes import (
    PLAIN,
    WriteOptions,
    check_match,
    default_reminders,
    keep_attachments,
    own_reminders,
    store,
)
from google_simulator.event_rules import check_id, clean
from google_simulator.resources import finish, html_link
from google_simulator.series import Target, bury, is_split_id, locate, restamp
from google_simulator.times import Resource, utc_seconds
from google_simulator.world import Calendar, EventRow, World


def insert(
    world: World,
    *,
    calendar: Calendar,
    body: Resource,
    actor: str,
    options: WriteOptions = PLAIN,
    event_id: str = "",
) -> EventRow:
    """Create an event; 409 if its id was ever used on this calendar (6.1).

    `event_id` skips the check of the alphabet, for ids only Google makes (`..._R2025...`).
    """
    if body.get("id") and body.get("iCalUID"):
        raise invalid("Only one of id and iCalUID may be given.")
    event_id = event_id or (check_id(str(body["id"])) if body.get("id") else world.token(26))
    if event_id in calendar.rows:
        raise ApiError(409, "duplicate")
    event_types.check_new(calendar, body)
    fields = clean(
        calendar, body, old={}, defaults=default_reminders(world, calendar, calendar.owner)
    )
    keep_attachments(fields, {}, options)
    fields = conference.apply(world, calendar, fields, {}, event_id, options.conference_version)
    fixed = _new(world, calendar, event_id, actor, body)
    row = EventRow(id=event_id, resource=fixed)
    own_reminders(calendar, row, fields, body, actor)
    row.resource = fixed | fields
    if is_split_id(event_id):
        calendar.splits[event_id] = None
    restamp(world, calendar, row)
    sharing.propagate(world, calendar, row.id)
    return row


def _new(world: World, calendar: Calendar, event_id: str, actor: str, body: Resource) -> Resource:
    organizer = {"email": calendar.id}
    if not calendar.primary:
        organizer["displayName"] = calendar.summary
    return {
        "kind": "calendar#event",
        "id": event_id,
        "htmlLink": html_link(calendar.id, event_id),
        "created": utc_seconds(world.stamp()),
        "creator": {"email": actor},
        "organizer": organizer,
        "iCalUID": body.get("iCalUID") or f"{event_id}@google.com",
        "privateCopy": bool(body.get("privateCopy")),
        "eventType": body.get("eventType") or "default",
    } | event_types.fixed_fields(body)


def import_event(
    world: World, *, calendar: Calendar, body: Resource, actor: str, options: WriteOptions = PLAIN
) -> EventRow:
    """A private copy of somebody's event, by iCalUID; the same one again updates the copy (6.1)."""
    uid = str(body.get("iCalUID") or "")
    if not uid:
        raise ApiError(400, "required", "Missing iCalUID.")
    body = {name: value for name, value in body.items() if name != "eventType"}
    organizer = (body.get("organizer") or {}).get("email")
    guests = [entry.get("email") for entry in body.get("attendees") or ()]
    if organizer and organizer != calendar.id and calendar.id not in guests:
        raise ApiError(400, "participantIsNeitherOrganizerNorAttendee")
    known = next(
        (row for row in calendar.rows.values() if row.resource.get("iCalUID") == uid), None
    )
    if known is None:
        given = {name: value for name, value in body.items() if name != "id"}
        known = insert(world, calendar=calendar, body=given, actor=actor, options=options)
    else:
        target = Target(known.resource, known)
        fields = clean(calendar, body, old=known.resource, defaults=[])
        store(world, calendar, target, fields, actor, body)
    if organizer and organizer != calendar.id:
        known.resource = finish(calendar, known.resource | {"organizer": body["organizer"]})
    return known


def get(calendar: Calendar, event_id: str) -> Resource:
    """One event, deleted ones included: those answer with `status: cancelled` (section 2)."""
    target = locate(calendar, event_id)
    row = target.row
    if row is not None and row.cancelled and row.grave and target.master is None:
        return row.grave | {"status": "cancelled", "etag": row.resource["etag"]}
    return target.resource


def move(
    world: World,
    *,
    calendar: Calendar,
    event_id: str,
    destination: Calendar,
    options: WriteOptions = PLAIN,
) -> Resource:
    """Give an event to another calendar, id kept.

    The answer says `cancelled` although the event is alive at its new place (6.6, trap 15).
    """
    target = locate(calendar, event_id)
    row = target.row
    if target.master is not None or "recurringEventId" in target.resource:
        raise ApiError(400, "cannotChangeOrganizerOfInstance")
    if row is None or row.cancelled:
        raise not_found()
    check_match(target, options.if_match)
    event_types.check_move(row.resource)
    if sharing.is_copy(calendar, row.resource):
        raise ApiError(403, "cannotChangeOrganizer")
    existing = destination.rows.get(event_id)
    if existing is not None and not existing.cancelled:
        raise ApiError(409, "duplicate")
    exceptions = list(calendar.exceptions(event_id))
    resource = row.resource
    bury(world, calendar, row)
    _arrive(world, destination, resource, exceptions)
    return {**resource, "status": "cancelled", "etag": row.resource["etag"]}


def _arrive(
    world: World, calendar: Calendar, resource: Resource, exceptions: list[EventRow]
) -> None:
    organizer = {"email": calendar.id}
    if not calendar.primary:
        organizer["displayName"] = calendar.summary
    moved = EventRow(
        id=resource["id"],
        resource={
            **resource,
            "organizer": organizer,
            "htmlLink": html_link(calendar.id, resource["id"]),
        },
    )
    for row in exceptions:
        calendar.rows[row.id] = EventRow(
            id=row.id, resource=row.resource, master_id=moved.id, overrides=row.overrides
        )
        calendar.children.setdefault(moved.id, {})[row.id] = None
    if is_split_id(moved.id):
        calendar.splits[moved.id] = None
    restamp(world, calendar, moved)
    sharing.propagate(world, calendar, moved.id)
