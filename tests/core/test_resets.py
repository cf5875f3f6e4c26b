"""Which changes of a series would take more from its occurrences than anybody was told of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from calendars.sync.core.compare import Comparison, compare
from calendars.sync.core.resets import (
    EXCEPTIONS,
    OCCURRENCES_CHANGED,
    Lost,
    may_reset,
    review,
    sent_with_care,
)
from calendars.sync.core.saga import Step
from calendars.sync.core.types import Operation, OperationKind, OperationState
from tests.core.values import create, delete, event, patch

RULE = ["RRULE:FREQ=WEEKLY"]
CUT = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]}
PLAIN: dict[str, Any] = event(recurringEventId="e1", attendees=[{"email": "ben@example.test"}])
GONE = {"id": "e1", "status": "cancelled"}
ANSWERED = {**PLAIN, "attendees": [{"email": "ben@example.test", "responseStatus": "declined"}]}

TRIM = patch(3, CUT, {"recurrence": RULE})
SPLIT = replace(TRIM, saga="split", step=2)
MOVE = patch(3, {"start": {"date": "2026-03-12"}}, {"start": {"date": "2026-03-11"}})
DELETE = replace(delete(3), base={"id": "e1"})


def changed(**fields: Any) -> dict[str, Any]:
    return {**PLAIN, **fields}


def clashes(op: Operation, told: dict[str, Any] | None, now: dict[str, Any]) -> bool:
    verdict = review([op], {op.op_id: [Lost(told, now, PLAIN)]})
    assert verdict in (Comparison(), Comparison(conflicts={3: OCCURRENCES_CHANGED}))
    return bool(verdict.conflicts)


@pytest.mark.parametrize("op", [TRIM, SPLIT, MOVE, DELETE])
def test_what_was_changed_unknown_to_us_clashes(op: Operation) -> None:
    assert clashes(op, None, changed(summary="Tea"))
    assert clashes(op, changed(location="Attic"), changed(location="Cellar"))
    assert clashes(op, GONE, PLAIN)


@pytest.mark.parametrize("op", [TRIM, SPLIT, MOVE, DELETE])
def test_what_was_told_does_not(op: Operation) -> None:
    assert not clashes(op, changed(summary="Tea"), changed(summary="Tea"))
    assert not clashes(op, GONE, GONE)
    assert not clashes(op, None, PLAIN)


@pytest.mark.parametrize("op", [TRIM, SPLIT, MOVE, DELETE])
def test_nor_does_what_was_told_and_is_as_in_the_series_again(op: Operation) -> None:
    assert not clashes(op, changed(summary="Tea", location="Attic"), changed(location="Attic"))


@pytest.mark.parametrize(
    ("op", "clash"), [(TRIM, False), (DELETE, False), (SPLIT, True), (MOVE, True)]
)
def test_what_is_gone_at_google_is_lost_only_where_it_would_happen_again(
    op: Operation, clash: bool
) -> None:
    assert clashes(op, None, GONE) == clash
    assert clashes(op, changed(summary="Tea"), GONE) == clash


@pytest.mark.parametrize(
    ("op", "clash"), [(TRIM, False), (DELETE, False), (SPLIT, True), (MOVE, True)]
)
def test_an_answer_alone_keeps_nothing_that_is_to_be_deleted(op: Operation, clash: bool) -> None:
    assert clashes(op, None, ANSWERED) == clash
    invited = changed(attendees=[*ANSWERED["attendees"], {"email": "cleo@example.test"}])
    assert clashes(op, None, invited)


def test_what_is_on_its_way_is_a_conflict_and_one_that_is_none_any_more_goes_on() -> None:
    lost = {3: [Lost(None, changed(summary="Tea"), PLAIN)]}
    parked = replace(SPLIT, state=OperationState.CONFLICT, of_occurrences=True)
    assert review([parked], lost) == Comparison()
    assert review([parked], {3: []}) == Comparison(reopened=frozenset({3}))
    assert review([replace(parked, of_occurrences=False)], {3: []}) == Comparison()


def test_an_operation_in_conflict_because_of_occurrences_is_still_compared_itself() -> None:
    series = event(recurrence=RULE)
    parked = replace(SPLIT, state=OperationState.CONFLICT, of_occurrences=True)
    same, other = event(recurrence=RULE, summary="Tea"), event(recurrence=["RRULE:FREQ=DAILY"])
    assert compare(agreed=series, incoming=same, operations=[parked]) == Comparison()
    found = compare(agreed=series, incoming=other, operations=[parked])
    assert found.conflicts == {3: "changed_on_both_sides"}


@pytest.mark.parametrize(
    ("kind", "payload", "base", "may"),
    [
        (OperationKind.PATCH, CUT, {}, True),
        (OperationKind.PATCH, {"start": {}}, {}, True),
        (OperationKind.PATCH, {"summary": "Tea"}, {EXCEPTIONS: []}, False),
        (OperationKind.DELETE, {}, {"id": "e1"}, True),
        (OperationKind.DELETE, {}, {}, False),
        (OperationKind.CREATE, CUT, {}, False),
        (OperationKind.MOVE, {"destination": "b"}, {}, False),
    ],
)
def test_a_new_time_and_a_delete_that_somebody_asked_for_take_occurrences(
    kind: OperationKind, payload: dict[str, Any], base: dict[str, Any], may: bool
) -> None:
    assert may_reset(kind, payload, base) == may


def test_care_begins_with_the_first_step_and_ends_with_the_last() -> None:
    made, renamed = replace(create(1, {}), saga="split", step=1), patch(2, {"summary": "Tea"}, {})
    steps = [Step(1, "split", 1, False, True), Step(3, "split", 2, False, False, resets=True)]
    assert sent_with_care([made, renamed], steps=steps, of_series=False) == {1}
    over = [replace(each, done=True) for each in steps]
    assert not sent_with_care([made, renamed], steps=over, of_series=False)


def test_an_event_that_is_no_series_at_google_has_no_occurrences_to_lose() -> None:
    assert sent_with_care([TRIM], steps=[], of_series=True) == {3}
    assert not sent_with_care([TRIM], steps=[], of_series=False)
