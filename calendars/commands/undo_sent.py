"""Taking back what Google was told, or may have been: the opposite is queued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import cache, cached_occurrences, event_resource, lanes
from calendars.commands import queue, recurring, remade
from calendars.commands.event_body import completed
from calendars.commands.events import delete_event, queue_edit
from calendars.commands.move import move_event
from calendars.commands.permissions import require_editable, require_writable
from calendars.commands.remade import make_anew, what_is_back
from calendars.commands.scope import Scope
from calendars.commands.undone import (
    Undone,
    event_of,
    new_saga,
    nothing_left,
    restoring,
    shown_after,
    wrong,
)
from calendars.errors import InvalidInputError
from calendars.made_ids import google_id_of
from calendars.models import (
    CachedEvent,
    Calendar,
    Notify,
    OperationStatus,
    OperationType,
    OutboxOperation,
)
from calendars.models.outbox import UNDONE
from calendars.queries.access import EventTarget, instance_of, occurrence_at, series_of
from calendars.queries.outbox import was_split_again
from calendars.queries.shape import resource_of
from calendars.queries.zone import zone_for
from calendars.sync.core.inverse import inverse_of_patch
from calendars.sync.core.resets import EXCEPTIONS
from calendars.sync.core.values import TIME_FIELDS, restores

if TYPE_CHECKING:
    import datetime as dt

    from calendars.commands.actor import Actor

_OCCURRENCES_BACK = (
    "The series is as it was before the change, with what had been changed or deleted of single "
    "occurrences. Whoever was a guest of single occurrences only is invited anew."
)
_SERIES_BACK = (
    "The series becomes as it was before the change. What had been changed of single occurrences "
    "has to be done again."
)
_TAKES_PLACE = (OperationStatus.PENDING, OperationStatus.IN_FLIGHT, OperationStatus.APPLIED)
_GONE = "The event is deleted by now. Undo the deletion first."
_SPLIT_AGAIN = "What the series goes on as was itself divided since. Undo that change first."
_LOST = "The series has lost this occurrence by a later change of it. Undo that change first."


def taken_back(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """Queue the opposite of a change. Raises WrongStateError and NotWritableError."""
    require_writable(operation.calendar)
    if operation.op_type == OperationType.DELETE:
        return _undeleted(actor, operation, now)
    target = _alive(operation)
    if target is None:
        raise wrong(operation, _GONE)
    require_writable(target.event.calendar)
    if cached_occurrences.is_cut_off(target.event, series_of(target.event)):
        raise wrong(operation, _LOST)
    if operation.op_type == OperationType.CREATE and operation.saga and was_split_again(operation):
        raise wrong(operation, _SPLIT_AGAIN)
    if operation.op_type == OperationType.CREATE or restores(operation.payload, operation.base):
        return _deleted(actor, operation, target, now)
    return _reverted(actor, operation, target, now)


def _deleted(
    actor: Actor, operation: OutboxOperation, target: EventTarget, now: dt.datetime
) -> Undone:
    change = delete_event(
        actor=actor,
        target=target,
        scope=_whole(target),
        notify=Notify(operation.notify),
        now=now,
    )
    _link(change.operation, undoes=operation)
    later = operation.calendar.operations.filter(
        lane=operation.lane, op_id__gt=operation.op_id, op_id__lt=change.operation.op_id
    ).exclude(status=OperationStatus.CANCELLED)
    note = "What this change made is deleted" if operation.saga else "The event is deleted"
    note += ", with all that was changed of it since." if later.exists() else "."
    return Undone(change.operation, None, note)


def _reverted(
    actor: Actor, operation: OutboxOperation, target: EventTarget, now: dt.datetime
) -> Undone:
    subject = recurring.subject_of(target, scope=_whole(target))
    event = subject.event
    inverse = inverse_of_patch(
        payload=operation.payload, base=operation.base, current=subject.resource
    )
    if not inverse.payload or (operation.saga and inverse.kept):
        raise nothing_left(operation, event, inverse.kept)
    comes_back = event.is_series and not inverse.payload.keys().isdisjoint(TIME_FIELDS)
    wanted = _with_deleted(operation, inverse.payload) if comes_back else inverse.payload
    payload = _fitting(actor, operation, subject.resource, wanted)
    require_editable(subject.resource, payload)
    change = queue_edit(
        actor,
        subject,
        payload,
        {name: subject.resource.get(name) for name in payload} | inverse.base,
        Notify(operation.notify),
        now,
    )
    _link(change.operation, undoes=operation)
    if comes_back and not actor.proposes:
        remade.change_again(
            actor=actor, series=subject.event, resource=operation.base, like=operation, now=now
        )
    note = "Everything is as it was before the change."
    if comes_back and EXCEPTIONS in operation.base:
        note = _SERIES_BACK if actor.proposes else _OCCURRENCES_BACK
    if inverse.kept:
        names = ", ".join(inverse.kept)
        note = f"Taken back, but for what was changed again since and stays: {names}."
    return Undone(change.operation, change.event, note)


def _with_deleted(operation: OutboxOperation, payload: dict[str, Any]) -> dict[str, Any]:
    """What had been deleted one by one does not come back with its series.

    Google has forgotten it by now, so the lines of the series say it.
    """
    lines = remade.lines_without_deleted(operation.base, zone=operation.calendar.time_zone)
    before = payload.get("recurrence") or operation.base.get("recurrence")
    return {**payload, "recurrence": [*before, *lines]} if lines and before else payload


def _fitting(
    actor: Actor, operation: OutboxOperation, resource: dict[str, Any], payload: dict[str, Any]
) -> dict[str, Any]:
    zone = zone_for(operation.calendar, actor.member)
    try:
        return completed(resource, payload, zone=zone)
    except InvalidInputError:
        sentence = "What was before does not fit the event any more: it was changed since."
        raise wrong(operation, sentence) from None


def moved_back(*, actor: Actor, move: OutboxOperation, now: dt.datetime) -> Undone:
    """The event goes back to where it came from, with all that was changed of it since."""
    if move.status == OperationStatus.IN_FLIGHT:
        raise wrong(move, "The event is on its way. Try again in a moment.")
    here, there = (_calendar_of(move, each) for each in (move.payload, move.base))
    event = cache.find_event(calendar_id=here.pk, event_id=move.event_id) if here else None
    if event is None or there is None or _is_gone(event):
        raise wrong(move, "The event is not there any more, or its old calendar is not.")
    change = move_event(
        actor=actor,
        target=EventTarget(event),
        destination=there,
        notify=Notify(move.notify),
        now=now,
        new_id=new_saga(step=move, now=now),
    )
    _link(change.operation, undoes=move)
    return Undone(change.operation, change.event, "The event goes back to its old calendar.")


def _calendar_of(move: OutboxOperation, side: dict[str, Any]) -> Calendar | None:
    return Calendar.objects.filter(
        account_id=move.calendar.account_id, google_id=side.get("destination"), deleted=False
    ).first()


def _undeleted(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    if operation.status == OperationStatus.IN_FLIGHT:
        raise wrong(operation, "The event is being deleted at this moment. Try again in a moment.")
    if operation.status == OperationStatus.PENDING:
        return _kept_after_all(actor, operation, now)
    if event_resource.is_instance(operation.base):
        return _instance_restored(actor, operation, now)
    kept = operation.base
    organizer = kept.get("organizer") or {}
    if not kept.get("start") or kept.get("eventType", "default") != "default":
        raise wrong(operation, "An event of this kind cannot be made anew.")
    if organizer and not organizer.get("self"):
        raise wrong(operation, "Somebody else organizes this event: only they can invite again.")
    created = make_anew(
        actor=actor,
        calendar=operation.calendar,
        resource=kept,
        like=operation,
        undoes=operation,
        now=now,
    )
    return Undone(created, shown_after(created), what_is_back(kept))


def _kept_after_all(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """Nobody knows whether the delete reached Google: it is asked for an event that lives."""
    queue.cancel(operation, reason=UNDONE)
    event = event_of(operation)
    if event is None:
        raise wrong(operation, _GONE)
    keeping = _queue_restoring(actor, operation, event, now, payload={}, base={})
    cache.refresh(event, now=now)
    return Undone(keeping, shown_after(keeping), "The event stays.")


def _instance_restored(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """An occurrence can be confirmed again, with what made it differ from its series.

    An event of its own can not: google-calendar-api.md section 13.
    """
    event = event_of(operation)
    series = series_of(event) if event else None
    slot = (
        cached_occurrences.slot_of(event.original_start) if event and event.original_start else None
    )
    occurrence = occurrence_at(series, slot) if series is not None and slot is not None else None
    if event is None or series is None or occurrence is None:
        raise wrong(operation, "The series of this occurrence has no place for it any more.")
    if not event_resource.is_cancelled(event.resource):
        raise wrong(operation, "This occurrence is there again already.")
    instance = resource_of(EventTarget(series, event.event_id, occurrence))
    differing = {
        name: value
        for name, value in operation.base.items()
        if name in event_resource.EDITABLE_FIELDS and instance.get(name) != value
    }
    queued = _queue_restoring(
        actor,
        operation,
        event,
        now,
        payload=differing,
        base={name: instance.get(name) for name in differing},
    )
    asked = lanes.waiting_for(event)
    known = {**instance, **(event.agreed or {})}
    cache.save_event(event, agreed=known, etag=event.etag, operations=asked, now=now)
    return Undone(queued, shown_after(queued), "The occurrence is back.")


def _queue_restoring(
    actor: Actor,
    operation: OutboxOperation,
    event: CachedEvent,
    now: dt.datetime,
    *,
    payload: dict[str, Any],
    base: dict[str, Any],
) -> OutboxOperation:
    brings_back = restoring()
    return queue.add(
        actor=actor,
        calendar=operation.calendar,
        event_id=event.event_id,
        lane=lanes.lane_of(event),
        op_type=OperationType.PATCH,
        payload={**payload, **brings_back["payload"]},
        base={**base, **brings_back["base"]},
        notify=operation.notify,
        undoes=operation,
        now=now,
    )


def _link(opposite: OutboxOperation, *, undoes: OutboxOperation) -> None:
    opposite.undoes = undoes
    opposite.save(update_fields=["undoes"])


def _alive(operation: OutboxOperation) -> EventTarget | None:
    """What a change is about, or what was made anew of it after a deletion was taken back: so that
    changes can be taken back one after the other, whatever is the last of them.

    An occurrence whose own change was given up has no row any more, but is there all the same.
    What was given to another calendar since is there.
    """
    there = went_to(operation)
    if there is not None:
        moved = cache.find_event(calendar_id=there.pk, event_id=operation.event_id)
        if moved is None:
            return instance_of(there, operation.event_id)
        return None if _is_gone(moved) else EventTarget(moved)
    event, event_id = event_of(operation), operation.event_id
    while event is None or _is_gone(event):
        names = {event_id, google_id_of(event_id)}
        names |= {event.event_id, event.local_id or event.event_id} if event else set()
        anew = (
            operation.calendar.operations.filter(
                op_type=OperationType.CREATE,
                op_id__gt=operation.op_id,
                undoes__op_type=OperationType.DELETE,
                undoes__event_id__in=names,
            )
            .exclude(status=OperationStatus.CANCELLED)
            .exclude(event_id__in=names)
            .order_by("-op_id")
            .first()
        )
        if anew is None:
            return instance_of(operation.calendar, operation.event_id) if event is None else None
        event_id = anew.event_id
        event = event_of(anew)
    return EventTarget(event)


def went_to(operation: OutboxOperation) -> Calendar | None:
    """The calendar to which the event of a change was given after it, where that waits or is done;
    None if it is where it was."""
    here, after = operation.calendar, operation.op_id
    while move := _next_move(here, operation.lane, after=after):
        there = _calendar_of(move, move.payload)
        if there is None:
            break
        here, after = there, move.op_id
    return None if here == operation.calendar else here


def _next_move(calendar: Calendar, lane: str, *, after: int) -> OutboxOperation | None:
    moves = calendar.operations.select_related("calendar").filter(
        lane=lane, op_type=OperationType.MOVE, op_id__gt=after, status__in=_TAKES_PLACE
    )
    return moves.order_by("op_id").first()


def _is_gone(event: CachedEvent) -> bool:
    series = series_of(event)
    return any(event_resource.is_cancelled(each.resource) for each in (event, series) if each)


def _whole(target: EventTarget) -> Scope:
    alone = target.instance_id is not None or target.event.recurring_event_id
    return Scope.INSTANCE if alone else Scope.SERIES
