"""A change shows as Google will print it: defaults left out, guests with an answer."""

from __future__ import annotations

from typing import Any

import pytest

from calendars.sync.core.printing import printed
from tests.core.values import patch

ALICE, BEN = "alice@example.test", "ben@example.test"
TIMED: dict[str, Any] = {
    "organizer": {"email": ALICE, "self": True},
    "start": {"dateTime": "2026-03-11T10:00:00+01:00"},
}
ALL_DAY: dict[str, Any] = {**TIMED, "start": {"date": "2026-03-11"}}
USUAL = [{"method": "popup", "minutes": 10}]


def shown(payload: dict[str, Any], *, agreed: dict[str, Any] | None = TIMED) -> dict[str, Any]:
    """What a change to ``payload`` shows of the fields that it is about."""
    resource = {**(agreed or TIMED), **payload}
    result = printed(
        resource, [patch(1, payload, {})], agreed=agreed, calendar_id=ALICE, usual_reminders=USUAL
    )
    return {name: value for name, value in result.items() if name not in TIMED}


@pytest.mark.parametrize(
    ("payload", "shows"),
    [
        ({"transparency": "opaque"}, {}),
        ({"transparency": "transparent"}, {"transparency": "transparent"}),
        ({"visibility": "default", "guestsCanModify": False}, {}),
        ({"guestsCanModify": True}, {"guestsCanModify": True}),
        ({"guestsCanInviteOthers": True, "guestsCanSeeOtherGuests": False},
         {"guestsCanSeeOtherGuests": False}),
        ({"status": "confirmed"}, {"status": "confirmed"}),
        ({"attendees": []}, {}),
        ({"reminders": {"useDefault": True, "overrides": []}}, {"reminders": {"useDefault": True}}),
        ({"reminders": {"useDefault": False, "overrides": USUAL}},
         {"reminders": {"useDefault": False, "overrides": USUAL}}),
    ],
)  # fmt: skip
def test_a_default_is_left_out(payload: dict[str, Any], shows: dict[str, Any]) -> None:
    assert shown(payload) == shows


def test_new_guests_have_not_answered_and_the_calendars_own_is_marked() -> None:
    people = [{"email": "Ben@Example.test", "optional": False}, {"email": ALICE}]
    assert shown({"attendees": people})["attendees"] == [
        {"email": BEN, "responseStatus": "needsAction"},
        {"email": ALICE, "organizer": True, "self": True, "responseStatus": "needsAction"},
    ]


def test_who_was_on_the_list_stays_as_google_has_them() -> None:
    known = [{"email": BEN}, {"email": "Carol@example.test", "responseStatus": "accepted"}]
    changed = {"email": "Carol@example.test", "responseStatus": "accepted", "optional": True}
    resource = {**TIMED, "attendees": [known[0], changed]}
    result = printed(
        resource,
        [patch(1, {"attendees": [changed]}, {})],
        agreed={**TIMED, "attendees": known},
        calendar_id=ALICE,
        usual_reminders=USUAL,
    )
    assert result["attendees"] == [known[0], changed]


@pytest.mark.parametrize(
    ("event", "reminders"),
    [
        (TIMED, {"useDefault": True}),
        (ALL_DAY, {"useDefault": False, "overrides": USUAL}),
        ({**ALL_DAY, "reminders": {"useDefault": True, "overrides": []}}, {"useDefault": True}),
    ],
)
def test_a_new_event_has_the_reminders_that_google_gives_it(
    event: dict[str, Any], reminders: dict[str, Any]
) -> None:
    assert shown(event, agreed=None)["reminders"] == reminders


def test_a_conference_that_was_asked_for_is_pending() -> None:
    request = {"requestId": "one", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    conference = shown({"conferenceData": {"createRequest": request}})["conferenceData"]
    assert conference["createRequest"] == {**request, "status": {"statusCode": "pending"}}


def test_what_was_not_changed_is_left_as_it_is() -> None:
    odd = {**TIMED, "transparency": "opaque", "attendees": [], "reminders": None}
    resource = {**odd, "summary": "Lunch"}
    result = printed(
        resource,
        [patch(1, {"summary": "Lunch"}, {})],
        agreed=odd,
        calendar_id=ALICE,
        usual_reminders=USUAL,
    )
    assert result == resource
