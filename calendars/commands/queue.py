"""Putting one change into the outbox, and making room for it in its lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from calendars import saga
from calendars.commands.hanging import UNSENT, hanging_on
from calendars.errors import WrongStateError
from calendars.models import Notify, OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import SUPERSEDED
from calendars.sync.core import people
from calendars.sync.core.values import unit_of
from calendars.sync.nudge import wake
from secretary_project.prepared_save import insert

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from calendars.commands.actor import Actor
    from calendars.models import Calendar

_EDITS = frozenset({OperationType.CREATE, OperationType.PATCH})
_STOPPED = frozenset({OperationStatus.FAILED, OperationStatus.CONFLICT})


def add(
    *,
    actor: Actor,
    calendar: Calendar,
    event_id: str,
    lane: str,
    op_type: OperationType,
    notify: Notify | str,
    now: dt.datetime,
    payload: Mapping[str, Any] | None = None,
    base: Mapping[str, Any] | None = None,
    step: tuple[UUID, int] | None = None,
    undoes: OutboxOperation | None = None,
    proposed: bool = False,
) -> OutboxOperation:
    """A pending operation, and a wake-up for the worker once this transaction is through.

    It is ``proposed`` instead, and nobody is woken, where it says so or the actor only proposes.
    ``step`` makes it that step of a saga (see ``calendars.saga``). Of a changed guest list only
    the people concerned are kept.
    """
    of_saga, number = step or (None, 0)
    waits = proposed or actor.proposes
    if op_type == OperationType.PATCH:
        payload, base = _narrowed(payload or {}, base or {})
    operation = OutboxOperation(
        calendar=calendar,
        event_id=event_id,
        lane=lane,
        op_type=op_type,
        payload=payload or {},
        base=base or {},
        status=OperationStatus.PROPOSED if waits else OperationStatus.PENDING,
        created_at=now,
        actor=actor.member,
        actor_via=actor.via[:120],
        notify=notify,
        saga=of_saga,
        step=number,
        undoes=undoes,
    )
    insert(operation)
    if not waits:
        wake_after_commit(calendar)
    return operation


def _narrowed(
    payload: Mapping[str, Any], base: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if "attendees" not in payload:
        return payload, base
    before, wanted = people.delta(base=base.get("attendees") or [], mine=payload["attendees"] or [])
    return {**payload, "attendees": wanted}, {**base, "attendees": before}


def wake_after_commit(calendar: Calendar) -> None:
    account_id = calendar.account_id
    transaction.on_commit(lambda: wake(account_id=account_id))


def make_room_for_edit(
    operations: Sequence[OutboxOperation],
    *,
    actor: Actor,
    fields: Iterable[str],
    now: dt.datetime,
) -> list[OutboxOperation]:
    """What stays open beside a new edit of these fields.

    A failed edit is tried again together with it, a refused delete or move is forgotten with the
    rest of its saga, and a conflict about the same unit is decided by it. A proposal decides
    nothing. Raises WrongStateError for an event that another change needs to be gone.
    """
    if actor.proposes:
        return list(operations)
    units = {unit_of(name) for name in fields}
    for operation in operations:
        _refuse_to_keep(operation)
        if operation.status == OperationStatus.FAILED and operation.op_type in _EDITS:
            saga.show(put_back(operation)[1:], now=now)
        elif operation.status == OperationStatus.FAILED or _decided(operation, units):
            _supersede(operation, rest_stays=False, now=now)
    return _open(operations)


def make_room_for_delete(
    operations: Sequence[OutboxOperation], *, actor: Actor, now: dt.datetime
) -> list[OutboxOperation]:
    """What stays open beside a delete: only what is waiting or on its way. A proposed one leaves
    everything as it is.
    """
    if actor.proposes:
        return list(operations)
    for operation in operations:
        if operation.status not in (OperationStatus.PENDING, OperationStatus.IN_FLIGHT):
            failed = operation.status == OperationStatus.FAILED
            moves = operation.op_type == OperationType.MOVE
            _supersede(operation, rest_stays=failed and not moves, now=now)
    return _open(operations)


def put_back(operation: OutboxOperation) -> list[OutboxOperation]:
    """Try it again now, as if for the first time, and the parked steps of its saga with it.

    Of one that waits an answer may have got lost: that it was tried is not forgotten.
    """
    parked = [each for each in saga.fellows(operation) if each.status in _STOPPED]
    for each in (operation, *parked):
        unsure = each.status == OperationStatus.PENDING
        each.attempts = min(each.attempts, 1) if unsure else 0
        each.status = OperationStatus.PENDING
        each.next_attempt_at = None
        each.error = each.reason = ""
        each.save(update_fields=["status", "attempts", "next_attempt_at", "error", "reason"])
    return [operation, *parked]


def cancel(operation: OutboxOperation, *, reason: str) -> None:
    """It will never be sent; its values stay in the row."""
    operation.status = OperationStatus.CANCELLED
    operation.reason = reason
    operation.save(update_fields=["status", "reason"])


def give_up(operation: OutboxOperation, *, reason: str, now: dt.datetime) -> None:
    """Cancel this step alone, but with a create all that was built on it, and show what is left.

    Raises WrongStateError where a part of that is on its way.
    """
    going = hanging_on(operation, fellows=False)
    take_away(going, reason=reason, now=now)
    take_back_made(going, now=now)


def take_away(going: Sequence[OutboxOperation], *, reason: str, now: dt.datetime) -> None:
    """Cancel what Google was not told of, and show what is left. Raises WrongStateError where a
    part is on its way.
    """
    for each in going:
        if each.status == OperationStatus.IN_FLIGHT:
            raise WrongStateError("A part of this change is on its way.", op_id=each.op_id)
    for each in going:
        if each.status in UNSENT:
            cancel(each, reason=reason)
    saga.show(going, now=now)


def take_back_made(going: Sequence[OutboxOperation], *, now: dt.datetime) -> None:
    """Have deleted what some of these have made at Google already."""
    for each in going:
        if each.status == OperationStatus.APPLIED:
            saga.delete_again(each, now=now)


def settle_fellows(
    decided: Sequence[OutboxOperation], *, sent: OutboxOperation | None, now: dt.datetime
) -> None:
    """These steps were in conflict and are cancelled: the rest of their sagas goes with them, or
    is tried again with ``sent``, which takes their place as the last step."""
    for operation in decided:
        parked = [each for each in saga.fellows(operation) if each.status in _STOPPED]
        for each in parked:
            if sent:
                saga.show(put_back(each), now=now)
            else:
                give_up(each, reason=operation.reason, now=now)
    steps = [operation for operation in decided if operation.saga]
    if sent is not None and steps:
        sent.saga = steps[-1].saga
        sent.step = 1 + max(each.step for each in (steps[-1], *saga.fellows(steps[-1])))
        sent.save(update_fields=["saga", "step"])


def _refuse_to_keep(operation: OutboxOperation) -> None:
    """What is parked deletes a copy, or what came of a change whose undo is half done: an edit that
    made it forgotten would leave the event there twice."""
    deletes = operation.op_type == OperationType.DELETE and operation.status in _STOPPED
    if not deletes:
        return
    half_undone = any(
        each.status == OperationStatus.APPLIED and each.undoes_id is not None
        for each in saga.fellows(operation)
    )
    if half_undone or saga.takes_back(operation):
        raise WrongStateError(
            "This event is to be deleted because of another change, and could not be: settle that "
            "first.",
            op_id=operation.op_id,
        )


def _supersede(operation: OutboxOperation, *, rest_stays: bool, now: dt.datetime) -> None:
    """The rest of its saga is tried again where that is what the member sees; where Google's
    version shows, the rest is given up."""
    cancel(operation, reason=SUPERSEDED)
    parked = [each for each in saga.fellows(operation) if each.status in _STOPPED]
    for each in parked:
        if rest_stays:
            saga.show(put_back(each), now=now)
        else:
            give_up(each, reason=SUPERSEDED, now=now)


def _decided(operation: OutboxOperation, units: set[str]) -> bool:
    if operation.status != OperationStatus.CONFLICT:
        return False
    if operation.op_type == OperationType.CREATE:  # whether there is an event, no edit decides
        return False
    if operation.op_type == OperationType.DELETE:
        return True
    return not units.isdisjoint(unit_of(name) for name in operation.payload)


def _open(operations: Sequence[OutboxOperation]) -> list[OutboxOperation]:
    return [each for each in operations if each.status != OperationStatus.CANCELLED]
