"""What goes with an operation that is given up: what is never made has no changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars import saga
from calendars.models import OperationStatus, OperationType, OutboxOperation

if TYPE_CHECKING:
    from collections.abc import Iterable

UNSENT = frozenset(
    {
        OperationStatus.FAILED,
        OperationStatus.CONFLICT,
        OperationStatus.PENDING,
        OperationStatus.PROPOSED,
    }
)
"""States in which an operation can still be given up."""


def hanging_on(operation: OutboxOperation, *, fellows: bool) -> list[OutboxOperation]:
    """The operation itself, and whatever cannot stand without it.

    With a create goes all that was asked of its event later on, and with a step of a saga the
    saga; with the operation's own only where ``fellows`` says so. Creates that Google has already
    are among them, to be taken back.
    """
    found = {operation.pk: operation}
    to_see = [operation]
    while to_see:
        each = to_see.pop()
        more = list(_asked_later(each))
        if fellows or each.saga != operation.saga:
            more += (step for step in saga.fellows(each) if _can_go(step))
        new = {other.pk: other for other in more if other.pk not in found}
        found |= new
        to_see += new.values()
    return list(found.values())


def _asked_later(operation: OutboxOperation) -> Iterable[OutboxOperation]:
    if operation.op_type != OperationType.CREATE:
        return ()
    return OutboxOperation.objects.select_related("calendar__account").filter(
        calendar=operation.calendar,
        lane=operation.lane,
        status__in=UNSENT | {OperationStatus.IN_FLIGHT},
        op_id__gt=operation.op_id,
    )


def _can_go(step: OutboxOperation) -> bool:
    """What a move brought to its calendar is the event itself: that is never deleted."""
    created = step.op_type == OperationType.CREATE and step.step == 1
    made = created and step.status == OperationStatus.APPLIED
    return made or step.status in UNSENT or step.status == OperationStatus.IN_FLIGHT
