"""When colleagues are busy: seen by the team, spans only, and never free where nothing is known."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from accounts.models import AccountStatus
from calendars.free_time.spans import TimeSpan
from calendars.models import Calendar, CalendarSyncState, OutsideBusy
from calendars.queries.access import (
    busy_calendars_of,
    colleagues_by_name,
    colleagues_of,
    shared_with,
)
from calendars.queries.availability import availability, freebusy
from calendars.queries.people import PersonBusy, busy_people, colleagues
from tests.commands.acting import timed
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory, cached

if TYPE_CHECKING:
    from accounts.models import Member

DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 3, 11, tzinfo=dt.UTC)
SPAN = TimeSpan(int(START.timestamp()), int((START + DAY).timestamp()))
TEN = timed("2026-03-11T10:00:00+01:00", "2026-03-11T11:00:00+01:00")
BUSY_AT_TEN = [TimeSpan(SPAN.start + 9 * 3_600, SPAN.start + 10 * 3_600)]
CAROL = "carol@elsewhere.test"


@pytest.fixture
def team(alice: Member, bob: Member, charlie: Member, alices_calendar: Calendar) -> Member:
    """Alice with an account, Bob with another; Charlie has none."""
    account = GoogleAccountFactory(member=bob, email="bob@example.test")
    calendar = CalendarFactory(account=account, google_id="bob@example.test", primary=True)
    cached(calendar, {"id": "secret", "summary": "Doctor", **TEN})
    return bob


def ask(member: Member, *names: str, span: TimeSpan = SPAN) -> list[PersonBusy]:
    return busy_people(member=member, names=names, span=span, now=NOW)


# Who is a colleague


def test_colleagues_are_members_with_an_account_and_it_is_mutual(
    alice: Member, team: Member, charlie: Member
) -> None:
    assert list(colleagues_of(alice)) == [team]
    assert list(colleagues_of(team)) == [alice]
    assert list(colleagues_of(charlie)) == []
    assert [colleagues_by_name(each) for each in (alice, team, charlie)] == [[team], [alice], []]


@pytest.mark.parametrize("change", ["inactive", "hidden", "disconnected"])
def test_who_left_hides_or_is_disconnected_is_nobody_to_the_others(
    alice: Member, team: Member, change: str
) -> None:
    if change == "disconnected":
        team.google_accounts.update(status=AccountStatus.DISCONNECTED)
    else:
        team.is_active = change != "inactive"
        team.shares_busy_time = change != "hidden"
        team.save()
    (bob,) = ask(alice, "bob")
    assert (bob.kind, bob.busy, bob.unknown, bob.problem) == ("unknown", [], [SPAN], "notFound")
    assert colleagues(member=alice) == []


def test_colleagues_are_listed_with_zone_and_address(alice: Member, team: Member) -> None:
    GoogleAccountFactory(member=team, email="bob@private.test")
    assert colleagues(member=alice) == [
        {
            "username": "bob",
            "display_name": "bob",
            "time_zone": "America/New_York",
            "address": "bob@example.test",
            "shared_calendar_ids": [],
        }
    ]


# What is seen of them


@pytest.mark.parametrize("name", ["bob", "bob@example.test", "Bob@Example.test"])
def test_a_teammate_sees_spans_and_nothing_else(alice: Member, team: Member, name: str) -> None:
    answer = freebusy(
        member=alice, time_min=START, time_max=START + DAY, people=[name], now=NOW
    ).body
    bob = answer["people"][name]
    assert (bob["kind"], bob["time_zone"], bob["errors"]) == ("member", "America/New_York", [])
    assert bob["busy"] == [
        {"start": "2026-03-11T10:00:00+01:00", "end": "2026-03-11T11:00:00+01:00"}
    ]
    assert (bob["unknown"], bob["shared_calendar_ids"]) == ([], [])
    assert answer["calendars"] == {}
    assert "Doctor" not in str(answer)
    assert "secret" not in str(answer)


def test_an_outsider_sees_nothing_and_is_told_what_of_nobody(
    charlie: Member, alice: Member, team: Member
) -> None:
    assert [each.problem for each in ask(charlie, "bob", "nobody")] == ["notFound", "notFound"]
    (address,) = ask(charlie, "bob@example.test")
    assert (address.kind, address.unknown, address.problem) == ("outside", [SPAN], "noAccount")


def test_the_member_is_a_person_too_even_when_hidden(alice: Member, team: Member) -> None:
    team.shares_busy_time = False
    team.save()
    (bob,) = ask(team, "bob")
    assert (bob.kind, bob.busy) == ("me", BUSY_AT_TEN)


@pytest.mark.parametrize(
    ("role", "shared"),
    [("freeBusyReader", False), ("reader", True), ("writer", True)],
)
def test_details_are_seen_only_where_google_shares_the_calendar_with_the_member(
    alice: Member, alices_calendar: Calendar, team: Member, role: str, shared: bool
) -> None:
    CalendarFactory(account=alices_calendar.account, google_id="bob@example.test", access_role=role)
    (bob,) = ask(alice, "bob")
    assert bob.shared_calendar_ids == (["bob@example.test"] if shared else [])
    bobs = busy_calendars_of([team])
    assert shared_with(alice, bobs) == ({"bob@example.test"} if shared else set())


def test_only_primary_calendars_of_all_accounts_say_that_one_is_busy(
    alice: Member, team: Member
) -> None:
    account = GoogleAccountFactory(member=team, email="bob@private.test")
    private = CalendarFactory(account=account, google_id="bob@private.test", primary=True)
    cached(
        private, {"id": "gym", **timed("2026-03-11T11:00:00+01:00", "2026-03-11T12:00:00+01:00")}
    )
    cached(
        CalendarFactory(account=account),
        {"id": "team", **timed("2026-03-11T15:00:00+01:00", "2026-03-11T16:00:00+01:00")},
    )
    (bob,) = ask(alice, "bob")
    assert bob.busy == [TimeSpan(BUSY_AT_TEN[0].start, BUSY_AT_TEN[0].end + 3_600)]
    (address,) = ask(alice, "bob@private.test")
    assert address.kind == "outside", "whose other address it is stays private"


# What is not known


def test_beyond_the_window_a_colleague_is_unknown_and_more_is_wanted(
    alice: Member, team: Member
) -> None:
    later = TimeSpan(SPAN.start + 100 * 86_400, SPAN.end + 100 * 86_400)
    (bob,) = ask(alice, "bob", span=later)
    assert (bob.unknown, [each.google_id for each in bob.uncovered]) == (
        [later],
        ["bob@example.test"],
    )


def test_a_cache_that_was_left_behind_says_busy_but_not_free(alice: Member, team: Member) -> None:
    long_ago = NOW - dt.timedelta(days=2)
    CalendarSyncState.objects.filter(calendar__account__member=team).update(
        last_full_sync_at=long_ago, last_incremental_sync_at=long_ago
    )
    (bob,) = ask(alice, "bob")
    assert (bob.busy, bob.problem) == (BUSY_AT_TEN, "stale")
    assert bob.unknown == [
        TimeSpan(SPAN.start, BUSY_AT_TEN[0].start),
        TimeSpan(BUSY_AT_TEN[0].end, SPAN.end),
    ]


def test_somebody_outside_is_unknown_until_google_has_told(alice: Member, team: Member) -> None:
    (carol,) = ask(alice, CAROL)
    assert (carol.kind, carol.busy, carol.unknown) == ("outside", [], [SPAN])
    assert (carol.unasked, carol.problem) == (True, "")


def told(alice: Member, *, age: dt.timedelta, **more: Any) -> OutsideBusy:
    start, end = START - DAY, START + 2 * DAY
    values = {
        "known_start": start,
        "known_end": end,
        "busy": [[SPAN.start - 50, SPAN.start + 3_600]],
        **more,
    }
    return OutsideBusy.objects.create(
        account=alice.google_accounts.get(),
        address=CAROL,
        wanted_start=start,
        wanted_end=end,
        wanted_at=NOW - age,
        fetched_at=NOW - age,
        **values,
    )


@pytest.mark.parametrize(
    ("age", "known", "unasked"),
    [
        (dt.timedelta(minutes=5), True, False),
        (dt.timedelta(minutes=6), True, True),
        (dt.timedelta(hours=1), True, True),
        (dt.timedelta(minutes=61), False, True),
    ],
)
def test_an_answer_serves_for_an_hour_and_is_asked_for_anew_after_minutes(
    alice: Member, team: Member, age: dt.timedelta, known: bool, unasked: bool
) -> None:
    told(alice, age=age)
    (carol,) = ask(alice, CAROL.title())
    assert carol.busy == ([TimeSpan(SPAN.start, SPAN.start + 3_600)] if known else [])
    assert bool(carol.unknown) is not known
    assert carol.unasked is unasked


def test_what_google_was_not_asked_about_is_unknown(alice: Member, team: Member) -> None:
    told(alice, age=DAY * 0, known_end=START + DAY / 2)
    (carol,) = ask(alice, CAROL)
    assert carol.unknown == [TimeSpan(SPAN.start + 12 * 3_600, SPAN.end)]
    assert carol.unasked


def test_a_refusal_is_unknown_with_its_reason_and_not_asked_again_at_once(
    alice: Member, team: Member
) -> None:
    told(alice, age=DAY * 0, problem="notFound", busy=[])
    (carol,) = ask(alice, CAROL)
    assert (carol.unknown, carol.problem, carol.unasked) == ([SPAN], "notFound", False)


def test_without_the_permission_nobody_outside_is_known_and_google_is_not_asked(
    alice: Member, team: Member
) -> None:
    prefix = "https://www.googleapis.com/auth/calendar."
    alice.google_accounts.update(scopes=[prefix + "events", prefix + "calendarlist.readonly"])
    (carol,) = ask(alice, CAROL)
    assert (carol.unknown, carol.problem, carol.unasked) == ([SPAN], "scopeMissing", False)


def test_what_google_told_one_member_is_not_told_to_another(alice: Member, team: Member) -> None:
    told(alice, age=DAY * 0)
    (carol,) = ask(team, CAROL)
    assert (carol.busy, carol.unknown) == ([], [SPAN])


# Laid over each other


def test_free_is_what_is_free_for_all_and_unknown_is_never_free(
    alice: Member, alices_calendar: Calendar, team: Member
) -> None:
    cached(
        alices_calendar, {"id": "lunch", **timed("2026-03-11T12:00:00Z", "2026-03-11T13:00:00Z")}
    )
    asked = {"member": alice, "time_min": START, "time_max": START + DAY, "now": NOW}
    answer = availability(**asked, people=["bob"]).body
    assert [(each["start"][11:16], each["end"][11:16]) for each in answer["busy"]] == [
        ("10:00", "11:00"),
        ("13:00", "14:00"),
    ]
    assert len(answer["free"]) == 3
    assert availability(**asked, people=["bob", CAROL]).body["free"] == []


def test_one_read_answers_for_all_of_them(
    alice: Member, team: Member, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(9):
        ask(alice, "alice", "bob", CAROL, "nobody")
