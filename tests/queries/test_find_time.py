"""Finding a time with colleagues and people outside, from what the cache knows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from calendars.errors import InvalidInputError, NotFoundError
from calendars.free_time.hours import WorkingHours
from calendars.free_time.ranking import HoursRule
from calendars.models import Calendar, OutsideBusy
from calendars.queries.find_time import MeetingQuestion, find_time
from tests.commands.acting import timed
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from accounts.models import Member

CAROL = "carol@elsewhere.test"
DAY = dt.timedelta(days=1)
WEDNESDAY = dt.datetime(2026, 3, 10, 23, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def team(alices_calendar: Calendar, bobs_calendar: Calendar) -> None:
    """Alice works in Berlin, Bob in New York; from 14 to 17 in Berlin both do."""


def ask(member: Member, **question: Any) -> dict[str, Any]:
    asked = {"time_min": WEDNESDAY, "time_max": WEDNESDAY + DAY, "duration_minutes": 60, **question}
    return find_time(member=member, question=MeetingQuestion(**asked), now=NOW).body


def starts(answer: dict[str, Any]) -> list[str]:
    return [slot["start"][11:16] for slot in answer["slots"]]


def reasons(slot: dict[str, Any]) -> list[str]:
    return [reason["text"] for reason in slot["reasons"]]


def test_slots_lie_where_both_work_each_in_the_own_zone(
    alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    cached(bobs_calendar, {"id": "a", **timed("2026-03-11T15:00:00Z", "2026-03-11T15:15:00Z")})
    answer = ask(alice, people=["bob"])
    assert starts(answer) == ["14:30"]
    assert answer["slots"][0]["end"] == "2026-03-11T15:30:00+01:00"
    assert reasons(answer["slots"][0]) == ["Everyone is free."]
    people = answer["people"]
    assert people["bob"]["working_hours"] == {
        "time_zone": "America/New_York",
        "days": [0, 1, 2, 3, 4],
        "start": "09:00",
        "end": "17:00",
    }
    assert (people["alice"]["kind"], people["alice"]["required"]) == ("me", True)


def test_the_same_question_from_new_york(bob: Member) -> None:
    answer = ask(bob, people=["alice@example.test"])
    assert answer["slots"][0]["start"] == "2026-03-11T09:30:00-04:00"


def test_optional_people_are_named_where_they_are_busy(
    alice: Member, bobs_calendar: Calendar
) -> None:
    cached(bobs_calendar, {"id": "a", **timed("2026-03-11T07:00:00Z", "2026-03-11T17:00:00Z")})
    slot = ask(alice, optional_people=["bob"])["slots"][0]
    assert reasons(slot) == [
        "Everyone who has to be there is free.",
        "Bob, optional, is busy.",
    ]
    assert slot["reasons"][1] == {
        "code": "optional_busy",
        "text": "Bob, optional, is busy.",
        "people": ["bob"],
    }


def test_of_somebody_outside_nothing_is_promised_before_google_has_told(alice: Member) -> None:
    answer = ask(alice, people=[CAROL, "nobody"])
    assert answer["people"][CAROL]["asking"]
    slot = answer["slots"][0]
    assert slot["unknown"] == [CAROL, "nobody"]
    assert reasons(slot)[0] == f"It is not known whether {CAROL} and nobody are free."
    assert "everyone_free" not in {
        reason["code"] for slot in answer["slots"] for reason in slot["reasons"]
    }


def test_what_google_told_counts_and_their_hours_can_be_given(alice: Member) -> None:
    OutsideBusy.objects.create(
        account=alice.google_accounts.get(),
        address=CAROL,
        wanted_start=WEDNESDAY - DAY,
        wanted_end=WEDNESDAY + 2 * DAY,
        wanted_at=NOW,
        known_start=WEDNESDAY - DAY,
        known_end=WEDNESDAY + 2 * DAY,
        busy=[[int(WEDNESDAY.timestamp()), int(WEDNESDAY.timestamp()) + 15 * 3_600]],
        fetched_at=NOW,
    )
    chicago = WorkingHours(ZoneInfo("America/Chicago"), frozenset(range(5)), 28_800, 61_200)
    answer = ask(alice, people=[CAROL], hours={CAROL: chicago})
    assert starts(answer) == ["15:00", "16:00"]
    assert answer["people"][CAROL]["working_hours"]["time_zone"] == "America/Chicago"
    assert answer["slots"][0]["unknown"] == []


def test_buffers_count_across_the_ends_of_the_span(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "a", **timed("2026-03-11T11:30:00Z", "2026-03-11T12:00:00Z")})
    noon = dt.datetime(2026, 3, 11, 12, tzinfo=dt.UTC)
    asked = {"time_min": noon, "time_max": noon + dt.timedelta(hours=2)}
    assert starts(ask(alice, **asked, buffer_before_minutes=30)) == ["13:30"]


def test_calendars_that_the_member_owns_and_shows_count_too(
    alice: Member, alices_calendar: Calendar
) -> None:
    team = CalendarFactory(account=alices_calendar.account)
    cached(team, {"id": "a", **timed("2026-03-11T08:00:00Z", "2026-03-11T15:00:00Z")})
    assert starts(ask(alice))[0] == "16:00"
    assert starts(ask(alice, calendar_ids=[]))[0] == "09:30"
    team.selected = False
    team.save(update_fields=["selected"])
    assert starts(ask(alice))[0] == "09:30"


def test_other_calendars_of_the_member_count_when_they_are_named(
    alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    team = CalendarFactory(account=alices_calendar.account, access_role="writer")
    cached(team, {"id": "a", **timed("2026-03-11T08:00:00Z", "2026-03-11T15:00:00Z")})
    assert starts(ask(alice))[0] == "09:30"
    answer = ask(alice, calendar_ids=[team.google_id])
    assert starts(answer) == ["16:00"]
    with pytest.raises(NotFoundError):
        ask(alice, calendar_ids=["bob@example.test"])
    with pytest.raises(InvalidInputError):
        ask(alice, calendar_ids=[team.google_id], people=["bob"], include_me=False)


def test_no_slot_begins_in_the_past(alice: Member) -> None:
    today = NOW.replace(hour=0)
    answer = ask(alice, time_min=today, time_max=today + DAY, limit=50)
    assert min(starts(answer)) >= "10:00"
    with pytest.raises(InvalidInputError) as refused:
        ask(alice, time_min=today - DAY, time_max=today)
    assert list(refused.value.fields) == ["time_max"]


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ({"time_min": WEDNESDAY + 3 * DAY, "time_max": WEDNESDAY + 4 * DAY}, "no_common_hours"),
        ({"duration_minutes": 9 * 60}, "no_common_hours"),
        ({"duration_minutes": 1_440, "working_hours": HoursRule.PREFERRED}, "no_common_time"),
    ],
)
def test_where_there_is_no_slot_the_answer_says_why(
    alice: Member, alices_calendar: Calendar, question: dict[str, Any], problem: str
) -> None:
    cached(alices_calendar, {"id": "a", **timed("2026-03-11T11:30:00Z", "2026-03-11T12:00:00Z")})
    answer = ask(alice, **question)
    assert (answer["slots"], answer["problem"]) == ([], problem)
    assert answer["detail"].endswith(".")


def test_who_is_named_twice_counts_once(alice: Member) -> None:
    answer = ask(alice, people=["alice", "alice@example.test", "bob"], optional_people=["bob"])
    assert list(answer["people"]) == ["alice", "bob"]
    assert answer["people"]["bob"]["required"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"people": [f"p{number}@x.test" for number in range(20)]}, "people"),
        ({"include_me": False}, "people"),
        ({"time_max": WEDNESDAY + 32 * DAY}, "time_max"),
        ({"hours": {"dave": None}}, "hours"),
    ],
)
def test_a_question_out_of_bounds_is_refused_by_name(
    alice: Member, question: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        ask(alice, **question)
    assert list(refused.value.fields) == [field]


def test_a_member_without_an_account_finds_nobody_free(charlie: Member) -> None:
    answer = ask(charlie, people=["bob"])
    assert answer["slots"][0]["unknown"] == ["charlie", "bob"]
