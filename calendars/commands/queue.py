"""Putting one change into the outbox, and making room for it in its lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from calendars.models import Notify, OperationStatus, OperationType, OutboxOperation
from calendars.sync.core.values import unit_of
from calendars.sync.nudge import wake

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from calendars.commands.actor import Actor
    from calendars.models import Calendar

SUPERSEDED = "superseded"
_EDITS = frozenset({OperationType.CREATE, OperationType.PATCH})


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
) -> OutboxOperation:
    """A pending operation, and a wake-up for the worker once this transaction is through."""
    operation = OutboxOperation.objects.create(
        calendar=calendar,
        event_id=event_id,
        lane=lane,
        op_type=op_type,
        payload=payload or {},
        base=base or {},
        created_at=now,
        actor=actor.member,
        actor_via=actor.via[:120],
        notify=notify,
    )
    wake_after_commit(calendar)
    return operation


def wake_after_commit(calendar: Calendar) -> None:
    account_id = calendar.account_id
    transaction.on_commit(lambda: wake(account_id=account_id))


def make_room_for_edit(
    operations: Sequence[OutboxOperation], *, fields: Iterable[str]
) -> list[OutboxOperation]:
    """What stays open beside a new edit of these fields.

    A failed edit is tried again together with it, a refused delete is forgotten, and a conflict
    about the same unit is decided by it.
    """
    units = {unit_of(name) for name in fields}
    for operation in operations:
        if operation.status == OperationStatus.FAILED and operation.op_type in _EDITS:
            put_back(operation)
        elif operation.status == OperationStatus.FAILED or _decided(operation, units):
            cancel(operation, reason=SUPERSEDED)
    return _open(operations)


def make_room_for_delete(operations: Sequence[OutboxOperation]) -> list[OutboxOperation]:
    """What stays open beside a delete: only what is waiting or on its way."""
    for operation in operations:
        if operation.status not in (OperationStatus.PENDING, OperationStatus.IN_FLIGHT):
            cancel(operation, reason=SUPERSEDED)
    return _open(operations)


def put_back(operation: OutboxOperation) -> None:
    """Try it again now, as if for the first time."""
    operation.status = OperationStatus.PENDING
    operation.attempts = 0
    operation.next_attempt_at = None
    operation.error = operation.reason = ""
    operation.save(update_fields=["status", "attempts", "next_attempt_at", "error", "reason"])


def cancel(operation: OutboxOperation, *, reason: str) -> None:
    """It will never be sent; its values stay in the row."""
    operation.status = OperationStatus.CANCELLED
    operation.reason = reason
    operation.save(update_fields=["status", "reason"])


def _decided(operation: OutboxOperation, units: set[str]) -> bool:
    if operation.status != OperationStatus.CONFLICT:
        return False
    if operation.op_type == OperationType.DELETE:
        return True
    return not units.isdisjoint(unit_of(name) for name in operation.payload)


def _open(operations: Sequence[OutboxOperation]) -> list[OutboxOperation]:
    return [each for each in operations if each.status != OperationStatus.CANCELLED]
