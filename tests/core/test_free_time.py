"""Spans, what takes time, and working hours over the changes of clocks."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.free_time.busy import takes_time
from calendars.free_time.hours import WorkingHours, working_spans
from calendars.free_time.spans import TimeSpan, clipped, common, merged, without

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WEEKDAYS = frozenset(range(5))
HOUR = 3_600

SPANS = st.builds(
    lambda start, length: TimeSpan(start, start + length),
    st.integers(0, 40),
    st.integers(0, 9),
)


@given(st.lists(SPANS, max_size=12), SPANS)
def test_free_and_busy_share_the_span_out_between_them(
    taken: list[TimeSpan], span: TimeSpan
) -> None:
    def seconds(spans: list[TimeSpan]) -> list[int]:
        return [second for each in spans for second in range(each.start, each.end)]

    busy = merged(taken)
    assert seconds(busy) == sorted({second for each in taken for second in seconds([each])})
    assert all(one.end < other.start for one, other in pairwise(busy))
    left = seconds(without(span, busy))
    assert left == [second for second in seconds([span]) if second not in seconds(busy)]


@given(st.lists(SPANS, max_size=8), st.lists(SPANS, max_size=8), SPANS)
def test_common_time_is_in_both_and_clipped_time_in_the_span(
    one: list[TimeSpan], other: list[TimeSpan], span: TimeSpan
) -> None:
    def seconds(spans: list[TimeSpan]) -> set[int]:
        return {second for each in spans for second in range(each.start, each.end)}

    assert seconds(common(merged(one), merged(other))) == seconds(one) & seconds(other)
    assert seconds(clipped(one, span)) == seconds(one) & seconds([span])


def guest(answer: str, **more: Any) -> dict[str, Any]:
    return {"attendees": [{"email": "a@example.test", "responseStatus": answer, **more}]}


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"status": "tentative"},
        {"eventType": "outOfOffice"},
        {"eventType": "focusTime"},
        {"eventType": "fromGmail"},
        {"start": {"date": "2026-03-11"}},
        guest("needsAction", self=True),
        guest("tentative", self=True),
        guest("accepted", self=True),
        guest("declined"),
        {"attendees": None},
    ],
)
def test_what_takes_time(resource: dict[str, Any]) -> None:
    assert takes_time(resource)


@pytest.mark.parametrize(
    "resource",
    [
        {"status": "cancelled"},
        {"transparency": "transparent"},
        {"transparency": "transparent", "eventType": "outOfOffice"},
        {"eventType": "workingLocation"},
        {"eventType": "birthday"},
        guest("declined", self=True),
    ],
)
def test_what_takes_no_time(resource: dict[str, Any]) -> None:
    assert not takes_time(resource)


def at(zone: ZoneInfo, text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def nine_to_five(zone: ZoneInfo, days: frozenset[int] = WEEKDAYS) -> WorkingHours:
    return WorkingHours(zone, days, 9 * HOUR, 17 * HOUR)


@pytest.mark.parametrize(
    ("zone", "friday", "change"),
    [(BERLIN, "2026-03-27", "2026-03-29"), (NEW_YORK, "2026-10-30", "2026-11-01")],
)
def test_working_hours_are_wall_times_before_and_after_the_clocks_change(
    zone: ZoneInfo, friday: str, change: str
) -> None:
    start = at(zone, friday)
    found = working_spans(nine_to_five(zone), TimeSpan(start, start + 4 * 24 * HOUR))
    monday = (dt.date.fromisoformat(change) + dt.timedelta(days=1)).isoformat()
    assert found == [
        TimeSpan(at(zone, f"{day}T09:00"), at(zone, f"{day}T17:00")) for day in (friday, monday)
    ]
    assert (found[1].start - found[0].start) % (24 * HOUR) != 0


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 5), ("2026-10-25", 7)])
def test_a_shift_over_the_change_is_as_long_as_the_night_is(day: str, hours: int) -> None:
    night = WorkingHours(BERLIN, {6}, 0, 6 * HOUR)
    start = at(BERLIN, day)
    (found,) = working_spans(night, TimeSpan(start, start + 24 * HOUR))
    assert found.end - found.start == hours * HOUR


def test_hours_that_the_span_cuts_are_cut_and_days_off_have_none() -> None:
    monday = at(BERLIN, "2026-03-09")
    span = TimeSpan(monday + 10 * HOUR, monday + 34 * HOUR)
    found = working_spans(nine_to_five(BERLIN), span)
    assert found == [
        TimeSpan(monday + 10 * HOUR, monday + 17 * HOUR),
        TimeSpan(monday + 33 * HOUR, monday + 34 * HOUR),
    ]
    assert working_spans(nine_to_five(BERLIN, frozenset()), span) == []


def test_whole_days_touch_and_become_one() -> None:
    monday = at(BERLIN, "2026-03-09")
    always = WorkingHours(BERLIN, frozenset(range(7)), 0, 24 * HOUR)
    span = TimeSpan(monday, monday + 7 * 24 * HOUR)
    assert working_spans(always, span) == [span]
