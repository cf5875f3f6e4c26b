"""The answer to a write: queued, shown at once, with notes where there is something to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calendars.api.base import answer
from calendars.api.operations import operation_entry
from calendars.models import OperationStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from calendars.commands.events import QueuedChange
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


def queued_answer(queued: QueuedChange, **more: Any) -> HttpResponse:
    """202 in the shape that ``serializers.QueuedAnswer`` documents."""
    body: Mapping[str, Any] = {
        "status": word_for(queued.operation),
        **more,
        "outbox_id": queued.operation.op_id,
        "pending": queued.operation.status not in _DONE,
        "event": queued.event,
        **({"notes": queued.notes} if queued.notes else {}),
        **({"resets": queued.resets} if queued.resets else {}),
        **proposal_part(queued.operation),
    }
    return answer(body, status=202)
