"""Events over REST: list, create, read, change, delete."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from calendars.commands import telling
from calendars.models import CachedEvent, OutboxOperation
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.api.conftest import ClientOf

WEEK = "/api/calendar/events?time_min=2026-03-09&time_max=2026-03-16"
SERIES = {
    "id": "standup",
    "summary": "Standup",
    "recurrence": ["RRULE:FREQ=DAILY"],
    "start": {"dateTime": "2026-03-02T09:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-02T09:15:00+01:00", "timeZone": "Europe/Berlin"},
}


@pytest.fixture
def api(client_of: ClientOf, alice: Member) -> APIClient:
    return client_of(alice)


def address(calendar: Calendar, event_id: str) -> str:
    return f"/api/calendar/{quote(calendar.google_id, safe='')}/events/{quote(event_id, safe='')}"


def summaries(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [event["summary"] for event in response.json()["events"]]


def code_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


# List


def test_a_list_holds_the_events_of_the_span_in_order(
    api: APIClient, alices_calendar: Calendar
) -> None:
    at = {"timeZone": "Europe/Berlin"}
    cached(alices_calendar, {"id": "one", "summary": "One"})
    cached(
        alices_calendar,
        {"id": "next", "summary": "Next week"},
        start={"dateTime": "2026-03-18T10:00:00+01:00", **at},
        end={"dateTime": "2026-03-18T11:00:00+01:00", **at},
    )
    body = api.get(WEEK).json()
    assert body.keys() == {"status", "events", "metadata"}
    assert body["status"] == "ok"
    [event] = body["events"]
    assert event["id"] == "one"
    assert event["calendarId"] == "alice@example.test"
    assert event["_local_status"] == "synced"
    assert body["metadata"].keys() == {
        "last_sync",
        "pending_count",
        "conflict_count",
        "is_stale",
        "coverage",
        "time_zone",
        "next_cursor",
    }


def test_a_series_is_listed_as_its_instances(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, SERIES)
    events = api.get(WEEK).json()["events"]
    assert len(events) == 7
    assert events[0]["id"] == "standup_20260309T080000Z"
    assert {event["recurringEventId"] for event in events} == {"standup"}
    assert "recurrence" not in events[0]


def test_without_a_span_the_list_starts_today_and_ends_in_seven_days(
    api: APIClient, alices_calendar: Calendar
) -> None:
    today = dt.datetime.now(dt.UTC)
    for number, days in enumerate([-2, 3, 9]):
        start = today + dt.timedelta(days=days)
        cached(
            alices_calendar,
            {"id": f"e{number}", "summary": f"in {days}"},
            start={"dateTime": start.isoformat()},
            end={"dateTime": (start + dt.timedelta(hours=1)).isoformat()},
        )
    assert summaries(api.get("/api/calendar/events")) == ["in 3"]


@pytest.mark.parametrize("given", ["primary", "alice%40example.test", "alice@example.test"])
def test_a_list_can_be_of_one_calendar(
    api: APIClient, alices_calendar: Calendar, given: str
) -> None:
    team = CalendarFactory(account=alices_calendar.account, google_id="team#1@group.test")
    cached(alices_calendar, {"id": "own", "summary": "Own"})
    cached(team, {"id": "team", "summary": "Team"})
    assert sorted(summaries(api.get(WEEK))) == ["Own", "Team"]
    assert summaries(api.get(f"{WEEK}&calendar_id={given}")) == ["Own"]
    both = api.get(f"{WEEK}&calendar_id={given},team%231@group.test")
    assert sorted(summaries(both)) == ["Own", "Team"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("time_min=2026-03-10&time_max=2026-03-10", "time_max"),
        ("time_min=2026-03-10&time_max=2026-03-09", "time_max"),
        ("time_min=1990-03-10&time_max=2026-03-09", "time_max"),
        ("limit=2501", "limit"),
        ("cursor=nonsense", "cursor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_name(
    api: APIClient, alices_calendar: Calendar, query: str, field: str
) -> None:
    response = api.get(f"/api/calendar/events?{query}")
    assert code_of(response) == (400, "invalid")
    assert list(response.json()["fields"]) == [field]


def test_the_cursor_leads_through_all_pages(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, SERIES)
    seen, cursor = [], ""
    for _ in range(4):
        body = api.get(f"{WEEK}&limit=3{cursor}").json()
        seen += [event["id"] for event in body["events"]]
        if body["metadata"]["next_cursor"] is None:
            break
        cursor = f"&cursor={body['metadata']['next_cursor']}"
    assert seen == [f"standup_202603{day:02}T080000Z" for day in range(9, 16)]


def test_an_unchanged_list_is_answered_with_304(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    etag = api.get(WEEK).headers["ETag"]
    again = api.get(WEEK, HTTP_IF_NONE_MATCH=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    for header in (f"W/{etag}", f'"other", {etag}'):
        assert api.get(WEEK, HTTP_IF_NONE_MATCH=header).status_code == 304


def test_a_304_costs_a_few_queries_and_reads_no_event(
    api: APIClient, alices_calendar: Calendar, django_assert_max_num_queries: Any
) -> None:
    etag = api.get(WEEK).headers["ETag"]
    with django_assert_max_num_queries(3) as asked:
        api.get(WEEK, HTTP_IF_NONE_MATCH=etag)
    assert not [each for each in asked.captured_queries if "occurrences" in each["sql"]]


def test_a_changed_list_is_answered_whole(api: APIClient, alices_calendar: Calendar) -> None:
    etag = api.get(WEEK).headers["ETag"]
    api.post("/api/calendar/event", {"summary": "New", "start": "2026-03-11"}, format="json")
    assert api.get(WEEK, HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_a_look_beyond_the_window_says_so_and_asks_the_worker_to_extend_it(
    api: APIClient, alices_calendar: Calendar
) -> None:
    time_min = (dt.datetime.now(dt.UTC) + dt.timedelta(days=300)).date()
    body = api.get(f"/api/calendar/events?time_min={time_min}").json()
    assert body["metadata"]["coverage"]["complete"] is False
    alices_calendar.sync_state.refresh_from_db()
    assert alices_calendar.sync_state.wanted_end is not None


def test_a_member_without_an_account_is_told_so(client_of: ClientOf, charlie: Member) -> None:
    assert code_of(client_of(charlie).get(WEEK)) == (409, "no_google_account")


# Create


def test_a_create_is_queued_and_listed_at_once(api: APIClient, alices_calendar: Calendar) -> None:
    response = api.post(
        "/api/calendar/event",
        {
            "summary": "Team Sync",
            "start_time": "2026-03-11T10:00:00Z",
            "end_time": "2026-03-11T11:00:00Z",
            "attendees": ["bob@example.test", {"email": "carol@example.test", "optional": True}],
        },
        format="json",
    )
    body = response.json()
    assert response.status_code == 202
    assert body.keys() == {"status", "event_id", "outbox_id", "pending", "event", "notes"}
    assert body["notes"] == [telling.TOLD_BY_DEFAULT]
    assert (body["status"], body["pending"]) == ("queued", True)
    assert body["event_id"].startswith("local:")
    assert body["event"]["id"] == body["event_id"]
    assert body["event"]["_local_status"] == "pending"
    operation = OutboxOperation.objects.get(op_id=body["outbox_id"])
    assert (operation.op_type, operation.notify, operation.actor_via) == (
        "create",
        "all",
        "API token test",
    )
    [listed] = api.get(WEEK).json()["events"]
    assert listed == body["event"]
    assert api.get(address(alices_calendar, body["event_id"])).json()["event"] == listed


def test_a_create_may_name_calendar_zone_and_who_is_told(
    api: APIClient, alices_calendar: Calendar
) -> None:
    team = CalendarFactory(account=alices_calendar.account, google_id="team#1@group.test")
    body = api.post(
        "/api/calendar/event",
        {
            "summary": "Plan",
            "calendar_id": "team#1@group.test",
            "start": "2026-03-11T10:00",
            "end": "2026-03-11T11:00",
            "timezone": "America/New_York",
            "notify": "none",
        },
        format="json",
    ).json()
    assert body["event"]["calendarId"] == team.google_id
    assert body["event"]["start"] == {
        "dateTime": "2026-03-11T15:00:00+01:00",
        "timeZone": "America/New_York",
    }
    assert OutboxOperation.objects.get().notify == "none"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"summary": "No start"}, "invalid", "start"),
        ({"start": "2026-03-11", "sumary": "x"}, "unknown_parameter", "sumary"),
        ({"start": "2026-03-11", "notify": "everybody"}, "invalid", "notify"),
        ({"start": "2026-03-11", "notify": ["all"]}, "invalid", "notify"),
        ({"start": "2026-03-11", "calendar_id": 7}, "invalid", "calendar_id"),
        ({"start": "2026-03-11", "scope": "series"}, "unknown_parameter", "scope"),
    ],
)
def test_a_create_that_cannot_be_is_refused_by_name_and_queues_nothing(
    api: APIClient, alices_calendar: Calendar, body: dict[str, Any], code: str, field: str
) -> None:
    response = api.post("/api/calendar/event", body, format="json")
    assert code_of(response) == (400, code)
    assert field in response.json()["fields"]
    assert not OutboxOperation.objects.exists()


def test_a_create_in_a_calendar_of_another_role_is_refused(
    api: APIClient, alices_calendar: Calendar
) -> None:
    CalendarFactory(account=alices_calendar.account, google_id="ro", access_role="reader")
    body = {"summary": "x", "start": "2026-03-11", "calendar_id": "ro"}
    assert code_of(api.post("/api/calendar/event", body, format="json")) == (403, "not_writable")


# Read, change, delete


def test_an_event_is_read_by_its_id_in_a_calendar_whose_id_needs_encoding(
    api: APIClient, alices_calendar: Calendar
) -> None:
    team = CalendarFactory(account=alices_calendar.account, google_id="de.german#holiday@test")
    cached(team, {"id": "day", "summary": "Holiday"})
    body = api.get(address(team, "day")).json()
    assert (body["status"], body["event"]["summary"]) == ("ok", "Holiday")


def test_an_instance_is_read_by_its_own_id(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, SERIES)
    response = api.get("/api/calendar/primary/events/standup_20260310T080000Z")
    assert response.json()["event"]["start"]["dateTime"] == "2026-03-10T09:00:00+01:00"


def test_a_change_is_queued_and_seen_at_once(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    response = api.patch(address(alices_calendar, "one"), {"summary": "Two"}, format="json")
    body = response.json()
    assert response.status_code == 202
    assert body.keys() == {"status", "outbox_id", "pending", "event"}
    assert (body["status"], body["pending"]) == ("queued", True)
    assert (body["event"]["summary"], body["event"]["_local_status"]) == ("Two", "pending")
    assert OutboxOperation.objects.get(op_id=body["outbox_id"]).payload == {"summary": "Two"}
    assert summaries(api.get(WEEK)) == ["Two"]


@pytest.mark.parametrize("place", ["body", "query"])
def test_a_change_of_one_instance_leaves_the_others(
    api: APIClient, alices_calendar: Calendar, place: str
) -> None:
    cached(alices_calendar, SERIES)
    to = address(alices_calendar, "standup_20260310T080000Z")
    changes = {"summary": "Long standup"}
    if place == "body":
        response = api.patch(to, {**changes, "scope": "instance"}, format="json")
    else:
        response = api.patch(f"{to}?scope=instance", changes, format="json")
    assert response.status_code == 202, response.content
    assert summaries(api.get(WEEK)).count("Long standup") == 1


@pytest.mark.parametrize("event_id", ["standup", "standup_20260309T080000Z"])
def test_how_an_event_recurs_is_said_in_words_and_dates(
    api: APIClient, alices_calendar: Calendar, event_id: str
) -> None:
    cached(alices_calendar, {**SERIES, "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO"]})
    cached(alices_calendar, {"id": "one", "summary": "One"})
    body = api.get(address(alices_calendar, event_id)).json()
    assert body["recurrence"]["text"] == "Every Monday"
    assert len(body["recurrence"]["next"]) == 5
    assert body["recurrence"]["repeat"] == {
        "frequency": "weekly",
        "weekdays": ["monday"],
        "interval": 1,
    }
    assert "recurrence" not in api.get(address(alices_calendar, "one")).json()


def test_the_next_times_are_those_that_will_be(api: APIClient, alices_calendar: Calendar) -> None:
    cached(
        alices_calendar,
        {**SERIES, "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20990101T000000Z"]},
    )
    before = api.get(address(alices_calendar, "standup")).json()["recurrence"]["next"]
    first, second = (dt.datetime.fromisoformat(each) for each in before[:2])
    day = dt.timedelta(days=1)
    cached(alices_calendar, _exception(first, status="cancelled"))
    cached(alices_calendar, _exception(second, start=second + day, end=second + day))
    after = api.get(address(alices_calendar, "standup")).json()["recurrence"]["next"]
    assert after[:-1] == [(second + day).isoformat(), *before[2:]]


def _exception(slot: dt.datetime, **fields: Any) -> dict[str, Any]:
    times = {
        name: {"dateTime": value.isoformat()} if isinstance(value, dt.datetime) else value
        for name, value in fields.items()
    }
    return {
        "id": f"standup_{slot.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        "recurringEventId": "standup",
        "originalStartTime": {"dateTime": slot.isoformat()},
        **times,
    }


def test_a_change_from_one_instance_on_splits_the_series(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, SERIES)
    to = address(alices_calendar, "standup_20260312T080000Z")
    changed = cached(
        alices_calendar,
        {
            "id": "standup_20260313T080000Z",
            "recurringEventId": "standup",
            "originalStartTime": {"dateTime": "2026-03-13T09:00:00+01:00"},
            "summary": "Demo",
        },
    )
    response = api.patch(
        to, {"summary": "Long standup", "scope": "this_and_following"}, format="json"
    )
    body = response.json()
    assert response.status_code == 202, response.content
    assert body["event"]["id"].startswith("local:")
    assert [reset["event_id"] for reset in body["resets"]] == [changed.event_id]
    names = summaries(api.get(WEEK))
    before = names.index("Long standup")
    assert set(names[:before]) == {"Standup"}
    assert set(names[before:]) == {"Long standup"}
    assert api.delete(f"{to}?scope=this_and_following").status_code == 404
    tail = api.get(WEEK).json()["events"][-1]["id"]
    gone = api.delete(f"{address(alices_calendar, tail)}?scope=this_and_following")
    assert gone.status_code == 202
    assert gone.json()["event"]["status"] == "cancelled"
    assert len(summaries(api.get(WEEK))) == len(names) - 1


def test_a_recurring_target_needs_a_scope(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, SERIES)
    to = address(alices_calendar, "standup")
    answers = [api.patch(to, {"summary": "x"}, format="json"), api.delete(to)]
    assert [code_of(each) for each in answers] == [(400, "scope_required")] * 2


def test_an_unknown_scope_is_refused(api: APIClient, alices_calendar: Calendar) -> None:
    to = address(alices_calendar, "one")
    for response in (
        api.patch(to, {"scope": "all"}, format="json"),
        api.patch(f"{to}?scope=all", {}, format="json"),
        api.delete(f"{to}?scope=all"),
        api.delete(to, {"scope": ["series"]}, format="json"),
    ):
        assert code_of(response) == (400, "invalid")
        assert list(response.json()["fields"]) == ["scope"]


def test_a_deleted_event_is_gone_at_once(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    to = address(alices_calendar, "one")
    response = api.delete(to)
    body = response.json()
    assert response.status_code == 202
    assert body.keys() == {"status", "outbox_id", "pending", "event"}
    assert body["event"]["status"] == "cancelled"
    assert summaries(api.get(WEEK)) == []
    assert code_of(api.get(to)) in {(404, "not_found"), (410, "already_deleted")}


def test_a_delete_takes_its_scope_from_query_or_body(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, SERIES)
    one, other = (address(alices_calendar, f"standup_202603{day}T080000Z") for day in (10, 11))
    assert api.delete(f"{one}?scope=instance").status_code == 202
    assert api.delete(other, {"scope": "instance"}, format="json").status_code == 202
    assert len(api.get(WEEK).json()["events"]) == 5


def test_a_delete_with_an_unknown_field_deletes_nothing(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    response = api.delete(address(alices_calendar, "one"), {"skope": "series"}, format="json")
    assert code_of(response) == (400, "unknown_parameter")
    assert not OutboxOperation.objects.exists()


@pytest.mark.parametrize("event_id", ["nothing", "local:x", "a_20260310T080000Z", "%00", "%ff"])
def test_an_id_that_means_nothing_is_not_found(
    api: APIClient, alices_calendar: Calendar, event_id: str
) -> None:
    to = f"/api/calendar/primary/events/{event_id}"
    for response in (api.get(to), api.patch(to, {}, format="json"), api.delete(to)):
        assert code_of(response) == (404, "not_found")


def test_the_text_of_a_list_is_plain_json_whatever_the_events_hold(
    api: APIClient, alices_calendar: Calendar
) -> None:
    summary = 'Käse "🧀" \\ \u2028 </script>'
    cached(alices_calendar, {"id": "one", "summary": summary})
    assert json.loads(api.get(WEEK).content)["events"][0]["summary"] == summary
    assert CachedEvent.objects.count() == 1


def test_an_edit_that_changes_nothing_says_so(api: APIClient, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "one", "summary": "One"})
    path = "/api/calendar/primary/events/one"
    first = api.patch(path, {"summary": "Two"}, format="json").json()
    again = api.patch(path, {"summary": "Two"}, format="json").json()
    assert "unchanged" not in first
    assert (again["unchanged"], again["outbox_id"]) == (True, first["outbox_id"])
