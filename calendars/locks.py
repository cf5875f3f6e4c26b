"""Locking calendars before their events are written: all that sagas lead to, in one order.

A change of one event may decide about a step in another calendar, of another account even. Were
that one locked only on arrival, two transactions that come from both ends would wait for each
other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars import cache, lanes
from calendars.models import OperationStatus, OutboxOperation
from secretary_project.prepared_query import PreparedRows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from calendars.models import CachedEvent, Calendar

    Lane = tuple[int, str]
    """A calendar's key in the database, and the lane."""

_DONE = (OperationStatus.APPLIED, OperationStatus.CANCELLED)
_SAGAS = PreparedRows(
    lambda calendar, lane: (
        OutboxOperation.objects.filter(calendar=calendar, lane=lane, saga__isnull=False)
        .exclude(status__in=_DONE)
        .values_list("saga")
    ),
    *("calendar", "lane"),
)


def lock_event(event: CachedEvent) -> None:
    """Lock the calendar of an event, with those that open sagas of its lane lead to."""
    lock_lanes([(event.calendar_id, lanes.lane_of(event))])


def lock_calendar(calendar: Calendar) -> None:
    """Lock a calendar, with those that any of its open sagas leads to."""
    steps = calendar.operations.filter(saga__isnull=False).exclude(status__in=_DONE)
    lanes = set(steps.values_list("calendar_id", "lane"))
    lock_lanes(lanes, also=[calendar.pk])


def lock_lanes(lanes: Iterable[Lane], *, also: Iterable[int] = ()) -> None:
    """Lock the calendars of these lanes, with those that open sagas lead to; ``also`` are keys."""
    cache.lock(*also, *(calendar for calendar, _ in _reached(set(lanes))))


def _reached(lanes: set[Lane]) -> set[Lane]:
    reached: set[Lane] = set()
    sagas: set[UUID] = set()
    while lanes:
        reached |= lanes
        new = {saga for calendar, lane in lanes for saga in _open_sagas(calendar, lane)} - sagas
        sagas |= new
        lanes = _lanes_of(new) - reached
    return reached


def _open_sagas(calendar: int, lane: str) -> Iterable[UUID]:
    return (saga for (saga,) in _SAGAS.run(calendar=calendar, lane=lane))


def _lanes_of(sagas: set[UUID]) -> set[Lane]:
    if not sagas:
        return set()
    steps = OutboxOperation.objects.filter(saga__in=sagas)
    return set(steps.values_list("calendar_id", "lane"))
