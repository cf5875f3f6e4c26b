"""Where a member goes after a change, with and without scripts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from calendars.event_resource import span_of
from calendars.web.cards import key_of
from calendars.web.change_notes import notes_of
from calendars.web.edge import into_dialog
from calendars.web.views.live import Toast, answer
from calendars.web.views.spans import VIEWS, shown_dates, view_of
from calendars.zones import wall_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.commands.events import QueuedChange
    from calendars.models import OutboxOperation
    from calendars.web.edge import MemberRequest
    from calendars.web.views.live import LiveView

REFUSED = 422


def back_url(request: MemberRequest) -> str:
    """The page of ours that the member came from."""
    htmx_page = request.htmx.current_url_abs_path if request.htmx else None
    wanted = request.POST.get("next") or request.GET.get("next") or htmx_page or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return reverse("calendar-home")


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
) -> HttpResponse:
    """Back to the calendar, with a sentence and a way to take the change back.

    ``day`` is where the change is seen: a link leads there if the view shows other days. The page
    goes to the event named ``key`` where the focus would be lost.
    """
    back = back_url(request)
    view_name, here = _view_at(back)
    elsewhere = ""
    if day is not None and here is not None:
        first, last = shown_dates(view_name, here, member=request.user, query=_query_of(back))
        elsewhere = "" if first <= day <= last else reverse(view_name, args=[day])
    toast = Toast(
        text=" ".join([sentence, *notes]),
        undo_url=reverse("operation-undo", args=[undo.op_id]) if undo else "",
        undo_label=undo_label,
        shown_url=elsewhere,
    )
    if request.htmx and here is not None:
        response = answer(request, _drawn(request, view_name, here, back), toast=toast)
        return trigger_client_event(response, "event-saved", {"key": key} if key else {})
    messages.success(request, _as_message(toast))
    if request.htmx:
        return HttpResponseClientRedirect(back)
    return redirect(elsewhere or back)


def _as_message(toast: Toast) -> str:
    if not toast.undo_url:
        return toast.text
    return format_html('{} <a href="{}">{}</a>', toast.text, toast.undo_url, toast.undo_label)


def dialog(
    request: MemberRequest, fragment: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A fragment for the dialog over the calendar; without HTMX a page of its own."""
    status = REFUSED if refused else 200
    context = {**context, "fragment": fragment, "back_url": back_url(request)}
    if not request.htmx:
        return render(request, "calendar/dialog.html", context, status=status)
    return into_dialog(render(request, fragment, context, status=status))


def redrawn(request: MemberRequest) -> HttpResponse:
    """The view that the member came from, as it is now; without HTMX its page."""
    back = back_url(request)
    view_name, here = _view_at(back)
    if not request.htmx or here is None:
        return redirect(back)
    return answer(request, _drawn(request, view_name, here, back), asked=True)


def _drawn(request: MemberRequest, view_name: str, day: dt.date, address: str) -> LiveView:
    return view_of(
        view_name,
        day,
        member=request.user,
        query=_query_of(address),
        now=timezone.now(),
    )


def _query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(address.partition("?")[2]))


def _view_at(address: str) -> tuple[str, dt.date | None]:
    """Which view an address shows, and of which day; no day if it is another page."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return "", None
    if match.url_name in VIEWS:
        return str(match.url_name), match.kwargs["day"]
    return "", None


def name_of(event: Mapping[str, Any]) -> str:
    """How a sentence names an event."""
    return event.get("summary") or "Event without a title"


def day_of(event: Mapping[str, Any], member: Member) -> dt.date | None:
    span = span_of(event, calendar_zone=member.time_zone)
    if span is None:
        return None
    if span.start_date is not None:
        return dt.date.fromisoformat(span.start_date)
    return dt.date.fromordinal(wall_of(span.start, member.zone)[0])
