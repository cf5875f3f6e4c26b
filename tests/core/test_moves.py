"""What a move means in a lane."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendars.sync.core.compare import compare
from calendars.sync.core.merge import view_of
from calendars.sync.core.pull_plan import Known, plan_change
from calendars.sync.core.push_plan import Delete, Insert, Move, Nothing, Patch, plan_push
from calendars.sync.core.saga import held_back
from calendars.sync.core.types import EventStatus, Operation, OperationKind, OperationState
from tests.core.values import create, delete, event, patch

GONE = {"id": "e1", "status": "cancelled"}
RENAME = ({"summary": "Tea"}, {"summary": "Lunch"})


def move(op_id: int, state: OperationState = OperationState.PENDING) -> Operation:
    payload = {"destination": "team"}
    return Operation(op_id, OperationKind.MOVE, "e1", payload, {}, state, saga="s", step=1)


def arrival(op_id: int, state: OperationState = OperationState.PENDING) -> Operation:
    return replace(create(op_id, event(), state), saga="s", step=2)


def test_what_is_older_than_a_move_is_sent_before_it() -> None:
    lane = [patch(1, *RENAME), move(2)]
    assert plan_push(lane, agreed=event()) == Patch((1,), {"summary": "Tea"}, "none")
    assert plan_push(lane[1:], agreed=event()) == Move((2,), "team", "none")


def test_a_create_that_was_never_tried_is_left_to_the_destination() -> None:
    lane = [create(1, event()), patch(2, *RENAME), move(3)]
    assert plan_push(lane, agreed=None) == Nothing(withdrawn=(1, 2, 3))


@pytest.mark.parametrize("change", [{"attempts": 1}, {"saga": "split", "step": 1}])
def test_a_create_that_may_have_arrived_or_that_others_wait_for_is_sent_first(
    change: dict[str, object],
) -> None:
    lane = [replace(create(1, event()), **change), move(2)]
    plan = plan_push(lane, agreed=None)
    assert isinstance(plan, Insert)
    assert (plan.operations, plan.arrives) == ((1,), False)


def test_an_event_that_arrives_is_looked_for_before_it_is_inserted() -> None:
    lane = [arrival(1), patch(2, *RENAME), delete(3)]
    plan = plan_push(lane, agreed=None)
    assert plan == Insert((1, 2), event(summary="Tea"), "none", arrives=True)
    assert plan_push(lane[2:], agreed=event()) == Delete((3,), "none")


def test_a_move_waits_for_older_changes_of_instances() -> None:
    assert held_back([move(5)], oldest_of_instances=4) == {5}
    assert held_back([move(5)], oldest_of_instances=6) == frozenset()


def test_what_moves_away_is_not_seen_here_unless_it_was_refused() -> None:
    assert view_of(event(), [move(1)]).resource is None
    refused = view_of(event(), [move(1, OperationState.FAILED)])
    assert (refused.resource, refused.status) == (event(), EventStatus.FAILED)


@pytest.mark.parametrize(
    "state", [OperationState.FAILED, OperationState.CONFLICT, OperationState.PROPOSED]
)
def test_what_arrives_is_seen_there_unless_somebody_has_to_decide(state: OperationState) -> None:
    assert view_of(None, [arrival(1)]).resource == event()
    assert view_of(None, [arrival(1, state)]).resource is None


def test_that_an_event_is_gone_says_nothing_about_its_move() -> None:
    verdict = compare(agreed=event(), incoming=GONE, operations=[patch(1, *RENAME), move(2)])
    assert verdict.conflicts.keys() == {1}


def test_an_earlier_life_in_the_destination_says_nothing_about_what_arrives() -> None:
    assert plan_change(Known("e1", "", None, [arrival(1)]), GONE) is None
