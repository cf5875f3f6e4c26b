"""What somebody changed at Google of single occurrences is not reset without a word."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from calendars.commands.conflicts import resolve
from calendars.commands.outbox import retry
from calendars.commands.proposals import approve
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import WrongStateError
from calendars.google.client import use_transport
from calendars.models import OperationStatus, OutboxOperation
from calendars.queries.outbox import conflicts
from calendars.sync.core.resets import OCCURRENCES_CHANGED
from calendars.sync.in_step import InStep
from tests.sync.test_all_histories import WORK, TwoAccounts
from tests.sync.test_splits import FOLLOWING, at_rest, instances, series, zoned
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accounts.models import Member

    Change = Callable[[World, str], Any]

__all__ = ["zoned"]
RULE = ["RRULE:FREQ=WEEKLY;COUNT=6"]
CUT, BEHIND = 2, 4


def split(world: World, instance: str) -> OutboxOperation:
    return world.edit(instance, FOLLOWING, summary="Renamed")


def move_the_series(world: World, instance: str) -> OutboxOperation:
    event_id = world.seen(instance.rpartition("_")[0]).event_id
    return world.edit(event_id, Scope.SERIES, **times(world, 11, 15))


def shorten(world: World, instance: str) -> OutboxOperation:
    return world.delete(instance, FOLLOWING)


def delete_the_series(world: World, instance: str) -> OutboxOperation:
    return world.delete(instance.rpartition("_")[0], Scope.SERIES)


CHANGES: list[Change] = [split, move_the_series, shorten, delete_the_series]
GOING_ON: list[Change] = [split, move_the_series]
ENDING: list[Change] = [shorten, delete_the_series]


def times(world: World, day: int, hour: int) -> dict[str, Any]:
    timed = world.timed(day, hour)
    return {"start": timed["start"], "end": timed["end"]}


def parked() -> list[OutboxOperation]:
    rows = OutboxOperation.objects.filter(status=OperationStatus.CONFLICT)
    return list(rows.filter(reason=OCCURRENCES_CHANGED).order_by("op_id"))


def decide(world: World, choice: str) -> None:
    [operation] = parked()
    resolve(actor=world.actor, operation=operation, choice=choice, now=world.clock.now())


def seen(world: World) -> Counter[str]:
    return Counter(str(event.get("summary")) for event in world.events_at_google())


def lists(world: World) -> int:
    """How often Google was asked what a calendar holds."""
    return sum(
        request.method == "GET" and request.path.endswith("/events")
        for request in world.google.requests
    )


@pytest.fixture
def weekly(zoned: World) -> list[str]:
    """The six occurrences of a series that both sides have."""
    return instances(zoned, series(zoned, RULE))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_at_google_of_an_occurrence_is_not_reset_unasked(
    zoned: World, weekly: list[str], change: Change
) -> None:
    change(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    before = len(zoned.writes())
    zoned.sync()
    assert len(parked()) == 1
    assert len(zoned.writes()) == before
    assert zoned.at_google()[weekly[BEHIND]]["location"] == "Attic"
    assert zoned.shown_here() == zoned.shown_at_google()


@pytest.mark.parametrize("change", CHANGES)
def test_deciding_for_it_has_it_sent_all_the_same(
    zoned: World, weekly: list[str], change: Change
) -> None:
    change(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    wanted = zoned.shown_here()
    zoned.sync()
    decide(zoned, "mine")
    assert zoned.shown_here() == wanted
    at_rest(zoned)


@pytest.mark.parametrize("change", CHANGES)
def test_deciding_against_it_leaves_everything_as_google_has_it(
    zoned: World, weekly: list[str], change: Change
) -> None:
    change(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    wanted, before = zoned.shown_at_google(), len(zoned.writes())
    zoned.sync()
    decide(zoned, "theirs")
    assert zoned.shown_here() == wanted
    at_rest(zoned)
    assert len(zoned.writes()) == before


@pytest.mark.parametrize("change", GOING_ON)
def test_an_occurrence_deleted_at_google_does_not_come_back_unasked(
    zoned: World, weekly: list[str], change: Change
) -> None:
    change(zoned, weekly[CUT])
    zoned.google.delete_event(ALICE, weekly[BEHIND])
    zoned.sync()
    assert len(parked()) == 1
    assert zoned.shown_here() == zoned.shown_at_google()
    decide(zoned, "theirs")
    at_rest(zoned)
    assert len(zoned.shown_here()) == 5


@pytest.mark.parametrize("change", ENDING)
def test_what_is_deleted_on_both_sides_is_no_conflict(
    zoned: World, weekly: list[str], change: Change
) -> None:
    change(zoned, weekly[CUT])
    zoned.google.delete_event(ALICE, weekly[BEHIND])
    at_rest(zoned)


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_told_when_it_was_asked_for_is_no_conflict(
    zoned: World, weekly: list[str], change: Change
) -> None:
    zoned.google.patch_event(ALICE, weekly[3], {"location": "Attic"})
    zoned.google.delete_event(ALICE, weekly[4])
    zoned.sync()
    zoned.edit(weekly[5], Scope.INSTANCE, summary="Mine, and not sent yet")
    change(zoned, weekly[CUT])
    at_rest(zoned)


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_told_and_is_changed_once_more_is(
    zoned: World, weekly: list[str], change: Change
) -> None:
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    zoned.sync()
    change(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Cellar"})
    zoned.sync()
    assert len(parked()) == 1


def test_an_occurrence_that_was_deleted_and_is_back_is_not_lost(
    zoned: World, weekly: list[str]
) -> None:
    zoned.google.delete_event(ALICE, weekly[BEHIND])
    zoned.sync()
    split(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"status": "confirmed"})
    zoned.sync()
    assert len(parked()) == 1


def test_occurrences_that_stay_in_the_series_are_none_of_its_business(
    zoned: World, weekly: list[str]
) -> None:
    split(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[1], {"location": "Attic"})
    zoned.google.delete_event(ALICE, weekly[0])
    zoned.sync()
    at_rest(zoned)
    assert seen(zoned) == {"Lunch": 1, "Renamed": 4}


def test_a_change_of_the_whole_series_at_google_changes_no_occurrence(
    zoned: World, weekly: list[str]
) -> None:
    zoned.google.patch_event(ALICE, weekly[BEHIND], times(zoned, 9, 16) | {"location": "Attic"})
    zoned.sync()
    zoned.delete(weekly[CUT], FOLLOWING)
    event_id = weekly[0].rpartition("_")[0]
    zoned.google.patch_event(ALICE, event_id, {"summary": "Renamed there"})
    zoned.sync()
    at_rest(zoned)
    assert seen(zoned) == {"Renamed there": 2}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_between_the_look_and_the_request_is_noticed_too(
    zoned: World, weekly: list[str], change: Change
) -> None:
    change(zoned, weekly[CUT])
    with meanwhile(lambda: zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})):
        zoned.sync()
    assert len(parked()) == 1
    zoned.sync()
    assert seen(zoned) == {"Lunch": 6}
    assert zoned.at_google()[weekly[BEHIND]]["location"] == "Attic"
    decide(zoned, "mine")
    at_rest(zoned)


@contextmanager
def meanwhile(happens: Callable[[], Any]) -> Iterator[None]:
    """Right after a calendar was pulled for what is to be sent, once."""
    bring, left = InStep.bring, [happens]

    def brought(self: InStep, google_id: str) -> bool:
        done = bring(self, google_id)
        if left:
            left.pop()()
        return done

    with mock.patch.object(InStep, "bring", brought):
        yield


@pytest.mark.parametrize("change", CHANGES)
def test_what_google_takes_back_is_no_conflict_any_more(
    zoned: World, weekly: list[str], change: Change
) -> None:
    change(zoned, weekly[CUT])
    wanted = zoned.shown_here()
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    zoned.sync()
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": None})
    zoned.sync()
    assert not parked()
    assert zoned.shown_here() == wanted
    at_rest(zoned)


def test_a_rule_that_is_changed_at_google_as_well_is_a_conflict_about_the_rule(
    zoned: World, weekly: list[str]
) -> None:
    split(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    zoned.sync()
    event_id = weekly[0].rpartition("_")[0]
    zoned.google.patch_event(ALICE, event_id, {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=9"]})
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": None})
    zoned.sync()
    rows = OutboxOperation.objects.filter(status=OperationStatus.CONFLICT)
    assert rows.get(event_id=event_id).reason == "changed_on_both_sides"


def test_an_answer_of_a_guest_for_one_occurrence_keeps_none_that_is_to_be_deleted(
    world: World,
) -> None:
    ids = instances(world, series(world, RULE, attendees=[{"email": "ben@elsewhere.test"}]))
    world.delete(ids[CUT], FOLLOWING)
    answered = [{"email": "ben@elsewhere.test", "responseStatus": "declined"}]
    world.google.patch_event(ALICE, ids[BEHIND], {"attendees": answered})
    at_rest(world)


def test_but_it_is_not_reset_where_the_occurrence_goes_on(world: World) -> None:
    ids = instances(world, series(world, RULE, attendees=[{"email": "ben@elsewhere.test"}]))
    split(world, ids[CUT])
    answered = [{"email": "ben@elsewhere.test", "responseStatus": "declined"}]
    world.google.patch_event(ALICE, ids[BEHIND], {"attendees": answered})
    world.sync()
    assert len(parked()) == 1


def test_splits_of_one_calendar_have_it_pulled_once(world: World) -> None:
    first, second = (instances(world, series(world, RULE, summary=each)) for each in "ab")
    split(world, first[4])
    split(world, first[2])
    split(world, second[3])
    before = lists(world)
    world.sync()
    assert not parked()
    assert lists(world) - before == 2


def test_nothing_else_has_a_calendar_pulled_twice(world: World) -> None:
    ids = instances(world, series(world, RULE))
    world.edit(ids[0].rpartition("_")[0], Scope.SERIES, summary="Series")
    world.edit(ids[1], Scope.INSTANCE, summary="One")
    world.delete(ids[2], Scope.INSTANCE)
    before = lists(world)
    world.sync()
    assert lists(world) - before == 1


def test_a_calendar_that_cannot_be_pulled_holds_its_splits_back(world: World) -> None:
    ids = instances(world, series(world, RULE))
    split(world, ids[CUT])
    world.google.patch_event(ALICE, ids[BEHIND], {"location": "Attic"})
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="GET")
    before = len(world.writes())
    assert not world.sync().succeeded
    assert len(world.writes()) == before
    world.sync(insist=True)
    assert len(parked()) == 1


def test_the_conflict_names_the_occurrences_as_google_has_them(world: World) -> None:
    ids = instances(world, series(world, RULE))
    split(world, ids[CUT])
    world.google.patch_event(ALICE, ids[3], {"summary": "Offsite"})
    world.google.delete_event(ALICE, ids[4])
    world.sync()
    [entry] = conflicts(member=world.member)
    assert set(entry["choices"]) == {"mine", "theirs"}
    moved, gone = entry["occurrences"]
    assert (moved["event_id"], moved["summary"]) == (ids[3], "Offsite")
    assert moved["start"]["dateTime"].startswith("2026-04-01T10:00:00")
    assert (moved["theirs"], moved["deleted_by_mine"]) == ({"summary": "Offsite"}, False)
    assert (gone["event_id"], gone["summary"], gone["start"]) == (ids[4], "Lunch", None)
    assert gone["original_start"]["dateTime"].startswith("2026-04-08T10:00:00")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_splits_on_a_split_wait_for_the_decision_about_it(
    zoned: World, weekly: list[str], choice: str
) -> None:
    split(zoned, weekly[CUT])
    tail = next(row for row in zoned.cached().values() if row.local_id)
    zoned.edit(instances(zoned, tail.event_id)[2], FOLLOWING, summary="Again")
    wanted = zoned.shown_here()
    zoned.google.patch_event(ALICE, weekly[5], {"location": "Attic"})
    zoned.sync()
    zoned.sync()
    assert seen(zoned) == {"Lunch": 6}
    decide(zoned, choice)
    zoned.sync()
    if choice == "mine":
        assert zoned.shown_here() == wanted
    assert (
        seen(zoned)
        == {"mine": {"Lunch": 2, "Renamed": 2, "Again": 2}, "theirs": {"Lunch": 6}}[choice]
    )
    at_rest(zoned)


def test_of_two_splits_of_one_series_the_newer_is_decided_first(
    zoned: World, weekly: list[str]
) -> None:
    split(zoned, weekly[4])
    zoned.edit(weekly[2], FOLLOWING, summary="Earlier")
    wanted = zoned.shown_here()
    zoned.google.patch_event(ALICE, weekly[5], {"location": "Attic"})
    zoned.sync()
    older, newer = parked()
    for choice in ("mine", "theirs"):
        with pytest.raises(WrongStateError, match="later change"):
            resolve(actor=zoned.actor, operation=older, choice=choice, now=zoned.clock.now())
    resolve(actor=zoned.actor, operation=newer, choice="mine", now=zoned.clock.now())
    assert zoned.shown_here() == wanted
    at_rest(zoned)


def test_one_after_the_other_both_can_be_given_up(zoned: World, weekly: list[str]) -> None:
    split(zoned, weekly[4])
    zoned.edit(weekly[2], FOLLOWING, summary="Earlier")
    zoned.google.patch_event(ALICE, weekly[5], {"location": "Attic"})
    zoned.sync()
    for operation in reversed(parked()):
        resolve(actor=zoned.actor, operation=operation, choice="theirs", now=zoned.clock.now())
    at_rest(zoned)
    assert seen(zoned) == {"Lunch": 6}


def test_only_the_newer_one_is_in_question_where_only_that_resets_something(
    zoned: World, weekly: list[str]
) -> None:
    split(zoned, weekly[4])
    zoned.edit(weekly[2], FOLLOWING, summary="Earlier")
    zoned.google.patch_event(ALICE, weekly[3], {"location": "Attic"})
    zoned.sync()
    zoned.sync()
    assert seen(zoned) == {"Lunch": 4, "Renamed": 2}
    decide(zoned, "mine")
    at_rest(zoned)
    assert seen(zoned) == {"Lunch": 2, "Earlier": 2, "Renamed": 2}


@pytest.mark.parametrize(
    ("choices", "left"), [(["mine"], {"Renamed": 2}), (["theirs"] * 2, {"Lunch": 6})]
)
def test_a_delete_of_what_a_split_left_waits_for_the_decision_about_both(
    zoned: World, weekly: list[str], choices: list[str], left: dict[str, int]
) -> None:
    split(zoned, weekly[4])
    delete_the_series(zoned, weekly[0])
    zoned.google.patch_event(ALICE, weekly[5], {"location": "Attic"})
    zoned.sync()
    assert seen(zoned) == {"Lunch": 6}
    for choice, operation in zip(choices, reversed(parked()), strict=False):
        resolve(actor=zoned.actor, operation=operation, choice=choice, now=zoned.clock.now())
    at_rest(zoned)
    assert seen(zoned) == left


def test_an_undo_of_a_split_does_not_reset_what_was_changed_of_the_new_series(
    zoned: World, weekly: list[str]
) -> None:
    made = split(zoned, weekly[CUT])
    zoned.sync()
    tail = instances(zoned, zoned.seen(made.event_id).event_id)
    undo(actor=zoned.actor, operation=made, now=zoned.clock.now())
    zoned.google.patch_event(ALICE, tail[2], {"location": "Attic"})
    zoned.sync()
    zoned.sync()
    assert len(parked()) == 1
    assert seen(zoned) == {"Lunch": 2, "Renamed": 4}
    decide(zoned, "theirs")
    zoned.sync()
    assert seen(zoned) == {"Lunch": 2, "Renamed": 4}
    at_rest(zoned)


def test_what_was_changed_since_a_split_was_proposed_is_not_reset_by_approving_it(
    zoned: World, weekly: list[str]
) -> None:
    asking = replace(zoned.actor, via="MCP token helper", proposes=True)
    with mock.patch.object(World, "actor", asking):
        proposed = split(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    zoned.sync()
    assert not parked()
    approve(actor=zoned.actor, operation=proposed, now=zoned.clock.now())
    [entry] = conflicts(member=zoned.member)
    assert entry["reason"] == "changed_since_proposed"
    assert zoned.shown_here() == zoned.shown_at_google()
    operation = OutboxOperation.objects.get(op_id=entry["op_id"])
    resolve(actor=zoned.actor, operation=operation, choice="mine", now=zoned.clock.now())
    at_rest(zoned)
    assert seen(zoned) == {"Lunch": 2, "Renamed": 4}


def test_what_google_had_before_a_proposal_was_approved_is_found_out_before_it_is_sent(
    zoned: World, weekly: list[str]
) -> None:
    asking = replace(zoned.actor, via="MCP token helper", proposes=True)
    with mock.patch.object(World, "actor", asking):
        proposed = split(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    approve(actor=zoned.actor, operation=proposed, now=zoned.clock.now())
    zoned.sync()
    assert len(parked()) == 1


def test_what_was_changed_while_a_split_was_refused_is_not_reset_by_trying_it_again(
    zoned: World, weekly: list[str]
) -> None:
    made = split(zoned, weekly[CUT])
    zoned.google.faults.fail_next(1, status=403, reason="forbidden", method="POST")
    zoned.sync()
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    zoned.sync()
    made.refresh_from_db()
    retry(actor=zoned.actor, operation=made, now=zoned.clock.now())
    before = len(zoned.writes())
    zoned.sync()
    assert len(parked()) == 1
    assert len(zoned.writes()) == before


def test_an_edit_here_of_the_same_occurrence_is_decided_before_the_split(
    zoned: World, weekly: list[str]
) -> None:
    zoned.edit(weekly[BEHIND], Scope.INSTANCE, location="Cellar")
    split(zoned, weekly[CUT])
    zoned.google.patch_event(ALICE, weekly[BEHIND], {"location": "Attic"})
    zoned.sync()
    assert len(parked()) == 1
    assert "Attic" in str(zoned.shown_at_google())


@pytest.mark.parametrize(("choice", "where"), [("mine", WORK), ("theirs", ALICE)])
def test_a_series_goes_to_no_other_account_without_what_was_changed_of_it(
    alice: Member, choice: str, where: str
) -> None:
    """It is copied there as its rule says, and deleted here."""
    world = TwoAccounts(alice)
    with use_transport(world.google.http):
        event_id = series(world, RULE)
        changed = instances(world, event_id)[BEHIND]
        world.move(event_id, WORK)
        world.google.patch_event(ALICE, changed, {"location": "Attic"})
        for _ in range(3):
            world.sync(insist=True)
        assert world.google.get_event(ALICE, changed)["location"] == "Attic"
        decide(world, choice)
        for _ in range(3):
            world.sync(insist=True)
        for calendar in (ALICE, WORK):
            there = [each.get("summary") for each in world.google.live_events(calendar)]
            assert ("Lunch" in there) == (calendar == where)
