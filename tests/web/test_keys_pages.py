"""What single keys lead to, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from calendars.models import Calendar


def test_the_list_of_keys_is_a_page_and_a_dialog(alices: Client, alices_calendar: Calendar) -> None:
    page = alices.get("/calendar/keys/").content.decode()
    assert "<html" in page
    assert "<kbd>Delete</kbd>" in page
    assert alices.get("/calendar/keys/", **HTMX).headers["HX-Retarget"] == "#dialog-body"


class TestGoingToADate:
    def test_it_is_asked_for_and_then_shown_in_the_same_view(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = alices.get("/calendar/go/?view=calendar-month").content.decode()
        assert 'value="2026-03-10"' in page
        assert 'value="calendar-month"' in page
        answer = alices.get("/calendar/go/?view=calendar-month&day=2027-05-01")
        assert answer.headers["Location"] == "/calendar/month/2027-05-01/"
        answer = alices.get("/calendar/go/?view=calendar-day&day=2027-05-01", **HTMX)
        assert answer.headers["HX-Redirect"] == "/calendar/day/2027-05-01/"

    @pytest.mark.parametrize("query", ["day=&view=x", "day=9999-12-31&view=calendar-day", "day=x"])
    def test_what_is_no_date_is_asked_for_again(
        self, alices: Client, alices_calendar: Calendar, query: str
    ) -> None:
        answer = alices.get(f"/calendar/go/?{query}")
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()


def test_a_sync_is_asked_for_and_the_page_says_so(
    alices: Client, alices_calendar: Calendar
) -> None:
    with mock.patch("calendars.web.views.keys.request_sync") as request_sync:
        answer = alices.post("/calendar/sync", {"next": "/calendar/week/2026-03-11/"}, **HTMX)
    assert request_sync.called
    assert "Google is being asked" in answer.content.decode()
    assert alices.get("/calendar/sync").status_code == 405


def test_a_sync_that_is_switched_off_is_said_to_be(
    alices: Client, alices_calendar: Calendar, settings: Any
) -> None:
    settings.CALENDAR_ENABLED = False
    answer = alices.post("/calendar/sync", {"next": "/calendar/week/2026-03-11/"}, **HTMX)
    assert answer.status_code == 409
    assert "switched off" in answer.content.decode()
