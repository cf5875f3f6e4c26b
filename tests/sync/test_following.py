"""Changed occurrences follow their series: at once, at Google, without being in its way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars import cached_exceptions
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.models import OutboxOperation
from calendars.queries.outbox import change_behind
from calendars.sync.cycle import Cycle
from calendars.sync.in_step import InStep
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calendars.sync.cycle import Report, Wish

ONE, ALL = Scope.INSTANCE, Scope.SERIES
DAY = "2026-03-18T{}:00:00"


def weekly(world: World, **fields: Any) -> tuple[str, str]:
    """A series that Alice has, and its second occurrence, which has a title of its own."""
    rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}
    made = world.google.insert_event(ALICE, world.timed(11, location="Cellar", **rule, **fields))
    second = f"{made['id']}_20260318T090000Z"
    world.google.patch_event(ALICE, second, {"summary": "Its own"})
    world.sync()
    return str(made["id"]), second


def both_sides(world: World, second: str) -> list[Mapping[str, Any]]:
    """The occurrence as Alice sees it, and as she does once Google has everything."""
    before = world.seen(second).resource
    assert world.sync(insist=True).succeeded
    after = world.seen(second).resource
    assert after == world.at_google()[second]
    assert not OutboxOperation.objects.exclude(status__in=["applied", "cancelled"]).exists()
    return [before, after]


@pytest.mark.parametrize(
    "change",
    [
        {"location": "Roof"},
        {"location": None},
        {"description": "<b>New</b>"},
        {"color_id": "7", "visibility": "private"},
        {"attendees_add": ["bob@example.test"]},
        {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}},
        {"start": DAY.format(10), "end": DAY.format(13)},
    ],
)
def test_what_an_occurrence_has_of_its_series_follows_it_at_once(
    world: World, change: dict[str, Any]
) -> None:
    series, second = weekly(world)
    if "start" in change:  # of another occurrence: the first is over before the second changes
        second = f"{series}_20260325T090000Z"
        world.google.patch_event(ALICE, second, {"summary": "Its own"})
        world.sync()
        world.edit(f"{series}_20260318T090000Z", ALL, **change)
    else:
        world.edit(series, ALL, **change)
    assert world.seen(second).local_status == "pending"
    fields = {*change, "start", "end", "colorId", "attendees"} - {"attendees_add", "color_id"}
    seen, agreed = (
        {name: _without_answers(side.get(name)) for name in fields}
        for side in both_sides(world, second)
    )
    assert seen == agreed
    assert world.seen(second).resource["summary"] == "Its own"
    assert world.seen(second).local_status == "synced"


def _without_answers(value: Any) -> Any:
    return json.loads(json.dumps(value).replace(', "responseStatus": "needsAction"', ""))


def test_what_an_occurrence_has_of_its_own_stays(world: World) -> None:
    series, second = weekly(world)
    world.edit(series, ALL, summary="Renamed")
    seen, after = both_sides(world, second)
    assert (seen["summary"], after["summary"]) == ("Its own", "Its own")


def test_an_occurrence_changed_only_here_follows_a_later_change_of_its_series(
    world: World,
) -> None:
    series, _ = weekly(world)
    third = f"{series}_20260325T090000Z"
    world.edit(third, ONE, summary="Only here")
    world.edit(series, ALL, location="Roof")
    seen, after = both_sides(world, third)
    assert (seen["summary"], seen["location"]) == ("Only here", "Roof")
    assert (after["summary"], after["location"]) == ("Only here", "Roof")


@pytest.mark.parametrize("then", ["Mine", "Cellar"])
def test_a_change_of_both_is_no_conflict_with_oneself(world: World, then: str) -> None:
    """The occurrence was renamed on top of what the series showed, or back to what it had been."""
    series, second = weekly(world)
    world.edit(series, ALL, location="Roof")
    world.edit(second, ONE, location=then)
    seen, after = both_sides(world, second)
    assert (seen["location"], after["location"]) == (then, then)


@pytest.mark.parametrize("method", ["PATCH", "GET"])
def test_nor_is_it_one_while_answers_are_lost(world: World, method: str) -> None:
    series, second = weekly(world)
    world.edit(series, ALL, location="Roof")
    world.edit(second, ONE, location="Mine")
    world.google.faults.drop_next(1, when="after", method=method)
    world.cycle(insist=True)
    seen, after = both_sides(world, second)
    assert (seen["location"], after["location"]) == ("Mine", "Mine")


@pytest.mark.parametrize("change", [{"end": "2026-03-11T13:00:00"}, {"summary": "New"}])
def test_deleted_occurrences_are_no_conflict_with_a_later_change_of_their_series(
    world: World, change: dict[str, Any]
) -> None:
    series, second = weekly(world)
    for each in (second, f"{series}_20260325T090000Z", f"{series}_20260401T080000Z"):
        world.delete(each, ONE)
    world.edit(series, ALL, **change)
    before = world.shown_here()
    assert world.sync(insist=True).succeeded
    assert world.shown_here() == world.shown_at_google() == before
    assert len(before) == 1
    assert not OutboxOperation.objects.exclude(status__in=["applied", "cancelled"]).exists()


def test_it_stays_a_conflict_where_somebody_else_changed_the_occurrence(world: World) -> None:
    series, second = weekly(world)
    world.edit(series, ALL, location="Roof")
    world.edit(second, ONE, location="Mine")
    world.google.patch_event(ALICE, second, {"location": "Theirs"})
    world.sync(insist=True)
    assert world.seen(second).local_status == "conflict"
    assert world.seen(second).resource["location"] == "Theirs"


def test_what_followed_goes_back_with_the_change_of_the_series(world: World) -> None:
    series, second = weekly(world)
    for sync_between in (False, True):
        operation = world.edit(series, ALL, location="Roof")
        if sync_between:
            world.sync(insist=True)
        assert world.seen(second).resource["location"] == "Roof"
        operation.refresh_from_db()
        undo(actor=world.actor, operation=operation, now=world.clock.now())
        seen, after = both_sides(world, second)
        assert (seen["location"], after["location"]) == ("Cellar", "Cellar")


def test_a_listing_in_between_leaves_what_follows(world: World) -> None:
    """Google is told of nothing yet, but says something else about the same occurrence."""
    series, second = weekly(world)
    world.edit(series, ALL, location="Roof")
    world.google.patch_event(ALICE, second, {"description": "From there"})
    world.google.faults.fail_next(1, status=503, reason="backendError", method="PATCH")
    world.cycle()
    seen = world.seen(second).resource
    assert (seen["location"], seen["description"]) == ("Roof", "From there")
    assert both_sides(world, second)[1]["location"] == "Roof"


def test_a_refused_change_of_the_series_shows_on_what_follows_it(world: World) -> None:
    series, second = weekly(world)
    operation = world.edit(series, ALL, location="Roof")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="PATCH")
    world.cycle()
    event = world.seen(second)
    assert (event.local_status, event.resource["location"]) == ("failed", "Roof")
    behind = change_behind(event, event.local_status)
    assert behind is not None
    assert behind.op_id == operation.op_id


def test_an_occurrence_that_a_waiting_move_makes_is_changed_after_the_move(world: World) -> None:
    """The move in its turn waits for a change of an occurrence that it takes away."""
    series, _ = weekly(world)
    third = f"{series}_20260325T090000Z"
    world.edit(series, ALL, location="Roof")
    world.edit(third, ONE, start="2026-03-26T10:00:00", end="2026-03-26T11:00:00")
    world.edit(f"{series}_20260318T090000Z", ALL, start=DAY.format(14), end=DAY.format(15))
    world.edit(f"{series}_20260401T120000Z", ONE, summary="After the move")
    before = world.shown_here()
    assert world.sync(insist=True).succeeded
    assert world.shown_here() == world.shown_at_google() == before
    assert not OutboxOperation.objects.exclude(status__in=["applied", "cancelled"]).exists()


def test_an_occurrence_of_a_move_that_is_moved_back_goes_with_it_at_once(world: World) -> None:
    series, _ = weekly(world)
    world.edit(series, ALL, start="2026-03-11T14:00:00")
    world.edit(f"{series}_20260325T130000Z", ONE, summary="Between the moves")
    world.edit(series, ALL, start="2026-03-11T10:00:00")
    before = world.shown_here()
    assert {title for _, _, title, _ in before} == {"Lunch", "Its own"}
    assert world.sync(insist=True).succeeded
    assert world.shown_here() == world.shown_at_google() == before
    assert world.writes() == []
    assert not OutboxOperation.objects.exclude(status__in=["applied", "cancelled"]).exists()


def test_what_a_series_gets_while_it_is_away_is_there_when_it_comes_back(world: World) -> None:
    series, second = weekly(world)
    third = f"{series}_20260325T090000Z"
    world.edit(third, ONE, summary="Mine")
    world.edit(series, ALL, start="2026-03-11T14:00:00")
    world.edit(series, ALL, location="Roof", color_id="3")
    world.edit(series, ALL, start="2026-03-11T10:00:00")
    before = [world.seen(each).resource for each in (second, third)]
    assert [(each["location"], each["colorId"]) for each in before] == [("Roof", "3")] * 2
    assert world.sync(insist=True).succeeded
    assert [world.seen(each).resource["location"] for each in (second, third)] == ["Roof"] * 2
    assert world.shown_here() == world.shown_at_google()


def test_an_edit_whose_slot_google_moved_away_is_not_dropped_without_a_word(world: World) -> None:
    series, _ = weekly(world)
    world.edit(f"{series}_20260325T090000Z", ONE, summary="Mine")
    world.google.patch_event(ALICE, series, world.timed(11, 14))
    world.sync(insist=True)
    [operation] = OutboxOperation.objects.all()
    assert (operation.status, operation.reason) == ("conflict", "deleted_at_google")


def test_an_occurrence_that_looks_as_before_is_not_written_again(world: World) -> None:
    series, _ = weekly(world)
    row = world.seen(series)
    with CaptureQueriesContext(connection) as captured:
        cached_exceptions.show(row, now=world.clock.now())
    assert all(each["sql"].startswith("SELECT") for each in captured)


@pytest.mark.parametrize("changed", [1, 3])
def test_what_waits_for_changed_occurrences_is_read_at_once_however_many_there_are(
    world: World, changed: int
) -> None:
    series, _ = weekly(world)
    for day in ("18", "25", "11")[:changed]:
        world.google.patch_event(ALICE, f"{series}_202603{day}T090000Z", {"summary": day})
    world.sync()
    row = world.seen(series)
    with CaptureQueriesContext(connection) as captured:
        cached_exceptions.show(row, now=world.clock.now())
    asked = [each["sql"] for each in captured if "SELECT" in each["sql"]]
    assert sum("calendar_outbox" in sql for sql in asked) == 1


def test_an_occurrence_whose_slot_was_given_up_is_gone_before_google_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    series, _second = weekly(world)
    world.edit(series, ALL, start="2026-03-11T13:00:00", end="2026-03-11T14:00:00")
    shown = world.shown_here()
    with monkeypatch.context() as until_sent:
        until_sent.setattr(Cycle, "_steps", _only_send)
        world.sync()
    assert world.at_google()[series]["start"]["dateTime"] == "2026-03-11T13:00:00+01:00"
    assert world.shown_here() == shown
    world.sync()
    assert world.shown_here() == shown == world.shown_at_google()


def _only_send(cycle: Cycle, wish: Wish, report: Report) -> None:
    """A cycle whose worker goes away before it pulls what became of what it sent."""
    in_step = InStep(cycle.store, cycle.clock, lambda each: cycle._catch_up(each, wish, report))
    cycle._flush(wish, cycle.store.due(now=cycle.clock.now()), in_step, report)
