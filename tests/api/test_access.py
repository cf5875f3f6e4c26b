"""Who may do what: Alice owns, Bob is on the team, Charlie is an outsider, others are nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import serializers
from django.urls import URLPattern
from django.utils import timezone

from accounts.models import ApiToken
from calendars.api.base import ApiView
from calendars.api.urls import urlpatterns
from calendars.models import (
    CachedEvent,
    Calendar,
    CalendarListChange,
    CalendarSyncState,
    Occurrence,
    OperationStatus,
    OutboxOperation,
)
from tests.factories import cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from tests.api.conftest import ClientOf

EVENT = "/api/calendar/alice%40example.test/events/one"
WEEK = "time_min=2026-03-09&time_max=2026-03-16"
SPAN = {"time_min": "2026-03-09", "time_max": "2026-03-16"}
MEETING = {
    "time_min": "2150-01-05",
    "time_max": "2150-01-06",
    "duration_minutes": 30,
    "people": ["alice"],
}
ACTIONS = ("retry", "discard", "undo", "approve")


@pytest.fixture
def change(client_of: ClientOf, alice: Member, alices_calendar: Calendar) -> OutboxOperation:
    """Alice's: an event with a secret, and a change of it that waits; her list was not changed."""
    cached(alices_calendar, {"id": "one", "summary": "Secret"})
    CalendarListChange.objects.create(
        account=alices_calendar.account,
        google_id="secret@example.test",
        kind="subscribe",
        status="failed",
        error="Secret",
        created_at=timezone.now(),
    )
    client_of(alice).patch(EVENT, {"location": "Secret"}, format="json")
    return OutboxOperation.objects.get()


def everything() -> str:
    """All rows of the product as text; only the use of tokens may change."""
    models = (
        Calendar,
        CachedEvent,
        Occurrence,
        OutboxOperation,
        CalendarSyncState,
        CalendarListChange,
    )
    return "".join(
        serializers.serialize("json", model._default_manager.order_by("pk")) for model in models
    )


def requests_with_the_ids_of(change: OutboxOperation) -> list[tuple[str, str, Any]]:
    """Every route that takes an id, with one of Alice's."""
    conflict = f"/api/calendar/conflicts/{change.op_id}/resolve"
    refused = f"/api/calendar/list/changes/{CalendarListChange.objects.get().pk}"
    new = {"summary": "x", "start": "2026-03-11", "calendar_id": "alice@example.test"}
    answer = {"calendar_id": "alice@example.test", "event_id": "one", "response": "accepted"}
    chosen = {"selected_calendar_ids": ["alice@example.test"]}
    return [
        ("GET", f"/api/calendar/events?{WEEK}&calendar_id=alice%40example.test", None),
        ("GET", "/api/calendar/search?q=secret&calendar_id=alice%40example.test", None),
        ("POST", "/api/calendar/event", new),
        ("GET", EVENT, None),
        ("PATCH", EVENT, {"summary": "x"}),
        ("DELETE", EVENT, None),
        ("GET", f"{EVENT}/history", None),
        ("POST", "/api/calendar/respond", answer),
        ("POST", f"{EVENT}/duplicate", {}),
        ("POST", f"{EVENT}/move", {"destination": "alice@example.test"}),
        ("PUT", "/api/settings/calendar", chosen),
        ("PATCH", "/api/calendar/list/alice%40example.test", {"hidden": True}),
        ("POST", f"{refused}/dismiss", None),
        *(("POST", f"/api/calendar/outbox/{change.op_id}/{each}", None) for each in ACTIONS),
        ("POST", "/api/calendar/outbox/approve", {"op_ids": [change.op_id]}),
        ("GET", f"/api/calendar/outbox/{change.op_id}", None),
        ("POST", conflict, {"choice": "mine"}),
    ]


def all_requests(change: OutboxOperation) -> list[tuple[str, str, Any]]:
    return [
        *requests_with_the_ids_of(change),
        ("GET", f"/api/calendar/events?{WEEK}", None),
        ("GET", "/api/calendar/search?q=secret", None),
        ("POST", "/api/calendar/availability", SPAN),
        ("POST", "/api/calendar/freebusy", SPAN),
        ("POST", "/api/calendar/find-time", MEETING),
        ("GET", "/api/calendar/people", None),
        ("GET", "/api/calendar/list", None),
        ("GET", "/api/calendar/list/changes", None),
        ("GET", "/api/calendar/outbox", None),
        ("GET", "/api/calendar/conflicts", None),
        ("GET", "/api/status", None),
        ("POST", "/api/sync/trigger", {}),
    ]


def send(client: APIClient, method: str, path: str, body: Any) -> Any:
    return client.generic(
        method,
        path,
        *([client._encode_data(body, "json")[0], "application/json"] if body is not None else []),
    )


def is_view(pattern: Any) -> bool:
    view = getattr(getattr(pattern, "callback", None), "cls", None)
    return isinstance(pattern, URLPattern) and view is not None and issubclass(view, ApiView)


def test_these_tests_ask_every_route(change: OutboxOperation) -> None:
    asked = {path.partition("?")[0].removeprefix("/api/") for _, path, _ in all_requests(change)}
    unasked = [
        pattern
        for pattern in urlpatterns
        if is_view(pattern) and not any(pattern.pattern.match(path) for path in asked)
    ]
    assert unasked == []


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_the_ids_of_somebody_else_mean_nothing_and_change_nothing(
    client_of: ClientOf,
    change: OutboxOperation,
    bob: Member,
    bobs_calendar: Calendar,
    charlie: Member,
    who: str,
) -> None:
    client = client_of({"bob": bob, "charlie": charlie}[who])
    for status in ("pending", "failed", "conflict", "proposed"):
        OutboxOperation.objects.update(status=status)
        before = everything()
        for method, path, body in requests_with_the_ids_of(change):
            response = send(client, method, path, body)
            expected = {400} if method == "PUT" else {404}
            assert response.status_code in expected, (method, path, response.content)
            assert b"Secret" not in response.content
        assert everything() == before


@pytest.mark.parametrize("route", ["availability", "freebusy"])
def test_the_calendar_of_somebody_else_is_neither_busy_nor_free(
    client_of: ClientOf, change: OutboxOperation, bob: Member, bobs_calendar: Calendar, route: str
) -> None:
    asked = {**SPAN, "calendar_ids": ["alice@example.test"]}
    client = client_of(bob)
    stranger = client.post(f"/api/calendar/{route}", asked, format="json").json()
    asked["calendar_ids"] = ["nobody@example.test"]
    nobody = client.post(f"/api/calendar/{route}", asked, format="json").json()
    assert str(stranger).replace("alice", "nobody") == str(nobody)


def test_lists_hold_nothing_of_somebody_else(
    client_of: ClientOf, change: OutboxOperation, bob: Member, bobs_calendar: Calendar
) -> None:
    client = client_of(bob)
    OutboxOperation.objects.update(status=OperationStatus.CONFLICT)
    for method, path, body in all_requests(change):
        if method == "GET" and path != "/api/calendar/people":  # colleagues know each other
            content = send(client, method, path, body).content
            assert b"Secret" not in content
            assert b"alice@" not in content.replace(path.encode(), b"")


def test_nobody_gets_in_without_a_key_and_changes_nothing(
    anonymous: APIClient, change: OutboxOperation
) -> None:
    before = everything()
    for method, path, body in all_requests(change):
        response = send(anonymous, method, path, body)
        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated"), path
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert everything() == before


def test_a_key_that_only_reads_reads_everything_and_changes_nothing(
    client_of: ClientOf, alice: Member, change: OutboxOperation
) -> None:
    client = client_of(alice, scope="read")
    before = everything()
    for method, path, body in all_requests(change):
        reads = method == "GET" or path.endswith(("availability", "freebusy", "find-time"))
        response = send(client, method, path, body)
        assert response.status_code == (200 if reads else 403), (method, path, response.content)
    assert everything() == before
    assert not ApiToken.objects.filter(scope="read", last_used_at=None).exists()


def test_a_key_that_proposes_can_ask_for_changes_and_have_none(
    client_of: ClientOf, alice: Member, change: OutboxOperation
) -> None:
    client = client_of(alice, scope="propose")
    queued = OutboxOperation.objects.filter(actor_via="API token test").exclude(pk=change.pk)
    before = [row.event_json for row in CachedEvent.objects.order_by("pk")]
    answers: dict[int, list[str]] = {}
    for method, path, body in all_requests(change):
        if method != "GET" and not path.endswith(("availability", "freebusy", "find-time")):
            answers.setdefault(send(client, method, path, body).status_code, []).append(path)
    refused = [path.rpartition("/")[2] for path in answers[403]]
    assert sorted(refused) == [
        "alice%40example.test",
        "approve",
        "approve",
        "calendar",
        "dismiss",
        "resolve",
        "retry",
    ]
    assert {each.status for each in queued} == {OperationStatus.PROPOSED}
    change.refresh_from_db()
    assert change.status == OperationStatus.PENDING
    shown = [row.event_json for row in CachedEvent.objects.order_by("pk")]
    assert shown[: len(before)] == before


def test_an_outsider_without_calendars_gets_clear_answers(
    client_of: ClientOf, charlie: Member
) -> None:
    client = client_of(charlie)
    assert client.get("/api/calendar/list").json()["calendars"] == []
    assert client.get("/api/calendar/outbox").json()["operations"] == []
    assert client.get("/api/calendar/conflicts").json()["conflicts"] == []
    assert client.get("/api/status").json()["accounts"] == []
    response = client.post("/api/calendar/event", {"start": "2026-03-11"}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "no_google_account")


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/calendar/events/", "/api/x/y/z"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_route_that_does_not_exist_is_refused_in_the_one_shape(
    anonymous: APIClient, db: None, path: str, method: str
) -> None:
    response = anonymous.generic(method, path)
    assert response.status_code == 404
    assert response.json() == {
        "status": "error",
        "code": "not_found",
        "detail": "There is no such route; see /api/docs/.",
        "fields": {},
    }
