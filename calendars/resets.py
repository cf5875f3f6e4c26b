"""What changes that wait take from the occurrences of their series, read from the tables for
``sync.core.resets``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import cached_occurrences, event_resource, lanes, recurrence
from calendars.models import CachedEvent, OperationStatus, OutboxOperation
from calendars.sync.core import resets
from calendars.sync.core.merge import apply_patch, view_of
from calendars.sync.core.resets import EXCEPTIONS, OCCURRENCES_CHANGED, Lost
from calendars.sync.core.types import WAITING, OperationKind
from calendars.sync.core.values import fields_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from calendars.sync.core.types import Operation


def may_reset(row: OutboxOperation) -> bool:
    """Whether this may take occurrences from a series, and is still to be sent."""
    undecided = row.status == OperationStatus.PENDING or row.reason == OCCURRENCES_CHANGED
    kind = OperationKind(row.op_type)
    return undecided and resets.may_reset(kind, row.payload, row.base)


def resets_unasked(proposal: OutboxOperation, event: CachedEvent) -> bool:
    """Whether a proposal would reset occurrences that were changed since it was made."""
    _, lost = losses(event, also=proposal.op_id)
    judged = lanes.core_operation(proposal, target=event.event_id)
    return bool(resets.news(judged, lost.get(proposal.op_id, ())))


def losses(
    event: CachedEvent, *, also: int | None = None
) -> tuple[list[Operation], dict[int, list[Lost]]]:
    """What waits for a series, or would if it were not for its occurrences, oldest first, and the
    exceptions that it has lost with each of these: who asked for one built on those before.

    ``also`` is one that is to be looked at although it does not wait yet.
    """
    rows = lanes.waiting_for(event)
    operations = [op for op in rows if op.state in WAITING or op.of_occurrences or op.op_id == also]
    series = event.agreed or {}
    if not event.etag or not event_resource.is_series(series):
        return operations, {}
    standing = dict(_exceptions(event, series))
    told: dict[int | str, Mapping[str, Any]] = {}
    lost: dict[int, list[Lost]] = {}
    for op in operations:
        if not resets.may_reset(op.kind, op.payload, op.base):
            continue
        series = {} if op.kind is OperationKind.DELETE else apply_patch(series, op.payload, op.base)
        told |= _told(op.base, event)
        going = [slot for slot in standing if not (series and _has(series, slot, event))]
        lost[op.op_id] = [Lost(told.get(slot), *standing[slot]) for slot in going]
    return operations, lost


def news_of(operation: OutboxOperation, event: CachedEvent | None) -> list[dict[str, Any]]:
    """The occurrences that a change in conflict would reset although nobody was told so.

    ``start`` is where Google has it, None where it was deleted there; ``theirs`` holds the fields
    in question. ``deleted_by_mine``: the change deletes it, otherwise it happens again as its
    series has it.
    """
    if event is None or operation.reason != OCCURRENCES_CHANGED:
        return []
    _, lost = losses(event)
    judged = lanes.core_operation(operation, target=event.event_id)
    deletes = not resets.happen_again(judged)
    return [
        {**_named(each, units), "deleted_by_mine": deletes}
        for each, units in resets.news(judged, lost.get(operation.op_id, ()))
    ]


def _named(lost: Lost, units: Collection[str]) -> dict[str, Any]:
    gone = lost.now.get("status") == "cancelled"
    names = [name for unit in sorted(units) for name in fields_of(unit) if name != "recurrence"]
    return {
        "event_id": lost.plain["id"],
        "original_start": lost.plain["originalStartTime"],
        "start": None if gone else lost.now.get("start"),
        "summary": lost.now.get("summary", lost.plain.get("summary", "")),
        "theirs": {name: lost.now.get(name) for name in names},
    }


def _exceptions(
    event: CachedEvent, series: Mapping[str, Any]
) -> Iterable[tuple[int | str, tuple[Mapping[str, Any], Mapping[str, Any]]]]:
    """By their slots, in their order: each as it is now, and as the series alone has it there."""
    rows = event.calendar.events.filter(recurring_event_id=event.event_id)
    rows = rows.exclude(recurring_event_id="").exclude(original_start="")
    known = rows.select_related("calendar").order_by("original_start")
    exceptions = [row for row in known if row.agreed is not None]
    waiting = lanes.open_operations_of(exceptions, calendar_id=event.calendar_id)
    zone = event.calendar.time_zone
    for row in exceptions:
        slot = cached_occurrences.slot_of(row.original_start)
        found = recurrence.occurrence_at(series, slot=slot, calendar_zone=zone)
        if found is not None:
            plain = event_resource.instance_resource(series, occurrence=found, calendar_zone=zone)
            yield slot, (_laid_over(row, waiting[row.pk]), plain)


def _laid_over(exception: CachedEvent, operations: Sequence[Operation]) -> Mapping[str, Any]:
    """Google's version with what waits here laid over it; what is in conflict is not."""
    agreed = exception.agreed or {}
    view = view_of(agreed, [op for op in operations if op.state in WAITING])
    return view.resource or {**agreed, "status": "cancelled"}


def _told(base: Mapping[str, Any], event: CachedEvent) -> dict[int | str, Mapping[str, Any]]:
    zone = event.calendar.time_zone
    return {
        slot: each
        for each in base.get(EXCEPTIONS) or ()
        if (slot := event_resource.original_start(each, calendar_zone=zone)) is not None
    }


def _has(series: Mapping[str, Any], slot: int | str, event: CachedEvent) -> bool:
    zone = event.calendar.time_zone
    return bool(recurrence.occurrence_at(series, slot=slot, calendar_zone=zone))
