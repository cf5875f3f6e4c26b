"""Giving an event to another calendar: shown there at once.

Within an account Google moves it: the id, the guests and their answers stay (section 6.6). The row
here keeps the move as the last operation of its lane; a row in the destination shows the event
until it is found there. Between accounts it is copied and the original deleted, as a saga.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from calendars import cache, cached_occurrences, cached_row, event_resource, lanes
from calendars.commands import queue, recurring, telling
from calendars.commands.arrival import queue_new
from calendars.commands.copying import copy_of
from calendars.commands.events import QueuedChange
from calendars.commands.permissions import require_movable, require_visible, require_writable
from calendars.commands.remade import remembered
from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError, WrongStateError
from calendars.locks import lock_lanes
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.queries.shape import shown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from calendars.commands.actor import Actor
    from calendars.commands.recurring import Subject
    from calendars.models import Calendar, Notify
    from calendars.queries.access import EventTarget

NEW_INVITATIONS = (
    "The event is made anew in the other account: guests get a new invitation and answer again, "
    "and a video conference has to be asked for again."
)
EXCEPTIONS_RESET = "Occurrences that were changed by themselves follow the series again."
_NOT_CARRIED = frozenset(
    {"kind", "etag", "id", "status", "htmlLink", "created", "updated", "creator", "organizer"}
    | {"iCalUID", "sequence", "eventType", "locked", "privateCopy"}
)
_ON_THEIR_WAY = frozenset({OperationStatus.PENDING, OperationStatus.IN_FLIGHT})


def move_event(
    *,
    actor: Actor,
    target: EventTarget,
    destination: Calendar,
    notify: Notify | None,
    now: dt.datetime,
    new_id: UUID,
) -> QueuedChange:
    """Give a single event or a whole series to another calendar of the member.

    ``new_id`` names the move; to another account it is also the ``local:`` id of the copy. Raises
    InvalidInputError, NotWritableError, WrongStateError where a change of the event is undecided,
    NotFoundError.
    """
    source = target.event.calendar
    _check(target, destination)
    with transaction.atomic():
        lane = lanes.lane_of(target.event)
        lock_lanes([(source.pk, lane), (destination.pk, lane)])
        subject = recurring.subject_of(target, scope=Scope.SERIES)
        require_visible(source, subject.resource)
        require_movable(subject.resource)
        _refuse_undecided(subject)
        told = telling.whom(notify, subject.resource)
        if source.account_id == destination.account_id:
            return _moved(actor, subject, destination, told, notify, now, new_id)
        return _copied(actor, subject, destination, told, now, new_id)


def _check(target: EventTarget, destination: Calendar) -> None:
    require_writable(target.event.calendar)
    require_writable(destination)
    if target.event.calendar_id == destination.pk:
        raise _refused("The event is in this calendar already.")
    if target.instance_id is not None or target.event.recurring_event_id:
        raise InvalidInputError("One occurrence cannot be moved by itself; move the series.")


def _refuse_undecided(subject: Subject) -> None:
    """What failed or is in conflict belongs to the old place: it has to be settled there."""
    lane = OutboxOperation.objects.filter(
        calendar=subject.event.calendar,
        lane=lanes.lane_of(subject.event),
        status__in=lanes.OPEN_STATUSES,
    )
    if undecided := lane.exclude(status__in=_ON_THEIR_WAY).first():
        raise WrongStateError(
            "A change of this event waits for a decision: settle it first, then move the event.",
            op_id=undecided.op_id,
        )


def _moved(
    actor: Actor,
    subject: Subject,
    destination: Calendar,
    told: Notify,
    notify: Notify | None,
    now: dt.datetime,
    saga_id: UUID,
) -> QueuedChange:
    event, before = subject.event, subject.resource
    arrived, waiting = _row_in(destination, event)
    leaving = queue.add(
        actor=actor,
        calendar=event.calendar,
        event_id=event.event_id,
        lane=lanes.lane_of(event),
        op_type=OperationType.MOVE,
        payload={"destination": destination.google_id},
        base={"destination": event.calendar.google_id},
        notify=told,
        now=now,
        step=(saga_id, 1),
    )
    carried = {name: value for name, value in before.items() if name not in _NOT_CARRIED}
    arriving = queue.add(
        actor=actor,
        calendar=destination,
        event_id=arrived.event_id,
        lane=lanes.lane_of(arrived),
        op_type=OperationType.CREATE,
        payload={**carried, **_unsettled(before)},
        notify=told,
        now=now,
        step=(saga_id, 2),
    )
    cache.save_with(arrived, [*waiting, arriving], agreed=arrived.agreed, now=now)
    proposed = leaving.status == OperationStatus.PROPOSED
    if not proposed:
        _show_exceptions(event, arrived, now=now)
    cache.save_with(event, [*subject.operations, leaving], agreed=event.agreed, now=now)
    notes = telling.of_edit(notify, told, before)
    return QueuedChange(leaving, shown(event if proposed else arrived), notes)


def _unsettled(event: Mapping[str, Any]) -> dict[str, Any]:
    """What is tentative stays so; any other event is confirmed without saying it."""
    return {"status": "tentative"} if event.get("status") == "tentative" else {}


def _row_in(
    destination: Calendar, event: CachedEvent
) -> tuple[CachedEvent, Sequence[OutboxOperation]]:
    """The row that is to show the event there, and what waits for that row already.

    While nobody knows whether Google has moved the event away from there, it is the row it leaves.
    """
    ids = {event.event_id, event.local_id or ""}
    there = destination.events.filter(event_id__in=ids).first()
    if there is None:
        row = cached_row.new_event(
            calendar=destination, event_id=event.event_id, local_id=event.local_id
        )
        return row, ()
    if not event_resource.is_cancelled(there.resource):
        raise _refused("That calendar has a copy of this event already.")
    there.calendar = destination
    waiting = lanes.open_operations(event=there)
    if not any(_is_unsure(each) for each in waiting):
        raise WrongStateError(
            "The event is still on its way from that calendar: undo that move instead."
        )
    return there, waiting


def _is_unsure(operation: OutboxOperation) -> bool:
    """Whether this is a move that was tried, and no answer has come."""
    pending = operation.status == OperationStatus.PENDING and operation.attempts > 0
    return pending and operation.op_type == OperationType.MOVE


def _show_exceptions(event: CachedEvent, arrived: CachedEvent, *, now: dt.datetime) -> None:
    """Changed occurrences come along; Google's own versions follow with the next pull."""
    exceptions = event.calendar.events.filter(recurring_event_id=event.event_id)
    known = arrived.calendar.events.filter(recurring_event_id=arrived.event_id)
    for exception in exceptions.exclude(
        event_id__in=list(known.values_list("event_id", flat=True))
    ):
        if cached_occurrences.is_cut_off(exception, event):
            continue
        copy = cached_row.new_event(
            calendar=arrived.calendar, event_id=exception.event_id, local_id=exception.local_id
        )
        parties = {name: arrived.resource[name] for name in ("creator", "organizer")}
        agreed = {**exception.resource, **parties}
        cache.save_event(copy, agreed=agreed, etag="", operations=[], now=now)


def _copied(
    actor: Actor,
    subject: Subject,
    destination: Calendar,
    told: Notify,
    now: dt.datetime,
    new_id: UUID,
) -> QueuedChange:
    """Copy, then delete: if either is refused, the event stays where it was."""
    event, before = subject.event, subject.resource
    whole = recurring.without_deleted(event, before) if event.is_series else before
    copy, made = queue_new(
        actor=actor,
        calendar=destination,
        new_id=new_id,
        body={**copy_of(whole, destination), **_unsettled(before)},
        notify=told,
        now=now,
        step=(new_id, 1),
    )
    gone = queue.add(
        actor=actor,
        calendar=event.calendar,
        event_id=event.event_id,
        lane=lanes.lane_of(event),
        op_type=OperationType.DELETE,
        base=remembered(event, before),
        notify=told,
        now=now,
        step=(new_id, 2),
    )
    notes = [NEW_INVITATIONS]
    if recurring.has_changed_ones(event):
        notes.append(EXCEPTIONS_RESET)
    cache.save_with(event, [*subject.operations, gone], agreed=event.agreed, now=now)
    return QueuedChange(made, shown(copy), tuple(notes))


def _refused(sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={"destination": sentence})
