"""The answer to a write: queued, shown at once, with notes where there is something to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calendars import saga
from calendars.api.base import answer
from calendars.api.operations import operation_entry
from calendars.commands.events import QueuedChange
from calendars.models import Notify, OperationStatus, OperationType

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from django.http import HttpResponse

    from calendars.models import OutboxOperation

_DONE: Final = frozenset({OperationStatus.APPLIED, OperationStatus.CANCELLED})


def proposal_part(operation: OutboxOperation) -> dict[str, Any]:
    """Of a proposal what it would change, for the event itself does not show it; else nothing."""
    if operation.status != OperationStatus.PROPOSED:
        return {}
    return {"proposal": operation_entry(operation)}


def word_for(operation: OutboxOperation) -> str:
    """What became of a write: ``proposed`` where it waits for somebody's yes."""
    return "proposed" if operation.status == OperationStatus.PROPOSED else "queued"


def plan_answer(
    operation: OutboxOperation, event: Mapping[str, Any] | None, *notes: str, now: dt.datetime
) -> HttpResponse:
    """Of a change that was only tried, what ``serializers.PlanAnswer`` says; to be asked while it
    has not been rolled back yet.
    """
    return _plan(QueuedChange(operation, dict(event or {}), notes), now)


def queued_answer(
    queued: QueuedChange, *, tried_at: dt.datetime | None = None, **more: Any
) -> HttpResponse:
    """202 in the shape that ``serializers.QueuedAnswer`` documents.

    Of a change that was only tried 200 and what ``serializers.PlanAnswer`` says; to be asked while
    it has not been rolled back yet.
    """
    if tried_at is not None:
        return _plan(queued, tried_at)
    body: Mapping[str, Any] = {
        "status": word_for(queued.operation),
        **more,
        "outbox_id": queued.operation.op_id,
        "pending": queued.operation.status not in _DONE,
        "event": queued.event,
        **({"notes": queued.notes} if queued.notes else {}),
        **({"resets": queued.resets} if queued.resets else {}),
        **({"unchanged": True} if queued.unchanged else {}),
        **proposal_part(queued.operation),
    }
    return answer(body, status=202)


def _plan(queued: QueuedChange, now: dt.datetime) -> HttpResponse:
    """What was done in a transaction that is about to be rolled back.

    Where nothing had to change, an older operation of the event answers for it: it is no step.
    """
    first = queued.operation
    steps = sorted((first, *saga.fellows(first)), key=lambda each: each.step)
    steps = [each for each in steps if each.created_at == now and each.status not in _DONE]
    event = dict(queued.event)
    if first.op_type == OperationType.CREATE:
        event.pop("id", None)  # the event itself will get another one
    body = {
        "status": "dry_run",
        "becomes": word_for(first),
        "operations": [_step(each) for each in steps],
        "told": sorted({address for each in steps for address in _told(each, event)}),
        "notes": queued.notes,
        **({"resets": queued.resets} if queued.resets else {}),
        **({"unchanged": True} if queued.unchanged else {}),
        "event": event,
    }
    return answer(body)


def _step(operation: OutboxOperation) -> dict[str, Any]:
    return {
        "op_type": operation.op_type,
        "calendar_id": operation.calendar.google_id,
        "event_id": None if operation.op_type == OperationType.CREATE else operation.event_id,
        "payload": operation.payload,
        "base": operation.base,
        "notify": operation.notify,
    }


def _told(operation: OutboxOperation, event: Mapping[str, Any]) -> Iterator[str]:
    """The guests before and after a change, where any of them are told of it."""
    if operation.notify == Notify.NONE:
        return
    for version in (event, operation.payload, operation.base):
        for guest in version.get("attendees") or []:
            if not guest.get("self") and not guest.get("resource") and guest.get("email"):
                yield str(guest["email"])
