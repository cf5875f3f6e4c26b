"""This and the following occurrences: what Alice sees at once is what Google shows in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.conflicts import resolve
from calendars.commands.outbox import discard, retry
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import AlreadyDeletedError, NotFoundError, WrongStateError
from calendars.google.client import use_transport
from calendars.lanes import OPEN_STATUSES
from calendars.models import OutboxOperation
from calendars.queries.sync_health import status
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Member

FOLLOWING = Scope.THIS_AND_FOLLOWING
ZONES = ["America/New_York", "Pacific/Auckland"]
RULES = [
    ["RRULE:FREQ=WEEKLY;COUNT=6"],
    ["RRULE:FREQ=WEEKLY"],
    ["RRULE:FREQ=WEEKLY;BYDAY=WE,FR;UNTIL=20260430T220000Z"],
    ["RRULE:FREQ=DAILY;INTERVAL=3;COUNT=12", "EXDATE;TZID={zone}:20260320T100000"],
    ["RRULE:FREQ=WEEKLY;COUNT=5", "RDATE;TZID={zone}:20260319T150000,20260402T150000"],
    ["RDATE;TZID={zone}:20260318T100000,20260330T100000,20260408T100000"],
    ["RRULE:FREQ=MONTHLY;BYDAY=2WE"],
]
CHANGES: list[dict[str, Any]] = [
    {"summary": "Renamed"},
    {"hour": 15},
    {"hour": 8, "location": "Attic"},
    {"recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3"]},
    {"recurrence": None},
]


@pytest.fixture(params=ZONES)
def zoned(request: pytest.FixtureRequest, alice: Member) -> Iterator[World]:
    world = World(alice, time_zone=request.param)
    with use_transport(world.google.http):
        yield world


def series(world: World, lines: list[str], **fields: Any) -> str:
    """A series at Google that Alice has; its id."""
    recurrence = [line.format(zone=world.time_zone) for line in lines]
    made = world.google.insert_event(ALICE, world.timed(11, recurrence=recurrence, **fields))
    world.sync()
    return str(made["id"])


def instances(world: World, event_id: str) -> list[str]:
    rows = world.seen(event_id).occurrences.order_by("start_ts")
    return [row.instance_id for row in rows]


def at_rest(world: World) -> None:
    """Everything is sent, and Google shows what Alice has seen since she changed it."""
    before = world.shown_here()
    assert world.sync(insist=True).succeeded
    assert world.shown_here() == before
    assert world.shown_at_google() == before
    assert {row.local_status for row in world.cached().values()} <= {"synced"}
    sent = len(world.writes())
    world.sync(full=True, insist=True)
    assert len(world.writes()) == sent
    assert world.shown_here() == before


def asked(world: World, instance_id: str, change: dict[str, Any]) -> dict[str, Any]:
    if "hour" not in change:
        return change
    rest = {name: value for name, value in change.items() if name != "hour"}
    slot = next(
        row
        for event in world.cached().values()
        for row in event.occurrences.all()
        if row.instance_id == instance_id
    )
    local = world.local(slot.start_ts)
    start = local.replace(hour=change["hour"], minute=30)
    end = start.replace(hour=change["hour"] + 2)
    return {"start": start.isoformat()[:19], "end": end.isoformat()[:19], **rest}


@pytest.mark.parametrize(
    ("lines", "change", "which"),
    [
        *((lines, {"hour": 15}, 1) for lines in RULES),
        *((RULES[0], change, 1) for change in CHANGES),
        *((RULES[2], change, -1) for change in CHANGES),
    ],
)
def test_an_edit_from_here_on_is_what_google_shows_afterwards(
    world: World, lines: list[str], change: dict[str, Any], which: int
) -> None:
    event_id = series(world, lines)
    chosen = instances(world, event_id)[which]
    world.edit(chosen, FOLLOWING, **asked(world, chosen, change))
    at_rest(world)


@pytest.mark.parametrize("lines", RULES[2:5])
def test_the_same_across_changes_of_clocks_elsewhere(zoned: World, lines: list[str]) -> None:
    event_id = series(zoned, lines)
    chosen = instances(zoned, event_id)[2]
    zoned.edit(chosen, FOLLOWING, **asked(zoned, chosen, {"hour": 15}))
    at_rest(zoned)


@pytest.mark.parametrize(
    ("lines", "which"), [*((lines, 2) for lines in RULES), (RULES[0], 1), (RULES[2], -1)]
)
def test_what_is_deleted_from_here_on_is_gone_at_google_too(
    world: World, lines: list[str], which: int
) -> None:
    event_id = series(world, lines)
    kept = instances(world, event_id)
    world.delete(kept[which], FOLLOWING)
    assert instances(world, event_id) == kept[: which % len(kept)]
    at_rest(world)


def test_a_series_of_whole_days_is_split_and_shortened(zoned: World) -> None:
    made = zoned.google.insert_event(
        ALICE,
        {
            "summary": "Shift",
            "start": {"date": "2026-03-26"},
            "end": {"date": "2026-03-28"},
            "recurrence": ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=8"],
        },
    )
    zoned.sync()
    third, sixth = (instances(zoned, made["id"])[index] for index in (2, 5))
    zoned.edit(third, FOLLOWING, start="2026-03-31", end="2026-04-01", summary="Late shift")
    at_rest(zoned)
    with pytest.raises(NotFoundError):
        zoned.delete(sixth, FOLLOWING)
    tail = next(row for row in zoned.cached().values() if row.resource["summary"] == "Late shift")
    zoned.delete(instances(zoned, tail.event_id)[1], FOLLOWING)
    at_rest(zoned)
    assert len(zoned.shown_here()) == 3


def test_from_the_first_occurrence_on_means_the_whole_series(world: World) -> None:
    event_id = series(world, RULES[0])
    first, *_ = instances(world, event_id)
    operation = world.edit(first, FOLLOWING, summary="All of it")
    assert (operation.op_type, operation.event_id, operation.saga) == ("patch", event_id, None)
    at_rest(world)
    operation = world.delete(first, FOLLOWING)
    assert (operation.op_type, operation.event_id) == ("delete", event_id)
    at_rest(world)
    assert world.at_google() == {}


def test_where_all_before_was_deleted_it_means_the_whole_series(world: World) -> None:
    event_id = series(world, RULES[0])
    first, second, *_ = instances(world, event_id)
    world.delete(first, Scope.INSTANCE)
    assert world.edit(second, FOLLOWING, summary="All of it").event_id == event_id
    at_rest(world)


@pytest.mark.parametrize("leftovers", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_changed_occurrences_after_the_cut_are_reset_and_named(
    world: World, leftovers: bool, known: bool
) -> None:
    """Whether Google takes them away by itself or not, and whether it knew them before or not."""
    world.google.world.options.keeps_leftovers = leftovers
    event_id = series(world, RULES[0])
    ids = instances(world, event_id)
    world.edit(ids[1], Scope.INSTANCE, location="Before the cut")
    world.edit(ids[3], Scope.INSTANCE, start="2026-04-02T17:00:00", end="2026-04-02T18:00:00")
    world.delete(ids[4], Scope.INSTANCE)
    if known:
        at_rest(world)
    queued = world.change(ids[2], FOLLOWING, summary="From here")
    assert [reset["event_id"] for reset in queued.resets] == [ids[3]]
    assert [row[2] for row in world.shown_here()] == ["Lunch"] * 2 + ["From here"] * 3
    with pytest.raises(AlreadyDeletedError):
        world.edit(ids[3], Scope.INSTANCE, summary="Too late")
    at_rest(world)


@pytest.mark.parametrize("leftovers", [False, True])
def test_changed_occurrences_go_when_the_rest_of_a_series_is_deleted(
    world: World, leftovers: bool
) -> None:
    world.google.world.options.keeps_leftovers = leftovers
    event_id = series(world, RULES[0])
    ids = instances(world, event_id)
    world.edit(ids[3], Scope.INSTANCE, start="2026-04-02T17:00:00", end="2026-04-02T18:00:00")
    at_rest(world)
    world.delete(ids[2], FOLLOWING)
    at_rest(world)
    assert len(world.shown_here()) == 2


def test_the_cut_is_where_an_occurrence_belongs_not_where_it_was_moved_to(world: World) -> None:
    event_id = series(world, RULES[0])
    ids = instances(world, event_id)
    world.edit(ids[2], Scope.INSTANCE, start="2026-04-10T10:00:00", end="2026-04-10T11:00:00")
    at_rest(world)
    world.delete(ids[2], FOLLOWING)
    assert len(world.shown_here()) == 2
    at_rest(world)


def test_a_tail_is_split_again_before_any_of_it_is_sent(world: World) -> None:
    event_id = series(world, RULES[0])
    ids = instances(world, event_id)
    first = world.change(ids[2], FOLLOWING, summary="Second part")
    tail = first.operation.event_id
    world.edit(instances(world, tail)[2], FOLLOWING, summary="Third part")
    world.edit(instances(world, tail)[1], Scope.INSTANCE, location="Roof")
    world.edit(event_id, Scope.SERIES, location="Cellar")
    world.edit(ids[1], FOLLOWING, summary="First and a half")
    assert [row[2:] for row in world.shown_here()] == [
        ("Lunch", "Cellar"),
        ("First and a half", "Cellar"),
        ("Second part", ""),
        ("Second part", "Roof"),
        ("Third part", ""),
        ("Third part", ""),
    ]
    at_rest(world)


def test_a_series_that_only_exists_here_is_split(world: World) -> None:
    world.sync()
    event_id = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=6"])
    ids = instances(world, event_id)
    world.edit(ids[4], Scope.INSTANCE, location="Roof")
    world.edit(ids[3], FOLLOWING, summary="Later")
    world.delete(instances(world, event_id)[1], Scope.INSTANCE)
    assert [row[2] for row in world.shown_here()] == ["Lunch"] * 2 + ["Later"] * 3
    at_rest(world)


def test_a_split_that_googles_client_made_can_be_split_further(world: World) -> None:
    base = series(world, ["RRULE:FREQ=WEEKLY;UNTIL=20260331T215959Z"])
    world.google.insert_event(
        ALICE,
        world.timed(1, summary="Second part", recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
        | {
            name: {"dateTime": f"2026-04-01T{hour}:00:00", "timeZone": world.time_zone}
            for name, hour in (("start", 10), ("end", 11))
        },
        raw_id=f"{base}_R20260401T080000",
    )
    world.sync()
    assert world.shown_here() == world.shown_at_google()
    world.edit(f"{base}_20260415T080000Z", FOLLOWING, summary="Third part")
    at_rest(world)
    world.delete(f"{base}_20260408T080000Z", FOLLOWING)
    at_rest(world)
    assert [row[2] for row in world.shown_here()] == ["Lunch"] * 3 + ["Second part"] + [
        "Third part"
    ] * 2


def test_undo_takes_both_back_before_and_after_google_has_them(world: World) -> None:
    event_id = series(world, RULES[0])
    before = world.shown_here()
    for sync_between in (False, True):
        queued = world.change(instances(world, event_id)[2], FOLLOWING, summary="From here")
        if sync_between:
            at_rest(world)
        undo(actor=world.actor, operation=queued.operation, now=world.clock.now())
        assert world.shown_here() == before
        at_rest(world)


def test_undo_of_a_split_that_google_has_says_what_comes_back(world: World) -> None:
    event_id = series(world, RULES[0])
    world.edit(instances(world, event_id)[3], Scope.INSTANCE, summary="By itself")
    world.sync()
    queued = world.change(instances(world, event_id)[2], FOLLOWING, summary="From here")
    at_rest(world)
    done = undo(actor=world.actor, operation=queued.operation, now=world.clock.now())
    assert "changed or deleted of single occurrences" in done.note
    assert "Everything is as it was" not in done.note
    at_rest(world)
    titles = [row[2] for row in world.shown_here()]
    assert titles == ["Lunch"] * 3 + ["By itself"] + ["Lunch"] * 2


def test_a_split_that_waits_is_one_change_to_whoever_counts(world: World) -> None:
    event_id = series(world, RULES[0])
    world.edit(instances(world, event_id)[1], FOLLOWING, summary="Tea")
    assert OutboxOperation.objects.count() == 2
    assert status(member=world.member, now=world.clock.now())["pending_count"] == 1
    world.create(summary="Another")
    assert status(member=world.member, now=world.clock.now())["pending_count"] == 2


def test_a_refused_tail_leaves_the_series_at_google_as_it_was(world: World) -> None:
    event_id = series(world, RULES[0])
    before = world.shown_at_google()
    operation = world.edit(instances(world, event_id)[2], FOLLOWING, summary="From here")
    mine = world.shown_here()
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="POST")
    world.sync()
    assert world.shown_at_google() == before
    assert world.shown_here() == mine
    assert {row.local_status for row in world.cached().values()} == {"failed"}
    retry(actor=world.actor, operation=operation, now=world.clock.now())
    at_rest(world)
    assert world.shown_here() == mine


@pytest.mark.parametrize("then", ["retry", "discard"])
def test_a_refused_trim_has_the_tail_taken_back(world: World, then: str) -> None:
    event_id = series(world, RULES[0])
    before = world.shown_at_google()
    operation = world.edit(instances(world, event_id)[2], FOLLOWING, summary="From here")
    mine = world.shown_here()
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="PATCH")
    world.sync()
    assert world.shown_at_google() == before
    assert world.shown_here() == mine
    operation.refresh_from_db()
    act = retry if then == "retry" else discard
    act(actor=world.actor, operation=operation, now=world.clock.now())
    at_rest(world)
    assert world.shown_here() == (mine if then == "retry" else before)


@pytest.mark.parametrize("step", [0, 1])
def test_a_step_set_back_to_pending_by_sql_takes_its_saga_along(world: World, step: int) -> None:
    event_id = series(world, RULES[0])
    before = world.shown_at_google()
    world.edit(instances(world, event_id)[2], FOLLOWING, summary="From here")
    mine = world.shown_here()
    world.google.faults.fail_next(1, status=403, reason="forbidden", method=("POST", "PATCH")[step])
    world.sync()
    world.sync()
    assert world.shown_at_google() == before
    refused = OutboxOperation.objects.filter(status="failed").order_by("op_id")[step]
    OutboxOperation.objects.filter(pk=refused.pk).update(status="pending")
    at_rest(world)
    assert world.shown_here() == mine


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_series_moved_at_google_meanwhile_is_a_conflict_of_the_whole_split(
    world: World, choice: Any
) -> None:
    event_id = series(world, RULES[0])
    world.edit(instances(world, event_id)[2], FOLLOWING, summary="From here")
    times = world.timed(11, 16)
    world.google.patch_event(ALICE, event_id, {"start": times["start"], "end": times["end"]})
    world.sync()
    world.sync()
    assert world.shown_here() == world.shown_at_google()
    assert len(world.shown_here()) == 6
    operation = OutboxOperation.objects.filter(status="conflict").exclude(reason="other_step").get()
    resolve(actor=world.actor, operation=operation, choice=choice, now=world.clock.now())
    at_rest(world)
    assert [row[2] for row in world.shown_here()].count("From here") == (
        4 if choice == "mine" else 0
    )


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_what_was_changed_of_the_tail_goes_the_way_of_the_split(world: World, choice: Any) -> None:
    event_id = series(world, RULES[0])
    split = world.change(instances(world, event_id)[2], FOLLOWING, summary="From here")
    tail = split.operation.event_id
    world.edit(tail, Scope.SERIES, location="Attic")
    world.edit(instances(world, tail)[1], Scope.INSTANCE, summary="Once")
    times = world.timed(11, 16)
    world.google.patch_event(ALICE, event_id, {"start": times["start"], "end": times["end"]})
    world.sync()
    world.sync()
    operation = OutboxOperation.objects.filter(status="conflict").exclude(reason="other_step").get()
    resolve(actor=world.actor, operation=operation, choice=choice, now=world.clock.now())
    at_rest(world)
    assert not OutboxOperation.objects.filter(status__in=OPEN_STATUSES).exists()
    assert [row[3] for row in world.shown_here()].count("Attic") == (4 if choice == "mine" else 0)


def test_a_series_renamed_at_google_meanwhile_is_split_all_the_same(world: World) -> None:
    event_id = series(world, RULES[0])
    world.edit(instances(world, event_id)[2], FOLLOWING, location="From here")
    world.google.patch_event(ALICE, event_id, {"summary": "Renamed"})
    world.sync()
    world.sync()
    assert world.shown_here() == world.shown_at_google()
    assert [row[2:] for row in world.shown_here()] == [("Renamed", "")] * 2 + [
        ("Lunch", "From here")
    ] * 4


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_series_deleted_at_google_meanwhile_leaves_no_tail_behind(
    world: World, choice: Any
) -> None:
    event_id = series(world, RULES[0])
    world.edit(instances(world, event_id)[2], FOLLOWING, summary="From here")
    mine = world.shown_here()
    world.google.delete_event(ALICE, event_id)
    world.sync()
    world.sync()
    assert world.shown_at_google() == []
    operation = OutboxOperation.objects.filter(status="conflict").exclude(reason="other_step").get()
    resolve(actor=world.actor, operation=operation, choice=choice, now=world.clock.now())
    at_rest(world)
    assert world.shown_here() == (mine if choice == "mine" else [])


def test_an_earlier_split_cannot_be_given_up_beneath_a_later_one(world: World) -> None:
    event_id = series(world, RULES[0])
    ids = instances(world, event_id)
    first = world.edit(ids[3], FOLLOWING, summary="Late")
    second = world.edit(ids[1], FOLLOWING, summary="Early")
    with pytest.raises(WrongStateError):
        discard(actor=world.actor, operation=first, now=world.clock.now())
    discard(actor=world.actor, operation=second, now=world.clock.now())
    discard(actor=world.actor, operation=first, now=world.clock.now())
    at_rest(world)
    assert world.writes() == []


@pytest.mark.parametrize("then", ["retry", "discard", "undo"])
def test_a_head_that_was_never_made_is_refused_while_its_tail_goes_to_google(
    world: World, then: str
) -> None:
    world.sync()
    head = world.create(recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    split = world.edit(instances(world, head)[2], FOLLOWING, summary="Tail")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="POST")
    world.sync()
    before = world.shown_here()
    refused = OutboxOperation.objects.get(status="failed", op_type="create")
    assert refused.event_id == head
    assert [event["summary"] for event in world.at_google().values()] == ["Tail"]
    decided = {"actor": world.actor, "operation": refused, "now": world.clock.now()}
    if then == "retry":
        retry(**decided)
        at_rest(world)
        assert world.shown_here() == before
        return
    if then == "discard":
        discard(**decided)
    else:
        undo(**decided | {"operation": split})
        retry(**decided)
    at_rest(world)
    titles = [row[2] for row in world.shown_here()]
    assert titles == ([] if then == "discard" else ["Lunch"] * 4)
    assert not OutboxOperation.objects.filter(status__in=OPEN_STATUSES).exists()
