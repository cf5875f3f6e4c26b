"""Laying local changes over a resource, and what a member sees of it. Pure.

Rule 3 of docs/architecture.md: only changed fields travel, guests are merged person by person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.sync.core import people
from calendars.sync.core.types import (
    PARKED,
    EventStatus,
    Operation,
    OperationKind,
    OperationState,
    Resource,
    View,
)
from calendars.sync.core.values import restores, same_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STATUS_OF = {
    OperationState.CONFLICT: EventStatus.CONFLICT,
    OperationState.FAILED: EventStatus.FAILED,
    OperationState.PENDING: EventStatus.PENDING,
    OperationState.IN_FLIGHT: EventStatus.PENDING,
    OperationState.PROPOSED: EventStatus.PROPOSED,
}
_WEIGHT = {
    EventStatus.SYNCED: 0,
    EventStatus.PROPOSED: 1,
    EventStatus.PENDING: 2,
    EventStatus.FAILED: 3,
    EventStatus.CONFLICT: 4,
}
_MERGED_OBJECTS = frozenset({"extendedProperties"})


def apply_patch(
    resource: Resource, payload: Resource, base: Resource | None = None
) -> dict[str, Any]:
    """The resource with a payload laid over it.

    Null deletes a field (a conference takes its link with it), other values replace it whole,
    extended properties merge key by key (as Google's PATCH does), guests merge person by person
    against ``base``.
    """
    result = dict(resource)
    for field, value in payload.items():
        if value is None:
            result.pop(field, None)
            if field == "conferenceData":
                result.pop("hangoutLink", None)
        elif field == "attendees":
            before = (base or {}).get(field) or []
            theirs = resource.get(field) or []
            result[field] = people.merged(base=before, mine=value, theirs=theirs)
        elif field in _MERGED_OBJECTS:
            result[field] = _merge_objects(resource.get(field) or {}, value)
        else:
            result[field] = value
    return result


def changed_fields(
    resource: Resource, wanted: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Payload and base of an edit: the wanted fields that really differ, and what they were."""
    payload = {
        field: value
        for field, value in wanted.items()
        if not same_field(field, resource.get(field), value)
    }
    return payload, {field: resource.get(field) for field in payload}


def view_of(agreed: Resource | None, operations: Sequence[Operation]) -> View:
    """What a member sees: the agreed copy with the open operations of this one event laid over it.

    ``operations`` are oldest first. Where a change is in conflict Google's version shows; a
    failed edit or create still shows what the member wrote, a refused delete or move leaves the
    event where it was. What is known of a deleted instance shows again once it is to be restored.
    A proposal changes nothing but the badge; only an event that is itself proposed is shown with
    all that is proposed of it.
    """
    known = dict(agreed or {})
    resource = known if known and known.get("status") != "cancelled" else None
    status = EventStatus.SYNCED
    shown = {OperationState.PENDING, OperationState.IN_FLIGHT, OperationState.FAILED}
    for operation in operations:
        status = max(status, _STATUS_OF[operation.state], key=_WEIGHT.__getitem__)
        if operation.kind is OperationKind.CREATE and operation.state is OperationState.PROPOSED:
            shown.add(operation.state)
        if operation.state in shown:
            restored = known if known and restores(operation.payload, operation.base) else None
            resource = _laid_over(resource or restored, operation)
    return View(resource, status)


def _laid_over(resource: dict[str, Any] | None, operation: Operation) -> dict[str, Any] | None:
    if operation.kind is OperationKind.CREATE:
        stays = operation.arrives and operation.state in PARKED
        return None if stays else dict(operation.payload)
    if resource is None:
        return None
    if operation.kind is OperationKind.PATCH:
        return apply_patch(resource, operation.payload, operation.base)
    only_asked = operation.state in (OperationState.FAILED, OperationState.PROPOSED)
    return resource if only_asked else None


def _merge_objects(theirs: Resource, mine: Resource) -> dict[str, Any]:
    result = dict(theirs)
    for key, value in mine.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = _merge_objects(result.get(key) or {}, value)
        else:
            result[key] = value
    return result
