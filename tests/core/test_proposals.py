"""Whether a proposal still fits what its event has become."""

from __future__ import annotations

from typing import Any

import pytest

from calendars.sync.core.compare import CHANGED_THERE, EDITED_BOTH, Comparison, compare
from calendars.sync.core.proposals import clash
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
    ("payload", "base", "current", "code"),
    [
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(), None),
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(location="There"), None),
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(summary="Tea"), None),
        ({"summary": "Tea"}, {"summary": "Lunch"}, event(summary="Dinner"), EDITED_BOTH),
        (LATER, TIMES, event(summary="Dinner"), None),
        (LATER, TIMES, event(**LATER), None),
        (LATER, TIMES, event(end=LATER["end"]), EDITED_BOTH),
        (
            {"attendees": [guest("ann@x.test")]},
            {"attendees": []},
            event(attendees=[guest("ben@x.test")]),
            None,
        ),
    ],
)
def test_an_edit_clashes_where_its_field_was_changed_otherwise(
    payload: dict[str, Any], base: dict[str, Any], current: dict[str, Any], code: str | None
) -> None:
    assert clash(patch(1, payload, base, PROPOSED), current) == code


@pytest.mark.parametrize(
    ("current", "code"),
    [
        (event(), None),
        (event(attendees=[guest("ann@x.test", responseStatus="accepted")]), None),
        (event(summary="Dinner"), CHANGED_THERE),
    ],
)
def test_a_delete_clashes_where_the_content_was_changed(
    current: dict[str, Any], code: str | None
) -> None:
    base = event(attendees=[guest("ann@x.test")]) if "attendees" in current else event()
    proposal = Operation(1, OperationKind.DELETE, "e1", {}, base, PROPOSED)
    assert clash(proposal, current) == code


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
