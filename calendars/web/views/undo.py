"""Taking a change back: by a button, by key, from the history of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from calendars.commands.actor import Actor
from calendars.commands.again import ask_again, was_given_up
from calendars.commands.undo import undo as take_back
from calendars.queries import access
from calendars.queries.undoable import last_change
from calendars.web.change_notes import note_of_undo
from calendars.web.edge import MemberRequest, member_page
from calendars.web.views.after import day_of, dialog, name_of, saved, told

if TYPE_CHECKING:
    from django.http import HttpResponse

    from calendars.models import OutboxOperation


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def undo(request: MemberRequest, op_id: int) -> HttpResponse:
    """A POST takes the change back, or the decision to give it up; a GET, which links without
    scripts lead to, asks first.
    """
    operation = access.operation_of(member=request.user, op_id=op_id)
    if request.method == "POST":
        return _undone(request, operation)
    again = was_given_up(operation)
    context = {
        "title": "Ask for this change again?" if again else "Take this change back?",
        "name": _name(operation),
        "again": again,
        "action": reverse("operation-undo", args=[op_id]),
    }
    return dialog(request, "calendar/_undo.html", context)


@require_POST
@member_page
def last(request: MemberRequest) -> HttpResponse:
    """What the member did last, asked again what came before."""
    operation = last_change(member=request.user, now=timezone.now())
    if operation is None:
        return told(request, "Nothing to undo: you changed nothing here in the last hour.")
    return _undone(request, operation)


def _undone(request: MemberRequest, operation: OutboxOperation) -> HttpResponse:
    if was_given_up(operation):
        change = ask_again(
            actor=Actor(request.user, "web"), operation=operation, now=timezone.now()
        )
        return saved(request, change, "is as you wanted it")
    done = take_back(actor=Actor(request.user, "web"), operation=operation, now=timezone.now())
    name = name_of(done.event) if done.event else _name(operation)
    label = "Undo" if operation.undoes_id else "Redo"
    return told(
        request,
        f"“{name}”: {note_of_undo(done.note)}",
        undo=done.operation,
        undo_label=label,
        day=day_of(done.event, request.user) if done.event else None,
    )


def _name(operation: OutboxOperation) -> str:
    return name_of({**operation.base, **operation.payload})
