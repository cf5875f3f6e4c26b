"""Changing and deleting events: PATCH, PUT, DELETE, on single events, series and instances.

google-calendar-api.md sections 3 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google_simulator import conference, event_types, sharing
from google_simulator.errors import ApiError, not_found, stale
from google_simulator.event_rules import clean, merged
from google_simulator.resources import WRITABLE
from google_simulator.series import Target, bury, instance, locate, put_exception, restamp
from google_simulator.times import Resource, epoch

if TYPE_CHECKING:
    from google_simulator.world import Calendar, EventRow, World


@dataclass(frozen=True)
class WriteOptions:
    """The query parameters of a write."""

    send_updates: str = "none"
    conference_version: int = 0
    attachments: bool = False
    if_match: str = ""


PLAIN = WriteOptions()


def default_reminders(world: World, calendar: Calendar, email: str) -> list[Any]:
    """The person's default reminders on a calendar."""
    person = world.people.get(email)
    entry = person.entries.get(calendar.id) if person else None
    return list(entry.fields.get("defaultReminders", [])) if entry else []


def keep_attachments(fields: Resource, old: Resource, options: WriteOptions) -> None:
    """Without supportsAttachments=true what is sent is ignored and what is stored stays."""
    if options.attachments:
        return
    fields.pop("attachments", None)
    if "attachments" in old:
        fields["attachments"] = old["attachments"]


def own_reminders(
    calendar: Calendar, row: EventRow, fields: Resource, body: Resource, actor: str
) -> None:
    """Reminders belong to the person who sets them, not to the event (3.5)."""
    if actor == calendar.owner:
        return
    if body.get("reminders"):
        row.reminders[actor] = fields["reminders"]
    fields["reminders"] = row.resource.get("reminders", {"useDefault": True})


def change(
    world: World,
    *,
    calendar: Calendar,
    event_id: str,
    body: Resource,
    actor: str,
    replace: bool = False,
    options: WriteOptions = PLAIN,
) -> Resource:
    """PATCH, or PUT if `replace`. Answers the event after the change.

    Writing what is there already changes nothing, the etag included.
    """
    target = locate(calendar, event_id)
    check_match(target, options.if_match)
    old = _before(world, calendar, target, body)
    sent = _drop_unwritable(body)
    whole = sent if replace else merged(old, sent)
    whole = sharing.complete_guests(old, whole, body)
    defaults = default_reminders(world, calendar, calendar.owner)
    fields = clean(calendar, whole, old=old, defaults=defaults)
    if fields.get("status") == "cancelled":
        delete(world, calendar=calendar, event_id=event_id, options=options)
        return locate(calendar, event_id).resource
    keep_attachments(fields, old, options)
    event_types.check_change(old, fields, body)
    fields = conference.apply(world, calendar, fields, old, event_id, options.conference_version)
    if not sharing.is_copy(calendar, old):
        return store(world, calendar, target, fields, actor, body)
    fields = sharing.guest_change(calendar, old, fields)
    store(world, calendar, target, dict(fields), actor, body)
    sharing.tell_organizer(world, calendar, old, fields)
    return locate(calendar, event_id).resource


def _drop_unwritable(body: Resource) -> Resource:
    return {name: value for name, value in body.items() if name in WRITABLE}


def check_match(target: Target, if_match: str) -> None:
    """412 unless the etag in If-Match is the present one; `*` matches any (6.3)."""
    if if_match and if_match != "*" and if_match != target.resource["etag"]:
        raise stale()


def _before(world: World, calendar: Calendar, target: Target, body: Resource) -> Resource:
    """The event as it stood. A deleted one only comes back by `status: confirmed` (6.1)."""
    row = target.row
    if row is None or not row.cancelled:
        return target.resource
    if body.get("status") not in {"confirmed", "tentative"} or not world.options.undelete:
        raise ApiError(403, "forbidden")
    if target.master is not None:
        return instance(calendar, target.master, target.slot)
    if row.grave is None:
        raise not_found()
    return row.grave


def store(
    world: World,
    calendar: Calendar,
    target: Target,
    fields: Resource,
    actor: str,
    body: Resource,
) -> Resource:
    """Write checked fields into what was found; answers the event after it."""
    live = _live(calendar, target)
    if target.row is not None:
        own_reminders(calendar, target.row, fields, body, actor)
    changed = _differences(live, fields)
    revived = target.row is not None and target.row.cancelled
    if not changed and not revived:
        if target.row is not None and body.get("reminders") and actor != calendar.owner:
            restamp(world, calendar, target.master or target.row, moves_updated=False)
            return target.row.resource
        return target.resource
    if _moved(live, fields, calendar):
        fields["sequence"] = max(int(fields["sequence"]), int(live.get("sequence", 0)) + 1)
        changed |= {"sequence"}
    quiet = changed == {"reminders"}
    row = _put(world, calendar, target, fields, changed, quiet=quiet)
    sharing.propagate(world, calendar, row.id)
    return row.resource


def _live(calendar: Calendar, target: Target) -> Resource:
    """What a change is compared with: the event, or the series' view of an untouched instance."""
    if target.master is not None and (target.row is None or target.row.cancelled):
        return instance(calendar, target.master, target.slot)
    return target.resource


def _differences(old: Resource, fields: Resource) -> set[str]:
    names = (set(old) | set(fields)) & WRITABLE
    return {name for name in names if _comparable(old, name) != _comparable(fields, name)}


def _comparable(resource: Resource, name: str) -> Any:
    value = resource.get(name)
    if name == "attendees" and value:
        marks = {"self", "organizer"}
        return [{k: v for k, v in entry.items() if k not in marks} for entry in value]
    return value


def _moved(old: Resource, fields: Resource, calendar: Calendar) -> bool:
    """Whether the time changed: only that raises the sequence number (3.1)."""
    if "start" not in old or "start" not in fields:
        return False
    zone_name = calendar.time_zone
    return old.get("recurrence") != fields.get("recurrence") or any(
        epoch(old[which], zone_name) != epoch(fields[which], zone_name)
        or ("date" in old[which]) != ("date" in fields[which])
        for which in ("start", "end")
    )


def _put(
    world: World,
    calendar: Calendar,
    target: Target,
    fields: Resource,
    changed: set[str],
    *,
    quiet: bool,
) -> EventRow:
    if target.master is not None:
        return _put_instance(world, calendar, target, fields, changed, quiet=quiet)
    row = target.row
    if row is None:
        raise not_found()
    source = row.grave if row.cancelled and row.grave else row.resource
    fixed = {name: value for name, value in source.items() if name not in WRITABLE}
    row.resource, row.grave = fixed | fields, None
    restamp(world, calendar, row, moves_updated=not quiet)
    return row


def _put_instance(
    world: World,
    calendar: Calendar,
    target: Target,
    fields: Resource,
    changed: set[str],
    *,
    quiet: bool,
) -> EventRow:
    overrides = dict((target.row.overrides if target.row else None) or {})
    if overrides.get("status") == "cancelled":
        overrides = {}
    overrides |= {name: fields.get(name) for name in changed - {"recurrence"}}
    _spread_visibility(target, overrides)
    return put_exception(world, calendar, target, overrides, moves_updated=not quiet)


def _spread_visibility(target: Target, overrides: Resource) -> None:
    """A stricter visibility of one instance becomes the series'; a looser one is ignored (3.1)."""
    wanted = overrides.pop("visibility", None)
    if wanted in {"private", "confidential"} and target.master is not None:
        target.master.resource = target.master.resource | {"visibility": wanted}


def delete(
    world: World,
    *,
    calendar: Calendar,
    event_id: str,
    options: WriteOptions = PLAIN,
) -> None:
    """Delete an event, a series or an instance; 410 if that was done before (6.6)."""
    target = locate(calendar, event_id)
    row = target.row
    if row is not None and row.cancelled:
        raise ApiError(410, "deleted")
    check_match(target, options.if_match)
    if sharing.is_copy(calendar, target.resource):
        sharing.guest_leaves(world, calendar, target)
        return
    tell = options.send_updates in {"all", "externalOnly"}
    if target.master is not None:
        put_exception(world, calendar, target, {"status": "cancelled"}, moves_updated=True)
        sharing.propagate(world, calendar, target.master.id)
        return
    if row is not None:
        bury(world, calendar, row)
        # Without a message to the guests their copies stay where they are (6.4, trap 13).
        sharing.propagate(world, calendar, row.id, withdraw=tell)
