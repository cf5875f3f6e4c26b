"""Which operations may not be sent yet because of steps elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from calendars.sync.core.push_plan import Patch, plan_push
from calendars.sync.core.saga import Step, builds_on_what_waits, held_back
from calendars.sync.core.types import OperationState
from tests.core.values import create, delete, event, patch

if TYPE_CHECKING:
    from calendars.sync.core.types import Operation

CUT = {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20260328"]}


def step(op: Operation, number: int, saga: str = "split") -> Operation:
    return replace(op, saga=saga, step=number)


def known(op_id: int, number: int, *, done: bool, here: bool = True, saga: str = "split") -> Step:
    return Step(op_id, saga, number, done, here, sent=done)


@pytest.mark.parametrize(("done", "held"), [(False, {2}), (True, set())])
def test_a_step_waits_for_the_one_before(done: bool, held: set[int]) -> None:
    trim = step(patch(2, CUT, {}), 2)
    steps = [known(1, 1, done=done, here=False), known(2, 2, done=False)]
    assert held_back([trim], steps=steps) == held


def test_the_first_step_waits_for_nothing() -> None:
    steps = [known(1, 1, done=False), known(2, 2, done=False, here=False)]
    assert held_back([step(create(1, {}), 1)], steps=steps) == set()


def test_nothing_is_begun_whose_end_would_have_to_wait() -> None:
    made = step(create(3, {}), 1, "two")
    fellow = replace(known(4, 2, done=False, here=False, saga="two"), blocked=True)
    assert held_back([made], steps=[known(3, 1, done=False, saga="two"), fellow]) == {3}
    free = replace(fellow, blocked=False)
    assert held_back([made], steps=[known(3, 1, done=False, saga="two"), free]) == set()


def test_a_cut_of_what_another_split_has_still_to_make_has_to_wait() -> None:
    cut = step(patch(4, CUT, {}), 2, "two")
    assert builds_on_what_waits(cut, [step(create(1, {}), 1, "one"), cut])
    assert not builds_on_what_waits(cut, [create(1, {}), cut])  # nothing else is in its place
    assert not builds_on_what_waits(cut, [cut, step(create(5, {}), 1, "three")])


def test_a_delete_of_what_another_saga_makes_has_to_wait_until_that_is_through() -> None:
    """The event that goes on from account to account would stay behind where it came from."""
    gone = step(delete(4), 2, "two")
    assert builds_on_what_waits(gone, [step(create(1, {}), 1, "one"), gone])
    begun = [known(1, 1, done=True, saga="one"), known(2, 2, done=False, here=False, saga="one")]
    assert builds_on_what_waits(gone, [gone], steps=begun)
    assert not builds_on_what_waits(
        gone, [gone], steps=[replace(each, done=True) for each in begun]
    )


def test_a_cut_behind_one_that_is_parked_has_to_wait() -> None:
    cut = step(patch(4, CUT, {}), 2, "two")
    earlier = step(patch(2, CUT, {}, OperationState.CONFLICT), 2, "one")
    assert builds_on_what_waits(cut, [earlier, cut])
    assert not builds_on_what_waits(cut, [replace(earlier, state=OperationState.PENDING), cut])


def test_what_is_built_on_a_made_event_waits_until_the_whole_saga_is_through() -> None:
    later = patch(3, {"summary": "Tea"}, {})
    begun = [known(1, 1, done=True), known(2, 2, done=False, here=False)]
    over = [known(1, 1, done=True), known(2, 2, done=True, here=False)]
    assert held_back([later], steps=begun) == {3}
    assert held_back([later], steps=over) == set()


def test_what_comes_after_a_step_that_was_given_up_waits_for_nothing() -> None:
    later = patch(3, {"summary": "Tea"}, {})
    given_up = replace(known(1, 1, done=True), sent=False)
    assert held_back([later], steps=[given_up, known(5, 3, done=False)]) == set()


def test_an_edit_of_what_is_not_made_yet_goes_along_with_it() -> None:
    lane = [step(create(1, {}), 1), patch(3, {"summary": "Tea"}, {})]
    steps = [known(1, 1, done=False), known(2, 2, done=False, here=False)]
    assert held_back(lane, steps=steps) == set()


def test_a_second_cut_waits_for_a_first_one_that_is_parked() -> None:
    first = step(patch(2, CUT, {}, OperationState.FAILED), 2, "one")
    second = step(patch(4, CUT, {}), 2, "two")
    steps = [
        known(1, 1, done=False, here=False, saga="one"),
        known(2, 2, done=False, saga="one"),
        known(3, 1, done=True, here=False, saga="two"),
        known(4, 2, done=False, saga="two"),
    ]
    assert held_back([first, second], steps=steps) == {4}
    other_field = patch(5, {"summary": "Tea"}, {})
    assert held_back([first, other_field], steps=steps[:2]) == set()


@pytest.mark.parametrize(
    "never_shown",
    [{"state": OperationState.PROPOSED}, {"state": OperationState.CONFLICT, "unseen": True}],
)
def test_a_cut_waits_for_none_that_was_never_shown(never_shown: dict[str, Any]) -> None:
    proposed = replace(step(patch(2, CUT, {}), 2, "one"), **never_shown)
    own = step(patch(4, CUT, {}), 2, "two")
    steps = [
        known(1, 1, done=False, here=False, saga="one"),
        known(2, 2, done=False, saga="one"),
        known(3, 1, done=True, here=False, saga="two"),
        known(4, 2, done=False, saga="two"),
    ]
    assert held_back([proposed, own], steps=steps) == set()


def test_a_series_gets_no_other_slots_while_older_changes_of_its_instances_wait() -> None:
    move = patch(4, {"start": {"date": "2026-03-28"}}, {})
    rename = patch(5, {"summary": "Tea"}, {})
    assert held_back([move, rename], oldest_of_instances=3) == {4}
    assert held_back([move, rename], oldest_of_instances=6) == set()


def test_what_is_older_than_a_held_operation_is_sent_and_what_is_newer_is_not() -> None:
    lane = [
        patch(1, {"summary": "Tea"}, {}),
        step(patch(3, CUT, {}), 2),
        patch(4, {"location": "There"}, {}),
    ]
    assert plan_push(lane, agreed=event(), held={3}) == Patch((1,), {"summary": "Tea"}, "none")
    assert plan_push(lane[1:], agreed=event(), held={3}) is None
