"""What a member can do with a change that is queued: try again, give up. See ``undo`` too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from calendars import cache, saga
from calendars.commands import queue
from calendars.errors import WrongStateError
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import DECLINED
from calendars.sync.core.values import TIME_FIELDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from calendars.commands.actor import Actor

_WAITING = frozenset({OperationStatus.FAILED, OperationStatus.PENDING})
_PROPOSED = frozenset({OperationStatus.PROPOSED})
_UNSENT = frozenset(
    {
        OperationStatus.FAILED,
        OperationStatus.CONFLICT,
        OperationStatus.PENDING,
        OperationStatus.PROPOSED,
    }
)


def retry(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> OutboxOperation:  # noqa: ARG001
    """Try a failed change, or one that waits for its next try, again now.

    Raises WrongStateError for any other.
    """
    with transaction.atomic():
        current = locked(operation, _WAITING, "Only a failed or waiting change can be retried.")
        again = queue.put_back(current)
        saga.show(again, now=now)
        for calendar in {each.calendar for each in again}:
            queue.wake_after_commit(calendar)
    return current


def discard(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> OutboxOperation:
    """Give a change up, or decline a proposal: Google's version shows again. With a create all
    later changes go too.

    Whoever only proposes may take proposals back, and nothing else. Raises WrongStateError for
    what is on its way or done.
    """
    with transaction.atomic():
        if actor.proposes:
            current = locked(operation, _PROPOSED, "This token can only take proposals back.")
        else:
            current = locked(operation, _UNSENT, "This change is on its way or done already.")
        proposed = current.status == OperationStatus.PROPOSED
        withdraw(current, reason=DECLINED if proposed else "discarded", now=now)
    return current


def locked(operation: OutboxOperation, states: Collection[str], sentence: str) -> OutboxOperation:
    """The operation as it is now that its calendar is locked, if it is in one of the states."""
    cache.lock(operation.calendar)
    current = OutboxOperation.objects.select_related("calendar__account").get(pk=operation.pk)
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
    for each in going:
        if each.status in _UNSENT:
            queue.cancel(each, reason=reason)
    saga.show(going, now=now)
    for each in going:
        if each.status == OperationStatus.APPLIED:
            saga.delete_again(each, now=now)


def let_go(operation: OutboxOperation, *, reason: str, now: dt.datetime) -> None:
    """Cancel this operation alone, but with a create all that was built on it."""
    going = [operation]
    if operation.op_type == OperationType.CREATE:
        going += OutboxOperation.objects.filter(
            calendar=operation.calendar, lane=operation.lane, status__in=_UNSENT
        ).exclude(pk=operation.pk)
    for each in going:
        queue.cancel(each, reason=reason)
    saga.show(going, now=now)


def _with_all_that_hangs_on(operation: OutboxOperation) -> list[OutboxOperation]:
    found = {operation.pk: operation}
    to_see = [operation]
    while to_see:
        each = to_see.pop()
        more = [step for step in saga.fellows(each) if _can_go(step)]
        if each.op_type == OperationType.CREATE:
            more += OutboxOperation.objects.select_related("calendar__account").filter(
                calendar=each.calendar, lane=each.lane, status__in=_UNSENT
            )
        to_see += [new for new in more if new.pk not in found]
        found |= {new.pk: new for new in more if new.pk not in found}
    return list(found.values())


def _can_go(step: OutboxOperation) -> bool:
    made = step.status == OperationStatus.APPLIED and step.op_type == OperationType.CREATE
    return made or step.status in _UNSENT or step.status == OperationStatus.IN_FLIGHT


def _refuse_what_would_tear(going: Sequence[OutboxOperation]) -> None:
    """A trimmed series that was changed again afterwards cannot be made whole beneath that."""
    keys = {each.pk for each in going}
    for each in going:
        if each.status == OperationStatus.IN_FLIGHT:
            raise WrongStateError("A part of this change is on its way.", op_id=each.op_id)
        event = cache.find_event(calendar_id=each.calendar_id, event_id=each.event_id)
        if not each.saga or event is None or each.payload.keys().isdisjoint(TIME_FIELDS):
            continue
        if any(
            later.op_id > each.op_id
            and later.pk not in keys
            and not later.payload.keys().isdisjoint(TIME_FIELDS)
            for later in cache.open_operations(event=event)
        ):
            raise WrongStateError(
                "A later change builds on this one: take that back first.", op_id=each.op_id
            )
