"""An operation of the outbox as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.models import OperationStatus
from calendars.queries.freshness import rfc3339
from calendars.queries.titles import titles_of
from calendars.sync.core.proposals import expires_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calendars.models import OutboxOperation
    from calendars.queries.history import Entry


def operation_entry(operation: OutboxOperation) -> dict[str, Any]:
    """The shape that ``serializers.OperationEntry`` documents."""
    return operation_entries([operation])[0]


def operation_entries(operations: Sequence[OutboxOperation]) -> list[dict[str, Any]]:
    """As ``operation_entry``, of many at once."""
    titles = titles_of(operations)
    return [_entry(each, titles[each.op_id]) for each in operations]


def _entry(operation: OutboxOperation, title: str) -> dict[str, Any]:
    return {
        **_facts(operation),
        "summary": title,
        "payload": operation.payload,
        "base": operation.base,
        "attempts": operation.attempts,
        "next_attempt_at": rfc3339(operation.next_attempt_at),
    }


def _facts(operation: OutboxOperation) -> dict[str, Any]:
    """What every list of operations says of one."""
    by = operation.approved_by
    proposed = operation.status == OperationStatus.PROPOSED
    return {
        "op_id": operation.op_id,
        "op_type": operation.op_type,
        "status": operation.status,
        "calendar_id": operation.calendar.google_id,
        "event_id": operation.event_id,
        "notify": operation.notify,
        "created_at": rfc3339(operation.created_at),
        "applied_at": rfc3339(operation.applied_at),
        "error": operation.error,
        "reason": operation.reason,
        "actor": operation.actor.username if operation.actor else None,
        "via": operation.actor_via,
        "undoes": operation.undoes_id,
        "expires_at": rfc3339(expires_at(operation.created_at)) if proposed else None,
        "approved_at": rfc3339(operation.approved_at),
        "approved_by": by.username if by else None,
        "approved_via": operation.approved_via,
    }


def history_entry(entry: Entry) -> dict[str, Any]:
    """The shape that ``serializers.HistoryEntry`` documents."""
    return {
        **_facts(entry.operation),
        "of_instance": entry.of_instance,
        "before": entry.before,
        "after": entry.after,
        "undone_by": entry.undone_by,
        "undoable": entry.undoable,
    }
