"""Operations that only make sense together, sent one after the other. Pure.

A *saga* is one change that takes several requests: a series is split by inserting its tail and
trimming its head, an event goes to another account by a copy and a delete. Its operations are
*steps*, numbered in the order in which they may be sent. All of them happen, or Google is left as
it was: a step is sent once every earlier one is done, the steps are parked, retried and withdrawn
together, and a create that was sent already is taken back when a later step is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calendars.sync.core.types import WAITING, OperationKind, OperationState
from calendars.sync.core.values import TIME_FIELDS, unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calendars.sync.core.types import Operation

_STOPPED = (OperationState.FAILED, OperationState.CONFLICT)
OTHER_STEP = "other_step"
"""The reason of a step that is parked because another step of its saga could not go through."""
OTHER_STEP_LATE = "other_step_of_proposal"
"""The same where the saga was proposed and approved too late: it was never shown."""
OTHER_STEPS = (OTHER_STEP, OTHER_STEP_LATE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a saga that has to do with the lane in question, or one of its fellow steps.

    ``done``  it needs no request any more
    ``sent``  Google has it; one that is done without that was given up
    ``here``  it belongs to the lane in question
    ``resets`` it takes occurrences from a series of the same calendar (see ``core.resets``)
    ``blocked`` it is a change that could not be sent now, see ``builds_on_what_waits``
    """

    op_id: int
    saga: str
    step: int
    done: bool
    here: bool
    resets: bool = False
    blocked: bool = False
    sent: bool = False


def held_back(
    operations: Sequence[Operation],
    *,
    steps: Sequence[Step] = (),
    oldest_of_instances: int | None = None,
    of_series: Sequence[Operation] = (),
) -> frozenset[int]:
    """Which pending operations of one event may not be sent yet.

    ``operations`` are the open ones of the event, oldest first; ``steps`` all steps of every saga
    with a step in its lane; ``oldest_of_instances`` the oldest operation that waits for an instance
    of the event, ``of_series`` the open ones of the series that the event is an instance of.
    """
    return frozenset(
        op.op_id
        for op in operations
        if op.state is OperationState.PENDING
        and (
            _after_an_unfinished_step(op, steps)
            or _before_a_blocked_step(op, steps)
            or _on_a_half_done_saga(op, steps)
            or _on_a_parked_step(op, operations)
            or _moves_instances_that_wait(op, oldest_of_instances)
            or _follows_what_waits(op, of_series)
        )
    )


def between_moves(operations: Sequence[Operation], *, of_series: Sequence[Operation]) -> bool:
    """Whether the changes of an instance lie between two moves of its series, of all of which
    nobody but the member knows yet: then its slot may be one that the series only passes through.
    """
    asked = [op for op in (*operations, *of_series) if op.state is not OperationState.PROPOSED]
    moves = [op.op_id for op in of_series if not op.payload.keys().isdisjoint(TIME_FIELDS)]
    if not operations or not moves or any(op.saga for op in operations):
        return False
    unknown = all(op.state is OperationState.PENDING and not op.attempts for op in asked)
    return unknown and min(moves) < operations[0].op_id and operations[-1].op_id < max(moves)


def _after_an_unfinished_step(op: Operation, steps: Sequence[Step]) -> bool:
    return any(s.saga == op.saga and s.step < op.step and not s.done for s in steps if op.saga)


def _before_a_blocked_step(op: Operation, steps: Sequence[Step]) -> bool:
    """Nothing is begun whose end would have to wait: until then an event would be there twice."""
    return any(s.saga == op.saga and s.step > op.step and s.blocked for s in steps if op.saga)


def builds_on_what_waits(
    op: Operation, operations: Sequence[Operation], *, steps: Sequence[Step] = ()
) -> bool:
    """Whether a change is of what another saga has still to make, or may yet take back, or was
    built on a step that is parked: either way Google has something else in the place of that.

    ``operations`` are the open ones of its lane, ``steps`` as in ``held_back``.
    """
    unmade = any(
        before.kind is OperationKind.CREATE
        and before.saga not in ("", op.saga)
        and before.op_id < op.op_id
        for before in operations
    )
    return unmade or _on_a_half_done_saga(op, steps) or _on_a_parked_step(op, operations)


def _on_a_half_done_saga(op: Operation, steps: Sequence[Step]) -> bool:
    """A later change of what one step made waits for the others, so that the step can still be
    taken back without taking anything else along."""
    begun = {s.saga for s in steps if s.here and s.sent and s.op_id < op.op_id} - {op.saga}
    return any(s.saga in begun and not s.done for s in steps)


def _on_a_parked_step(op: Operation, operations: Sequence[Operation]) -> bool:
    """What was built on a step that cannot go through now would leave out what it cut off.

    Nothing was built on what was never shown: a proposal, or one that was approved too late.
    """
    units = {unit_of(name) for name in op.payload}
    return any(
        before.saga
        and before.saga != op.saga
        and before.op_id < op.op_id
        and before.state in _STOPPED
        and not before.unseen
        and not units.isdisjoint(unit_of(name) for name in before.payload)
        for before in operations
    )


def _moves_instances_that_wait(op: Operation, oldest_of_instances: int | None) -> bool:
    """Once a series has other slots or is elsewhere, an older change of an instance finds nothing
    there."""
    leaves = op.kind is OperationKind.MOVE
    stays = op.payload.keys().isdisjoint(TIME_FIELDS) and not leaves
    if oldest_of_instances is None or stays:
        return False
    return oldest_of_instances < op.op_id


def _follows_what_waits(op: Operation, of_series: Sequence[Operation]) -> bool:
    """A change of an instance waits for older changes of its series that give it its slot, and for
    those of the same field: it may want just what the series has at Google until then."""
    units = {unit_of(name) for name in (*op.payload, "start")}
    return any(
        older.op_id < op.op_id
        and older.state in WAITING
        and not units.isdisjoint(unit_of(name) for name in older.payload)
        for older in of_series
    )
