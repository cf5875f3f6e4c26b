"""Changing an event, and what that would reset in its series."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from calendars.commands import events as commands
from calendars.commands.actor import Actor
from calendars.commands.permissions import require_visible, require_writable
from calendars.commands.scope import Scope
from calendars.commands.trial import tried
from calendars.errors import CalendarError
from calendars.queries import access
from calendars.queries.events import get_event, recurrence_of, series_resource
from calendars.queries.outbox import change_behind
from calendars.web.edge import MemberRequest, carried_out, member_page
from calendars.web.edit_event_form import EditEventForm
from calendars.web.guests import guests_of
from calendars.web.problems import problem_of
from calendars.web.repeat_preview import preview_of
from calendars.web.resets import NONE, Resets, resets_in_words
from calendars.web.views.after import back_url, saved
from calendars.web.views.editor import editor, typed_in, zones_for
from calendars.web.words import reader_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.http import HttpResponse

    from calendars.queries.access import EventTarget


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    resource, calendar, now = get_event(target=target), target.event.calendar, timezone.now()
    require_writable(calendar)
    require_visible(calendar, resource)
    recurs = recurrence_of(target=target, now=now)
    make = _edit_form(request, target, resource)
    here = [calendar_id, event_id]
    behind = change_behind(target.event, resource["_local_status"])
    context: dict[str, Any] = {
        "title": "Edit event",
        "guests": guests_of(resource),
        "delete_url": reverse("event-delete", args=here),
        "problem": problem_of(behind, member=request.user, now=now) if behind else None,
        "preview": preview_of(recurs, reader=reader_of(request.user)),
        "resets_url": reverse("event-resets", args=here),
    }
    if request.method != "POST":
        return editor(request, make(), **context)
    form = make(request.POST)
    if "more" in request.POST:
        found = _resets(request, target, form, now)
        is_asked = request.POST["more"] == "resets" and form.is_valid()
        context["resets"] = found or (Resets(NONE) if is_asked else None)
        return editor(request, make(typed=typed_in(form)), shown=form, **context)
    if form.is_valid():
        change = carried_out(form, lambda: _updated(request, target, form, now))
        if change is not None:
            return saved(request, change)
    return editor(request, form, shown=form, **context)


@require_POST
@member_page
def resets(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """Which changed occurrences what is typed would undo; it is tried, and nothing is written."""
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    form = _edit_form(request, target, get_event(target=target))(request.POST)
    found = _resets(request, target, form, timezone.now())
    return render(request, "calendar/_resets.html", {"resets": found})


def _edit_form(
    request: MemberRequest, target: EventTarget, resource: Mapping[str, Any]
) -> partial[EditEventForm]:
    calendar = target.event.calendar
    return partial(
        EditEventForm,
        resource=resource,
        series=series_resource(target=target),
        calendar=calendar,
        zones=zones_for(request.user, [calendar]),
        twelve=reader_of(request.user).twelve,
        next_url=back_url(request),
    )


def _updated(
    request: MemberRequest, target: EventTarget, form: EditEventForm, now: dt.datetime
) -> commands.QueuedChange:
    return commands.update_event(
        actor=Actor(request.user, "web"),
        target=target,
        changes=form.changes(),
        scope=form.scope_chosen,
        notify=form.notify,
        now=now,
    )


def _resets(
    request: MemberRequest, target: EventTarget, form: EditEventForm, now: dt.datetime
) -> Resets | None:
    """None where nothing but one event changes, or the change makes no sense yet."""
    if not form.is_valid() or form.scope_chosen in (None, Scope.INSTANCE) or not form.changes():
        return None
    try:
        change = tried(lambda: _updated(request, target, form, now))
    except CalendarError:
        return None
    zone = target.event.calendar.time_zone
    return resets_in_words(change.resets, calendar_zone=zone, reader=reader_of(request.user))
