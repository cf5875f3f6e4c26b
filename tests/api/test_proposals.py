"""Proposals over REST: tokens that only propose, and members who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import OperationStatus, OutboxOperation
from tests.factories import cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.api.conftest import ClientOf

OUTBOX = "/api/calendar/outbox"
NEW = {"summary": "Zoo", "start": "2150-03-11T10:00:00+01:00", "end": "2150-03-11T11:00:00+01:00"}


@pytest.fixture
def api(client_of: ClientOf, alice: Member) -> APIClient:
    return client_of(alice)


@pytest.fixture
def helper(client_of: ClientOf, alice: Member) -> APIClient:
    return client_of(alice, scope="propose", name="helper")


def post(client: APIClient, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(path, body or {}, format="json", headers=headers)


def test_a_proposed_event_is_answered_as_such(helper: APIClient, alices_calendar: Calendar) -> None:
    answer = post(helper, "/api/calendar/event", NEW)
    body = answer.json()
    assert (answer.status_code, body["status"], body["pending"]) == (202, "proposed", True)
    assert body["event"]["_local_status"] == "proposed"
    assert body["proposal"]["expires_at"] > body["proposal"]["created_at"]
    assert (body["proposal"]["via"], body["proposal"]["actor"]) == ("API token helper", "alice")


def test_a_proposed_edit_says_what_it_would_change(
    helper: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    body = helper.patch(
        "/api/calendar/primary/events/one", {"summary": "Two"}, format="json"
    ).json()
    assert (body["status"], body["event"]["summary"]) == ("proposed", "One")
    assert body["proposal"]["payload"] == {"summary": "Two"}
    assert body["proposal"]["base"] == {"summary": "One"}


def test_whoever_proposed_takes_it_back_by_undo(
    api: APIClient, helper: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    edit = helper.patch("/api/calendar/primary/events/one", {"summary": "Two"}, format="json")
    made = post(helper, "/api/calendar/event", NEW)
    for proposed in (edit, made):
        back = post(helper, f"{OUTBOX}/{proposed.json()['outbox_id']}/undo")
        assert (back.status_code, back.json()["pending"]) == (202, False)
    assert api.get(OUTBOX).json()["operations"] == []
    waiting = api.patch("/api/calendar/primary/events/one", {"summary": "Mine"}, format="json")
    refused = post(helper, f"{OUTBOX}/{waiting.json()['outbox_id']}/undo")
    assert refused.json()["status"] == "proposed"


def test_a_member_sees_who_proposed_what_and_says_yes(
    api: APIClient, helper: APIClient, alices_calendar: Calendar
) -> None:
    op_id = post(helper, "/api/calendar/event", NEW).json()["outbox_id"]
    [waiting] = api.get(OUTBOX, {"status": "proposed"}).json()["operations"]
    assert (waiting["op_id"], waiting["via"]) == (op_id, "API token helper")
    assert post(helper, f"{OUTBOX}/{op_id}/approve").status_code == 403
    approved = post(api, f"{OUTBOX}/{op_id}/approve").json()["operation"]
    assert (approved["status"], approved["via"]) == ("pending", "API token helper")
    assert (approved["approved_by"], approved["approved_via"]) == ("alice", "API token test")
    assert approved["expires_at"] is None
    assert helper.get(f"{OUTBOX}/{op_id}").json()["operation"] == approved
    again = post(api, f"{OUTBOX}/{op_id}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_a_member_says_no(api: APIClient, helper: APIClient, alices_calendar: Calendar) -> None:
    op_id = post(helper, "/api/calendar/event", NEW).json()["outbox_id"]
    declined = post(api, f"{OUTBOX}/{op_id}/discard").json()["operation"]
    assert (declined["status"], declined["reason"]) == ("cancelled", "declined")


@pytest.mark.parametrize("named", [True, False])
def test_all_are_approved_at_once(
    api: APIClient, helper: APIClient, alices_calendar: Calendar, named: bool
) -> None:
    ids = [post(helper, "/api/calendar/event", NEW).json()["outbox_id"] for _ in range(3)]
    body = post(api, f"{OUTBOX}/approve", {"op_ids": ids} if named else {}).json()
    assert [each["op_id"] for each in body["approved"]] == ids
    assert body["refused"] == []
    if named:
        refused = post(api, f"{OUTBOX}/approve", {"op_ids": ids}).json()["refused"]
        assert [each["code"] for each in refused] == ["wrong_state"] * 3
    else:
        assert post(api, f"{OUTBOX}/approve").json()["approved"] == []


@pytest.mark.parametrize("body", [{"op_ids": 1}, {"op_ids": ["x"]}, {"op_ids": [0]}, {"ids": []}])
def test_an_approval_that_makes_no_sense_is_refused(
    api: APIClient, alices_calendar: Calendar, body: dict[str, Any]
) -> None:
    assert post(api, f"{OUTBOX}/approve", body).status_code == 400


def test_what_comes_through_the_bridge_is_told_by_that_name(
    api: APIClient, helper: APIClient, alices_calendar: Calendar
) -> None:
    for client in (api, helper):
        post(client, "/api/calendar/event", NEW, **{"X-Secretary-Client": "mcp"})
    rows = OutboxOperation.objects.order_by("op_id")
    assert [(each.actor_via, each.status) for each in rows] == [
        ("MCP token test", OperationStatus.PENDING),
        ("MCP token helper", OperationStatus.PROPOSED),
    ]


def test_a_proposed_undo_is_answered_as_a_proposal(
    api: APIClient, helper: APIClient, alices_calendar: Calendar
) -> None:
    op_id = post(api, "/api/calendar/event", NEW).json()["outbox_id"]
    body = post(helper, f"{OUTBOX}/{op_id}/undo").json()
    assert (body["status"], body["undoes"], body["pending"]) == ("proposed", op_id, True)
    assert body["event"]["summary"] == "Zoo"
    assert body["proposal"]["op_type"] == "delete"
