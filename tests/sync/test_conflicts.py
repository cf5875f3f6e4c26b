"""The same event changed here and at Google."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.commands.conflicts import resolve
from calendars.commands.outbox import discard
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.models import LocalStatus, OperationStatus, OutboxOperation
from calendars.queries.outbox import conflicts
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


def assert_lost_its_event(world: World, event_id: str) -> None:
    """The only operation is in conflict with a delete at Google, and the event does not show."""
    operation = OutboxOperation.objects.get()
    assert (operation.status, operation.reason) == ("conflict", "deleted_at_google")
    assert world.starts(event_id) == []


def test_an_edit_of_what_google_deleted_is_a_conflict(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.delete_event(ALICE, event_id)
    world.sync()
    assert_lost_its_event(world, event_id)


def test_an_edit_that_google_forbids_because_the_event_is_deleted_is_that_conflict(
    world: World,
) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.delete_event(ALICE, event_id)
    world.google.faults.fail_next(status=403, reason="forbidden", method="PATCH")
    world.google.faults.expire_sync_tokens()  # so that no tombstone tells
    world.sync()
    assert_lost_its_event(world, event_id)


def test_an_edit_that_failed_learns_from_a_full_listing_that_its_event_is_deleted(
    world: World,
) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.faults.fail_next(status=400, reason="invalid", method="PATCH")
    world.cycle()
    world.google.delete_event(ALICE, event_id)
    world.google.faults.expire_sync_tokens()  # so that no tombstone tells
    world.sync()
    assert_lost_its_event(world, event_id)


def test_an_edit_that_failed_waits_on_while_its_event_is_only_out_of_the_window(
    world: World,
) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.faults.fail_next(status=400, reason="invalid", method="PATCH")
    world.cycle()
    later = {"dateTime": "2026-10-01T10:00:00", "timeZone": "Europe/Berlin"}
    world.google.patch_event(ALICE, event_id, {"start": later, "end": later})
    world.google.faults.expire_sync_tokens()
    world.sync()
    assert OutboxOperation.objects.get().status == OperationStatus.FAILED
    assert world.seen(event_id).resource["summary"] == "Mine"


def test_an_edit_that_google_forbids_of_an_event_that_it_has_has_failed(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.faults.fail_next(status=403, reason="forbidden", method="PATCH")
    world.cycle()
    assert OutboxOperation.objects.get().status == OperationStatus.FAILED
    assert world.seen(event_id).resource["summary"] == "Mine"


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


# Settling them


def in_conflict(world: World) -> list[OutboxOperation]:
    return list(OutboxOperation.objects.filter(status=OperationStatus.CONFLICT).order_by("op_id"))


def settle(world: World, operation: OutboxOperation, choice: str, fields: Any = None) -> None:
    resolve(
        actor=world.actor,
        operation=operation,
        choice=choice,
        fields=fields,
        now=world.clock.now(),
    )


def all_is_quiet(world: World) -> bool:
    assert world.sync().succeeded
    here = {event.local_status for event in world.cached().values()}
    return here <= {LocalStatus.SYNCED} and not in_conflict(world)


def test_both_versions_live_on_as_two_events(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    settle(world, in_conflict(world)[0], "both")
    assert all_is_quiet(world)
    there = world.at_google()
    assert there.pop(event_id)["summary"] == "Theirs"
    (mine,) = there.values()
    assert (mine["summary"], mine["location"]) == ("Mine", "Here")


def test_what_google_deleted_is_made_anew_when_mine_is_chosen(world: World) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.delete_event(ALICE, event_id)
    world.sync()
    settle(world, in_conflict(world)[0], "mine")
    assert all_is_quiet(world)
    (mine,) = world.at_google().values()
    assert (mine["summary"], mine["id"] != event_id) == ("Mine", True)


def test_the_local_id_of_what_google_deleted_leads_to_what_was_made_anew(world: World) -> None:
    world.sync()
    kept = world.create(summary="Tea")
    world.sync()
    world.edit(kept, summary="Mine")
    world.google.delete_event(ALICE, world.seen(kept).event_id)
    world.sync()
    settle(world, in_conflict(world)[0], "mine")
    assert world.seen(kept).resource["summary"] == "Mine"
    world.edit(kept, location="Here")
    assert all_is_quiet(world)
    (mine,) = world.at_google().values()
    assert (mine["summary"], mine["location"]) == ("Mine", "Here")


def test_what_google_changed_is_deleted_anyway_when_mine_is_chosen(world: World) -> None:
    event_id = both_have_an_event(world)
    world.delete(event_id)
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    settle(world, in_conflict(world)[0], "mine")
    assert all_is_quiet(world)
    assert world.at_google() == {}


def test_google_changing_to_my_value_ends_a_conflict_and_says_so(world: World) -> None:
    event_id = both_have_an_event(world)
    edit = world.edit(event_id, summary="Mine")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    world.google.patch_event(ALICE, event_id, {"summary": "Mine"})
    assert all_is_quiet(world)
    edit.refresh_from_db()
    assert (edit.status, edit.reason) == ("applied", "settled_at_google")


def test_google_going_back_to_what_i_edited_ends_a_conflict_and_mine_is_sent(world: World) -> None:
    event_id = both_have_an_event(world)
    edit = world.edit(event_id, summary="Mine")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    world.google.patch_event(ALICE, event_id, {"summary": "Lunch"})
    world.sync()
    assert all_is_quiet(world)
    edit.refresh_from_db()
    assert (edit.status, world.at_google()[event_id]["summary"]) == ("applied", "Mine")


def test_google_deleting_what_i_wanted_deleted_ends_a_conflict_and_says_so(world: World) -> None:
    event_id = both_have_an_event(world)
    delete = world.delete(event_id)
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    world.google.delete_event(ALICE, event_id)
    assert all_is_quiet(world)
    delete.refresh_from_db()
    assert (delete.status, delete.reason) == ("applied", "settled_at_google")


def test_the_newest_of_several_conflicts_decides_the_older_ones_about_the_same(
    world: World,
) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="First")
    world.edit(event_id, summary="Second", location="There")
    third = world.edit(event_id, summary="Third")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs", "location": "Elsewhere"})
    world.sync()
    assert len(in_conflict(world)) == 3
    settle(world, third, "mine")
    (left,) = in_conflict(world)
    assert left.payload == {"summary": "Second", "location": "There"}
    settle(world, left, "merge", ["location"])
    assert all_is_quiet(world)
    there = world.at_google()[event_id]
    assert (there["summary"], there["location"]) == ("Third", "There")


def test_an_older_conflict_may_be_decided_first_and_the_newer_stays(world: World) -> None:
    event_id = both_have_an_event(world)
    first = world.edit(event_id, summary="First")
    second = world.edit(event_id, summary="Second")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    settle(world, first, "mine")
    world.sync()
    assert world.at_google()[event_id]["summary"] == "First"
    assert [each.op_id for each in in_conflict(world)] == [second.op_id]
    settle(world, second, "mine")
    assert all_is_quiet(world)
    assert world.at_google()[event_id]["summary"] == "Second"


def test_a_conflict_is_decided_while_another_change_of_the_event_is_on_its_way(
    world: World,
) -> None:
    event_id = both_have_an_event(world)
    world.edit(event_id, summary="Mine")
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    moving = world.edit(event_id, location="There")
    OutboxOperation.objects.filter(pk=moving.pk).update(status="in_flight")
    settle(world, in_conflict(world)[0], "mine")
    assert all_is_quiet(world)
    there = world.at_google()[event_id]
    assert (there["summary"], there["location"]) == ("Mine", "There")


WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=4"]


def have_a_series(world: World) -> str:
    made = world.google.insert_event(ALICE, world.timed(18, recurrence=WEEKLY))
    world.sync()
    return str(made["id"])


def test_a_series_moved_on_both_sides_is_one_conflict_about_its_time(world: World) -> None:
    series = have_a_series(world)
    times = world.timed(19, 14)
    rule = ["RRULE:FREQ=WEEKLY;COUNT=6"]
    world.edit(series, Scope.SERIES, start=times["start"], end=times["end"])
    world.google.patch_event(ALICE, series, {"recurrence": rule})
    world.sync()
    (conflict,) = in_conflict(world)
    settle(world, conflict, "merge", {"time": "mine"})
    assert all_is_quiet(world)
    there = world.at_google()[series]
    assert there["start"]["dateTime"].startswith("2026-03-19T14:00")
    assert there["recurrence"] == rule


def test_an_occurrence_changed_on_both_sides_is_decided_alone(world: World) -> None:
    second = f"{have_a_series(world)}_20260325T090000Z"
    world.edit(second, Scope.INSTANCE, summary="Mine")
    world.google.patch_event(ALICE, second, {"summary": "Theirs"})
    world.sync()
    settle(world, in_conflict(world)[0], "both")
    assert all_is_quiet(world)
    there = world.at_google()
    assert there[second]["summary"] == "Theirs"
    (mine,) = (each for each in there.values() if each["summary"] == "Mine")
    assert "recurringEventId" not in mine


def test_an_occurrence_that_stays_after_all_follows_its_series_again(world: World) -> None:
    """Google never made an exception of it, so nothing would tell how it goes on."""
    series = have_a_series(world)
    world.delete(f"{series}_20260325T090000Z", Scope.INSTANCE)
    world.google.patch_event(ALICE, series, {"summary": "Theirs"})
    world.sync()
    [delete] = in_conflict(world)
    discard(actor=world.actor, operation=delete, now=world.clock.now())
    assert list(world.cached()) == [series]
    world.google.patch_event(ALICE, series, {"summary": "Later"})
    world.sync()
    assert {title for *_, title, _ in world.shown_here()} == {"Later"}
    assert world.shown_here() == world.shown_at_google()


def test_an_occurrence_that_google_deleted_comes_back_at_its_place(world: World) -> None:
    fourth = f"{have_a_series(world)}_20260401T080000Z"
    world.edit(fourth, Scope.INSTANCE, summary="Mine")
    world.google.delete_event(ALICE, fourth)
    world.sync()
    (entry,) = conflicts(member=world.member)
    assert entry["choices"]["mine"] == "The occurrence comes back with my changes."
    settle(world, in_conflict(world)[0], "mine")
    assert world.seen(fourth).resource["summary"] == "Mine"
    assert all_is_quiet(world)
    assert world.at_google()[fourth]["summary"] == "Mine"


def test_a_guest_answered_for_on_both_sides_is_decided_for_that_guest_alone(world: World) -> None:
    guests = [{"email": ALICE}, {"email": "ben@example.test"}]
    made = world.google.insert_event(ALICE, world.timed(attendees=guests))
    world.sync()
    event_id = str(made["id"])
    mine = [{"email": ALICE, "responseStatus": "accepted"}, guests[1]]
    world.edit(event_id, attendees=mine)
    theirs = [
        {"email": ALICE, "responseStatus": "declined"},
        {"email": "ben@example.test", "responseStatus": "tentative"},
    ]
    world.google.patch_event(ALICE, event_id, {"attendees": theirs})
    world.sync()
    (entry,) = conflicts(member=world.member)
    assert entry["fields"] == ["attendees"]
    assert [person["responseStatus"] for person in entry["theirs"]["attendees"]] == ["declined"]
    settle(world, in_conflict(world)[0], "mine")
    assert all_is_quiet(world)
    said = {
        each["email"]: each["responseStatus"] for each in world.at_google()[event_id]["attendees"]
    }
    assert said == {ALICE: "accepted", "ben@example.test": "tentative"}


def test_an_undo_that_met_a_conflict_is_still_one_when_it_is_sent_after_all(world: World) -> None:
    event_id = both_have_an_event(world)
    edit = world.edit(event_id, summary="Mine")
    world.sync()
    undo(actor=world.actor, operation=edit, now=world.clock.now())
    world.google.patch_event(ALICE, event_id, {"summary": "Theirs"})
    world.sync()
    settle(world, in_conflict(world)[0], "mine")
    assert OutboxOperation.objects.latest("op_id").undoes == edit
    assert all_is_quiet(world)
    assert world.at_google()[event_id]["summary"] == "Lunch"


def test_somebody_elses_event_that_is_gone_comes_back_without_its_guests(world: World) -> None:
    ben = "ben@example.test"
    world.google.add_person(ben)
    made = world.google.insert_event(ben, world.timed(attendees=[{"email": ALICE}]))
    world.sync()
    world.edit(str(made["id"]), color_id="5")
    world.google.delete_event(ALICE, str(made["id"]))
    world.sync()
    settle(world, in_conflict(world)[0], "mine")
    assert all_is_quiet(world)
    (anew,) = world.at_google().values()
    assert "attendees" not in anew
