"""The list of what needs the member, and its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from calendars.commands import conflicts, outbox
from calendars.commands.actor import Actor
from calendars.errors import NotFoundError
from calendars.queries import access
from calendars.web.edge import MemberRequest, member_page
from calendars.web.problems import problems_of

if TYPE_CHECKING:
    from django.http import HttpResponse

_DONE: Final = {
    "mine": "Your version goes to Google.",
    "theirs": "Google's version stays.",
    "retry": "Google is asked again.",
    "discard": "Your change is discarded.",
}


@require_safe
@member_page
def problems(request: MemberRequest) -> HttpResponse:
    return render(request, "calendar/problems.html", {"problems": problems_of(request.user)})


@require_POST
@member_page
def act(request: MemberRequest, op_id: int, action: str) -> HttpResponse:
    actor, now = Actor(request.user, "web"), timezone.now()
    operation = access.operation_of(member=request.user, op_id=op_id)
    if action == "mine":
        conflicts.resolve(actor=actor, operation=operation, choice="mine", now=now)
    elif action == "theirs":
        conflicts.resolve(actor=actor, operation=operation, choice="theirs", now=now)
    elif action == "retry":
        outbox.retry(actor=actor, operation=operation, now=now)
    elif action == "discard":
        outbox.discard(actor=actor, operation=operation, now=now)
    else:
        raise NotFoundError("There is no such action.", op_id=op_id)
    messages.success(request, _DONE[action])
    return redirect("calendar-problems")
