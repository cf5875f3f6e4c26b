"""A series from one of its occurrences on: changed or deleted.

google-calendar-api.md section 6.5. The tail becomes a new series under an id of its own and the old
series is trimmed. Both are steps of one saga: Google gets the tail first, so that no failure in
between can cost an occurrence. What was changed of single occurrences after the cut is reset, as
Google does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calendars import cache, cached_occurrences, event_resource, lanes, recurrence
from calendars.commands import queue, recurring, remade, tails, telling
from calendars.commands.arrival import queue_new
from calendars.commands.event_body import completed, moved_lines, today, with_end, with_rule
from calendars.commands.permissions import require_editable, require_whole_list
from calendars.made_ids import made_id
from calendars.models import CachedEvent, OperationType, OutboxOperation
from calendars.queries.access import series_of
from calendars.queries.shape import resource_of
from calendars.sync.core.merge import apply_patch, changed_fields

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from calendars.commands.actor import Actor
    from calendars.commands.recurring import Subject
    from calendars.event_resource import Resource
    from calendars.models import Notify
    from calendars.queries.access import EventTarget


@dataclass(frozen=True, slots=True)
class Part:
    """A series from a slot on. ``deleted`` are the slots that were taken out there one by one,
    ``resets`` says of each occurrence that was changed there what is given up with it."""

    series: Subject
    cut: recurrence.Cut
    deleted: tuple[int | str, ...]
    resets: tuple[dict[str, Any], ...]

    @property
    def unchanged(self) -> dict[str, Any]:
        """The tail as it is before any change."""
        zone = self.series.event.calendar.time_zone
        return tails.tail_of(self.series.resource, self.cut, deleted=self.deleted, zone=zone)


@dataclass(frozen=True, slots=True)
class Divided:
    """``operation`` makes the new series, whose row is ``event``."""

    operation: OutboxOperation
    event: CachedEvent
    notes: tuple[str, ...]


def part_from(target: EventTarget) -> Part | None:
    """What "this and the following" of a target means; None where it means the whole event.

    Counted from the slot of an occurrence, wherever it was moved to. Raises InvalidInputError for
    a target that does not say where to begin, or where the series cannot be divided.
    """
    event = target.event
    if target.instance_id is not None:
        series: CachedEvent | None = event
        slot = target.original_start
    elif event.recurring_event_id:
        series = series_of(event)
        slot = cached_occurrences.slot_of(event.original_start) if event.original_start else None
    elif event_resource.is_series(event.resource):
        raise recurring.unfit("Name the occurrence to begin with by its own id.")
    else:
        return None
    if series is None or slot is None:
        raise recurring.unfit("Only this occurrence of the series is known here.")
    return part_at(recurring.row_of(series), slot)


def part_at(series: Subject, slot: int | str) -> Part | None:
    """A series from that slot on; None where nothing of it happens before."""
    exceptions = recurring.exceptions_of(series.event)
    deleted = [at for at, row in exceptions.items() if row.start_ts_utc is None]
    zone = series.event.calendar.time_zone
    if not recurrence.has_earlier(
        series.resource, slot=slot, calendar_zone=zone, cancelled=deleted
    ):
        return None
    later = {at: row for at, row in exceptions.items() if not recurrence.is_before(at, slot)}
    return Part(
        series=series,
        cut=recurring.cut(series.resource, slot=slot, zone=zone),
        deleted=tuple(at for at in later if at in deleted),
        resets=tuple(_reset(row) for at, row in later.items() if at not in deleted),
    )


def resets_of(lost: Iterable[CachedEvent]) -> tuple[dict[str, Any], ...]:
    """What is given up with each changed occurrence among the exceptions that a series loses."""
    return tuple(_reset(row) for row in lost if row.start_ts_utc is not None)


def changed_tail(
    target: EventTarget, part: Part, wanted: Mapping[str, Any], *, zone: str, now: dt.datetime
) -> dict[str, Any] | None:
    """The tail as an edit of its first occurrence wants it; None where all is so already.

    Only what differs from the occurrence as it showed is meant, as in an edit of a whole series.
    """
    meant, base = changed_fields(resource_of(target), wanted)
    if not recurring.asks_for_a_rule(part.series, meant):
        meant.pop("recurrence", None)
    if not meant:
        return None
    tail = part.unchanged
    slot = recurring.slot_resource(target, part.series)
    for name in ("start", "end"):
        if name in meant:
            meant[name] = recurring.moved(tail[name], slot[name], meant[name], zone)
    meant = with_end(tail, meant, zone=zone)
    meant = with_rule(tail, meant, zone=zone, today=today(now, zone))
    if meant == {"recurrence": tail["recurrence"]}:
        return None
    if "start" in meant and "recurrence" not in meant:
        meant["recurrence"] = moved_lines(
            tail, slot=part.cut.start, start=meant["start"], zone=zone
        )
    return apply_patch(tail, meant, base)


def divide(
    *,
    actor: Actor,
    part: Part,
    tail: Resource,
    also: Mapping[str, Any],
    notify: Notify | None,
    now: dt.datetime,
) -> Divided:
    """Queue the new series and the trimming of the old one, and show both.

    ``also`` are fields of the old series that change with it. Raises InvalidInputError and
    NotWritableError.
    """
    series = part.series
    calendar = series.event.calendar
    payload, base = changed_fields(series.resource, {**also, "recurrence": part.cut.head})
    require_editable(series.resource, payload)
    require_whole_list(series.resource)
    newest = calendar.operations.order_by("-op_id").values_list("op_id", flat=True).first()
    saga_id = made_id("tail", series.event.event_id, part.cut.start, now, newest)
    body, lost = tails.new_series(tail, unchanged=part.unchanged, request_id=saga_id.hex)
    body = completed({}, body, zone=calendar.time_zone)
    told = telling.whom(notify, series.resource, body)
    given_up = recurring.lost_with(series, apply_patch(series.resource, payload, base))
    common: dict[str, Any] = {"actor": actor, "calendar": calendar, "notify": told, "now": now}
    open_before = queue.make_room_for_edit(series.operations, actor=actor, fields=payload, now=now)
    event, made = queue_new(new_id=saga_id, body=body, step=(saga_id, 1), **common)
    trim = queue.add(
        event_id=series.event.event_id,
        lane=lanes.lane_of(series.event),
        op_type=OperationType.PATCH,
        payload=payload,
        base=remade.with_lost(base, given_up),
        step=(saga_id, 2),
        **common,
    )
    cache.save_with(series.event, [*open_before, trim], agreed=series.agreed, now=now)
    return Divided(made, event, (*telling.of_edit(notify, told, body), *lost))


def _reset(exception: CachedEvent) -> dict[str, Any]:
    resource = exception.resource
    return {
        "event_id": exception.event_id,
        "original_start": resource.get("originalStartTime") or resource.get("start"),
        "start": resource.get("start"),
        "summary": resource.get("summary", ""),
    }
