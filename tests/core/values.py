"""Short ways to write operations and resources in tests of the rules."""

from __future__ import annotations

from typing import Any

from calendars.sync.core.types import Operation, OperationKind, OperationState

PENDING = OperationState.PENDING


def event(**fields: Any) -> dict[str, Any]:
    return {
        "id": "e1",
        "status": "confirmed",
        "summary": "Lunch",
        "location": "Here",
        "start": {"dateTime": "2026-03-27T12:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-27T13:00:00+01:00", "timeZone": "Europe/Berlin"},
        **fields,
    }


def patch(
    op_id: int,
    payload: dict[str, Any],
    base: dict[str, Any],
    state: OperationState = PENDING,
    notify: str = "none",
) -> Operation:
    return Operation(op_id, OperationKind.PATCH, "e1", payload, base, state, notify)


def create(op_id: int, payload: dict[str, Any], state: OperationState = PENDING) -> Operation:
    return Operation(op_id, OperationKind.CREATE, "e1", payload, {}, state)


def delete(op_id: int, state: OperationState = PENDING) -> Operation:
    return Operation(op_id, OperationKind.DELETE, "e1", {}, {}, state)


def guest(email: str, **facts: Any) -> dict[str, Any]:
    return {"email": email, "responseStatus": "needsAction", **facts}
