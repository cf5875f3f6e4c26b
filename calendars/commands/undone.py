"""What every undo says and asks, whether Google knows of the change or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calendars import cache
from calendars.errors import WrongStateError
from calendars.made_ids import google_id_of, made_id
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.queries.shape import shown
from calendars.sync.core.inverse import changed_by
from calendars.sync.core.values import unit_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Undone:
    """``operation`` is the one that undoes; finished already where Google need not be told.

    ``event`` is what lists show from now on, None where that is nothing; ``note`` says in a
    sentence what was done, and what was not.
    """

    operation: OutboxOperation
    event: dict[str, Any] | None
    note: str


def event_of(operation: OutboxOperation) -> CachedEvent | None:
    """The cached event of a change, if there is one."""
    return cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)


def ids_of(event: CachedEvent) -> set[str]:
    """All ids that changes of an event may name it by."""
    return {event.event_id, google_id_of(event.event_id), event.local_id or event.event_id}


def shown_after(operation: OutboxOperation) -> dict[str, Any] | None:
    """What lists show of the event of a change from now on."""
    event = event_of(operation)
    return shown(event) if event is not None and event.start_ts_utc is not None else None


def restoring() -> dict[str, Any]:
    """What an operation says that brings a deleted event back."""
    return {
        "op_type": OperationType.PATCH,
        "payload": {"status": "confirmed"},
        "base": {"status": "cancelled"},
    }


def new_saga(*, step: OutboxOperation, now: dt.datetime) -> UUID:
    """Another one each time, for an undo that was given up can be asked for again."""
    return made_id("undo", step.op_id, step.undone_by.count(), now)


def nothing_left(
    operation: OutboxOperation, event: CachedEvent, fields: Iterable[str]
) -> WrongStateError:
    """Why an undo would change nothing: it is all as it was before, or was changed again since."""
    units = {unit_of(name) for name in fields}
    if not units:
        return wrong(operation, "Everything is as it was before this change already.")
    since = operation.calendar.operations.filter(
        event_id__in=ids_of(event), op_id__gt=operation.op_id, op_type=OperationType.PATCH
    ).exclude(status=OperationStatus.CANCELLED)
    newest = next(
        (each for each in since.order_by("-op_id") if units & changed_by([each.payload])), None
    )
    why = f"by change {newest.op_id}: undo that first" if newest else "at Google"
    return wrong(
        operation,
        f"This was changed again since, {why}.",
        fields=dict.fromkeys(fields, "Changed again since."),
    )


def wrong(
    operation: OutboxOperation, sentence: str, *, fields: dict[str, str] | None = None
) -> WrongStateError:
    """Why a change cannot be taken back."""
    return WrongStateError(sentence, fields=fields, op_id=operation.op_id, status=operation.status)
