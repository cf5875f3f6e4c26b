"""Two requests that are one change: a copy is made, then the original is deleted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from calendars import cache, cached_row, lanes
from calendars.commands import queue
from calendars.commands.outbox import discard, retry
from calendars.commands.undo import undo
from calendars.errors import WrongStateError
from calendars.models import OperationStatus, OperationType, OutboxOperation
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World

SAGA = uuid.UUID(int=77)
COPY_ID = f"local:{uuid.UUID(int=5)}"


def replace_by_copy(world: World, event_id: str) -> tuple[OutboxOperation, OutboxOperation]:
    """Queue a copy of an event and the delete of the original as one saga."""
    with transaction.atomic():
        calendar, now = world.calendar, world.clock.now()
        cache.lock(calendar.pk)
        original = world.seen(event_id)
        copy = cached_row.new_event(calendar=calendar, event_id=COPY_ID, local_id=COPY_ID)
        common = {"actor": world.actor, "calendar": calendar, "notify": "none", "now": now}
        made = queue.add(
            event_id=COPY_ID,
            lane=lanes.lane_of(copy),
            op_type=OperationType.CREATE,
            payload=world.timed(12, summary="Copy"),
            step=(SAGA, 1),
            **common,
        )
        gone = queue.add(
            event_id=original.event_id,
            lane=lanes.lane_of(original),
            op_type=OperationType.DELETE,
            step=(SAGA, 2),
            **common,
        )
        asked = lanes.core_operation(made, target=COPY_ID)
        cache.save_event(copy, agreed=None, etag="", operations=[asked], now=now)
        cache.refresh(original, now=now)
    return made, gone


@pytest.fixture
def steps(world: World) -> tuple[OutboxOperation, OutboxOperation]:
    world.google.insert_event(ALICE, {"id": "original", **world.timed(11, summary="Original")})
    world.sync()
    return replace_by_copy(world, "original")


def at_google(world: World) -> list[str]:
    return sorted(event["summary"] for event in world.at_google().values())


def statuses() -> list[str]:
    return list(OutboxOperation.objects.order_by("op_id").values_list("status", flat=True))


def test_both_steps_go_in_one_cycle_in_their_order(world: World, steps: object) -> None:
    assert world.sync().succeeded
    assert [request.method for request in world.writes()] == ["POST", "DELETE"]
    assert at_google(world) == ["Copy"]
    assert {row.local_status for row in world.cached().values()} == {"synced"}


def test_a_refused_first_step_keeps_the_second_from_being_sent(world: World, steps: object) -> None:
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="POST")
    world.sync()
    world.sync(insist=True)
    assert at_google(world) == ["Original"]
    rows = OutboxOperation.objects.order_by("op_id")
    assert [(row.status, row.reason) for row in rows] == [
        ("failed", "forbidden"),
        ("failed", "other_step"),
    ]
    assert rows[0].error == rows[1].error != ""


def test_a_refused_second_step_has_the_first_taken_back(
    world: World, steps: tuple[OutboxOperation, OutboxOperation]
) -> None:
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="DELETE")
    world.sync()
    world.sync()
    assert at_google(world) == ["Original"]
    assert statuses() == ["failed", "failed", "applied"]
    retry(actor=world.actor, operation=steps[1], now=world.clock.now())
    world.sync()
    assert at_google(world) == ["Copy"]
    assert world.seen(COPY_ID).local_status == "synced"
    assert statuses() == ["applied"] * 3


def test_a_second_step_in_conflict_has_the_first_taken_back(world: World, steps: object) -> None:
    world.google.patch_event(ALICE, "original", {"summary": "Edited there"})
    world.sync()
    world.sync()
    assert at_google(world) == ["Edited there"]
    assert statuses() == ["conflict", "conflict", "applied"]


@pytest.mark.parametrize("lost", ["POST", "DELETE"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_connection_between_the_steps_leads_to_completion(
    world: World, steps: object, lost: str, when: str
) -> None:
    world.google.faults.drop_next(4, when=when, method=lost)
    for _ in range(6):
        world.sync(insist=True)
    assert at_google(world) == ["Copy"]
    assert statuses() == ["applied", "applied"]


def test_a_step_that_has_to_be_tried_later_holds_the_next_one_back(
    world: World, steps: object
) -> None:
    world.google.faults.fail_next(3, status=503, reason="backendError", method="POST")
    world.sync()
    assert at_google(world) == ["Original"]
    assert statuses() == ["pending", "pending"]
    world.sync(insist=True)
    assert at_google(world) == ["Copy"]


@pytest.mark.parametrize("which", [0, 1])
def test_undoing_one_step_undoes_both(
    world: World, steps: tuple[OutboxOperation, OutboxOperation], which: int
) -> None:
    undo(actor=world.actor, operation=steps[which], now=world.clock.now())
    assert statuses()[:2] == ["cancelled", "cancelled"]
    assert [row.resource["summary"] for row in world.cached().values()] == ["Original"]
    world.sync()
    assert world.writes() == []


def test_what_was_sent_of_a_saga_is_taken_back_when_the_rest_is_given_up(
    world: World, steps: tuple[OutboxOperation, OutboxOperation]
) -> None:
    world.google.faults.fail_next(3, status=503, reason="backendError", method="DELETE")
    world.sync()
    assert at_google(world) == ["Copy", "Original"]
    discard(actor=world.actor, operation=steps[1], now=world.clock.now())
    assert world.seen("original").resource["summary"] == "Original"
    world.sync()
    assert at_google(world) == ["Original"]
    assert world.seen("original").local_status == "synced"
    assert statuses() == ["applied", "cancelled", "applied", "applied"]


def test_a_half_sent_saga_is_undone_though_nobody_knows_whether_the_rest_took_effect(
    world: World, steps: tuple[OutboxOperation, OutboxOperation]
) -> None:
    world.google.faults.fail_next(3, status=503, reason="backendError", method="DELETE")
    world.sync()
    undone = undo(actor=world.actor, operation=steps[1], now=world.clock.now())
    world.sync(insist=True)
    assert at_google(world) == ["Original"]
    assert {row.local_status for row in world.cached().values()} == {"synced"}
    undo(actor=world.actor, operation=undone.operation, now=world.clock.now())
    world.sync()
    assert at_google(world) == ["Copy"]


@pytest.mark.parametrize("which", [0, 1])
def test_a_saga_that_google_has_is_undone_and_had_again_as_a_whole(
    world: World, steps: tuple[OutboxOperation, OutboxOperation], which: int
) -> None:
    OutboxOperation.objects.filter(pk=steps[1].pk).update(base=world.timed(11, summary="Original"))
    world.sync()
    undone = undo(actor=world.actor, operation=steps[which], now=world.clock.now())
    world.sync()
    assert at_google(world) == ["Original"]
    undo(actor=world.actor, operation=undone.operation, now=world.clock.now())
    world.sync()
    assert at_google(world) == ["Copy"]
    assert {row.local_status for row in world.cached().values()} == {"synced"}


def test_a_later_edit_waits_for_the_saga_so_that_taking_back_loses_nothing(
    world: World, steps: tuple[OutboxOperation, OutboxOperation]
) -> None:
    world.google.faults.fail_next(3, status=503, reason="backendError", method="DELETE")
    world.sync()
    edit = world.edit(COPY_ID, location="There")
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="DELETE")
    world.sync(insist=True)
    world.sync(insist=True)
    assert at_google(world) == ["Original"]
    retry(actor=world.actor, operation=steps[0], now=world.clock.now())
    world.sync()
    (copy,) = world.at_google().values()
    assert (copy["summary"], copy["location"]) == ("Copy", "There")
    edit.refresh_from_db()
    assert edit.status == "applied"


def test_a_step_on_its_way_cannot_be_taken_back(
    world: World, steps: tuple[OutboxOperation, OutboxOperation]
) -> None:
    OutboxOperation.objects.filter(pk=steps[0].pk).update(status=OperationStatus.IN_FLIGHT)
    with pytest.raises(WrongStateError):
        undo(actor=world.actor, operation=steps[1], now=world.clock.now())
    assert statuses() == ["in_flight", "pending"]


def test_a_step_number_belongs_to_one_operation_of_a_saga(
    world: World, steps: tuple[OutboxOperation, OutboxOperation]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxOperation.objects.filter(pk=steps[1].pk).update(step=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxOperation.objects.filter(pk=steps[1].pk).update(saga=None)
