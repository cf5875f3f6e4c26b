"""The pages that show a span of time: day, week, month and agenda."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import CalendarView
from calendars.errors import NoGoogleAccountError
from calendars.web import layout
from calendars.web.edge import MemberRequest, member_page
from calendars.web.sidebar import small_month
from calendars.web.views.agenda_view import AGENDA_DAYS, MOST_DAYS, agenda_view
from calendars.web.views.day_views import day_view, week_view
from calendars.web.views.live import LiveView, answer
from calendars.web.views.month_view import month_dates, month_view
from calendars.web.views.shell import today_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from accounts.models import Member

_NUMBER = re.compile("[0-9]{1,3}")
VIEWS: Final[dict[str, Callable[..., LiveView]]] = {
    "calendar-day": day_view,
    "calendar-week": week_view,
    "calendar-month": month_view,
    "calendar-agenda": agenda_view,
}


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    """Today, in the view that the member likes to meet first."""
    chosen = request.user.default_view or (
        CalendarView.AGENDA if _on_phone(request) else CalendarView.WEEK
    )
    return redirect(f"calendar-{chosen}", day=today_of(request.user, timezone.now()))


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
        shown=shown_dates(name, at, member=request.user),
        today=today_of(request.user, timezone.now()),
        member=request.user,
    )
    return render(request, "calendar/_small_month.html", {"month": context})


def shown_dates(
    view_name: str, day: dt.date, *, member: Member, query: Mapping[str, str] | None = None
) -> tuple[dt.date, dt.date]:
    """First and last date of a view of ``day``, at an address with this query."""
    if view_name == "calendar-month":
        return month_dates(day, member=member)
    if view_name == "calendar-week":
        first = layout.week_of(day, week_start=member.week_start)
        return first, first + dt.timedelta(days=6)
    days = _days_asked(query or {}) if view_name == "calendar-agenda" else 1
    return day, day + dt.timedelta(days=days - 1)


def view_of(
    view_name: str, day: dt.date, *, member: Member, query: Mapping[str, str], now: dt.datetime
) -> LiveView:
    """The view at an address with this query."""
    options = {"days": _days_asked(query)} if view_name == "calendar-agenda" else {}
    return VIEWS[view_name](member=member, day=day, now=now, **options)


def _span_page(request: MemberRequest, view_name: str, day: dt.date) -> HttpResponse:
    now = timezone.now()
    try:
        view = view_of(view_name, day, member=request.user, query=request.GET.dict(), now=now)
    except NoGoogleAccountError:
        return render(request, "calendar/empty.html")
    return answer(request, view)


def _on_phone(request: MemberRequest) -> bool:
    hint = request.headers.get("Sec-CH-UA-Mobile")
    return hint == "?1" if hint else "Mobi" in request.headers.get("User-Agent", "")


def _days_asked(query: Mapping[str, str]) -> int:
    asked = _NUMBER.fullmatch(query.get("days", ""))
    return min(max(int(asked[0]), AGENDA_DAYS), MOST_DAYS) if asked else AGENDA_DAYS
