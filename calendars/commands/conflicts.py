"""Settling a conflict: mine, theirs, or field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction

from calendars import cache, saga
from calendars.commands import queue
from calendars.commands.event_body import completed
from calendars.commands.outbox import locked, withdraw
from calendars.commands.permissions import require_writable
from calendars.commands.remade import make_anew
from calendars.errors import InvalidInputError, NotFoundError
from calendars.event_input import google_fields
from calendars.event_input import shown as as_text
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.queries.shape import shown
from calendars.queries.zone import zone_for
from calendars.sync.core.merge import apply_patch, changed_fields
from calendars.sync.core.values import TIME_FIELDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from calendars.commands.actor import Actor
    from calendars.event_resource import Resource

Choice = Literal["mine", "theirs", "merge"]


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
    choice: Choice,
    fields: Sequence[str] | Mapping[str, Any] | None = None,
    now: dt.datetime,
) -> Resolution:
    """Decide a conflict. The operation itself is cancelled, with what was decided as its reason.

    ``mine`` queues my values against Google's version of now, ``theirs`` gives mine up. ``merge``
    takes ``fields``: names to take from mine (the rest is theirs), or a mapping of a name to
    "mine", "theirs" or a value of its own. Where Google deleted the event, ``mine`` makes it anew
    as another event. Raises WrongStateError, InvalidInputError, NotWritableError.
    """
    _check_choice(choice, fields)
    require_writable(operation.calendar)
    with transaction.atomic():
        current = locked(
            saga.in_question(operation),
            {OperationStatus.CONFLICT},
            "This change is not in conflict (any more).",
        )
        event = cache.find_event(calendar_id=current.calendar_id, event_id=current.event_id)
        if event is None:
            raise NotFoundError("The event of this change is gone.", op_id=current.op_id)
        return _decide(actor, current, event, choice, fields, now)


def _check_choice(choice: str, fields: object) -> None:
    if choice not in ("mine", "theirs", "merge"):
        raise _invalid("choice", "Choose mine, theirs or merge.")
    if choice != "merge" and fields is not None:
        raise _invalid("fields", "Send fields only together with the choice merge.")
    listed = isinstance(fields, list) and all(isinstance(name, str) for name in fields)
    if choice == "merge" and not listed and not isinstance(fields, Mapping):
        raise _invalid("fields", "Name the fields to take from mine, or say for each what to take.")


def _decide(
    actor: Actor,
    operation: OutboxOperation,
    event: CachedEvent,
    choice: Choice,
    fields: Sequence[str] | Mapping[str, Any] | None,
    now: dt.datetime,
) -> Resolution:
    if operation.op_type == OperationType.MOVE:
        return _decide_move(operation, event, choice, now)
    agreed = event.agreed or {}
    gone = not agreed or agreed.get("status") == "cancelled"
    rivals = _rivals(event) if gone else [operation]
    sent: OutboxOperation | None = None
    if choice == "merge" and (gone or operation.op_type == OperationType.DELETE):
        raise _invalid("choice", "One side deleted the event: choose mine or theirs.")
    if choice != "theirs" and gone:
        sent = _made_anew(actor, event, rivals, now)
    elif choice != "theirs" and operation.op_type == OperationType.DELETE:
        sent = _again(actor, operation, event, OperationType.DELETE, now)
    elif choice != "theirs":
        wanted = _wanted(operation, agreed, fields if choice == "merge" else None, actor)
        payload, base = changed_fields(agreed, wanted)
        if payload:
            sent = _again(
                actor, operation, event, OperationType.PATCH, now, payload=payload, base=base
            )
    for rival in rivals:
        queue.cancel(rival, reason=f"resolved_{choice}")
    queue.settle_fellows(rivals, sent=sent, now=now)
    cache.refresh(event, now=now)
    return Resolution(sent or rivals[-1], _shown_after(sent or operation))


def _decide_move(
    operation: OutboxOperation, event: CachedEvent, choice: Choice, now: dt.datetime
) -> Resolution:
    """Google deleted what was to be moved: it is made anew in the destination, or given up."""
    if choice == "merge":
        raise _invalid("choice", "One side deleted the event: choose mine or theirs.")
    arrivals = [each for each in saga.fellows(operation) if each.op_type == OperationType.CREATE]
    for rival in _rivals(event):
        queue.cancel(rival, reason=f"resolved_{choice}")
    cache.refresh(event, now=now)
    for arrival in arrivals:
        if choice == "theirs":
            withdraw(arrival, reason="resolved_theirs", now=now)
            continue
        queue.put_back(arrival)
        queue.wake_after_commit(arrival.calendar)
    saga.show(arrivals, now=now)
    sent = arrivals[0] if choice == "mine" and arrivals else operation
    return Resolution(sent, _shown_after(sent))


def _rivals(event: CachedEvent) -> list[OutboxOperation]:
    """All edits that lost their event to the same delete: one decision is about all of them."""
    return [
        each
        for each in cache.open_operations(event=event)
        if each.status == OperationStatus.CONFLICT
    ]


def _wanted(
    operation: OutboxOperation,
    agreed: Resource,
    fields: Sequence[str] | Mapping[str, Any] | None,
    actor: Actor,
) -> dict[str, Any]:
    """The fields as they are to become at Google: mine, where ``fields`` does not say otherwise."""
    laid_over = apply_patch(agreed, operation.payload, operation.base)
    mine = {name: laid_over.get(name) for name in operation.payload}
    zone = zone_for(operation.calendar, actor.member)
    if fields is None:
        return completed(agreed, mine, zone=zone)
    wanted: dict[str, Any] = {}
    for name, wish in _wishes(fields, operation.payload).items():
        if wish == "mine":
            wanted[name] = mine[name]
        elif wish != "theirs":
            wanted |= google_fields({name: wish}, default_zone=zone)
    return completed(agreed, wanted, zone=zone)


def _wishes(
    fields: Sequence[str] | Mapping[str, Any], payload: Mapping[str, Any]
) -> dict[str, Any]:
    """A wish for each named field; ``time`` names all fields that say when."""
    named = fields if isinstance(fields, Mapping) else dict.fromkeys(fields, "mine")
    wishes: dict[str, Any] = {}
    for name, wish in named.items():
        if name == "time" and wish in ("mine", "theirs"):
            wishes |= dict.fromkeys((part for part in TIME_FIELDS if part in payload), wish)
        elif name in payload:
            wishes[name] = wish
        else:
            raise _invalid("fields", f"{as_text(name)} is not in conflict.")
    return wishes


def _again(
    actor: Actor,
    operation: OutboxOperation,
    event: CachedEvent,
    op_type: OperationType,
    now: dt.datetime,
    **contents: Any,
) -> OutboxOperation:
    return queue.add(
        actor=actor,
        calendar=event.calendar,
        event_id=event.event_id,
        lane=cache.lane_of(event),
        op_type=op_type,
        notify=operation.notify,
        now=now,
        **contents,
    )


def _made_anew(
    actor: Actor, gone: CachedEvent, edits: Sequence[OutboxOperation], now: dt.datetime
) -> OutboxOperation:
    """What is known of the deleted event, with my edits laid over it, as an event of its own."""
    resource = dict(gone.agreed or {})
    for edit in edits:
        resource = apply_patch(resource, edit.payload, edit.base)
    return make_anew(
        actor=actor, calendar=gone.calendar, resource=resource, like=edits[-1], now=now
    )


def _shown_after(operation: OutboxOperation) -> dict[str, Any] | None:
    event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
    if event is None or event.start_ts_utc is None:
        return None
    return shown(event)


def _invalid(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})
