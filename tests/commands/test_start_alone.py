"""A start without an end moves the event: it lasts as long as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError
from tests.commands.acting import BERLIN, FOURTH, SECOND, WEEKLY, change, listed, timed
from tests.factories import cached

if TYPE_CHECKING:
    from calendars.models import Calendar

NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
LUNCH: dict[str, Any] = {
    "id": "lunch",
    **timed("2026-03-11T12:00:00+01:00", "2026-03-11T13:30:00+01:00"),
}
FAIR = {"id": "fair", "start": {"date": "2026-03-12"}, "end": {"date": "2026-03-15"}}


def times(event: dict[str, Any]) -> tuple[str, str]:
    start, end = (event[edge].get("dateTime") or event[edge]["date"] for edge in ("start", "end"))
    return start, end


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        (BERLIN, "2026-03-11T16:00:00", "2026-03-11T17:30:00+01:00"),
        (BERLIN, "2026-03-11T12:30:00", "2026-03-11T14:00:00+01:00"),
        (BERLIN, "2026-03-09T23:00:00", "2026-03-10T00:30:00+01:00"),
        (NEW_YORK, "2026-03-11T16:00:00", "2026-03-11T17:30:00-04:00"),
        # The nights in which an hour is skipped or comes twice: the time it takes is kept
        (BERLIN, "2026-03-29T01:00:00", "2026-03-29T03:30:00+02:00"),
        (NEW_YORK, "2026-03-08T01:00:00", "2026-03-08T03:30:00-04:00"),
        (BERLIN, "2026-10-25T01:45:00", "2026-10-25T02:15:00+01:00"),
        (NEW_YORK, "2026-11-01T00:45:00", "2026-11-01T01:15:00-05:00"),
    ],
)
def test_a_timed_event_takes_the_same_time(
    alices_calendar: Calendar, zone: str, start: str, end: str
) -> None:
    alices_calendar.time_zone = zone
    alices_calendar.save()
    cached(alices_calendar, LUNCH)
    assert times(change(alices_calendar, "lunch", start=start).event)[1] == end


@pytest.mark.parametrize("start", ["2026-03-02", "2026-03-13", "2026-03-27", "2026-10-24"])
def test_an_all_day_event_lasts_as_many_days(alices_calendar: Calendar, start: str) -> None:
    cached(alices_calendar, FAIR)
    event = change(alices_calendar, "fair", start=start).event
    assert event["start"] == {"date": start}
    assert int(event["end"]["date"][-2:]) == int(start[-2:]) + 3


def test_the_end_goes_to_the_zone_of_the_start(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    event = change(alices_calendar, "lunch", start="2026-03-12T09:00:00", timezone=TOKYO).event
    assert event["end"] == {"dateTime": "2026-03-12T02:30:00+01:00", "timeZone": TOKYO}


def test_a_journey_still_ends_in_the_zone_it_goes_to(alices_calendar: Calendar) -> None:
    landing = {"dateTime": "2026-03-11T20:00:00+01:00", "timeZone": NEW_YORK}
    cached(alices_calendar, {**LUNCH, "end": landing})
    event = change(alices_calendar, "lunch", start="2026-03-12T12:00:00").event
    assert event["end"] == {"dateTime": "2026-03-12T20:00:00+01:00", "timeZone": NEW_YORK}


def test_an_offset_says_when_and_leaves_the_zone_of_the_event(alices_calendar: Calendar) -> None:
    times_there = timed("2026-03-11T17:00:00+01:00", "2026-03-11T18:00:00+01:00", NEW_YORK)
    cached(alices_calendar, {**WEEKLY, **times_there})
    change(alices_calendar, "weekly", scope=Scope.SERIES, start="2026-03-11T13:00:00-04:00")
    # Europe changes its clocks two weeks later: with the zone of New York it is an hour later then.
    starts = [times(event)[0] for event in listed(alices_calendar)]
    assert starts[2:4] == ["2026-03-25T18:00:00+01:00", "2026-04-01T19:00:00+02:00"]


@pytest.mark.parametrize("scope", list(Scope))
def test_of_a_recurring_event_it_means_each_occurrence_of_the_scope(
    alices_calendar: Calendar, scope: Scope
) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, FOURTH, scope=scope, start="2026-04-01T15:00:00")
    moved = {
        event["start"]["dateTime"][:10]
        for event in listed(alices_calendar)
        if "T15:00:00" in event["start"]["dateTime"] and "T16:00:00" in event["end"]["dateTime"]
    }
    later = ["2026-04-01", "2026-04-08", "2026-04-15"]
    expected = {
        Scope.INSTANCE: later[:1],
        Scope.THIS_AND_FOLLOWING: later,
        Scope.SERIES: ["2026-03-11", "2026-03-18", "2026-03-25", *later],
    }
    assert moved == set(expected[scope])


@pytest.mark.parametrize("scope", [Scope.THIS_AND_FOLLOWING, Scope.SERIES])
def test_the_length_of_one_longer_occurrence_is_not_that_of_the_others(
    alices_calendar: Calendar, scope: Scope
) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, SECOND, scope=Scope.INSTANCE, end="2026-03-18T13:00:00")
    change(alices_calendar, SECOND, scope=scope, start="2026-03-18T11:00:00")
    third = next(e for e in listed(alices_calendar) if "03-25" in e["start"]["dateTime"])
    assert times(third) == ("2026-03-25T11:00:00+01:00", "2026-03-25T12:00:00+01:00")


def test_the_same_start_leaves_an_end_of_the_same_request_alone(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", start="2026-03-11T12:00:00", end="2026-03-11T12:15:00")
    queued = change(alices_calendar, "lunch", start="2026-03-11T12:00:00")
    assert queued.unchanged
    assert times(queued.event)[1] == "2026-03-11T12:15:00+01:00"


def test_an_end_alone_moves_nothing(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    queued = change(alices_calendar, "lunch", end="2026-03-11T14:00:00")
    assert queued.operation.payload.keys() == {"end"}
    with pytest.raises(InvalidInputError) as refused:
        change(alices_calendar, "lunch", end="2026-03-11T11:00:00")
    assert refused.value.fields == {"end": "The end is before the start."}
