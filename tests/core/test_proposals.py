"""Whether a proposal still fits what its event has become."""

from __future__ import annotations

from typing import Any

import pytest

from calendars.sync.core.compare import Comparison, compare
from calendars.sync.core.proposals import clashes
from calendars.sync.core.push_plan import plan_push
from calendars.sync.core.types import Operation, OperationKind, OperationState
from tests.core.values import create, delete, event, guest, patch

PROPOSED = OperationState.PROPOSED
LATER = {
    "start": {"dateTime": "2026-03-27T15:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-27T16:00:00+01:00", "timeZone": "Europe/Berlin"},
}
TIMES = {name: event()[name] for name in ("start", "end")}
SAME_INSTANT = {"dateTime": "2026-03-27T07:00:00-04:00", "timeZone": "America/New_York"}


@pytest.mark.parametrize(
    ("payload", "base", "current", "expected"),
    [
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(), False),
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(location="There"), False),
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(summary="Tea"), False),
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(summary="Dinner"), True),
        (LATER, TIMES, event(summary="Dinner"), False),
        (LATER, TIMES, event(**LATER), False),
        (LATER, TIMES, event(end=LATER["end"]), True),
        (
            {"attendees": [guest("ann@x.test")]},
            {"attendees": []},
            event(attendees=[guest("ben@x.test")]),
            False,
        ),
    ],
)
def test_an_edit_clashes_where_its_field_was_changed_otherwise(
    payload: dict[str, Any], base: dict[str, Any], current: dict[str, Any], expected: bool
) -> None:
    assert clashes(patch(1, payload, base, PROPOSED), current) is expected


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        (event(), False),
        (event(attendees=[guest("ann@x.test", responseStatus="accepted")]), False),
        (event(summary="Dinner"), True),
    ],
)
def test_a_delete_clashes_where_the_content_was_changed(
    current: dict[str, Any], expected: bool
) -> None:
    base = event(attendees=[guest("ann@x.test")]) if "attendees" in current else event()
    proposal = Operation(1, OperationKind.DELETE, "e1", {}, base, PROPOSED)
    assert clashes(proposal, current) is expected


def test_nothing_proposed_is_sent() -> None:
    proposed = [patch(1, {"summary": "Tea"}, {"summary": "Lunch"}, PROPOSED), delete(2, PROPOSED)]
    assert plan_push(proposed, agreed=event()) is None
    assert plan_push([create(1, event(), PROPOSED)], agreed=None) is None
    waiting = patch(2, {"location": "There"}, {"location": "Here"})
    assert plan_push([create(1, event(), PROPOSED), waiting], agreed=None) is None
    plan = plan_push([proposed[0], waiting], agreed=event())
    assert plan is not None
    assert plan.body == {"location": "There"}  # type: ignore[union-attr]


def test_while_it_waits_a_proposal_clashes_with_nothing() -> None:
    proposed = [patch(1, {"summary": "Tea"}, {"summary": "Lunch"}, PROPOSED), delete(2, PROPOSED)]
    for incoming in (event(summary="Dinner"), {"id": "e1", "status": "cancelled"}):
        verdict = compare(agreed=event(), incoming=incoming, operations=proposed)
        assert verdict == Comparison()
