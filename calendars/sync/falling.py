"""What falls with a change that was refused, was sent, or was never needed: other changes that have
nothing left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from calendars import cache, lanes, saga
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import NEVER_SENT, SUPERSEDED, UNDONE
from calendars.verdicts import close

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID


def drop_undone(refused: Sequence[int], *, now: dt.datetime) -> None:
    """Of refused operations those that the member has taken back meanwhile are done with."""
    undoing = list(
        OutboxOperation.objects.filter(
            undoes__in=refused, status__in=lanes.OPEN_STATUSES - {OperationStatus.PROPOSED}
        )
    )
    undone = [each.undoes_id for each in undoing if each.undoes_id is not None]
    close([each.op_id for each in undoing], OperationStatus.APPLIED, now=now)
    close(undone, OperationStatus.CANCELLED, now=now, reason=UNDONE)
    for each in undoing:
        if each.op_type == OperationType.MOVE and each.undoes is not None:
            _drop_arrivals([each.saga, each.undoes.saga], now=now)


def _drop_arrivals(moves: Sequence[UUID | None], *, now: dt.datetime) -> None:
    """Of moves that do not take place nothing arrives, and what was built on that is given up."""
    open_ones = OutboxOperation.objects.filter(status__in=lanes.OPEN_STATUSES)
    arrival = open_ones.filter(
        saga__in=moves,
        op_type=OperationType.CREATE,
        calendar=OuterRef("calendar"),
        lane=OuterRef("lane"),
        op_id__lte=OuterRef("op_id"),
    )
    going = list(open_ones.filter(Exists(arrival)))
    close([each.op_id for each in going], OperationStatus.CANCELLED, now=now, reason=UNDONE)
    saga.show(going, now=now)


def supersede_edits_of_occurrences(series: CachedEvent, sent: Sequence[int]) -> None:
    """Who deletes a series has nothing left to decide about its occurrences, nor to send for one
    that waited for it; who deletes one of these has, about the others and the series."""
    if series.recurring_event_id:
        return
    if not OutboxOperation.objects.filter(op_id__in=sent, op_type=OperationType.DELETE).exists():
        return
    own = {series.event_id, series.local_id or series.event_id}
    OutboxOperation.objects.filter(
        calendar=series.calendar,
        lane=lanes.lane_of(series),
        op_type=OperationType.PATCH,
        status__in=(OperationStatus.PENDING, OperationStatus.FAILED, OperationStatus.CONFLICT),
        saga=None,
    ).exclude(event_id__in=own).update(status=OperationStatus.CANCELLED, reason=SUPERSEDED)


def withdraw_instances(series: CachedEvent, *, now: dt.datetime) -> None:
    """What was never made takes along the changes of its occurrences."""
    exceptions = CachedEvent.objects.select_related("calendar__account").filter(
        calendar=series.calendar, recurring_event_id=series.event_id
    )
    for exception in exceptions:
        waiting = [row.op_id for row in lanes.open_operations(event=exception)]
        close(waiting, OperationStatus.CANCELLED, now=now, reason=NEVER_SENT)
        cache.refresh(exception, now=now)
