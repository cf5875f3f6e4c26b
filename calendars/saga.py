"""Sagas in the outbox: their steps are parked, put back, withdrawn and taken back together.

What a saga is, and when a step may be sent, stands in ``sync.core.saga``. Used by the commands and
by the sync store, in transactions in which a calendar of the saga is locked. Steps may be on
calendars of several accounts, each sent by its account's own worker.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from calendars import cache, cached_exceptions, cached_row, lanes
from calendars.locks import lock_lanes
from calendars.made_ids import made_id
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.sync.core.proposals import CHANGED_SINCE
from calendars.sync.core.push_plan import is_copy
from calendars.sync.core.resets import may_reset
from calendars.sync.core.saga import (
    OTHER_STEP,
    OTHER_STEP_LATE,
    OTHER_STEPS,
    Step,
    builds_on_what_waits,
)
from calendars.sync.core.types import OperationKind
from calendars.sync.nudge import wake

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from calendars.models import Calendar
    from calendars.sync.core.types import Operation

_DONE = frozenset({OperationStatus.APPLIED, OperationStatus.CANCELLED})
_STOPPED = frozenset({OperationStatus.FAILED, OperationStatus.CONFLICT})
_UNFINISHED = lanes.OPEN_STATUSES - {OperationStatus.PROPOSED}
_UNANSWERED = _STOPPED | {OperationStatus.PENDING}


def steps_about(*, calendar_id: int, lane: str) -> list[Step]:
    """All steps of the sagas that have a step in this lane."""
    here = OutboxOperation.objects.filter(calendar_id=calendar_id, lane=lane, saga__isnull=False)
    rows = OutboxOperation.objects.filter(saga__in=here.values("saga")).order_by("op_id")
    elsewhere = [
        row
        for row in rows
        if row.status not in _DONE and (row.calendar_id, row.lane) != (calendar_id, lane)
    ]
    blocked = _blocked(elsewhere)
    return [_step(row, (calendar_id, lane), blocked) for row in rows]


def _step(
    row: OutboxOperation, place: tuple[int, str], blocked: Collection[int] = frozenset()
) -> Step:
    """As a lane sees it, whose calendar and name are the ``place``."""
    return Step(
        op_id=row.op_id,
        saga=str(row.saga),
        step=row.step,
        done=row.status in _DONE,
        sent=row.status == OperationStatus.APPLIED,
        here=(row.calendar_id, row.lane) == place,
        resets=row.calendar_id == place[0] and _resets(row),
        blocked=row.op_id in blocked,
    )


def _blocked(steps: Collection[OutboxOperation]) -> set[int]:
    changes = [each for each in steps if each.op_type != OperationType.CREATE]
    if not changes:
        return set()
    there = OutboxOperation.objects.filter(lane__in={each.lane for each in changes})
    waiting: dict[tuple[int, str], list[Operation]] = {}
    for row in there.filter(status__in=_UNFINISHED).order_by("op_id"):
        in_lane = waiting.setdefault((row.calendar_id, row.lane), [])
        in_lane.append(lanes.core_operation(row, target=row.event_id))
    sagas = there.filter(saga__isnull=False).values("saga")
    rows = list(OutboxOperation.objects.filter(saga__in=sagas))
    return {
        each.op_id
        for each in changes
        if builds_on_what_waits(
            lanes.core_operation(each, target=each.event_id),
            waiting.get((each.calendar_id, each.lane), ()),
            steps=[_step(row, (each.calendar_id, each.lane)) for row in rows],
        )
    }


def _resets(row: OutboxOperation) -> bool:
    recurs = bool(row.base.get("recurrence"))
    return recurs and may_reset(OperationKind(row.op_type), row.payload, row.base)


def fellows(operation: OutboxOperation) -> list[OutboxOperation]:
    """The other steps of the operation's saga, in their order."""
    if operation.saga is None:
        return []
    steps = OutboxOperation.objects.select_related("calendar__account").filter(saga=operation.saga)
    return list(steps.exclude(pk=operation.pk).order_by("step"))


def locked(operation: OutboxOperation) -> list[OutboxOperation]:
    """The operation and the other steps of its saga as they are now, in their order.

    Their calendars are locked, with all that open sagas lead to from there, and then they are, so
    that no worker begins to send one of them before this transaction ends.
    """
    lock_lanes((each.calendar_id, each.lane) for each in (operation, *fellows(operation)))
    steps = Q(pk=operation.pk)
    if operation.saga is not None:
        steps |= Q(saga=operation.saga)
    rows = OutboxOperation.objects.select_related("calendar__account").filter(steps)
    return list(rows.select_for_update(of=("self",)).order_by("step", "pk"))


def in_question(operation: OutboxOperation) -> OutboxOperation:
    """The step that has to be decided where this one is parked only because of it."""
    if operation.reason not in OTHER_STEPS:
        return operation
    others = (each for each in fellows(operation) if each.reason not in OTHER_STEPS)
    return next((each for each in others if each.status == operation.status), operation)


def follow_up(operations: Collection[int], *, account_id: int, now: dt.datetime) -> None:
    """These operations were just sent, refused or found in conflict: what follows for their sagas.

    What has arrived in its new calendar was moved. Where one step is parked, those that wait are
    parked with it and a create that was sent is taken back. Otherwise the other accounts whose
    steps may be sent now are woken; ``account_id`` is the one at work.
    """
    sagas = OutboxOperation.objects.filter(op_id__in=operations, saga__isnull=False)
    for one in {each.saga: each for each in sagas.select_related("calendar")}.values():
        steps = locked(one)
        _finish_move(steps, now=now)
        stopped = next((each for each in steps if each.status in _STOPPED), None)
        if stopped is not None:
            _park(steps, stopped, now=now)
        else:
            waiting = (each for each in steps if each.status == OperationStatus.PENDING)
            _wake({each.calendar.account_id for each in waiting} - {account_id})


def revive(*, account_id: int, now: dt.datetime) -> None:
    """Where a step of this account waits, those that are parked only because of it wait again too.

    Somebody may have put it back to pending by itself, in the table.
    """
    waiting = OutboxOperation.objects.filter(
        calendar__account_id=account_id, status=OperationStatus.PENDING, saga__isnull=False
    )
    stopped = OutboxOperation.objects.filter(saga=OuterRef("saga"), status__in=_STOPPED)
    parked = OutboxOperation.objects.select_related("calendar").filter(
        ~Exists(stopped.exclude(reason__in=OTHER_STEPS)),
        saga__in=waiting.values("saga"),
        status__in=_STOPPED,
        reason__in=OTHER_STEPS,
    )
    lock_lanes((each.calendar_id, each.lane) for each in parked)
    for step in parked:
        for each in locked(step):
            if each.status in _STOPPED:
                each.status, each.error, each.reason = OperationStatus.PENDING, "", ""
                each.save(update_fields=["status", "error", "reason"])
        show([step], now=now)
        _wake({step.calendar.account_id} - {account_id})


def abandon(calendar: Calendar, *, now: dt.datetime) -> None:
    """A calendar is about to be deleted here, with its account and all that waits for it.

    What other accounts were to do after a step that Google may not have got is given up: an event
    that was to be copied there first stays where it is.
    """
    missing = calendar.operations.filter(saga__isnull=False).exclude(status__in=_DONE)
    for step in missing:
        later = [
            each
            for each in fellows(step)
            if each.step > step.step
            and each.status in lanes.OPEN_STATUSES
            and each.calendar.account_id != calendar.account_id
        ]
        for each in later:
            each.status, each.reason = OperationStatus.CANCELLED, OTHER_STEP
            each.save(update_fields=["status", "reason"])
        show(later, now=now)


def take_back(create: OutboxOperation, *, now: dt.datetime) -> bool:
    """Have an event deleted at Google that this create made there, keeping what it was to be.

    The event here gets a fresh id, for the old one stays taken (trap 12); all that was sent with
    the create is pending again. The one at Google becomes a row of its own that waits to be
    deleted. False, changing nothing, where Google does not have it (any more).
    """
    event = cache.find_event(calendar_id=create.calendar_id, event_id=create.event_id)
    if event is None or not event.etag:
        return False
    old_id, agreed, etag = event.event_id, event.agreed, event.etag
    _rename(event, made_id("fresh", old_id, create.op_id, create.attempts, now).hex)
    OutboxOperation.objects.filter(
        calendar=event.calendar,
        lane=lanes.lane_of(event),
        op_id__gte=create.op_id,
        status=OperationStatus.APPLIED,
    ).update(status=OperationStatus.PENDING, applied_at=None)
    event.etag, event.agreed_json = "", None
    _save(event, agreed=None, etag="", now=now)
    queue_delete(create, event_id=old_id, lane=old_id, now=now)
    left = cached_row.new_event(calendar=event.calendar, event_id=old_id, local_id=None)
    _save(left, agreed=agreed, etag=etag, now=now)
    return True


def delete_again(create: OutboxOperation, *, now: dt.datetime) -> None:
    """Queue the delete of what this create made at Google; nothing where it is gone already."""
    event = cache.find_event(calendar_id=create.calendar_id, event_id=create.event_id)
    if event is None or not event.etag:
        return
    queue_delete(create, event_id=create.event_id, lane=lanes.lane_of(event), now=now)
    _save(event, agreed=event.agreed, etag=event.etag, now=now)


def queue_delete(
    because_of: OutboxOperation, *, event_id: str, lane: str, now: dt.datetime
) -> None:
    """Queue a delete that another operation brings with it, in the name of who asked for that."""
    OutboxOperation.objects.create(
        calendar=because_of.calendar,
        event_id=event_id,
        lane=lane,
        op_type=OperationType.DELETE,
        created_at=now,
        actor=because_of.actor,
        actor_via=because_of.actor_via,
        notify=because_of.notify,
    )
    _wake({because_of.calendar.account_id})


def takes_back(operation: OutboxOperation) -> bool:
    """Whether this is such a delete: nobody asked for it, so it remembers nothing of its event."""
    deletes = operation.op_type == OperationType.DELETE and operation.saga is None
    return deletes and not operation.base


def show(operations: Iterable[OutboxOperation], *, now: dt.datetime) -> None:
    """Work out anew what these operations' events look like; instances before their series."""
    found = {
        event.pk: event
        for each in operations
        if (event := cache.find_event(calendar_id=each.calendar_id, event_id=each.event_id))
    }
    for event in sorted(found.values(), key=lambda event: not event.recurring_event_id):
        cache.refresh(event, now=now)


def _finish_move(steps: Iterable[OutboxOperation], *, now: dt.datetime) -> None:
    """What has arrived was moved, whatever Google last said about that."""
    arrived = any(each.step > 1 and _has_arrived(each) for each in steps)
    for each in steps:
        if arrived and each.op_type == OperationType.MOVE and each.status in _UNANSWERED:
            each.status, each.applied_at = OperationStatus.APPLIED, now
            each.error = each.reason = ""
            each.save(update_fields=["status", "applied_at", "error", "reason"])
            _leave(each, now=now)


def _has_arrived(step: OutboxOperation) -> bool:
    """Whether this is the create of what a move brought, found there; a guest's copy is not it."""
    if step.op_type != OperationType.CREATE or step.status != OperationStatus.APPLIED:
        return False
    event = cache.find_event(calendar_id=step.calendar_id, event_id=step.event_id)
    return event is not None and event.agreed is not None and not is_copy(event.agreed)


def _leave(move: OutboxOperation, *, now: dt.datetime) -> None:
    event = cache.find_event(calendar_id=move.calendar_id, event_id=move.event_id)
    if event is None:
        return
    if lanes.open_operations(event=event):
        _save(event, agreed={"id": event.event_id, "status": "cancelled"}, etag="", now=now)
    else:
        cache.forget(event, now=now)


def _park(steps: list[OutboxOperation], stopped: OutboxOperation, *, now: dt.datetime) -> None:
    reason = OTHER_STEP_LATE if stopped.reason == CHANGED_SINCE else OTHER_STEP
    for each in steps:
        sent = each.status == OperationStatus.APPLIED and each.step < stopped.step
        if sent and each.op_type == OperationType.CREATE and take_back(each, now=now):
            each.refresh_from_db(fields=["status"])
        if each.status == OperationStatus.PENDING:
            each.status, each.reason = stopped.status, reason
            each.error, each.applied_at = stopped.error, None
            each.save(update_fields=["status", "reason", "error", "applied_at"])
    show(steps, now=now)


def _rename(event: CachedEvent, google_id: str) -> None:
    """Give an event another id at Google; what waits for it and its instances follows.

    Instances that Google has stay behind: they go with the old id.
    """
    old_id, known_as = event.event_id, event.local_id or google_id
    operations = OutboxOperation.objects.filter(calendar=event.calendar)
    waiting = operations.filter(status__in=lanes.OPEN_STATUSES)
    event.event_id = google_id
    event.save(update_fields=["event_id"])
    waiting.filter(event_id=old_id).update(event_id=known_as)
    for instance in event.calendar.events.filter(recurring_event_id=old_id, etag=""):
        was, (_, _, slot) = instance.event_id, instance.event_id.rpartition("_")
        cached_exceptions.name_after(instance, series=google_id)
        if not instance.local_id and event.local_id:
            instance.local_id = f"{event.local_id}_{slot}"
        waiting.filter(event_id=was).update(event_id=instance.local_id or instance.event_id)
        instance.save(update_fields=[*cached_exceptions.INSTANCE_NAMES, "local_id"])
    operations.filter(lane=old_id).update(lane=google_id)


def _save(
    event: CachedEvent, *, agreed: dict[str, object] | None, etag: str, now: dt.datetime
) -> None:
    operations = lanes.waiting_for(event)
    cache.save_event(event, agreed=agreed, etag=etag, operations=operations, now=now)


def _wake(accounts: Iterable[int]) -> None:
    for account_id in accounts:
        transaction.on_commit(partial(wake, account_id=account_id))
