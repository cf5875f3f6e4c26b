"""Withdrawing what Google was not told of, alone or with all that hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars import cache, cached_occurrences, lanes, recurrence, saga
from calendars.commands import queue, recurring
from calendars.commands.hanging import UNSENT, hanging_on
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


def require_no_copy_left(operation: OutboxOperation) -> None:
    """Raises WrongStateError for what deletes the remains of a change that did not go through."""
    if saga.takes_back(operation) and operation.status in UNSENT:
        raise WrongStateError(
            "This deletes what another change has left behind: without it the event would be there "
            "twice. Try it again, or delete that event yourself.",
            op_id=operation.op_id,
        )


def withdraw(operation: OutboxOperation, *, reason: str, now: dt.datetime) -> None:
    """Cancel an operation with its saga, and with a create all that was built on it.

    A step of the saga that Google has already is taken back. Shows what is left. Raises
    WrongStateError where a step is on its way, or where a later change builds on a step.
    """
    going = hanging_on(operation, fellows=True)
    _refuse_what_would_tear(going)
    stranded = [row for each in going for row in lost_without(each)]
    queue.take_away(going, reason=reason, now=now)
    _give_up_stranded(stranded, reason=reason, now=now)
    queue.take_back_made(going, now=now)


def let_go(operation: OutboxOperation, *, reason: str, now: dt.datetime) -> None:
    """Cancel this operation alone, but with a create all that was built on it."""
    stranded = lost_without(operation)
    queue.give_up(operation, reason=reason, now=now)
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
        slot = cached_occurrences.slot_of(row.original_start)
        zone = row.calendar.time_zone
        agreed = (series.agreed if series else None) or {}
        if recurrence.occurrence_at(agreed, slot=slot, calendar_zone=zone):
            continue
        for each in lanes.open_operations(event=row):
            if each.op_type == OperationType.PATCH and each.status in UNSENT:
                queue.cancel(each, reason=reason)
        cache.refresh(row, now=now)


def _refuse_what_would_tear(going: Sequence[OutboxOperation]) -> None:
    """A trimmed series that was changed again afterwards cannot be made whole beneath that.

    What is only proposed has trimmed nothing, and builds on nothing until somebody approves it.
    """
    keys = {each.pk for each in going}
    for each in going:
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
            for later in lanes.open_operations(event=event)
        ):
            raise WrongStateError(
                "A later change builds on this one: take that back first.", op_id=each.op_id
            )
