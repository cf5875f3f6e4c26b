"""Google deletes what is moved between calendars: one question, wherever it was by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calendars.commands.conflicts import resolve
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.models import OutboxOperation
from calendars.queries.outbox import conflicts
from tests.sync.test_moves import LOST, lunch, move_without_an_answer, settle, shown
from tests.sync.world import ALICE, TEAM

if TYPE_CHECKING:
    from tests.sync.world import World

__all__ = ["lunch"]

CHOICES = ["mine", "theirs"]


def decide_the_only_question(world: World, choice: str) -> None:
    for _ in range(3):
        world.sync(insist=True)
    [question] = conflicts(member=world.member)
    assert list(question["choices"]) == ["mine", "theirs"]
    operation = OutboxOperation.objects.get(pk=question["op_id"])
    resolve(actor=world.actor, operation=operation, choice=choice, now=world.clock.now())
    settle(world)
    assert conflicts(member=world.member) == []


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("lost", LOST)
def test_a_move_without_an_answer_asks_once_whether_the_event_is_to_be_made_anew(
    world: World, lunch: str, lost: str, choice: str
) -> None:
    move_without_an_answer(world, lunch, lost)
    world.edit(lunch, calendar_id=TEAM, location="Roof")
    world.google.delete_event(TEAM if lost == "after" else ALICE, lunch)
    decide_the_only_question(world, choice)
    there = [(each["summary"], each["location"]) for each in world.at_google(TEAM).values()]
    assert there == ([("Lunch", "Roof")] if choice == "mine" else [])
    assert (shown(ALICE), world.at_google()) == ([], {})


@pytest.mark.parametrize("choice", CHOICES)
def test_what_is_deleted_before_it_was_seen_to_arrive_is_asked_about_like_any_move(
    world: World, lunch: str, choice: str
) -> None:
    world.move(lunch, TEAM)
    world.edit(lunch, calendar_id=TEAM, location="Roof")
    world.google.faults.fail_next(20, status=503, method="GET", reason="backendError")
    world.sync()
    world.google.faults.clear()
    world.google.delete_event(TEAM, lunch)
    world.clock.sleep(3_600)
    decide_the_only_question(world, choice)
    assert shown(TEAM) == (["Lunch"] if choice == "mine" else [])


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("lost", LOST)
def test_an_event_that_was_to_come_back_is_made_anew_where_it_was_wanted_last(
    world: World, lunch: str, lost: str, choice: str
) -> None:
    move = move_without_an_answer(world, lunch, lost)
    undo(actor=world.actor, operation=move, now=world.clock.now())
    world.edit(lunch, summary="Brunch")
    world.google.delete_event(TEAM if lost == "after" else ALICE, lunch)
    decide_the_only_question(world, choice)
    assert shown(ALICE) == (["Brunch"] if choice == "mine" else [])
    assert (shown(TEAM), world.at_google(TEAM)) == ([], {})


def test_a_series_is_made_anew_as_it_was_with_its_changed_and_deleted_occurrences(
    world: World,
) -> None:
    world.add_team()
    made = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY;COUNT=4"]))
    series = str(made["id"])
    world.google.patch_event(ALICE, f"{series}_20260312T090000Z", {"summary": "Long"})
    world.google.delete_event(ALICE, f"{series}_20260313T090000Z")
    world.sync(insist=True)
    world.edit(f"{series}_20260314T090000Z", Scope.INSTANCE, summary="Short")
    world.move(series, TEAM)
    world.google.faults.drop_next(9, when="after", path_contains="/move")
    world.sync()
    world.google.faults.clear()
    world.google.delete_event(TEAM, series)
    decide_the_only_question(world, "mine")
    listed = world.events_at_google(calendar_id=TEAM)
    assert sorted(each["summary"] for each in listed) == ["Long", "Lunch", "Short"]
