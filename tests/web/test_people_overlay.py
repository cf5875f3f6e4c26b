"""Colleagues' busy time beside one's own days: spans only, and only of those who agree."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from calendars.models import Calendar
from calendars.web import layout
from tests.factories import cached
from tests.web.conftest import HTMX
from tests.web.test_span_pages import DAY, MONTH, WEEK, text_of

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import Member

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def bobs_meeting(bob: Member, bobs_calendar: Calendar) -> None:
    bob.first_name, bob.last_name = "Bob", "Brown"
    bob.save()
    Calendar.objects.filter(pk=bobs_calendar.pk).update(primary=True)
    cached(bobs_calendar, {"id": "abcde", "summary": "Secret plan", "location": "Cellar"})


def choose(client: Client, *names: str, htmx: bool = True) -> str:
    answer = client.post(
        "/calendar/people", {"people": names, "next": WEEK}, **(HTMX if htmx else {})
    )
    return str(answer.content.decode())


@pytest.mark.usefixtures("alices_calendar", "bobs_meeting")
class TestOverlay:
    def test_a_colleague_who_is_chosen_shows_when_busy_and_nothing_else(
        self, alices: Client
    ) -> None:
        page = choose(alices, "bob")
        assert "Bob Brown is busy, 10:00 – 11:00" in page  # noqa: RUF001
        assert "Secret plan" not in page
        assert "Cellar" not in page
        for address in (WEEK, DAY):
            assert "Bob Brown is busy" in text_of(alices, address)

    def test_who_is_not_chosen_stands_in_the_side_bar_only(self, alices: Client) -> None:
        page = text_of(alices, WEEK)
        assert re.search(r'name="people" value="bob">', page)
        assert "is busy" not in page
        assert 'name="people" value="bob"' in text_of(alices, MONTH)

    def test_who_does_not_share_is_nobody(self, alices: Client, bob: Member) -> None:
        choose(alices, "bob")
        bob.shares_busy_time = False
        bob.save()
        page = text_of(alices, WEEK)
        assert "Bob Brown" not in page

    def test_somebody_without_an_account_has_no_colleagues(
        self, client: Client, charlie: Member
    ) -> None:
        client.force_login(charlie)
        choose(client, "bob")
        charlie.refresh_from_db()
        assert charlie.shown_people == []

    @pytest.mark.parametrize("names", [["alice"], ["nobody"], ["\x00"], [str(n) for n in range(9)]])
    def test_names_that_mean_nobody_change_nothing_and_are_told(
        self, alices: Client, alice: Member, names: list[str]
    ) -> None:
        answer = alices.post("/calendar/people", {"people": names, "next": WEEK}, follow=True)
        assert 'class="message error"' in answer.text
        alice.refresh_from_db()
        assert alice.shown_people == []

    def test_time_that_is_not_known_is_said_to_be_unknown(self, alices: Client) -> None:
        choose(alices, "bob")
        assert "Not known whether Bob Brown is busy" in text_of(alices, "/calendar/day/2027-05-05/")


@pytest.mark.parametrize(
    ("begin", "end", "rows"),
    [
        ("08:00", "09:00", (97, 12)),
        ("08:02", "08:03", (97, 1)),
        ("00:00", "24:00", (1, 288)),
    ],
)
def test_a_span_has_rows_on_a_day(begin: str, end: str, rows: tuple[int, int]) -> None:
    day = dt.date(2026, 3, 11)
    column = layout.day_column([], day=day, zone=BERLIN)

    def instant(clock: str) -> int:
        hours, minutes = clock.split(":")
        return column.start + int(hours) * 3600 + int(minutes) * 60

    assert layout.rows_of(instant(begin), instant(end), column=column) == rows


def test_a_span_of_another_day_has_none() -> None:
    column = layout.day_column([], day=dt.date(2026, 3, 11), zone=BERLIN)
    assert layout.rows_of(column.start - 3600, column.start, column=column) is None
    assert layout.rows_of(column.start - 3600, column.end + 3600, column=column) == (1, 288)
