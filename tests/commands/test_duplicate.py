"""Copies of events: what they take over, where they go, and what the caller is told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands import telling
from calendars.commands.duplicate import (
    PARTIAL_GUESTS,
    WITHOUT_ATTACHMENTS,
    WITHOUT_CONFERENCE,
    WITHOUT_GUESTS,
    duplicate_event,
)
from calendars.commands.move import EXCEPTIONS_RESET
from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError, NotWritableError, UnknownParameterError
from calendars.models import OutboxOperation
from calendars.queries.access import event_of
from tests.commands.acting import BERLIN, FOURTH, WEEKLY, actor_of, change, listed, remove, timed
from tests.commands.test_guests import ALICE, BOB, OURS, THEIRS
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from calendars.commands.events import QueuedChange
    from calendars.models import Calendar

COPY = f"local:{uuid.UUID(int=9)}"
LUNCH: dict[str, Any] = {
    **OURS,
    "summary": "Lunch",
    "description": "<b>Soup</b>",
    "location": "Roof",
    "colorId": "4",
    "visibility": "private",
    "transparency": "transparent",
    "guestsCanModify": True,
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
    "conferenceData": {"conferenceId": "abc"},
    "hangoutLink": "https://meet.google.com/abc",
    "extendedProperties": {"private": {"ticket": "7"}},
    "source": {"url": "https://x.test"},
    "attachments": [{"fileUrl": "https://x.test/plan"}],
    "iCalUID": "lunch@google.com",
    "sequence": 3,
}


def duplicate(
    calendar: Calendar, event_id: str = "lunch", *, to: Calendar | None = None, **changes: Any
) -> QueuedChange:
    return duplicate_event(
        actor=actor_of(calendar),
        target=event_of(
            member=calendar.account.member, calendar_id=calendar.google_id, event_id=event_id
        ),
        destination=to,
        changes=changes,
        notify=None,
        now=NOW,
        new_id=uuid.UUID(int=9),
    )


def test_a_copy_takes_over_what_the_event_says_and_nothing_that_ties_it_to_the_original(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    copy = duplicate(alices_calendar)
    payload = copy.operation.payload
    taken = ("summary", "description", "location", "colorId", "visibility", "transparency")
    assert {name: payload[name] for name in taken} == {name: LUNCH[name] for name in taken}
    assert payload["reminders"] == LUNCH["reminders"]
    assert payload.keys() == {*taken, "start", "end", "attendees", "guestsCanModify", "reminders"}
    assert (copy.event["id"], copy.event["_local_status"]) == (COPY, "pending")
    assert len(listed(alices_calendar)) == 2
    assert copy.notes == (telling.TOLD_BY_DEFAULT, WITHOUT_CONFERENCE, WITHOUT_ATTACHMENTS)


def test_the_guests_of_a_copy_have_not_answered_but_for_whose_event_it_is(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    assert duplicate(alices_calendar).operation.payload["attendees"] == [
        {"email": ALICE, "responseStatus": "accepted"},
        {"email": BOB, "optional": True},
    ]


@pytest.mark.parametrize(
    ("resource", "note"),
    [
        (THEIRS, WITHOUT_GUESTS),
        ({**OURS, "attendeesOmitted": True}, PARTIAL_GUESTS),
        ({**OURS, "attendees": [], "attendeesOmitted": True}, PARTIAL_GUESTS),
    ],
)
def test_guests_whom_the_calendar_did_not_invite_or_does_not_know_are_not_invited(
    alices_calendar: Calendar, resource: dict[str, Any], note: str
) -> None:
    cached(alices_calendar, resource)
    copy = duplicate(alices_calendar)
    assert "attendees" not in copy.operation.payload
    assert copy.event["organizer"]["self"] is True
    assert copy.notes == (note,)
    assert copy.operation.notify == "none"


def test_a_copy_at_another_time_lasts_as_long(alices_calendar: Calendar) -> None:
    cached(
        alices_calendar,
        {"id": "lunch"},
        **timed("2026-03-11T12:00:00+01:00", "2026-03-11T13:30:00+01:00"),
    )
    copy = duplicate(alices_calendar, start="2026-03-29T01:30:00")
    assert copy.event["start"]["dateTime"] == "2026-03-29T01:30:00+01:00"
    assert copy.event["end"] == {"dateTime": "2026-03-29T04:00:00+02:00", "timeZone": BERLIN}


def test_a_copy_of_days_lasts_as_many(alices_calendar: Calendar) -> None:
    days = {"start": {"date": "2026-03-12"}, "end": {"date": "2026-03-15"}}
    cached(alices_calendar, {"id": "lunch", **days})
    assert duplicate(alices_calendar, start="2026-03-28").event["end"] == {"date": "2026-03-31"}


def test_a_copy_may_be_of_another_kind_of_day(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    copy = duplicate(alices_calendar, start="2026-03-28")
    assert (copy.event["start"], copy.event["end"]) == (
        {"date": "2026-03-28"},
        {"date": "2026-03-29"},
    )


def test_a_copy_may_differ_in_any_field(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    payload = duplicate(
        alices_calendar, summary="Tea", location=None, attendees_remove=[BOB], add_meet=True
    ).operation.payload
    assert (payload["summary"], "location" in payload) == ("Tea", False)
    assert [guest["email"] for guest in payload["attendees"]] == [ALICE]
    assert payload["conferenceData"]["createRequest"]["requestId"] == uuid.UUID(int=9).hex


def test_a_series_is_copied_whole_and_an_occurrence_alone(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    whole = duplicate(alices_calendar, "weekly")
    assert whole.operation.payload["recurrence"] == WEEKLY["recurrence"]
    OutboxOperation.objects.all().delete()
    alices_calendar.events.exclude(event_id="weekly").delete()
    one = duplicate(alices_calendar, FOURTH)
    assert one.operation.payload.keys() == {"summary", "start", "end"}
    assert one.event["start"]["dateTime"] == "2026-04-01T10:00:00+02:00"


def test_a_series_that_is_copied_to_another_time_takes_what_is_left_out_along(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, WEEKLY)
    remove(alices_calendar, FOURTH, scope=Scope.INSTANCE)
    copy = duplicate(alices_calendar, "weekly", start=WEEKLY["start"]["dateTime"][:10] + "T08:00")
    lines = copy.operation.payload["recurrence"]
    assert [line for line in lines if line.startswith("EXDATE")] == ["EXDATE:20260401T060000Z"]


def test_a_copy_of_a_series_says_that_its_changed_occurrences_follow_it_again(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, WEEKLY)
    assert EXCEPTIONS_RESET not in duplicate(alices_calendar, "weekly").notes
    OutboxOperation.objects.all().delete()
    alices_calendar.events.exclude(event_id="weekly").delete()
    change(alices_calendar, FOURTH, scope=Scope.INSTANCE, summary="Tea")
    assert EXCEPTIONS_RESET in duplicate(alices_calendar, "weekly").notes


def test_a_copy_can_go_to_another_calendar(alices_calendar: Calendar) -> None:
    team = CalendarFactory(account=alices_calendar.account, google_id="team@group.test")
    cached(alices_calendar, LUNCH)
    copy = duplicate(alices_calendar, to=team)
    assert copy.event["calendarId"] == "team@group.test"
    assert copy.operation.payload["attendees"][0] == {"email": ALICE}


def test_what_can_only_be_read_is_copied_to_where_new_events_go(alices_calendar: Calendar) -> None:
    team = CalendarFactory(
        account=alices_calendar.account, google_id="team@group.test", access_role="reader"
    )
    cached(team, LUNCH)
    assert duplicate(team).event["calendarId"] == alices_calendar.google_id
    with pytest.raises(NotWritableError):
        duplicate(team, to=team)


def test_a_copy_of_a_copy_that_was_not_sent_yet(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", summary="Brunch")
    assert duplicate(alices_calendar).event["summary"] == "Brunch"


@pytest.mark.parametrize("kind", ["birthday", "outOfOffice", "focusTime", "workingLocation"])
def test_what_a_copy_would_not_be_is_not_copied(alices_calendar: Calendar, kind: str) -> None:
    cached(alices_calendar, {**LUNCH, "eventType": kind})
    with pytest.raises(NotWritableError, match="would not be one"):
        duplicate(alices_calendar)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"start": "soon"}, InvalidInputError),
        ({"end": "2026-03-11T09:00:00"}, InvalidInputError),
        ({"id": "mine"}, UnknownParameterError),
    ],
)
def test_a_copy_that_cannot_be_is_refused_and_queues_nothing(
    alices_calendar: Calendar, changes: dict[str, Any], error: type[Exception]
) -> None:
    cached(alices_calendar, LUNCH)
    with pytest.raises(error):
        duplicate(alices_calendar, **changes)
    assert not OutboxOperation.objects.exists()
