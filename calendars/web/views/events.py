"""Making, changing and deleting one event: a dialog over the calendar, or a page of its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from calendars.commands import events as commands
from calendars.commands.actor import Actor
from calendars.commands.permissions import require_writable
from calendars.commands.telling import LEAVES, has_guests
from calendars.errors import CalendarError, InvalidInputError
from calendars.queries import access
from calendars.queries.events import get_event
from calendars.queries.writable import calendars_for_new_events
from calendars.sync.core.push_plan import is_copy
from calendars.web.cards import BADGES
from calendars.web.edge import MemberRequest, add_domain_error, member_page
from calendars.web.forms import DeleteForm, EditEventForm, EventForm, NewEventForm, zone_of
from calendars.web.views.after import back_url, deleted, dialog, saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.models import Calendar

_HOUR = dt.timedelta(hours=1)
_MORE_FIELDS = frozenset({"repeat", "location", "guests", "description", "time_zone"})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def create(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    calendars = calendars_for_new_events(request.user)
    form = NewEventForm(
        request.POST or None,
        calendars=calendars,
        zones=_zones(request.user, calendars),
        initial={**_new_times(request, now), "next": back_url(request)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            change = commands.create_event(
                actor=Actor(request.user, "web"),
                calendar=access.calendar_of(
                    member=request.user, calendar_id=form.cleaned_data["calendar"]
                ),
                fields=form.contract_input(),
                notify=None,
                now=now,
                new_id=uuid4(),
            )
        except CalendarError as error:
            add_domain_error(form, error)
        else:
            return saved(request, change)
    return _form_dialog(request, form, title="New event", action=reverse("event-create"))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    resource, calendar = get_event(target=target), target.event.calendar
    require_writable(calendar)
    form = EditEventForm(
        request.POST or None,
        resource=resource,
        calendar=calendar,
        zones=_zones(request.user, [calendar], zone_of(resource, calendar_zone=calendar.time_zone)),
        next_url=back_url(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            change = commands.update_event(
                actor=Actor(request.user, "web"),
                target=target,
                changes=form.changes(),
                scope=form.scope_chosen,
                notify=None,
                now=timezone.now(),
            )
        except CalendarError as error:
            add_domain_error(form, error)
        else:
            return saved(request, change)
    return _form_dialog(
        request,
        form,
        title="Edit event",
        action=reverse("event-edit", args=[calendar_id, event_id]),
        delete_url=reverse("event-delete", args=[calendar_id, event_id]),
        badge=BADGES.get(resource["_local_status"]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def delete(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """A POST deletes; of a recurring event it has to say which occurrences, or is asked."""
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    resource = get_event(target=target)
    form = DeleteForm.of(request.POST, resource=resource, next_url=back_url(request))
    if request.method == "POST" and form.is_valid():
        try:
            change = commands.delete_event(
                actor=Actor(request.user, "web"),
                target=target,
                scope=form.scope_chosen,
                notify=form.notify,
                now=timezone.now(),
            )
        except InvalidInputError as error:
            add_domain_error(form, error)
        else:
            return deleted(request, change)
    context = {
        "title": f"Delete “{resource.get('summary') or '(No title)'}”?",
        "note": LEAVES if is_copy(resource) and has_guests(resource) else "",
        "form": form,
        "action": reverse("event-delete", args=[calendar_id, event_id]),
    }
    return dialog(request, "calendar/_event_delete.html", context, refused=request.method == "POST")


def _form_dialog(request: MemberRequest, form: EventForm, **context: Any) -> HttpResponse:
    changed = _MORE_FIELDS & (form.errors.keys() if form.is_bound else set())
    context |= {"form": form, "more_open": bool(changed)}
    return dialog(request, "calendar/_event_form.html", context, refused=form.is_bound)


def _zones(member: Member, calendars: Sequence[Calendar], *others: str) -> list[str]:
    """Zones worth offering: the event's, the member's, the calendars'."""
    names = [*others, member.time_zone, *(calendar.time_zone for calendar in calendars), "UTC"]
    return list(dict.fromkeys(names))


def _new_times(request: MemberRequest, now: dt.datetime) -> dict[str, Any]:
    """As long as new events are, from the slot that was chosen, else from the next full hour.

    A day without a time stands for that hour of it. An ``end`` may be chosen too, and ``all_day``,
    whose end is the last day.
    """
    member = request.user
    length = dt.timedelta(minutes=member.default_duration)
    local = now.astimezone(member.zone).replace(tzinfo=None)
    next_hour = local.replace(minute=0, second=0, microsecond=0) + _HOUR
    try:
        start = _chosen(request.GET.get("start", ""), next_hour.time())
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
    }


def _chosen(text: str, clock: dt.time) -> dt.datetime:
    start = dt.datetime.fromisoformat(text).replace(tzinfo=None)
    return start if "T" in text else dt.datetime.combine(start, clock)
