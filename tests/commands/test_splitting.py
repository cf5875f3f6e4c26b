"""This and the following occurrences: what is taken over, what is said, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands import tails
from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError, NotWritableError
from calendars.models import CachedEvent, OutboxOperation
from tests.commands.acting import FOURTH, SECOND, WEEKLY, change, listed, remove, timed
from tests.factories import cached

if TYPE_CHECKING:
    from calendars.models import Calendar

FOLLOWING = Scope.THIS_AND_FOLLOWING
MOVED: dict[str, Any] = {
    "id": "weekly_20260408T080000Z",
    "recurringEventId": "weekly",
    "originalStartTime": {"dateTime": "2026-04-08T10:00:00+02:00", "timeZone": "Europe/Berlin"},
    "summary": "Review, later",
    **timed("2026-04-08T15:00:00+02:00", "2026-04-08T16:00:00+02:00"),
}
PEOPLE = [
    {"email": "alice@example.test", "self": True, "organizer": True, "responseStatus": "accepted"},
    {
        "email": "bob@example.test",
        "responseStatus": "declined",
        "comment": "Away",
        "optional": True,
    },
    {"email": "room@example.test", "resource": True, "responseStatus": "accepted"},
]


def made() -> dict[str, Any]:
    return OutboxOperation.objects.get(op_type="create").payload


def test_an_edit_makes_a_new_series_and_ends_the_old_one(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    queued = change(alices_calendar, FOURTH, scope=FOLLOWING, summary="Retro")
    create, trim = OutboxOperation.objects.order_by("op_id")
    assert queued.operation == create
    assert create.saga == trim.saga is not None
    assert [(each.op_type, each.step) for each in (create, trim)] == [("create", 1), ("patch", 2)]
    assert create.payload == {
        "summary": "Retro",
        **timed("2026-04-01T10:00:00+02:00", "2026-04-01T11:00:00+02:00"),
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
        "eventType": "default",
    }
    assert trim.payload == {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260331T215959Z"]}
    assert trim.base == {"recurrence": WEEKLY["recurrence"]}
    assert queued.event["id"] == create.event_id
    assert [event["summary"] for event in listed(alices_calendar)] == ["Review"] * 3 + ["Retro"] * 3
    assert {event["_local_status"] for event in listed(alices_calendar)} == {"pending"}


def test_what_resets_is_named(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    cached(alices_calendar, MOVED)
    queued = change(alices_calendar, FOURTH, scope=FOLLOWING, location="Attic")
    assert queued.resets == (
        {
            "event_id": MOVED["id"],
            "original_start": MOVED["originalStartTime"],
            "start": MOVED["start"],
            "summary": "Review, later",
        },
    )
    assert remove(alices_calendar, SECOND, scope=FOLLOWING).resets == ()


def test_a_moved_series_names_what_it_resets_too(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    cached(alices_calendar, MOVED)
    queued = change(alices_calendar, "weekly", scope=Scope.SERIES, summary="Same slots")
    assert queued.resets == ()
    queued = change(
        alices_calendar,
        SECOND,
        scope=Scope.SERIES,
        start="2026-03-18T12:00:00",
        end="2026-03-18T13:00:00",
    )
    assert [reset["event_id"] for reset in queued.resets] == [MOVED["id"]]
    assert len(listed(alices_calendar)) == 6


def test_a_delete_ends_the_series_and_answers_with_what_went(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    cached(alices_calendar, MOVED)
    queued = remove(alices_calendar, FOURTH, scope=FOLLOWING)
    assert queued.operation.payload == {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260331T215959Z"]}
    assert (queued.event["id"], queued.event["status"]) == (FOURTH, "cancelled")
    assert [reset["event_id"] for reset in queued.resets] == [MOVED["id"]]
    assert len(listed(alices_calendar)) == 3


def test_answers_of_guests_hold_while_the_time_stays(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {**WEEKLY, "attendees": PEOPLE})
    change(alices_calendar, FOURTH, scope=FOLLOWING, summary="Retro")
    assert made()["attendees"] == [
        {"email": "alice@example.test", "responseStatus": "accepted"},
        {
            "email": "bob@example.test",
            "responseStatus": "declined",
            "comment": "Away",
            "optional": True,
        },
        {"email": "room@example.test", "resource": True, "responseStatus": "accepted"},
    ]


def test_guests_are_asked_anew_at_another_time_and_that_is_said(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {**WEEKLY, "attendees": PEOPLE})
    queued = change(
        alices_calendar,
        FOURTH,
        scope=FOLLOWING,
        start="2026-04-02T10:00:00",
        end="2026-04-02T11:00:00",
    )
    assert made()["attendees"] == [
        {"email": "alice@example.test", "responseStatus": "accepted"},
        {"email": "bob@example.test", "optional": True},
        {"email": "room@example.test", "resource": True},
    ]
    assert tails.ASKED_ANEW in queued.notes
    assert {each.notify for each in OutboxOperation.objects.all()} == {"all"}


def test_a_guest_added_to_one_occurrence_comes_to_the_following_ones(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, {**WEEKLY, "attendees": PEOPLE[:2]})
    change(alices_calendar, FOURTH, scope=FOLLOWING, attendees_add=["dora@example.test"])
    assert [guest["email"] for guest in made()["attendees"]] == [
        "alice@example.test",
        "bob@example.test",
        "dora@example.test",
    ]


@pytest.mark.parametrize(
    ("kind", "asked", "note"),
    [
        ("hangoutsMeet", True, tails.NEW_MEETING_LINK),
        ("addOn", False, tails.NO_MEETING_LINK),
    ],
)
def test_a_meeting_link_is_never_shared(
    alices_calendar: Calendar, kind: str, asked: bool, note: str
) -> None:
    conference = {"conferenceId": "abc", "conferenceSolution": {"key": {"type": kind}}}
    cached(alices_calendar, {**WEEKLY, "conferenceData": conference})
    queued = change(alices_calendar, FOURTH, scope=FOLLOWING, summary="Retro")
    assert ("createRequest" in made().get("conferenceData", {})) is asked
    assert note in queued.notes


def test_unknown_fields_of_google_are_not_sent_and_known_ones_are_kept(
    alices_calendar: Calendar,
) -> None:
    cached(
        alices_calendar,
        {
            **WEEKLY,
            "colorId": "5",
            "iCalUID": "weekly@google.com",
            "sequence": 3,
            "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
            "extendedProperties": {"private": {"a": "b"}},
            "somethingNew": 1,
        },
    )
    change(alices_calendar, FOURTH, scope=FOLLOWING, summary="Retro")
    kept = {"colorId", "reminders", "extendedProperties"}
    assert made().keys() == kept | {"summary", "start", "end", "recurrence", "eventType"}


def test_a_form_that_sends_the_old_rule_along_does_not_make_the_series_longer(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, FOURTH, scope=FOLLOWING, summary="x", recurrence=WEEKLY["recurrence"])
    assert made()["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3"]


def test_what_is_so_already_splits_nothing(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    queued = change(alices_calendar, FOURTH, scope=FOLLOWING, summary="Review")
    assert queued.operation.status == "applied"
    assert CachedEvent.objects.count() == 1


def test_of_a_single_event_it_means_that_event(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    assert change(alices_calendar, "lunch", scope=FOLLOWING, summary="x").event["id"] == "lunch"
    assert remove(alices_calendar, "lunch", scope=FOLLOWING).event["id"] == "lunch"


@pytest.mark.parametrize("known", ["weekly", MOVED["id"]])
def test_a_target_has_to_say_where_to_begin(alices_calendar: Calendar, known: str) -> None:
    """The series itself does not; nor does an occurrence whose series is not known here."""
    cached(alices_calendar, WEEKLY if known == "weekly" else MOVED)
    for act in (
        lambda: change(alices_calendar, known, scope=FOLLOWING, summary="x"),
        lambda: remove(alices_calendar, known, scope=FOLLOWING),
    ):
        with pytest.raises(InvalidInputError) as refused:
            act()
        assert list(refused.value.fields) == ["scope"]


@pytest.mark.parametrize(
    "fields",
    [
        {"organizer": {"email": "bob@example.test"}, "attendees": PEOPLE[:2]},
        {"attendeesOmitted": True, "attendees": PEOPLE[:1]},
        {"locked": True},
        {"eventType": "birthday"},
        {"eventType": "fromGmail"},
    ],
)
def test_what_google_would_refuse_is_refused_at_once(
    alices_calendar: Calendar, fields: dict[str, Any]
) -> None:
    cached(alices_calendar, {**WEEKLY, **fields})
    with pytest.raises(NotWritableError):
        change(alices_calendar, FOURTH, scope=FOLLOWING, summary="x")
    assert not OutboxOperation.objects.exists()
    assert CachedEvent.objects.count() == 1


def test_an_impossible_tail_is_refused_and_changes_nothing(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(InvalidInputError):
        change(alices_calendar, FOURTH, scope=FOLLOWING, end="2026-03-01T10:00:00")
    with pytest.raises(InvalidInputError):
        change(alices_calendar, FOURTH, scope=FOLLOWING, recurrence=["RRULE:FREQ=SECONDLY"])
    assert not OutboxOperation.objects.exists()


def test_a_rule_that_names_several_days_cannot_be_moved_to_another_day_by_itself(
    alices_calendar: Calendar,
) -> None:
    rule = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    cached(alices_calendar, {**WEEKLY, "recurrence": [rule]})
    second = "weekly_20260331T080000Z"
    times = {"start": "2026-03-30T10:00:00", "end": "2026-03-30T11:00:00"}
    for scope in (FOLLOWING, Scope.SERIES):
        with pytest.raises(InvalidInputError, match="new rule") as refused:
            change(alices_calendar, second, scope=scope, **times)
        assert list(refused.value.fields) == ["start"]
