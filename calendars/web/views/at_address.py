"""Which view an address shows, and of which days."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from django.urls import Resolver404, resolve

from accounts.models import CalendarView
from calendars.web import layout
from calendars.web.addresses import address
from calendars.web.views.agenda_view import AGENDA_DAYS, MOST_DAYS, agenda_view
from calendars.web.views.day_views import day_view, week_view
from calendars.web.views.month_view import month_dates, month_view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accounts.models import Member
    from calendars.web.edge import MemberRequest
    from calendars.web.views.live import LiveView

CARD: Final = "card"
"""Names the card of an event that stands open over a view."""
_NUMBER = re.compile("[0-9]{1,3}")
_VIEWS: Final[dict[str, Callable[..., LiveView]]] = {
    "calendar-day": day_view,
    "calendar-week": week_view,
    "calendar-month": month_view,
    "calendar-agenda": agenda_view,
}


class Here(NamedTuple):
    """A view, the day it is of, and what else its address says."""

    view_name: str
    day: dt.date
    query: Mapping[str, str]


class EventIds(NamedTuple):
    calendar_id: str
    event_id: str


def home_view(request: MemberRequest) -> str:
    """The name of the view that the member likes to meet first, here."""
    chosen = request.user.default_view or (
        CalendarView.AGENDA if _on_phone(request) else CalendarView.WEEK
    )
    return f"calendar-{chosen}"


def view_at(url: str) -> Here | None:
    """The view at an address of this site; None if another page is there."""
    path, query = urlsplit(url)[2:4]
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.url_name not in _VIEWS:
        return None
    return Here(str(match.url_name), match.kwargs["day"], dict(parse_qsl(query)))


def drawn(here: Here, *, member: Member, now: dt.datetime) -> LiveView:
    options = {"days": _days_asked(here.query)} if here.view_name == "calendar-agenda" else {}
    return _VIEWS[here.view_name](member=member, day=here.day, now=now, **options)


def shown_dates(here: Here, *, member: Member) -> tuple[dt.date, dt.date]:
    """First and last date of a view."""
    day = here.day
    if here.view_name == "calendar-month":
        return month_dates(day, member=member)
    if here.view_name == "calendar-week":
        first = layout.week_of(day, week_start=member.week_start)
        return first, first + dt.timedelta(days=6)
    days = _days_asked(here.query) if here.view_name == "calendar-agenda" else 1
    return day, day + dt.timedelta(days=days - 1)


def with_card(view_name: str, day: dt.date, card_url: str) -> str:
    """Where a view of ``day`` has the card of an event open over it."""
    page = address(view_name, day)
    return f"{page}?{CARD}={quote(card_url, safe='/@:')}" if page else card_url


def event_asked(query: Mapping[str, str]) -> EventIds | None:
    """The event whose card an address wants to see, as ``with_card`` made it."""
    try:
        match = resolve(query.get(CARD, ""))
    except Resolver404:
        return None
    return EventIds(**match.kwargs) if match.url_name == "event-card" else None


def _days_asked(query: Mapping[str, str]) -> int:
    asked = _NUMBER.fullmatch(query.get("days", ""))
    return min(max(int(asked[0]), AGENDA_DAYS), MOST_DAYS) if asked else AGENDA_DAYS


def _on_phone(request: MemberRequest) -> bool:
    hint = request.headers.get("Sec-CH-UA-Mobile")
    return hint == "?1" if hint else "Mobi" in request.headers.get("User-Agent", "")
