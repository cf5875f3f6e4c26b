"""Settling a conflict: mine, theirs, field by field, or both as two events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from calendars import cache, lanes, saga
from calendars.commands import lost_moves, queue, recurring
from calendars.commands.event_body import completed
from calendars.commands.permissions import require_writable
from calendars.commands.remade import make_anew, remembered, with_lost
from calendars.commands.withdrawal import locked
from calendars.errors import InvalidInputError, WrongStateError
from calendars.event_input import google_fields
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.queries.outbox import choices_of, is_about_a_move, is_restorable
from calendars.queries.shape import shown
from calendars.queries.zone import zone_for
from calendars.sync.core.inverse import changed_by
from calendars.sync.core.merge import apply_patch, changed_fields
from calendars.sync.core.push_plan import is_copy
from calendars.sync.core.resets import OCCURRENCES_CHANGED
from calendars.sync.core.settling import (
    Choice,
    ConflictKind,
    WishError,
    kind_of,
    mine_of,
    resolved,
    wishes,
)
from calendars.sync.core.values import TIME_FIELDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from calendars.commands.actor import Actor
    from calendars.event_resource import Resource


@dataclass(frozen=True, slots=True)
class Resolution:
    """``operation`` is what is sent now, or the settled one where nothing is left to send.

    ``event`` is what lists show from now on; None where there is nothing to show.
    """

    operation: OutboxOperation
    event: dict[str, Any] | None


def resolve(
    *,
    actor: Actor,
    operation: OutboxOperation,
    choice: str,
    fields: Sequence[str] | Mapping[str, Any] | None = None,
    now: dt.datetime,
) -> Resolution:
    """Decide a conflict. The operation itself is cancelled, with what was decided as its reason.

    ``mine`` queues my values against Google's version of now, ``theirs`` gives mine up. ``merge``
    takes ``fields``: names to take from mine (the rest is theirs), or a mapping of a name to
    "mine", "theirs" or a value of its own. ``both`` leaves Google's version and makes mine an event
    of its own. Where Google deleted the event, ``mine`` makes it anew as another event, or brings
    the occurrence back. Older conflicts about nothing but what is decided here are decided with
    it; newer ones stay. Raises WrongStateError, InvalidInputError, NotWritableError.
    """
    _check(choice, fields)
    require_writable(operation.calendar)
    with transaction.atomic():
        current = locked(
            saga.in_question(operation),
            {OperationStatus.CONFLICT},
            "This change is not in conflict (any more).",
        )
        event = cache.find_event(calendar_id=current.calendar_id, event_id=current.event_id)
        _refuse_beneath(current, event)
        possible = choices_of(current, event)
        if choice not in possible:
            raise _invalid("choice", f"Here the choice is {' or '.join(possible)}.")
        return _decide(actor, current, event, Choice(choice), fields, now)


def _check(choice: str, fields: object) -> None:
    if choice not in set(Choice):
        raise _invalid("choice", f"Choose one of {', '.join(Choice)}.")
    if choice != Choice.MERGE and fields is not None:
        raise _invalid("fields", "Send fields only together with the choice merge.")
    listed = isinstance(fields, list) and all(isinstance(name, str) for name in fields)
    if choice == Choice.MERGE and not listed and not isinstance(fields, Mapping):
        raise _invalid("fields", "Name the fields to take from mine, or say for each what to take.")


def _refuse_beneath(operation: OutboxOperation, event: CachedEvent | None) -> None:
    """What takes occurrences from a series is not decided beneath what takes more from it."""
    if event is None or operation.reason != OCCURRENCES_CHANGED:
        return
    later = (each for each in lanes.open_operations(event=event) if each.op_id > operation.op_id)
    if any(each.reason == OCCURRENCES_CHANGED for each in later):
        raise WrongStateError(
            "A later change builds on this one: decide about that first.", op_id=operation.op_id
        )


def _decide(
    actor: Actor,
    operation: OutboxOperation,
    event: CachedEvent | None,
    choice: Choice,
    fields: Sequence[str] | Mapping[str, Any] | None,
    now: dt.datetime,
) -> Resolution:
    """What is decided is cancelled first, so that what is sent instead can take its place."""
    if event is not None and is_about_a_move(operation):
        sent = lost_moves.decide(actor=actor, operation=operation, choice=choice, now=now)
        return Resolution(sent or operation, _shown_after(sent or operation))
    change = None
    if choice in (Choice.MINE, Choice.MERGE) and event is not None:
        change = _change(actor, operation, event, fields)
    decided = _decided(operation, event, choice)
    for each in decided:
        queue.cancel(each, reason=resolved(choice))
    sent = None
    if event is not None and change is not None:
        sent = _send(actor, operation, event, change, now)
    elif event is not None and (
        choice is Choice.BOTH or (choice is Choice.MINE and _is_gone(event))
    ):
        sent = _made_anew(actor, event, decided, now)
    queue.settle_fellows(decided, sent=sent, now=now)
    if event is not None:
        cache.refresh(event, now=now)
    return Resolution(sent or operation, _shown_after(sent or operation))


def _decided(
    operation: OutboxOperation, event: CachedEvent | None, choice: Choice
) -> list[OutboxOperation]:
    """The conflicts that one decision is about, oldest first.

    All edits that lost their event to the same delete, all that a second event holds, all that
    take occurrences from a series before this one does, and with values that are sent the older
    edits of nothing else.
    """
    if event is None:
        return [operation]
    parked = [
        operation if each == operation else each
        for each in lanes.open_operations(event=event)
        if each.status == OperationStatus.CONFLICT
    ]
    if choice is Choice.BOTH or _is_gone(event):
        return parked
    if choice is Choice.THEIRS:
        return [operation]
    if operation.reason == OCCURRENCES_CHANGED:
        return [each for each in parked if each.reason == OCCURRENCES_CHANGED]
    units = changed_by([operation.payload])
    return [
        each
        for each in parked
        if each == operation
        or (each.op_id < operation.op_id and changed_by([each.payload]) <= units)
    ]


@dataclass(frozen=True, slots=True)
class _Change:
    op_type: OperationType
    payload: dict[str, Any]
    base: dict[str, Any]


def _change(
    actor: Actor,
    operation: OutboxOperation,
    event: CachedEvent,
    fields: Sequence[str] | Mapping[str, Any] | None,
) -> _Change | None:
    """What mine, or the fields named, ask of the event itself; None where that is nothing."""
    agreed = event.agreed or {}
    if _is_gone(event):
        return _restored(event) if event.recurring_event_id else None
    if operation.op_type == OperationType.DELETE:
        return _Change(OperationType.DELETE, {}, remembered(event, agreed))
    wanted = _wanted(operation, agreed, fields, actor)
    payload, base = changed_fields(agreed, wanted)
    if not payload:
        return None
    lost = _lost(event, payload, apply_patch(agreed, payload, base))
    return _Change(OperationType.PATCH, payload, with_lost(base, lost))


def _lost(
    event: CachedEvent, payload: Mapping[str, Any], after: Mapping[str, Any]
) -> list[CachedEvent]:
    """The exceptions that a series loses once it is as decided: an undo brings them back."""
    if not event.is_series or payload.keys().isdisjoint(TIME_FIELDS):
        return []
    return recurring.lost_with(recurring.row_of(event), after)


def _restored(event: CachedEvent) -> _Change | None:
    """An occurrence that was deleted at Google, confirmed again with all my changes."""
    if not is_restorable(event):
        return None
    agreed = event.agreed or {}
    wanted: dict[str, Any] = {}
    for each in lanes.open_operations(event=event):
        if each.status == OperationStatus.CONFLICT:
            wanted |= mine_of(each.payload, each.base, {**agreed, **wanted})
    payload, base = changed_fields(agreed, wanted)
    return _Change(
        OperationType.PATCH,
        {**payload, "status": "confirmed"},
        {**base, "status": "cancelled"},
    )


def _wanted(
    operation: OutboxOperation,
    agreed: Resource,
    fields: Sequence[str] | Mapping[str, Any] | None,
    actor: Actor,
) -> dict[str, Any]:
    """The fields as they are to become at Google: mine, where ``fields`` does not say otherwise."""
    mine = mine_of(operation.payload, operation.base, agreed)
    zone = zone_for(operation.calendar, actor.member)
    if fields is None:
        return completed(agreed, mine, zone=zone)
    wanted: dict[str, Any] = {}
    try:
        wished = wishes(fields, operation.payload)
    except WishError as problem:
        raise _invalid("fields", str(problem)) from None
    for name, wish in wished.items():
        if wish == "mine":
            wanted[name] = mine[name]
        elif wish != "theirs":
            wanted |= google_fields({name: wish}, default_zone=zone)
    return completed(agreed, wanted, zone=zone)


def _send(
    actor: Actor,
    operation: OutboxOperation,
    event: CachedEvent,
    change: _Change,
    now: dt.datetime,
) -> OutboxOperation:
    return queue.add(
        actor=actor,
        calendar=event.calendar,
        event_id=event.event_id,
        lane=lanes.lane_of(event),
        op_type=change.op_type,
        payload=change.payload,
        base=change.base,
        notify=operation.notify,
        undoes=operation.undoes,
        now=now,
    )


def _is_gone(event: CachedEvent) -> bool:
    return kind_of(is_delete=False, agreed=event.agreed) is ConflictKind.EDIT_DELETE


def _made_anew(
    actor: Actor, event: CachedEvent, edits: Sequence[OutboxOperation], now: dt.datetime
) -> OutboxOperation:
    """What is known of the event, with my edits laid over it, as an event of its own.

    Of somebody else's event without its guests: they are not mine to invite.
    """
    resource = dict(event.agreed or {})
    for edit in edits:
        resource = apply_patch(resource, edit.payload, edit.base)
    if is_copy(resource):
        resource.pop("attendees", None)
    return make_anew(
        actor=actor,
        calendar=event.calendar,
        resource=resource,
        like=edits[-1],
        undoes=edits[-1].undoes if _is_gone(event) else None,
        now=now,
    )


def _shown_after(operation: OutboxOperation) -> dict[str, Any] | None:
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    if event is None or event.start_ts_utc is None:
        return None
    return shown(event)


def _invalid(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})
