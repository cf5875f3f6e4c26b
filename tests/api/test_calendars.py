"""Calendars over REST: list, selection, availability and free/busy; search."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from calendars.models import Calendar, CalendarListChange, CalendarSyncState, OutsideBusy
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import Member
    from tests.api.conftest import ClientOf

DAY = {"time_min": "2026-03-11", "time_max": "2026-03-12"}


@pytest.fixture
def api(client_of: ClientOf, alice: Member) -> APIClient:
    return client_of(alice)


@pytest.fixture
def team(alices_calendar: Calendar) -> Calendar:
    return CalendarFactory(account=alices_calendar.account, google_id="team#1@group.test")


def spans(found: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(each["start"][11:16], each["end"][11:16]) for each in found]


def test_calendars_are_listed_with_what_one_may_do_to_them(
    api: APIClient, alices_calendar: Calendar
) -> None:
    CalendarFactory(
        account=alices_calendar.account, google_id="holidays", access_role="reader", selected=False
    )
    own, holidays = api.get("/api/calendar/list").json()["calendars"]
    assert own["calendar_id"] == "alice@example.test"
    assert (own["primary"], own["selected"], own["writable"]) == (True, True, True)
    assert own["account"] == "alice@example.test"
    assert (holidays["selected"], holidays["writable"]) == (False, False)


def test_primary_is_a_name_of_the_primary_calendar_in_a_selection_too(
    api: APIClient, alices_calendar: Calendar, team: Calendar
) -> None:
    chosen = {"selected_calendar_ids": ["primary", team.google_id]}
    response = api.put("/api/settings/calendar", chosen, format="json")
    assert response.status_code == 200
    assert all(each["selected"] for each in response.json()["calendars"])


def test_a_selection_takes_effect_at_once(
    api: APIClient, alices_calendar: Calendar, team: Calendar
) -> None:
    cached(alices_calendar, {"id": "own", "summary": "Own"})
    cached(team, {"id": "team", "summary": "Team"})
    response = api.put(
        "/api/settings/calendar", {"selected_calendar_ids": [team.google_id]}, format="json"
    )
    assert response.status_code == 200
    chosen = {each["calendar_id"]: each["selected"] for each in response.json()["calendars"]}
    assert chosen == {alices_calendar.google_id: False, team.google_id: True}
    events = api.get("/api/calendar/events", DAY).json()["events"]
    assert [event["summary"] for event in events] == ["Team"]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "selected_calendar_ids"),
        ({"selected_calendar_ids": "team"}, "invalid", "selected_calendar_ids"),
        ({"selected_calendar_ids": [None]}, "invalid", "selected_calendar_ids"),
        ({"selected_calendar_ids": ["of-nobody"]}, "invalid", "selected_calendar_ids"),
        ({"selected_calendar_ids": [], "extra": 1}, "unknown_parameter", "extra"),
    ],
)
def test_a_selection_that_cannot_be_changes_nothing(
    api: APIClient, alices_calendar: Calendar, body: dict[str, Any], code: str, field: str
) -> None:
    response = api.put("/api/settings/calendar", body, format="json")
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert list(response.json()["fields"]) == [field]
    assert Calendar.objects.get().selected


def test_the_calendar_list_is_changed_at_once_and_queued(
    api: APIClient, alices_calendar: Calendar, team: Calendar
) -> None:
    Calendar.objects.filter(pk=team.pk).update(access_role="reader")
    address = "/api/calendar/list/team%231%40group.test"
    answer = api.patch(address, {"hidden": True, "background_color": "#aabbcc"}, format="json")
    assert answer.status_code == 202
    (queued,) = answer.json()["changes"]
    assert (queued["kind"], queued["status"], queued["account"]) == (
        "change",
        "pending",
        "alice@example.test",
    )
    entry = api.get("/api/calendar/list").json()["calendars"][1]
    assert (entry["hidden"], entry["selected"], entry["background_color"]) == (
        True,
        False,
        "#aabbcc",
    )
    assert entry["list_change"] == queued
    assert api.delete(address).status_code == 202
    assert len(api.get("/api/calendar/list").json()["calendars"]) == 1
    assert api.delete(address).status_code == 404
    wanted = {"calendar_id": "de.german#holiday@group.v.calendar.google.com"}
    assert api.post("/api/calendar/list", wanted, format="json").status_code == 202
    changes = api.get("/api/calendar/list/changes").json()["changes"]
    assert [each["kind"] for each in changes] == ["subscribe", "remove", "change"]


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("patch", "/api/calendar/list/primary", {}, 400),
        ("patch", "/api/calendar/list/primary", {"background_color": "red"}, 400),
        ("patch", "/api/calendar/list/primary", {"background_color": "#12345"}, 400),
        ("patch", "/api/calendar/list/primary", {"hidden": "perhaps"}, 400),
        ("patch", "/api/calendar/list/primary", {"summary": "Mine"}, 400),
        ("patch", "/api/calendar/list/bob@example.test", {"hidden": True}, 404),
        ("delete", "/api/calendar/list/bob@example.test", None, 404),
        ("delete", "/api/calendar/list/primary", None, 403),
        ("post", "/api/calendar/list", {}, 400),
        ("post", "/api/calendar/list", {"calendar_id": "not an id"}, 400),
        ("post", "/api/calendar/list", {"calendar_id": "alice@example.test"}, 400),
        ("post", "/api/calendar/list", {"calendar_id": "x@y.z", "account": "bob@x.test"}, 400),
    ],
)
def test_what_cannot_be_done_to_the_list_is_refused_and_queues_nothing(
    api: APIClient,
    alices_calendar: Calendar,
    bobs_calendar: Calendar,
    method: str,
    address: str,
    body: dict[str, Any] | None,
    status: int,
) -> None:
    assert getattr(api, method)(address, body, format="json").status_code == status
    assert not CalendarListChange.objects.exists()


def test_a_token_that_may_only_read_leaves_the_list_alone(
    client_of: ClientOf, alice: Member, alices_calendar: Calendar
) -> None:
    reader = client_of(alice, scope="read")
    assert reader.get("/api/calendar/list/changes").status_code == 200
    body = {"hidden": True}
    assert reader.patch("/api/calendar/list/primary", body, format="json").status_code == 403


@pytest.fixture
def refused(alices_calendar: Calendar) -> CalendarListChange:
    return CalendarListChange.objects.create(
        account=alices_calendar.account,
        google_id="x@example.test",
        kind="subscribe",
        status="failed",
        error="No such calendar.",
        created_at=timezone.now(),
    )


def test_a_refused_change_of_the_list_is_dismissed_once_it_was_read(
    api: APIClient, refused: CalendarListChange
) -> None:
    [listed] = api.get("/api/calendar/list/changes").json()["changes"]
    address = f"/api/calendar/list/changes/{listed['change_id']}/dismiss"
    answer = api.post(address)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["change"] == listed | {"status": "dismissed"}
    assert api.get("/api/calendar/list/changes").json()["changes"] == [answer.json()["change"]]
    again = api.post(address)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_a_change_of_the_list_is_dismissed_by_its_owner_only(
    client_of: ClientOf,
    alice: Member,
    bob: Member,
    charlie: Member,
    bobs_calendar: Calendar,
    refused: CalendarListChange,
) -> None:
    address = f"/api/calendar/list/changes/{refused.pk}/dismiss"
    teammate, outsider = client_of(bob), client_of(charlie)
    assert [each.post(address).status_code for each in (teammate, outsider)] == [404, 404]
    for scope in ("read", "propose"):
        assert client_of(alice, scope=scope).post(address).status_code == 403
    owner = client_of(alice)
    assert owner.post(address, {"why": "x"}, format="json").status_code == 400
    assert owner.post(f"/api/calendar/list/changes/{10**30}/dismiss").status_code == 404
    refused.refresh_from_db()
    assert refused.status == "failed"


def test_an_event_that_names_no_calendar_goes_where_the_member_chose(
    api: APIClient, alices_calendar: Calendar, team: Calendar
) -> None:
    settings = "/api/settings/calendar"
    assert api.get(settings).json()["default_calendar_id"] == alices_calendar.google_id
    chosen = api.patch(settings, {"default_calendar_id": team.google_id}, format="json").json()
    assert (chosen["default_calendar_id"], chosen["default_is_chosen"]) == (team.google_id, True)
    start = {"summary": "Lunch", "start": "2026-03-11T12:00:00+01:00"}
    made = api.post("/api/calendar/event", start, format="json").json()["event"]
    assert made["calendarId"] == team.google_id
    entries = api.get("/api/calendar/list").json()["calendars"]
    assert [each["calendar_id"] for each in entries if each["is_default"]] == [team.google_id]
    api.patch(settings, {"default_calendar_id": None}, format="json")
    made = api.post("/api/calendar/event", start, format="json").json()["event"]
    assert made["calendarId"] == alices_calendar.google_id


@pytest.mark.parametrize("google_id", ["of-nobody", "bob@example.test", 7, "x" * 400])
def test_new_events_cannot_go_to_calendars_of_others(
    api: APIClient, alices_calendar: Calendar, bobs_calendar: Calendar, google_id: Any
) -> None:
    body = {"default_calendar_id": google_id}
    response = api.patch("/api/settings/calendar", body, format="json")
    assert (response.status_code, list(response.json()["fields"])) == (400, ["default_calendar_id"])


def test_availability_lays_the_calendars_over_each_other(
    api: APIClient, alices_calendar: Calendar, team: Calendar
) -> None:
    zone = {"timeZone": "Europe/Berlin"}
    cached(alices_calendar, {"id": "a"})
    cached(
        team,
        {"id": "b"},
        start={"dateTime": "2026-03-11T10:30:00+01:00", **zone},
        end={"dateTime": "2026-03-11T12:00:00+01:00", **zone},
    )
    body = api.post("/api/calendar/availability", DAY, format="json").json()
    assert body["status"] == "ok"
    assert spans(body["busy"]) == [("10:00", "12:00")]
    assert spans(body["free"]) == [("00:00", "10:00"), ("12:00", "00:00")]
    only = {**DAY, "calendar_ids": ["primary"]}
    body = api.post("/api/calendar/availability", only, format="json").json()
    assert spans(body["busy"]) == [("10:00", "11:00")]


def test_freebusy_tells_the_calendars_apart(
    api: APIClient, alices_calendar: Calendar, team: Calendar
) -> None:
    cached(alices_calendar, {"id": "a"})
    asked = {**DAY, "calendar_ids": ["primary", team.google_id, "of-nobody"]}
    body = api.post("/api/calendar/freebusy", asked, format="json").json()
    assert spans(body["calendars"]["primary"]["busy"]) == [("10:00", "11:00")]
    assert body["calendars"][team.google_id]["busy"] == []
    assert body["calendars"]["of-nobody"]["errors"] == [{"reason": "notFound"}]


@pytest.mark.parametrize("route", ["availability", "freebusy"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_max": None}, "time_max"),
        ({"time_max": 20260312}, "time_max"),
        ({"time_max": "2026-03-11"}, "time_max"),
        ({"time_max": "2199-01-01"}, "time_max"),
        ({"calendar_ids": "primary"}, "calendar_ids"),
        ({"calendar_ids": [{}]}, "calendar_ids"),
        ({"people": "bob"}, "people"),
        ({"people": [""]}, "people"),
        ({"people": ["a@b"] * 51}, "people"),
        ({"duration": 30}, "duration"),
    ],
)
def test_a_question_about_time_that_makes_no_sense_is_refused_by_name(
    api: APIClient, alices_calendar: Calendar, route: str, change: dict[str, Any], field: str
) -> None:
    response = api.post(f"/api/calendar/{route}", {**DAY, **change}, format="json")
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]


def test_people_are_answered_for_at_once_and_google_is_asked_in_the_background(
    api: APIClient, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    cached(bobs_calendar, {"id": "a", "summary": "Doctor"})
    assert [each["username"] for each in api.get("/api/calendar/people").json()["people"]] == [
        "bob"
    ]
    asked = {**DAY, "people": ["bob", "carol@elsewhere.test", "nobody"]}
    body = api.post("/api/calendar/freebusy", asked, format="json").json()
    bob, carol, nobody = body["people"].values()
    assert (bob["kind"], spans(bob["busy"])) == ("member", [("10:00", "11:00")])
    assert (carol["kind"], carol["asking"], spans(carol["unknown"])) == (
        "outside",
        True,
        [("00:00", "00:00")],
    )
    assert (nobody["kind"], nobody["errors"]) == ("unknown", [{"reason": "notFound"}])
    assert OutsideBusy.objects.get().address == "carol@elsewhere.test"


def next_monday() -> dt.date:
    today = timezone.now().date()
    return today + dt.timedelta(days=7 - today.weekday())


def test_a_time_is_found_with_reasons_and_outsiders_are_asked_about(
    api: APIClient, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    CalendarSyncState.objects.update(
        last_incremental_sync_at=timezone.now(), window_end=timezone.now() + dt.timedelta(days=90)
    )
    monday = next_monday()
    asked = {
        "time_min": monday.isoformat(),
        "time_max": (monday + dt.timedelta(days=1)).isoformat(),
        "duration_minutes": 30,
        "people": ["bob"],
        "optional_people": ["carol@elsewhere.test"],
        "hours": {"carol@elsewhere.test": {"time_zone": "Asia/Tokyo", "end": "24:00"}},
        "limit": 2,
    }
    body = api.post("/api/calendar/find-time", asked, format="json").json()
    assert (body["status"], len(body["slots"]), body["problem"]) == ("ok", 2, None)
    assert body["slots"][0]["reasons"][0]["code"] == "required_free"
    assert body["slots"][0]["unknown"] == ["carol@elsewhere.test"]
    assert body["people"]["carol@elsewhere.test"]["working_hours"]["end"] == "24:00"
    assert OutsideBusy.objects.get().address == "carol@elsewhere.test"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": None}, "duration_minutes"),
        ({"working_hours": "never"}, "working_hours"),
        ({"limit": 51}, "limit"),
        ({"people": [7, {}]}, "people"),
        ({"hours": {"alice": {"time_zone": "Mars/Base"}}}, "hours"),
        ({"hours": {"alice": {"time_zone": "UTC", "start": "9"}}}, "hours"),
        ({"hours": {"alice": {"time_zone": "UTC", "start": "17:00", "end": "09:00"}}}, "hours"),
        ({"hours": {"alice": {"time_zone": "UTC", "days": [7]}}}, "hours"),
        ({"hours": {"alice": {"time_zone": "UTC", "days": [True]}}}, "hours"),
        ({"hours": {"alice": {"time_zone": "UTC", "lunch": "12:00"}}}, "hours"),
        ({"hours": {"alice": []}}, "hours"),
        ({"rooms": 1}, "rooms"),
    ],
)
def test_a_meeting_that_makes_no_sense_is_refused_by_name(
    api: APIClient, alices_calendar: Calendar, change: dict[str, Any], field: str
) -> None:
    monday = next_monday()
    asked = {"time_min": f"{monday}", "time_max": f"{monday + dt.timedelta(1)}"}
    body = {**asked, "duration_minutes": 30, **change}
    response = api.post("/api/calendar/find-time", body, format="json")
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]


def test_what_lies_beyond_the_cache_is_asked_for_in_the_background(
    api: APIClient, alices_calendar: Calendar
) -> None:
    start = timezone.now().replace(microsecond=0) + dt.timedelta(days=200)
    asked = {"time_min": start.isoformat(), "time_max": (start + dt.timedelta(1)).isoformat()}
    body = api.post("/api/calendar/availability", asked, format="json").json()
    assert (body["free"], len(body["unknown"])) == ([], 1)
    state = CalendarSyncState.objects.get(calendar=alices_calendar)
    assert state.wanted_end == start + dt.timedelta(days=1)


def test_a_search_finds_words_in_the_shape_of_the_list(
    api: APIClient, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "a", "summary": "Budget review"})
    cached(alices_calendar, {"id": "b", "summary": "Lunch"})
    span = {"q": "BUDGET", "time_min": "2026-03-01", "time_max": "2026-04-01"}
    body = api.get("/api/calendar/search", span).json()
    assert [event["id"] for event in body["events"]] == ["a"]
    assert body["metadata"]["next_cursor"] is None


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20"])
def test_a_search_needs_a_word(api: APIClient, alices_calendar: Calendar, query: str) -> None:
    response = api.get(f"/api/calendar/search{query}")
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["q"]
