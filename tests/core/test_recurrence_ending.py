"""When a series is over: never too early, and not much too late."""

from __future__ import annotations

from typing import Any

import pytest

from calendars.recurrence import ends_at
from tests.core.series import all_day, occurrences, timed

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize(
    "series",
    [
        timed("2026-03-20T10:00", "RRULE:FREQ=WEEKLY;COUNT=6", zone=BERLIN),
        timed("2026-10-20T23:30", "RRULE:FREQ=DAILY;UNTIL=20261031T223000Z", zone=BERLIN),
        timed("2026-03-20T10:00", "RRULE:FREQ=DAILY;UNTIL=20260401", zone=NEW_YORK, minutes=3_000),
        timed("2026-03-20T10:00", "RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260501T100000Z", zone="UTC"),
        timed("2026-03-20T10:00", "RDATE;TZID=Asia/Tokyo:20260501T100000", zone=BERLIN),
        timed("2026-03-20T10:00", "RRULE:FREQ=DAILY;UNTIL=20250101", zone=BERLIN),
        all_day("2026-03-20", "RRULE:FREQ=MONTHLY;COUNT=3", days=2),
        all_day("2026-03-20", "RRULE:FREQ=YEARLY;UNTIL=20300320"),
        all_day("2026-03-20", "RDATE;VALUE=DATE:20260501,20260401", days=4),
    ],
)
def test_it_is_not_before_the_last_occurrence_and_at_most_three_days_after(
    series: dict[str, Any], zone: str
) -> None:
    over = ends_at(series, calendar_zone=zone)
    assert over is not None
    found = occurrences(series, zone=zone)
    assert all(each.span.end <= over for each in found)
    assert not found or over - found[-1].span.end <= 3 * 86_400


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=DAILY"],
        ["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=YEARLY"],
        ["RRULE:FREQ=DAILY;COUNT=100000"],
    ],
)
def test_a_rule_without_end_or_with_a_huge_count_goes_on(lines: list[str]) -> None:
    assert ends_at(timed("2026-03-20T10:00", *lines, zone=BERLIN), calendar_zone=BERLIN) is None


@pytest.mark.parametrize("resource", [{}, {"recurrence": ["nonsense"]}, {"start": {"date": "x"}}])
def test_what_is_no_series_is_never_over(resource: dict[str, Any]) -> None:
    assert ends_at(resource, calendar_zone=BERLIN) is None
