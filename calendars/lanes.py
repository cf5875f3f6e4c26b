"""What waits in the outbox for an event, read from the tables as the pure rules see it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q

from calendars import bulk
from calendars.made_ids import google_id_of
from calendars.models import OutboxOperation
from calendars.sync.core.proposals import CHANGED_SINCE
from calendars.sync.core.resets import OCCURRENCES_CHANGED
from calendars.sync.core.saga import OTHER_STEP_LATE
from calendars.sync.core.types import Operation, OperationKind, OperationState
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from calendars.models import CachedEvent
    from calendars.sync.core.compare import Comparison

OPEN_STATUSES = frozenset(OperationState)


def lane_of(event: CachedEvent) -> str:
    """The lane of an event: Google's id of the event itself, or of its series."""
    return google_id_of(event.recurring_event_id or event.event_id)


def core_operation(row: OutboxOperation, *, target: str) -> Operation:
    """An outbox row as the pure rules see it."""
    return Operation(
        op_id=row.op_id,
        kind=OperationKind(row.op_type),
        target=target,
        payload=row.payload,
        base=row.base,
        state=OperationState(row.status),
        notify=row.notify,
        attempts=row.attempts,
        saga=str(row.saga or ""),
        step=row.step,
        unseen=row.reason in (CHANGED_SINCE, OTHER_STEP_LATE),
        of_occurrences=row.status == OperationState.CONFLICT and row.reason == OCCURRENCES_CHANGED,
    )


def after(operations: Sequence[Operation], verdict: Comparison) -> list[Operation]:
    """The operations that stay open after a comparison, with the states it gave them."""
    if not operations:
        return []
    states = dict.fromkeys(verdict.conflicts, OperationState.CONFLICT)
    states |= dict.fromkeys(verdict.reopened, OperationState.PENDING)
    return [
        replace(operation, state=states.get(operation.op_id, operation.state))
        for operation in operations
        if operation.op_id not in verdict.settled
    ]


_OPEN_OPERATIONS = PreparedQuery(
    lambda calendar, event_id, google_id, local_id: OutboxOperation.objects.filter(
        Q(event_id=event_id) | Q(event_id=google_id) | Q(event_id=local_id),
        calendar=calendar,
        status__in=sorted(OPEN_STATUSES),
    ).order_by("op_id"),
    *("calendar", "event_id", "google_id", "local_id"),
)


def open_operations(*, event: CachedEvent) -> list[OutboxOperation]:
    """The operations of this very event that still have a say, oldest first."""
    return _OPEN_OPERATIONS.run(
        calendar=event.calendar_id,
        event_id=event.event_id,
        google_id=google_id_of(event.event_id),
        local_id=event.local_id or event.event_id,
    )


def waiting_for(event: CachedEvent) -> list[Operation]:
    """``open_operations`` as the pure rules see them."""
    return [core_operation(row, target=event.event_id) for row in open_operations(event=event)]


def open_operations_of(
    events: Collection[CachedEvent], *, calendar_id: int
) -> dict[int, list[Operation]]:
    """What waits for each of many events of one calendar, by their keys and oldest first."""
    by_name = {
        name: event
        for event in events
        for name in (event.event_id, google_id_of(event.event_id), event.local_id or event.event_id)
    }
    rows = OutboxOperation.objects.filter(calendar=calendar_id, status__in=OPEN_STATUSES)
    found = [
        row for batch in bulk.batches(list(by_name)) for row in rows.filter(event_id__in=batch)
    ]
    waiting: dict[int, list[Operation]] = {event.pk: [] for event in events}
    for row in sorted(found, key=lambda row: row.op_id):
        event = by_name[row.event_id]
        waiting[event.pk].append(core_operation(row, target=event.event_id))
    return waiting
