"""The pages that show a span of time: day, week, month and agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from calendars.errors import CalendarError, NoGoogleAccountError
from calendars.web.cards import key_of
from calendars.web.edge import DIALOG, MemberRequest, member_page
from calendars.web.sidebar import small_month
from calendars.web.views.after import dialog
from calendars.web.views.at_address import Here, drawn, event_asked, home_view, shown_dates
from calendars.web.views.card import CARD_FRAGMENT, card_context
from calendars.web.views.live import OpenCard, answer
from calendars.web.views.shell import today_of

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from calendars.web.views.at_address import EventIds


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    """Today, in the view that the member likes to meet first."""
    return redirect(home_view(request), day=today_of(request.user, timezone.now()))


@require_safe
@member_page
def day(request: MemberRequest, day: dt.date) -> HttpResponse:
    return _span_page(request, "calendar-day", day)


@require_safe
@member_page
def week(request: MemberRequest, day: dt.date) -> HttpResponse:
    return _span_page(request, "calendar-week", day)


@require_safe
@member_page
def month(request: MemberRequest, day: dt.date) -> HttpResponse:
    return _span_page(request, "calendar-month", day)


@require_safe
@member_page
def agenda(request: MemberRequest, day: dt.date) -> HttpResponse:
    """Two weeks, or ``days`` of them. A number that makes no sense is none."""
    return _span_page(request, "calendar-agenda", day)


@require_safe
@member_page
def small(request: MemberRequest, view: str, at: dt.date, month: dt.date) -> HttpResponse:
    """Another month for the side bar of a view that stands at ``at``."""
    name = f"calendar-{view}"
    context = small_month(
        month=month,
        view_name=name,
        at=at,
        shown=shown_dates(Here(name, at, {}), member=request.user),
        today=today_of(request.user, timezone.now()),
        member=request.user,
    )
    return render(request, "calendar/_small_month.html", {"month": context})


def _span_page(request: MemberRequest, view_name: str, day: dt.date) -> HttpResponse:
    asked = event_asked(request.GET.dict())
    if asked and request.htmx and request.htmx.target == DIALOG:
        return dialog(request, CARD_FRAGMENT, card_context(request, *asked))
    here = Here(view_name, day, request.GET.dict())
    try:
        view = drawn(here, member=request.user, now=timezone.now())
    except NoGoogleAccountError:
        can_connect = bool(settings.GOOGLE_CREDENTIALS_FILE)
        return render(request, "calendar/empty.html", {"can_connect": can_connect})
    return answer(request, view, opened=_opened(request, asked, view.url) if asked else None)


def _opened(request: MemberRequest, asked: EventIds, back_url: str) -> OpenCard:
    """The card that the address asks for, or why there is none."""
    try:
        fragment, context = CARD_FRAGMENT, card_context(request, *asked)
    except CalendarError as error:
        fragment, context = "calendar/_refused.html", {"error": error}
    context = {**context, "in_dialog": True, "back_url": back_url, "in_calendar_url": ""}
    return OpenCard(render_to_string(fragment, context, request), key_of(*asked))
