"""Busy, free, and not known."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from calendars.errors import InvalidInputError, NoGoogleAccountError
from calendars.queries.availability import availability, freebusy
from tests.commands.acting import WEEKLY, remove, timed
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar

DAY = dt.timedelta(days=1)
WEDNESDAY = dt.datetime(2026, 3, 10, 23, tzinfo=dt.UTC)
HERS = "alice@example.test"


def ask(member: Member, **question: Any) -> dict[str, Any]:
    span = {"time_min": WEDNESDAY, "time_max": WEDNESDAY + DAY}
    return availability(member=member, now=NOW, **{**span, **question}).body


def spans(printed: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(span["start"][5:16], span["end"][5:16]) for span in printed]


def event(name: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    times = timed(f"2026-03-11T{start}:00+01:00", f"2026-03-11T{end}:00+01:00")
    return {"id": name, **times, **more}


def test_busy_spans_are_merged_and_the_rest_is_free(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)  # 10 to 11
    cached(alices_calendar, event("next", "11:00", "11:30"))
    cached(CalendarFactory(account=alices_calendar.account), event("inside", "10:15", "10:45"))
    answer = ask(alice)
    assert answer["busy"] == [
        {"start": "2026-03-11T10:00:00+01:00", "end": "2026-03-11T11:30:00+01:00"}
    ]
    assert spans(answer["free"]) == [
        ("03-11T00:00", "03-11T10:00"),
        ("03-11T11:30", "03-12T00:00"),
    ]
    assert answer["unknown"] == []
    assert answer["metadata"]["coverage"]["complete"] is True


def test_the_same_span_for_a_member_in_new_york(bob: Member, bobs_calendar: Calendar) -> None:
    cached(bobs_calendar, event("ten", "10:00", "11:00"))
    answer = freebusy(member=bob, time_min=WEDNESDAY, time_max=WEDNESDAY + DAY, now=NOW).body
    assert answer["time_zone"] == "America/New_York"
    assert answer["calendars"]["bob@example.test"]["busy"] == [
        {"start": "2026-03-11T05:00:00-04:00", "end": "2026-03-11T06:00:00-04:00"}
    ]


def test_what_takes_no_time_leaves_the_day_free(alice: Member, alices_calendar: Calendar) -> None:
    cached(alices_calendar, event("ten", "10:00", "11:00", transparency="transparent"))
    cached(alices_calendar, event("nine", "09:00", "10:00", eventType="workingLocation"))
    assert ask(alice)["busy"] == []


@pytest.mark.parametrize(
    ("transparency", "busy"),
    [("opaque", [("03-11T00:00", "03-12T00:00")]), ("transparent", [])],
)
def test_a_whole_day_is_busy_only_if_the_event_is_opaque(
    alice: Member,
    alices_calendar: Calendar,
    transparency: str,
    busy: list[tuple[str, str]],
) -> None:
    days = {"start": {"date": "2026-03-11"}, "end": {"date": "2026-03-12"}}
    cached(alices_calendar, {"id": "day", **days, "transparency": transparency})
    assert spans(ask(alice)["busy"]) == busy


def test_free_time_can_be_kept_to_working_hours_over_a_change_of_clocks(
    alice: Member, alices_calendar: Calendar
) -> None:
    """Friday to Monday: Berlin's clocks go forward in the night to Sunday, 29 March."""
    friday = dt.datetime(2026, 3, 26, 23, tzinfo=dt.UTC)
    times = timed("2026-03-27T09:30:00+01:00", "2026-03-27T12:00:00+01:00")
    cached(alices_calendar, {"id": "friday", **times})
    asked = {"time_min": friday, "time_max": friday + 4 * DAY, "working_hours_only": True}
    assert spans(ask(alice, **asked)["free"]) == [
        ("03-27T09:00", "03-27T09:30"),
        ("03-27T12:00", "03-27T17:00"),
        ("03-30T09:00", "03-30T17:00"),
    ]
    assert spans(ask(alice, **asked, at_least_minutes=31)["free"])[0] == (
        "03-27T12:00",
        "03-27T17:00",
    )


def test_a_deleted_event_takes_no_time_at_once(alice: Member, alices_calendar: Calendar) -> None:
    cached(alices_calendar, event("ten", "10:00", "11:00"))
    remove(alices_calendar, "ten")
    assert ask(alice)["busy"] == []


def test_busy_time_is_clipped_to_the_span(alice: Member, alices_calendar: Calendar) -> None:
    cached(alices_calendar, event("leave", "00:00", "23:00"))
    asked = {"time_min": WEDNESDAY + DAY / 2, "time_max": WEDNESDAY + 0.75 * DAY}
    assert spans(ask(alice, **asked)["busy"]) == [("03-11T12:00", "03-11T18:00")]


def test_beyond_the_window_nothing_is_free_and_known_series_are_busy(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {**WEEKLY, "recurrence": ["RRULE:FREQ=WEEKLY"]})
    start = dt.datetime(2026, 6, 16, 22, tzinfo=dt.UTC)
    answer = ask(alice, time_min=start, time_max=start + DAY)
    assert spans(answer["busy"]) == [("06-17T10:00", "06-17T11:00")]
    assert answer["free"] == []
    assert spans(answer["unknown"]) == [
        ("06-17T00:00", "06-17T10:00"),
        ("06-17T11:00", "06-18T00:00"),
    ]


def test_a_calendar_that_is_not_mine_is_unknown_and_never_free(
    alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    question = {"calendar_ids": ["primary", "bob@example.test"]}
    answer = ask(alice, **question)
    assert (answer["free"], answer["unknown_calendars"]) == ([], ["bob@example.test"])
    each = freebusy(
        member=alice, time_min=WEDNESDAY, time_max=WEDNESDAY + DAY, now=NOW, **question
    ).body["calendars"]
    assert spans(each["bob@example.test"]["unknown"]) == [("03-11T00:00", "03-12T00:00")]
    assert each["bob@example.test"]["errors"] == [{"reason": "notFound"}]
    assert each["primary"] == {"busy": [], "unknown": []}


def test_a_year_and_a_day_is_the_longest_span(alice: Member, alices_calendar: Calendar) -> None:
    ask(alice, time_max=WEDNESDAY + 366 * DAY)
    with pytest.raises(InvalidInputError):
        ask(alice, time_max=WEDNESDAY + 367 * DAY)


def test_without_an_account_nothing_is_known(charlie: Member) -> None:
    with pytest.raises(NoGoogleAccountError):
        ask(charlie)
