"""Searching: a list under the field of the top bar as one types, and a page of its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from calendars.errors import CalendarError, NoGoogleAccountError
from calendars.queries.search import Found, search_for_page
from calendars.web import layout
from calendars.web.cards import card_of
from calendars.web.edge import MemberRequest, member_page
from calendars.web.views.after import back_url
from calendars.web.views.at_address import home_view, shown_dates, view_at, with_card
from calendars.web.words import TO, reader_of, short_day

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import Member

PANEL: Final = "search-panel"
_ON_A_PAGE: Final = 40
_IN_THE_PANEL: Final = 8
_FRAGMENTS: Final = {PANEL: "calendar/_search_panel.html", "live": "calendar/_search_found.html"}


@require_safe
@member_page
def search(request: MemberRequest) -> HttpResponse:
    """What HTMX asks for depends on where it goes: into the panel of a view, or into the page."""
    q = request.GET.get("q", "").strip()
    target = str(request.htmx.target) if request.htmx else ""
    context = {"q": q, "target": target, **_answer(request, q, target)}
    return render(request, _FRAGMENTS.get(target, "calendar/search.html"), context)


def _answer(request: MemberRequest, q: str, target: str) -> dict[str, Any]:
    if not q:
        return {}
    now = timezone.now()
    try:
        found = search_for_page(
            member=request.user,
            q=q,
            limit=_IN_THE_PANEL if target == PANEL else _ON_A_PAGE,
            cursor=request.GET.get("cursor"),
            now=now,
        )
    except NoGoogleAccountError:
        return {"unconnected": True}
    except CalendarError as error:
        return {"refusal": next(iter(error.fields.values()), error.detail)}
    here = f"{reverse('calendar-search')}?{urlencode({'q': q})}"
    cursor = found.metadata["next_cursor"]
    return {
        "rows": _rows(found, request, now=now, in_panel=target == PANEL),
        "where": _where(found, request.user),
        "searched": bool(found.calendar_count),
        "all_url": here,
        "more_url": f"{here}&{urlencode({'cursor': cursor})}" if cursor else "",
        "goes_on": "cursor" in request.GET,
    }


def _rows(
    found: Found, request: MemberRequest, *, now: dt.datetime, in_panel: bool
) -> list[dict[str, Any]]:
    """What was found, each with where the calendar shows it, its card open.

    From the panel over a view one goes there, unless the view on which one is shows it already.
    """
    member, reader = request.user, reader_of(request.user)
    here = view_at(back_url(request)) if in_panel else None
    view_name = here.view_name if here else home_view(request)
    shown = shown_dates(here, member=member) if here else None
    rows = []
    for each in found.occurrences:
        card = card_of(each, reader=reader, now=now)
        begin, end = layout.dates_of(each, zone=member.zone)
        is_here = shown is None or (begin <= shown[1] and end >= shown[0])
        rows.append(
            {
                "card": card,
                "when": reader.when(each, dated=True),
                "year": _other_year(each.start_ts, now, member),
                "url": with_card(view_name, begin, card.url),
                "leads_away": not is_here,
            }
        )
    return rows


def _other_year(instant: int, now: dt.datetime, member: Member) -> str:
    year = dt.datetime.fromtimestamp(instant, member.zone).year
    return "" if year == now.astimezone(member.zone).year else str(year)


def _where(found: Found, member: Member) -> str:
    """Which days of which calendars an answer is about."""
    number = found.calendar_count
    calendars = "1 calendar that you show" if number == 1 else f"{number} calendars that you show"
    coverage = found.metadata["coverage"]
    if coverage["covered_from"] is None or coverage["covered_to"] is None:
        return f"Searched: what is known of {calendars}. Not all of it has come from Google yet."
    first, last = (
        dt.datetime.fromisoformat(coverage[edge]).astimezone(member.zone).date()
        for edge in ("covered_from", "covered_to")
    )
    return (
        f"Searched: {short_day(first)} {first.year}{TO}{short_day(last)} {last.year} "
        f"in {calendars}. "
        "What lies before and after is not kept here, but for series that go on."
    )
