"""Taking back what Google was never told of: it is withdrawn, and one record says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import lanes
from calendars.commands import remade
from calendars.commands.remade import remembered
from calendars.commands.undone import Undone, event_of, ids_of, nothing_left, restoring, shown_after
from calendars.commands.withdrawal import let_go, lost_without
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import SUPERSEDED, UNDONE
from calendars.sync.core.compare import holds
from calendars.sync.core.inverse import changed_by
from calendars.sync.core.values import restores, unit_of
from calendars.sync.sentences import CONFLICT_SENTENCES

if TYPE_CHECKING:
    import datetime as dt

    from calendars.commands.actor import Actor

_WITHDRAWN = "Taken back before Google was told."
_NOTES: dict[str, str] = {
    OperationStatus.FAILED: "Taken back; Google had refused it.",
    OperationStatus.CONFLICT: "Taken back; Google's version stays.",
}


def withdrawn(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """Withdraw a change that waits or is parked. Raises WrongStateError."""
    event = event_of(operation)
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
    return Undone(record, shown_after(operation), note)


def _refuse_overwritten(operation: OutboxOperation, event: CachedEvent) -> None:
    """Withdrawing what later changes have replaced whole would change nothing."""
    later = [each for each in lanes.open_operations(event=event) if each.op_id > operation.op_id]
    parked = operation.status != OperationStatus.PENDING
    if not parked and changed_by([operation.payload]) <= changed_by(each.payload for each in later):
        raise nothing_left(operation, event, operation.payload)


def _refused_again(deleted: OutboxOperation, event: CachedEvent) -> None:
    """What Google had refused, and the member saw all the same until the delete, is so again."""
    refused = deleted.calendar.operations.filter(
        event_id__in=ids_of(event),
        op_id__lt=deleted.op_id,
        status=OperationStatus.CANCELLED,
        reason=SUPERSEDED,
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
        return restoring()
    return {
        "op_type": operation.op_type,
        "payload": remade.without_lost(operation.base),
        "base": remade.with_lost(operation.payload, lost_without(operation)),
    }
