"""Creating an event: here at once, at Google when the worker gets to it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from calendars.commands.actor import Actor
from calendars.commands.events import create_event
from calendars.errors import InvalidInputError, NotWritableError
from calendars.models import CachedEvent, Notify, Occurrence, OutboxOperation
from calendars.queries.events import list_events

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.commands.events import QueuedChange
    from calendars.models import Calendar

NEW_ID = UUID("12345678-1234-4abc-8def-1234567890ab")
EVENT_ID = f"local:{NEW_ID}"


def create(calendar: Calendar, member: Member, now: dt.datetime, **fields: Any) -> QueuedChange:
    notify = fields.pop("notify", None)
    return create_event(
        actor=Actor(member=member, via="web"),
        calendar=calendar,
        fields={"summary": "Lunch", "start": "2026-03-11T12:00:00", **fields},
        notify=notify,
        now=now,
        new_id=NEW_ID,
    )


def test_a_new_event_has_a_row_an_occurrence_and_an_operation(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    queued = create(alices_calendar, alice, now)
    event = CachedEvent.objects.get()
    occurrence = Occurrence.objects.get()
    operation = OutboxOperation.objects.get()
    assert (event.event_id, event.local_id, event.local_status) == (EVENT_ID, EVENT_ID, "pending")
    assert occurrence.start_ts == int(dt.datetime(2026, 3, 11, 11, tzinfo=dt.UTC).timestamp())
    assert queued.operation == operation
    assert (operation.op_type, operation.status) == ("create", "pending")
    assert (operation.event_id, operation.lane) == (EVENT_ID, NEW_ID.hex)
    assert (operation.actor, operation.actor_via) == (alice, "web")


def test_the_payload_holds_what_google_is_to_be_told_and_nothing_else(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    payload = create(alices_calendar, alice, now, location=None).operation.payload
    assert payload == {
        "summary": "Lunch",
        "start": {"dateTime": "2026-03-11T12:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-11T13:00:00+01:00", "timeZone": "Europe/Berlin"},
    }


def test_a_new_event_is_listed_at_once(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    queued = create(alices_calendar, alice, now)
    page = list_events(
        member=alice,
        time_min=now,
        time_max=now + dt.timedelta(days=7),
        calendar_ids=None,
        limit=10,
        cursor=None,
        now=now,
    )
    (event,) = map(json.loads, page.items)
    assert event == queued.event
    assert (event["id"], event["calendarId"]) == (EVENT_ID, "alice@example.test")
    assert (event["_local_status"], event["status"]) == ("pending", "confirmed")
    assert event["organizer"] == {"email": "alice@example.test", "self": True}
    assert page.metadata["pending_count"] == 1


def test_a_series_is_listed_once_for_each_occurrence(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    create(alices_calendar, alice, now, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    page = list_events(
        member=alice,
        time_min=now,
        time_max=now + dt.timedelta(days=7),
        calendar_ids=["primary"],
        limit=10,
        cursor=None,
        now=now,
    )
    events = [json.loads(text) for text in page.items]
    assert [event["id"] for event in events] == [
        f"{EVENT_ID}_20260311T110000Z",
        f"{EVENT_ID}_20260312T110000Z",
        f"{EVENT_ID}_20260313T110000Z",
    ]
    assert all(event["recurringEventId"] == EVENT_ID for event in events)


def test_guests_are_told_unless_the_member_says_otherwise(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    queued = create(alices_calendar, alice, now, attendees=["bob@example.test"])
    assert queued.operation.notify == Notify.ALL


def test_nobody_is_told_of_an_event_without_guests(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    assert create(alices_calendar, alice, now).operation.notify == Notify.NONE


def test_a_calendar_that_is_only_read_takes_no_event(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    alices_calendar.access_role = "reader"
    with pytest.raises(NotWritableError):
        create(alices_calendar, alice, now)
    assert not OutboxOperation.objects.exists()


def test_an_event_without_a_start_is_refused_by_name(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        create(alices_calendar, alice, now, start=None)
    assert refused.value.fields == {"start": "An event needs a start."}


def test_a_meeting_room_in_the_net_is_asked_for_with_an_id_of_its_own(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    payload = create(alices_calendar, alice, now, add_meet=True).operation.payload
    assert payload["conferenceData"] == {
        "createRequest": {
            "requestId": NEW_ID.hex,
            "conferenceSolutionKey": {"type": "hangoutsMeet"},
        }
    }


def test_an_event_of_more_than_100_kb_is_refused(
    alice: Member, alices_calendar: Calendar, now: dt.datetime
) -> None:
    crowd = [
        {"email": f"guest{number}@example.test", "comment": "x" * 200} for number in range(500)
    ]
    with pytest.raises(InvalidInputError, match="too large"):
        create(alices_calendar, alice, now, attendees=crowd)
