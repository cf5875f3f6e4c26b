"""Answering an invitation: queued like every write, touching nobody else's entry."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction

from calendars.commands import recurring, telling
from calendars.commands.events import QueuedChange, nothing_to_do, queue_edit
from calendars.commands.guest_list import own_row
from calendars.commands.permissions import require_editable, require_visible, require_writable
from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError, NotInvitedError
from calendars.event_input import UNSTORABLE, is_storable
from calendars.locks import lock_event
from calendars.models import Notify
from calendars.sync.core.merge import changed_fields
from calendars.sync.core.people import merged
from calendars.sync.core.push_plan import is_copy

if TYPE_CHECKING:
    import datetime as dt

    from calendars.commands.actor import Actor
    from calendars.commands.recurring import Subject
    from calendars.queries.access import EventTarget

LONGEST_COMMENT = 1_024


class Response(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    NEEDS_ACTION = "needsAction"


def respond(
    *,
    actor: Actor,
    target: EventTarget,
    response: Response,
    comment: str | None,
    scope: Scope | None,
    notify: Notify | None,
    now: dt.datetime,
) -> QueuedChange:
    """Answer for the calendar's own entry in the guest list, or the member's on a shared calendar.

    Without a ``comment`` an earlier one stays, an empty one takes it away. A recurring target
    needs a ``scope``, the instance or the series. The organizer of somebody else's event is told
    unless ``notify`` says otherwise. Raises NotInvitedError where there is no such
    entry, NotWritableError, ScopeRequiredError, InvalidInputError, NotFoundError.
    """
    calendar = target.event.calendar
    require_writable(calendar)
    _check(comment, scope)
    with transaction.atomic():
        lock_event(target.event)
        subject = recurring.subject_of(target, scope=scope)
        require_visible(calendar, subject.resource)
        wanted = {"attendees": _answered(subject, response, comment)}
        payload, base = changed_fields(subject.resource, wanted)
        if not payload:
            return nothing_to_do(actor, target, subject, now)
        require_editable(subject.resource, payload)
        if not is_copy(subject.resource):
            return queue_edit(actor, subject, payload, base, notify, now)
        told = Notify.ALL if notify is None else notify
        queued = queue_edit(actor, subject, payload, base, told, now)
        return replace(queued, notes=telling.of_answer(notify, told))


def _check(comment: str | None, scope: Scope | None) -> None:
    if comment is not None and len(comment) > LONGEST_COMMENT:
        sentence = f"This is {len(comment)} characters long; {LONGEST_COMMENT} are allowed."
        raise InvalidInputError(sentence, fields={"comment": sentence})
    if comment is not None and not is_storable(comment):
        raise InvalidInputError(UNSTORABLE, fields={"comment": UNSTORABLE})
    if scope is Scope.THIS_AND_FOLLOWING:
        sentence = "An answer is for one instance or for the whole series."
        raise InvalidInputError(sentence, fields={"scope": sentence})


def _answered(subject: Subject, response: Response, comment: str | None) -> list[dict[str, Any]]:
    """The guest list with the own answer in it."""
    guests = subject.resource.get("attendees") or []
    calendar = subject.event.calendar
    mine = own_row(subject.resource, addresses=(calendar.google_id, calendar.account.email))
    if mine is None:
        raise NotInvitedError(_why_not(subject), event_id=subject.event.event_id)
    answer = {**mine, "responseStatus": response.value}
    if comment is not None:
        answer["comment"] = comment or None
    return merged(base=[mine], mine=[answer], theirs=guests)


def _why_not(subject: Subject) -> str:
    if not is_copy(subject.resource):
        return "You organize this event and are not among its guests: there is nothing to answer."
    return "You are not on this event's guest list, so you cannot answer for it."
