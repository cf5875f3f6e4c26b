"""What waits for the member, and its buttons. Each answers with the list as it is then."""

from __future__ import annotations

from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from calendars.commands import conflicts, outbox, proposals
from calendars.commands.actor import Actor
from calendars.commands.undo import undo
from calendars.errors import NotFoundError
from calendars.models import OperationStatus
from calendars.queries import access, sync_health
from calendars.queries.proposals import proposals_of
from calendars.web.chip import chip_for
from calendars.web.edge import MemberRequest, member_page
from calendars.web.problems import sections_of
from calendars.web.views.live import Toast

if TYPE_CHECKING:
    import datetime as dt

    from calendars.models import OutboxOperation

_NOT_CHANGED: Final = 204
_CHOICES: Final = {
    "mine": "Your version goes to Google.",
    "theirs": "Google's version stays.",
    "both": "Google's version stays, and yours is an event of its own now.",
    "merge": "What you chose goes to Google.",
}


@require_safe
@member_page
def problems(request: MemberRequest) -> HttpResponse:
    """The list; for a page that asks again, nothing where it is still the same."""
    context = _context(request)
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "calendar/problems.html", context)
    if request.GET.get("seen") == context["version"]:
        return HttpResponse(status=_NOT_CHANGED)
    return render(request, "calendar/_problems_changed.html", context)


@require_POST
@member_page
def act(request: MemberRequest, op_id: int, action: str) -> HttpResponse:
    operation = access.operation_of(member=request.user, op_id=op_id)
    return _answer(request, _done(request, operation, action, timezone.now()))


@require_POST
@member_page
def approve_all(request: MemberRequest) -> HttpResponse:
    """All that is proposed now; what cannot be approved stays, with a sentence that says why."""
    now = timezone.now()
    operations = list(proposals_of(member=request.user, now=now))
    decided = proposals.approve_all(
        actor=Actor(request.user, "web"), operations=operations, now=now
    )
    number = len(decided.approved)
    said = [f"{number} proposal{' is' if number == 1 else 's are'} approved."]
    said += dict.fromkeys(error.detail for _, error in decided.refused)
    return _answer(request, Toast(" ".join(said)))


def _done(
    request: MemberRequest, operation: OutboxOperation, action: str, now: dt.datetime
) -> Toast:
    actor = Actor(request.user, "web")
    if action in _CHOICES:
        fields = _chosen_fields(request) if action == "merge" else None
        settled = conflicts.resolve(
            actor=actor, operation=operation, choice=action, fields=fields, now=now
        )
        sent = settled.operation if settled.operation.pk != operation.pk else None
        return _toast(_CHOICES[action], undo_of=sent)
    if action == "retry":
        outbox.retry(actor=actor, operation=operation, now=now)
        return _toast("Google is asked again.")
    if action == "discard":
        outbox.discard(actor=actor, operation=operation, now=now)
        return _toast("Your change is discarded.")
    if action == "approve":
        approved = proposals.approve(actor=actor, operation=operation, now=now)
        clashes = approved.status == OperationStatus.CONFLICT
        sentence = "The event has changed since: choose." if clashes else "Approved."
        return _toast(sentence, undo_of=None if clashes else approved)
    if action == "decline":
        proposals.decline(actor=actor, operation=operation, now=now)
        return _toast("Declined.")
    if action == "undo":
        undone = undo(actor=actor, operation=operation, now=now)
        return _toast(undone.note, undo_of=undone.operation, label="Redo")
    raise NotFoundError("There is no such action.", op_id=operation.op_id)


def _chosen_fields(request: MemberRequest) -> dict[str, str]:
    """From ``take-FIELD`` to which side it is taken from; anything but mine is Google's."""
    return {
        name.removeprefix("take-"): "mine" if value == "mine" else "theirs"
        for name, value in request.POST.items()
        if name.startswith("take-")
    }


def _toast(text: str, *, undo_of: OutboxOperation | None = None, label: str = "Undo") -> Toast:
    url = reverse("operation-undo", args=[undo_of.op_id]) if undo_of else ""
    return Toast(text, undo_url=url, undo_label=label)


def _answer(request: MemberRequest, toast: Toast) -> HttpResponse:
    if request.htmx:
        context = {**_context(request), "toast": toast}
        return render(request, "calendar/_problems_changed.html", context)
    undo_link = '{} <a href="{}">{}</a>' if toast.undo_url else "{}"
    messages.success(request, format_html(undo_link, toast.text, toast.undo_url, toast.undo_label))
    return redirect("calendar-problems")


def _context(request: MemberRequest) -> dict[str, Any]:
    now = timezone.now()
    sections = sections_of(request.user, now=now)
    chip = chip_for(sync_health.status(member=request.user, now=now), now=now)
    here = reverse("calendar-problems")
    drawn = render_to_string(
        "calendar/_problems.html", {"sections": sections, "chip": chip, "view_url": here}, request
    )
    version = blake2s(repr((sections, chip)).encode(), digest_size=12).hexdigest()
    return {
        "drawn": drawn,
        "version": version,
        "view_url": here,
    }
