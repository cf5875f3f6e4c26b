"""Answering invitations and changing guest lists over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands import telling
from calendars.models import OutboxOperation
from tests.commands.test_guests import THEIRS
from tests.factories import cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.api.conftest import ClientOf

RESPOND = "/api/calendar/respond"
EVENT = "/api/calendar/primary/events/lunch"
YES = {"event_id": "lunch", "response": "accepted"}


@pytest.fixture
def api(client_of: ClientOf, alice: Member, alices_calendar: Calendar) -> APIClient:
    cached(alices_calendar, THEIRS)
    return client_of(alice)


def test_an_answer_is_answered_like_every_write(api: APIClient) -> None:
    response = api.post(RESPOND, {**YES, "comment": "Late", "notify": "all"}, format="json")
    body = response.json()
    assert response.status_code == 202
    assert body.keys() == {"status", "outbox_id", "pending", "event"}
    assert body["event"]["attendees"][1] == {
        "email": "alice@example.test",
        "self": True,
        "responseStatus": "accepted",
        "comment": "Late",
    }
    assert api.get(EVENT).json()["event"] == body["event"]
    assert OutboxOperation.objects.get(op_id=body["outbox_id"]).actor_via == "API token test"


def test_an_empty_comment_takes_the_comment_away(api: APIClient) -> None:
    api.post(RESPOND, {**YES, "comment": "Late"}, format="json")
    body = api.post(RESPOND, {**YES, "comment": ""}, format="json").json()
    assert "comment" not in body["event"]["attendees"][1]


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"response": "maybe"}, 400, "invalid", "response"),
        ({"response": None}, 400, "invalid", "response"),
        ({"event_id": ""}, 400, "invalid", "event_id"),
        ({"comment": "x" * 1_025}, 400, "invalid", "comment"),
        ({"scope": "this_and_following"}, 400, "invalid", "scope"),
        ({"notify": "everybody"}, 400, "invalid", "notify"),
        ({"answer": "accepted"}, 400, "unknown_parameter", "answer"),
        ({"event_id": "nothing"}, 404, "not_found", None),
        ({"event_id": "own"}, 409, "not_invited", None),
    ],
)
def test_an_answer_that_cannot_be_is_refused_by_name(
    api: APIClient,
    alices_calendar: Calendar,
    changes: dict[str, Any],
    status: int,
    code: str,
    field: str | None,
) -> None:
    cached(alices_calendar, {"id": "own"})
    response = api.post(RESPOND, {**YES, **changes}, format="json")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert list(response.json()["fields"]) == ([field] if field else [])
    assert not OutboxOperation.objects.exists()


@pytest.mark.parametrize("field", ["response", "notify", "scope"])
@pytest.mark.parametrize("value", ["x" * 200_000, ["x"] * 20_000])
def test_a_huge_value_does_not_come_back_whole(api: APIClient, field: str, value: Any) -> None:
    response = api.post(RESPOND, {**YES, field: value}, format="json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert list(response.json()["fields"]) == [field]
    assert len(response.content) < 1_000


def test_guests_are_added_by_difference_and_the_caller_learns_who_is_told(api: APIClient) -> None:
    body = api.patch(EVENT, {"attendees_add": ["carol@example.test"]}, format="json").json()
    assert len(body["event"]["attendees"]) == 3
    assert body["notes"] == [telling.TOLD_BY_DEFAULT]


def test_a_delete_that_nobody_is_told_of_is_warned_of(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "own", "attendees": [{"email": "bob@example.test"}]})
    body = api.delete("/api/calendar/primary/events/own?notify=none").json()
    assert body["notes"] == [telling.GHOSTS]
    assert api.delete(EVENT).json()["notes"] == [telling.LEAVES]


def test_a_scope_of_reading_answers_nothing(client_of: ClientOf, alice: Member) -> None:
    response = client_of(alice, scope="read").post(RESPOND, YES, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "scope_too_small")
