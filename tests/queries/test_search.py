"""Search: words at their beginning, anywhere in what a member reads of an event; best first."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError
from calendars.models import CachedEvent, Calendar
from calendars.queries.search import MOST_OF_A_SERIES, search_events
from tests.commands.acting import FOURTH, WEEKLY, change, remove, timed
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from accounts.models import Member

DAY = dt.timedelta(days=1)


def found(member: Member, q: str, **question: Any) -> list[str]:
    page = search_events(member=member, q=q, **{"now": NOW, **question})
    return [json.loads(text)["id"] for text in page.items]


def at(days: float) -> dict[str, Any]:
    """An hour that begins so many days from now, which may be before."""
    begin = NOW + dt.timedelta(days=days)
    return timed(begin.isoformat(), (begin + dt.timedelta(hours=1)).isoformat())


@pytest.mark.parametrize(
    ("q", "holds"),
    [
        ("budget", True),
        ("BUDGET plan", True),
        ("über", True),
        ("uber", True),
        ("ueber", True),
        ("bud pla", True),
        ("attic bob", True),
        ("bob@example.test", True),
        ("budget dinner", False),
        ("udget", False),
        ("confirmed", False),  # Google's own words are not the event's
        ('"numbers"', True),
        ("bold", True),
        ("href", False),
    ],
)
def test_all_words_are_to_be_in_what_a_member_reads(
    alice: Member, alices_calendar: Calendar, q: str, holds: bool
) -> None:
    cached(
        alices_calendar,
        {
            "id": "plan",
            "summary": "Budget planning",
            "description": 'All "numbers" ÜBER all <a href="https://example.test"><b>bo</b>ld</a>',
            "location": "Attic",
            "attendees": [{"email": "bob@example.test", "displayName": "Bob"}],
        },
    )
    assert found(alice, q) == (["plan"] if holds else [])


@pytest.mark.parametrize(
    "q",
    [
        '" OR "1"="1',
        "plan'); DROP TABLE calendars;--",
        "plan* NEAR(budget, 2)",
        "words:plan",
        "-plan +budget ^museum",
        "plan:* & !budget | <->",
        "NOT plan AND",
        "\\' plan",
        "1.plan",
        "plan\u202e",
        "{plan} (((((",
    ],
)
def test_no_language_of_a_database_is_spoken(
    alice: Member, alices_calendar: Calendar, q: str
) -> None:
    cached(alices_calendar, {"id": "plan", "summary": "Budget planning"})
    found(alice, q)
    assert found(alice, "plan") == ["plan"]


@pytest.mark.parametrize(
    "q", ["", "  ", "?!", '"*"', " ".join(f"w{number}" for number in range(21))]
)
def test_a_question_without_words_or_without_end_is_refused(
    alice: Member, alices_calendar: Calendar, q: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        found(alice, q)
    assert list(refused.value.fields) == ["q"]


def test_twenty_words_in_fifty_calendars_can_be_asked_for(alices_calendar: Calendar) -> None:
    account = alices_calendar.account
    for _ in range(49):
        CalendarFactory(account=account)
    last = Calendar.objects.latest("pk")
    words = " ".join(f"mueller{number}" for number in range(20))
    cached(last, {"id": "many", "summary": words})
    assert found(account.member, words) == ["many"]


def test_others_find_nothing_of_mine(
    alice: Member, bob: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    cached(bobs_calendar, {"id": "own", "summary": "Review of reviews"})
    assert found(bob, "review") == ["own"]
    assert "own" not in found(alice, "review")


def test_only_selected_or_named_calendars_are_searched(
    alice: Member, alices_calendar: Calendar
) -> None:
    hidden = CalendarFactory(account=alices_calendar.account, selected=False)
    cached(alices_calendar, {"id": "seen", "summary": "Lunch"})
    cached(hidden, {"id": "hidden", "summary": "Lunch"})
    assert found(alice, "lunch") == ["seen"]
    assert found(alice, "lunch", calendar_ids=[hidden.google_id]) == ["hidden"]


def test_the_nearest_come_first_and_the_past_counts_double(
    alice: Member, alices_calendar: Calendar
) -> None:
    for days in (-5, 9, 20, -1, 0.1, 60):
        cached(alices_calendar, {"id": f"in{days}", "summary": "Dentist"}, **at(days))
    assert found(alice, "dentist") == ["in0.1", "in-1", "in9", "in-5", "in20", "in60"]


def test_a_title_counts_as_ninety_days_nearer(alice: Member, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "notes", "summary": "Lunch", "description": "zoo"}, **at(1))
    cached(alices_calendar, {"id": "near", "summary": "Zoo"}, **at(80))
    cached(alices_calendar, {"id": "far", "summary": "Zoo"}, **at(95))
    assert found(alice, "zoo") == ["near", "notes", "far"]


def test_a_short_page_is_the_beginning_of_a_long_one(
    alice: Member, alices_calendar: Calendar
) -> None:
    """A first page is looked for around the moment of asking; whatever belongs there is found."""
    for days in (-200, -76, -74, -31, -29, 2, 59, 61, 100, 149, 151, 300):
        cached(alices_calendar, {"id": f"title{days}", "summary": "Zoo"}, **at(days))
        cached(alices_calendar, {"id": f"text{days}", "description": "zoo"}, **at(days))
    for begin, end in ((-300, -29), (-300, -31), (-90, 90), (-40, -1), (-31, -29)):
        times = timed(*((NOW + day * DAY).isoformat() for day in (begin, end)))
        cached(alices_calendar, {"id": f"long{begin}{end}", "description": "zoo"}, **times)
    old = timed("2025-11-05T10:00:00+01:00", "2025-11-05T11:00:00+01:00")
    weekly = {"recurrence": ["RRULE:FREQ=WEEKLY"]}
    cached(alices_calendar, {"id": "old", "description": "zoo"}, **old, **weekly)
    whole = found(alice, "zoo", limit=250)
    assert len({each.partition("_")[0] for each in whole}) == 30
    for limit in range(3, 29):
        page = found(alice, "zoo", limit=limit)
        assert limit - MOST_OF_A_SERIES < len(page) <= limit
        assert page == whole[: len(page)]


def test_a_series_is_shown_once_by_its_three_nearest_occurrences(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    cached(alices_calendar, {"id": "later", "summary": "Review"}, **at(40))
    assert found(alice, "review") == [
        "weekly_20260311T090000Z",
        "weekly_20260318T090000Z",
        "weekly_20260325T090000Z",
        "later",
    ]
    late = NOW + 60 * DAY
    assert found(alice, "review", now=late)[0] == "later"
    assert found(alice, "review", now=late)[1:] == [FOURTH, "weekly_20260408T080000Z", LAST]


LAST = "weekly_20260415T080000Z"


def test_exceptions_that_hold_the_words_belong_to_their_series(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, FOURTH, scope=Scope.INSTANCE, description="bring the review notes")
    change(alices_calendar, LAST, scope=Scope.INSTANCE, summary="Party")
    assert len(found(alice, "review")) == 3
    assert found(alice, "notes") == [FOURTH]
    assert found(alice, "party") == [LAST]
    remove(alices_calendar, "weekly", scope=Scope.SERIES)
    for q in ("review", "notes", "party"):
        assert found(alice, q) == []


def test_a_series_whose_exception_is_on_another_page_does_not_come_again(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, LAST, scope=Scope.INSTANCE, description="the review of reviews")
    for days in (2, 3, 4):
        cached(alices_calendar, {"id": f"single{days}", "summary": "Review"}, **at(days))
    seen = all_pages(alice, "review", limit=1)
    assert len(seen) == len(set(seen))
    assert [each for each in seen if each.startswith("single")] == ["single2", "single3", "single4"]


def all_pages(member: Member, q: str, *, limit: int, **question: Any) -> list[str]:
    seen: list[str] = []
    cursor = None
    for number in range(20):
        page = search_events(
            member=member, q=q, limit=limit, cursor=cursor, now=NOW + number * DAY, **question
        )
        assert len(page.items) <= limit
        seen += [json.loads(text)["id"] for text in page.items]
        cursor = page.metadata["next_cursor"]
        if cursor is None:
            return seen
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("limit", [3, 4, 5, 50])
def test_pages_put_together_are_the_whole_though_time_goes_on(
    alice: Member, alices_calendar: Calendar, limit: int
) -> None:
    cached(alices_calendar, WEEKLY)
    for number in range(12):
        words = {"summary": "Review"} if number % 2 else {"description": "review"}
        cached(alices_calendar, {"id": f"e{number}", **words}, **at(number % 5 - 2))
    assert all_pages(alice, "review", limit=limit) == found(alice, "review")


def test_a_span_chooses_what_happens_in_it(alice: Member, alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    cached(alices_calendar, {"id": "before", "summary": "Review"}, **at(-3))
    cached(alices_calendar, {"id": "within", "summary": "Review"}, **at(7))
    begin = dt.datetime(2026, 3, 17, tzinfo=dt.UTC)
    span = {"time_min": begin, "time_max": begin + DAY}
    assert found(alice, "review", **span) == ["within"]
    span = {"time_min": begin, "time_max": begin + 2 * DAY}
    assert set(found(alice, "review", **span)) == {"within", "weekly_20260318T090000Z"}


def test_a_series_is_found_beyond_the_window_too(alice: Member, alices_calendar: Calendar) -> None:
    yearly = {**timed("2020-09-01T10:00:00+02:00", "2020-09-01T11:00:00+02:00"), "id": "yearly"}
    cached(alices_calendar, {**yearly, "summary": "Feast", "recurrence": ["RRULE:FREQ=YEARLY"]})
    page = search_events(member=alice, q="feast", now=NOW)
    assert [json.loads(text)["id"] for text in page.items] == [
        "yearly_20250901T080000Z",
        "yearly_20260901T080000Z",
    ]
    assert page.metadata["coverage"]["complete"] is False


def test_an_all_day_series_is_placed_by_its_dates(alice: Member, alices_calendar: Calendar) -> None:
    days = {"start": {"date": "2026-03-27"}, "end": {"date": "2026-03-28"}}
    series = {"id": "days", "summary": "Fast", "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"], **days}
    cached(alices_calendar, series)
    assert found(alice, "fast") == ["days_20260327", "days_20260328", "days_20260329"]


def test_what_is_deleted_or_changed_is_found_no_more(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "one", "summary": "Lunch"})
    cached(alices_calendar, {"id": "two", "summary": "Lunch"})
    change(alices_calendar, "one", summary="Dinner")
    remove(alices_calendar, "two")
    assert found(alice, "lunch") == []
    assert found(alice, "dinner") == ["one"]
    CachedEvent.objects.all().delete()
    assert found(alice, "dinner") == []


@pytest.mark.parametrize("cursor", ["", "x", "!!", "MQ", "MS4y", "OTk5OTk5OTk5OTk5OTk5OTk5LjEuMQ"])
def test_a_cursor_of_another_kind_is_refused(
    alice: Member, alices_calendar: Calendar, cursor: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        found(alice, "review", cursor=cursor)
    assert list(refused.value.fields) == ["cursor"]
