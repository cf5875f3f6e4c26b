"""An event that is not at Google yet: its row in the cache and the create that brings it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import cache, cached_row, lanes
from calendars.commands import queue
from calendars.made_ids import LOCAL_PREFIX
from calendars.models import OperationType

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from calendars.commands.actor import Actor
    from calendars.models import CachedEvent, Calendar, Notify, OutboxOperation


def queue_new(
    *,
    actor: Actor,
    calendar: Calendar,
    new_id: UUID,
    body: dict[str, Any],
    notify: Notify | str,
    now: dt.datetime,
    step: tuple[UUID, int] | None = None,
    undoes: OutboxOperation | None = None,
) -> tuple[CachedEvent, OutboxOperation]:
    """Queue the create of a checked new event, whose id becomes ``local:<new_id>``, and show it.

    ``step`` and ``undoes`` as in ``queue.add``. Call it in a transaction that began with
    ``cache.lock``.
    """
    event_id = f"{LOCAL_PREFIX}{new_id}"
    event = cached_row.new_event(calendar=calendar, event_id=event_id, local_id=event_id)
    operation = queue.add(
        actor=actor,
        calendar=calendar,
        event_id=event_id,
        lane=lanes.lane_of(event),
        op_type=OperationType.CREATE,
        payload=body,
        notify=notify,
        now=now,
        step=step,
        undoes=undoes,
    )
    cache.save_with(event, [operation], agreed=None, now=now)
    return event, operation
