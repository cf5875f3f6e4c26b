"""Making a deleted event anew: what has to be kept of it, and the new event out of that.

The id of a deleted event stays taken (trap 12), so it comes back under another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import cache, cached_row, event_resource, lanes
from calendars.commands import queue
from calendars.commands.arrival import queue_new
from calendars.commands.copying import ANEW_FIELDS, copy_of, not_answered
from calendars.commands.event_body import completed
from calendars.commands.telling import has_guests
from calendars.made_ids import anew_id
from calendars.models import CachedEvent, OperationType
from calendars.queries.access import EventTarget, occurrence_at
from calendars.queries.shape import resource_of
from calendars.queries.zone import zone_for
from calendars.sync.core import people
from calendars.sync.core.merge import changed_fields
from calendars.sync.core.push_plan import is_copy
from calendars.sync.core.resets import EXCEPTIONS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from calendars.commands.actor import Actor
    from calendars.event_resource import Resource
    from calendars.models import Calendar, OutboxOperation


def remembered(event: CachedEvent, resource: Resource) -> dict[str, Any]:
    """All that is needed to make an event anew; of a series its changed instances too."""
    if not event_resource.is_series(resource):
        return dict(resource)
    rows = CachedEvent.objects.filter(
        calendar=event.calendar_id, recurring_event_id=event.event_id
    ).exclude(original_start="")
    exceptions = [row.resource for row in rows.order_by("original_start", "pk")]
    return {**resource, EXCEPTIONS: exceptions} if exceptions else dict(resource)


def with_lost(base: Mapping[str, Any], lost: Iterable[CachedEvent]) -> dict[str, Any]:
    """The base of a change of a series, with the exceptions that the series loses by it."""
    exceptions = [row.resource for row in lost]
    return {**base, EXCEPTIONS: exceptions} if exceptions else dict(base)


def without_lost(base: Mapping[str, Any]) -> dict[str, Any]:
    """The fields alone of such a base."""
    return {name: value for name, value in base.items() if name != EXCEPTIONS}


BACK = "The event is back, under a new id."


def what_is_back(resource: Resource) -> str:
    """What is to be known of an event that was made anew with what ``resource`` holds.

    To Google it is a new one. Nothing is said of guests, links and files that there were none of.
    """
    has_link = resource.get("conferenceData") or resource.get("hangoutLink")
    sentences = (
        BACK,
        _who_is_invited(resource),
        "Its meeting link has to be added again." if has_link else "",
        "Its attachments have to be added again." if resource.get("attachments") else "",
    )
    return " ".join(filter(None, sentences))


def _who_is_invited(resource: Resource) -> str:
    if resource.get("attendeesOmitted"):
        return "Google showed only a part of its guests here: the others have to be invited again."
    return "Its guests are invited anew." if has_guests(resource) else ""


def make_anew(
    *,
    actor: Actor,
    calendar: Calendar,
    resource: Resource,
    like: OutboxOperation,
    undoes: OutboxOperation | None = None,
    now: dt.datetime,
) -> OutboxOperation:
    """Queue the create of an event with what ``resource`` holds; it has a ``local:`` id of its own.

    The ``local:`` id of the event that was lost leads to it too (``access.event_of``). Guests are
    invited anew, as ``like`` told them. A series comes without the occurrences that were
    cancelled, and its changed ones are changed again. Raises InvalidInputError.
    """
    body = completed({}, _body(resource, calendar), zone=zone_for(calendar, actor.member))
    event, operation = queue_new(
        actor=actor,
        calendar=calendar,
        new_id=anew_id(op_id=like.op_id, created_at=like.created_at, undone=like.undone_by.count()),
        body=body,
        notify=like.notify,
        now=now,
        undoes=undoes,
    )
    change_again(actor=actor, series=event, resource=resource, like=like, now=now)
    return operation


def change_again(
    *,
    actor: Actor,
    series: CachedEvent,
    resource: Resource,
    like: OutboxOperation,
    now: dt.datetime,
) -> None:
    """Have occurrences of a series differ from it as the exceptions of ``resource`` did."""
    for exception in _changed(resource):
        _change_again(actor, series, exception, like, now)


def _is_own_list(resource: Resource) -> bool:
    return not is_copy(resource) and not resource.get("attendeesOmitted")


def _invited(exception: Resource, *, among: Iterable[Resource]) -> list[dict[str, Any]]:
    """The guests of an occurrence, those ``among`` whom it is asked anew as they have answered."""
    known = {people.person_key(guest): guest for guest in among}
    invited = []
    for guest in exception.get("attendees") or ():
        asked = not_answered(guest)
        answered = known.get(people.person_key(guest), {})
        invited.append({**answered, "optional": None, **asked})
    return invited


def _body(resource: Resource, calendar: Calendar) -> dict[str, Any]:
    body = copy_of(resource, calendar, fields=ANEW_FIELDS)
    lines = lines_without_deleted(resource, zone=calendar.time_zone)
    if lines and body.get("recurrence"):
        body["recurrence"] = [*body["recurrence"], *lines]
    return body


def lines_without_deleted(resource: Resource, *, zone: str) -> list[str]:
    """The lines that take out of a series what its exceptions say was deleted."""
    return [
        left_out(slot)
        for exception in resource.get(EXCEPTIONS) or []
        if event_resource.is_cancelled(exception)
        and (slot := event_resource.original_start(exception, calendar_zone=zone))
    ]


def left_out(slot: int | str) -> str:
    """The line that takes a slot out of a series."""
    if isinstance(slot, str):
        return f"EXDATE;VALUE=DATE:{slot.replace('-', '')}"
    return f"EXDATE:{event_resource.compact_utc(slot)}"


def _changed(resource: Resource) -> Iterable[Resource]:
    exceptions = resource.get(EXCEPTIONS) or []
    return (each for each in exceptions if not event_resource.is_cancelled(each))


def _change_again(
    actor: Actor,
    series: CachedEvent,
    exception: Resource,
    like: OutboxOperation,
    now: dt.datetime,
) -> None:
    zone = series.calendar.time_zone
    slot = event_resource.original_start(exception, calendar_zone=zone)
    occurrence = occurrence_at(series, slot) if slot is not None else None
    if slot is None or occurrence is None:
        return
    instance_id = event_resource.instance_id(master_id=series.event_id, original=slot)
    instance = resource_of(EventTarget(series, instance_id, occurrence))
    event = cache.find_event(calendar_id=series.calendar_id, event_id=instance_id)
    if event is None:
        event = cached_row.new_event(
            calendar=series.calendar, event_id=instance_id, local_id=instance_id
        )
        event.recurring_event_id = series.event_id
    stands = event.pk is not None and not event_resource.is_cancelled(event.resource)
    shows = event.resource if stands else instance
    wanted = {name: exception.get(name) for name in ANEW_FIELDS - {"recurrence", "attendees"}}
    if _is_own_list(exception) and _is_own_list(shows):
        wanted["attendees"] = _invited(exception, among=shows.get("attendees") or ())
    payload, base = changed_fields(shows, wanted)
    if event.pk is not None and not stands:
        payload, base = {**payload, "status": "confirmed"}, {**base, "status": "cancelled"}
    if not payload:
        return
    open_before = lanes.open_operations(event=event) if event.pk is not None else []
    operation = queue.add(
        actor=actor,
        calendar=series.calendar,
        event_id=instance_id,
        lane=lanes.lane_of(event),
        op_type=OperationType.PATCH,
        payload=payload,
        base=base,
        notify=like.notify,
        now=now,
    )
    agreed = {**instance, **(event.agreed or {})} if event.pk is not None else instance
    cache.save_with(event, [*open_before, operation], agreed=agreed, now=now)
