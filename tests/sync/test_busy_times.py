"""Google is asked about people outside by the worker; what it does not tell is never free."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.busy_times import MOST_OPEN, want_times
from calendars.free_time.spans import TimeSpan
from calendars.models import OutsideBusy
from calendars.queries.people import PersonBusy, busy_people
from calendars.sync.core.busy_plan import LONGEST_SECONDS
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World

CAROL, DAVE = "carol@elsewhere.test", "dave@elsewhere.test"
DAY = 86_400
WEDNESDAY = int(dt.datetime(2026, 3, 11, tzinfo=dt.UTC).timestamp())
SPAN = TimeSpan(WEDNESDAY, WEDNESDAY + DAY)
LUNCH = TimeSpan(WEDNESDAY + 9 * 3_600, WEDNESDAY + 10 * 3_600)


@pytest.fixture(autouse=True)
def people(world: World) -> None:
    """Carol lets everybody see when she is busy; Dave nobody."""
    for address in (CAROL, DAVE):
        world.google.add_person(address, time_zone="Europe/Berlin")
        world.google.insert_event(address, world.timed())
    world.google.open_to_all(CAROL, role="freeBusyReader")
    world.sync()


def ask(world: World, *names: str, span: TimeSpan = SPAN) -> list[PersonBusy]:
    """What is known now; the worker is asked for the rest."""
    now = world.clock.now()
    found = busy_people(member=world.member, names=names, span=span, now=now)
    want_times(member=world.member, people=found, span=span, now=now)
    return found


def questions(world: World) -> list[Any]:
    return [each for each in world.google.requests if each.path.endswith("/freeBusy")]


def test_the_next_question_has_the_answer(world: World) -> None:
    (carol,) = ask(world, CAROL)
    assert (carol.busy, carol.unknown, carol.unasked) == ([], [SPAN], True)
    assert questions(world) == []
    assert world.sync().succeeded
    (carol,) = ask(world, CAROL)
    assert (carol.busy, carol.unknown, carol.problem) == ([LUNCH], [], "")
    assert not carol.unasked


def test_who_does_not_show_their_time_is_unknown_and_not_free(world: World) -> None:
    ask(world, CAROL, DAVE, "nobody@nowhere.test")
    world.sync()
    carol, dave, nobody = ask(world, CAROL, DAVE, "nobody@nowhere.test")
    assert carol.busy
    for person in (dave, nobody):
        assert (person.unknown, person.problem) == ([SPAN], "notFound")
    assert len(questions(world)) == 1


def test_a_cycle_without_a_wish_asks_nothing_and_an_answer_is_asked_for_once(world: World) -> None:
    world.sync()
    ask(world, CAROL)
    ask(world, CAROL)
    for _ in range(3):
        world.sync()
        ask(world, CAROL)
    assert len(questions(world)) == 1


def test_an_old_answer_is_asked_for_anew_while_it_serves(world: World) -> None:
    ask(world, CAROL)
    world.sync()
    world.google.insert_event(CAROL, world.timed(hour=15))
    world.clock.advance(dt.timedelta(minutes=10))
    (carol,) = ask(world, CAROL)
    assert (carol.busy, carol.unasked) == ([LUNCH], True)
    world.sync()
    (carol,) = ask(world, CAROL)
    assert len(carol.busy) == 2


def test_nearly_the_same_time_is_the_same_question_and_weeks_add_up(world: World) -> None:
    ask(world, CAROL, span=TimeSpan(WEDNESDAY + 60, WEDNESDAY + DAY - 60))
    world.sync()
    assert ask(world, CAROL)[0].busy == [LUNCH]
    week = TimeSpan(WEDNESDAY + 7 * DAY, WEDNESDAY + 14 * DAY)
    ask(world, CAROL, span=week)
    world.sync()
    assert not ask(world, CAROL, span=week)[0].unasked
    assert not ask(world, CAROL)[0].unasked
    assert len(questions(world)) == 2


def test_more_than_google_tells_at_once_is_cut_and_the_rest_unknown(world: World) -> None:
    year = TimeSpan(WEDNESDAY, WEDNESDAY + 365 * DAY)
    ask(world, CAROL, span=year)
    assert world.sync().succeeded
    (carol,) = ask(world, CAROL, span=year)
    assert carol.busy == [LUNCH]
    assert carol.unknown == [TimeSpan(WEDNESDAY + LONGEST_SECONDS, year.end)]
    assert not carol.unasked


def test_many_people_are_asked_about_in_parts(world: World) -> None:
    ask(world, *(f"p{number}@elsewhere.test" for number in range(60)))
    assert world.sync().succeeded
    assert len(questions(world)) == 2
    assert OutsideBusy.objects.exclude(fetched_at=None).count() == 60


def test_too_many_strangers_at_once_are_not_asked_about(world: World) -> None:
    ask(world, *(f"p{number}@elsewhere.test" for number in range(MOST_OPEN + 1)))
    assert not OutsideBusy.objects.exists()


def test_a_missing_permission_is_a_reason_and_does_not_lose_the_account(world: World) -> None:
    world.google.faults.withhold_scopes(
        ALICE,
        [
            f"https://www.googleapis.com/auth/{name}"
            for name in ("calendar", "calendar.readonly", "calendar.freebusy")
        ]
        + ["https://www.googleapis.com/auth/calendar.events.freebusy"],
    )
    ask(world, CAROL)
    made = world.google.insert_event(ALICE, world.timed())
    assert world.sync().succeeded
    assert made["id"] in world.cached()
    world.account.refresh_from_db()
    assert world.account.status == "connected"
    (carol,) = ask(world, CAROL)
    assert (carol.unknown, carol.problem) == ([SPAN], "scopeMissing")


def test_a_fault_of_googles_leaves_the_wish_open_and_calendars_are_pulled(world: World) -> None:
    ask(world, CAROL)
    made = world.google.insert_event(ALICE, world.timed())
    world.google.faults.fail_next(20, status=503, path_contains="/freeBusy")
    world.sync()
    assert made["id"] in world.cached()
    world.google.faults.clear()
    world.sync()
    assert ask(world, CAROL)[0].busy == [LUNCH]


def test_wishes_of_yesterday_are_forgotten(world: World) -> None:
    ask(world, CAROL)
    world.sync()
    world.clock.advance(dt.timedelta(days=2))
    ask(world, DAVE)
    world.sync()
    assert list(OutsideBusy.objects.values_list("address", flat=True)) == [DAVE]
