"""Making, changing and deleting one event: a dialog over the calendar, or a page of its own."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calendars.commands import events as commands
from calendars.commands.actor import Actor
from calendars.commands.permissions import require_visible, require_writable
from calendars.commands.scope import Scope
from calendars.commands.telling import LEAVES, has_guests
from calendars.commands.trial import tried
from calendars.errors import CalendarError, InvalidInputError
from calendars.queries import access
from calendars.queries.events import get_event, recurrence_of, series_resource
from calendars.queries.guest_suggestions import suggested_guests
from calendars.queries.writable import calendars_for_new_events
from calendars.sync.core.push_plan import is_copy
from calendars.web.cards import BADGES
from calendars.web.delete_form import DeleteForm
from calendars.web.edge import MemberRequest, add_domain_error, member_page
from calendars.web.event_card import change_url
from calendars.web.forms import MOMENT_FIELDS, EditEventForm, EventForm, NewEventForm
from calendars.web.guests import guests_of
from calendars.web.repeat_fields import KEEP, REPEAT_FIELDS
from calendars.web.repeat_preview import Preview, preview, preview_of
from calendars.web.resets import Resets, resets_in_words
from calendars.web.views.after import back_url, deleted, dialog, saved
from calendars.web.views.card import change_of
from calendars.web.words import reader_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.models import Calendar
    from calendars.queries.access import EventTarget

_HOUR = dt.timedelta(hours=1)
_INVITED = frozenset({"guest", "optional_guest"})
_SMALL = frozenset({"summary", "calendar", *MOMENT_FIELDS})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def create(request: MemberRequest) -> HttpResponse:
    """A small form; what was typed is kept when the whole editor is asked for."""
    now = timezone.now()
    calendars = calendars_for_new_events(request.user)
    make = partial(NewEventForm, calendars=calendars, zones=_zones(request.user, calendars))
    if request.method != "POST":
        chosen = {"calendar": request.GET.get("calendar"), "next": back_url(request)}
        form = make(initial={**_new_times(request, now), **chosen})
        return _editor(request, form, title="New event", whole=bool(_INVITED & request.GET.keys()))
    form = make(request.POST)
    if "more" in request.POST:
        return _editor(request, make(initial=_typed(form)), title="New event", shown=form)
    if form.is_valid():
        try:
            change = commands.create_event(
                actor=Actor(request.user, "web"),
                calendar=access.calendar_of(
                    member=request.user, calendar_id=form.cleaned_data["calendar"]
                ),
                fields=form.contract_input(),
                notify=form.notify,
                now=now,
                new_id=form.cleaned_data["new_id"] or uuid4(),
                may_come_twice=True,
            )
        except CalendarError as error:
            add_domain_error(form, error)
        else:
            return saved(request, change)
    whole = "whole" in request.POST or not form.errors.keys() <= _SMALL
    return _editor(request, form, title="New event", shown=form, whole=whole)


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
    context: dict[str, Any] = {
        "title": "Edit event",
        "guests": guests_of(resource),
        "delete_url": reverse("event-delete", args=here),
        "badge": BADGES.get(resource["_local_status"]),
        "change_url": change_url(change_of(target, resource["_local_status"])),
        "preview": preview_of(recurs, reader=reader_of(request.user)),
        "resets_url": reverse("event-resets", args=here),
    }
    if request.method != "POST":
        return _editor(request, make(), **context)
    form = make(request.POST)
    if "more" in request.POST:
        context["resets"] = _resets(request, target, form, now)
        return _editor(request, make(typed=_typed(form)), shown=form, **context)
    if form.is_valid():
        try:
            change = _updated(request, target, form, now)
        except CalendarError as error:
            add_domain_error(form, error)
        else:
            return saved(request, change)
    return _editor(request, form, shown=form, **context)


@require_POST
@member_page
def resets(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """Which changed occurrences what is typed would undo; it is tried, and nothing is written."""
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    form = _edit_form(request, target, get_event(target=target))(request.POST)
    found = _resets(request, target, form, timezone.now())
    return render(request, "calendar/_resets.html", {"resets": found})


@require_safe
@member_page
def guests(request: MemberRequest) -> HttpResponse:
    """Whom ``q`` may mean, as options of a list."""
    found = suggested_guests(
        member=request.user,
        typed=request.GET.get("q", ""),
        without=request.GET.getlist("without"),
        now=timezone.now(),
    )
    return render(request, "calendar/_guest_options.html", {"people": found})


@require_POST
@member_page
def repeats(request: MemberRequest) -> HttpResponse:
    """The next dates of the rule that is being typed; nothing is written."""
    form = EventForm(request.POST, zones=_zones(request.user, []))
    return render(
        request, "calendar/_repeat_preview.html", {"preview": _preview(form, request.user)}
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


def _edit_form(
    request: MemberRequest, target: EventTarget, resource: Mapping[str, Any]
) -> partial[EditEventForm]:
    calendar = target.event.calendar
    return partial(
        EditEventForm,
        resource=resource,
        series=series_resource(target=target),
        calendar=calendar,
        zones=_zones(request.user, [calendar]),
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


def _editor(
    request: MemberRequest,
    form: EventForm,
    *,
    shown: EventForm | None = None,
    whole: bool = True,
    **context: Any,
) -> HttpResponse:
    """``shown`` is the form whose rule is previewed, where one was sent."""
    context |= {"form": form, "action": request.path}
    if shown is not None and shown["repeat"].value() != KEEP:
        context["preview"] = _preview(shown, request.user)
    fragment = "calendar/_event_editor.html" if whole else "calendar/_event_form.html"
    return dialog(request, fragment, context, refused=form.is_bound)


def _preview(form: EventForm, member: Member) -> Preview:
    """Of a form that holds mistakes elsewhere too."""
    refused = [form.errors[name][0] for name in REPEAT_FIELDS if name in form.errors]
    if refused:
        return Preview(problem=str(refused[0]))
    chosen = form.cleaned_data.get("repeat")
    if not chosen or chosen == KEEP:
        return Preview()
    if not form.is_timed:
        return Preview(problem="Say when it starts and ends.")
    zone = form.cleaned_data["time_zone"]
    return preview(form.times(), form.rule(), zone=zone, reader=reader_of(member))


def _typed(form: EventForm) -> dict[str, Any]:
    """What was typed, whether it makes sense or not; what was not sent is as it was."""
    sent = {
        name: field.widget.value_from_datadict(form.data, {}, name)
        for name, field in form.fields.items()
        if not field.disabled
    }
    return {name: value for name, value in sent.items() if value is not None}


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
        "guests": "\n".join(request.GET.getlist("guest")),
        "optional_guests": "\n".join(request.GET.getlist("optional_guest")),
    }


def _chosen(text: str, clock: dt.time) -> dt.datetime:
    start = dt.datetime.fromisoformat(text).replace(tzinfo=None)
    return start if "T" in text else dt.datetime.combine(start, clock)
