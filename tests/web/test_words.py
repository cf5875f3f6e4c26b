"""Days and times in words."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from calendars.web.words import Reader, clock_face, days_title, place_of, zone_letters
from tests.web.test_layout import all_day, timed

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
MONDAY = dt.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("hour", "minute", "twelve", "text"),
    [
        (0, 0, False, "00:00"),
        (0, 0, True, "12 am"),
        (9, 5, True, "9:05 am"),
        (12, 0, True, "12 pm"),
        (23, 59, True, "11:59 pm"),
        (23, 59, False, "23:59"),
    ],
)
def test_a_clock_is_read_as_the_member_likes(
    hour: int, minute: int, twelve: bool, text: str
) -> None:
    assert clock_face(hour, minute, twelve) == text


def test_the_same_event_is_read_in_each_readers_zone() -> None:
    item = timed("10:00", "11:00", day=MONDAY)
    assert Reader(BERLIN).when(item) == "10:00 – 11:00"  # noqa: RUF001
    assert Reader(LORD_HOWE, twelve=True).when(item) == "8 pm – 9 pm"  # noqa: RUF001


def test_an_event_over_midnight_names_both_days() -> None:
    item = timed("10:00", "16:00", day=MONDAY)
    assert Reader(LORD_HOWE).when(item) == "9 Mar 20:00 – 10 Mar 02:00"  # noqa: RUF001


def test_whole_days_are_named_if_there_are_several() -> None:
    assert Reader(BERLIN).when(all_day("2026-03-09", "2026-03-10")) == "All day"
    assert Reader(BERLIN).when(all_day("2026-03-09", "2026-03-12")) == "9 Mar – 11 Mar"  # noqa: RUF001


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        (dt.date(2026, 3, 9), dt.date(2026, 3, 9), "Mon 9 Mar 2026"),
        (dt.date(2026, 3, 9), dt.date(2026, 3, 15), "9 – 15 Mar 2026"),  # noqa: RUF001
        (dt.date(2026, 3, 30), dt.date(2026, 4, 5), "30 Mar – 5 Apr 2026"),  # noqa: RUF001
        (dt.date(2026, 12, 28), dt.date(2027, 1, 3), "28 Dec 2026 – 3 Jan 2027"),  # noqa: RUF001
    ],
)
def test_a_title_says_no_more_than_it_has_to(first: dt.date, last: dt.date, title: str) -> None:
    assert days_title(first, last) == title


def test_a_zone_has_letters_or_its_offset_and_a_place() -> None:
    assert (zone_letters(BERLIN, MONDAY), place_of(BERLIN)) == ("CET", "Berlin")
    assert (zone_letters(LORD_HOWE, MONDAY), place_of(LORD_HOWE)) == ("+11", "Lord Howe")
    assert zone_letters(LORD_HOWE, dt.date(2026, 7, 1)) == "+10:30"
