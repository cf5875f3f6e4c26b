"""Create, update and delete events: here at once, at Google when the worker gets to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from calendars import cache, cached_row, lanes
from calendars.commands import queue, recurring, splitting, telling
from calendars.commands.arrival import queue_new
from calendars.commands.event_body import asked_fields, new_body, today, with_end
from calendars.commands.guest_names import with_addresses
from calendars.commands.past import from_now_on
from calendars.commands.permissions import (
    require_editable,
    require_visible,
    require_writable,
)
from calendars.commands.remade import remembered, with_lost
from calendars.commands.scope import Scope
from calendars.errors import WrongStateError
from calendars.locks import lock_event
from calendars.made_ids import LOCAL_PREFIX, made_id
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.queries.shape import resource_of, shown
from calendars.queries.zone import zone_for
from calendars.sync.core.merge import changed_fields
from calendars.sync.core.values import TIME_FIELDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

    from calendars.commands.actor import Actor
    from calendars.commands.past import FromNowOn
    from calendars.commands.recurring import Subject
    from calendars.commands.splitting import Part
    from calendars.event_resource import Resource
    from calendars.models import Calendar, Notify
    from calendars.queries.access import EventTarget


@dataclass(frozen=True, slots=True)
class QueuedChange:
    """``event`` is what lists show from now on; of a delete, what they showed, as cancelled.

    ``notes`` are sentences about effects that the caller did not ask for in so many words,
    ``resets`` the changed occurrences that are given up with a change of their series.
    ``unchanged``: all was so already, and ``operation`` is the newest that the event has.
    """

    operation: OutboxOperation
    event: dict[str, Any]
    notes: tuple[str, ...] = ()
    resets: tuple[dict[str, Any], ...] = ()
    unchanged: bool = False


def create_event(
    *,
    actor: Actor,
    calendar: Calendar,
    fields: Mapping[str, Any],
    notify: Notify | None,
    now: dt.datetime,
    new_id: UUID,
    may_come_twice: bool = False,
) -> QueuedChange:
    """Make an event, or a series when ``recurrence`` is given. It is ``local:<new_id>`` for ever.

    ``fields`` are those of ``event_input.google_fields``; colleagues among the guests may be named
    by their usernames. Guests are told unless ``notify`` says otherwise. With ``may_come_twice``
    a second call with the same ``new_id`` and fields makes nothing and answers as the first one;
    with other fields it makes an event of its own. Raises InvalidInputError,
    UnknownParameterError, NotWritableError.
    """
    require_writable(calendar)
    zone = zone_for(calendar, actor.member)
    fields = with_addresses(fields, member=actor.member)
    body = new_body(fields, zone=zone, request_id=new_id.hex, today=today(now, zone))
    queue_it = partial(
        queue_create, actor=actor, calendar=calendar, body=body, notify=notify, now=now
    )
    if not may_come_twice:
        return queue_it(new_id=new_id)
    with transaction.atomic():
        cache.lock(calendar.pk)
        made = _create_of(calendar, new_id)
        if made is not None and made.payload != body:  # a form that was gone back to
            new_id = made_id("again", new_id, cached_row.dumps(body))
            made = _create_of(calendar, new_id)
        event = made and cache.find_event(calendar_id=calendar.pk, event_id=made.event_id)
        return QueuedChange(made, shown(event)) if made and event else queue_it(new_id=new_id)


def _create_of(calendar: Calendar, new_id: UUID) -> OutboxOperation | None:
    return OutboxOperation.objects.filter(
        calendar=calendar,
        event_id=f"{LOCAL_PREFIX}{new_id}",
        op_type=OperationType.CREATE,
    ).first()


def queue_create(
    *,
    actor: Actor,
    calendar: Calendar,
    body: dict[str, Any],
    notify: Notify | None,
    now: dt.datetime,
    new_id: UUID,
) -> QueuedChange:
    """Queue a checked new event and show it."""
    told = telling.whom(notify, body)
    with transaction.atomic():
        cache.lock(calendar.pk)
        event, operation = queue_new(
            actor=actor, calendar=calendar, new_id=new_id, body=body, notify=told, now=now
        )
    return QueuedChange(operation, shown(event), telling.of_edit(notify, told, body))


def update_event(
    *,
    actor: Actor,
    target: EventTarget,
    changes: Mapping[str, Any],
    scope: Scope | None,
    notify: Notify | None,
    now: dt.datetime,
) -> QueuedChange:
    """Change the given fields, as ``create_event`` takes them; None removes one. What is so already
    is not sent. A start alone moves the event, which lasts as long as before.

    A recurring target needs a ``scope``. Raises InvalidInputError, UnknownParameterError,
    NotWritableError, ScopeRequiredError, NotFoundError.
    """
    calendar = target.event.calendar
    require_writable(calendar)
    zone = zone_for(calendar, actor.member)
    changes = with_addresses(changes, member=actor.member)
    with transaction.atomic():
        lock_event(target.event)
        part = splitting.part_from(target) if scope is Scope.THIS_AND_FOLLOWING else None
        whole = Scope.SERIES if scope is Scope.THIS_AND_FOLLOWING else scope
        subject = part.series if part else recurring.subject_of(target, scope=whole)
        require_visible(calendar, subject.resource)
        wanted = asked_fields(
            resource_of(target), changes, zone=zone, request_id=_request_id(subject, now)
        )
        if part is not None:
            tail = splitting.changed_tail(target, part, wanted, zone=zone, now=now)
            if tail is None:
                return nothing_to_do(actor, target, subject, now)
            return _divided(actor, part, tail, notify, now)
        if subject.is_whole_series_of(target):
            wanted = recurring.for_series(target, subject, wanted, zone=zone)
        wanted = with_end(subject.resource, wanted, zone=zone)
        wanted = recurring.with_rule(subject, wanted, zone=zone, now=now)
        new_rule = recurring.asks_for_a_rule(subject, wanted)
        wanted = recurring.with_rules(subject, wanted, zone=zone)
        payload, base = changed_fields(subject.resource, wanted)
        recurring.refuse_for_one_occurrence(subject, payload)
        if not payload:
            return nothing_to_do(actor, target, subject, now)
        require_editable(subject.resource, payload)
        if scope is Scope.SERIES:
            ahead = from_now_on(subject, payload, base, new_rule=new_rule, now=now)
            if ahead is not None:
                return _ahead(actor, ahead, notify, now)
        return queue_edit(actor, subject, payload, base, notify, now)


def delete_event(
    *,
    actor: Actor,
    target: EventTarget,
    scope: Scope | None,
    notify: Notify | None,
    now: dt.datetime,
) -> QueuedChange:
    """Take the event away; it comes back, with the reason, if Google refuses.

    A recurring target needs a ``scope``. Raises NotWritableError, ScopeRequiredError,
    InvalidInputError, NotFoundError.
    """
    require_writable(target.event.calendar)
    with transaction.atomic():
        lock_event(target.event)
        if scope is Scope.THIS_AND_FOLLOWING:
            if (part := splitting.part_from(target)) is not None:
                return _trimmed(actor, target, part, notify, now)
            scope = Scope.SERIES
        subject = recurring.subject_of(target, scope=scope)
        before = subject.resource
        require_visible(subject.event.calendar, before)
        _refuse_if_only_proposed(actor, subject)
        open_before = queue.make_room_for_delete(subject.operations, actor=actor, now=now)
        told = telling.whom(notify, before)
        kept = remembered(subject.event, before)
        operation = _queue(actor, subject, OperationType.DELETE, told, now, base=kept)
        rows = [*open_before, operation]
        cache.save_with(subject.event, rows, agreed=subject.agreed, now=now)
    if operation.status == OperationStatus.PROPOSED:
        return QueuedChange(
            operation, shown(subject.event), telling.of_delete(notify, told, before)
        )
    gone = shown(subject.event, {**before, "status": "cancelled"})
    return QueuedChange(operation, gone, telling.of_delete(notify, told, before))


def _trimmed(
    actor: Actor, target: EventTarget, part: Part, notify: Notify | None, now: dt.datetime
) -> QueuedChange:
    """What happens from the target on is deleted: the series ends before it."""
    series = part.series
    require_visible(series.event.calendar, series.resource)
    payload, base = changed_fields(series.resource, {"recurrence": part.cut.head})
    require_editable(series.resource, payload)
    queued = queue_edit(actor, series, payload, base, notify, now)
    event = resource_of(target)
    if queued.operation.status != OperationStatus.PROPOSED:
        event["status"] = "cancelled"
    return replace(queued, event=shown(series.event, event), resets=part.resets)


def _divided(
    actor: Actor,
    part: Part,
    tail: Resource,
    notify: Notify | None,
    now: dt.datetime,
    *,
    also: Mapping[str, Any] | None = None,
    note: str = "",
) -> QueuedChange:
    """The series goes on as ``tail`` from where ``part`` begins."""
    done = splitting.divide(
        actor=actor, part=part, tail=tail, also=also or {}, notify=notify, now=now
    )
    notes = (note, *done.notes) if note else done.notes
    return QueuedChange(done.operation, shown(done.event), notes, part.resets)


def _ahead(actor: Actor, ahead: FromNowOn, notify: Notify | None, now: dt.datetime) -> QueuedChange:
    """The change of a series from its next occurrence on."""
    if ahead.tail is not None:
        return _divided(
            actor, ahead.part, ahead.tail, notify, now, also=ahead.also, note=ahead.note
        )
    series = ahead.part.series
    wanted = {**ahead.also, "recurrence": ahead.part.cut.head}
    payload, base = changed_fields(series.resource, wanted)
    queued = queue_edit(actor, series, payload, base, notify, now)
    return replace(queued, notes=(ahead.note, *queued.notes), resets=ahead.part.resets)


def queue_edit(
    actor: Actor,
    subject: Subject,
    payload: dict[str, Any],
    base: dict[str, Any],
    notify: Notify | None,
    now: dt.datetime,
) -> QueuedChange:
    """Queue a checked edit of a subject and show it."""
    open_before = queue.make_room_for_edit(subject.operations, actor=actor, fields=payload, now=now)
    versions = ({**subject.resource, **payload}, subject.resource)
    lost = recurring.lost_with(subject, versions[0]) if _moves_series(subject, payload) else []
    base = with_lost(base, lost)
    told = telling.whom(notify, *versions, fields=payload)
    operation = _queue(actor, subject, OperationType.PATCH, told, now, payload=payload, base=base)
    rows = [*open_before, operation]
    cache.save_with(subject.event, rows, agreed=subject.agreed, now=now)
    notes = telling.of_edit(notify, told, *versions)
    return QueuedChange(operation, shown(subject.event), notes, splitting.resets_of(lost))


def _queue(
    actor: Actor,
    subject: Subject,
    op_type: OperationType,
    notify: Notify,
    now: dt.datetime,
    **contents: Any,
) -> OutboxOperation:
    return queue.add(
        actor=actor,
        calendar=subject.event.calendar,
        event_id=subject.event.event_id,
        lane=lanes.lane_of(subject.event),
        op_type=op_type,
        notify=notify,
        now=now,
        proposed=op_type == OperationType.PATCH and _is_only_proposed(subject),
        **contents,
    )


def _is_only_proposed(subject: Subject) -> bool:
    """Whether the event itself waits for approval: an edit of it then is part of the proposal."""
    return any(
        each.op_type == OperationType.CREATE and each.status == OperationStatus.PROPOSED
        for each in subject.operations
    )


def _refuse_if_only_proposed(actor: Actor, subject: Subject) -> None:
    if actor.proposes and _is_only_proposed(subject):
        create = subject.operations[0].op_id
        raise WrongStateError(
            f"This event is only proposed itself: undo change {create} instead.", op_id=create
        )


def nothing_to_do(
    actor: Actor, target: EventTarget, subject: Subject, now: dt.datetime
) -> QueuedChange:
    """Everything is so already: the newest operation of the event answers for it."""
    ids = {subject.event.event_id, subject.event.local_id or subject.event.event_id}
    newest = OutboxOperation.objects.filter(
        calendar=subject.event.calendar, event_id__in=ids
    ).order_by("-op_id")
    operation = newest.first() or _done_at_once(actor, subject, now)
    if subject.event.pk is None:
        event = shown(target.event, resource_of(target))
    else:
        event = shown(subject.event)
    return QueuedChange(operation, event, unchanged=True)


def _done_at_once(actor: Actor, subject: Subject, now: dt.datetime) -> OutboxOperation:
    return OutboxOperation.objects.create(
        calendar=subject.event.calendar,
        event_id=subject.event.event_id,
        lane=lanes.lane_of(subject.event),
        op_type=OperationType.PATCH,
        status=OperationStatus.APPLIED,
        created_at=now,
        applied_at=now,
        actor=actor.member,
        actor_via=actor.via[:120],
    )


def _moves_series(subject: Subject, payload: Mapping[str, Any]) -> bool:
    return subject.event.is_series and not payload.keys().isdisjoint(TIME_FIELDS)


def _request_id(subject: Subject, now: dt.datetime) -> str:
    """A conference request's id: another one for each attempt (section 3.6)."""
    return made_id("conference", subject.event.event_id, now).hex
