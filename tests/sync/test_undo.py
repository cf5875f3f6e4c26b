"""Changes taken back, before and after Google had them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.actor import Actor
from calendars.commands.outbox import discard, retry
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import NotFoundError, WrongStateError
from calendars.models import LocalStatus, OperationStatus, OutboxOperation
from tests.simulator.conftest import connect
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from calendars.commands.undone import Undone

WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=5"]
BEN = "ben@example.test"


def take_back(world: World, operation: OutboxOperation | int) -> Undone:
    op_id = operation if isinstance(operation, int) else operation.op_id
    operation = OutboxOperation.objects.select_related("calendar__account").get(op_id=op_id)
    return undo(actor=world.actor, operation=operation, now=world.clock.now())


def both_have(world: World, **fields: Any) -> str:
    made = world.google.insert_event(ALICE, world.timed(**fields))
    world.sync()
    return str(made["id"])


def summaries(world: World) -> list[str]:
    return sorted(event["summary"] for event in world.at_google().values() if "summary" in event)


def instances(world: World, event_id: str) -> list[dict[str, Any]]:
    """The occurrences of a series as Google itself has them."""
    api = connect(world.google, ALICE)
    items = api.events().instances(calendarId=ALICE, eventId=event_id).execute()["items"]
    return sorted(items, key=lambda event: event["start"]["dateTime"])


def nothing_waits(world: World) -> bool:
    here = {event.local_status for event in world.cached().values()}
    return here <= {LocalStatus.SYNCED} and world.sync().succeeded


# Edits


def test_an_edit_that_waits_is_withdrawn_and_never_sent(world: World) -> None:
    event_id = both_have(world)
    undone = take_back(world, world.edit(event_id, summary="Tea"))
    assert undone.event is not None
    assert (undone.event["summary"], undone.event["_local_status"]) == ("Lunch", "synced")
    assert undone.operation.status == OperationStatus.APPLIED
    world.sync()
    assert world.writes() == []


def test_an_edit_that_google_has_is_sent_back(world: World) -> None:
    event_id = both_have(world, location="Here")
    edit = world.edit(event_id, summary="Tea", location=None)
    world.sync()
    undone = take_back(world, edit)
    assert undone.operation.undoes == edit
    assert world.seen(event_id).resource["location"] == "Here"
    assert world.seen(event_id).local_status == LocalStatus.PENDING
    world.sync()
    there = world.at_google()[event_id]
    assert (there["summary"], there["location"]) == ("Lunch", "Here")
    assert nothing_waits(world)


def test_an_undo_can_be_undone_before_and_after_it_was_sent(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    world.sync()
    first = take_back(world, edit)
    assert take_back(world, first.operation).event["summary"] == "Tea"  # type: ignore[index]
    second = take_back(world, edit)
    world.sync()
    assert world.at_google()[event_id]["summary"] == "Lunch"
    take_back(world, second.operation)
    world.sync()
    assert world.at_google()[event_id]["summary"] == "Tea"
    assert nothing_waits(world)


def test_a_withdrawn_edit_can_be_had_again(world: World) -> None:
    event_id = both_have(world)
    undone = take_back(world, world.edit(event_id, summary="Tea"))
    take_back(world, undone.operation)
    world.sync()
    assert world.at_google()[event_id]["summary"] == "Tea"


def test_what_somebody_changed_at_google_since_stays_and_is_named(world: World) -> None:
    event_id = both_have(world, location="Here")
    edit = world.edit(event_id, summary="Tea", location="There")
    world.sync()
    world.google.patch_event(ALICE, event_id, {"summary": "Dinner"})
    world.sync()
    assert "summary" in take_back(world, edit).note
    world.sync()
    there = world.at_google()[event_id]
    assert (there["summary"], there["location"]) == ("Dinner", "Here")


def test_nothing_is_undone_where_all_of_it_was_changed_since(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    world.sync()
    world.google.patch_event(ALICE, event_id, {"summary": "Dinner"})
    world.sync()
    with pytest.raises(WrongStateError, match="at Google") as refused:
        take_back(world, edit)
    assert list(refused.value.fields) == ["summary"]


def test_an_edit_that_a_later_one_replaced_names_the_later_one(world: World) -> None:
    event_id = both_have(world)
    first = world.edit(event_id, summary="Tea")
    second = world.edit(event_id, summary="Dinner")
    with pytest.raises(WrongStateError, match=f"by change {second.op_id}"):
        take_back(world, first)
    world.sync()
    with pytest.raises(WrongStateError, match=f"by change {second.op_id}"):
        take_back(world, first)
    take_back(world, second)
    take_back(world, first)
    world.sync()
    assert world.at_google()[event_id]["summary"] == "Lunch"


def test_a_change_at_google_after_the_undo_is_an_ordinary_conflict(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    world.sync()
    undone = take_back(world, edit)
    world.google.patch_event(ALICE, event_id, {"summary": "Dinner"})
    world.sync()
    undone.operation.refresh_from_db()
    assert undone.operation.status == OperationStatus.CONFLICT
    assert world.seen(event_id).resource["summary"] == "Dinner"


def test_guests_are_undone_one_by_one_and_answers_live(world: World) -> None:
    event_id = both_have(world, attendees=[{"email": "ann@example.test"}])
    guests = [{"email": "ann@example.test"}, {"email": BEN}]
    edit = world.edit(event_id, attendees=guests)
    world.sync()
    said = [{"email": "ann@example.test", "responseStatus": "accepted"}, {"email": BEN}]
    world.google.patch_event(ALICE, event_id, {"attendees": said})
    world.sync()
    take_back(world, edit)
    world.sync()
    (ann,) = world.at_google()[event_id]["attendees"]
    assert (ann["email"], ann["responseStatus"]) == ("ann@example.test", "accepted")


def test_a_move_to_all_day_is_undone_with_its_times(world: World) -> None:
    event_id = both_have(world, day=29, hour=1)
    before = world.at_google()[event_id]
    edit = world.edit(event_id, start="2026-03-29", end="2026-03-30")
    world.sync()
    assert world.at_google()[event_id]["start"] == {"date": "2026-03-29"}
    take_back(world, edit)
    world.sync()
    after = world.at_google()[event_id]
    assert (after["start"], after["end"]) == (before["start"], before["end"])


# Lost answers and what is on its way


def lose_the_answer(world: World, method: str, when: Any) -> None:
    world.google.faults.drop_next(1, when=when, method=method)
    world.sync()


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_edit_whose_answer_was_lost_is_undone_for_certain(world: World, when: str) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    lose_the_answer(world, "PATCH", when)
    assert take_back(world, edit).event["summary"] == "Lunch"  # type: ignore[index]
    world.sync(insist=True)
    assert world.at_google()[event_id]["summary"] == "Lunch"
    assert world.seen(event_id).resource["summary"] == "Lunch"
    assert nothing_waits(world)


def test_a_retry_does_not_forget_that_an_answer_was_lost(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    lose_the_answer(world, "PATCH", "after")
    edit = OutboxOperation.objects.select_related("calendar__account").get(pk=edit.pk)
    retry(actor=world.actor, operation=edit, now=world.clock.now())
    take_back(world, edit)
    world.sync(insist=True)
    assert world.at_google()[event_id]["summary"] == "Lunch"
    assert nothing_waits(world)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_whose_answer_was_lost_is_undone_for_certain(world: World, when: str) -> None:
    world.sync()
    world.create()
    lose_the_answer(world, "POST", when)
    take_back(world, OutboxOperation.objects.get())
    world.sync(insist=True)
    assert world.at_google() == {}
    assert world.cached() == {}


def give_up(world: World, operation: OutboxOperation) -> None:
    operation = OutboxOperation.objects.select_related("calendar__account").get(pk=operation.pk)
    discard(actor=world.actor, operation=operation, now=world.clock.now())


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_whose_answer_was_lost_is_discarded_for_certain(world: World, when: str) -> None:
    world.sync()
    world.create()
    lose_the_answer(world, "POST", when)
    give_up(world, OutboxOperation.objects.get())
    assert world.shown_here() == []
    world.sync(insist=True)
    assert world.at_google() == {}
    assert world.cached() == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_edit_whose_answer_was_lost_is_discarded_for_certain(world: World, when: str) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    lose_the_answer(world, "PATCH", when)
    give_up(world, edit)
    world.sync(insist=True)
    assert world.at_google()[event_id]["summary"] == "Lunch"
    assert world.seen(event_id).resource["summary"] == "Lunch"
    assert nothing_waits(world)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_split_whose_answer_was_lost_is_discarded_for_certain(world: World, when: str) -> None:
    event_id = both_have(world, recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    before = world.shown_here()
    third = world.seen(event_id).occurrences.order_by("start_ts")[2].instance_id
    split = world.edit(third, Scope.THIS_AND_FOLLOWING, summary="Tea")
    lose_the_answer(world, "POST", when)
    give_up(world, split)
    assert world.shown_here() == before
    world.sync(insist=True)
    assert world.shown_here() == before
    assert world.shown_at_google() == before
    assert nothing_waits(world)


def test_an_event_is_kept_when_the_lost_delete_did_not_reach_google(world: World) -> None:
    event_id = both_have(world)
    deleted = world.delete(event_id)
    lose_the_answer(world, "DELETE", "before")
    assert take_back(world, deleted).event["summary"] == "Lunch"  # type: ignore[index]
    world.sync(insist=True)
    assert list(world.at_google()) == [event_id]
    assert nothing_waits(world)


def test_an_event_whose_lost_delete_took_effect_is_offered_to_be_made_anew(world: World) -> None:
    event_id = both_have(world)
    deleted = world.delete(event_id)
    lose_the_answer(world, "DELETE", "after")
    undone = take_back(world, deleted)
    world.sync(insist=True)
    undone.operation.refresh_from_db()
    assert undone.operation.status == OperationStatus.CONFLICT
    assert undone.operation.reason == "deleted_at_google"


def in_flight(operation: OutboxOperation) -> OutboxOperation:
    OutboxOperation.objects.filter(pk=operation.pk).update(status="in_flight", attempts=1)
    return operation


def test_an_edit_on_its_way_is_followed_by_its_opposite(world: World) -> None:
    event_id = both_have(world)
    edit = in_flight(world.edit(event_id, summary="Tea"))
    assert take_back(world, edit).event["summary"] == "Lunch"  # type: ignore[index]
    world.sync()  # the worker that held it has died: recovered and sent together
    assert world.at_google()[event_id]["summary"] == "Lunch"
    assert nothing_waits(world)


def test_a_delete_on_its_way_has_to_be_waited_for(world: World) -> None:
    deleted = in_flight(world.delete(both_have(world)))
    with pytest.raises(WrongStateError, match="moment"):
        take_back(world, deleted)


def test_a_change_that_is_refused_after_its_undo_is_done_with(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    lose_the_answer(world, "PATCH", "before")
    undone = take_back(world, edit)
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="PATCH")
    world.sync(insist=True)
    edit.refresh_from_db()
    undone.operation.refresh_from_db()
    assert (edit.status, edit.reason) == ("cancelled", "undone")
    assert undone.operation.status == OperationStatus.APPLIED
    assert world.seen(event_id).local_status == LocalStatus.SYNCED


def test_a_refused_change_whose_undo_is_only_proposed_waits_for_somebody(world: World) -> None:
    world.sync()
    event_id = world.create()
    create = OutboxOperation.objects.get()
    careful = Actor(member=world.member, via="API token Careful", proposes=True)
    proposal = undo(actor=careful, operation=create, now=world.clock.now()).operation
    world.edit(event_id, summary="Tea")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="POST")
    world.sync(insist=True)
    create.refresh_from_db()
    proposal.refresh_from_db()
    assert (create.status, proposal.status) == ("failed", "proposed")


def test_a_change_and_its_undo_give_way_together_to_what_google_says(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    lose_the_answer(world, "PATCH", "before")
    take_back(world, edit)
    world.google.patch_event(ALICE, event_id, {"summary": "Dinner"})
    world.sync(insist=True)
    assert world.seen(event_id).resource["summary"] == "Dinner"
    assert nothing_waits(world)


# Creates and deletes


def test_a_create_that_waits_is_withdrawn_and_can_be_had_again(world: World) -> None:
    world.sync()
    world.create(summary="Tea")
    undone = take_back(world, OutboxOperation.objects.get())
    assert undone.event is None
    assert world.cached() == {}
    world.sync()
    assert world.writes() == []
    take_back(world, undone.operation)
    world.sync()
    assert summaries(world) == ["Tea"]


def test_a_create_that_google_has_is_deleted_and_made_anew_by_the_next_undo(world: World) -> None:
    world.sync()
    world.create(summary="Tea")
    create = OutboxOperation.objects.get()
    world.sync()
    undone = take_back(world, create)
    world.sync()
    assert world.at_google() == {}
    again = take_back(world, undone.operation)
    assert "new id" in again.note
    world.sync()
    assert summaries(world) == ["Tea"]
    assert nothing_waits(world)


def test_a_delete_that_waits_is_withdrawn_with_the_edits_before_it_still_waiting(
    world: World,
) -> None:
    event_id = both_have(world)
    world.edit(event_id, summary="Tea")
    take_back(world, world.delete(event_id))
    world.sync()
    assert world.at_google()[event_id]["summary"] == "Tea"


@pytest.mark.parametrize("known", [True, False], ids=["edit", "create"])
def test_what_google_had_refused_is_shown_again_when_the_delete_is_taken_back(
    world: World, known: bool
) -> None:
    world.sync()
    method = "PATCH" if known else "POST"
    made = world.create(summary="Lunch")
    if known:
        world.sync()
        world.edit(made, summary="Tea", location="Home")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method=method)
    world.sync()
    refused = OutboxOperation.objects.order_by("op_id").last()
    before = world.shown_here()
    assert refused.status == OperationStatus.FAILED
    sentence = refused.error
    take_back(world, world.delete(made))
    refused.refresh_from_db()
    assert (refused.status, refused.error) == (OperationStatus.FAILED, sentence)
    assert world.shown_here() == before
    retry(actor=world.actor, operation=refused, now=world.clock.now())
    world.sync()
    assert world.shown_at_google() == before


def test_an_edit_that_was_given_up_does_not_come_back_with_a_later_delete(world: World) -> None:
    world.sync()
    made = world.create(summary="Lunch")
    world.sync()
    refused = world.edit(made, summary="Tea")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="PATCH")
    world.sync()
    discard(actor=world.actor, operation=refused, now=world.clock.now())
    take_back(world, world.delete(made))
    refused.refresh_from_db()
    assert refused.status == OperationStatus.CANCELLED
    assert [row.resource["summary"] for row in world.rows()] == ["Lunch"]


def test_a_deleted_event_is_made_anew_under_another_id(world: World) -> None:
    event_id = both_have(world, location="Here", colorId="5")
    deleted = world.delete(event_id)
    world.sync()
    assert world.cached() == {}
    undone = take_back(world, deleted)
    assert undone.operation.event_id.startswith("local:")
    assert undone.operation.undoes == deleted
    assert undone.event is not None
    assert undone.event["location"] == "Here"
    world.sync()
    (there,) = world.at_google().values()
    assert there["id"] != event_id
    assert (there["summary"], there["location"], there["colorId"]) == ("Lunch", "Here", "5")
    take_back(world, undone.operation)
    world.sync()
    assert world.at_google() == {}


def test_the_local_id_of_a_deleted_event_leads_to_what_was_made_anew(world: World) -> None:
    world.sync()
    kept = world.create(summary="Tea", recurrence=WEEKLY)
    for time in range(3):
        world.sync()
        deleted = world.delete(kept, Scope.SERIES)
        world.sync()
        with pytest.raises(NotFoundError):
            world.target(kept)
        take_back(world, take_back(world, deleted).operation)
        anew = take_back(world, deleted).operation.event_id
        assert world.seen(kept) == world.seen(anew) != deleted.event_id
        slot = world.target(f"{kept}_20260318T090000Z")
        assert slot.event == world.seen(anew)
        world.edit(kept, Scope.SERIES, summary=f"Tea {time}")
    world.sync()
    assert summaries(world) == ["Tea 2"]


def test_changes_before_a_deletion_are_taken_back_of_the_event_that_was_made_anew(
    world: World,
) -> None:
    world.sync()
    event_id = world.create(summary="Tea")
    create = OutboxOperation.objects.get()
    world.sync()
    edit = world.edit(event_id, summary="Coffee")
    world.sync()
    deleted = world.delete(event_id)
    world.sync()
    with pytest.raises(WrongStateError, match="Undo the deletion first"):
        take_back(world, edit)
    take_back(world, deleted)
    world.sync()
    assert summaries(world) == ["Coffee"]
    take_back(world, edit)
    world.sync()
    assert summaries(world) == ["Tea"]
    take_back(world, create)
    world.sync()
    assert world.at_google() == {}
    assert nothing_waits(world)


def test_an_event_that_was_made_and_deleted_offline_can_be_had_again(world: World) -> None:
    world.sync()
    event_id = world.create(summary="Tea")
    deleted = world.delete(event_id)
    world.sync()
    deleted.refresh_from_db()
    assert (deleted.status, deleted.reason) == ("cancelled", "never_sent")
    take_back(world, deleted)
    world.sync()
    assert summaries(world) == ["Tea"]


def test_a_deleted_series_comes_back_with_its_changed_and_without_its_cancelled_occurrences(
    world: World,
) -> None:
    event_id = both_have(world, day=18, recurrence=WEEKLY)
    second = f"{event_id}_20260325T090000Z"
    third = f"{event_id}_20260401T080000Z"  # the clocks have changed
    world.delete(second, Scope.INSTANCE)
    world.edit(third, Scope.INSTANCE, summary="Feast")
    world.sync()
    deleted = world.delete(event_id, Scope.SERIES)
    world.sync()
    assert world.at_google() == {}
    undone = take_back(world, deleted)
    starts = [start for id_ in world.cached() for start in world.starts(id_)]
    assert len(starts) == 4
    world.sync()
    world.sync()
    there = instances(world, world.seen(undone.operation.event_id).event_id)
    assert [event["start"]["dateTime"][:10] for event in there] == [
        "2026-03-18",
        "2026-04-01",
        "2026-04-08",
        "2026-04-15",
    ]
    assert [event["summary"] for event in there] == ["Lunch", "Feast", "Lunch", "Lunch"]
    assert nothing_waits(world)


# Occurrences


def test_a_deleted_occurrence_comes_back_at_its_place_with_its_own_title(world: World) -> None:
    event_id = both_have(world, day=18, recurrence=WEEKLY)
    second = f"{event_id}_20260325T090000Z"
    world.edit(second, Scope.INSTANCE, summary="Feast")
    world.sync()
    deleted = world.delete(second, Scope.INSTANCE)
    world.sync()
    undone = take_back(world, deleted)
    assert undone.event is not None
    assert (undone.event["id"], undone.event["summary"]) == (second, "Feast")
    world.sync()
    there = instances(world, event_id)
    assert [event["summary"] for event in there] == ["Lunch", "Feast", "Lunch", "Lunch", "Lunch"]
    assert nothing_waits(world)
    take_back(world, undone.operation)
    world.sync()
    assert len(instances(world, event_id)) == 4
    assert nothing_waits(world)


def test_a_restored_occurrence_waits_for_a_google_that_changes_the_series_meanwhile(
    world: World,
) -> None:
    event_id = both_have(world, day=18, recurrence=WEEKLY)
    second = f"{event_id}_20260325T090000Z"
    deleted = world.delete(second, Scope.INSTANCE)
    world.sync()
    take_back(world, deleted)
    world.google.patch_event(ALICE, event_id, {"summary": "Dinner"})
    world.sync()
    world.sync(insist=True)
    assert len(instances(world, event_id)) == 5
    assert nothing_waits(world)


def test_an_occurrence_cannot_come_back_to_a_series_that_is_gone(world: World) -> None:
    event_id = both_have(world, day=18, recurrence=WEEKLY)
    deleted = world.delete(f"{event_id}_20260325T090000Z", Scope.INSTANCE)
    world.sync()
    world.google.delete_event(ALICE, event_id)
    world.sync()
    with pytest.raises(WrongStateError, match="series"):
        take_back(world, deleted)


def test_an_edit_of_one_occurrence_is_undone_there_alone(world: World) -> None:
    event_id = both_have(world, day=18, recurrence=WEEKLY)
    edit = world.edit(f"{event_id}_20260401T080000Z", Scope.INSTANCE, summary="Feast")
    world.sync()
    take_back(world, edit)
    world.sync()
    there = instances(world, event_id)
    assert {event["summary"] for event in there} == {"Lunch"}
    assert nothing_waits(world)


# What cannot be undone


def test_a_change_of_an_event_that_is_gone_cannot_be_undone(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    world.sync()
    world.google.delete_event(ALICE, event_id)
    world.sync()
    with pytest.raises(WrongStateError, match="deleted"):
        take_back(world, edit)


def test_a_create_of_an_event_that_is_gone_cannot_be_undone(world: World) -> None:
    world.sync()
    world.create()
    create = OutboxOperation.objects.get()
    world.sync()
    (event_id,) = world.at_google()
    world.google.delete_event(ALICE, event_id)
    world.sync()
    with pytest.raises(WrongStateError, match="deleted"):
        take_back(world, create)


def test_a_change_is_undone_once_and_the_answer_names_what_did(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    world.sync()
    undone = take_back(world, edit)
    with pytest.raises(WrongStateError, match=f"Undo change {undone.operation.op_id}"):
        take_back(world, edit)
    world.sync()
    again = take_back(world, undone.operation)
    with pytest.raises(WrongStateError, match=f"Undo change {again.operation.op_id}"):
        take_back(world, edit)


def test_an_undo_asked_for_twice_at_one_moment_makes_two_events(
    world: World,
) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    deleted = world.delete(str(made["id"]))
    world.sync()
    now = world.clock.now()
    helper = Actor(member=world.member, via="MCP token helper", proposes=True)
    proposed = undo(actor=helper, operation=deleted, now=now).operation
    discard(actor=world.actor, operation=proposed, now=now)
    again = undo(actor=helper, operation=deleted, now=now).operation
    assert again.event_id != proposed.event_id


def test_a_discarded_undo_may_be_asked_for_again(world: World) -> None:
    event_id = both_have(world)
    edit = world.edit(event_id, summary="Tea")
    world.sync()
    undone = take_back(world, edit)
    discard(actor=world.actor, operation=undone.operation, now=world.clock.now())
    take_back(world, edit)
    world.sync()
    assert world.at_google()[event_id]["summary"] == "Lunch"


def test_what_was_discarded_has_nothing_to_take_back(world: World) -> None:
    edit = world.edit(both_have(world), summary="Tea")
    discard(actor=world.actor, operation=edit, now=world.clock.now())
    with pytest.raises(WrongStateError, match="never took effect"):
        take_back(world, edit)


def test_an_invitation_of_somebody_else_that_was_deleted_is_not_sent_out_again(
    world: World,
) -> None:
    world.google.add_person(BEN)
    made = world.google.insert_event(BEN, world.timed(attendees=[{"email": ALICE}]))
    world.sync()
    deleted = world.delete(str(made["id"]))
    world.sync()
    with pytest.raises(WrongStateError, match="organizes"):
        take_back(world, deleted)
