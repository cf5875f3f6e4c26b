"""A change of a whole series leaves what is over as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.scope import Scope
from tests.sync.test_splits import at_rest
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from calendars.models import CachedEvent

DAYS = [f"2026-03-{day:02}" for day in range(4, 14)]


@pytest.fixture
def daily(world: World) -> str:
    """Ten days from the fourth on, at ten o'clock; it is ten on the tenth."""
    times = world.timed(4, 10, recurrence=["RRULE:FREQ=DAILY;COUNT=10"])
    made = world.google.insert_event(ALICE, times)
    world.sync()
    return str(made["id"])


def shown(world: World) -> list[tuple[str, str]]:
    return [(start[:10], start[11:16]) for start, *_ in world.shown_here()]


def series(world: World) -> list[CachedEvent]:
    return [row for row in world.cached().values() if row.is_series]


def test_a_new_time_begins_with_the_next_occurrence(world: World, daily: str) -> None:
    times = {"start": "2026-03-04T15:00:00", "end": "2026-03-04T16:00:00"}
    queued = world.change(daily, Scope.SERIES, **times)
    assert shown(world) == [(day, "10:00") for day in DAYS[:7]] + [
        (day, "15:00") for day in DAYS[7:]
    ]
    assert queued.notes == ("What is over stays as it was: the change begins with 2026-03-11.",)
    at_rest(world)


def test_so_it_does_through_an_occurrence_that_is_over(world: World, daily: str) -> None:
    world.edit(
        f"{daily}_20260305T090000Z",
        Scope.SERIES,
        start="2026-03-06T11:00:00",
        end="2026-03-06T12:00:00",
        summary="Moved",
    )
    assert shown(world) == [(day, "10:00") for day in DAYS[:7]] + [
        (day, "11:00") for day in [*DAYS[8:], "2026-03-14"]
    ]
    assert {row[2] for row in world.shown_here()} == {"Moved"}
    at_rest(world)


def test_a_new_rule_begins_after_the_last_occurrence_that_is_over(world: World, daily: str) -> None:
    world.edit(daily, Scope.SERIES, recurrence=["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=8"])
    assert [day for day, _ in shown(world)] == [
        *DAYS[:7],
        "2026-03-12",
        "2026-03-14",
        "2026-03-16",
        "2026-03-18",
    ]
    at_rest(world)


def test_a_longer_meeting_does_not_make_past_ones_longer(world: World, daily: str) -> None:
    world.edit(daily, Scope.SERIES, end="2026-03-04T12:00:00")
    assert [row[1][11:16] for row in world.shown_here()] == ["11:00"] * 7 + ["12:00"] * 3
    at_rest(world)


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": "Renamed"},
        {"recurrence": ["RRULE:FREQ=DAILY;COUNT=30"]},
        {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20260312T090000Z"]},
    ],
)
def test_a_change_that_leaves_the_past_alone_is_one_of_the_series(
    world: World, daily: str, changes: dict[str, Any]
) -> None:
    operation = world.edit(daily, Scope.SERIES, **changes)
    assert (operation.event_id, operation.op_type, operation.saga) == (daily, "patch", None)
    at_rest(world)
    assert len(series(world)) == 1


def test_an_end_in_the_past_takes_away_what_is_to_come_and_no_more(
    world: World, daily: str
) -> None:
    queued = world.change(daily, Scope.SERIES, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    assert [day for day, _ in shown(world)] == DAYS[:7]
    assert "stays as it was" in queued.notes[0]
    at_rest(world)


def test_a_series_that_no_longer_recurs_keeps_its_past_and_one_occurrence(
    world: World, daily: str
) -> None:
    world.edit(daily, Scope.SERIES, recurrence=None)
    assert [day for day, _ in shown(world)] == DAYS[:8]
    at_rest(world)


def test_what_was_deleted_of_it_stays_deleted(world: World, daily: str) -> None:
    for slot in ("20260306T090000Z", "20260312T090000Z"):
        world.delete(f"{daily}_{slot}", Scope.INSTANCE)
    world.edit(daily, Scope.SERIES, start="2026-03-04T15:00:00", end="2026-03-04T16:00:00")
    assert [day for day, _ in shown(world)] == [
        day for day in DAYS if day not in ("2026-03-06", "2026-03-12")
    ]
    at_rest(world)


def test_a_series_that_is_over_moves_as_asked(world: World) -> None:
    times = world.timed(2, 10, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    made = world.google.insert_event(ALICE, times)
    world.sync()
    world.edit(made["id"], Scope.SERIES, start="2026-03-02T15:00:00", end="2026-03-02T16:00:00")
    assert [at for _, at in shown(world)] == ["15:00"] * 3
    at_rest(world)


def test_a_series_that_google_does_not_know_yet_has_no_past(world: World) -> None:
    world.sync()
    times = world.timed(4, 10)
    event_id = world.create(**times, recurrence=["RRULE:FREQ=DAILY;COUNT=10"])
    world.edit(event_id, Scope.SERIES, start="2026-03-04T15:00:00", end="2026-03-04T16:00:00")
    assert {at for _, at in shown(world)} == {"15:00"}
    at_rest(world)
    assert len(series(world)) == 1


def test_days_are_moved_with_their_rule(world: World) -> None:
    """Mondays and Wednesdays become Tuesdays and Thursdays, in April as well."""
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260401T080000Z"]
    made = world.google.insert_event(ALICE, world.timed(11, 10, recurrence=rule))
    world.sync()
    world.edit(made["id"], Scope.SERIES, start="2026-03-12T10:00:00", end="2026-03-12T11:00:00")
    assert [day[5:] for day, _ in shown(world)] == [
        "03-12",
        "03-17",
        "03-19",
        "03-24",
        "03-26",
        "03-31",
        "04-02",
    ]
    at_rest(world)
