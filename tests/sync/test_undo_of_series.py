"""A series is made whole again: what was changed or deleted of it one by one comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calendars.commands.actor import Actor
from calendars.commands.conflicts import resolve
from calendars.commands.events import update_event
from calendars.commands.outbox import discard
from calendars.commands.proposals import approve
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import WrongStateError
from calendars.models import OutboxOperation
from calendars.queries.undoable import last_change
from calendars.sync.core.resets import EXCEPTIONS
from tests.sync.test_splits import FOLLOWING, at_rest, instances, series, zoned
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from calendars.commands.undone import Undone
    from tests.sync.world import World

__all__ = ["zoned"]
RULE = ["RRULE:FREQ=WEEKLY;COUNT=6"]
WAYS = ["edit", "delete", "move"]
ANN, BEN, CLEO = "ann@elsewhere.test", "ben@elsewhere.test", "cleo@elsewhere.test"


def with_exceptions(world: World) -> str:
    event_id = series(world, RULE)
    ids = instances(world, event_id)
    world.edit(ids[3], Scope.INSTANCE, summary="Changed")
    world.delete(ids[4], Scope.INSTANCE)
    at_rest(world)
    return event_id


def lose_exceptions(world: World, event_id: str, way: str) -> OutboxOperation:
    third = instances(world, event_id)[2]
    if way == "edit":
        return world.edit(third, FOLLOWING, summary="From here")
    if way == "delete":
        return world.delete(third, FOLLOWING)
    day = world.local(world.seen(event_id).start_ts_utc or 0).date()
    return world.edit(event_id, Scope.SERIES, start=f"{day}T15:00:00", end=f"{day}T16:00:00")


def take_back(world: World, operation: OutboxOperation) -> Undone:
    current = OutboxOperation.objects.select_related("calendar__account").get(pk=operation.pk)
    return undo(actor=world.actor, operation=current, now=world.clock.now())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("keeps", [False, True])
@pytest.mark.parametrize("cycles", [0, 1, 3])
def test_exceptions_are_as_before_once_the_change_of_their_series_is_taken_back(
    world: World, way: str, keeps: bool, cycles: int
) -> None:
    """However far Google is with it, and whether it takes lost occurrences away by itself."""
    world.google.world.options.keeps_leftovers = keeps
    event_id = with_exceptions(world)
    before = world.shown_here()
    queued = lose_exceptions(world, event_id, way)
    for _ in range(cycles):
        world.sync()
    take_back(world, queued)
    assert world.shown_here() == before
    at_rest(world)
    assert not any(EXCEPTIONS in (write.body or {}) for write in world.writes())


@pytest.mark.parametrize("way", WAYS)
def test_the_last_change_is_what_was_asked_for_not_what_it_brought_along(
    world: World, way: str
) -> None:
    """The deletes of occurrences that Google may have kept stand beside it."""
    event_id = with_exceptions(world)
    before = world.shown_here()
    queued = lose_exceptions(world, event_id, way)
    at_rest(world)
    last = last_change(member=world.member, now=world.clock.now())
    assert last is not None
    assert last == queued or (last.saga is not None and last.saga == queued.saga)
    take_back(world, last)
    assert world.shown_here() == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("redone", [False, True])
def test_such_an_undo_is_taken_back_and_that_as_well(
    world: World, way: str, sent: bool, redone: bool
) -> None:
    event_id = with_exceptions(world)
    before = world.shown_here()
    queued = lose_exceptions(world, event_id, way)
    at_rest(world)
    lost = world.shown_here()
    back = take_back(world, queued)
    if sent:
        at_rest(world)
    again = take_back(world, back.operation)
    assert world.shown_here() == lost
    if redone:
        at_rest(world)
        assert world.shown_here() == lost
    take_back(world, again.operation)
    assert world.shown_here() == before
    at_rest(world)


@pytest.mark.parametrize("way", WAYS)
def test_such_an_undo_is_discarded_with_all_that_it_changes_again(world: World, way: str) -> None:
    event_id = with_exceptions(world)
    queued = lose_exceptions(world, event_id, way)
    at_rest(world)
    lost = world.shown_here()
    back = take_back(world, queued)
    discard(actor=world.actor, operation=back.operation, now=world.clock.now())
    assert world.shown_here() == lost
    at_rest(world)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_across_changes_of_clocks_elsewhere(zoned: World, way: str) -> None:
    event_id = with_exceptions(zoned)
    before = zoned.shown_here()
    queued = lose_exceptions(zoned, event_id, way)
    at_rest(zoned)
    take_back(zoned, queued)
    assert zoned.shown_here() == before
    at_rest(zoned)


def test_a_proposed_split_of_a_series_with_exceptions_is_approved_without_conflict(
    world: World,
) -> None:
    event_id = with_exceptions(world)
    before = world.shown_here()
    agent = Actor(world.member, "agent", proposes=True)
    third = instances(world, event_id)[2]
    proposed = update_event(
        actor=agent,
        target=world.target(third),
        changes={"summary": "From here"},
        scope=FOLLOWING,
        notify=None,
        now=world.clock.now(),
    ).operation
    approve(actor=world.actor, operation=proposed, now=world.clock.now())
    at_rest(world)
    take_back(world, proposed)
    assert world.shown_here() == before
    at_rest(world)


def test_a_split_that_was_decided_in_a_conflict_is_taken_back_with_all_exceptions(
    world: World,
) -> None:
    event_id = with_exceptions(world)
    lose_exceptions(world, event_id, "edit")
    longer = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=7"]}
    world.google.patch_event(ALICE, event_id, longer)
    world.sync()
    world.sync()
    before = world.shown_here()
    assert len(before) == 6
    trim = OutboxOperation.objects.filter(status="conflict").exclude(reason="other_step").get()
    decided = resolve(actor=world.actor, operation=trim, choice="mine", now=world.clock.now())
    at_rest(world)
    assert "Changed" not in {row[2] for row in world.shown_here()}
    take_back(world, decided.operation)
    assert world.shown_here() == before
    at_rest(world)


@pytest.mark.parametrize("way", [*WAYS, "whole"])
@pytest.mark.parametrize("cycles", [0, 2])
def test_the_guests_of_a_single_occurrence_come_back_and_nobody_else_is_asked(
    world: World, way: str, cycles: int
) -> None:
    event_id = series(world, RULE, attendees=[{"email": ANN}, {"email": BEN}])
    single = instances(world, event_id)[3]
    world.edit(
        single,
        Scope.INSTANCE,
        attendees_add=[{"email": CLEO, "optional": True}],
        attendees_remove=[BEN],
    )
    at_rest(world)
    if way == "whole":
        queued = world.delete(event_id, Scope.SERIES)
    else:
        queued = lose_exceptions(world, event_id, way)
    for _ in range(cycles):
        world.sync()
    back = take_back(world, queued)
    at_rest(world)
    guests = {
        each["start"]["dateTime"][:10]: {
            (guest["email"], guest.get("optional", False)) for guest in each["attendees"]
        }
        for each in world.events_at_google()
    }
    assert guests.pop("2026-04-01") == {(ANN, False), (CLEO, True)}
    assert len(guests) == 5
    assert all(each == {(ANN, False), (BEN, False)} for each in guests.values())
    assert cycles == 0 or way == "whole" or "invited anew" in back.note


def test_giving_up_a_half_done_undo_of_a_split_leaves_no_occurrence_twice(world: World) -> None:
    """The head is whole again, and the tail could not be deleted: it is cut off once more."""
    event_id = series(world, RULE)
    split = world.edit(instances(world, event_id)[2], FOLLOWING, summary="From here")
    at_rest(world)
    before = world.shown_here()
    take_back(world, split)
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="DELETE")
    world.sync()
    refused = OutboxOperation.objects.get(status="failed")
    discard(actor=world.actor, operation=refused, now=world.clock.now())
    assert world.shown_here() == before
    at_rest(world)


def test_a_change_of_an_occurrence_that_a_waiting_change_took_away_is_not_taken_back(
    world: World,
) -> None:
    """It would look for an occurrence that Google will not have."""
    event_id = series(world, RULE)
    change = world.edit(instances(world, event_id)[3], Scope.INSTANCE, summary="Changed")
    at_rest(world)
    world.edit(event_id, Scope.SERIES, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    change.refresh_from_db()
    with pytest.raises(WrongStateError, match="Undo that change first"):
        undo(actor=world.actor, operation=change, now=world.clock.now())
    at_rest(world)


@pytest.mark.parametrize("synced", [False, True])
def test_a_split_is_not_undone_beneath_a_later_one_of_what_it_made(
    world: World, synced: bool
) -> None:
    """The occurrences that the later one has made would be there twice."""
    event_id = series(world, RULE)
    first = world.edit(instances(world, event_id)[2], FOLLOWING, summary="Tail")
    world.sync()
    tail = world.seen(first.event_id).event_id
    second = world.edit(instances(world, tail)[2], FOLLOWING, summary="Again")
    if synced:
        world.sync()
    with pytest.raises(WrongStateError, match="divided since"):
        undo(actor=world.actor, operation=first, now=world.clock.now())
    for change in (second, first):
        undo(actor=world.actor, operation=change, now=world.clock.now())
        at_rest(world)
    assert [title for *_, title, _ in world.shown_here()] == ["Lunch"] * 6
