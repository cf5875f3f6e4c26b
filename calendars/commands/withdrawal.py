"""Withdrawing what Google was not told of, alone or with all that hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars import cache, recurrence, saga
from calendars.commands import queue, recurring
from calendars.commands.queue import UNSENT
from calendars.errors import WrongStateError
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.queries.access import series_of
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.values import TIME_FIELDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from calendars.models import CachedEvent


def locked(operation: OutboxOperation, states: Collection[str], sentence: str) -> OutboxOperation:
    """The operation as it is now, if it is in one of the states.

    It and its saga are locked, with their calendars: no worker begins to send them meanwhile.
    """
    current = next(each for each in saga.locked(operation) if each.pk == operation.pk)
    if current.status not in states:
        raise WrongStateError(sentence, op_id=operation.op_id, status=current.status)
    return current


def withdraw(operation: OutboxOperation, *, reason: str, now: dt.datetime) -> None:
    """Cancel an operation with its saga, and with a create all that was built on it.

    A step of the saga that Google has already is taken back. Shows what is left. Raises
    WrongStateError where a step is on its way, or where a later change builds on a step.
    """
    going = _with_all_that_hangs_on(operation)
    _refuse_what_would_tear(going)
    stranded = [row for each in going for row in lost_without(each)]
    for each in going:
        if each.status in UNSENT:
            queue.cancel(each, reason=reason)
    saga.show(going, now=now)
    _give_up_stranded(stranded, reason=reason, now=now)
    for each in going:
        if each.status == OperationStatus.APPLIED:
            saga.delete_again(each, now=now)


def let_go(operation: OutboxOperation, *, reason: str, now: dt.datetime) -> None:
    """Cancel this operation alone, but with a create all that was built on it."""
    stranded = lost_without(operation)
    saga.show(queue.give_up(operation, reason=reason), now=now)
    _give_up_stranded(stranded, reason=reason, now=now)


def lost_without(operation: OutboxOperation) -> list[CachedEvent]:
    """The exceptions that a series loses once this change, which shows there, is withdrawn."""
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    shows = operation.status in (OperationStatus.PENDING, OperationStatus.FAILED)
    patch = operation.op_type == OperationType.PATCH
    times = {name: value for name, value in operation.base.items() if name in TIME_FIELDS}
    if event is None or not event.is_series or not (shows and patch and times):
        return []
    series = recurring.row_of(event)
    return recurring.lost_with(series, apply_patch(series.resource, times))


def _give_up_stranded(stranded: Sequence[CachedEvent], *, reason: str, now: dt.datetime) -> None:
    """Google has no slot for these exceptions, and now will not get one: nothing waits for it."""
    for row in stranded:
        series = series_of(row)
        slot = cache.slot_of(row.original_start)
        zone = row.calendar.time_zone
        agreed = (series.agreed if series else None) or {}
        if recurrence.occurrence_at(agreed, slot=slot, calendar_zone=zone):
            continue
        for each in cache.open_operations(event=row):
            if each.op_type == OperationType.PATCH and each.status in UNSENT:
                queue.cancel(each, reason=reason)
        cache.refresh(row, now=now)


def _with_all_that_hangs_on(operation: OutboxOperation) -> list[OutboxOperation]:
    found = {operation.pk: operation}
    to_see = [operation]
    while to_see:
        each = to_see.pop()
        more = [step for step in saga.fellows(each) if _can_go(step)]
        if each.op_type == OperationType.CREATE:
            more += OutboxOperation.objects.select_related("calendar__account").filter(
                calendar=each.calendar,
                lane=each.lane,
                status__in=UNSENT,
                op_id__gt=each.op_id,
            )
        to_see += [new for new in more if new.pk not in found]
        found |= {new.pk: new for new in more if new.pk not in found}
    return list(found.values())


def _can_go(step: OutboxOperation) -> bool:
    """What a move brought to its calendar is the event itself: that is never deleted."""
    created = step.op_type == OperationType.CREATE and step.step == 1
    made = created and step.status == OperationStatus.APPLIED
    return made or step.status in UNSENT or step.status == OperationStatus.IN_FLIGHT


def _refuse_what_would_tear(going: Sequence[OutboxOperation]) -> None:
    """A trimmed series that was changed again afterwards cannot be made whole beneath that.

    What is only proposed has trimmed nothing, and builds on nothing until somebody approves it.
    """
    keys = {each.pk for each in going}
    for each in going:
        if each.status == OperationStatus.IN_FLIGHT:
            raise WrongStateError("A part of this change is on its way.", op_id=each.op_id)
        event = cache.find_event(calendar_id=each.calendar_id, event_id=each.event_id)
        if not each.saga or event is None or each.payload.keys().isdisjoint(TIME_FIELDS):
            continue
        if each.status == OperationStatus.PROPOSED:
            continue
        if any(
            later.op_id > each.op_id
            and later.status != OperationStatus.PROPOSED
            and later.pk not in keys
            and not later.payload.keys().isdisjoint(TIME_FIELDS)
            for later in cache.open_operations(event=event)
        ):
            raise WrongStateError(
                "A later change builds on this one: take that back first.", op_id=each.op_id
            )
