"""The answer to a write: queued, shown at once, with notes where there is something to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calendars.api.base import answer
from calendars.models import OperationStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from calendars.commands.events import QueuedChange

_DONE: Final = frozenset({OperationStatus.APPLIED, OperationStatus.CANCELLED})


def queued_answer(queued: QueuedChange, **more: Any) -> HttpResponse:
    """202 in the shape that ``serializers.QueuedAnswer`` documents."""
    body: Mapping[str, Any] = {
        "status": "queued",
        **more,
        "outbox_id": queued.operation.op_id,
        "pending": queued.operation.status not in _DONE,
        "event": queued.event,
        **({"notes": queued.notes} if queued.notes else {}),
    }
    return answer(body, status=202)
