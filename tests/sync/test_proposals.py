"""Proposals between two syncs: Google hears of what was approved and of nothing else."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands import events
from calendars.commands.outbox import discard
from calendars.commands.proposals import approve, decline, expire
from calendars.commands.scope import Scope
from calendars.models import CachedEvent, LocalStatus, OperationStatus, OutboxOperation
from calendars.sync.core.proposals import LASTS
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from calendars.commands.actor import Actor
    from tests.sync.world import World


def helper(world: World) -> Actor:
    return replace(world.actor, via="MCP token helper", proposes=True)


def propose(world: World, event_id: str, **changes: Any) -> OutboxOperation:
    return events.update_event(
        actor=helper(world),
        target=world.target(event_id),
        changes=changes,
        scope=None,
        notify=None,
        now=world.clock.now(),
    ).operation


def propose_new(world: World) -> OutboxOperation:
    return events.create_event(
        actor=helper(world),
        calendar=world.calendar,
        fields=world.timed(),
        notify=None,
        now=world.clock.now(),
        new_id=uuid.UUID(int=99),
    ).operation


def yes(world: World, proposal: OutboxOperation) -> OutboxOperation:
    return approve(actor=world.actor, operation=proposal, now=world.clock.now())


def both_have_an_event(world: World) -> str:
    made = world.google.insert_event(ALICE, world.timed(location="Here"))
    world.sync()
    return str(made["id"])


def test_nothing_is_sent_before_it_is_approved_and_all_of_it_then(world: World) -> None:
    event_id = both_have_an_event(world)
    proposals = [propose(world, event_id, summary="Proposed"), propose_new(world)]
    for wish in ({}, {"full": True}, {"insist": True}):
        assert world.sync(**wish).succeeded
    assert world.writes() == []
    assert world.seen(event_id).resource["summary"] == "Lunch"
    for each in proposals:
        yes(world, each)
    assert world.sync().succeeded
    assert sorted(each["summary"] for each in world.at_google().values()) == ["Lunch", "Proposed"]
    assert {row.local_status for row in world.rows()} == {LocalStatus.SYNCED}
    assert {each.status for each in OutboxOperation.objects.all()} == {OperationStatus.APPLIED}


def test_a_change_at_google_does_not_touch_a_proposal_until_it_is_approved(world: World) -> None:
    event_id = both_have_an_event(world)
    title, place = propose(world, event_id, summary="Mine"), propose(world, event_id, location="X")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    assert world.seen(event_id).resource["summary"] == "Theirs"
    assert world.seen(event_id).local_status == LocalStatus.PROPOSED
    assert yes(world, title).status == OperationStatus.CONFLICT
    assert yes(world, place).status == OperationStatus.PENDING
    world.sync()
    there = world.at_google()[event_id]
    assert (there["summary"], there["location"]) == ("Theirs", "X")


def test_an_event_deleted_at_google_takes_its_proposals_along_once_they_are_declined(
    world: World,
) -> None:
    event_id = both_have_an_event(world)
    proposal = propose(world, event_id, summary="Mine")
    world.google.delete_event(ALICE, event_id)
    world.sync()
    discard(actor=world.actor, operation=proposal, now=world.clock.now())
    assert world.sync(full=True).succeeded
    assert not CachedEvent.objects.exists()


def test_a_change_of_the_member_goes_out_beside_a_proposal(world: World) -> None:
    event_id = both_have_an_event(world)
    propose(world, event_id, summary="Proposed")
    world.edit(event_id, location="There")
    assert world.sync().succeeded
    there = world.at_google()[event_id]
    assert (there["summary"], there["location"]) == ("Lunch", "There")
    assert world.seen(event_id).local_status == LocalStatus.PROPOSED


def propose_split(world: World, event_id: str, *, gone: bool) -> OutboxOperation:
    third = list(world.seen(event_id).occurrences.order_by("start_ts"))[2].instance_id
    asked = {
        "actor": helper(world),
        "target": world.target(third),
        "scope": Scope.THIS_AND_FOLLOWING,
        "notify": None,
        "now": world.clock.now(),
    }
    if gone:
        return events.delete_event(**asked).operation
    return events.update_event(**asked, changes={"summary": "Tail"}).operation


def a_series_with_a_changed_end(world: World) -> str:
    made = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY;COUNT=5"]))
    world.sync()
    event_id = str(made["id"])
    slots = list(world.seen(event_id).occurrences.order_by("start_ts"))
    world.edit(slots[3].instance_id, Scope.INSTANCE, summary="Changed")
    world.delete(slots[4].instance_id, Scope.INSTANCE)
    world.sync()
    return event_id


@pytest.mark.parametrize("gone", [False, True], ids=["changed", "deleted"])
@pytest.mark.parametrize("step", [0, 1])
def test_a_proposed_split_is_approved_as_one(world: World, gone: bool, step: int) -> None:
    event_id = a_series_with_a_changed_end(world)
    before, writes = world.shown_here(), len(world.writes())
    propose_split(world, event_id, gone=gone)
    world.sync(full=True, insist=True)
    assert (len(world.writes()), world.shown_at_google()) == (writes, before)
    rows = list(OutboxOperation.objects.filter(status=OperationStatus.PROPOSED).order_by("op_id"))
    yes(world, rows[step % len(rows)])
    assert not OutboxOperation.objects.filter(status=OperationStatus.PROPOSED).exists()
    seen = world.shown_here()
    assert [row[2] for row in seen] == ["Lunch"] * 2 + ["Tail"] * (0 if gone else 2)
    assert world.sync().succeeded
    assert world.shown_here() == world.shown_at_google() == seen
    assert {row.local_status for row in world.rows()} == {LocalStatus.SYNCED}


@pytest.mark.parametrize("gone", [False, True], ids=["changed", "deleted"])
@pytest.mark.parametrize("ends", ["declined", "expired"])
@pytest.mark.parametrize("step", [0, 1])
def test_of_a_proposed_split_that_is_not_wanted_nothing_is_left(
    world: World, gone: bool, ends: str, step: int
) -> None:
    event_id = a_series_with_a_changed_end(world)
    before, writes, rows = world.shown_here(), len(world.writes()), len(world.rows())
    propose_split(world, event_id, gone=gone)
    proposed = list(OutboxOperation.objects.filter(status=OperationStatus.PROPOSED))
    if ends == "declined":
        which = proposed[step % len(proposed)]
        decline(actor=world.actor, operation=which, now=world.clock.now())
    else:
        expire(now=world.clock.now() + LASTS)
    assert not OutboxOperation.objects.filter(status=OperationStatus.PROPOSED).exists()
    assert world.sync(insist=True, full=True).succeeded
    assert (len(world.rows()), len(world.writes())) == (rows, writes)
    assert world.shown_here() == world.shown_at_google() == before


@pytest.mark.parametrize("ends", ["declined", "expired"])
def test_a_proposed_split_can_be_let_go_after_the_member_split_the_series_too(
    world: World, ends: str
) -> None:
    event_id = a_series_with_a_changed_end(world)
    proposal = propose_split(world, event_id, gone=False)
    slots = list(world.seen(event_id).occurrences.order_by("start_ts"))
    world.edit(slots[2].instance_id, Scope.THIS_AND_FOLLOWING, summary="My own")
    own = [row for row in world.shown_here() if row[2] != "Tail"]
    if ends == "declined":
        decline(actor=world.actor, operation=proposal, now=world.clock.now())
    else:
        expire(now=world.clock.now() + LASTS)
    assert not OutboxOperation.objects.filter(status=OperationStatus.PROPOSED).exists()
    assert world.shown_here() == own
    assert world.sync().succeeded
    assert world.shown_here() == world.shown_at_google() == own


def test_a_member_who_split_the_series_alike_is_asked_before_there_are_two_tails(
    world: World,
) -> None:
    event_id = a_series_with_a_changed_end(world)
    proposal = propose_split(world, event_id, gone=False)
    slots = list(world.seen(event_id).occurrences.order_by("start_ts"))
    world.edit(slots[2].instance_id, Scope.THIS_AND_FOLLOWING, summary="My own")
    yes(world, proposal)
    steps = OutboxOperation.objects.filter(saga=proposal.saga)
    assert set(steps.values_list("status", flat=True)) == {OperationStatus.CONFLICT}
    assert world.sync().succeeded
    assert [row[2] for row in world.shown_at_google()].count("Tail") == 0


@pytest.mark.parametrize("decided", ["never", "before it is sent", "after it is sent"])
@pytest.mark.parametrize("own", [1, 3], ids=["earlier", "later"])
def test_a_proposed_split_holds_up_no_split_of_the_members_own(
    world: World, own: int, decided: str
) -> None:
    rule = ["RRULE:FREQ=DAILY;COUNT=5"]
    made = world.google.insert_event(ALICE, world.timed(recurrence=rule))
    world.sync()
    slots = [f"{made['id']}_202603{day}T090000Z" for day in range(11, 16)]
    proposal = propose_split(world, str(made["id"]), gone=False)
    world.edit(slots[own], Scope.THIS_AND_FOLLOWING, summary="Own")
    if decided == "before it is sent":
        assert yes(world, proposal).status == OperationStatus.CONFLICT
    seen = [row for row in world.shown_here() if "Tail" not in row]
    assert [title for *_, title, _ in seen] == ["Lunch"] * own + ["Own"] * (5 - own)
    world.sync()
    assert world.shown_at_google() == seen
    if decided == "after it is sent":
        assert yes(world, proposal).status == OperationStatus.CONFLICT
    way = decline if decided == "never" else discard
    way(actor=world.actor, operation=proposal, now=world.clock.now())
    world.sync()
    assert world.shown_here() == world.shown_at_google() == seen
    done = (OperationStatus.APPLIED, OperationStatus.CANCELLED)
    assert not OutboxOperation.objects.exclude(status__in=done).exists()
