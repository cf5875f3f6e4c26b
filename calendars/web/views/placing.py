"""An event again at another time, or in another calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone
from django.views.decorators.http import require_http_methods

from calendars.commands.actor import Actor
from calendars.commands.duplicate import duplicate_event
from calendars.commands.move import EXCEPTIONS_RESET, NEW_INVITATIONS, move_event
from calendars.commands.telling import has_guests
from calendars.queries import access
from calendars.queries.access import EventTarget
from calendars.queries.events import get_event
from calendars.queries.writable import calendars_for_new_events
from calendars.web.edge import MemberRequest, carried_out, member_page
from calendars.web.placing_forms import DuplicateForm, MoveForm
from calendars.web.views.after import back_url, dialog, saved
from calendars.web.words import UNTITLED, reader_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django import forms
    from django.http import HttpResponse

    from calendars.models import Calendar


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def duplicate(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """A copy of an event on another day, or the same; its guests are invited to it."""
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    resource, source = get_event(target=target), target.event.calendar
    calendars = calendars_for_new_events(request.user)
    form = DuplicateForm(
        request.POST or None,
        resource=resource,
        calendars=calendars,
        source=source,
        twelve=reader_of(request.user).twelve,
        next_url=back_url(request),
    )
    if request.method == "POST" and form.is_valid():
        change = carried_out(
            form,
            lambda: duplicate_event(
                actor=Actor(request.user, "web"),
                target=target,
                destination=_chosen(request, form),
                changes=form.changes(),
                notify=form.notify,
                now=timezone.now(),
                new_id=uuid4(),
            ),
        )
        if change is not None:
            return saved(request, change, "is duplicated")
    return _asked(request, "Duplicate", resource, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def move(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """To another calendar: of one occurrence its whole series goes."""
    target = _whole(
        access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    )
    resource, source = get_event(target=target), target.event.calendar
    others = [each for each in calendars_for_new_events(request.user) if each.pk != source.pk]
    form = MoveForm(
        request.POST or None,
        calendars=others,
        source=source,
        asks_whom_to_tell=has_guests(resource),
        next_url=back_url(request),
    )
    if request.method == "POST" and form.is_valid():
        change = carried_out(
            form,
            lambda: move_event(
                actor=Actor(request.user, "web"),
                target=target,
                destination=_chosen(request, form),
                notify=form.notify,
                now=timezone.now(),
                new_id=uuid4(),
            ),
        )
        if change is not None:
            return saved(request, change, "is moved")
    notes = _notes(resource.get("recurrence"), source, others)
    return _asked(request, "Move", resource, form if others else None, notes=notes)


def _asked(
    request: MemberRequest,
    verb: str,
    resource: Mapping[str, Any],
    form: forms.Form | None,
    *,
    notes: Sequence[str] = (),
) -> HttpResponse:
    context = {
        "title": f"{verb} “{resource.get('summary') or UNTITLED}”",
        "form": form,
        "action": request.path,
        "submit": verb,
        "notes": notes,
    }
    return dialog(request, "calendar/_placing.html", context, refused=request.method == "POST")


def _whole(target: EventTarget) -> EventTarget:
    if target.instance_id is not None:
        return EventTarget(target.event)
    series = access.series_of(target.event)
    return EventTarget(series) if series else target


def _notes(recurrence: object, source: Calendar, others: list[Calendar]) -> list[str]:
    """What a move means besides, before it is asked for."""
    if not others:
        return ["There is no other calendar that takes events."]
    notes = ["All events of the series go there."] if recurrence else []
    if any(each.account_id != source.account_id for each in others):
        notes.append(f"To a calendar of another account: {_lower(NEW_INVITATIONS)}")
        notes += [EXCEPTIONS_RESET] if recurrence else []
    return notes


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _chosen(request: MemberRequest, form: forms.Form) -> Calendar:
    return access.calendar_of(member=request.user, calendar_id=form.cleaned_data["calendar"])
