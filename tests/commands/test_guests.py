"""Inviting and uninviting: by difference or by list, and nobody else's answer is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.scope import Scope
from calendars.errors import InvalidInputError, NotWritableError
from calendars.models import OutboxOperation
from tests.commands.acting import SECOND, WEEKLY, change, remove
from tests.factories import cached

if TYPE_CHECKING:
    from calendars.models import Calendar

ALICE, BOB, CAROL = "alice@example.test", "bob@example.test", "carol@example.test"
MINE: dict[str, Any] = {"email": ALICE, "self": True, "organizer": True}
OURS: dict[str, Any] = {
    "id": "lunch",
    "organizer": {"email": ALICE, "self": True},
    "attendees": [
        {**MINE, "responseStatus": "accepted"},
        {"email": BOB, "responseStatus": "tentative", "comment": "Perhaps", "optional": True},
    ],
}
THEIRS: dict[str, Any] = {
    "id": "lunch",
    "organizer": {"email": BOB},
    "attendees": [
        {"email": BOB, "organizer": True, "responseStatus": "accepted"},
        {"email": ALICE, "self": True, "responseStatus": "needsAction"},
    ],
}
ADDING: dict[str, Any] = {"attendees_add": [CAROL]}
INVITED = {"email": CAROL, "responseStatus": "needsAction"}


def guests(event: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {person["email"]: person for person in event["attendees"]}


def test_an_invitation_keeps_everybody_else_as_they_are(alices_calendar: Calendar) -> None:
    cached(alices_calendar, OURS)
    queued = change(alices_calendar, "lunch", attendees_add=[CAROL], attendees_remove=[])
    assert queued.event["attendees"] == [*OURS["attendees"], INVITED]
    assert (queued.operation.payload, queued.operation.base) == (
        {"attendees": [{"email": CAROL}]},
        {"attendees": []},
    )


def test_somebody_is_taken_off_the_list_by_address_in_any_case(alices_calendar: Calendar) -> None:
    cached(alices_calendar, OURS)
    queued = change(alices_calendar, "lunch", attendees_remove=["Bob@Example.test"])
    assert guests(queued.event).keys() == {ALICE}
    assert queued.operation.payload == {"attendees": []}
    assert [each["email"] for each in queued.operation.base["attendees"]] == [BOB]


def test_who_is_there_already_or_not_there_at_all_changes_nothing(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, OURS)
    queued = change(alices_calendar, "lunch", attendees_add=[BOB], attendees_remove=[CAROL])
    assert (queued.operation.status, queued.operation.payload) == ("applied", {})


def test_a_flag_of_one_guest_can_be_changed_by_difference(alices_calendar: Calendar) -> None:
    cached(alices_calendar, OURS)
    queued = change(alices_calendar, "lunch", attendees_add=[{"email": BOB, "optional": False}])
    (sent,) = queued.operation.payload["attendees"]
    assert sent == {**OURS["attendees"][1], "optional": False}
    del sent["optional"]
    assert guests(queued.event)[BOB] == sent


def test_an_old_copy_of_the_list_takes_no_answer_back(alices_calendar: Calendar) -> None:
    cached(alices_calendar, OURS)
    old = [ALICE, {"email": BOB, "responseStatus": "needsAction", "comment": "No idea"}, CAROL]
    queued = change(alices_calendar, "lunch", attendees=old)
    assert guests(queued.event)[BOB] == OURS["attendees"][1]
    assert guests(queued.event)[ALICE]["responseStatus"] == "accepted"


def test_the_own_answer_may_travel_in_the_list(alices_calendar: Calendar) -> None:
    cached(alices_calendar, OURS)
    queued = change(
        alices_calendar, "lunch", attendees=[{"email": ALICE, "responseStatus": "declined"}, BOB]
    )
    assert guests(queued.event)[ALICE]["responseStatus"] == "declined"


def test_a_guest_without_an_address_stays_though_no_list_can_name_them(
    alices_calendar: Calendar,
) -> None:
    nameless = {"id": "1234", "displayName": "A guest"}
    cached(alices_calendar, {**OURS, "attendees": [*OURS["attendees"], nameless]})
    queued = change(alices_calendar, "lunch", attendees=[ALICE, BOB, CAROL])
    assert nameless in queued.event["attendees"]


def test_of_three_hundred_guests_the_operation_holds_the_new_one(
    alices_calendar: Calendar,
) -> None:
    crowd = [{"email": f"g{n}@example.test", "responseStatus": "accepted"} for n in range(300)]
    cached(alices_calendar, {**OURS, "attendees": crowd})
    queued = change(alices_calendar, "lunch", **ADDING)
    assert queued.operation.payload == {"attendees": [{"email": CAROL}]}
    assert queued.event["attendees"] == [*crowd, INVITED]


def test_a_guest_of_one_occurrence_is_not_forgotten_when_the_series_gets_another(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, {**WEEKLY, "attendees": OURS["attendees"], "organizer": {"self": True}})
    change(alices_calendar, SECOND, scope=Scope.INSTANCE, attendees_add=["dan@example.test"])
    queued = change(alices_calendar, SECOND, scope=Scope.SERIES, **ADDING)
    assert queued.operation.payload == {"attendees": [{"email": CAROL}]}
    assert guests(queued.event).keys() == {ALICE, BOB, CAROL}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"attendees": [BOB], "attendees_add": [CAROL]}, "attendees"),
        ({"attendees_add": [CAROL], "attendees_remove": [CAROL]}, "attendees_remove"),
        ({"attendees_add": "carol@example.test"}, "attendees_add"),
        ({"attendees_add": ["nobody"]}, "attendees_add"),
        ({"attendees_remove": [{"email": BOB}]}, "attendees_remove"),
        ({"attendees_remove": ["x"] * 1_001}, "attendees_remove"),
        ({"attendees_add": [f"g{n}@example.test" for n in range(999)]}, "attendees_add"),
    ],
)
def test_a_change_of_the_list_that_makes_no_sense_is_refused_by_name(
    alices_calendar: Calendar, changes: dict[str, Any], field: str
) -> None:
    cached(alices_calendar, OURS)
    with pytest.raises(InvalidInputError) as refused:
        change(alices_calendar, "lunch", **changes)
    assert list(refused.value.fields) == [field]
    assert not OutboxOperation.objects.exists()


@pytest.mark.parametrize(
    ("resource", "changes", "word"),
    [
        ({**THEIRS, "guestsCanInviteOthers": False}, ADDING, "organizer"),
        ({**THEIRS, "guestsCanSeeOtherGuests": False}, ADDING, "keeps the guest list"),
        ({**THEIRS, "attendeesOmitted": True}, ADDING, "part of this guest list"),
        ({**OURS, "attendeesOmitted": True}, ADDING, "part of this guest list"),
        (THEIRS, {"attendees_remove": [BOB]}, "organizer"),
        (THEIRS, {"guests_can_modify": True}, "organizer"),
        ({**THEIRS, "guestsCanModify": True}, {"guests_can_modify": False}, "organizer"),
        ({**THEIRS, "guestsCanModify": True}, {"recurrence": ["RRULE:FREQ=DAILY"]}, "organizer"),
    ],
)
def test_what_a_guest_may_not_do_is_refused_with_the_reason(
    alices_calendar: Calendar, resource: dict[str, Any], changes: dict[str, Any], word: str
) -> None:
    cached(alices_calendar, resource)
    with pytest.raises(NotWritableError) as refused:
        change(alices_calendar, "lunch", **changes)
    assert word in refused.value.detail
    assert not OutboxOperation.objects.exists()


@pytest.mark.parametrize(
    ("resource", "changes"),
    [
        (THEIRS, ADDING),
        (THEIRS, {"color_id": 3, "transparency": "transparent", "reminders": None}),
        ({**THEIRS, "guestsCanModify": True}, {"summary": "Ours", "attendees_remove": [BOB]}),
        (OURS, {"guests_can_modify": True, "guests_can_invite_others": False}),
        (OURS, {"guestsCanSeeOtherGuests": False}),
    ],
)
def test_what_a_guest_or_organizer_may_do_is_queued(
    alices_calendar: Calendar, resource: dict[str, Any], changes: dict[str, Any]
) -> None:
    cached(alices_calendar, resource)
    assert change(alices_calendar, "lunch", **changes).operation.status == "pending"


def test_a_private_event_that_a_role_sees_as_busy_cannot_be_changed(
    alices_calendar: Calendar,
) -> None:
    alices_calendar.access_role = "writerWithoutPrivateAccess"
    alices_calendar.save()
    cached(alices_calendar, {**OURS, "visibility": "private"})
    cached(alices_calendar, {**OURS, "id": "open"})
    for attempt in (
        lambda: change(alices_calendar, "lunch", summary="Mine"),
        lambda: remove(alices_calendar, "lunch"),
    ):
        with pytest.raises(NotWritableError, match="private"):
            attempt()
    assert change(alices_calendar, "open", summary="Ours").operation.status == "pending"
