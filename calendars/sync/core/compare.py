"""Every incoming resource is compared with the agreed copy and the lane. Pure.

Rule 4 of docs/architecture.md. Nothing pending: take it. Different fields: the lane stays and is
sent against the new copy. Same field, same value: done already. Same field, different value:
conflict. An edit against a remote delete and a delete against a remote edit are conflicts too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calendars.sync.core import people
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.types import Operation, OperationKind, OperationState, Resource
from calendars.sync.core.values import (
    changed_units,
    fields_of,
    restores,
    same_field,
    same_unit,
    unit_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EDITED_BOTH = "changed_on_both_sides"
DELETED_THERE = "deleted_at_google"
CHANGED_THERE = "changed_at_google"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an incoming resource means for the operations of its event.

    ``settled``: Google already has what they wanted, or together they want nothing. ``conflicts``:
    operation to the code of why. ``reopened``: were in conflict, and Google is back at what they
    began from, so they are sent after all. All others stay as they are.
    """

    settled: frozenset[int] = frozenset()
    conflicts: dict[int, str] = field(default_factory=dict)
    reopened: frozenset[int] = frozenset()


def compare(
    *, agreed: Resource | None, incoming: Resource, operations: Sequence[Operation]
) -> Comparison:
    """Settle, keep or put in conflict each open operation (oldest first) of one event.

    A proposal stays one: whether it still fits is asked when somebody approves it. Of an occurrence
    the agreed copy may have followed its series here already; what a delete began from tells then
    whether Google's version is news.
    """
    operations = [op for op in operations if op.state is not OperationState.PROPOSED]
    if incoming.get("status") == "cancelled":
        return _against_a_delete(incoming, operations)
    creates = [op for op in operations if op.kind is OperationKind.CREATE]
    settled = {op.op_id for op in creates}
    if agreed is None and creates:
        agreed = creates[0].payload
    patches = [op for op in operations if op.kind is OperationKind.PATCH]
    done, conflicts, reopened = _patches(agreed, incoming, patches)
    deletes = [op for op in operations if op.kind is OperationKind.DELETE]
    if deletes and agreed is not None and edited(agreed, incoming):
        changed = (op for op in deletes if _undecided(op) and edited(op.base, incoming))
        conflicts |= {op.op_id: CHANGED_THERE for op in changed}
    return Comparison(frozenset(settled | done), conflicts, frozenset(reopened))


def compare_with_nothing(operations: Sequence[Operation]) -> Comparison:
    """Google knows no event of this id (any more), not even a deleted one."""
    open_ones = [op for op in operations if op.state is not OperationState.PROPOSED]
    return _against_a_delete({"status": "cancelled"}, open_ones)


def _against_a_delete(incoming: Resource, operations: Sequence[Operation]) -> Comparison:
    """A delete is done; an edit has lost its event. A create never reached Google: it stays, and
    so does what is to bring a deleted instance back, while Google counts it in its series.

    A bare stub has left its series and cannot be brought back (trap 9). A conflict that was there
    before keeps its own reason. A move may be the very reason why the event is gone: the
    destination tells when it is sent.
    """
    if any(op.kind is OperationKind.DELETE for op in operations):
        return Comparison(frozenset(op.op_id for op in operations))
    if any(op.kind is OperationKind.CREATE for op in operations):
        return Comparison()
    if incoming.get("recurringEventId") and any(restores(op.payload, op.base) for op in operations):
        return Comparison()
    lost = (op for op in operations if op.kind is not OperationKind.MOVE and _undecided(op))
    return Comparison(frozenset(), {op.op_id: DELETED_THERE for op in lost})


def _patches(
    agreed: Resource | None, incoming: Resource, patches: Sequence[Operation]
) -> tuple[set[int], dict[int, str], set[int]]:
    """A patch is settled when each of its units is, and in conflict when one of them is.

    One that was in conflict is open again when none of its units is disputed any more.
    """
    open_units: dict[int, set[str]] = {
        op.op_id: {unit_of(name) for name in op.payload} for op in patches
    }
    conflicts: dict[int, str] = {}
    disputed: set[int] = set()
    for unit in sorted(set().union(*open_units.values())) if patches else ():
        chain = [op for op in patches if unit in open_units[op.op_id]]
        reached = list(_satisfied(unit, chain, incoming))
        waiting = [op for op in chain if op not in reached and _undecided(op)]
        if not reached and waiting and _moved(unit, agreed, waiting, incoming):
            if _comes_back(unit, agreed, waiting):
                reached = waiting
            else:
                conflicts |= {op.op_id: EDITED_BOTH for op in waiting}
        for op in reached:
            open_units[op.op_id].discard(unit)
        parked = [op for op in chain if op not in reached and not _undecided(op)]
        if parked and not is_base(unit, parked[0], incoming):
            disputed |= {op.op_id for op in parked}
    done = {op.op_id for op in patches if not open_units[op.op_id]}
    reopened = {op.op_id for op in patches if not _undecided(op)} - done - disputed
    return done, {op_id: code for op_id, code in conflicts.items() if op_id not in done}, reopened


def _satisfied(unit: str, chain: Sequence[Operation], incoming: Resource) -> Iterator[Operation]:
    """The newest operation after which Google has all that it and those before it want."""
    payload: dict[str, Any] = {}
    base: dict[str, Any] = {}
    reached = -1
    for index, op in enumerate(chain):
        payload, base = _joined(unit, payload, base, op)
        alone = holds(unit, incoming, payload=op.payload, base=op.base)
        if alone and holds(unit, incoming, payload=payload, base=base):
            reached = index
    yield from chain[: reached + 1]


def _joined(
    unit: str, payload: Mapping[str, Any], base: Mapping[str, Any], op: Operation
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A change of a unit and the one after it as one: of each field, and each guest, the last."""
    if unit != "attendees":
        return {**payload, **op.payload}, {**op.base, **base}
    before, after = people.joined(
        (base.get(unit) or [], payload.get(unit) or []),
        (op.base.get(unit) or [], op.payload.get(unit) or []),
    )
    return {unit: after}, {unit: before}


def holds(unit: str, incoming: Resource, *, payload: Resource, base: Resource) -> bool:
    """Whether a resource has what a change from ``base`` to ``payload`` wants of a unit."""
    if unit == "attendees":
        theirs = incoming.get(unit) or []
        after = people.merged(
            base=base.get(unit) or [], mine=payload.get(unit) or [], theirs=theirs
        )
        return same_unit(unit, {unit: after}, {unit: theirs})
    wanted = {name: payload.get(name) for name in fields_of(unit) if name in payload}
    return same_unit(unit, {**_only(unit, incoming), **wanted}, incoming)


def _moved(
    unit: str, agreed: Resource | None, chain: Sequence[Operation], incoming: Resource
) -> bool:
    """Whether somebody gave the unit another value since the agreed copy.

    An exception follows its series: what the oldest change began from may be what the series had
    here already, and has at Google now.
    """
    if agreed is not None and same_unit(unit, agreed, incoming):
        return False
    if agreed is not None and same_unit(unit, {**agreed, **chain[0].base}, incoming):
        return False
    if unit != "attendees":
        return True
    theirs = incoming.get(unit) or []
    return any(
        people.clash(
            base=op.base.get(unit) or [],
            mine=op.payload.get(unit) or [],
            theirs=theirs,
            agreed=(agreed or {}).get(unit) or [],
        )
        for op in chain
    )


def _comes_back(unit: str, agreed: Resource | None, chain: Sequence[Operation]) -> bool:
    """Whether a change was taken back before it was sent: nobody here wants anything of it."""
    if agreed is None or len(chain) < 2:
        return False
    after = agreed
    for op in chain:
        after = apply_patch(after, {name: op.payload[name] for name in _named(unit, op)}, op.base)
    return same_unit(unit, after, agreed)


def is_base(unit: str, op: Operation, incoming: Resource) -> bool:
    """Whether Google has again what the operation began from."""
    if unit == "attendees":
        return not people.clash(
            base=op.base.get(unit) or [],
            mine=op.payload.get(unit) or [],
            theirs=incoming.get(unit) or [],
            agreed=op.base.get(unit) or [],
        )
    return all(same_field(name, op.base.get(name), incoming.get(name)) for name in _named(unit, op))


def _named(unit: str, op: Operation) -> list[str]:
    return [name for name in fields_of(unit) if name in op.payload]


def _only(unit: str, resource: Resource) -> dict[str, object]:
    return {name: resource.get(name) for name in fields_of(unit)}


def edited(agreed: Resource, incoming: Resource) -> bool:
    """Whether somebody changed the content; an answer of a guest alone does not count."""
    units = changed_units(agreed, incoming)
    if same_guests(agreed, incoming):
        units.discard("attendees")
    return bool(units)


def same_guests(one: Resource, other: Resource) -> bool:
    """Whether the same people are invited, whatever they have answered."""
    return _guests(one) == _guests(other)


def _guests(resource: Resource) -> set[str]:
    return {people.person_key(person) for person in resource.get("attendees") or []}


def _undecided(op: Operation) -> bool:
    """Whether it is compared still. What is in conflict because of occurrences of its series is:
    the series itself may come to differ as well."""
    return op.state is not OperationState.CONFLICT or op.of_occurrences
