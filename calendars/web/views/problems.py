"""What waits for the member, and its buttons, in the list and on the card of an event."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from calendars.commands import conflicts, outbox, proposals
from calendars.commands.actor import Actor
from calendars.commands.again import was_given_up
from calendars.commands.undo import undo
from calendars.errors import NotFoundError, WrongStateError
from calendars.models import OperationStatus, OperationType
from calendars.queries import access
from calendars.queries.outbox import operations
from calendars.queries.proposals import proposals_of
from calendars.web.asked import asked_for
from calendars.web.cards import key_of
from calendars.web.edge import MemberRequest, member_page
from calendars.web.problems import MOST_SHOWN, problem_of
from calendars.web.views.after import back_url, dialog, told
from calendars.web.views.problem_list import list_context

if TYPE_CHECKING:
    import datetime as dt

    from calendars.models import OutboxOperation

_NOT_CHANGED: Final = 204
_HOME: Final = "calendar-problems"
_CHOICES: Final = {
    "mine": "Your version goes to Google.",
    "theirs": "Google's version stays.",
    "both": "Google's version stays, and yours is an event of its own now.",
    "merge": "What you chose goes to Google.",
}
_GIVEN_UP: Final = "Your change is discarded."
_DISCARDED: Final[dict[str, str]] = {
    OperationType.DELETE: "The event stays.",
    OperationType.MOVE: "The event stays where it is.",
}


@require_safe
@member_page
def problems(request: MemberRequest) -> HttpResponse:
    """The list; for a page that asks again, nothing where it is still the same."""
    context = list_context(request)
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "calendar/problems.html", context)
    if request.GET.get("seen") == context["version"]:
        return HttpResponse(status=_NOT_CHANGED)
    return render(request, "calendar/_problems_changed.html", context)


@require_safe
@member_page
def problem(request: MemberRequest, op_id: int) -> HttpResponse:
    """One of the list by itself; what was decided meanwhile leads to the list."""
    return _by_itself(request, access.operation_of(member=request.user, op_id=op_id))


@require_POST
@member_page
def act(request: MemberRequest, op_id: int, action: str) -> HttpResponse:
    """Answers with what the member came from: the list, or the calendar below a card."""
    operation = access.operation_of(member=request.user, op_id=op_id)
    return _done(request, operation, action, timezone.now())


@require_POST
@member_page
def retry_all(request: MemberRequest) -> HttpResponse:
    """All that Google did not take is tried again."""
    now, actor = timezone.now(), Actor(request.user, "web")
    failed = operations(
        member=request.user, statuses=[OperationStatus.FAILED], limit=MOST_SHOWN, now=now
    )
    for asked in asked_for(failed.operations):
        with suppress(WrongStateError):  # decided meanwhile, by another one of them or elsewhere
            outbox.retry(actor=actor, operation=asked.operation, now=now)
    return told(request, "Google is asked again.", home=_HOME)


@require_POST
@member_page
def approve_all(request: MemberRequest) -> HttpResponse:
    """All that is proposed now; what cannot be approved stays, with a sentence that says why."""
    now = timezone.now()
    decided = proposals.approve_all(
        actor=Actor(request.user, "web"),
        operations=list(proposals_of(member=request.user, now=now)),
        now=now,
    )
    number = len(decided.approved)
    said = [f"{number} proposal{' is' if number == 1 else 's are'} approved."]
    said += dict.fromkeys(error.detail for _, error in decided.refused)
    return told(request, " ".join(said), home=_HOME)


def _done(
    request: MemberRequest, operation: OutboxOperation, action: str, now: dt.datetime
) -> HttpResponse:
    actor = Actor(request.user, "web")
    key = key_of(operation.calendar.google_id, operation.event_id)
    tell = partial(told, request, key=key, home=_HOME)
    if action in _CHOICES:
        fields = _chosen_fields(request) if action == "merge" else None
        settled = conflicts.resolve(
            actor=actor, operation=operation, choice=action, fields=fields, now=now
        )
        if settled.operation.pk != operation.pk:
            return tell(_CHOICES[action], undo=settled.operation)
        return tell(_CHOICES[action], undo=_given_up(operation))
    if action == "retry":
        outbox.retry(actor=actor, operation=operation, now=now)
        return tell("Google is asked again.")
    if action == "discard":
        outbox.discard(actor=actor, operation=operation, now=now)
        sentence = _DISCARDED.get(operation.op_type, _GIVEN_UP)
        return tell(sentence, undo=_given_up(operation))
    if action == "approve":
        approved = proposals.approve(actor=actor, operation=operation, now=now)
        if approved.status == OperationStatus.CONFLICT:
            return _to_be_settled(request, approved)
        return tell("Approved.", undo=approved)
    if action == "decline":
        proposals.decline(actor=actor, operation=operation, now=now)
        return tell("Declined.")
    if action == "undo":
        undone = undo(actor=actor, operation=operation, now=now)
        return tell(undone.note, undo=undone.operation, undo_label="Redo")
    raise NotFoundError("There is no such action.", op_id=operation.op_id)


def _given_up(operation: OutboxOperation) -> OutboxOperation | None:
    """It, if it can be asked for again."""
    operation.refresh_from_db(fields=["status", "reason"])
    return operation if was_given_up(operation) else None


def _by_itself(request: MemberRequest, operation: OutboxOperation) -> HttpResponse:
    found = problem_of(operation, member=request.user, now=timezone.now())
    if found is None:
        return redirect("calendar-problems")
    context = {"title": found.title, "problem": found}
    return dialog(request, "calendar/_one_problem.html", context)


def _to_be_settled(request: MemberRequest, operation: OutboxOperation) -> HttpResponse:
    """What was approved too late leads to the two versions at once."""
    if request.htmx:
        return _by_itself(request, operation)
    query = urlencode({"next": back_url(request, home=_HOME)})
    return redirect(f"{reverse('calendar-problem', args=[operation.op_id])}?{query}")


def _chosen_fields(request: MemberRequest) -> dict[str, str]:
    """From ``take-FIELD`` to which side it is taken from; anything but mine is Google's."""
    return {
        name.removeprefix("take-"): "mine" if value == "mine" else "theirs"
        for name, value in request.POST.items()
        if name.startswith("take-")
    }
