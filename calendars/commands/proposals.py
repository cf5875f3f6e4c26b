"""Saying yes or no to what was only proposed, and sweeping away what nobody decided about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from calendars import cache, event_resource, lanes, saga
from calendars.commands import queue
from calendars.commands.outbox import discard
from calendars.commands.permissions import require_editable, require_writable
from calendars.commands.withdrawal import locked, withdraw
from calendars.errors import CalendarError, WrongStateError
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import EXPIRED
from calendars.resets import resets_unasked
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.proposals import CHANGED_SINCE, LASTS, clashes, expires_at
from calendars.sync.core.values import restores
from calendars.sync.sentences import CONFLICT_SENTENCES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from calendars.commands.actor import Actor
    from calendars.models import CachedEvent

_PROPOSED = frozenset({OperationStatus.PROPOSED})
_GONE = "The event of this proposal is gone by now. Decline it."


@dataclass(frozen=True, slots=True)
class Decisions:
    """``approved`` are all operations that were let go, ``refused`` why others were not."""

    approved: list[OutboxOperation] = field(default_factory=list)
    refused: list[tuple[OutboxOperation, CalendarError]] = field(default_factory=list)


def approve(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> OutboxOperation:
    """Have a proposal sent, as if the member asked for it now.

    With it go the other steps of its saga and, where the event itself is only proposed, all that
    is proposed of it. What was changed since becomes a conflict, and the member decides. Raises
    WrongStateError for what is no proposal (any more) or expired, or whose event is gone;
    NotWritableError where the member may no longer do this.
    """
    together = _approve_together(actor, operation, now)
    return next(each for each in together if each.pk == operation.pk)


def approve_all(
    *, actor: Actor, operations: Iterable[OutboxOperation], now: dt.datetime
) -> Decisions:
    """Approve each of these proposals; one that cannot be does not keep the others back."""
    decisions = Decisions()
    done: set[int] = set()
    for operation in operations:
        if operation.pk in done:
            continue
        try:
            together = _approve_together(actor, operation, now)
        except CalendarError as error:
            decisions.refused.append((operation, error))
        else:
            decisions.approved.extend(together)
            done |= {each.pk for each in together}
    return decisions


def decline(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> OutboxOperation:
    """Say no to a proposal, and to all that goes with it. Raises WrongStateError for what is none
    (any more): unlike ``outbox.discard`` it takes nothing away that was approved meanwhile.
    """
    with transaction.atomic():
        locked(operation, _PROPOSED, "This change does not wait for approval (any more).")
        return discard(actor=actor, operation=operation, now=now)


def expire(*, now: dt.datetime) -> int:
    """Withdraw the proposals that nobody decided about in time; how many they were."""
    old = OutboxOperation.objects.select_related("calendar__account").filter(
        status=OperationStatus.PROPOSED, created_at__lte=now - LASTS
    )
    expired = 0
    for operation in old.order_by("op_id"):
        try:
            with transaction.atomic():
                withdraw(locked(operation, _PROPOSED, ""), reason=EXPIRED, now=now)
                expired += 1
        except WrongStateError:
            continue  # decided at this moment, or gone with another one
    return expired


def _approve_together(
    actor: Actor, operation: OutboxOperation, now: dt.datetime
) -> list[OutboxOperation]:
    if actor.proposes:
        raise WrongStateError("Whoever proposes does not approve.", op_id=operation.op_id)
    with transaction.atomic():
        current = locked(operation, _PROPOSED, "This change does not wait for approval (any more).")
        together = _together(current)
        for each in together:
            _approve(each, together, actor=actor, now=now)
        saga.show(together, now=now)
        _park_with_what_clashes(together, now=now)
        for calendar in {each.calendar for each in together}:
            queue.wake_after_commit(calendar)
    return together


def _park_with_what_clashes(together: Sequence[OutboxOperation], *, now: dt.datetime) -> None:
    """No step of a saga is sent while another one of it has to be decided."""
    for each in together:
        if each.saga is not None and each.status == OperationStatus.CONFLICT:
            saga.follow_up([each.pk], account_id=each.calendar.account_id, now=now)
    for each in together:
        each.refresh_from_db(fields=["status", "reason", "error"])


def _together(operation: OutboxOperation) -> list[OutboxOperation]:
    """The proposals that can only be approved as one, oldest first."""
    found = {operation.pk: operation}
    to_see = [operation]
    while to_see:
        each = to_see.pop()
        lane = list(
            OutboxOperation.objects.select_related("calendar__account").filter(
                calendar=each.calendar, lane=each.lane, status=OperationStatus.PROPOSED
            )
        )
        new_event = any(other.op_type == OperationType.CREATE for other in lane)
        more = [*saga.fellows(each), *(lane if new_event else ())]
        new = {
            other.pk: other
            for other in more
            if other.pk not in found and other.status == OperationStatus.PROPOSED
        }
        found |= new
        to_see += new.values()
    return sorted(found.values(), key=lambda each: each.op_id)


def _approve(
    operation: OutboxOperation,
    together: Sequence[OutboxOperation],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    if expires_at(operation.created_at) <= now:
        raise WrongStateError("This proposal has expired.", op_id=operation.op_id)
    require_writable(operation.calendar)
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    if event is None:
        raise WrongStateError(_GONE, op_id=operation.op_id)
    operation.status = OperationStatus.PENDING
    if operation.op_type != OperationType.CREATE:
        others = lanes.open_operations(event=event)
        _check(operation, event, others)
        if operation.status == OperationStatus.PENDING:
            rivals = [each for each in others if each not in together]
            _make_room(operation, rivals, actor=actor, now=now)
    operation.approved_at, operation.approved_by = now, actor.member
    operation.approved_via = actor.via[:120]
    operation.save()


def _check(
    operation: OutboxOperation,
    event: CachedEvent,
    others: Sequence[OutboxOperation],
) -> None:
    """Whether it still fits: the event, the member's rights, and what was changed meanwhile."""
    shown = event.resource
    if restores(operation.payload, operation.base):
        return
    if event_resource.is_cancelled(shown):
        raise WrongStateError(_GONE, op_id=operation.op_id)
    if operation.op_type == OperationType.PATCH:
        after = apply_patch(shown, operation.payload, operation.base)
        require_editable(shown, {name: after.get(name) for name in operation.payload})
    if any(each.op_type == OperationType.CREATE for each in others):
        return  # Google has nothing yet: all of it is one proposal
    proposal = lanes.core_operation(operation, target=event.event_id)
    if clashes(proposal, shown) or resets_unasked(operation, event):
        operation.status = OperationStatus.CONFLICT
        operation.reason, operation.error = CHANGED_SINCE, CONFLICT_SENTENCES[CHANGED_SINCE]


def _make_room(
    operation: OutboxOperation,
    rivals: Sequence[OutboxOperation],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    if operation.op_type == OperationType.PATCH:
        queue.make_room_for_edit(rivals, actor=actor, fields=operation.payload, now=now)
    elif operation.op_type == OperationType.DELETE:
        queue.make_room_for_delete(rivals, actor=actor, now=now)
