"""A new event: a small form on the spot, or the whole editor."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone
from django.views.decorators.http import require_http_methods

from calendars.commands import events as commands
from calendars.commands.actor import Actor
from calendars.queries import access
from calendars.queries.writable import calendars_for_new_events
from calendars.web.edge import MemberRequest, carried_out, member_page
from calendars.web.event_form import MOMENT_FIELDS
from calendars.web.new_event_form import NewEventForm
from calendars.web.views.after import back_url, saved
from calendars.web.views.editor import editor, typed_in, zones_for
from calendars.web.words import reader_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import Member

_HOUR = dt.timedelta(hours=1)
_LAST = dt.time(23, 30)
_INVITED = frozenset({"guest", "optional_guest"})
_SMALL = frozenset({"summary", "calendar", *MOMENT_FIELDS})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def create(request: MemberRequest) -> HttpResponse:
    """A small form; what was typed is kept when the whole editor is asked for."""
    now = timezone.now()
    make = _form_of(request.user)
    if request.method != "POST":
        chosen = {
            "summary": request.GET.get("title", ""),
            "calendar": request.GET.get("calendar"),
            "next": back_url(request),
        }
        form = make(initial={**_new_times(request, now), **chosen})
        return editor(request, form, title="New event", whole=bool(_INVITED & request.GET.keys()))
    form = make(request.POST)
    if "more" in request.POST:
        return editor(request, make(initial=typed_in(form)), title="New event", shown=form)
    if form.is_valid():
        change = carried_out(form, lambda: _created(request, form, now))
        if change is not None:
            return saved(request, change)
    whole = "whole" in request.POST or not form.errors.keys() <= _SMALL
    return editor(request, form, title="New event", shown=form, whole=whole)


def _form_of(member: Member) -> partial[NewEventForm]:
    calendars = calendars_for_new_events(member)
    return partial(
        NewEventForm,
        calendars=calendars,
        zones=zones_for(member, calendars),
        twelve=reader_of(member).twelve,
    )


def _created(request: MemberRequest, form: NewEventForm, now: dt.datetime) -> commands.QueuedChange:
    said = form.cleaned_data
    return commands.create_event(
        actor=Actor(request.user, "web"),
        calendar=access.calendar_of(member=request.user, calendar_id=said["calendar"]),
        fields=form.contract_input(),
        notify=form.notify,
        now=now,
        new_id=said["new_id"] or uuid4(),
        may_come_twice=True,
    )


def _new_times(request: MemberRequest, now: dt.datetime) -> dict[str, Any]:
    """As long as new events are, from the slot that was chosen, else from the next full hour.

    A day without a time stands for that hour of it, before midnight for the half before. An
    ``end`` may be chosen too, and ``all_day``, whose end is the last day.
    """
    member = request.user
    length = dt.timedelta(minutes=member.default_duration)
    local = now.astimezone(member.zone).replace(tzinfo=None)
    next_hour = local.replace(minute=0, second=0, microsecond=0) + _HOUR
    clock = _LAST if next_hour.date() > local.date() else next_hour.time()
    try:
        start = _chosen(request.GET.get("start", ""), clock)
        end = start + length
        if chosen := request.GET.get("end"):
            end = max(_chosen(chosen, end.time()), start)
    except (ValueError, OverflowError):
        start, end = next_hour, next_hour + length
    return {
        "start_date": start.date(),
        "start_time": start.time(),
        "end_date": end.date(),
        "end_time": end.time(),
        "all_day": bool(request.GET.get("all_day")),
        "time_zone": member.zone.key,
        "guests": "\n".join(request.GET.getlist("guest")),
        "optional_guests": "\n".join(request.GET.getlist("optional_guest")),
    }


def _chosen(text: str, clock: dt.time) -> dt.datetime:
    start = dt.datetime.fromisoformat(text).replace(tzinfo=None)
    return start if "T" in text else dt.datetime.combine(start, clock)
