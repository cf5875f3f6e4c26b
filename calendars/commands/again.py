"""Asking once more for an edit that was given up: discarded, or Google's version was kept.

It is a change of its own, over the event as it is now, and can be undone like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from calendars.commands import recurring
from calendars.commands.events import queue_edit
from calendars.commands.permissions import require_editable, require_writable
from calendars.commands.scope import Scope
from calendars.errors import WrongStateError
from calendars.lanes import lane_of
from calendars.locks import lock_lanes
from calendars.models import Notify, OperationStatus, OperationType
from calendars.models.outbox import DISCARDED
from calendars.queries.access import event_of
from calendars.sync.core.settling import Choice, mine_of, resolved
from calendars.sync.core.values import same_field

if TYPE_CHECKING:
    import datetime as dt

    from calendars.commands.actor import Actor
    from calendars.commands.events import QueuedChange
    from calendars.models import OutboxOperation

_GIVEN_UP: Final = frozenset({DISCARDED, resolved(Choice.THEIRS)})


def was_given_up(operation: OutboxOperation) -> bool:
    """Whether this is an edit that can be asked for again; steps of sagas are not."""
    return (
        operation.status == OperationStatus.CANCELLED
        and operation.op_type == OperationType.PATCH
        and operation.reason in _GIVEN_UP
        and operation.saga is None
    )


def ask_again(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> QueuedChange:
    """Queue the same edit anew; guests are merged into those of now.

    Raises WrongStateError for what was not given up, or is so already; NotFoundError,
    AlreadyDeletedError, NotWritableError, InvalidInputError as an edit does.
    """
    if not was_given_up(operation):
        raise WrongStateError("This change was not given up.", op_id=operation.op_id)
    target = event_of(
        member=actor.member,
        calendar_id=operation.calendar.google_id,
        event_id=operation.event_id,
    )
    require_writable(target.event.calendar)
    alone = target.instance_id is not None or target.event.recurring_event_id
    with transaction.atomic():
        lock_lanes([(target.event.calendar_id, lane_of(target.event))])
        subject = recurring.subject_of(target, scope=Scope.INSTANCE if alone else Scope.SERIES)
        wanted = mine_of(operation.payload, operation.base, subject.resource)
        payload = {
            name: value
            for name, value in wanted.items()
            if not same_field(name, value, subject.resource.get(name))
        }
        if not payload:
            raise WrongStateError("The event is as you wanted it already.", op_id=operation.op_id)
        require_editable(subject.resource, payload)
        base = {name: subject.resource.get(name) for name in payload}
        return queue_edit(actor, subject, payload, base, Notify(operation.notify), now)
