"""Trying again and giving up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.events import create_event
from calendars.commands.outbox import discard, retry
from calendars.commands.scope import Scope
from calendars.errors import WrongStateError
from calendars.models import CachedEvent, OutboxOperation
from tests.commands.acting import actor_of, change, listed, remove
from tests.commands.test_create_event import EVENT_ID, NEW_ID
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from calendars.models import Calendar

LUNCH = {"id": "lunch", "summary": "Lunch"}


def queue_create(calendar: Calendar, **fields: Any) -> OutboxOperation:
    return create_event(
        actor=actor_of(calendar),
        calendar=calendar,
        fields={"start": "2026-03-11T10:00:00", **fields},
        notify=None,
        now=NOW,
        new_id=NEW_ID,
    ).operation


def status_of(operation: OutboxOperation) -> tuple[str, str]:
    operation.refresh_from_db()
    return operation.status, operation.reason


def test_a_failed_change_is_tried_again_as_if_for_the_first_time(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    operation = change(alices_calendar, "lunch", summary="Brunch").operation
    OutboxOperation.objects.update(
        status="failed", attempts=4, error="No.", next_attempt_at=NOW + dt.timedelta(hours=1)
    )
    again = retry(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    assert (again.status, again.attempts, again.error) == ("pending", 0, "")
    assert again.next_attempt_at is None
    assert listed(alices_calendar)[0]["_local_status"] == "pending"


def test_a_discarded_change_shows_googles_version_again(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    operation = change(alices_calendar, "lunch", summary="Brunch").operation
    discard(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    (event,) = listed(alices_calendar)
    assert (event["summary"], event["_local_status"]) == ("Lunch", "synced")
    assert status_of(operation) == ("cancelled", "discarded")


def test_a_discarded_delete_brings_the_event_back(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    operation = remove(alices_calendar, "lunch").operation
    discard(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    assert [event["id"] for event in listed(alices_calendar)] == ["lunch"]


def test_a_discarded_create_takes_all_that_was_built_on_it_along(
    alices_calendar: Calendar,
) -> None:
    operation = queue_create(alices_calendar, recurrence="RRULE:FREQ=DAILY;COUNT=3")
    instance = f"{EVENT_ID}_20260312T090000Z"
    change(alices_calendar, EVENT_ID, scope=Scope.SERIES, summary="Daily")
    change(alices_calendar, instance, scope=Scope.INSTANCE, summary="Second")
    discard(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    assert not CachedEvent.objects.exists()
    assert set(OutboxOperation.objects.values_list("status", "reason")) == {
        ("cancelled", "discarded")
    }


@pytest.mark.parametrize(
    ("act", "state"),
    [
        *(
            (retry, state)
            for state in ("in_flight", "applied", "conflict", "cancelled", "proposed")
        ),
        *((discard, state) for state in ("in_flight", "applied", "cancelled")),
    ],
)
def test_what_does_not_fit_the_state_is_refused_and_changes_nothing(
    alices_calendar: Calendar, act: Callable[..., OutboxOperation], state: str
) -> None:
    cached(alices_calendar, LUNCH)
    operation = change(alices_calendar, "lunch", summary="Brunch").operation
    OutboxOperation.objects.update(status=state)
    with pytest.raises(WrongStateError):
        act(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    assert status_of(operation) == (state, "")


def test_an_edit_does_not_decide_whether_there_is_an_event(alices_calendar: Calendar) -> None:
    create = queue_create(alices_calendar, summary="Lunch")
    create.status = "conflict"
    create.save(update_fields=["status"])
    change(alices_calendar, EVENT_ID, summary="Tea")
    assert status_of(create) == ("conflict", "")
