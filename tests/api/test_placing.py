"""Moving and copying events over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands import telling
from calendars.models import OutboxOperation
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.api.conftest import ClientOf

EVENT = "/api/calendar/primary/events/lunch"
WEEK = "/api/calendar/events?time_min=2026-03-09&time_max=2026-03-16"
TEAM = "team#1@group.test"


@pytest.fixture
def api(client_of: ClientOf, alice: Member, alices_calendar: Calendar) -> APIClient:
    CalendarFactory(account=alices_calendar.account, google_id=TEAM)
    guests = [{"email": "bob@example.test"}]
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch", "attendees": guests})
    return client_of(alice)


def test_a_moved_event_is_listed_in_its_new_calendar_at_once(api: APIClient) -> None:
    response = api.post(f"{EVENT}/move", {"destination": TEAM, "notify": "none"}, format="json")
    body = response.json()
    assert response.status_code == 202
    assert (body["status"], body["pending"], len(body["notes"])) == ("queued", True, 1)
    assert (body["event"]["id"], body["event"]["calendarId"]) == ("lunch", TEAM)
    assert api.get(WEEK).json()["events"] == [body["event"]]
    operation = OutboxOperation.objects.get(op_id=body["outbox_id"])
    assert (operation.op_type, operation.payload, operation.notify) == (
        "move",
        {"destination": TEAM},
        "none",
    )
    assert api.get(EVENT).json()["code"] == "already_deleted"


def test_a_move_is_undone_by_its_outbox_id(api: APIClient) -> None:
    moved = api.post(f"{EVENT}/move", {"destination": TEAM}, format="json").json()
    assert api.post(f"/api/calendar/outbox/{moved['outbox_id']}/undo").status_code == 202
    [event] = api.get(WEEK).json()["events"]
    assert (event["calendarId"], event["_local_status"]) == ("alice@example.test", "synced")


def test_a_copy_has_an_id_of_its_own_and_says_what_is_not_in_it(api: APIClient) -> None:
    changes = {"calendar_id": TEAM, "start": "2026-03-12T10:00:00+01:00", "notify": "none"}
    response = api.post(f"{EVENT}/duplicate", changes, format="json")
    body = response.json()
    assert response.status_code == 202
    assert body["event_id"].startswith("local:")
    assert (body["event"]["id"], body["event"]["calendarId"]) == (body["event_id"], TEAM)
    assert (body["event"]["summary"], body["notes"]) == ("Lunch", [telling.NOBODY_TOLD])
    assert len(api.get(WEEK).json()["events"]) == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"start": 7}, 400, "invalid"),
        ({"notify": "loud"}, 400, "invalid"),
        ({"calendar_id": 7}, 400, "invalid"),
        ({"scope": "series"}, 400, "unknown_parameter"),
        ({"calendar_id": "nowhere"}, 404, "not_found"),
    ],
)
def test_a_copy_that_cannot_be_is_refused(
    api: APIClient, body: dict[str, Any], status: int, code: str
) -> None:
    response = api.post(f"{EVENT}/duplicate", body, format="json")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not OutboxOperation.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "invalid", "destination"),
        ({"destination": ""}, 400, "invalid", "destination"),
        ({"destination": "primary"}, 400, "invalid", "destination"),
        ({"destination": TEAM, "notify": "loud"}, 400, "invalid", "notify"),
        ({"destination": TEAM, "scope": "series"}, 400, "unknown_parameter", "scope"),
        ({"destination": "nowhere"}, 404, "not_found", None),
    ],
)
def test_a_move_that_cannot_be_is_refused_by_name(
    api: APIClient, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    response = api.post(f"{EVENT}/move", body, format="json")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert list(response.json()["fields"]) == ([field] if field else [])
    assert not OutboxOperation.objects.exists()
