"""An event like another one: a new id, nobody has answered, at another time or place if wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import event_resource
from calendars.commands import recurring
from calendars.commands.copying import copy_of
from calendars.commands.event_body import (
    lines_starting_at,
    today,
    wanted_fields,
)
from calendars.commands.events import QueuedChange, queue_create
from calendars.commands.guest_names import with_addresses
from calendars.commands.move import EXCEPTIONS_RESET
from calendars.commands.permissions import require_copyable, require_writable
from calendars.queries.access import calendar_for_new_events
from calendars.queries.shape import resource_of
from calendars.queries.zone import zone_for
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.push_plan import is_copy

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

    from calendars.commands.actor import Actor
    from calendars.event_resource import Resource
    from calendars.models import Calendar, Notify
    from calendars.queries.access import EventTarget

WITHOUT_GUESTS = "The guests were not invited to the copy: somebody else organizes the original."
PARTIAL_GUESTS = "The guests were not invited to the copy: Google shows only a part of them here."
WITHOUT_CONFERENCE = "The copy has no video conference; ask for one of its own with add_meet."
WITHOUT_ATTACHMENTS = "Attachments were not copied."


def duplicate_event(
    *,
    actor: Actor,
    target: EventTarget,
    destination: Calendar | None,
    changes: Mapping[str, Any],
    notify: Notify | None,
    now: dt.datetime,
    new_id: UUID,
) -> QueuedChange:
    """Make a new event out of one that the member can read; of an instance a single one.

    Into the same calendar, or where that cannot be written, where new events go. ``changes`` are
    the fields in which the copy is to differ; with a new start alone it lasts as long. The notes
    say what was not taken over. Raises InvalidInputError, UnknownParameterError, NotWritableError,
    NoGoogleAccountError.
    """
    source = target.event.calendar
    if destination is None:
        destination = source if source.writable else calendar_for_new_events(actor.member)
    require_writable(destination)
    original = _original(target)
    require_copyable(original)
    zone = zone_for(destination, actor.member)
    changes = with_addresses(changes, member=actor.member)
    known = _known_to_all(original)
    current = copy_of(known, destination)
    wanted = wanted_fields(
        current,
        changes,
        zone=zone,
        request_id=new_id.hex,
        today=today(now, zone),
    )
    if "start" in wanted and "recurrence" not in wanted and event_resource.is_series(current):
        lines = lines_starting_at(current, wanted["start"], zone=zone)
        wanted = {**wanted, "recurrence": lines}
    body = {
        name: value
        for name, value in apply_patch(current, wanted, current).items()
        if value not in (None, [])
    }
    change = queue_create(
        actor=actor, calendar=destination, body=body, notify=notify, now=now, new_id=new_id
    )
    notes = [*change.notes, *_left_out(original, body)]
    if target.instance_id is None and recurring.has_changed_ones(target.event):
        notes.append(EXCEPTIONS_RESET)
    return QueuedChange(change.operation, change.event, tuple(notes))


def _original(target: EventTarget) -> Resource:
    original = resource_of(target)
    if event_resource.is_series(original):
        return recurring.without_deleted(target.event, original)
    return original


def _known_to_all(event: Resource) -> Resource:
    """Without guests whom this calendar did not invite, or does not know all of."""
    if not is_copy(event) and not event.get("attendeesOmitted"):
        return event
    return {name: value for name, value in event.items() if name != "attendees"}


def _left_out(event: Resource, body: Mapping[str, Any]) -> list[str]:
    notes = []
    if (event.get("attendees") or event.get("attendeesOmitted")) and "attendees" not in body:
        notes.append(WITHOUT_GUESTS if is_copy(event) else PARTIAL_GUESTS)
    if event.get("conferenceData") and "conferenceData" not in body:
        notes.append(WITHOUT_CONFERENCE)
    if event.get("attachments"):
        notes.append(WITHOUT_ATTACHMENTS)
    return notes
