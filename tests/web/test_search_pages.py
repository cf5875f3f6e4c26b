"""Searching on the web: as one types, as a page, and what is said where nothing is found."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from calendars.models import CalendarSyncState, LocalStatus
from calendars.web.words import TO
from tests.commands.acting import timed
from tests.factories import NOW, CalendarFactory, cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

PAGE = "/calendar/search/"
PANEL = {**HTMX, "HTTP_HX_TARGET": "search-panel", "HTTP_HX_CURRENT_URL": "http://testserver/x"}


def said(client: Client, q: str, headers: dict[str, Any] | None = None) -> str:
    answer = client.get(PAGE, {"q": q}, **(headers or {}))
    assert answer.status_code == 200
    return answer.content.decode()


def hour(days: float) -> dict[str, Any]:
    begin = NOW + dt.timedelta(days=days)
    return timed(begin.isoformat(), (begin + dt.timedelta(hours=1)).isoformat())


@pytest.mark.parametrize("headers", [{}, {**HTMX, "HTTP_HX_TARGET": "live"}, PANEL])
def test_what_is_found_leads_to_its_event(
    alices: Client, alices_calendar: Calendar, headers: dict[str, Any]
) -> None:
    cached(alices_calendar, {"id": "plan0", "summary": "Budget <plan>"})
    page = said(alices, "budg", headers)
    assert "Budget &lt;plan&gt;" in page
    assert "/calendar/event/alice@example.test/plan0/" in page
    assert "11 Mar, 10:00" in page
    assert ("<html" in page) == (not headers)


def test_over_a_view_what_it_shows_opens_there_and_what_it_does_not_leads_to_its_days(
    alices: Client, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "plan0", "summary": "Budget", **hour(1)})
    cached(alices_calendar, {"id": "plan1", "summary": "Budget again", **hour(14)})
    over_week = {**PANEL, "HTTP_HX_CURRENT_URL": "http://testserver/calendar/week/2026-03-10/"}
    here, away = re.findall(r'<a class="event row[^>]*>', said(alices, "budget", over_week))
    card = "?card=/calendar/event/alice@example.test"
    assert f'href="/calendar/week/2026-03-11/{card}/plan0/"' in here
    assert 'hx-boost="false"' not in here
    assert f'href="/calendar/week/2026-03-24/{card}/plan1/" ' in away
    assert 'hx-boost="false"' in away


def test_the_page_of_the_search_leads_to_the_view_that_the_member_likes(
    alices: Client, alices_calendar: Calendar, alice: Member
) -> None:
    alice.default_view = "month"
    alice.save()
    cached(alices_calendar, {"id": "plan1", "summary": "Budget", **hour(14)})
    page = said(alices, "budget")
    assert 'href="/calendar/month/2026-03-24/?card=/calendar/event/alice@example.test/' in page


def test_a_series_is_found_once_by_the_occurrence_that_comes_next(
    alices: Client, alices_calendar: Calendar
) -> None:
    series = {
        "id": "standup0",
        "summary": "Standup",
        "recurrence": ["RRULE:FREQ=WEEKLY"],
        **hour(-30),
    }
    cached(alices_calendar, series)
    page = said(alices, "standup")
    assert page.count('class="event row') == 1
    assert "15 Mar" in page


def test_badges_stand_beside_what_is_found(alices: Client, alices_calendar: Calendar) -> None:
    event = cached(alices_calendar, {"id": "plan0", "summary": "Budget"})
    type(event).objects.update(local_status=LocalStatus.CONFLICT)
    assert "Conflict" in said(alices, "budget")


def test_it_is_said_which_days_were_searched(
    alices: Client, alices_calendar: Calendar, alices_account: GoogleAccount
) -> None:
    CalendarFactory(account=alices_account)
    page = said(alices, "nothing")
    assert "Nothing found for “nothing”." in page
    assert f"8 Feb 2026{TO}8 Jun 2026 in 2 calendars that you show" in page
    CalendarSyncState.objects.update(window_start=None, window_end=None)
    assert "Not all of it has come from Google yet" in said(alices, "nothing")


def test_an_event_of_another_year_says_so(alices: Client, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "old0", "summary": "Old", **hour(-100)})
    assert "2025" in said(alices, "old")


@pytest.mark.parametrize("q", ["", "  ", "!?", "a " * 30, "\0", "x" * 5000])
def test_what_cannot_be_searched_is_answered_with_a_sentence(
    alices: Client, alices_calendar: Calendar, q: str
) -> None:
    assert "search-said" in said(alices, q)


def test_a_strange_cursor_is_answered_with_a_sentence(
    alices: Client, alices_calendar: Calendar
) -> None:
    answer = alices.get(PAGE, {"q": "plan", "cursor": "x"})
    assert "This cursor is not one that a page gave." in answer.content.decode()


def test_more_is_a_link_to_the_next_page(alices: Client, alices_calendar: Calendar) -> None:
    for number in range(45):
        cached(alices_calendar, {"id": f"plan{number}", "summary": f"Plan {number}"})
    page = said(alices, "plan")
    more = page.partition('<p class="onward"><a class="button" href="')[2].partition('"')[0]
    rest = alices.get(more.replace("&amp;", "&")).content.decode()
    assert page.count('class="event row') == 40
    assert rest.count('class="event row') == 5


def test_nobody_finds_the_events_of_others(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    cached(bobs_calendar, {"id": "secret0", "summary": "Secret"})
    assert "secret0" not in said(alices, "secret")


def test_calendars_that_are_not_shown_are_not_searched(
    alices: Client, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "plan0", "summary": "Plan"})
    alices_calendar.selected = False
    alices_calendar.save()
    assert "All of your calendars are hidden." in said(alices, "plan")


def test_who_has_no_account_yet_is_led_to_connect_one(alices: Client, alice: Member) -> None:
    assert "Connect a Google account" in said(alices, "plan")


@pytest.mark.parametrize("page", ["/calendar/week/2026-03-09/", "/calendar/search/?q=plan"])
def test_from_what_was_found_one_comes_back_to_where_one_searched(
    alices: Client, alices_calendar: Calendar, page: str
) -> None:
    cached(alices_calendar, {"id": "plan0", "summary": "Plan"})
    found = re.search(r'class="event row[^>]* href="([^"]*)"', said(alices, "plan"))
    assert found is not None
    here = {"HTTP_HX_CURRENT_URL": f"http://testserver{page}", "HTTP_HX_TARGET": "dialog-body"}
    card = alices.get(found[1], **HTMX, **here).content.decode()
    assert f"plan0/edit?next={quote(page)}" in card
