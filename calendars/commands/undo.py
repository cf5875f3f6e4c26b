"""Taking a change back, whether Google knows of it or not.

A change that Google was never told of is withdrawn. Of any other the opposite is queued, against
the event as it is now and with the usual rules for conflicts. Either way one operation says what
undid it, so that an undo shows in the history and can be undone itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from calendars import saga
from calendars.commands.undo_sent import moved_back, taken_back, went_to
from calendars.commands.undo_unsent import withdrawn
from calendars.commands.undone import Undone, new_saga, shown_after, wrong
from calendars.commands.withdrawal import locked, require_no_copy_left
from calendars.models import OperationStatus, OperationType, OutboxOperation
from calendars.models.outbox import NEVER_SENT

if TYPE_CHECKING:
    import datetime as dt

    from calendars.commands.actor import Actor


def undo(*, actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    """Take a change back, with all steps of its saga.

    A field that somebody changed since stays as it is, and the note names it. A deleted event is
    made anew under a new id. Raises WrongStateError where there is nothing (left) to take back,
    NotWritableError where the opposite cannot be sent.
    """
    with transaction.atomic():
        current = locked(operation, set(OperationStatus), "")
        _refuse_twice(current)
        require_no_copy_left(current)
        steps = _steps(current)
        for each in steps:
            _refuse_to_decide(actor, each)
        done = _all(actor, current, steps, now)
    if done.operation.status == OperationStatus.PROPOSED:
        return replace(done, event=shown_after(done.operation), note=f"Only proposed: {done.note}")
    return done


def _all(
    actor: Actor, asked: OutboxOperation, steps: list[OutboxOperation], now: dt.datetime
) -> Undone:
    move = next((each for each in steps if each.op_type == OperationType.MOVE), None)
    if move is not None and any(_google_may_know(each) for each in steps):
        _refuse_twice(move)  # the way back stands for it, whichever step was asked for
        return moved_back(actor=actor, move=move, now=now)
    if len(steps) == 1:
        return _undone(actor, asked, now)
    return _as_one(_all_undone(actor, steps, now), asked=asked)


def _refuse_to_decide(actor: Actor, operation: OutboxOperation) -> None:
    """Whoever proposes takes proposals back and can propose the opposite of a change, but settles
    none that is undecided."""
    if not actor.proposes or operation.status == OperationStatus.PROPOSED:
        return
    waits = operation.status == OperationStatus.PENDING
    deleted = operation.op_type == OperationType.DELETE
    if operation.status != OperationStatus.APPLIED and (deleted or not waits):
        raise wrong(operation, "This change is not settled yet: only the member can decide it.")


def _steps(operation: OutboxOperation) -> list[OutboxOperation]:
    """The operation with its fellows, the last step first; without those that were given up."""
    steps = [operation, *saga.fellows(operation)]
    if len(steps) > 1 and any(each.status == OperationStatus.IN_FLIGHT for each in steps):
        raise wrong(operation, "A part of this change is on its way. Try again in a moment.")
    took_effect = [each for each in steps if each is operation or not _was_given_up(each)]
    return sorted(took_effect, key=lambda each: -each.step)


def _all_undone(actor: Actor, steps: list[OutboxOperation], now: dt.datetime) -> dict[int, Undone]:
    """The opposites of a saga's steps are a saga too: they only make sense together."""
    again = new_saga(step=steps[0], now=now)
    done: dict[int, Undone] = {}
    for number, each in enumerate(steps, start=1):
        done[each.op_id] = _undone(actor, each, now)
        opposite = done[each.op_id].operation
        opposite.saga, opposite.step = again, number
        opposite.save(update_fields=["saga", "step"])
    return done


def _as_one(done: dict[int, Undone], *, asked: OutboxOperation) -> Undone:
    """The opposite of the step that was asked for stands for all; so does what is left to see."""
    events = [each.event for each in done.values() if each.event is not None]
    own = done[asked.op_id]
    notes = dict.fromkeys(each.note for each in done.values())
    return Undone(own.operation, own.event or next(iter(events), None), " ".join(notes))


def _undone(actor: Actor, operation: OutboxOperation, now: dt.datetime) -> Undone:
    proposed = operation.status == OperationStatus.PROPOSED
    if (
        _google_may_know(operation)
        or _shows_elsewhere(operation)
        or (actor.proposes and not proposed)
    ):
        return taken_back(actor=actor, operation=operation, now=now)
    return withdrawn(actor=actor, operation=operation, now=now)


def _refuse_twice(operation: OutboxOperation) -> None:
    undone_by = _undone_by(operation)
    if undone_by is not None:
        while further := _undone_by(undone_by):
            undone_by = further
        raise wrong(
            operation, f"This change was taken back already. Undo change {undone_by.op_id} instead."
        )
    if _was_given_up(operation):
        raise wrong(operation, "This change never took effect: there is nothing to take back.")


def _was_given_up(operation: OutboxOperation) -> bool:
    return operation.status == OperationStatus.CANCELLED and operation.reason != NEVER_SENT


def _undone_by(operation: OutboxOperation) -> OutboxOperation | None:
    return operation.undone_by.exclude(status=OperationStatus.CANCELLED).first()


def _shows_elsewhere(operation: OutboxOperation) -> bool:
    """A waiting edit of what was given to another calendar since has become a part of what is to
    arrive there: the opposite is asked for there."""
    waits = operation.status == OperationStatus.PENDING and operation.saga is None
    return waits and operation.op_type == OperationType.PATCH and went_to(operation) is not None


def _google_may_know(operation: OutboxOperation) -> bool:
    """After a lost answer nobody knows whether Google has it: then the opposite is sent too."""
    if operation.status == OperationStatus.PENDING:
        return operation.attempts > 0
    done = OperationStatus.IN_FLIGHT, OperationStatus.APPLIED, OperationStatus.CANCELLED
    return operation.status in done
