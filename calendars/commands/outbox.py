"""What a member can do with a change that is queued: try again, give up. See ``undo`` too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from calendars import saga
from calendars.commands import queue
from calendars.commands.hanging import UNSENT
from calendars.commands.undo import undo
from calendars.commands.withdrawal import locked, require_no_copy_left, withdraw
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import DECLINED, DISCARDED

if TYPE_CHECKING:
    import datetime as dt

    from calendars.commands.actor import Actor

_WAITING = frozenset({OperationStatus.FAILED, OperationStatus.PENDING})
_PROPOSED = frozenset({OperationStatus.PROPOSED})


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

    Of a change that was tried nobody knows whether Google has it: it is undone, so that it is gone
    for certain; so is an undo that is half done. Whoever only proposes may take proposals back, and
    nothing else. Raises WrongStateError for what is on its way or done, and for what deletes the
    remains of another change.
    """
    with transaction.atomic():
        if actor.proposes:
            current = locked(operation, _PROPOSED, "This token can only take proposals back.")
        else:
            current = locked(operation, UNSENT, "This change is on its way or done already.")
        require_no_copy_left(current)
        if any(_took_effect(each) for each in (current, *saga.fellows(current))):
            undo(actor=actor, operation=current, now=now)
            current.refresh_from_db()
            return current
        proposed = current.status == OperationStatus.PROPOSED
        withdraw(current, reason=DECLINED if proposed else DISCARDED, now=now)
    return current


def _took_effect(operation: OutboxOperation) -> bool:
    """Whether more than forgetting is needed: it may have arrived, or has taken something back.

    A create that was made is deleted again with what is withdrawn."""
    if operation.status == OperationStatus.PENDING:
        return operation.attempts > 0
    takes_back = operation.undoes_id is not None and operation.op_type != OperationType.CREATE
    return takes_back and operation.status == OperationStatus.APPLIED
