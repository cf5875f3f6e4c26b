"""Changing an event: only what differs is queued, against what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.errors import InvalidInputError, NotWritableError
from calendars.models import OutboxOperation
from tests.commands.acting import BERLIN, change, listed, timed
from tests.factories import cached

if TYPE_CHECKING:
    from calendars.models import Calendar

LUNCH: dict[str, Any] = {
    "id": "lunch",
    "summary": "Lunch",
    "location": "Canteen",
    **timed("2026-03-11T12:00:00+01:00", "2026-03-11T13:00:00+01:00"),
}
ALL_DAY = {"id": "fair", "start": {"date": "2026-03-12"}, "end": {"date": "2026-03-14"}}


def test_the_operation_holds_the_changed_fields_and_what_they_were(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    queued = change(alices_calendar, "lunch", summary="Late lunch", location="Canteen")
    assert queued.operation.payload == {"summary": "Late lunch"}
    assert queued.operation.base == {"summary": "Lunch"}
    assert (queued.operation.op_type, queued.operation.lane) == ("patch", "lunch")
    assert queued.operation.actor_via == "API token laptop"
    assert (queued.event["summary"], queued.event["_local_status"]) == ("Late lunch", "pending")


def test_null_removes_a_field_and_absence_is_remembered_as_null(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    queued = change(alices_calendar, "lunch", location=None, description="Soup")
    assert queued.operation.payload == {"location": None, "description": "Soup"}
    assert queued.operation.base == {"location": "Canteen", "description": None}
    assert "location" not in listed(alices_calendar)[0]


def test_a_change_that_changes_nothing_queues_nothing(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    first = change(alices_calendar, "lunch", summary="Late lunch")
    again = change(alices_calendar, "lunch", summary="Late lunch")
    assert again.operation == first.operation
    assert OutboxOperation.objects.count() == 1


def test_the_same_moment_written_in_another_offset_is_no_change(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    queued = change(alices_calendar, "lunch", start="2026-03-11T11:00:00Z")
    assert (queued.operation.status, queued.operation.payload) == ("applied", {})
    assert queued.event["_local_status"] == "synced"


def test_an_end_before_the_start_that_stays_is_refused(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    with pytest.raises(InvalidInputError) as refused:
        change(alices_calendar, "lunch", end="2026-03-11T11:30:00")
    assert refused.value.fields == {"end": "The end is before the start."}


def test_a_timed_event_becomes_an_all_day_one_with_a_date_alone(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    queued = change(alices_calendar, "lunch", start="2026-03-12")
    assert queued.operation.payload == {
        "start": {"date": "2026-03-12"},
        "end": {"date": "2026-03-13"},
    }


def test_an_all_day_event_becomes_a_timed_one_of_an_hour(alices_calendar: Calendar) -> None:
    cached(alices_calendar, ALL_DAY)
    queued = change(alices_calendar, "fair", start="2026-03-12T09:00:00")
    assert queued.operation.payload["end"] == {
        "dateTime": "2026-03-12T10:00:00+01:00",
        "timeZone": BERLIN,
    }


def test_an_end_of_the_other_kind_is_refused(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    with pytest.raises(InvalidInputError, match="Some fields") as refused:
        change(alices_calendar, "lunch", end="2026-03-12")
    assert "both dates or both times" in refused.value.fields["end"]


def test_a_new_edit_sends_a_failed_one_again(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    failed = change(alices_calendar, "lunch", summary="Late lunch").operation
    OutboxOperation.objects.update(status="failed", attempts=3, error="No.", reason="forbidden")
    change(alices_calendar, "lunch", location="Roof")
    failed.refresh_from_db()
    assert (failed.status, failed.attempts, failed.error, failed.reason) == ("pending", 0, "", "")


def test_an_edit_of_the_field_in_conflict_decides_the_conflict(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    rival = change(alices_calendar, "lunch", summary="Late lunch").operation
    OutboxOperation.objects.update(status="conflict")
    queued = change(alices_calendar, "lunch", summary="Brunch")
    rival.refresh_from_db()
    assert (rival.status, rival.reason) == ("cancelled", "superseded")
    assert (queued.event["summary"], queued.event["_local_status"]) == ("Brunch", "pending")


def test_an_edit_of_another_field_leaves_the_conflict(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", summary="Late lunch")
    OutboxOperation.objects.update(status="conflict")
    assert change(alices_calendar, "lunch", location="Roof").event["_local_status"] == "conflict"


INVITED: dict[str, Any] = {
    **LUNCH,
    "organizer": {"email": "bob@example.test"},
    "attendees": [
        {"email": "bob@example.test", "organizer": True, "responseStatus": "accepted"},
        {"email": "alice@example.test", "self": True, "responseStatus": "needsAction"},
    ],
}


@pytest.mark.parametrize(
    ("resource", "changes", "refused"),
    [
        (INVITED, {"summary": "Mine now", "reminders": {"useDefault": True}}, ["summary"]),
        (INVITED, {"attendees": ["alice@example.test"]}, ["attendees"]),
        ({**LUNCH, "eventType": "fromGmail"}, {"start": "2026-03-11T13:00:00"}, ["end", "start"]),
        ({**LUNCH, "eventType": "birthday"}, {"location": "Home"}, ["location"]),
        ({**LUNCH, "eventType": "outOfOffice"}, {"transparency": "transparent"}, ["transparency"]),
        ({**LUNCH, "locked": True}, {"description": "No"}, ["description"]),
    ],
)
def test_what_google_would_refuse_is_refused_at_once(
    alices_calendar: Calendar,
    resource: dict[str, Any],
    changes: dict[str, Any],
    refused: list[str],
) -> None:
    cached(alices_calendar, {**resource, "end": {"dateTime": "2026-03-11T15:00:00+01:00"}})
    with pytest.raises(NotWritableError) as error:
        change(alices_calendar, "lunch", **changes)
    assert sorted(error.value.fields) == refused
    assert not OutboxOperation.objects.exists()


@pytest.mark.parametrize(
    ("more", "changes"),
    [
        ({}, {"color_id": 3, "transparency": "transparent"}),
        ({}, {"attendees": ["bob@example.test", "alice@example.test", "charlie@example.test"]}),
        ({"guestsCanModify": True}, {"summary": "Ours"}),
    ],
)
def test_a_guest_may_change_the_own_copy_invite_and_what_the_organizer_allows(
    alices_calendar: Calendar, more: dict[str, Any], changes: dict[str, Any]
) -> None:
    cached(alices_calendar, {**INVITED, **more})
    assert change(alices_calendar, "lunch", **changes).operation.status == "pending"


def test_guests_that_are_removed_are_told_too(alices_calendar: Calendar) -> None:
    cached(
        alices_calendar,
        {**INVITED, "organizer": {"email": "alice@example.test", "self": True}},
    )
    assert change(alices_calendar, "lunch", attendees=[]).operation.notify == "all"
