"""How an event repeats, as people write it; and the form in which programs send it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings

from calendars.recurrence import (
    RecurrenceError,
    Repeat,
    form_of,
    in_words,
    read_form,
    read_phrase,
)
from tests.core.series import all_day, occurrences, timed
from tests.core.test_recurrence_repeat import BERLIN, NEW_YORK, days, repeating, repeats

START, TODAY = dt.date(2026, 3, 11), dt.date(2026, 3, 1)
WORKDAYS = (0, 1, 2, 3, 4)


def read(text: str, start: dt.date = START, today: dt.date = TODAY) -> Repeat:
    return read_phrase(text, start=start, today=today)


@pytest.mark.parametrize(
    ("text", "repeat"),
    [
        ("daily", Repeat("daily")),
        ("Every other day.", Repeat("daily", 2)),
        ("every 3 days, 4 times", Repeat("daily", 3, count=4)),
        ("weekdays", Repeat("weekly", weekdays=WORKDAYS)),
        ("each weekday", Repeat("weekly", weekdays=WORKDAYS)),
        ("every second week on weekdays", Repeat("weekly", 2, weekdays=WORKDAYS)),
        ("fortnightly", Repeat("weekly", 2)),
        ("every three months", Repeat("monthly", 3)),
        ("every third day for five times", Repeat("daily", 3, count=5)),
        ("every 2nd week on Tuesday", Repeat("weekly", 2, weekdays=(1,))),
        ("every two weeks on Tuesday and Thursday", Repeat("weekly", 2, weekdays=(1, 3))),
        ("on the first Tuesday of every month", Repeat("monthly", nth=1, weekdays=(1,))),
        ("every second  Tuesday", Repeat("weekly", 2, weekdays=(1,))),
        ("Tuesdays and Thursdays", Repeat("weekly", weekdays=(1, 3))),
        ("weekly on mon, wed, and fri", Repeat("weekly", weekdays=(0, 2, 4))),
        ("monthly", Repeat("monthly")),
        ("monthly on the first Monday", Repeat("monthly", nth=1, weekdays=(0,))),
        ("the last Friday of every month", Repeat("monthly", nth=-1, weekdays=(4,))),
        ("every second Tuesday of the month", Repeat("monthly", nth=2, weekdays=(1,))),
        ("monthly on the 15th", Repeat("monthly", day=15)),
        ("every 2 months on the last day", Repeat("monthly", 2, day=-1)),
        ("every year", Repeat("yearly")),
        ("annually on March 11", Repeat("yearly")),
        ("every year on the 11th of march", Repeat("yearly")),
        ("yearly on the second Wednesday of March", Repeat("yearly", nth=2, weekdays=(2,))),
    ],
)
def test_common_phrases_are_understood(text: str, repeat: Repeat) -> None:
    assert read(text) == repeat


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("until 5 May", "2026-05-05"),
        ("until May 5th, 2027", "2027-05-05"),
        ("till the 5th of may 2027", "2027-05-05"),
        ("until 2026-05-05", "2026-05-05"),
        ("until 11 March", "2026-03-11"),
        ("until 10 March", "2027-03-10"),
        ("until 29 Feb", "2028-02-29"),
    ],
)
def test_a_last_day_without_a_year_is_the_next_from_the_start_on(end: str, last: str) -> None:
    assert read(f"daily {end}").until == dt.date.fromisoformat(last)


def test_a_series_that_began_long_ago_ends_in_days_to_come() -> None:
    later = dt.date(2031, 6, 1)
    assert read("weekly until 5 May", today=later).until == dt.date(2032, 5, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now and then",
        "every Tuesday or so",
        "biweekly",
        "every third Friday",
        "every 0 days",
        "every day on Monday",
        "monthly on Monday",
        "monthly on the sixth Monday",
        "monthly on day 32",
        "weekly on the first Monday",
        "daily until 5/5",
        "daily until 31 February",
        "daily until",
        "daily until 5 May 3 times",
        "daily 0 times",
        "yearly on 12 March",
        "yearly on the second Wednesday of April",
        "yearly on the last day of March",
        "RRULE:FREQ=DAILY",
        "day " * 60,
        "every " * 30 + "x",
        "mon " * 49 + "x",
    ],
)
def test_a_phrase_of_which_a_word_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(RecurrenceError) as refused:
        read(text)
    assert "Say for instance: every day, weekdays, " in str(refused.value)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(repeats(), days)
def test_what_is_said_of_a_rule_is_understood_as_that_rule(repeat: Repeat, start: dt.date) -> None:
    series = all_day(start.isoformat())
    said = in_words(repeating(repeat, series), calendar_zone=BERLIN)
    if repeat.until is not None and repeat.until < start:
        return
    read_back = read(said, start=start)
    until = f"{start.year + 12}-01-01"
    assert occurrences(repeating(read_back, series), end=until) == (
        occurrences(repeating(repeat, series), end=until)
    )


@settings(derandomize=True, deadline=None)
@given(repeats())
def test_a_form_comes_back_as_it_was_sent(repeat: Repeat) -> None:
    assert read_form(form_of(repeat)) == repeat


def test_a_form_is_readable() -> None:
    repeat = Repeat("weekly", 2, weekdays=(1,), until=dt.date(2026, 5, 5))
    assert form_of(repeat) == {
        "frequency": "weekly",
        "interval": 2,
        "weekdays": ["tuesday"],
        "until": "2026-05-05",
    }


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ({}, ["frequency"]),
        ({"frequency": "hourly", "interval": 0}, ["frequency", "interval"]),
        ({"frequency": "daily", "interval": True}, ["interval"]),
        ({"frequency": "daily", "interval": 10_000}, ["interval"]),
        ({"frequency": "daily", "count": "3"}, ["count"]),
        ({"frequency": "daily", "until": "5 May"}, ["until"]),
        ({"frequency": "daily", "until": "2026-02-30"}, ["until"]),
        ({"frequency": "daily", "until": "2026-W10-1"}, ["until"]),
        ({"frequency": "daily", "until": "2026-05-05", "count": 3}, ["until", "count"]),
        ({"frequency": "daily", "weekdays": ["monday"]}, ["weekdays"]),
        ({"frequency": "weekly", "weekdays": "monday"}, ["weekdays"]),
        ({"frequency": "weekly", "weekdays": [{}]}, ["weekdays"]),
        ({"frequency": "weekly", "weekdays": ["monday"], "nth": 1}, ["nth"]),
        ({"frequency": "monthly", "weekdays": ["monday", "friday"], "nth": 1}, ["nth"]),
        ({"frequency": "monthly", "nth": 1}, ["nth"]),
        ({"frequency": "monthly", "nth": 0, "weekdays": ["monday"]}, ["nth"]),
        ({"frequency": "monthly", "day": 32}, ["day"]),
        ({"frequency": "yearly", "day": 3}, ["day"]),
        ({"frequency": "daily", "mood\ud800": 1}, ["mood"]),
        ({"frequency": {"$ne": 1}}, ["frequency"]),
    ],
)
def test_a_form_that_cannot_be_is_refused_by_its_parts(
    form: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(RecurrenceError) as refused:
        read_form(form)
    assert all(name in str(refused.value) for name in names)
    assert str(refused.value).isascii()


def test_a_phrase_about_a_timed_series_ends_in_its_zone() -> None:
    series = repeating(read("daily until 5 May"), timed("2026-03-11T22:00", zone=NEW_YORK), BERLIN)
    assert series["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20260506T035959Z"]
