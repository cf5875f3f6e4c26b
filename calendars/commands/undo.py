"""Taking a change back, whether Google knows of it or not.

A change that Google was never told of is withdrawn. Of any other the opposite is queued, against
the event as it is now and with the usual rules for conflicts. Either way one operation says what
undid it, so that an undo shows in the history and can be undone itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction

from calendars import cache, event_resource, saga
from calendars.commands import queue, recurring, remade
from calendars.commands.event_body import completed
from calendars.commands.events import delete_event, queue_edit
from calendars.commands.move import move_event
from calendars.commands.permissions import require_editable, require_writable
from calendars.commands.remade import make_anew, remembered
from calendars.commands.scope import Scope
from calendars.commands.withdrawal import let_go, locked, lost_without
from calendars.errors import InvalidInputError, WrongStateError
from calendars.models import (
    CachedEvent,
    Calendar,
    Notify,
    OperationStatus,
    OperationType,
    OutboxOperation,
)
from calendars.models.outbox import NEVER_SENT, UNDONE
from calendars.queries.access import EventTarget, occurrence_at, series_of
from calendars.queries.shape import resource_of, shown
from calendars.queries.zone import zone_for
from calendars.sync.core.compare import holds
from calendars.sync.core.inverse import changed_by, inverse_of_patch
from calendars.sync.core.values import TIME_FIELDS, restores, unit_of
from calendars.sync.sentences import CONFLICT_SENTENCES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from calendars.commands.actor import Actor

_SAGAS = UUID("5d6f3a0e-7b0b-4a7c-8a55-0f6a0c9f2d31")
_WITHDRAWN = "Taken back before Google was told."
_NOTES: dict[str, str] = {
    OperationStatus.FAILED: "Taken back; Google had refused it.",
    OperationStatus.CONFLICT: "Taken back; Google's version stays.",
}
_ANEW = (
    "Google does not give a deleted event back: it is made anew, under a new id. Guests are "
    "invited anew, and a meeting link or attachments have to be added again."
)
_OCCURRENCES_BACK = (
    "The series is as it was before the change, with what had been changed or deleted of single "
    "occurrences. Only a guest list of their own has to be made again."
)
_SERIES_BACK = (
    "The series becomes as it was before the change. What had been changed of single occurrences "
    "has to be done again."
)
_GONE = "The event is deleted by now. Undo the deletion first."


@dataclass(frozen=True, slots=True)
class Undone:
    """``operation`` is the one that undoes; finished already where Google need not be told.

    ``event`` is what lists show from now on, None where that is nothing; ``note`` says in a
    sentence what was done, and what was not.
    """

    operation: OutboxOperation
    event: dict[str, Any] | None
    note: str


def undo(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """Take a change back, with all steps of its saga.

    A field that somebody changed since stays as it is, and the note names it. A deleted event is
    made anew under a new id. Raises WrongStateError where there is nothing (left) to take back,
    NotWritableError where the opposite cannot be sent.
    """
    with transaction.atomic():
        current = locked(operation, set(OperationStatus), "")
        _refuse_twice(current)
        steps = _steps(current)
        for each in steps:
            _refuse_to_decide(actor, each)
        done = _all(actor, current, steps, now)
    if actor.proposes:
        return replace(done, event=_shown(done.operation), note=f"Only proposed: {done.note}")
    return done


def _all(
    actor: Actor, asked: OutboxOperation, steps: list[OutboxOperation], now: dt.datetime
) -> Undone:
    move = next((each for each in steps if each.op_type == OperationType.MOVE), None)
    if move is not None and any(_google_may_know(each) for each in steps):
        return _moved_back(actor, move, now)
    if len(steps) == 1:
        return _undone(actor, asked, now)
    return _as_one(_all_undone(actor, steps, now), asked=asked)


def _refuse_to_decide(actor: Actor, operation: OutboxOperation) -> None:
    """Whoever proposes can propose the opposite of a change, but settles none that is undecided."""
    if not actor.proposes:
        return
    waits = operation.status == OperationStatus.PENDING
    deleted = operation.op_type == OperationType.DELETE
    if operation.status != OperationStatus.APPLIED and (deleted or not waits):
        raise _wrong(operation, "This change is not settled yet: only the member can decide it.")


def _steps(operation: OutboxOperation) -> list[OutboxOperation]:
    """The operation with its fellows, the last step first; without those that were given up."""
    steps = [operation, *saga.fellows(operation)]
    if len(steps) > 1 and any(each.status == OperationStatus.IN_FLIGHT for each in steps):
        raise _wrong(operation, "A part of this change is on its way. Try again in a moment.")
    took_effect = [each for each in steps if each is operation or not _was_given_up(each)]
    return sorted(took_effect, key=lambda each: -each.step)


def _all_undone(actor: Actor, steps: list[OutboxOperation], now: dt.datetime) -> dict[int, Undone]:
    """The opposites of a saga's steps are a saga too: they only make sense together."""
    again = _new_saga(steps[0], now)
    done: dict[int, Undone] = {}
    for number, each in enumerate(steps, start=1):
        done[each.op_id] = _undone(actor, each, now)
        opposite = done[each.op_id].operation
        opposite.saga, opposite.step = again, number
        opposite.save(update_fields=["saga", "step"])
    return done


def _new_saga(step: OutboxOperation, now: dt.datetime) -> UUID:
    """Another one each time, for an undo that was given up can be asked for again."""
    return uuid5(_SAGAS, f"{step.op_id} {step.undone_by.count()} {now.isoformat()}")


def _as_one(done: dict[int, Undone], *, asked: OutboxOperation) -> Undone:
    """The opposite of the step that was asked for stands for all; so does what is left to see."""
    events = [each.event for each in done.values() if each.event is not None]
    own = done[asked.op_id]
    notes = dict.fromkeys(each.note for each in done.values())
    return Undone(own.operation, own.event or next(iter(events), None), " ".join(notes))


def _undone(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    if actor.proposes or _google_may_know(operation):
        return _taken_back(actor, operation, now)
    return _withdrawn(actor, operation, now)


def _refuse_twice(operation: OutboxOperation) -> None:
    undone_by = _undone_by(operation)
    if undone_by is not None:
        while further := _undone_by(undone_by):
            undone_by = further
        raise _wrong(
            operation, f"This change was taken back already. Undo change {undone_by.op_id} instead."
        )
    if _was_given_up(operation):
        raise _wrong(operation, "This change never took effect: there is nothing to take back.")


def _was_given_up(operation: OutboxOperation) -> bool:
    return operation.status == OperationStatus.CANCELLED and operation.reason != NEVER_SENT


def _undone_by(operation: OutboxOperation) -> OutboxOperation | None:
    return operation.undone_by.exclude(status=OperationStatus.CANCELLED).first()


def _google_may_know(operation: OutboxOperation) -> bool:
    """After a lost answer nobody knows whether Google has it: then the opposite is sent too."""
    if operation.status == OperationStatus.PENDING:
        return operation.attempts > 0
    done = OperationStatus.IN_FLIGHT, OperationStatus.APPLIED, OperationStatus.CANCELLED
    return operation.status in done


# Google was never told


def _withdrawn(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    event = _event_of(operation)
    if event is not None and operation.op_type == OperationType.PATCH:
        _refuse_overwritten(operation, event)
    note = _NOTES.get(operation.status, _WITHDRAWN)
    opposite = _opposite(operation, event)
    if event is not None and operation.op_type == OperationType.DELETE:
        _refused_again(operation, event)
    let_go(operation, reason=UNDONE, now=now)
    record = OutboxOperation.objects.create(
        calendar=operation.calendar,
        event_id=operation.event_id,
        lane=operation.lane,
        status=OperationStatus.APPLIED,
        created_at=now,
        applied_at=now,
        actor=actor.member,
        actor_via=actor.via[:120],
        undoes=operation,
        **opposite,
    )
    return Undone(record, _shown(operation), note)


def _refuse_overwritten(operation: OutboxOperation, event: CachedEvent) -> None:
    """Withdrawing what later changes have replaced whole would change nothing."""
    later = [each for each in cache.open_operations(event=event) if each.op_id > operation.op_id]
    parked = operation.status != OperationStatus.PENDING
    if not parked and changed_by([operation.payload]) <= changed_by(each.payload for each in later):
        raise _nothing_left(operation, event, operation.payload)


def _refused_again(deleted: OutboxOperation, event: CachedEvent) -> None:
    """What Google had refused, and the member saw all the same until the delete, is so again."""
    refused = deleted.calendar.operations.filter(
        event_id__in=_ids_of(event),
        op_id__lt=deleted.op_id,
        status=OperationStatus.CANCELLED,
        reason=queue.SUPERSEDED,
        saga=None,
    ).exclude(op_type=OperationType.DELETE)
    for each in refused.exclude(error__in=CONFLICT_SENTENCES.values()):
        if _shows_in(deleted.base, each):
            each.status, each.reason = OperationStatus.FAILED, ""
            each.save(update_fields=["status", "reason"])


def _shows_in(shown: dict[str, Any], edit: OutboxOperation) -> bool:
    units = {unit_of(name) for name in edit.payload}
    return all(holds(unit, shown, payload=edit.payload, base=edit.base) for unit in units)


def _opposite(operation: OutboxOperation, event: CachedEvent | None) -> dict[str, Any]:
    """What the record of a withdrawal says: what a change to that effect would have said."""
    brings_back = restores(operation.payload, operation.base)
    if operation.op_type == OperationType.CREATE or brings_back:
        base = remembered(event, event.resource) if event else operation.payload
        return {"op_type": OperationType.DELETE, "base": base}
    if operation.op_type == OperationType.DELETE:
        return _restoring()
    return {
        "op_type": operation.op_type,
        "payload": remade.without_lost(operation.base),
        "base": remade.with_lost(operation.payload, lost_without(operation)),
    }


def _restoring() -> dict[str, Any]:
    return {
        "op_type": OperationType.PATCH,
        "payload": {"status": "confirmed"},
        "base": {"status": "cancelled"},
    }


# Google was told, or may have been


def _taken_back(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    require_writable(operation.calendar)
    if operation.op_type == OperationType.DELETE:
        return _undeleted(actor, operation, now)
    event = _alive(operation)
    if event is None:
        raise _wrong(operation, _GONE)
    if operation.op_type == OperationType.CREATE or restores(operation.payload, operation.base):
        return _deleted(actor, operation, event, now)
    return _reverted(actor, operation, event, now)


def _deleted(
    actor: Actor, operation: OutboxOperation, event: CachedEvent, now: dt.datetime
) -> Undone:
    change = delete_event(
        actor=actor,
        target=EventTarget(event),
        scope=_whole(event),
        notify=Notify(operation.notify),
        now=now,
    )
    _link(change.operation, undoes=operation)
    later = operation.calendar.operations.filter(
        lane=operation.lane, op_id__gt=operation.op_id, op_id__lt=change.operation.op_id
    ).exclude(status=OperationStatus.CANCELLED)
    note = "The event is deleted"
    note += ", with all that was changed of it since." if later.exists() else "."
    return Undone(change.operation, None, note)


def _reverted(
    actor: Actor, operation: OutboxOperation, event: CachedEvent, now: dt.datetime
) -> Undone:
    subject = recurring.subject_of(EventTarget(event), scope=_whole(event))
    inverse = inverse_of_patch(
        payload=operation.payload, base=operation.base, current=subject.resource
    )
    if not inverse.payload or (operation.saga and inverse.kept):
        raise _nothing_left(operation, event, inverse.kept)
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
    if comes_back and remade.EXCEPTIONS in operation.base:
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
        raise _wrong(operation, sentence) from None


def _moved_back(actor: Actor, move: OutboxOperation, now: dt.datetime) -> Undone:
    """The event goes back to where it came from, with all that was changed of it since."""
    if move.status in (OperationStatus.PENDING, OperationStatus.IN_FLIGHT):
        raise _wrong(move, "The event is on its way. Try again in a moment.")
    here, there = (_calendar_of(move, each) for each in (move.payload, move.base))
    event = cache.find_event(calendar_id=here.pk, event_id=move.event_id) if here else None
    if event is None or there is None or _is_gone(event):
        raise _wrong(move, "The event is not there any more, or its old calendar is not.")
    change = move_event(
        actor=actor,
        target=EventTarget(event),
        destination=there,
        notify=Notify(move.notify),
        now=now,
        new_id=_new_saga(move, now),
    )
    _link(change.operation, undoes=move)
    return Undone(change.operation, change.event, "The event goes back to its old calendar.")


def _calendar_of(move: OutboxOperation, side: dict[str, Any]) -> Calendar | None:
    return Calendar.objects.filter(
        account_id=move.calendar.account_id, google_id=side.get("destination"), deleted=False
    ).first()


def _undeleted(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    if operation.status == OperationStatus.IN_FLIGHT:
        raise _wrong(operation, "The event is being deleted at this moment. Try again in a moment.")
    if operation.status == OperationStatus.PENDING:
        return _kept_after_all(actor, operation, now)
    if event_resource.is_instance(operation.base):
        return _instance_restored(actor, operation, now)
    kept = operation.base
    organizer = kept.get("organizer") or {}
    if not kept.get("start") or kept.get("eventType", "default") != "default":
        raise _wrong(operation, "An event of this kind cannot be made anew.")
    if organizer and not organizer.get("self"):
        raise _wrong(operation, "Somebody else organizes this event: only they can invite again.")
    created = make_anew(
        actor=actor,
        calendar=operation.calendar,
        resource=kept,
        like=operation,
        undoes=operation,
        now=now,
    )
    return Undone(created, _shown(created), _ANEW)


def _kept_after_all(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """Nobody knows whether the delete reached Google: it is asked for an event that lives."""
    queue.cancel(operation, reason=UNDONE)
    event = _event_of(operation)
    if event is None:
        raise _wrong(operation, _GONE)
    keeping = _queue_restoring(actor, operation, event, now, payload={}, base={})
    cache.refresh(event, now=now)
    return Undone(keeping, _shown(keeping), "The event stays.")


def _instance_restored(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """An occurrence can be confirmed again, with what made it differ from its series.

    An event of its own can not: google-calendar-api.md section 13.
    """
    event = _event_of(operation)
    series = series_of(event) if event else None
    slot = cache.slot_of(event.original_start) if event and event.original_start else None
    occurrence = occurrence_at(series, slot) if series is not None and slot is not None else None
    if event is None or series is None or occurrence is None:
        raise _wrong(operation, "The series of this occurrence has no place for it any more.")
    if not event_resource.is_cancelled(event.resource):
        raise _wrong(operation, "This occurrence is there again already.")
    instance = resource_of(EventTarget(series, event.event_id, occurrence))
    differing = {
        name: value
        for name, value in operation.base.items()
        if name in event_resource.EDITABLE_FIELDS and instance.get(name) != value
    }
    restoring = _queue_restoring(
        actor,
        operation,
        event,
        now,
        payload=differing,
        base={name: instance.get(name) for name in differing},
    )
    asked = [
        cache.core_operation(row, target=event.event_id)
        for row in cache.open_operations(event=event)
    ]
    known = {**instance, **(event.agreed or {})}
    cache.save_event(event, agreed=known, etag=event.etag, operations=asked, now=now)
    return Undone(restoring, _shown(restoring), "The occurrence is back.")


def _queue_restoring(
    actor: Actor,
    operation: OutboxOperation,
    event: CachedEvent,
    now: dt.datetime,
    *,
    payload: dict[str, Any],
    base: dict[str, Any],
) -> OutboxOperation:
    restoring = _restoring()
    return queue.add(
        actor=actor,
        calendar=operation.calendar,
        event_id=event.event_id,
        lane=cache.lane_of(event),
        op_type=OperationType.PATCH,
        payload={**payload, **restoring["payload"]},
        base={**base, **restoring["base"]},
        notify=operation.notify,
        undoes=operation,
        now=now,
    )


def _link(opposite: OutboxOperation, *, undoes: OutboxOperation) -> None:
    opposite.undoes = undoes
    opposite.save(update_fields=["undoes"])


# What there is


def _event_of(operation: OutboxOperation) -> CachedEvent | None:
    return cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)


def _alive(operation: OutboxOperation) -> CachedEvent | None:
    """The event of a change, or what was made anew of it after a deletion was taken back: so that
    changes can be taken back one after the other, whatever is the last of them.
    """
    event, event_id = _event_of(operation), operation.event_id
    while event is None or _is_gone(event):
        names = {event_id, cache.google_id_of(event_id)}
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
            return None
        event_id = anew.event_id
        event = _event_of(anew)
    return event


def _ids_of(event: CachedEvent) -> set[str]:
    return {event.event_id, cache.google_id_of(event.event_id), event.local_id or event.event_id}


def _is_gone(event: CachedEvent) -> bool:
    series = series_of(event)
    return any(event_resource.is_cancelled(each.resource) for each in (event, series) if each)


def _whole(event: CachedEvent) -> Scope:
    return Scope.INSTANCE if event.recurring_event_id else Scope.SERIES


def _shown(operation: OutboxOperation) -> dict[str, Any] | None:
    event = _event_of(operation)
    return shown(event) if event is not None and event.start_ts_utc is not None else None


def _nothing_left(
    operation: OutboxOperation, event: CachedEvent, fields: Iterable[str]
) -> WrongStateError:
    """Why an undo would change nothing: it is all as it was before, or was changed again since."""
    units = {unit_of(name) for name in fields}
    if not units:
        return _wrong(operation, "Everything is as it was before this change already.")
    since = operation.calendar.operations.filter(
        event_id__in=_ids_of(event), op_id__gt=operation.op_id, op_type=OperationType.PATCH
    ).exclude(status=OperationStatus.CANCELLED)
    newest = next(
        (each for each in since.order_by("-op_id") if units & changed_by([each.payload])), None
    )
    why = f"by change {newest.op_id}: undo that first" if newest else "at Google"
    return _wrong(
        operation,
        f"This was changed again since, {why}.",
        fields=dict.fromkeys(fields, "Changed again since."),
    )


def _wrong(
    operation: OutboxOperation, sentence: str, *, fields: dict[str, str] | None = None
) -> WrongStateError:
    return WrongStateError(sentence, fields=fields, op_id=operation.op_id, status=operation.status)
