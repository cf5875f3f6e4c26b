"""What a member asked for, though it takes several operations: the steps of a saga are one wish."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from calendars.models import OperationType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from calendars.models import OutboxOperation


class Wanted(Enum):
    """What kind of change a wish is; ``FOLLOWING`` is that of a series from an event on."""

    CREATE = "a new event"
    CHANGE = "a change"
    FOLLOWING = "a change of this and the following events"
    DELETE = "a deletion"
    MOVE = "a move to another calendar"


_OF_ONE: Final = {
    OperationType.CREATE: Wanted.CREATE,
    OperationType.PATCH: Wanted.CHANGE,
    OperationType.DELETE: Wanted.DELETE,
    OperationType.MOVE: Wanted.MOVE,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """``operation`` is the step that tells what was wanted; whatever is decided about it is of all
    ``steps``. A move leads from ``source`` to ``destination``.
    """

    wanted: Wanted
    operation: OutboxOperation
    steps: Sequence[OutboxOperation]
    source: str = ""
    destination: str = ""

    @property
    def others(self) -> list[int]:
        """The ids of the steps that tell less."""
        return [each.op_id for each in self.steps if each.op_id != self.operation.op_id]


def asked_for(operations: Iterable[OutboxOperation]) -> list[Asked]:
    """One wish for each operation or saga, in the order of the first of its steps."""
    wishes: dict[object, list[OutboxOperation]] = {}
    for each in operations:
        wishes.setdefault(each.saga or each.op_id, []).append(each)
    return [_asked(sorted(steps, key=lambda step: step.step)) for steps in wishes.values()]


def _asked(steps: Sequence[OutboxOperation]) -> Asked:
    of_type = {OperationType(each.op_type): each for each in steps}
    create = of_type.get(OperationType.CREATE)
    if move := of_type.get(OperationType.MOVE):
        destination = move.payload.get("destination", "")
        return Asked(Wanted.MOVE, move, steps, move.calendar.google_id, destination)
    delete = of_type.get(OperationType.DELETE)
    if create and delete and create.calendar_id != delete.calendar_id:
        source, destination = delete.calendar.google_id, create.calendar.google_id
        return Asked(Wanted.MOVE, delete, steps, source, destination)
    if create and OperationType.PATCH in of_type:
        return Asked(Wanted.FOLLOWING, create, steps)
    return Asked(_OF_ONE[OperationType(steps[0].op_type)], steps[0], steps)
