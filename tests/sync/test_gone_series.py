"""What becomes of the occurrences of a series that is deleted, here or at Google."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from calendars.commands.outbox import discard
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.models import CachedEvent, OperationStatus, OutboxOperation
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World

DAILY = ["RRULE:FREQ=DAILY;COUNT=4"]


@pytest.fixture
def series(world: World) -> str:
    made = world.google.insert_event(ALICE, world.timed(11, recurrence=DAILY))
    world.sync()
    return str(made["id"])


def third(world: World, series: str) -> str:
    slots = world.seen(series).occurrences.order_by("start_ts")
    return [slot.instance_id for slot in slots][2]


def series_goes(world: World, series: str, *, where: str) -> None:
    if where == "google":
        world.google.delete_event(ALICE, series)
    else:
        world.delete(series, Scope.SERIES)
    world.sync()
    assert series not in world.at_google()


def refuse_next(world: World, method: str) -> None:
    world.google.faults.fail_next(
        1, status=403, reason="forbidden", method=method, path_contains="/events"
    )


@pytest.mark.parametrize("where", ["here", "google"])
@pytest.mark.parametrize("known", [False, True], ids=["unchanged before", "changed before"])
def test_a_refused_delete_of_an_occurrence_has_reached_its_aim_once_the_series_is_gone(
    world: World, series: str, where: str, known: bool
) -> None:
    occurrence = third(world, series)
    if known:
        world.edit(occurrence, Scope.INSTANCE, summary="Tea")
        world.sync()
    refuse_next(world, "DELETE")
    refused = world.delete(occurrence, Scope.INSTANCE)
    world.sync()
    series_goes(world, series, where=where)
    refused.refresh_from_db()
    assert refused.status == OperationStatus.APPLIED
    assert not CachedEvent.objects.exists()


def refused_edit(world: World, series: str, *, known: bool) -> OutboxOperation:
    occurrence = third(world, series)
    if known:
        world.edit(occurrence, Scope.INSTANCE, summary="Tea")
        world.sync()
    refuse_next(world, "PATCH")
    refused = world.edit(occurrence, Scope.INSTANCE, location="Home")
    world.sync()
    return refused


@pytest.mark.parametrize("known", [False, True], ids=["unchanged before", "changed before"])
def test_a_refused_edit_of_an_occurrence_has_lost_its_event_once_google_has_no_series(
    world: World, series: str, known: bool
) -> None:
    refused = refused_edit(world, series, known=known)
    series_goes(world, series, where="google")
    refused.refresh_from_db()
    assert refused.status == OperationStatus.CONFLICT
    assert world.shown_here() == []
    discard(actor=world.actor, operation=refused, now=world.clock.now())
    assert not CachedEvent.objects.exists()


@pytest.mark.parametrize("known", [False, True], ids=["unchanged before", "changed before"])
def test_a_refused_edit_of_an_occurrence_is_no_question_once_its_series_was_deleted_here(
    world: World, series: str, known: bool
) -> None:
    refused = refused_edit(world, series, known=known)
    series_goes(world, series, where="here")
    refused.refresh_from_db()
    assert (refused.status, refused.reason) == (OperationStatus.CANCELLED, "superseded")
    assert not CachedEvent.objects.exists()


def test_an_edit_of_an_occurrence_that_waited_for_its_series_is_no_question_once_that_is_deleted(
    world: World, series: str
) -> None:
    """The series was moved, its new third occurrence renamed, then all deleted: one request."""
    world.edit(series, Scope.SERIES, start="2026-03-12T10:00:00", end="2026-03-12T11:00:00")
    world.edit(third(world, series), Scope.INSTANCE, summary="Mine")
    world.delete(series, Scope.SERIES)
    world.sync()
    assert [request.method for request in world.writes()] == ["DELETE"]
    assert not CachedEvent.objects.exists()
    assert not OutboxOperation.objects.filter(status=OperationStatus.CONFLICT).exists()


@pytest.mark.parametrize("which", ["series", "occurrence"])
def test_a_refused_edit_stands_when_another_occurrence_is_deleted(
    world: World, series: str, which: str
) -> None:
    first = world.seen(series).occurrences.order_by("start_ts")[0].instance_id
    refuse_next(world, "PATCH")
    target, scope = (series, Scope.SERIES) if which == "series" else (first, Scope.INSTANCE)
    refused = world.edit(target, scope, summary="Tea")
    world.sync()
    world.delete(third(world, series), Scope.INSTANCE)
    assert world.sync().succeeded
    refused.refresh_from_db()
    assert refused.status == OperationStatus.FAILED


def test_a_refused_edit_of_an_occurrence_stands_while_the_delete_of_its_series_can_fail(
    world: World, series: str
) -> None:
    refused = refused_edit(world, series, known=False)
    before = world.shown_here()
    refuse_next(world, "DELETE")
    deleted = world.delete(series, Scope.SERIES)
    assert world.shown_here() == []
    world.sync()
    undo(actor=world.actor, operation=deleted, now=world.clock.now())
    refused.refresh_from_db()
    assert refused.status == OperationStatus.FAILED
    assert world.shown_here() == before


def test_an_occurrence_that_was_to_come_back_does_not_outlive_its_series(
    world: World, series: str
) -> None:
    gone = world.delete(third(world, series), Scope.INSTANCE)
    world.sync()
    back = undo(actor=world.actor, operation=gone, now=world.clock.now()).operation
    series_goes(world, series, where="google")
    back.refresh_from_db()
    assert back.status == OperationStatus.CONFLICT
    assert world.shown_here() == []


def test_a_delete_of_an_occurrence_that_is_sent_after_its_series_leaves_nothing(
    world: World, series: str
) -> None:
    world.delete(third(world, series), Scope.INSTANCE)
    world.google.delete_event(ALICE, series)
    assert world.sync().succeeded
    assert not CachedEvent.objects.exists()


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
@pytest.mark.parametrize("moved", [False, True], ids=["stayed", "moved"])
def test_an_occurrence_cancelled_at_google_goes_with_its_series_in_one_pull(
    world: World, series: str, known: bool, moved: bool
) -> None:
    occurrence = third(world, series)
    if known:
        world.google.patch_event(ALICE, occurrence, {"summary": "Tea"})
        world.sync()
    world.google.delete_event(ALICE, occurrence)
    if moved:
        times = world.timed(12, 18)
        world.google.patch_event(ALICE, series, {name: times[name] for name in ("start", "end")})
    series_goes(world, series, where="google")
    assert not CachedEvent.objects.exists()


@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize("edited", [False, True], ids=["undone", "undone and edited"])
def test_an_occurrence_that_was_to_come_back_is_a_question_once_its_slot_is_gone(
    world: World, series: str, lost: Literal["before", "after"], edited: bool
) -> None:
    occurrence = third(world, series)
    world.google.faults.drop_next(1, when=lost, method="DELETE")
    deleted = world.delete(occurrence, Scope.INSTANCE)
    world.sync()
    undo(actor=world.actor, operation=deleted, now=world.clock.now())
    if edited:
        world.edit(occurrence, Scope.INSTANCE, location="There")
    times = world.timed(12, 18)
    world.google.patch_event(ALICE, series, {name: times[name] for name in ("start", "end")})
    world.sync(insist=True)
    writes = len(world.writes())
    world.sync(insist=True)
    assert len(world.writes()) == writes
    waiting = OutboxOperation.objects.filter(status=OperationStatus.CONFLICT)
    assert {each.reason for each in waiting} == {"deleted_at_google"}
    for each in waiting:
        discard(actor=world.actor, operation=each, now=world.clock.now())
    assert world.sync().succeeded
    assert world.shown_here() == world.shown_at_google()


def test_an_occurrence_that_google_dropped_behind_a_refused_split_does_not_come_back(
    world: World, series: str
) -> None:
    last = world.seen(series).occurrences.order_by("-start_ts")[0].instance_id
    world.edit(last, Scope.INSTANCE, start="2026-03-12T18:00:00")
    world.sync()
    refuse_next(world, "PATCH")
    world.edit(third(world, series), Scope.THIS_AND_FOLLOWING, summary="Tea")
    world.cycle()
    shorter = ["RRULE:FREQ=DAILY;COUNT=2"]
    world.google.patch_event(ALICE, series, {"recurrence": shorter})
    world.google.faults.expire_sync_tokens()  # so that no tombstone tells
    world.sync()
    for each in OutboxOperation.objects.exclude(status=OperationStatus.APPLIED):
        each.refresh_from_db()
        if each.status in (OperationStatus.FAILED, OperationStatus.CONFLICT):
            discard(actor=world.actor, operation=each, now=world.clock.now())
    world.sync()
    assert world.shown_here() == world.shown_at_google()
