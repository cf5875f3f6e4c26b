"""A lane is combined when it is sent. Pure.

Rule 2 of docs/architecture.md: a create and its edits are one insert, edits are one patch, a
create that was deleted again is never sent. Only changed fields travel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from calendars.sync.core import people
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.types import Operation, OperationKind, OperationState, Resource
from calendars.sync.core.values import restores, same_field

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_LOUDNESS = {"none": 0, "external": 1, "all": 2}
_EDITS = frozenset({OperationKind.CREATE, OperationKind.PATCH})
_MOMENT_KEYS = ("date", "dateTime", "timeZone")


@dataclass(frozen=True, slots=True)
class Insert:
    """Insert the event under its chosen id; ``body`` is whole but for that id."""

    operations: tuple[int, ...]
    body: dict[str, Any]
    notify: str
    arrives: bool = False
    """It should be there already, moved from another calendar: look before inserting."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Send ``body``, which holds changed fields only."""

    operations: tuple[int, ...]
    body: dict[str, Any]
    notify: str


@dataclass(frozen=True, slots=True)
class Delete:
    operations: tuple[int, ...]
    notify: str


@dataclass(frozen=True, slots=True)
class Move:
    """Give the event to the calendar of this Google id."""

    operations: tuple[int, ...]
    destination: str
    notify: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to send: ``applied`` operations already hold at Google, ``withdrawn`` never will."""

    applied: tuple[int, ...] = field(default=())
    withdrawn: tuple[int, ...] = field(default=())


Request = Insert | Patch | Delete | Move
Push = Request | Nothing


def plan_push(
    operations: Sequence[Operation],
    *,
    agreed: Resource | None,
    held: Collection[int] = (),
) -> Push | None:
    """What to send for the pending operations of one event, oldest first.

    ``agreed`` is None while Google does not have the event, as far as we know: of a create that
    was tried the answer may be lost, so its delete is sent. None when there is nothing to do now:
    an operation in flight is never folded into, an edit waits for its failed create, and what
    ``core.saga`` holds back waits together with all that is newer.
    """
    if any(op.state is OperationState.IN_FLIGHT for op in operations):
        return None
    pending = [op for op in operations if op.state is OperationState.PENDING]
    pending = list(takewhile(lambda op: op.op_id not in held, pending))
    if not pending:
        return None
    if any(op.arrives for op in pending) and agreed is None:
        return _arrival(pending)
    staying = list(takewhile(lambda op: op.kind is not OperationKind.MOVE, pending))
    if len(staying) < len(pending):
        return _before_or_move(staying, pending[len(staying)], agreed=agreed)
    return _plan(pending, agreed=agreed)


def _arrival(pending: Sequence[Operation]) -> Insert:
    """The event as it should be found; what goes beyond an edit waits until it was."""
    edits = list(takewhile(lambda op: op.kind in _EDITS, pending))
    ids = tuple(op.op_id for op in edits)
    return Insert(ids, _folded({}, edits), _notify(edits), arrives=True)


def _before_or_move(
    staying: Sequence[Operation], move: Operation, *, agreed: Resource | None
) -> Push | None:
    """What is older than a move is sent where the event still is; a create that was never tried
    is left to the destination."""
    untried = (op.kind is OperationKind.CREATE and not (op.attempts or op.saga) for op in staying)
    if agreed is None and any(untried):
        return Nothing(withdrawn=tuple(op.op_id for op in (*staying, move)))
    if staying:
        return _plan(staying, agreed=agreed)
    if agreed is None:
        return None
    return Move((move.op_id,), str(move.payload["destination"]), move.notify)


def _plan(pending: Sequence[Operation], *, agreed: Resource | None) -> Push | None:
    ids = tuple(op.op_id for op in pending)
    creates = any(op.kind is OperationKind.CREATE for op in pending)
    deletes = any(op.kind is OperationKind.DELETE for op in pending)
    if deletes:
        unknown = agreed is None and not any(op.attempts for op in pending)
        return Nothing(withdrawn=ids) if unknown else Delete(ids, _notify(pending))
    if creates:
        return Insert(ids, _folded({}, pending), _notify(pending))
    if agreed is None:
        return None
    body = _patch_body(agreed, pending)
    return Patch(ids, body, _notify(pending)) if body else Nothing(applied=ids)


def _folded(resource: Resource, operations: Sequence[Operation]) -> dict[str, Any]:
    result = dict(resource)
    for op in operations:
        result = apply_patch(result, op.payload, op.base)
    return result


def _patch_body(agreed: Resource, operations: Sequence[Operation]) -> dict[str, Any]:
    """The fields that differ, and those that an earlier try with a lost answer may have set."""
    wanted = _folded(agreed, operations)
    touched = dict.fromkeys(name for op in operations for name in op.payload)
    unsure = {name for op in operations if op.attempts for name in op.payload}
    unsure |= {"status" for op in operations if restores(op.payload, op.base)}
    body = {
        name: _sendable(name, agreed.get(name), wanted.get(name))
        for name in touched
        if name in unsure or not same_field(name, agreed.get(name), wanted.get(name))
    }
    truncated = bool(agreed.get("attendeesOmitted"))
    if "attendees" in body and (truncated or is_copy(agreed)):
        before, after = agreed.get("attendees") or [], wanted.get("attendees") or []
        body |= people.sent_by_guest(before=before, after=after, truncated=truncated)
    return body


def is_copy(resource: Resource) -> bool:
    """Whether this is a guest's copy: the event is organized on another calendar."""
    organizer = resource.get("organizer") or {}
    return bool(organizer) and not organizer.get("self")


def _sendable(name: str, before: Any, after: Any) -> Any:
    """PATCH merges objects, so what an object must lose is named with null (trap 36)."""
    if name in ("start", "end") and isinstance(after, dict):
        unused = {key: None for key in _MOMENT_KEYS if key in (before or {}) and key not in after}
        return {**after, **unused}
    if name == "extendedProperties" and isinstance(before, dict):
        return _with_nulls(before, after or {})
    return after


def _with_nulls(before: Resource, after: Resource) -> dict[str, Any]:
    body: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        known = before.get(key)
        if isinstance(value, dict) and isinstance(known, dict):
            value = _with_nulls(known, value)
        if value != known and value != {}:
            body[key] = value
    return body


def _notify(operations: Sequence[Operation]) -> str:
    """Whoever one of the changes was to be told to."""
    return max((op.notify for op in operations), key=_LOUDNESS.__getitem__)
