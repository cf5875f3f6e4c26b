"""Conferences, kinds of event, attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.conftest import ANN, all_day, timed
from tests.simulator.reasons import refusal

if TYPE_CHECKING:
    from google_simulator import FrozenClock, Simulator

REQUEST = {
    "conferenceData": {
        "createRequest": {
            "requestId": "r1",
            "conferenceSolutionKey": {"type": "hangoutsMeet"},
        }
    }
}


def insert(api: Any, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    return api.events().insert(calendarId="primary", body=body, **query).execute()


def test_without_version_1_a_conference_is_dropped_silently(api: Any) -> None:
    assert "conferenceData" not in insert(api, timed(**REQUEST))


def test_a_conference_usually_succeeds_at_once_and_survives_other_writes(api: Any) -> None:
    made = insert(api, timed(**REQUEST), conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    assert made["hangoutLink"] == made["conferenceData"]["entryPoints"][0]["uri"]
    events = api.events()
    same = events.update(calendarId="primary", eventId=made["id"], body=timed("New")).execute()
    assert same["hangoutLink"] == made["hangoutLink"]
    again = events.patch(
        calendarId="primary", eventId=made["id"], body=REQUEST, conferenceDataVersion=1
    ).execute()
    assert again["hangoutLink"] == made["hangoutLink"]
    cleared = events.update(
        calendarId="primary", eventId=made["id"], body=timed("New"), conferenceDataVersion=1
    ).execute()
    assert not {"conferenceData", "hangoutLink"} & set(cleared)


def test_a_pending_conference_comes_about_later(
    api: Any, sim: Simulator, clock: FrozenClock
) -> None:
    sim.options.conference = "pending"
    made = insert(api, timed(**REQUEST), conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    clock.sleep(2)
    read = api.events().get(calendarId="primary", eventId=made["id"]).execute()
    assert read["hangoutLink"]
    assert read["etag"] != made["etag"]


def test_a_conference_may_fail(api: Any, sim: Simulator) -> None:
    sim.options.conference = "failure"
    made = insert(api, timed(**REQUEST), conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "failure"}
    assert "entryPoints" not in made["conferenceData"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (timed(eventType="party"), "invalid"),
        (timed(eventType="fromGmail"), "eventTypeRestriction"),
        (timed(eventType="focusTime"), "malformedFocusTimeEvent"),
        (
            timed(
                eventType="outOfOffice",
                outOfOfficeProperties={"declineMessage": "x"},
                transparency="transparent",
            ),
            "malformedOutOfOfficeEvent",
        ),
        (
            all_day(
                first="2031-03-25",
                end="2031-03-27",
                eventType="workingLocation",
                workingLocationProperties={"type": "homeOffice"},
                visibility="public",
                transparency="transparent",
            ),
            "malformedWorkingLocationEvent",
        ),
        (timed(eventType="birthday"), "eventTypeRestriction"),
    ],
)
def test_kinds_of_event_have_their_rules(api: Any, body: dict[str, Any], reason: str) -> None:
    assert refusal(lambda: insert(api, body)) == (400, reason)


def test_a_birthday_allows_few_changes_and_no_move(api: Any, sim: Simulator) -> None:
    made = insert(
        api,
        all_day(
            "Zoe",
            first="2031-03-25",
            end="2031-03-26",
            eventType="birthday",
            visibility="private",
            transparency="transparent",
            recurrence=["RRULE:FREQ=YEARLY"],
        ),
    )
    patch = api.events().patch
    patch(calendarId="primary", eventId=made["id"], body={"summary": "Zoe B."}).execute()
    request = patch(calendarId="primary", eventId=made["id"], body={"location": "Home"})
    assert refusal(request.execute) == (400, "eventTypeRestriction")
    team = sim.add_calendar(owner=ANN, summary="Team")
    move = api.events().move(calendarId="primary", eventId=made["id"], destination=team)
    assert refusal(move.execute) == (400, "eventTypeRestriction")


def test_out_of_office_lives_on_the_primary_calendar_and_keeps_its_kind(
    api: Any, sim: Simulator
) -> None:
    body = timed(eventType="outOfOffice", outOfOfficeProperties={"declineMessage": "Away"})
    made = insert(api, body)
    assert made["organizer"] == {"email": "unknownorganizer@calendar.google.com"}
    request = api.events().patch(
        calendarId="primary", eventId=made["id"], body={"eventType": "default"}
    )
    assert refusal(request.execute) == (400, "eventTypeRestriction")
    api.events().patch(calendarId="primary", eventId=made["id"], body={"summary": "Away"}).execute()
    team = sim.add_calendar(owner=ANN, summary="Team")
    request = api.events().insert(calendarId=team, body=body)
    assert refusal(request.execute) == (400, "eventTypeRestriction")


def test_attachments_need_the_clients_support(api: Any) -> None:
    files = [{"fileUrl": "https://example.org/a", "title": "a"}]
    assert "attachments" not in insert(api, timed(attachments=files))
    made = insert(api, timed(attachments=files), supportsAttachments=True)
    assert made["attachments"] == files
    events = api.events()
    kept = events.patch(calendarId="primary", eventId=made["id"], body={"attachments": []})
    assert kept.execute()["attachments"] == files


def test_quick_add_makes_an_event_of_a_line(api: Any) -> None:
    made = api.events().quickAdd(calendarId="primary", text="Lunch with Zoe").execute()
    assert made["summary"] == "Lunch with Zoe"
