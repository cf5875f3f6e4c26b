"""What Alice does here arrives at Google, whatever happens on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calendars.commands.scope import Scope
from calendars.models import CachedEvent, LocalStatus, OperationStatus, OutboxOperation
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World


def statuses() -> list[str]:
    return list(OutboxOperation.objects.order_by("op_id").values_list("status", flat=True))


def test_an_event_made_here_is_inserted_under_the_id_chosen_here(world: World) -> None:
    world.sync()
    local_id = world.create(summary="Tea")
    assert world.seen(local_id).local_status == LocalStatus.PENDING
    assert world.sync().succeeded
    google_id = local_id.removeprefix("local:").replace("-", "")
    assert world.at_google()[google_id]["summary"] == "Tea"
    assert world.seen(local_id).event_id == google_id
    assert world.seen(local_id).local_status == LocalStatus.SYNCED
    assert statuses() == [OperationStatus.APPLIED]


def test_the_local_id_resolves_for_ever(world: World) -> None:
    world.sync()
    local_id = world.create()
    world.sync()
    world.edit(local_id, summary="Later")
    world.sync()
    assert world.seen(local_id).resource["summary"] == "Later"


def test_a_create_and_its_edits_are_one_request(world: World) -> None:
    world.sync()
    local_id = world.create(summary="Tea")
    world.edit(local_id, summary="Dinner")
    world.edit(local_id, location="Home")
    world.sync()
    assert [request.method for request in world.writes()] == ["POST"]
    assert statuses() == [OperationStatus.APPLIED] * 3


def test_a_create_deleted_before_it_was_sent_never_reaches_google(world: World) -> None:
    world.sync()
    world.delete(world.create())
    world.sync()
    assert world.writes() == []
    assert statuses() == [OperationStatus.CANCELLED] * 2
    assert not CachedEvent.objects.exists()


@pytest.mark.parametrize("tried", [False, True])
def test_a_series_deleted_before_it_was_made_takes_changes_of_its_occurrences_along(
    world: World, tried: bool
) -> None:
    world.sync()
    series = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    if tried:
        world.google.faults.drop_next(1, when="before", method="POST")
        world.sync()
    slots = [each.instance_id for each in world.seen(series).occurrences.order_by("start_ts")]
    world.edit(slots[1], Scope.INSTANCE, summary="Tea")
    world.delete(slots[2], Scope.INSTANCE)
    world.delete(series, Scope.SERIES)
    assert world.sync().succeeded
    assert [request.method for request in world.writes()] == ["POST", "DELETE"] * tried
    assert OperationStatus.PENDING not in statuses()
    assert OperationStatus.CONFLICT not in statuses()
    assert not CachedEvent.objects.exists()


def test_an_edit_sends_only_what_changed_with_the_agreed_etag(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.edit(made["id"], summary="Tea")
    world.sync()
    (request,) = world.writes()
    assert request.method == "PATCH"
    assert request.body == {"summary": "Tea"}
    assert request.if_match == made["etag"]


def test_the_guests_to_tell_are_always_said(world: World) -> None:
    world.sync()
    world.create(attendees=[{"email": "ben@example.test"}])
    world.create()
    world.sync()
    assert [request.query["sendUpdates"] for request in world.writes()] == ["all", "none"]


def test_a_create_whose_answer_was_lost_is_found_again(world: World) -> None:
    world.sync()
    local_id = world.create()
    world.google.faults.drop_next(1, when="after", method="POST")
    assert not world.sync().succeeded
    assert statuses() == [OperationStatus.PENDING]
    assert world.sync().succeeded
    assert len(world.at_google()) == 1
    assert world.seen(local_id).local_status == LocalStatus.SYNCED


@pytest.mark.parametrize("full", [False, True])
def test_an_event_made_here_that_a_pull_finds_before_its_create_is_answered_is_there_once(
    world: World, full: bool
) -> None:
    world.sync()
    local_id = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    second = world.seen(local_id).occurrences.order_by("start_ts")[1].instance_id
    world.edit(second, Scope.INSTANCE, summary="Tea")
    world.google.faults.drop_next(1, method="POST", when="after")
    world.sync()
    world.google.faults.quota_exceeded_for_writes()
    world.sync(full=full)
    row = world.seen(local_id)
    assert (row.event_id, row.local_status) == (local_id[6:].replace("-", ""), LocalStatus.SYNCED)
    world.google.faults.clear()
    assert world.sync(insist=True).succeeded
    assert statuses() == [OperationStatus.APPLIED] * 2
    assert world.cached().keys() == world.at_google().keys()


def test_an_edit_whose_answer_was_lost_is_not_sent_twice(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.edit(made["id"], summary="Tea")
    world.google.faults.drop_next(1, when="after", method="PATCH")
    world.sync()
    etag = world.at_google()[made["id"]]["etag"]
    assert world.sync().succeeded
    assert world.at_google()[made["id"]]["etag"] == etag
    assert statuses() == [OperationStatus.APPLIED]


def test_an_edit_made_after_a_lost_create_still_arrives(world: World) -> None:
    world.sync()
    local_id = world.create(summary="Tea")
    world.google.faults.drop_next(1, when="after", method="POST")
    world.sync()
    world.edit(local_id, summary="Dinner")
    world.sync()
    world.sync()
    assert [event["summary"] for event in world.at_google().values()] == ["Dinner"]
    assert statuses() == [OperationStatus.APPLIED] * 2


def test_an_event_deleted_here_after_a_lost_create_goes_at_google_too(world: World) -> None:
    world.sync()
    local_id = world.create(summary="Tea")
    world.google.faults.drop_next(1, when="after", method="POST")
    world.sync()
    world.delete(local_id)
    assert world.sync().succeeded
    assert world.at_google() == {}
    assert world.cached() == {}
    assert statuses() == [OperationStatus.APPLIED] * 2


def test_an_event_deleted_here_whose_create_never_arrived_stays_away(world: World) -> None:
    world.sync()
    local_id = world.create(summary="Tea")
    world.google.faults.drop_next(1, when="before", method="POST")
    world.sync()
    world.delete(local_id)
    assert world.sync().succeeded
    assert world.at_google() == {}
    assert world.cached() == {}


def test_a_taken_id_of_a_deleted_event_is_replaced_by_a_fresh_one(world: World) -> None:
    world.sync()
    local_id = world.create(summary="Tea")
    google_id = local_id.removeprefix("local:").replace("-", "")
    world.google.insert_event(ALICE, world.timed(id=google_id))
    world.google.delete_event(ALICE, google_id)
    world.sync()
    (event,) = world.at_google().values()
    assert event["summary"] == "Tea"
    assert event["id"] != google_id
    assert world.seen(local_id).event_id == event["id"]


def test_a_changed_occurrence_follows_its_series_to_a_fresh_id(world: World) -> None:
    world.sync()
    series = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    google_id = series.removeprefix("local:").replace("-", "")
    world.google.insert_event(ALICE, world.timed(id=google_id))
    world.google.delete_event(ALICE, google_id)
    second = world.seen(series).occurrences.order_by("start_ts")[1].instance_id
    world.edit(second, Scope.INSTANCE, summary="Tea")
    world.sync()
    assert world.sync().succeeded
    assert sorted(event["summary"] for event in world.at_google().values()) == ["Lunch", "Tea"]
    assert world.seen(second).event_id.startswith(world.seen(series).event_id)
    assert statuses() == [OperationStatus.APPLIED] * 2


def test_an_occurrence_deleted_of_an_unsent_series_belongs_to_it_under_its_google_id(
    world: World,
) -> None:
    world.sync()
    series = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    slots = [each.instance_id for each in world.seen(series).occurrences.order_by("start_ts")]
    world.delete(slots[1], Scope.INSTANCE)
    world.edit(slots[2], Scope.INSTANCE, summary="Tea")
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="_2026")
    world.google.faults.drop_next(1, method="GET", path_contains=f"{ALICE}/events")
    world.sync()
    made = world.seen(series)
    assert not made.event_id.startswith("local:")
    exceptions = CachedEvent.objects.exclude(recurring_event_id="")
    for exception in exceptions:
        assert exception.recurring_event_id == made.event_id
        assert exception.resource["recurringEventId"] == made.event_id
        assert exception.resource["id"] == exception.event_id
    assert len(exceptions) == 2
    moved = world.timed(hour=15)
    world.edit(series, Scope.SERIES, start=moved["start"], end=moved["end"])
    world.sync(insist=True)
    world.sync(insist=True)
    assert not CachedEvent.objects.filter(recurring_event_id__startswith="local:").exists()


def test_an_occurrence_deleted_before_its_series_leaves_nothing_behind(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    world.sync()
    series = str(made["id"])
    world.edit(series, Scope.SERIES, summary="Tea")
    second = world.seen(series).occurrences.order_by("start_ts")[1].instance_id
    world.delete(second, Scope.INSTANCE)
    world.delete(series, Scope.SERIES)
    assert world.sync().succeeded
    assert world.at_google() == {}
    assert world.cached() == {}


def test_a_change_of_an_occurrence_that_its_series_has_too_by_then_makes_no_exception(
    world: World,
) -> None:
    world.sync()
    made = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    slots = list(world.seen(made).occurrences.order_by("start_ts"))
    world.edit(slots[1].instance_id, Scope.INSTANCE, summary="Tea")
    world.edit(made, Scope.SERIES, summary="Tea")
    assert world.sync().succeeded
    assert set(world.cached()) == set(world.at_google())
    assert world.shown_here() == world.shown_at_google()
    known = world.seen(slots[1].instance_id)
    assert (known.is_series, known.local_status) == (True, LocalStatus.SYNCED)


def test_a_delete_of_what_is_gone_already_is_done(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.delete(made["id"])
    world.google.delete_event(ALICE, made["id"])
    assert world.sync().succeeded
    assert statuses() == [OperationStatus.APPLIED]
    assert not CachedEvent.objects.exists()


def test_a_refused_change_is_parked_with_a_sentence_and_the_rest_goes_on(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.edit(made["id"], summary="Tea")
    other = world.create(summary="Other")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="PATCH")
    report = world.sync()
    assert not report.succeeded
    operation = OutboxOperation.objects.get(status=OperationStatus.FAILED)
    assert operation.error.endswith(".")
    assert world.seen(made["id"]).local_status == LocalStatus.FAILED
    assert world.seen(made["id"]).resource["summary"] == "Tea"
    assert world.seen(other).local_status == LocalStatus.SYNCED


def test_a_refused_delete_brings_the_event_back(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.delete(made["id"])
    assert world.starts(made["id"]) == []
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="DELETE")
    world.sync()
    assert len(world.starts(made["id"])) == 1
    assert world.seen(made["id"]).local_status == LocalStatus.FAILED


def test_a_row_set_back_to_pending_by_sql_is_tried_again(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.edit(made["id"], summary="Tea")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="PATCH")
    world.sync()
    OutboxOperation.objects.update(status="pending")
    assert world.sync().succeeded
    assert world.at_google()[made["id"]]["summary"] == "Tea"
    assert world.seen(made["id"]).local_status == LocalStatus.SYNCED


def test_a_short_trouble_at_google_is_waited_out_within_the_cycle(world: World) -> None:
    world.sync()
    world.create()
    world.google.faults.fail_next(2, status=503, when="after", method="POST")
    assert world.sync().succeeded
    assert len(world.at_google()) == 1


def test_a_longer_trouble_with_one_event_does_not_keep_the_others(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.edit(made["id"], summary="Tea")
    world.create(summary="Other")
    world.google.faults.fail_next(3, status=500, method="PATCH")
    world.sync()
    assert statuses() == [OperationStatus.PENDING, OperationStatus.APPLIED]
    assert OutboxOperation.objects.first().next_attempt_at > world.clock.now()
    assert world.sync(insist=True).succeeded
    assert statuses() == [OperationStatus.APPLIED] * 2


def test_an_unreachable_google_leaves_everything_waiting(world: World) -> None:
    world.sync()
    world.create()
    world.google.faults.go_offline()
    assert not world.sync().succeeded
    assert statuses() == [OperationStatus.PENDING]
    world.google.faults.go_online()
    assert world.sync().succeeded


def test_writes_rest_after_an_exceeded_quota_while_reads_go_on(world: World) -> None:
    world.sync()
    world.create()
    world.google.faults.quota_exceeded_for_writes(True)
    made = world.google.insert_event(ALICE, world.timed(day=12))
    world.sync()
    assert made["id"] in world.cached()
    count = len(world.writes())
    world.sync()
    assert len(world.writes()) == count
    world.google.faults.quota_exceeded_for_writes(False)
    assert world.sync(insist=True).succeeded
    assert statuses() == [OperationStatus.APPLIED]


def test_an_operation_in_flight_when_its_worker_died_is_asked_about_again(world: World) -> None:
    world.sync()
    world.create()
    OutboxOperation.objects.update(status=OperationStatus.IN_FLIGHT)
    world.sync()
    assert len(world.at_google()) == 1
    assert statuses() == [OperationStatus.APPLIED]


def test_guests_who_answered_meanwhile_keep_their_answer(world: World) -> None:
    world.google.add_person("ben@example.test")
    made = world.google.insert_event(ALICE, world.timed(attendees=[{"email": "ben@example.test"}]))
    world.sync()
    world.edit(
        made["id"], attendees=[{"email": "ben@example.test"}, {"email": "cleo@example.test"}]
    )
    world.google.patch_event(
        "ben@example.test",
        made["id"],
        {"attendees": [{"email": "ben@example.test", "responseStatus": "accepted"}]},
        by="ben@example.test",
    )
    world.sync()
    world.sync()
    answers = {
        guest["email"]: guest["responseStatus"]
        for guest in world.at_google()[made["id"]]["attendees"]
    }
    assert answers["ben@example.test"] == "accepted"
    assert "cleo@example.test" in answers
