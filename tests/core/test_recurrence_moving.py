"""A series that moves takes its rules, its ends and its single dates along."""

from __future__ import annotations

from typing import Any

import pytest

from calendars import recurrence
from tests.core.test_recurrence_cutting import BERLIN, NEW_YORK, at, series

WEDNESDAY = at("20260311T090000Z")


def moved(
    *lines: str, to: str, slot: int | str = WEDNESDAY, zone: str = BERLIN, **of: Any
) -> list[str]:
    start = {"dateTime": to, "timeZone": zone} if "T" in to else {"date": to}
    return recurrence.moved_lines(
        series(*lines, **of), slot=slot, start=start, calendar_zone=BERLIN
    )


@pytest.mark.parametrize(
    ("rule", "after"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", "FREQ=WEEKLY;BYDAY=TH"),
        ("FREQ=WEEKLY;BYDAY=SU,WE,FR", "FREQ=WEEKLY;BYDAY=MO,TH,SA"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=TU",
        ),
        ("FREQ=WEEKLY", "FREQ=WEEKLY"),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3"),
        ("FREQ=MONTHLY;BYDAY=2WE", "FREQ=MONTHLY;BYDAY=2TH"),
        ("FREQ=MONTHLY;BYMONTHDAY=11", "FREQ=MONTHLY;BYMONTHDAY=12"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=11", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=12"),
        ("FREQ=YEARLY", "FREQ=YEARLY"),
    ],
)
def test_the_days_of_a_rule_follow(rule: str, after: str) -> None:
    assert moved(f"RRULE:{rule}", to="2026-03-12T10:00:00") == [f"RRULE:{after}"]


def test_the_last_day_of_the_month_and_the_last_friday_are_counted_from_the_end() -> None:
    last = {"slot": at("20260331T080000Z"), "start": "2026-01-31T10:00:00"}
    rules = ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", "RRULE:FREQ=MONTHLY;BYDAY=-1TU")
    assert moved(*rules, to="2026-03-30T10:00:00", **last) == [
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=30",
        "RRULE:FREQ=MONTHLY;BYDAY=-1MO",
    ]


def test_ends_and_single_dates_follow_by_wall_clock() -> None:
    """Before and after the change of clocks on the 29th."""
    assert moved(
        "RRULE:FREQ=WEEKLY;UNTIL=20260415T080000Z",
        "EXDATE;TZID=Europe/Berlin:20260318T100000,20260401T100000",
        "RDATE:20260402T080000Z",
        to="2026-03-11T15:30:00",
    ) == [
        "RRULE:FREQ=WEEKLY;UNTIL=20260415T133000Z",
        "EXDATE:20260318T143000Z,20260401T133000Z",
        "RDATE:20260402T133000Z",
    ]


def test_a_later_time_loses_no_last_occurrence() -> None:
    master = series("RRULE:FREQ=DAILY;UNTIL=20260313T090000Z")
    start = {"dateTime": "2026-03-11T23:30:00", "timeZone": BERLIN}
    lines = recurrence.moved_lines(master, slot=WEDNESDAY, start=start, calendar_zone=BERLIN)
    end = {"dateTime": "2026-03-12T00:30:00", "timeZone": BERLIN}
    after = {"start": start, "end": end, "recurrence": lines}
    found = recurrence.expand(after, window_start=0, window_end=2_000_000_000, calendar_zone=BERLIN)
    assert len(found) == 3


def test_another_zone_keeps_the_dates_that_are_left_out() -> None:
    assert moved(
        "RRULE:FREQ=DAILY", "EXDATE:20260312T090000Z", to="2026-03-11T10:00:00", zone=NEW_YORK
    ) == [
        "RRULE:FREQ=DAILY",
        "EXDATE:20260312T140000Z",
    ]


def test_whole_days_become_times_and_back() -> None:
    assert moved(
        "RRULE:FREQ=DAILY;UNTIL=20260314T090000Z", "EXDATE:20260312T090000Z", to="2026-03-12"
    ) == ["RRULE:FREQ=DAILY;UNTIL=20260315", "EXDATE;VALUE=DATE:20260313"]
    assert moved(
        "RRULE:FREQ=DAILY;UNTIL=20260314",
        "EXDATE;VALUE=DATE:20260312",
        to="2026-03-11T10:00:00",
        slot="2026-03-11",
        start="2026-03-11",
    ) == ["RRULE:FREQ=DAILY;UNTIL=20260314T225959Z", "EXDATE:20260312T090000Z"]


def test_where_nothing_moves_the_lines_stay_as_they_were_written() -> None:
    lines = ["RRULE:FREQ=WEEKLY;byday=we", "EXDATE;TZID=Europe/Berlin:20260318T100000"]
    assert moved(*lines, to="2026-03-11T10:00:00+01:00") == lines


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=11,20",
        "FREQ=YEARLY;BYYEARDAY=70",
        "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=11",
        "FREQ=DAILY;BYMONTH=3",
    ],
)
def test_a_rule_that_names_several_days_asks_for_a_new_one(rule: str) -> None:
    with pytest.raises(recurrence.RecurrenceError, match="new rule"):
        moved(f"RRULE:{rule}", to="2026-03-12T10:00:00")
    assert moved(f"RRULE:{rule}", to="2026-03-11T11:00:00") == [f"RRULE:{rule}"]
