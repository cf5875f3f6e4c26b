"""A proposal of a series that is approved too late holds up nothing, and makes nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.conflicts import resolve
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.models import OperationStatus, OutboxOperation
from calendars.queries.outbox import conflicts
from tests.sync.test_proposals import helper, propose_split, yes
from tests.sync.test_splits import FOLLOWING, at_rest, instances, series
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sync.world import World

    Change = Callable[[World, str, str], None]

DAILY = ["RRULE:FREQ=DAILY;COUNT=6"]
DONE = (OperationStatus.APPLIED, OperationStatus.CANCELLED)


def move_the_head(world: World, head: str, tail: str) -> None:
    timed = world.timed(11, 15)
    world.edit(head, Scope.SERIES, start=timed["start"], end=timed["end"])


def lengthen_the_head(world: World, head: str, tail: str) -> None:
    world.edit(head, Scope.SERIES, end=world.timed(11, 12)["end"])


def split_the_head(world: World, head: str, tail: str) -> None:
    world.edit(instances(world, head)[1], FOLLOWING, summary="Own")


def end_the_head(world: World, head: str, tail: str) -> None:
    world.delete(instances(world, head)[1], FOLLOWING)


def rename_the_tail(world: World, head: str, tail: str) -> None:
    world.edit(tail, Scope.SERIES, summary="Own")


def split_the_tail(world: World, head: str, tail: str) -> None:
    world.edit(instances(world, tail)[1], FOLLOWING, summary="Own")


def change_one(world: World, head: str, tail: str) -> None:
    world.edit(instances(world, tail)[1], Scope.INSTANCE, summary="Own")


CHANGES: list[Change] = [
    lengthen_the_head,
    move_the_head,
    split_the_head,
    end_the_head,
    rename_the_tail,
    split_the_tail,
    change_one,
]


def a_proposed_undo_of_a_split(world: World) -> tuple[str, str, OutboxOperation]:
    """The series, its tail, and the proposal."""
    head = series(world, DAILY)
    made = world.edit(instances(world, head)[3], FOLLOWING, summary="Tail")
    world.sync()
    tail = world.seen(made.event_id).event_id
    proposal = undo(actor=helper(world), operation=made, now=world.clock.now()).operation
    return head, tail, proposal


def open_ones() -> list[tuple[Any, ...]]:
    rows = OutboxOperation.objects.exclude(status__in=DONE)
    return list(rows.order_by("op_id").values_list("op_id", "op_type", "status", "reason"))


@pytest.mark.parametrize("first", [True, False])
def test_an_undo_of_a_split_that_is_approved_too_late_holds_up_no_other_time_of_the_series(
    world: World, first: bool
) -> None:
    head, tail, proposal = a_proposed_undo_of_a_split(world)
    for change in (
        (lengthen_the_head, rename_the_tail) if first else (rename_the_tail, lengthen_the_head)
    ):
        change(world, head, tail)
    yes(world, proposal)
    seen = world.shown_here()
    world.sync()
    assert world.shown_here() == world.shown_at_google() == seen
    [(_, _, status, reason), late] = open_ones()
    assert (status, reason) == (OperationStatus.CONFLICT, "other_step_of_proposal")
    assert late[3] == "changed_since_proposed"


@pytest.mark.parametrize("synced", [False, True])
@pytest.mark.parametrize("before", CHANGES)
@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_an_undo_of_a_split_that_is_approved_too_late_is_decided_whole(
    world: World, before: Change, synced: bool, choice: str
) -> None:
    head, tail, proposal = a_proposed_undo_of_a_split(world)
    before(world, head, tail)
    if synced:
        world.sync()
    if yes(world, proposal).status == OperationStatus.CONFLICT:
        decide(world, choice)
    world.sync()
    if (
        choice == "mine"
        and OutboxOperation.objects.filter(status=OperationStatus.CONFLICT).exists()
    ):
        decide(world, "mine")
        world.sync()
    assert not open_ones()
    at_rest(world)
    assert len({start for start, *_ in world.shown_here()}) == len(world.shown_here())


@pytest.mark.parametrize("synced", [False, True])
@pytest.mark.parametrize("own", [1, 2, 4], ids=["earlier", "same", "later"])
def test_a_split_that_was_proposed_before_the_members_own_can_only_be_given_up(
    world: World, own: int, synced: bool
) -> None:
    head = series(world, DAILY)
    ids = instances(world, head)
    proposal = propose_split(world, head, gone=False)
    world.edit(ids[own], FOLLOWING, summary="Own")
    seen = [row for row in world.shown_here() if "Tail" not in row]
    if synced:
        world.sync()
    yes(world, proposal)
    [entry] = conflicts(member=world.member)
    assert list(entry["choices"]) == ["theirs"]
    decide(world, "theirs")
    assert world.shown_here() == seen
    world.sync()
    at_rest(world)


def test_a_split_of_what_goes_on_for_longer_by_now_can_still_be_made(world: World) -> None:
    head = series(world, DAILY)
    propose_split(world, head, gone=False)
    world.google.patch_event(ALICE, head, {"recurrence": ["RRULE:FREQ=DAILY;COUNT=9"]})
    world.sync()
    yes(world, OutboxOperation.objects.earliest("op_id"))
    decide(world, "mine")
    at_rest(world)
    assert [title for *_, title, _ in world.shown_here()] == ["Lunch"] * 2 + ["Tail"] * 4


@pytest.mark.parametrize("there", [1, 4])
def test_a_split_that_meets_one_of_googles_own_makes_no_second_tail(
    world: World, there: int
) -> None:
    head = series(world, DAILY)
    ids = instances(world, head)
    world.edit(ids[2], FOLLOWING, summary="Own")
    until = world.timed(10 + there)["start"]["dateTime"][:10].replace("-", "")
    world.google.patch_event(
        ALICE, head, {"recurrence": [f"RRULE:FREQ=DAILY;UNTIL={until}T225959Z"]}
    )
    rest = [f"RRULE:FREQ=DAILY;COUNT={6 - there}"]
    world.google.insert_event(ALICE, world.timed(11 + there, summary="Theirs", recurrence=rest))
    world.sync()
    [entry] = conflicts(member=world.member)
    assert list(entry["choices"]) == ["theirs"]
    decide(world, "theirs")
    at_rest(world)
    assert [title for *_, title, _ in world.shown_here()] == ["Lunch"] * there + ["Theirs"] * (
        6 - there
    )


def decide(world: World, choice: str) -> None:
    """With what is left where that cannot be."""
    [entry] = conflicts(member=world.member)
    operation = OutboxOperation.objects.get(op_id=entry["op_id"])
    choice = choice if choice in entry["choices"] else "theirs"
    resolve(actor=world.actor, operation=operation, choice=choice, now=world.clock.now())
