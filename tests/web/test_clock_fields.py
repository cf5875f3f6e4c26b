"""Times of day in forms: as the member's clock shows them, however they are typed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import OutboxOperation
from calendars.web.clock_field import read_clock
from tests.factories import cached
from tests.web.test_event_pages import EVENT, NEW, form, only_operation, stand_up

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import Member
    from calendars.models import Calendar

READ: dict[str, str | None] = {
    "9": "09:00",
    "21": "21:00",
    "0": "00:00",
    "9:30": "09:30",
    "9.30": "09:30",
    "9h30": "09:30",
    "9h": "09:00",
    "930": "09:30",
    "2130": "21:30",
    " 09:30:00 ": "09:30",
    "9pm": "21:00",
    "9 PM": "21:00",
    "9:30 p.m.": "21:30",
    "9p": "21:00",
    "12 am": "00:00",
    "12:15a": "00:15",
    "12pm": "12:00",
    "24": None,
    "13 pm": None,
    "0am": None,
    "9:3": None,
    "9:60": None,
    "soon": None,
    "": None,
    "٩": None,
}
"""What people type, and what it means."""


@pytest.fixture
def twelve(alice: Member) -> None:
    alice.hour_format = "12"
    alice.save()


class TestReading:
    @pytest.mark.parametrize(("text", "meant"), READ.items())
    def test_a_time_is_read_however_it_is_typed(self, text: str, meant: str | None) -> None:
        assert read_clock(text) == (dt.time.fromisoformat(meant) if meant else None)

    @pytest.mark.parametrize(
        ("text", "meant"),
        [("3", 15), ("1", 13), ("2 am", 2), ("12", 12), ("15", 15), ("11:00", 23)],
    )
    def test_without_am_or_pm_it_is_the_half_of_the_day_that_comes_after(
        self, text: str, meant: int
    ) -> None:
        start = dt.time(11, 30) if text in ("12", "11:00") else dt.time(13)
        assert read_clock(text, after=start) == dt.time(meant)


@pytest.mark.usefixtures("alices_calendar")
class TestForms:
    def times(self) -> list[str]:
        payload: dict[str, Any] = only_operation().payload
        return [payload[edge]["dateTime"][:16] for edge in ("start", "end")]

    def test_a_new_event_takes_times_as_they_are_typed(self, alices: Client) -> None:
        alices.post(NEW, form(start_time="1430", end_time="3.15 pm"))
        assert self.times() == ["2026-03-12T14:30", "2026-03-12T15:15"]

    @pytest.mark.usefixtures("twelve")
    def test_who_counts_to_twelve_need_not_say_pm_twice(self, alices: Client) -> None:
        alices.post(NEW, form(start_time="1:30 pm", end_time="3"))
        assert self.times() == ["2026-03-12T13:30", "2026-03-12T15:00"]

    def test_who_counts_to_twenty_four_says_so(self, alices: Client) -> None:
        answer = alices.post(NEW, form(start_time="13:30", end_time="3"))
        assert answer.status_code == 422
        assert not OutboxOperation.objects.exists()

    def test_what_is_no_time_is_refused_with_an_example(self, alices: Client) -> None:
        answer = alices.post(NEW, form(start_time="soon"))
        assert "Write a time such as 9:30, 930 or 9 pm." in answer.text
        assert 'value="soon"' in answer.text

    @pytest.mark.parametrize(
        ("hour_format", "shown"), [("24", ("10:00", "11:00")), ("12", ("10 am", "11 am"))]
    )
    def test_a_form_shows_times_as_the_member_reads_them(
        self,
        alices: Client,
        alice: Member,
        alices_calendar: Calendar,
        hour_format: str,
        shown: tuple[str, str],
    ) -> None:
        alice.hour_format = hour_format
        alice.save()
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        page = alices.get(EVENT).text
        for name, clock in zip(("start_time", "end_time"), shown, strict=True):
            assert f'name="{name}" value="{clock}"' in page
        assert 'type="time"' not in page

    @pytest.mark.usefixtures("twelve")
    def test_the_same_time_in_other_words_is_no_change(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        alices.post(EVENT, stand_up(start_time="10 am", end_time="11:00", location="Room 1"))
        assert only_operation().payload == {"location": "Room 1"}

    def test_the_weekday_stands_beside_the_date(self, alices: Client) -> None:
        page = alices.get(f"{NEW}?start=2026-03-12T09:00&end=2026-03-13T10:00").text
        assert "Thursday 12 March" in page
        assert "Friday 13 March" in page

    @pytest.mark.usefixtures("twelve")
    def test_working_hours_are_written_the_same_way(self, alices: Client, alice: Member) -> None:
        page = alices.get("/settings/profile/").text
        assert 'name="working_day_start" value="9 am"' in page
