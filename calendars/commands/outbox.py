"""What a member can do with a change that is queued: try again, give up, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from calendars import cache
from calendars.commands import queue
from calendars.errors import WrongStateError
from calendars.models import OperationStatus, OperationType, OutboxOperation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from calendars.commands.actor import Actor

_WAITING = frozenset({OperationStatus.FAILED, OperationStatus.PENDING})
_UNSENT = frozenset(
    {
        OperationStatus.FAILED,
        OperationStatus.CONFLICT,
        OperationStatus.PENDING,
        OperationStatus.PROPOSED,
    }
)
_UNTOLD = frozenset({OperationStatus.PENDING, OperationStatus.PROPOSED})


def retry(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> OutboxOperation:  # noqa: ARG001
    """Try a failed change, or one that waits for its next try, again now.

    Raises WrongStateError for any other.
    """
    with transaction.atomic():
        current = locked(operation, _WAITING, "Only a failed or waiting change can be retried.")
        queue.put_back(current)
        _show_again([current], now=now)
        queue.wake_after_commit(current.calendar)
    return current


def discard(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> OutboxOperation:  # noqa: ARG001
    """Give a change up: Google's version shows again. With a create all later changes go too.

    Raises WrongStateError for what is on its way or done.
    """
    with transaction.atomic():
        current = locked(operation, _UNSENT, "This change is on its way or done already.")
        withdraw(current, reason="discarded", now=now)
    return current


def undo(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> OutboxOperation:  # noqa: ARG001
    """Take back a change that Google has not been told of. Raises WrongStateError otherwise."""
    with transaction.atomic():
        current = locked(operation, _UNTOLD, "Only a change that still waits can be undone.")
        withdraw(current, reason="undone", now=now)
    return current


def locked(operation: OutboxOperation, states: Collection[str], sentence: str) -> OutboxOperation:
    """The operation as it is now that its calendar is locked, if it is in one of the states."""
    cache.lock(operation.calendar)
    current = OutboxOperation.objects.select_related("calendar__account").get(pk=operation.pk)
    if current.status not in states:
        raise WrongStateError(sentence, op_id=operation.op_id, status=current.status)
    return current


def withdraw(operation: OutboxOperation, *, reason: str, now: dt.datetime) -> None:
    """Cancel an operation, and with a create all that was built on it; show what is left."""
    cancelled = [operation]
    if operation.op_type == OperationType.CREATE:
        later = OutboxOperation.objects.filter(
            calendar=operation.calendar, lane=operation.lane, status__in=_UNSENT
        )
        cancelled += later.exclude(pk=operation.pk)
    for each in cancelled:
        queue.cancel(each, reason=reason)
    _show_again(cancelled, now=now)


def _show_again(operations: Sequence[OutboxOperation], *, now: dt.datetime) -> None:
    """Work out anew what these operations' events look like; instances before their series."""
    found = {
        event.pk: event
        for each in operations
        if (event := cache.find_event(calendar_id=each.calendar_id, event_id=each.event_id))
    }
    for event in sorted(found.values(), key=lambda event: not event.recurring_event_id):
        cache.refresh(event, now=now)
