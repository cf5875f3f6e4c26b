"""The card of an event: everything about it, the own answer, and what was changed when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from calendars.commands import respond as commands
from calendars.commands.actor import Actor
from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError
from calendars.queries import access
from calendars.queries.events import get_event, series_resource
from calendars.queries.history import history as history_of
from calendars.queries.outbox import change_behind
from calendars.web.change_words import at_google_in_words, changes_of
from calendars.web.edge import MemberRequest, member_page
from calendars.web.event_card import event_card
from calendars.web.problems import number_beside, problem_of
from calendars.web.views.after import back_url, day_of, dialog, saved
from calendars.web.views.at_address import home_view, view_at, with_card
from calendars.web.words import reader_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from calendars.queries.access import EventTarget

CARD_FRAGMENT: Final = "calendar/_event_card.html"
_ANSWERS: Final = {
    "accepted": ("Yes", "is answered with yes"),
    "tentative": ("Maybe", "is answered with maybe"),
    "declined": ("No", "is answered with no"),
}


@require_safe
@member_page
def card(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    return dialog(request, CARD_FRAGMENT, card_context(request, calendar_id, event_id))


def card_context(request: MemberRequest, calendar_id: str, event_id: str) -> dict[str, Any]:
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    resource = get_event(target=target)
    now, reader = timezone.now(), reader_of(request.user)
    behind = change_behind(target.event, resource["_local_status"])
    problem = problem_of(behind, member=request.user, now=now) if behind else None
    shown = event_card(
        resource,
        calendar=target.event.calendar,
        event_id=event_id,
        series=series_resource(target=target),
        reader=reader,
        today=now.astimezone(reader.zone).date(),
    )
    answers = [(value, label, value == shown.answer) for value, (label, _) in _ANSWERS.items()]
    return {
        "title": shown.title,
        "card": shown,
        "answers": answers,
        "problem": problem,
        "beside": number_beside(behind, target.event) if behind else 0,
        "in_calendar_url": _in_calendar(
            request, resource, reverse("event-card", args=[calendar_id, event_id])
        ),
    }


def _in_calendar(request: MemberRequest, resource: Mapping[str, Any], card_url: str) -> str:
    """Where the calendar shows the event, for a card over a page that is no view of it."""
    day = day_of(resource, request.user)
    if day is None or view_at(back_url(request)):
        return ""
    return with_card(home_view(request), day, card_url)


@require_POST
@member_page
def answer(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """The buttons Yes, Maybe and No, with a comment if one was typed."""
    target = access.event_of(member=request.user, calendar_id=calendar_id, event_id=event_id)
    response = request.POST.get("response", "")
    if response not in _ANSWERS:
        raise InvalidInputError("Answer with yes, maybe or no.")
    change = commands.respond(
        actor=Actor(request.user, "web"),
        target=target,
        response=commands.Response(response),
        comment=_comment(request.POST),
        scope=_scope(request.POST, target),
        notify=None,
        now=timezone.now(),
    )
    return saved(request, change, _ANSWERS[response][1])


@require_safe
@member_page
def history(request: MemberRequest, calendar_id: str, event_id: str) -> HttpResponse:
    found = history_of(
        member=request.user,
        calendar_id=calendar_id,
        event_id=event_id,
        cursor=request.GET.get("cursor"),
    )
    reader = reader_of(request.user)
    context: dict[str, Any] = {
        "title": "History",
        "changes": changes_of(found.entries, member=request.user, reader=reader),
        "google": at_google_in_words(found.google, reader=reader),
        "next_cursor": found.next_cursor,
        "path": request.path,
        "card_url": reverse("event-card", args=[calendar_id, event_id]),
    }
    return dialog(request, "calendar/_event_history.html", context)


def _comment(posted: Mapping[str, str]) -> str | None:
    comment = posted.get("comment")
    return None if comment is None else comment.replace("\r\n", "\n").strip()


def _scope(posted: Mapping[str, str], target: EventTarget) -> Scope | None:
    """One occurrence unless the series is meant; nothing to ask of what does not recur."""
    if series_resource(target=target) is None:
        return None
    if target.instance_id is None and target.event.is_series:
        return Scope.SERIES
    return Scope.SERIES if posted.get("scope") == Scope.SERIES else Scope.INSTANCE
