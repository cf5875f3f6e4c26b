"""An operation of the outbox as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from calendars.models import OutboxOperation


def operation_entry(operation: OutboxOperation) -> dict[str, Any]:
    """The shape ``OperationEntry`` documents. Its calendar and actor should be loaded already."""
    return {
        "op_id": operation.op_id,
        "op_type": operation.op_type,
        "status": operation.status,
        "calendar_id": operation.calendar.google_id,
        "event_id": operation.event_id,
        "payload": operation.payload,
        "base": operation.base,
        "notify": operation.notify,
        "attempts": operation.attempts,
        "created_at": _time(operation.created_at),
        "next_attempt_at": _time(operation.next_attempt_at),
        "applied_at": _time(operation.applied_at),
        "error": operation.error,
        "reason": operation.reason,
        "actor": operation.actor.username if operation.actor else None,
        "via": operation.actor_via,
    }


def _time(moment: dt.datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
