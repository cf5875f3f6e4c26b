"""Deciding about a move whose event Google deleted: made anew where it was to go, or given up.

Wherever it was lost, before it left, on its way or where it had just arrived, it is one question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import cache, lanes, saga
from calendars.commands import queue
from calendars.commands.remade import make_anew, remembered
from calendars.commands.withdrawal import withdraw
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.settling import Choice, resolved

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from calendars.commands.actor import Actor

_UNDECIDED = (OperationStatus.CONFLICT, OperationStatus.FAILED)


def decide(
    *, actor: Actor, operation: OutboxOperation, choice: Choice, now: dt.datetime
) -> OutboxOperation | None:
    """Settle the conflict of a move, or of its arrival. What is sent now, None where nothing is.

    What was made anew is as the member last had it, in the calendar that it was to be in at last.
    Raises WrongStateError where a part of that is on its way, InvalidInputError.
    """
    reason = resolved(choice)
    steps = [operation, *saga.fellows(operation)]
    arrival = next((each for each in steps if each.op_type == OperationType.CREATE), None)
    before = [each for step in steps for each in _undecided_until(step)]
    if choice is Choice.THEIRS or arrival is None:
        queue.take_away(before, reason=reason, now=now)
        if arrival is not None:
            withdraw(arrival, reason=reason, now=now)
        return None
    way = _way_of(arrival)
    wanted = _wanted(way[-1])
    queue.take_away([*before, *(each for place in way for each in place)], reason=reason, now=now)
    if wanted is None:
        return None
    return make_anew(
        actor=actor, calendar=way[-1][0].calendar, resource=wanted, like=operation, now=now
    )


def _undecided_until(move: OutboxOperation) -> list[OutboxOperation]:
    """The move, with the changes before it that lost the event too: they are in what was to go."""
    if move.op_type != OperationType.MOVE:
        return []
    older = _lane_of(move).filter(op_id__lt=move.op_id, status__in=_UNDECIDED)
    return [*older.exclude(op_type=OperationType.CREATE), move]


def _way_of(arrival: OutboxOperation) -> list[list[OutboxOperation]]:
    """All that is open of the event in each calendar that it was to come to, beginning with its
    arrival there: it may have been sent on before Google knew."""
    way: list[list[OutboxOperation]] = []
    coming: OutboxOperation | None = arrival
    while coming is not None:
        here = [coming, *_lane_of(coming).filter(op_id__gt=coming.op_id)]
        way.append(here)
        move = next((each for each in here if each.op_type == OperationType.MOVE), None)
        further = saga.fellows(move) if move is not None else []
        coming = next((each for each in further if each.op_type == OperationType.CREATE), None)
    return way


def _lane_of(operation: OutboxOperation) -> Any:
    rows = OutboxOperation.objects.select_related("calendar__account").filter(
        calendar=operation.calendar_id, lane=operation.lane, status__in=lanes.OPEN_STATUSES
    )
    return rows.order_by("op_id")


def _wanted(place: Sequence[OutboxOperation]) -> dict[str, Any] | None:
    """The event as the member last had it there; None where it was deleted again."""
    arrival = place[0]
    event = cache.find_event(calendar_id=arrival.calendar_id, event_id=arrival.event_id)
    asked = [arrival] if event is None else lanes.open_operations(event=event)
    own = [each for each in asked if each.status != OperationStatus.PROPOSED]
    if any(each.op_type == OperationType.DELETE for each in own):
        return None
    resource: dict[str, Any] = {}
    for each in own:
        if each.op_id >= arrival.op_id:
            resource = apply_patch(resource, each.payload, each.base)
    return resource if event is None else remembered(event, resource)
