"""A move between accounts that is half done or half undone: whoever gives it up has one event."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.conflicts import resolve
from calendars.commands.outbox import discard, retry
from calendars.commands.undo import undo
from calendars.errors import WrongStateError
from calendars.models import OperationStatus, OutboxOperation
from calendars.queries.outbox import conflicts
from calendars.sync.cycle import Wish
from calendars.sync.run import sync_account
from tests.sync.test_moves import lunch, nothing_is_open, shown, sync_both, work
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from accounts.models import GoogleAccount
    from tests.sync.world import World

__all__ = ["lunch", "work"]

WORK = "alice@work.test"
CASES = [
    (None, discard),
    ("refused", discard),
    ("refused", undo),
    ("before", discard),
    ("after", discard),
    ("after", undo),
]
"""What the delete meets, and what is done then about the newest change."""


@pytest.fixture
def copied(world: World, lunch: str, work: GoogleAccount) -> OutboxOperation:
    """The copy is there, and the original is not deleted yet."""
    move = world.move(lunch, WORK)
    sync_account(account_id=work.pk, wish=Wish(), clock=world.clock)
    assert everywhere(world) == [ALICE, WORK]
    return move


@pytest.fixture
def moved(world: World, copied: OutboxOperation, work: GoogleAccount) -> OutboxOperation:
    sync_both(world, work)
    assert everywhere(world) == [WORK]
    return copied


def everywhere(world: World) -> list[str]:
    return [where for where in (ALICE, WORK) for _ in world.at_google(where)]


def meet(world: World, work: GoogleAccount, fault: str | None) -> None:
    """What the next delete meets, if anything."""
    if fault is None:
        return
    if fault == "refused":
        world.google.faults.fail_next(1, status=403, reason="forbidden", method="DELETE")
    else:
        world.google.faults.drop_next(1, when=fault, method="DELETE")
    sync_account(account_id=work.pk, wish=Wish(), clock=world.clock)
    world.google.faults.clear()


def give_up(world: World, way: Any) -> None:
    """Where that would leave two events, it is refused instead."""
    newest = OutboxOperation.objects.latest("op_id")
    with suppress(WrongStateError):
        way(actor=world.actor, operation=newest, now=world.clock.now())


def come_to_rest(world: World, work: GoogleAccount, *, choice: str) -> None:
    for _ in range(6):
        world.clock.sleep(3_600)
        sync_both(world, work)
        for parked in OutboxOperation.objects.filter(status=OperationStatus.FAILED):
            with suppress(WrongStateError):
                retry(actor=world.actor, operation=parked, now=world.clock.now())
        for question in conflicts(member=world.member)[:1]:
            operation = OutboxOperation.objects.get(pk=question["op_id"])
            resolve(actor=world.actor, operation=operation, choice=choice, now=world.clock.now())
    assert nothing_is_open()
    there = everywhere(world)
    assert len(there) == 1
    assert [where for where in (ALICE, WORK) for _ in shown(where)] == there


@pytest.mark.parametrize(("fault", "way"), CASES)
def test_giving_up_the_undo_of_a_half_done_move_leaves_one_event(
    world: World, copied: OutboxOperation, work: GoogleAccount, fault: Any, way: Any
) -> None:
    undo(actor=world.actor, operation=copied, now=world.clock.now())
    meet(world, work, fault)
    give_up(world, way)
    come_to_rest(world, work, choice="theirs" if way is discard else "mine")


@pytest.mark.parametrize(("fault", "way"), CASES)
def test_giving_up_a_half_done_undo_of_a_move_leaves_one_event(
    world: World, moved: OutboxOperation, work: GoogleAccount, fault: Any, way: Any
) -> None:
    undo(actor=world.actor, operation=moved, now=world.clock.now())
    world.sync()
    meet(world, work, fault)
    give_up(world, way)
    come_to_rest(world, work, choice="theirs" if way is discard else "mine")


@pytest.mark.parametrize(("fault", "way"), CASES)
def test_giving_up_a_half_done_move_leaves_one_event(
    world: World,
    copied: OutboxOperation,
    work: GoogleAccount,
    fault: Any,
    way: Any,
) -> None:
    meet(world, world.account, fault)
    give_up(world, way)
    come_to_rest(world, work, choice="theirs" if way is discard else "mine")


def test_what_an_undo_could_not_delete_is_not_edited_before_that_is_settled(
    world: World, copied: OutboxOperation, work: GoogleAccount
) -> None:
    undo(actor=world.actor, operation=copied, now=world.clock.now())
    meet(world, work, "refused")
    with pytest.raises(WrongStateError, match="settle that first"):
        world.edit(copied.event_id, calendar_id=WORK, location="Roof")
    come_to_rest(world, work, choice="mine")


def test_what_a_refused_move_could_not_take_back_is_not_edited_before_that_is_settled(
    world: World, copied: OutboxOperation, work: GoogleAccount
) -> None:
    [copy] = world.at_google(WORK)
    meet(world, world.account, "refused")
    meet(world, work, "refused")
    with pytest.raises(WrongStateError, match="settle that first"):
        world.edit(copy, calendar_id=WORK, location="Roof")
    come_to_rest(world, work, choice="mine")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
@pytest.mark.parametrize("begun", [False, True], ids=["unsent", "copied"])
def test_what_is_moved_on_before_its_first_move_is_through_is_one_event(
    world: World, lunch: str, work: GoogleAccount, begun: bool, choice: str
) -> None:
    """The first move meets a change at Google: it is not decided behind the back of the second."""
    first = world.move(lunch, WORK)
    if begun:
        sync_account(account_id=work.pk, wish=Wish(), clock=world.clock)
    world.move(first.event_id, ALICE, WORK)
    world.google.patch_event(ALICE, lunch, {"location": "There"})
    come_to_rest(world, work, choice=choice)
    assert everywhere(world) == [ALICE]
