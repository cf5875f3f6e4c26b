"""The words of the sync rules as plain values. Standard library only.

A *resource* is Google's JSON of one event. A *unit* is what is compared as a whole: most fields
are units of their own, ``start``, ``end`` and ``recurrence`` together are the unit ``time``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Resource = Mapping[str, Any]


class OperationKind(StrEnum):
    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    MOVE = "move"
    """To another calendar of the account; ``payload["destination"]`` is that one's Google id."""


class OperationState(StrEnum):
    """The states in which an operation still has a say in what the member sees."""

    PROPOSED = "proposed"
    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    FAILED = "failed"
    CONFLICT = "conflict"


PARKED = frozenset({OperationState.PROPOSED, OperationState.FAILED, OperationState.CONFLICT})
"""States in which an operation waits for somebody's decision."""
WAITING = frozenset({OperationState.PENDING, OperationState.IN_FLIGHT})
"""States in which an operation goes to Google by itself."""


class EventStatus(StrEnum):
    """The badge of an event."""

    SYNCED = "synced"
    PENDING = "pending"
    CONFLICT = "conflict"
    FAILED = "failed"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Operation:
    """One queued change as the rules see it.

    ``target`` is Google's id of the event or instance; ``payload`` the changed fields (null
    deletes one), ``base`` the same fields before the change; ``saga`` and ``step`` see
    ``core.saga``. ``unseen`` is one in conflict that was never laid over its event,
    ``of_occurrences`` one in conflict only because of what it would reset (see ``core.resets``).
    """

    op_id: int
    kind: OperationKind
    target: str
    payload: Resource = field(default_factory=dict)
    base: Resource = field(default_factory=dict)
    state: OperationState = OperationState.PENDING
    notify: str = "none"
    attempts: int = 0
    saga: str = ""
    step: int = 0
    unseen: bool = False
    of_occurrences: bool = False

    @property
    def arrives(self) -> bool:
        """Whether this create shows what an earlier step brings to its calendar by itself."""
        return self.kind is OperationKind.CREATE and self.step > 1


@dataclass(frozen=True, slots=True)
class View:
    """What a member sees of an event: the resource with waiting changes laid over it, and a badge.

    ``resource`` is None when there is nothing to see: deleted, or not existing any more.
    """

    resource: dict[str, Any] | None
    status: EventStatus
