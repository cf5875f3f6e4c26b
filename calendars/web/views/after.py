"""Where a member goes after a change, with and without scripts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from calendars.event_resource import span_of
from calendars.web.cards import key_of
from calendars.web.change_notes import notes_of
from calendars.web.edge import into_dialog, page_asking
from calendars.web.views.at_address import drawn, shown_dates, view_at
from calendars.web.views.live import Toast, answer
from calendars.web.views.problem_list import list_answer
from calendars.web.words import WITHOUT_TITLE
from calendars.zones import wall_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.commands.events import QueuedChange
    from calendars.models import OutboxOperation
    from calendars.web.edge import MemberRequest

REFUSED = 422


def back_url(request: MemberRequest, *, home: str = "calendar-home") -> str:
    """The page of ours that the member came from; ``home`` where that is not said."""
    wanted = request.POST.get("next") or request.GET.get("next") or page_asking(request)
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return reverse(home)


def saved(request: MemberRequest, change: QueuedChange, sentence: str = "is saved") -> HttpResponse:
    """Back to the calendar, where the event is seen, with what is to be known of the change."""
    return told(
        request,
        f"“{name_of(change.event)}” {sentence}.",
        notes=notes_of(change),
        undo=change.operation if change.operation.payload else None,
        day=day_of(change.event, request.user),
        key=key_of(change.operation.calendar.google_id, change.operation.event_id),
    )


def deleted(request: MemberRequest, change: QueuedChange) -> HttpResponse:
    sentence = f"“{name_of(change.event)}” is deleted."
    return told(request, sentence, notes=notes_of(change), undo=change.operation)


def told(
    request: MemberRequest,
    sentence: str,
    *,
    notes: Sequence[str] = (),
    undo: OutboxOperation | None = None,
    undo_label: str = "Undo",
    day: dt.date | None = None,
    key: str = "",
    home: str = "calendar-home",
) -> HttpResponse:
    """Back to where the member came from, with a sentence and a way to take the change back.

    ``day`` is where the change is seen: a link leads there if the view shows other days. The page
    goes to the event named ``key`` where the focus would be lost.
    """
    back = back_url(request, home=home)
    here = view_at(back)
    elsewhere = ""
    if day is not None and here is not None:
        first, last = shown_dates(here, member=request.user)
        elsewhere = "" if first <= day <= last else reverse(here.view_name, args=[day])
    toast = Toast(
        text=" ".join([sentence, *notes]),
        undo_url=reverse("operation-undo", args=[undo.op_id]) if undo else "",
        undo_label=undo_label,
        shown_url=elsewhere,
    )
    if request.htmx and here is not None:
        view = drawn(here, member=request.user, now=timezone.now())
        response = answer(request, view, toast=toast)
        return trigger_client_event(response, "event-saved", {"key": key} if key else {})
    if request.htmx and urlsplit(back).path == reverse("calendar-problems"):
        return list_answer(request, toast)
    messages.success(
        request, _as_message(toast, over_view=bool(here or elsewhere), back=elsewhere or back)
    )
    if request.htmx:
        return HttpResponseClientRedirect(back)
    return redirect(elsewhere or back)


def _as_message(toast: Toast, *, over_view: bool, back: str) -> str:
    """With a link to a page that asks; where scripts run, over a view, it takes back at once."""
    if not toast.undo_url:
        return toast.text
    at_once = format_html(
        ' hx-post="{}" hx-target="#live" hx-swap="outerHTML show:none" hx-sync="this:drop"',
        toast.undo_url,
    )
    return format_html(
        '{} <a href="{}?{}"{}>{}</a>',
        toast.text,
        toast.undo_url,
        urlencode({"next": back}),
        at_once if over_view else "",
        toast.undo_label,
    )


def dialog(
    request: MemberRequest, fragment: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A fragment for the dialog over the calendar; without HTMX a page of its own."""
    status = REFUSED if refused else 200
    context = {**context, "fragment": fragment, "back_url": back_url(request)}
    if not request.htmx:
        return render(request, "calendar/dialog.html", context, status=status)
    return into_dialog(request, render(request, fragment, context, status=status))


def redrawn(request: MemberRequest) -> HttpResponse:
    """The view that the member came from, as it is now; without HTMX its page."""
    back = back_url(request)
    here = view_at(back)
    if not request.htmx or here is None:
        return redirect(back)
    view = drawn(here, member=request.user, now=timezone.now())
    return answer(request, view, asked=True)


def name_of(event: Mapping[str, Any]) -> str:
    """How a sentence names an event."""
    return event.get("summary") or WITHOUT_TITLE


def day_of(event: Mapping[str, Any], member: Member) -> dt.date | None:
    span = span_of(event, calendar_zone=member.time_zone)
    if span is None:
        return None
    if span.start_date is not None:
        return dt.date.fromisoformat(span.start_date)
    return dt.date.fromordinal(wall_of(span.start, member.zone)[0])
