"""Moving an event and its edges, as dragging does and the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from calendars.commands import events as commands
from calendars.commands import permissions
from calendars.commands.actor import Actor
from calendars.commands.scope import Scope
from calendars.commands.trial import tried
from calendars.errors import CalendarError, InvalidInputError
from calendars.models import Notify
from calendars.queries import access
from calendars.queries.events import get_event
from calendars.web import layout
from calendars.web.change_notes import notes_of
from calendars.web.drag_form import DragForm, times_of, when_of
from calendars.web.edge import MemberRequest, member_page
from calendars.web.event_card import when_in_words
from calendars.web.event_form import SCOPES
from calendars.web.notify_field import TELLS
from calendars.web.resets import how_many
from calendars.web.views.after import back_url, dialog, name_of, told
from calendars.web.words import reader_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.models import Calendar
    from calendars.queries.access import EventTarget
    from calendars.web.layout import When


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def drag(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """A GET tells what a script has to know before it draws a drag; a POST changes the time.

    The POST asks which occurrences of a recurring event are meant, and whom of the guests to tell,
    unless it says so.
    """
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    resource, calendar = get_event(target=target), target.event.calendar
    if request.method != "POST":
        return JsonResponse(_facts(resource, calendar, request.user))
    form = DragForm({"next": back_url(request), **request.POST.dict()}, resource=resource)
    if form.only_asks:
        _require_draggable(resource, calendar)
        return _question(request, form, target)
    if not form.is_valid():
        raise InvalidInputError("This is not a place for an event.")
    there = _there(request.user, form, target)
    scope = form.scope_chosen or (Scope.SERIES if resource.get("recurrence") else None)
    change = _moved(request, target, there, scope=scope, notify=form.notify)
    return told(
        request,
        _sentence(request, change.event, form.scope_chosen),
        notes=notes_of(change),
        undo=change.operation if change.operation.payload else None,
        day=_day_of(there, request.user),
    )


def _there(member: Member, form: DragForm, target: EventTarget) -> When:
    when = when_of(get_event(target=target), calendar_zone=target.event.calendar.time_zone)
    return layout.dragged(
        when,
        form.wanted(),
        edge=form.edge_held,
        zone=member.zone,
        default_length=member.default_duration * 60,
    )


def _moved(
    request: MemberRequest,
    target: EventTarget,
    there: When,
    *,
    scope: Scope | None,
    notify: Notify | None,
) -> commands.QueuedChange:
    zone = target.event.calendar.time_zone
    before = get_event(target=target)
    return commands.update_event(
        actor=Actor(request.user, "web"),
        target=target,
        changes=times_of(there, before=before, calendar_zone=zone, zone=request.user.zone),
        scope=scope,
        notify=notify,
        now=timezone.now(),
    )


def _question(request: MemberRequest, form: DragForm, target: EventTarget) -> HttpResponse:
    """Which events, by a button each that says what is reset, and whom to tell; that by buttons
    where it is all to ask.
    """
    recurs, tells = "scope" in form.fields, "tell" in form.fields
    facts = " and ".join(["repeats"] * recurs + ["has guests"] * tells)
    answers = form["scope"] if recurs else form["tell"]
    context = {
        "title": f"“{name_of(get_event(target=target))}” {facts}",
        "action": request.path,
        "form": form,
        "recurs": recurs,
        "tell": form["tell"] if recurs and tells else None,
        "answers": answers,
        "choices": [
            (value, label, _resets(request, form, target, value) if recurs else "")
            for value, label in (SCOPES if recurs else TELLS)
        ],
    }
    return dialog(request, "calendar/_drag_question.html", context, refused=True)


def _resets(request: MemberRequest, form: DragForm, target: EventTarget, scope: str) -> str:
    """How many changed occurrences this scope would reset; empty for none."""
    if scope == Scope.INSTANCE:
        return ""
    try:
        there = _there(request.user, form, target)
        change = tried(
            lambda: _moved(request, target, there, scope=Scope(scope), notify=Notify.NONE)
        )
    except CalendarError:
        return ""
    return how_many(len(change.resets)) if change.resets else ""


def _sentence(request: MemberRequest, event: Mapping[str, Any], scope: Scope | None) -> str:
    name, reader = name_of(event), reader_of(request.user)
    if scope is Scope.SERIES:
        return f"All events of “{name}” are changed."
    if scope is Scope.THIS_AND_FOLLOWING:
        return f"“{name}” is changed from this event on."
    when = when_in_words(
        event,
        calendar_zone=request.user.time_zone,
        reader=reader,
        today=timezone.now().astimezone(reader.zone).date(),
    )
    return f"“{name}” is now on {when}."


def _day_of(there: When, member: Member) -> dt.date:
    if isinstance(there, layout.Days):
        return there.first
    return layout.place_of(there.start, zone=member.zone)[0]


def _facts(
    resource: Mapping[str, Any], calendar: Calendar, member: Member
) -> dict[str, str | int | bool]:
    """Where the event is, in the member's days, and why it cannot be elsewhere if so."""
    try:
        _require_draggable(resource, calendar)
        when = when_of(resource, calendar_zone=calendar.time_zone)
    except CalendarError as error:
        return {"refusal": error.detail}
    if isinstance(when, layout.Days):
        days = (when.after - when.first).days
        return {"day": when.first.isoformat(), "days": days, "length": member.default_duration}
    day, minute = layout.place_of(when.start, zone=member.zone)
    return {"day": day.isoformat(), "minute": minute, "length": (when.end - when.start) // 60}


def _require_draggable(resource: Mapping[str, Any], calendar: Calendar) -> None:
    permissions.require_writable(calendar)
    permissions.require_visible(calendar, resource)
    times = {edge: resource.get(edge) for edge in ("start", "end")}
    permissions.require_editable(resource, times)
