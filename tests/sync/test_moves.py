"""Moving events between calendars: seen there at once, moved at Google once, never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import connection

from accounts.commands import disconnect
from calendars.commands.conflicts import resolve
from calendars.commands.duplicate import duplicate_event
from calendars.commands.outbox import discard, retry
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import (
    AlreadyDeletedError,
    InvalidInputError,
    NotFoundError,
    NotWritableError,
    WrongStateError,
)
from calendars.models import CachedEvent, Calendar, Occurrence, OperationStatus, OutboxOperation
from calendars.queries.access import calendar_of
from calendars.queries.history import history
from calendars.sync.cycle import Wish
from calendars.sync.run import sync_account
from tests.sync.world import ALICE, TEAM

if TYPE_CHECKING:
    from accounts.models import GoogleAccount
    from tests.sync.world import World

BEN, WORK = "ben@example.test", "alice@work.test"


@pytest.fixture
def lunch(world: World) -> str:
    """An event of Alice's own calendar, while she has another one too."""
    world.add_team()
    made = world.google.insert_event(ALICE, world.timed(attendees=[{"email": BEN}]))
    world.sync(insist=True)
    return str(made["id"])


def statuses() -> list[str]:
    return list(OutboxOperation.objects.order_by("op_id").values_list("status", flat=True))


def shown(calendar_id: str) -> list[str]:
    """The titles that lists show of a calendar."""
    rows = CachedEvent.objects.filter(calendar__google_id=calendar_id, start_ts_utc__isnull=False)
    return sorted(row.resource["summary"] for row in rows)


def nothing_is_open() -> bool:
    done = (OperationStatus.APPLIED, OperationStatus.CANCELLED)
    return not OutboxOperation.objects.exclude(status__in=done).exists()


def test_it_is_seen_there_at_once_and_no_longer_here(world: World, lunch: str) -> None:
    world.move(lunch, TEAM)
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])
    moved = world.seen(lunch, TEAM)
    assert moved.local_status == "pending"
    assert moved.resource["attendees"][0]["email"] == BEN
    with pytest.raises(AlreadyDeletedError):
        world.seen(lunch)


def test_google_moves_it_once_with_the_agreed_etag(world: World, lunch: str) -> None:
    etag = world.seen(lunch).etag
    world.move(lunch, TEAM)
    assert world.sync().succeeded
    [request] = world.writes()
    assert request.path.endswith(f"{lunch}/move")
    assert request.query["destination"] == TEAM
    assert (request.if_match, request.query["sendUpdates"]) == (etag, "all")
    assert world.seen(lunch, TEAM).resource == world.at_google(TEAM)[lunch]
    assert world.seen(lunch, TEAM).local_status == "synced"
    assert (shown(ALICE), world.at_google()) == ([], {})
    assert nothing_is_open()
    world.sync()
    world.sync(full=True)
    assert (shown(ALICE), shown(TEAM), len(world.writes())) == ([], ["Lunch"], 1)


def test_edits_before_and_after_a_move_arrive_in_order(world: World, lunch: str) -> None:
    world.edit(lunch, summary="Brunch")
    world.move(lunch, TEAM)
    world.edit(lunch, calendar_id=TEAM, location="Roof")
    assert world.sync().succeeded
    assert [request.method for request in world.writes()] == ["PATCH", "POST", "PATCH"]
    there = world.at_google(TEAM)[lunch]
    assert (there["summary"], there["location"]) == ("Brunch", "Roof")
    assert world.seen(lunch, TEAM).resource == there
    assert nothing_is_open()


def test_an_event_that_google_never_saw_is_made_in_the_destination(world: World) -> None:
    world.add_team()
    world.sync(insist=True)
    local_id = world.create(summary="Tea")
    world.edit(local_id, location="Home")
    world.move(local_id, TEAM)
    assert (shown(ALICE), shown(TEAM)) == ([], ["Tea"])
    assert world.sync().succeeded
    [there] = world.at_google(TEAM).values()
    assert (there["summary"], there["location"], world.at_google()) == ("Tea", "Home", {})
    assert [request.method for request in world.writes()] == ["POST"]
    assert nothing_is_open()


@pytest.mark.parametrize("synced_before", [True, False])
def test_the_local_id_resolves_in_both_calendars(world: World, synced_before: bool) -> None:
    world.add_team()
    world.sync(insist=True)
    local_id = world.create()
    if synced_before:
        world.sync()
    world.move(local_id, TEAM)
    for _ in range(2):
        for calendar_id in ("primary", TEAM):
            assert world.seen(local_id, calendar_id).calendar.google_id == TEAM
        world.sync()
    world.edit(local_id, summary="Later")
    world.sync()
    assert [each["summary"] for each in world.at_google(TEAM).values()] == ["Later"]


def test_an_event_is_deleted_while_it_is_on_its_way(world: World, lunch: str) -> None:
    world.move(lunch, TEAM)
    world.delete(lunch, calendar_id=TEAM)
    assert (shown(ALICE), shown(TEAM)) == ([], [])
    world.sync()
    world.sync()
    assert (world.at_google(), world.at_google(TEAM)) == ({}, {})
    assert nothing_is_open()


def test_a_move_that_waits_can_be_taken_back(world: World, lunch: str) -> None:
    move = world.move(lunch, TEAM)
    world.edit(lunch, calendar_id=TEAM, location="Roof")
    undo(actor=world.actor, operation=move, now=world.clock.now())
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"], [])
    assert world.seen(lunch).local_status == "synced"
    world.sync()
    assert world.writes() == []


def test_a_move_that_google_knows_of_is_moved_back_and_there_again(
    world: World, lunch: str
) -> None:
    move = world.move(lunch, TEAM)
    world.sync()
    back = undo(actor=world.actor, operation=move, now=world.clock.now())
    assert (back.operation.op_type, back.operation.undoes_id) == ("move", move.pk)
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"], [])
    world.sync()
    world.sync()
    assert lunch in world.at_google()
    undo(actor=world.actor, operation=back.operation, now=world.clock.now())
    world.sync()
    assert (world.at_google(), list(world.at_google(TEAM))) == ({}, [lunch])
    assert nothing_is_open()


def test_whichever_step_is_named_a_move_is_taken_back_once(world: World, lunch: str) -> None:
    move = world.move(lunch, TEAM)
    world.sync()
    undo(actor=world.actor, operation=move, now=world.clock.now())
    arrival = OutboxOperation.objects.exclude(pk=move.pk).get(saga=move.saga)
    with pytest.raises(WrongStateError, match="taken back already"):
        undo(actor=world.actor, operation=arrival, now=world.clock.now())


@pytest.mark.parametrize("cycles", [0, 1])
def test_an_edit_from_before_a_move_is_taken_back_where_the_event_is_now(
    world: World, lunch: str, cycles: int
) -> None:
    edit = world.edit(lunch, summary="Brunch", location="Roof")
    world.move(lunch, TEAM)
    world.edit(lunch, calendar_id=TEAM, location="Cellar")
    for _ in range(cycles):
        world.sync(insist=True)
    undo(actor=world.actor, operation=edit, now=world.clock.now())
    for _ in range(3):
        event = world.seen(lunch, TEAM).resource
        assert (event["summary"], event["location"]) == ("Lunch", "Cellar")
        world.sync(insist=True)
    assert world.at_google(TEAM)[lunch]["summary"] == "Lunch"
    assert nothing_is_open()


def test_an_undo_that_was_undone_moves_the_event_after_all(world: World, lunch: str) -> None:
    move = world.move(lunch, TEAM)
    back = undo(actor=world.actor, operation=move, now=world.clock.now())
    undo(actor=world.actor, operation=back.operation, now=world.clock.now())
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])
    world.sync()
    assert (world.at_google(), list(world.at_google(TEAM))) == ({}, [lunch])


def test_a_series_takes_its_changed_occurrences_along(world: World) -> None:
    world.add_team()
    made = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY;COUNT=4"]))
    world.google.patch_event(ALICE, f"{made['id']}_20260312T090000Z", {"summary": "Long"})
    world.google.delete_event(ALICE, f"{made['id']}_20260313T090000Z")
    world.sync(insist=True)
    world.edit(f"{made['id']}_20260314T090000Z", Scope.INSTANCE, summary="Short")
    world.move(made["id"], TEAM)
    for _ in range(2):
        occurrences = [
            (row.start_ts, row.event.resource["summary"])
            for calendar in Calendar.objects.order_by("google_id")
            for event in calendar.events.all()
            for row in event.occurrences.all()
        ]
        assert sorted(name for _, name in occurrences) == ["Long", "Lunch", "Short"]
        assert (
            not Calendar.objects.get(google_id=ALICE)
            .events.filter(occurrences__isnull=False)
            .exists()
        )
        world.sync()
        world.sync()
    there = world.at_google(TEAM)
    assert sorted(each.get("summary", "") for each in there.values()) == [
        "", "Long", "Lunch", "Short"
    ]  # fmt: skip
    rows = {row.event_id: row.resource for row in Calendar.objects.get(google_id=TEAM).events.all()}
    assert rows == there
    assert nothing_is_open()


def test_what_is_tentative_stays_so_in_another_calendar_and_account(
    world: World, lunch: str, work: GoogleAccount
) -> None:
    tea = world.create(summary="Tea")
    for event_id, where in ((lunch, TEAM), (tea, WORK)):
        world.edit(event_id, status="tentative")
        world.move(event_id, where)
    for _ in range(2):
        rows = CachedEvent.objects.filter(calendar__google_id__in=(TEAM, WORK))
        assert [row.resource["status"] for row in rows] == ["tentative"] * 2
        sync_both(world, work)
        sync_both(world, work)


@pytest.mark.parametrize("time_first", [True, False])
def test_a_changed_occurrence_whose_slot_the_series_leaves_does_not_come_along(
    world: World, time_first: bool
) -> None:
    world.add_team()
    made = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY;COUNT=4"]))
    world.google.patch_event(ALICE, f"{made['id']}_20260312T090000Z", {"summary": "Long"})
    world.sync(insist=True)
    if time_first:
        world.edit(made["id"], Scope.SERIES, start="2026-03-11T15:00:00")
    world.move(made["id"], TEAM)
    if not time_first:
        world.edit(made["id"], Scope.SERIES, calendar_id=TEAM, start="2026-03-11T15:00:00")
    for _ in range(3):
        happening = Occurrence.objects.select_related("event__calendar")
        assert [
            (each.event.calendar.google_id, each.event.resource["summary"]) for each in happening
        ] == [(TEAM, "Lunch")] * 4
        world.sync(insist=True)
    assert nothing_is_open()


def test_what_was_changed_of_a_series_that_is_cut_and_moved_unsent_comes_along(
    world: World,
) -> None:
    world.add_team()
    world.sync(insist=True)
    series = world.create(**world.timed(), recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    world.edit(f"{series}_20260312T090000Z", Scope.INSTANCE, summary="Short")
    world.delete(f"{series}_20260314T090000Z", Scope.THIS_AND_FOLLOWING)
    world.move(series, TEAM)
    for _ in range(3):
        world.sync(insist=True)
        names = [row.resource["summary"] for row in world.cached(TEAM).values()]
        assert sorted(names) == ["Lunch", "Short"]
    assert sorted(each["summary"] for each in world.at_google(TEAM).values()) == ["Lunch", "Short"]
    assert nothing_is_open()


def test_an_occurrence_deleted_before_the_series_was_ever_sent_stays_deleted_after_a_move(
    world: World,
) -> None:
    world.add_team()
    world.sync(insist=True)
    local_id = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    world.delete(f"{local_id}_20260312T090000Z", Scope.INSTANCE)
    world.move(local_id, TEAM)
    world.sync()
    world.sync()
    there = world.at_google(TEAM)
    rows = {row.event_id: row.resource for row in Calendar.objects.get(google_id=TEAM).events.all()}
    assert (len(there), rows) == (2, there)
    assert nothing_is_open()


@pytest.mark.parametrize("fault", ["drop", 503])
def test_a_move_whose_reply_is_lost_is_recognised(world: World, lunch: str, fault: Any) -> None:
    world.move(lunch, TEAM)
    if fault == "drop":
        world.google.faults.drop_next(1, when="after", path_contains="/move")
    else:
        world.google.faults.fail_next(
            9, status=503, reason="backendError", when="after", path_contains="/move"
        )
    world.sync()
    world.google.faults.clear()
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])
    world.clock.sleep(3_600)
    world.sync(insist=True)
    world.sync()
    assert set(statuses()) == {"applied"}
    assert world.seen(lunch, TEAM).resource == world.at_google(TEAM)[lunch]
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])


LOST = ["before", "after", "offline"]


def move_without_an_answer(world: World, event_id: str, lost: str) -> OutboxOperation:
    """Nobody here knows whether Google has moved it; only after "after" it has."""
    move = world.move(event_id, TEAM)
    if lost == "offline":
        world.google.faults.go_offline()
    else:
        world.google.faults.drop_next(1, when=lost, path_contains="/move")
    world.sync()
    world.google.faults.clear()
    world.google.faults.go_online()
    move.refresh_from_db()
    assert (move.status, move.attempts) == ("pending", 1)
    return move


def settle(world: World) -> None:
    for _ in range(3):
        world.sync(insist=True)
    assert nothing_is_open()
    for calendar_id in (ALICE, TEAM):
        rows = Calendar.objects.get(google_id=calendar_id).events.all()
        there = world.at_google(calendar_id)
        assert {row.event_id: row.resource for row in rows if row.start_ts_utc} == {
            each: event for each, event in there.items() if event["status"] != "cancelled"
        }


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("way", [undo, discard])
def test_a_move_without_an_answer_can_be_taken_back(
    world: World, lunch: str, lost: str, way: Any
) -> None:
    move = move_without_an_answer(world, lunch, lost)
    world.edit(lunch, calendar_id=TEAM, location="Roof")
    way(actor=world.actor, operation=move, now=world.clock.now())
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"], [])
    world.edit(lunch, summary="Brunch")
    assert (shown(ALICE), shown(TEAM)) == (["Brunch"], [])
    settle(world)
    there = world.at_google()[lunch]
    assert (there["summary"], there["location"], world.at_google(TEAM)) == ("Brunch", "Roof", {})


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("way", [undo, discard])
def test_taking_that_back_is_taken_back_as_well(
    world: World, lunch: str, lost: str, way: Any
) -> None:
    move = move_without_an_answer(world, lunch, lost)
    back = undo(actor=world.actor, operation=move, now=world.clock.now())
    way(actor=world.actor, operation=back.operation, now=world.clock.now())
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])
    settle(world)
    assert (world.at_google(), list(world.at_google(TEAM))) == ({}, [lunch])


@pytest.mark.parametrize("lost", ["before", "offline"])
def test_a_move_that_is_refused_after_it_was_taken_back_leaves_nothing_to_do(
    world: World, lunch: str, lost: str
) -> None:
    move = move_without_an_answer(world, lunch, lost)
    undo(actor=world.actor, operation=move, now=world.clock.now())
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    settle(world)
    assert (list(world.at_google()), shown(ALICE), shown(TEAM)) == ([lunch], ["Lunch"], [])


def test_what_falls_with_a_refused_move_is_read_at_once(world: World, lunch: str) -> None:
    """However many arrivals there are, and whatever was built on them."""
    move = move_without_an_answer(world, lunch, "before")
    undo(actor=world.actor, operation=move, now=world.clock.now())
    world.edit(lunch, location="Roof")
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        world.sync(insist=True)
    assert [each for each in statements if '"op_id" >= ' in each] == []
    assert len([each for each in statements if "EXISTS" in each and '"op_id" <= ' in each]) == 1
    settle(world)


@pytest.mark.parametrize("lost", LOST)
def test_a_series_whose_move_has_no_answer_comes_back_with_its_changed_occurrences(
    world: World, lost: str
) -> None:
    world.add_team()
    made = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY;COUNT=4"]))
    world.google.patch_event(ALICE, f"{made['id']}_20260312T090000Z", {"summary": "Long"})
    world.google.delete_event(ALICE, f"{made['id']}_20260313T090000Z")
    world.sync(insist=True)
    before = world.shown_here()
    move = move_without_an_answer(world, str(made["id"]), lost)
    undo(actor=world.actor, operation=move, now=world.clock.now())
    assert world.shown_here() == before
    settle(world)
    assert world.shown_here() == before == world.shown_at_google()


@pytest.mark.parametrize("choice", ["mine", "theirs"])
@pytest.mark.parametrize("lost", ["before", "offline"])
def test_what_google_deleted_before_its_move_was_taken_back_is_a_conflict(
    world: World, lunch: str, lost: str, choice: Any
) -> None:
    move = move_without_an_answer(world, lunch, lost)
    undo(actor=world.actor, operation=move, now=world.clock.now())
    world.google.delete_event(ALICE, lunch)
    world.sync(insist=True)
    move.refresh_from_db()
    assert (move.status, move.reason) == ("conflict", "deleted_at_google")
    resolve(actor=world.actor, operation=move, choice=choice, now=world.clock.now())
    settle(world)
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"] if choice == "mine" else [], [])


@pytest.mark.parametrize("later", ["refused", "asked again"])
def test_what_has_arrived_was_moved_whatever_google_says_of_it(
    world: World, lunch: str, later: str
) -> None:
    """The answer is an error, but the listing of the destination has the event."""
    move = world.move(lunch, TEAM)
    world.google.faults.fail_next(
        9, status=503, reason="backendError", when="after", path_contains="/move"
    )
    world.sync()
    world.google.faults.clear()
    assert statuses() == ["applied", "applied"]
    if later == "refused":
        world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    world.clock.sleep(3_600)
    settle(world)
    with pytest.raises(WrongStateError):
        discard(actor=world.actor, operation=move, now=world.clock.now())
    settle(world)
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])
    assert (world.at_google(), list(world.at_google(TEAM))) == ({}, [lunch])


def test_a_refused_move_that_arrived_all_the_same_loses_nothing_when_given_up(
    world: World, lunch: str
) -> None:
    move = world.move(lunch, TEAM)
    world.google.faults.fail_next(
        4, status=503, reason="backendError", when="after", path_contains="/move"
    )
    no_listing = {"status": 500, "method": "GET", "path_contains": "/events"}
    world.google.faults.fail_next(50, **no_listing)
    world.sync()
    world.google.faults.clear()
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    world.google.faults.fail_next(50, **no_listing)
    world.clock.sleep(3_600)
    world.sync(insist=True)
    world.google.faults.clear()
    move.refresh_from_db()
    assert move.status == "failed"
    discard(actor=world.actor, operation=move, now=world.clock.now())
    settle(world)
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])


def test_a_change_at_google_meanwhile_moves_along(world: World, lunch: str) -> None:
    world.move(lunch, TEAM)
    world.google.patch_event(ALICE, lunch, {"location": "There"})
    assert world.sync().succeeded
    assert world.seen(lunch, TEAM).resource["location"] == "There"
    assert nothing_is_open()


def test_a_refused_move_leaves_the_event_where_it_was(world: World, lunch: str) -> None:
    move = world.move(lunch, TEAM)
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    world.sync()
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"], [])
    assert world.seen(lunch).local_status == "failed"
    assert statuses() == ["failed", "failed"]
    retry(actor=world.actor, operation=move, now=world.clock.now())
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])
    world.sync()
    assert (shown(ALICE), shown(TEAM)) == ([], ["Lunch"])
    assert nothing_is_open()


def test_a_refused_move_can_be_given_up(world: World, lunch: str) -> None:
    move = world.move(lunch, TEAM)
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    world.sync()
    discard(actor=world.actor, operation=move, now=world.clock.now())
    world.sync()
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"], [])
    assert world.seen(lunch).local_status == "synced"


def test_an_event_whose_move_was_refused_is_edited_and_deleted_where_it_is(
    world: World, lunch: str
) -> None:
    """What was to arrive elsewhere is not made there instead."""
    world.move(lunch, TEAM)
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    world.sync()
    world.edit(lunch, summary="Brunch")
    assert (shown(ALICE), shown(TEAM)) == (["Brunch"], [])
    settle(world)
    assert world.at_google(TEAM) == {}
    world.move(lunch, TEAM)
    world.google.faults.fail_next(1, status=403, reason="forbidden", path_contains="/move")
    world.sync()
    world.delete(lunch)
    settle(world)
    assert (world.at_google(), world.at_google(TEAM)) == ({}, {})


def test_a_refused_create_is_not_given_up_while_its_move_is_on_its_way(world: World) -> None:
    world.add_team()
    world.sync(insist=True)
    local_id = world.create()
    move = world.move(local_id, TEAM)
    made = OutboxOperation.objects.earliest("op_id")
    OutboxOperation.objects.filter(pk=made.pk).update(status="failed", attempts=2)
    OutboxOperation.objects.filter(saga=move.saga).update(status="in_flight", attempts=1)
    with pytest.raises(WrongStateError, match="on its way"):
        discard(actor=world.actor, operation=made, now=world.clock.now())
    made.refresh_from_db()
    assert made.status == "failed"


@pytest.mark.parametrize(("choice", "there"), [("mine", ["Lunch"]), ("theirs", [])])
def test_what_google_deleted_meanwhile_is_made_anew_there_or_given_up(
    world: World, lunch: str, choice: Any, there: list[str]
) -> None:
    move = world.move(lunch, TEAM)
    world.edit(lunch, calendar_id=TEAM, location="Roof")
    world.google.delete_event(ALICE, lunch)
    world.sync()
    world.sync()
    move.refresh_from_db()
    assert (move.status, move.reason) == ("conflict", "deleted_at_google")
    assert (shown(ALICE), shown(TEAM)) == ([], [])
    resolve(actor=world.actor, operation=move, choice=choice, now=world.clock.now())
    world.sync()
    world.sync()
    assert [each["summary"] for each in world.at_google(TEAM).values()] == there
    assert (shown(ALICE), shown(TEAM)) == ([], there)
    assert nothing_is_open()


def test_an_event_deleted_right_after_it_was_moved_is_not_made_again(
    world: World, lunch: str
) -> None:
    world.move(lunch, TEAM)
    world.google.faults.drop_next(1, when="after", path_contains="/move")
    world.sync()
    world.google.delete_event(TEAM, lunch)
    world.sync(insist=True)
    world.sync(insist=True)
    assert (world.at_google(), world.at_google(TEAM)) == ({}, {})
    assert shown(TEAM) == []


def test_there_and_back_again(world: World, lunch: str) -> None:
    world.move(lunch, TEAM)
    with pytest.raises(WrongStateError, match="on its way"):
        world.move(lunch, "primary", TEAM)
    world.sync()
    world.move(lunch, "primary", TEAM)
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"], [])
    world.sync()
    world.sync()
    assert (shown(ALICE), shown(TEAM)) == (["Lunch"], [])
    assert world.seen(lunch).resource == world.at_google()[lunch]
    assert nothing_is_open()


def test_an_undecided_change_is_settled_before_a_move(world: World, lunch: str) -> None:
    world.edit(lunch, summary="Mine")
    world.google.patch_event(ALICE, lunch, {"summary": "Theirs"})
    world.sync()
    with pytest.raises(WrongStateError, match="settle it first"):
        world.move(lunch, TEAM)


def test_what_cannot_be_moved_is_refused_at_once(world: World, lunch: str) -> None:
    world.google.add_person(BEN)
    invited = world.google.insert_event(BEN, world.timed(attendees=[{"email": ALICE}]))
    series = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY"]))
    birthday = world.google.insert_event(
        ALICE,
        {
            "eventType": "birthday",
            "start": {"date": "2026-03-12"},
            "end": {"date": "2026-03-13"},
            "recurrence": ["RRULE:FREQ=YEARLY"],
            "visibility": "private",
            "transparency": "transparent",
        },
    )
    world.google.share(world.google.add_calendar(owner="x", summary="Read"), with_=ALICE)
    world.sync(insist=True)
    read_only = Calendar.objects.get(summary="Read").google_id
    for event_id, destination, refusal in (
        (invited["id"], TEAM, NotWritableError),
        (birthday["id"], TEAM, NotWritableError),
        (f"{series['id']}_20260312T090000Z", TEAM, InvalidInputError),
        (lunch, "primary", InvalidInputError),
        (lunch, read_only, NotWritableError),
        (lunch, "nowhere", NotFoundError),
    ):
        with pytest.raises(refusal):
            world.move(event_id, destination)
    assert not OutboxOperation.objects.exists()


def test_a_guests_own_copy_in_the_destination_keeps_a_move_from_starting(world: World) -> None:
    world.add_team()
    made = world.google.insert_event(TEAM, world.timed(attendees=[{"email": ALICE}]))
    world.sync(insist=True)
    with pytest.raises(InvalidInputError, match="copy of this event"):
        world.move(made["id"], "primary", TEAM)


def test_a_move_to_a_calendar_that_vanished_fails_with_the_reason(world: World, lunch: str) -> None:
    world.move(lunch, TEAM)
    world.google.world.calendars[TEAM].deleted = True
    world.sync()
    world.sync(insist=True)
    assert world.seen(lunch).local_status == "failed"
    assert (shown(ALICE), lunch in world.at_google()) == (["Lunch"], True)


# Between accounts


@pytest.fixture
def work(world: World) -> GoogleAccount:
    world.google.add_person(WORK, time_zone="America/New_York")
    account = world.connect(WORK)
    sync_account(account_id=account.pk, wish=Wish(insist=True), clock=world.clock)
    return account


def sync_both(world: World, work: GoogleAccount) -> None:
    for _ in range(2):
        world.sync()
        sync_account(account_id=work.pk, wish=Wish(), clock=world.clock)


def test_to_another_account_a_copy_is_made_and_then_the_original_deleted(
    world: World, lunch: str, work: GoogleAccount
) -> None:
    world.move(lunch, WORK)
    assert (shown(ALICE), shown(WORK)) == ([], ["Lunch"])
    world.sync()
    assert lunch in world.at_google()
    sync_both(world, work)
    [there] = world.at_google(WORK).values()
    assert there["attendees"][0]["email"] == BEN
    assert (world.at_google(), shown(ALICE), shown(WORK)) == ({}, [], ["Lunch"])
    assert nothing_is_open()


@pytest.mark.parametrize("way", [undo, discard])
@pytest.mark.parametrize("synced", [False, True])
def test_a_first_move_is_taken_back_with_those_that_were_built_on_it(
    world: World, lunch: str, work: GoogleAccount, way: Any, synced: bool
) -> None:
    """There and back again before Google knows: the second copy must not stay beside the event."""
    first = world.move(lunch, WORK)
    world.move(first.event_id, ALICE, WORK)
    if synced:  # the second copy waits, as long as the first waits for its account
        world.sync()
        assert list(world.at_google()) == [lunch]
    way(actor=world.actor, operation=first, now=world.clock.now())
    assert (shown(ALICE), shown(WORK)) == (["Lunch"], [])
    for _ in range(3):
        sync_both(world, work)
    assert nothing_is_open()
    assert (list(world.at_google()), world.at_google(WORK)) == ([lunch], {})
    assert (shown(ALICE), shown(WORK)) == (["Lunch"], [])


def starts_shown(world: World, calendar_id: str) -> list[str]:
    rows = Occurrence.objects.filter(calendar__google_id=calendar_id).order_by("start_ts")
    return [f"{world.local(row.start_ts):%d %H:%M}" for row in rows]


@pytest.mark.parametrize("moves", [True, False], ids=["moved", "copied"])
@pytest.mark.parametrize("sent", [True, False])
def test_what_was_deleted_of_a_series_does_not_happen_again_in_another_account(
    world: World, work: GoogleAccount, moves: bool, sent: bool
) -> None:
    daily = ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260329T080000Z"]
    made = world.google.insert_event(ALICE, world.timed(27, recurrence=daily))
    world.sync()
    event_id = str(made["id"])
    slots = [row.instance_id for row in world.seen(event_id).occurrences.order_by("start_ts")]
    assert len(slots) == 4
    world.delete(slots[1], Scope.INSTANCE)  # the 28th, the day before clocks change
    if sent:
        world.sync()
    if moves:
        world.move(event_id, WORK)
    else:
        duplicate_event(
            actor=world.actor,
            target=world.target(event_id),
            destination=calendar_of(member=world.member, calendar_id=WORK),
            changes={},
            notify=None,
            now=world.clock.now(),
            new_id=UUID(int=77),
        )
    expected = ["27 10:00", "30 10:00", "31 10:00"]
    assert starts_shown(world, WORK) == expected
    sync_both(world, work)
    assert starts_shown(world, WORK) == expected
    assert starts_shown(world, ALICE) == ([] if moves else expected)
    assert nothing_is_open()


def test_a_move_to_another_account_is_undone_and_had_again_with_all_that_was_known(
    world: World, lunch: str, work: GoogleAccount
) -> None:
    move = world.move(lunch, WORK)
    sync_both(world, work)
    back = undo(actor=world.actor, operation=move, now=world.clock.now())
    assert (shown(ALICE), shown(WORK)) == (["Lunch"], [])
    assert "new id" in back.note
    assert "The event is deleted" not in back.note
    sync_both(world, work)
    [there] = world.at_google().values()
    assert there["attendees"][0]["email"] == BEN
    assert world.at_google(WORK) == {}
    again = history(member=world.member, calendar_id=ALICE, event_id=str(there["id"])).entries
    assert {each.operation.op_type for each in again} == {"create", "delete"}
    undo(actor=world.actor, operation=back.operation, now=world.clock.now())
    sync_both(world, work)
    assert (world.at_google(), shown(ALICE), shown(WORK)) == ({}, [], ["Lunch"])
    assert nothing_is_open()


@pytest.mark.parametrize("copied", [False, True])
def test_removing_the_other_account_before_it_has_the_copy_keeps_the_original(
    world: World, lunch: str, work: GoogleAccount, copied: bool
) -> None:
    world.move(lunch, WORK)
    if copied:
        sync_account(account_id=work.pk, wish=Wish(), clock=world.clock)
    disconnect(account=work, keep_cache=False)
    world.sync()
    assert (lunch in world.at_google()) is not copied
    assert shown(ALICE) == ([] if copied else ["Lunch"])
    assert len(world.at_google(WORK)) == copied
    assert nothing_is_open()


def test_removing_the_account_that_an_event_comes_from_leaves_the_copy_to_be_made(
    world: World, lunch: str, work: GoogleAccount
) -> None:
    world.move(lunch, WORK)
    disconnect(account=world.account, keep_cache=False)
    sync_account(account_id=work.pk, wish=Wish(), clock=world.clock)
    assert shown(WORK) == ["Lunch"]
    assert nothing_is_open()


def test_what_the_other_account_refuses_stays_where_it_was(
    world: World, lunch: str, work: GoogleAccount
) -> None:
    world.move(lunch, WORK)
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="POST")
    sync_both(world, work)
    assert shown(ALICE) == ["Lunch"]
    assert lunch in world.at_google()
    assert world.at_google(WORK) == {}
    assert statuses() == ["failed", "failed"]


def test_editing_what_could_not_be_deleted_after_it_was_copied_keeps_it_where_it_is(
    world: World, lunch: str, work: GoogleAccount
) -> None:
    world.move(lunch, WORK)
    sync_account(account_id=work.pk, wish=Wish(), clock=world.clock)
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="DELETE")
    world.sync()
    world.edit(lunch, summary="Brunch")
    for _ in range(3):
        sync_both(world, work)
    assert (shown(ALICE), shown(WORK)) == (["Brunch"], [])
    assert (list(world.at_google()), world.at_google(WORK)) == ([lunch], {})
    assert nothing_is_open()
