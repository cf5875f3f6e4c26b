"""Writing down what became of operations: settled, in conflict, or open again after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.models import OperationStatus, OutboxOperation
from calendars.models.outbox import SETTLED_THERE
from calendars.sync.core.compare import Comparison
from calendars.sync.sentences import CONFLICT_SENTENCES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection


def record(verdict: Comparison, *, now: dt.datetime) -> None:
    """Write down what a comparison found about the operations; most have none."""
    if verdict == Comparison():
        return
    parked = OutboxOperation.objects.filter(
        op_id__in=verdict.settled, status=OperationStatus.CONFLICT
    )
    by_itself = set(parked.values_list("op_id", flat=True)) if verdict.settled else set()
    close(verdict.settled - by_itself, OperationStatus.APPLIED, now=now)
    close(by_itself, OperationStatus.APPLIED, now=now, reason=SETTLED_THERE)
    OutboxOperation.objects.filter(op_id__in=verdict.reopened).update(
        status=OperationStatus.PENDING, next_attempt_at=None, error="", reason=""
    )
    for op_id, code in verdict.conflicts.items():
        OutboxOperation.objects.filter(op_id=op_id).update(
            status=OperationStatus.CONFLICT, reason=code, error=CONFLICT_SENTENCES[code]
        )


def close(
    operations: Collection[int], status: OperationStatus, *, now: dt.datetime, reason: str = ""
) -> None:
    """These operations need no request any more."""
    if operations:
        OutboxOperation.objects.filter(op_id__in=operations).update(
            status=status, applied_at=now, error="", reason=reason
        )
