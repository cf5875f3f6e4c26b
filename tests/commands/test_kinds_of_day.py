"""Timed to all-day and back: single events, series and single occurrences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError
from tests.commands.acting import BERLIN, SECOND, WEEKLY, change, listed, starts, timed
from tests.factories import cached

if TYPE_CHECKING:
    from calendars.models import Calendar

DAILY: dict[str, Any] = {
    "id": "fair",
    "summary": "Fair",
    "start": {"date": "2026-03-28"},
    "end": {"date": "2026-03-29"},
    "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
}


def test_a_series_becomes_one_of_days_at_the_days_it_was_on(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    queued = change(alices_calendar, "weekly", scope=Scope.SERIES, start="2026-03-11")
    assert queued.operation.payload == {
        "start": {"date": "2026-03-11"},
        "end": {"date": "2026-03-12"},
    }
    assert starts(alices_calendar)[:4] == ["2026-03-11", "2026-03-18", "2026-03-25", "2026-04-01"]


def test_a_series_of_days_becomes_timed_and_keeps_its_hour_when_clocks_change(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, DAILY)
    change(alices_calendar, "fair", scope=Scope.SERIES, start="2026-03-28T09:00:00")
    assert starts(alices_calendar) == [
        "2026-03-28T09:00:00+01:00",
        "2026-03-29T09:00:00+02:00",
        "2026-03-30T09:00:00+02:00",
    ]
    assert listed(alices_calendar)[0]["end"]["dateTime"] == "2026-03-28T10:00:00+01:00"


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York"])
def test_one_occurrence_becomes_a_day_and_the_others_stay_timed(
    alices_calendar: Calendar, zone: str
) -> None:
    cached(
        alices_calendar,
        {**WEEKLY, **timed("2026-03-11T10:00:00+01:00", "2026-03-11T11:00:00+01:00", zone)},
    )
    queued = change(alices_calendar, SECOND, scope=Scope.INSTANCE, start="2026-03-18")
    assert queued.operation.event_id == SECOND
    assert queued.event["originalStartTime"]["dateTime"] == "2026-03-18T10:00:00+01:00"
    assert sorted(starts(alices_calendar))[:3] == [
        "2026-03-11T10:00:00+01:00",
        "2026-03-18",
        "2026-03-25T10:00:00+01:00",
    ]


def test_one_day_of_a_series_of_days_becomes_an_hour(alices_calendar: Calendar) -> None:
    cached(alices_calendar, DAILY)
    queued = change(
        alices_calendar,
        "fair_20260329",
        scope=Scope.INSTANCE,
        start="2026-03-29T02:30:00",
        end="2026-03-29T04:00:00",
    )
    assert queued.event["start"]["dateTime"] == "2026-03-29T03:30:00+02:00"
    assert queued.event["originalStartTime"] == {"date": "2026-03-29"}


def test_a_rule_that_counts_hours_in_its_end_follows_the_new_kind(
    alices_calendar: Calendar,
) -> None:
    cached(
        alices_calendar,
        {**WEEKLY, "recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260325T090000Z"]},
    )
    queued = change(alices_calendar, SECOND, scope=Scope.SERIES, start="2026-03-18")
    assert queued.operation.payload["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260325"]
    assert starts(alices_calendar) == ["2026-03-11", "2026-03-18", "2026-03-25"]


def test_dates_taken_out_or_added_become_times_of_that_day(alices_calendar: Calendar) -> None:
    lines = [*DAILY["recurrence"], "EXDATE;VALUE=DATE:20260329", "RDATE;VALUE=DATE:20260402"]
    cached(alices_calendar, {**DAILY, "recurrence": lines})
    change(alices_calendar, "fair", scope=Scope.SERIES, start="2026-03-28T09:00:00")
    assert starts(alices_calendar) == [
        "2026-03-28T09:00:00+01:00",
        "2026-03-30T09:00:00+02:00",
        "2026-04-02T09:00:00+02:00",
    ]
    change(alices_calendar, "fair", scope=Scope.SERIES, start="2026-03-28")
    assert starts(alices_calendar) == ["2026-03-28", "2026-03-30", "2026-04-02"]


@pytest.mark.parametrize(
    ("zone", "until"), [(BERLIN, "20260330T215959Z"), ("America/New_York", "20260331T035959Z")]
)
def test_a_last_day_becomes_its_last_second_in_the_zone_of_the_event(
    alices_calendar: Calendar, zone: str, until: str
) -> None:
    cached(alices_calendar, {**DAILY, "recurrence": ["RRULE:FREQ=DAILY;UNTIL=20260330"]})
    start = {"dateTime": "2026-03-28T20:00:00", "timeZone": zone}
    queued = change(alices_calendar, "fair", scope=Scope.SERIES, start=start)
    assert queued.operation.payload["recurrence"] == [f"RRULE:FREQ=DAILY;UNTIL={until}"]
    assert len(listed(alices_calendar)) == 3


def test_a_start_and_an_end_of_two_kinds_are_refused(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(InvalidInputError):
        change(
            alices_calendar,
            "weekly",
            scope=Scope.SERIES,
            start="2026-03-11",
            end="2026-03-11T12:00",
        )
