"""Queued changes, conflicts, and how synchronisation stands, over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars import cache, lanes
from calendars.models import CalendarSyncState, OperationStatus, OutboxOperation
from tests.commands.acting import SECOND, WEEKLY
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.api.conftest import ClientOf

OUTBOX = "/api/calendar/outbox"


@pytest.fixture
def api(client_of: ClientOf, alice: Member) -> APIClient:
    return client_of(alice)


@pytest.fixture
def change(api: APIClient, alices_calendar: Calendar) -> OutboxOperation:
    """A waiting change of a summary."""
    cached(alices_calendar, {"id": "one", "summary": "One"})
    body = api.patch("/api/calendar/primary/events/one", {"summary": "Two"}, format="json").json()
    return OutboxOperation.objects.get(op_id=body["outbox_id"])


@pytest.fixture
def conflict(change: OutboxOperation, alices_calendar: Calendar) -> OutboxOperation:
    """The same summary was changed at Google meanwhile."""
    change.status = OperationStatus.CONFLICT
    change.save()
    event = alices_calendar.events.get()
    agreed = {**(event.agreed or {}), "summary": "Three", "etag": '"2"'}
    asked = [lanes.core_operation(change, target="one")]
    cache.save_event(event, agreed=agreed, etag='"2"', operations=asked, now=NOW)
    return change


def set_status(operation: OutboxOperation, status: OperationStatus) -> None:
    OutboxOperation.objects.filter(pk=operation.pk).update(status=status)


def summary_of(api: APIClient) -> str:
    event = api.get("/api/calendar/primary/events/one").json()["event"]
    return str(event["summary"])


# Outbox


def test_the_outbox_names_the_event_of_each_change(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    weekly = "/api/calendar/primary/events/weekly"
    api.patch(f"{weekly}?scope=series", {"location": "Attic"}, format="json")
    one = f"/api/calendar/primary/events/{SECOND}"
    api.patch(f"{one}?scope=instance", {"summary": "Retrospective"}, format="json")
    api.patch(f"{one}?scope=instance", {"location": "Roof"}, format="json")
    made = api.post("/api/calendar/event", {"start": "2026-03-20"}, format="json").json()
    api.patch(
        f"/api/calendar/primary/events/{made['event_id']}", {"summary": "Trip"}, format="json"
    )
    gone = api.delete(f"/api/calendar/primary/events/{made['event_id']}").json()
    titles = [each["summary"] for each in api.get(OUTBOX).json()["operations"]]
    assert titles == ["Trip", "Trip", "", "Retrospective", "Retrospective", "Review"]
    one = api.get(f"{OUTBOX}/{gone['outbox_id']}").json()["operation"]
    assert one["summary"] == "Trip"


def test_the_titles_of_a_page_are_looked_up_at_once(
    api: APIClient, alices_calendar: Calendar
) -> None:
    costs = []
    for number in range(3):
        cached(alices_calendar, {"id": f"event{number}", "summary": f"Event {number}"})
        path = f"/api/calendar/primary/events/event{number}"
        api.patch(path, {"location": "Attic"}, format="json")
        with CaptureQueriesContext(connection) as queries:
            page = api.get(OUTBOX).json()["operations"]
        costs.append(len(queries))
    assert [each["summary"] for each in page] == ["Event 2", "Event 1", "Event 0"]
    assert len(set(costs)) == 1


def test_the_outbox_shows_what_waits_and_who_asked_for_it(
    api: APIClient, change: OutboxOperation
) -> None:
    [entry] = api.get(OUTBOX).json()["operations"]
    assert entry["op_id"] == change.op_id
    assert (entry["op_type"], entry["status"]) == ("patch", "pending")
    assert (entry["calendar_id"], entry["event_id"]) == ("alice@example.test", "one")
    assert (entry["payload"], entry["base"]) == ({"summary": "Two"}, {"summary": "One"})
    assert (entry["actor"], entry["via"]) == ("alice", "API token test")


def test_finished_changes_are_shown_when_asked_for(api: APIClient, change: OutboxOperation) -> None:
    set_status(change, OperationStatus.APPLIED)
    assert api.get(OUTBOX).json()["operations"] == []
    for query in ("status=applied", "status=failed,applied", "status=failed&status=applied"):
        [entry] = api.get(f"{OUTBOX}?{query}").json()["operations"]
        assert entry["status"] == "applied"
    response = api.get(f"{OUTBOX}?status=done")
    assert (response.status_code, list(response.json()["fields"])) == (400, ["status"])


def test_the_outbox_has_pages(api: APIClient, alices_calendar: Calendar) -> None:
    for day in (11, 12, 13):
        body = {"summary": "x", "start": f"2026-03-{day}"}
        api.post("/api/calendar/event", body, format="json")
    first = api.get(f"{OUTBOX}?limit=2").json()
    second = api.get(f"{OUTBOX}?limit=2&cursor={first['metadata']['next_cursor']}").json()
    ids = [each["op_id"] for page in (first, second) for each in page["operations"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 3
    assert second["metadata"]["next_cursor"] is None


def test_a_failed_change_is_put_back_by_retry(api: APIClient, change: OutboxOperation) -> None:
    set_status(change, OperationStatus.FAILED)
    body = api.post(f"{OUTBOX}/{change.op_id}/retry").json()
    assert (body["status"], body["operation"]["status"]) == ("ok", "pending")


def test_giving_a_change_up_shows_googles_version_again(
    api: APIClient, change: OutboxOperation
) -> None:
    set_status(change, OperationStatus.FAILED)
    body = api.post(f"{OUTBOX}/{change.op_id}/discard", {}, format="json").json()
    assert body["operation"]["status"] == "cancelled"
    assert summary_of(api) == "One"


def test_a_change_that_waits_is_withdrawn_by_undo(api: APIClient, change: OutboxOperation) -> None:
    response = api.post(f"{OUTBOX}/{change.op_id}/undo", {}, format="json")
    body = response.json()
    assert response.status_code == 202
    assert (body["status"], body["pending"], body["undoes"]) == ("queued", False, change.op_id)
    assert (body["event_id"], body["event"]["summary"]) == ("one", "One")
    assert body["note"] == "Taken back before Google was told."
    [entry] = api.get(f"{OUTBOX}?status=applied").json()["operations"]
    assert (entry["op_id"], entry["undoes"]) == (body["outbox_id"], change.op_id)
    assert api.post(f"{OUTBOX}/{change.op_id}/undo").json()["code"] == "wrong_state"


def test_an_undo_can_be_tried_first(api: APIClient, change: OutboxOperation) -> None:
    before = OutboxOperation.objects.count()
    response = api.post(f"{OUTBOX}/{change.op_id}/undo?dry_run=true", {}, format="json")
    assert (response.status_code, response.json()["status"]) == (200, "dry_run")
    assert OutboxOperation.objects.count() == before
    change.refresh_from_db()
    assert change.status == "pending"


def test_the_opposite_of_what_google_has_is_queued_by_undo(
    api: APIClient, change: OutboxOperation, alices_calendar: Calendar
) -> None:
    set_status(change, OperationStatus.APPLIED)
    event = alices_calendar.events.get()
    cache.save_event(event, agreed=event.resource, etag='"2"', operations=[], now=NOW)
    body = api.post(f"{OUTBOX}/{change.op_id}/undo").json()
    assert (body["pending"], body["event"]["_local_status"]) == (True, "pending")
    assert summary_of(api) == "One"


def test_an_undo_that_finds_everything_changed_since_names_the_fields(
    api: APIClient, change: OutboxOperation
) -> None:
    api.patch("/api/calendar/primary/events/one", {"summary": "Three"}, format="json")
    body = api.post(f"{OUTBOX}/{change.op_id}/undo").json()
    assert (body["code"], list(body["fields"])) == ("wrong_state", ["summary"])


@pytest.mark.parametrize("action", ["retry", "discard"])
def test_what_is_done_cannot_be_retried_or_given_up(
    api: APIClient, change: OutboxOperation, action: str
) -> None:
    set_status(change, OperationStatus.APPLIED)
    response = api.post(f"{OUTBOX}/{change.op_id}/{action}")
    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize("action", ["retry", "discard", "undo"])
@pytest.mark.parametrize("op_id", ["0", "999999", "9" * 30, "9" * 5_000, "-1", "x"])
def test_a_number_that_means_nothing_is_not_found(
    api: APIClient, alices_calendar: Calendar, action: str, op_id: str
) -> None:
    response = api.post(f"{OUTBOX}/{op_id}/{action}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_action_takes_no_body(api: APIClient, change: OutboxOperation) -> None:
    response = api.post(f"{OUTBOX}/{change.op_id}/undo", {"force": True}, format="json")
    assert (response.status_code, list(response.json()["fields"])) == (400, ["force"])


# History


def test_the_history_of_an_event_is_told_newest_first(
    api: APIClient, change: OutboxOperation
) -> None:
    undone = api.post(f"{OUTBOX}/{change.op_id}/undo").json()
    address = "/api/calendar/primary/events/one/history"
    body = api.get(address).json()
    newest, oldest = body["history"]
    assert (newest["op_id"], newest["undoes"]) == (undone["outbox_id"], change.op_id)
    assert (oldest["undone_by"], oldest["undoable"]) == (undone["outbox_id"], False)
    assert (oldest["before"], oldest["after"]) == ({"summary": "One"}, {"summary": "Two"})
    assert (oldest["actor"], oldest["via"]) == ("alice", "API token test")
    assert (body["google"]["changed"], body["metadata"]["next_cursor"]) == ([], None)
    page = api.get(f"{address}?limit=1").json()
    assert page["metadata"]["next_cursor"] == str(newest["op_id"])


def test_the_history_of_what_never_was_is_not_found(
    api: APIClient, alices_calendar: Calendar
) -> None:
    response = api.get("/api/calendar/primary/events/never/history")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


# Conflicts


def test_a_conflict_is_shown_side_by_side(api: APIClient, conflict: OutboxOperation) -> None:
    [entry] = api.get("/api/calendar/conflicts").json()["conflicts"]
    assert entry["op_id"] == conflict.op_id
    assert entry["fields"] == ["summary"]
    assert list(entry["choices"]) == ["mine", "theirs", "merge", "both"]
    sides = entry["mine"], entry["theirs"], entry["base"]
    assert sides == ({"summary": "Two"}, {"summary": "Three"}, {"summary": "One"})


def test_a_decision_can_be_tried_first(api: APIClient, conflict: OutboxOperation) -> None:
    to = f"/api/calendar/conflicts/{conflict.op_id}/resolve?dry_run=true"
    plan = api.post(to, {"choice": "mine"}, format="json").json()
    assert (plan["status"], plan["becomes"]) == ("dry_run", "queued")
    assert [step["op_type"] for step in plan["operations"]] == ["patch"]
    assert len(api.get("/api/calendar/conflicts").json()["conflicts"]) == 1


@pytest.mark.parametrize(
    ("decision", "summary", "status"),
    [
        ({"choice": "mine"}, "Two", "pending"),
        ({"choice": "theirs"}, "Three", "synced"),
        ({"choice": "both"}, "Two", "pending"),
        ({"choice": "merge", "fields": ["summary"]}, "Two", "pending"),
        ({"choice": "merge", "fields": {"summary": "Two and three"}}, "Two and three", "pending"),
    ],
)
def test_a_conflict_is_decided(
    api: APIClient,
    conflict: OutboxOperation,
    decision: dict[str, Any],
    summary: str,
    status: str,
) -> None:
    to = f"/api/calendar/conflicts/{conflict.op_id}/resolve"
    response = api.post(to, decision, format="json")
    body = response.json()
    assert response.status_code == 200, body
    assert (body["event"]["summary"], body["event"]["_local_status"]) == (summary, status)
    assert api.get("/api/calendar/conflicts").json()["conflicts"] == []
    assert api.post(to, decision, format="json").status_code == 409


@pytest.mark.parametrize(
    "decision",
    [
        {},
        {"choice": "ours"},
        {"choice": "mine", "fields": ["summary"]},
        {"choice": "both", "fields": ["summary"]},
        {"choice": "merge", "fields": "summary"},
        {"choice": "merge", "fields": [["summary"]]},
        {"choice": "merge", "fields": ["location"]},
        {"choice": "merge", "fields": {"summary": {"deep": []}}},
        {"choice": ["merge"]},
        {"choice": "mine", "extra": 1},
    ],
)
def test_a_decision_that_makes_no_sense_decides_nothing(
    api: APIClient, conflict: OutboxOperation, decision: dict[str, Any]
) -> None:
    to = f"/api/calendar/conflicts/{conflict.op_id}/resolve"
    assert api.post(to, decision, format="json").status_code == 400
    assert len(api.get("/api/calendar/conflicts").json()["conflicts"]) == 1


# Sync


def test_status_says_how_each_account_and_calendar_stands(
    api: APIClient, change: OutboxOperation
) -> None:
    body = api.get("/api/status").json()
    assert (body["status"], body["pending_count"], body["is_stale"]) == ("ok", 1, True)
    [account] = body["accounts"]
    assert (account["email"], account["status"]) == ("alice@example.test", "connected")
    assert [each["calendar_id"] for each in account["calendars"]] == ["alice@example.test"]


@pytest.mark.parametrize("body", [None, {}, {"full": False}])
def test_sync_is_asked_for_and_answers_at_once(
    api: APIClient, alices_calendar: Calendar, body: dict[str, Any] | None
) -> None:
    response = api.post("/api/sync/trigger", body, format="json")
    assert response.status_code == 202
    assert response.json() == {"status": "queued", "accounts": 1}
    assert CalendarSyncState.objects.get().sync_token == "token"


def test_a_sync_that_is_switched_off_is_not_called_queued(
    api: APIClient, alices_calendar: Calendar, settings: Any
) -> None:
    settings.CALENDAR_ENABLED = False
    response = api.post("/api/sync/trigger", {"full": True}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "switched_off")
    assert "switched off" in response.json()["detail"]
    assert CalendarSyncState.objects.get().sync_token == "token"


def test_a_full_sync_forgets_the_sync_tokens(api: APIClient, alices_calendar: Calendar) -> None:
    assert api.post("/api/sync/trigger", {"full": True}, format="json").status_code == 202
    assert CalendarSyncState.objects.get().sync_token is None


def test_health_is_open_to_all_and_counts_for_nobody(
    anonymous: APIClient, settings: Any, db: None
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    for _ in range(3):
        response = anonymous.get("/health")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
