"""Changes of a series that would take more from its occurrences than anybody was told of. Pure.

Rule 12 of docs/architecture.md. A series that ends earlier, moves or goes loses what was changed
or deleted of single occurrences. Who asks for that is told what resets, and that is remembered in
the ``base`` of the operation. What Google has beside that was changed there meanwhile: a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calendars.sync.core.compare import Comparison, same_guests
from calendars.sync.core.types import WAITING, OperationKind
from calendars.sync.core.values import TIME_FIELDS, changed_units, same_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.sync.core.saga import Step
    from calendars.sync.core.types import Operation, Resource

OCCURRENCES_CHANGED: Final = "occurrences_changed_at_google"
"""The reason of a change that would reset or delete occurrences that were changed at Google."""
EXCEPTIONS: Final = "exceptions"
"""Stands in the ``base`` of an operation beside the fields, and is never sent: what it was known
to take from the occurrences of its series."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An occurrence that a series loses by a change, Google having another one than its rule says.

    ``told``  the exception as it was known when the change was asked for; None for none
    ``now``   it as Google has it, with what waits for it here laid over
    ``plain`` the occurrence as the series alone has it at Google
    """

    told: Resource | None
    now: Resource
    plain: Resource


def may_reset(kind: OperationKind, payload: Resource, base: Resource) -> bool:
    """Whether such a change of a series can take occurrences from it.

    A delete without a base is of our own making: it takes back what nobody was to have.
    """
    if kind is OperationKind.DELETE:
        return bool(base)
    return kind is OperationKind.PATCH and not payload.keys().isdisjoint(TIME_FIELDS)


def sent_with_care(
    operations: Sequence[Operation], *, steps: Sequence[Step], of_series: bool
) -> frozenset[int]:
    """Which operations of one event take occurrences from a series once they are sent, or begin a
    saga that does so later: what Google has of these has to be known by then.

    ``of_series``: the event is a series at Google; ``steps`` are as in ``core.saga``.
    """
    resetting = {step.saga for step in steps if step.resets and not step.done}
    return frozenset(
        op.op_id
        for op in operations
        if op.saga in resetting or (of_series and may_reset(op.kind, op.payload, op.base))
    )


def review(operations: Sequence[Operation], lost: Mapping[int, Sequence[Lost]]) -> Comparison:
    """Which waiting changes of a series become a conflict, and which are none any more.

    ``operations`` are the open ones of the series; ``lost`` has for each what it takes away.
    """
    unaware = {op.op_id for op in operations if news(op, lost.get(op.op_id, ()))}
    return Comparison(
        conflicts={
            op.op_id: OCCURRENCES_CHANGED
            for op in operations
            if op.op_id in unaware and op.state in WAITING
        },
        reopened=frozenset(
            op.op_id for op in operations if op.of_occurrences and op.op_id not in unaware
        ),
    )


def news(operation: Operation, lost: Sequence[Lost]) -> list[tuple[Lost, set[str]]]:
    """What the member was not told of, each with the units in question."""
    again = happen_again(operation)
    found = [(each, _news(each, again=again)) for each in lost]
    return [(each, units) for each, units in found if units]


def happen_again(op: Operation) -> bool:
    """Whether the occurrences happen all the same: in a new series, at a new time or elsewhere."""
    return bool(op.saga) or "start" in op.payload


def _news(lost: Lost, *, again: bool) -> set[str]:
    """The units that are as neither the series has them nor anybody here knew them.

    What is gone at Google is no loss to a change that takes it away itself, and an answer of a
    guest alone does not keep an occurrence that is to be deleted (as in ``compare.edited``).
    """
    known_as_gone = lost.told is not None and _is_gone(lost.told)
    if _is_gone(lost.now):
        return {"status"} if again and not known_as_gone else set()
    units = changed_units(lost.plain, lost.now)
    if known_as_gone:
        return {"status", *units}
    told = lost.told or lost.plain
    if not again and same_guests(told, lost.now):
        units.discard("attendees")
    return {unit for unit in units if not same_unit(unit, told, lost.now)}


def _is_gone(resource: Resource) -> bool:
    return resource.get("status") == "cancelled"
