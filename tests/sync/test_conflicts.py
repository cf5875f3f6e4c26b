"""The same event changed here and at Google."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.models import LocalStatus, OperationStatus, OutboxOperation
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World


def both_have_an_event(world: World) -> str:
    made = world.google.insert_event(ALICE, world.timed(location="Here"))
    world.sync()
    return str(made["id"])


def test_changes_of_different_fields_both_stay(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.patch_event(ALICE, event_id, {"location": "Theirs"})
    assert world.sync().succeeded
    there = world.at_google()[event_id]
    assert (there["summary"], there["location"]) == ("Mine", "Theirs")
    assert world.seen(event_id).resource["location"] == "Theirs"
    assert world.seen(event_id).local_status == LocalStatus.SYNCED


def test_the_same_change_on_both_sides_is_done(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Same")
    world.google.patch_event(ALICE, event_id, {"summary": "Same"})
    assert world.sync().succeeded
    assert OutboxOperation.objects.get().status == OperationStatus.APPLIED


def test_different_values_of_one_field_are_a_conflict_and_google_wins_here(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    event = world.seen(event_id)
    assert event.resource["summary"] == "Theirs"
    assert event.local_status == LocalStatus.CONFLICT
    operation = OutboxOperation.objects.get()
    assert operation.status == OperationStatus.CONFLICT
    assert operation.payload == {"summary": "Mine"}
    assert world.at_google()[event_id]["summary"] == "Theirs"


def test_a_conflict_found_by_a_pull_is_the_same_as_one_found_by_412(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.faults.fail_next(3, status=500, method="PATCH")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    assert OutboxOperation.objects.get().status == OperationStatus.CONFLICT
    assert world.seen(event_id).resource["summary"] == "Theirs"


def test_an_edit_of_what_google_deleted_is_a_conflict(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.delete_event(ALICE, event_id)
    world.sync()
    operation = OutboxOperation.objects.get()
    assert (operation.status, operation.reason) == ("conflict", "deleted_at_google")
    assert world.starts(event_id) == []


def test_a_delete_of_what_google_changed_is_a_conflict(world: World) -> None:
    event_id = both_have_an_event(world)
    world.delete(event_id)
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    assert OutboxOperation.objects.get().status == OperationStatus.CONFLICT
    assert event_id in world.at_google()
    assert world.seen(event_id).resource["summary"] == "Theirs"


def test_a_new_edit_of_the_field_settles_its_conflict(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    world.edit(event_id, summary="Agreed")
    assert world.sync().succeeded
    assert world.at_google()[event_id]["summary"] == "Agreed"
    assert world.seen(event_id).local_status == LocalStatus.SYNCED


def test_one_conflict_does_not_keep_other_fields_from_being_sent(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.edit(event_id, location="There")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    assert world.at_google()[event_id]["location"] == "There"
    assert world.seen(event_id).local_status == LocalStatus.CONFLICT
