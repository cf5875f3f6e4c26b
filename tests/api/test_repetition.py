"""Writes that are sent again, and writes that are only tried."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import CachedEvent, OutboxOperation, RememberedAnswer
from tests.commands.acting import SECOND, WEEKLY
from tests.commands.test_splitting import MOVED
from tests.factories import cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.api.conftest import ClientOf

NEW = {"summary": "Zoo", "start": "2150-03-11T10:00:00+01:00", "end": "2150-03-11T11:00:00+01:00"}
CREATE = "/api/calendar/event"
ONE = "/api/calendar/primary/events/one"
BRIDGE = {"X-Secretary-Client": "mcp"}


@pytest.fixture
def api(client_of: ClientOf, alice: Member) -> APIClient:
    return client_of(alice)


def post(client: APIClient, body: Any = None, path: str = CREATE, **headers: str) -> Any:
    return client.post(path, NEW if body is None else body, format="json", headers=headers)


def named(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


# The same call again


def test_the_same_call_under_the_same_name_is_done_once(
    api: APIClient, alices_calendar: Calendar
) -> None:
    first, again = (post(api, **named("a1")) for _ in range(2))
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert CachedEvent.objects.count() == OutboxOperation.objects.count() == 1


def test_every_write_can_be_named(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    for method, body in ((api.patch, {"summary": "Two"}), (api.delete, {})):
        answers = [
            method(ONE, body, format="json", headers=named(method.__name__)) for _ in range(2)
        ]
        assert [each.status_code for each in answers] == [202, 202]
        assert answers[0].json() == answers[1].json()
    op_id = OutboxOperation.objects.latest("op_id").op_id
    undo = f"/api/calendar/outbox/{op_id}/undo"
    assert len({post(api, {}, undo, **named("u")).content for _ in range(2)}) == 1


def test_an_answer_that_another_call_sweeps_away_meanwhile_is_none(
    api: APIClient, alices_calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It turns a day old between the moment that its name is found taken and the look at it."""
    post(api, **named("a1"))
    look = RememberedAnswer.objects.select_related

    def look_too_late(*relations: str) -> Any:
        RememberedAnswer.objects.all().delete()
        return look(*relations)

    monkeypatch.setattr(RememberedAnswer.objects, "select_related", look_too_late)
    again = post(api, **named("a1"))
    assert (again.status_code, "Idempotent-Replayed" in again.headers) == (202, False)
    assert CachedEvent.objects.count() == RememberedAnswer.objects.count() + 1 == 2


def test_another_request_under_a_used_name_is_refused(
    api: APIClient, alices_calendar: Calendar
) -> None:
    post(api, **named("a1"))
    refused = post(api, {**NEW, "summary": "Museum"}, **named("a1"))
    assert (refused.status_code, refused.json()["code"]) == (409, "key_reused")
    assert post(api, **named("a2")).status_code == 202
    assert CachedEvent.objects.count() == 2


def test_names_of_others_and_other_keys_mean_nothing(
    api: APIClient,
    client_of: ClientOf,
    alice: Member,
    bob: Member,
    alices_calendar: Calendar,
    bobs_calendar: Calendar,
) -> None:
    ids = {
        post(each, **named("a1")).json()["event_id"]
        for each in (api, client_of(alice), client_of(bob))
    }
    assert len(ids) == 3


def test_a_refused_call_is_not_remembered(api: APIClient, alices_calendar: Calendar) -> None:
    assert post(api, {"summary": "Zoo"}, **named("a1")).status_code == 400
    assert not RememberedAnswer.objects.exists()
    assert post(api, **named("a1")).status_code == 202


def test_a_day_later_the_name_is_free_again(api: APIClient, alices_calendar: Calendar) -> None:
    post(api, **named("a1"))
    RememberedAnswer.objects.update(
        created_at=RememberedAnswer.objects.get().created_at - dt.timedelta(hours=25)
    )
    assert "Idempotent-Replayed" not in post(api, **named("a1")).headers
    assert RememberedAnswer.objects.count() == 1


@pytest.mark.parametrize("name", ["", " ", "a b", "x" * 201, "ü"])
def test_a_name_is_short_and_visible(api: APIClient, alices_calendar: Calendar, name: str) -> None:
    refused = api.post(CREATE, NEW, format="json", HTTP_IDEMPOTENCY_KEY=name)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["Idempotency-Key"])


def test_through_the_bridge_the_same_create_within_minutes_is_one_event(
    api: APIClient, alices_calendar: Calendar
) -> None:
    first, again = post(api, **BRIDGE), post(api, **BRIDGE)
    assert again.json() == first.json()
    assert post(api, {**NEW, "location": "Gate"}, **BRIDGE).json() != first.json()
    assert CachedEvent.objects.count() == 2
    RememberedAnswer.objects.update(
        created_at=RememberedAnswer.objects.latest("pk").created_at - dt.timedelta(minutes=6)
    )
    assert post(api, **BRIDGE).json()["event_id"] != first.json()["event_id"]


@pytest.mark.parametrize("way", ["discard", "delete"])
def test_what_was_taken_back_in_between_is_made_again(
    api: APIClient, alices_calendar: Calendar, way: str
) -> None:
    first = post(api, **BRIDGE).json()
    if way == "discard":
        post(api, {}, f"/api/calendar/outbox/{first['outbox_id']}/discard")
    else:
        api.delete(f"/api/calendar/primary/events/{first['event_id']}")
    assert post(api, **BRIDGE).json()["event_id"] != first["event_id"]


def test_a_program_that_sends_the_same_create_twice_means_two_events(
    api: APIClient, alices_calendar: Calendar
) -> None:
    assert post(api).json()["event_id"] != post(api).json()["event_id"]
    assert not RememberedAnswer.objects.exists()


# Only tried


def everything() -> list[Any]:
    rows = CachedEvent.objects.order_by("pk").values("event_id", "event_json", "local_status")
    return [*rows, *OutboxOperation.objects.order_by("pk").values()]


def test_a_tried_change_says_what_would_become_of_the_event_and_does_nothing(
    api: APIClient, alices_calendar: Calendar, django_capture_on_commit_callbacks: Any
) -> None:
    guests = [{"email": "alice@example.test", "self": True}, {"email": "bob@example.test"}]
    cached(alices_calendar, {"id": "one", "summary": "One", "attendees": guests})
    before = everything()
    with django_capture_on_commit_callbacks() as calls:
        answer = api.patch(f"{ONE}?dry_run=true", {"summary": "Two"}, format="json")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "dry_run")
    [step] = body["operations"]
    assert (step["op_type"], step["event_id"]) == ("patch", "one")
    assert (step["payload"], step["base"]) == ({"summary": "Two"}, {"summary": "One"})
    assert (step["notify"], body["told"]) == ("all", ["bob@example.test"])
    assert body["notes"]
    assert body["event"]["summary"] == "Two"
    assert (everything(), calls) == (before, [])


def test_a_tried_create_has_no_id_and_leaves_nothing(
    api: APIClient, alices_calendar: Calendar
) -> None:
    guests = {**NEW, "attendees": ["bob@example.test"]}
    body = post(api, guests, f"{CREATE}?dry_run=true").json()
    assert "id" not in body["event"]
    assert body["operations"][0]["event_id"] is None
    assert body["told"] == ["bob@example.test"]
    assert everything() == []


def test_a_tried_delete_of_one_occurrence_leaves_it(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    before = everything()
    tried = api.delete(f"/api/calendar/primary/events/{SECOND}?dry_run=true&scope=instance").json()
    assert [each["op_type"] for each in tried["operations"]] == ["delete"]
    assert everything() == before


def test_a_tried_change_of_what_follows_names_what_it_resets(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    cached(alices_calendar, MOVED)
    address = f"/api/calendar/primary/events/{SECOND}?dry_run=true"
    following = {"summary": "Retro", "scope": "this_and_following"}
    tried = api.patch(address, following, format="json").json()
    assert [each["event_id"] for each in tried["resets"]] == [MOVED["id"]]
    title = {"summary": "Retro", "scope": "series"}
    assert "resets" not in api.patch(address, title, format="json").json()


def test_where_all_is_so_already_nothing_would_be_done(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    api.patch(ONE, {"summary": "Two"}, format="json")
    body = api.patch(f"{ONE}?dry_run=true", {"summary": "Two"}, format="json").json()
    assert (body["operations"], body["told"]) == ([], [])


def test_what_would_be_refused_is_refused(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    tried = api.patch(
        f"/api/calendar/primary/events/{SECOND}?dry_run=true", {"summary": "x"}, format="json"
    )
    assert (tried.status_code, tried.json()["code"]) == (400, "scope_required")
    assert post(api, NEW, f"{CREATE}?dry_run=1").status_code == 400
