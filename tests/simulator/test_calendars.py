"""The list of calendars, calendars, rules, settings, colours, free and busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.conftest import ANN, BEN, all_day, connect, timed
from tests.simulator.reasons import error_of, refusal

if TYPE_CHECKING:
    from google_simulator import Simulator


@pytest.fixture
def team(sim: Simulator) -> str:
    """Ann's calendar "Team", which Ben may read."""
    calendar_id = sim.add_calendar(owner=ANN, summary="Team", time_zone="Europe/Berlin")
    sim.share(calendar_id, with_=BEN, role="reader")
    return calendar_id


def test_the_list_shows_each_persons_roles(sim: Simulator, api: Any, team: str) -> None:
    own = {item["id"]: item for item in api.calendarList().list().execute()["items"]}
    assert own[ANN]["primary"] is True
    assert "dataOwner" not in own[ANN]
    assert (own[team]["accessRole"], own[team]["dataOwner"]) == ("owner", ANN)
    seen = connect(sim, BEN).calendarList().get(calendarId=team).execute()
    assert seen["accessRole"] == "reader"
    assert connect(sim, BEN).calendarList().get(calendarId="primary").execute()["id"] == BEN


def test_a_list_delta_shows_hidden_and_removed_entries(sim: Simulator, team: str) -> None:
    ben = connect(sim, BEN)
    token = ben.calendarList().list().execute()["nextSyncToken"]
    ben.calendarList().patch(calendarId=team, body={"hidden": True}).execute()
    answer = ben.calendarList().list(syncToken=token).execute()
    assert [(item["id"], item["hidden"]) for item in answer["items"]] == [(team, True)]
    assert len(ben.calendarList().list().execute()["items"]) == 1
    ben.calendarList().delete(calendarId=team).execute()
    answer = ben.calendarList().list(syncToken=answer["nextSyncToken"]).execute()
    assert [(item["id"], item["deleted"]) for item in answer["items"]] == [(team, True)]


def test_a_new_title_or_zone_does_not_show_in_a_list_delta(api: Any, team: str) -> None:
    token = api.calendarList().list().execute()["nextSyncToken"]
    body = {"summary": "Renamed", "timeZone": "Asia/Tokyo"}
    api.calendars().patch(calendarId=team, body=body).execute()
    assert api.calendarList().list(syncToken=token).execute()["items"] == []
    assert api.calendarList().get(calendarId=team).execute()["summary"] == "Renamed"


def test_a_list_token_forbids_restrictions_and_expires(sim: Simulator, api: Any) -> None:
    token = api.calendarList().list().execute()["nextSyncToken"]
    for query in ({"minAccessRole": "owner"}, {"showHidden": False}, {"showDeleted": False}):
        assert refusal(api.calendarList().list(syncToken=token, **query).execute)[0] == 400
    sim.faults.expire_sync_tokens()
    request = api.calendarList().list(syncToken=token)
    assert refusal(request.execute) == (410, "fullSyncRequired")


def test_the_list_is_paged(sim: Simulator, api: Any) -> None:
    for number in range(4):
        sim.add_calendar(owner=ANN, summary=f"Calendar {number}")
    request, found = api.calendarList().list(maxResults=2), []
    while request is not None:
        answer = request.execute()
        found += [item["id"] for item in answer["items"]]
        request = api.calendarList().list_next(request, answer)
    assert len(set(found)) == 5
    assert "nextSyncToken" in answer


def test_an_owner_cannot_take_the_calendar_off_the_list(api: Any, team: str) -> None:
    request = api.calendarList().delete(calendarId=team)
    assert refusal(request.execute) == (403, "cannotUnsubscribeFromOwnedCalendar")


def test_calendar_and_list_entry_have_two_etags(api: Any, team: str) -> None:
    entry = api.calendarList().get(calendarId=team).execute()
    request = api.calendars().patch(calendarId=team, body={"summary": "x"})
    request.headers["If-Match"] = entry["etag"]
    assert refusal(request.execute) == (412, "conditionNotMet")


def test_the_same_values_leave_a_calendars_etag(api: Any, team: str) -> None:
    before = api.calendars().get(calendarId=team).execute()
    body = {"summary": before["summary"]}
    assert api.calendars().patch(calendarId=team, body=body).execute() == before


def test_a_calendar_can_be_made_and_deleted_by_its_owner(sim: Simulator, api: Any) -> None:
    made = api.calendars().insert(body={"summary": "New"}).execute()
    assert made["timeZone"] == "Europe/Berlin"
    sim.share(made["id"], with_=BEN, role="owner")
    request = connect(sim, BEN).calendars().delete(calendarId=made["id"])
    assert refusal(request.execute) == (403, "requiredAccessLevel")
    api.calendars().delete(calendarId=made["id"]).execute()
    assert refusal(api.calendars().get(calendarId=made["id"]).execute) == (404, "notFound")
    assert refusal(api.calendars().delete(calendarId=ANN).execute)[0] == 403
    assert refusal(api.calendars().insert(body={}).execute) == (400, "required")


def test_only_a_primary_calendar_can_be_cleared(sim: Simulator, api: Any, team: str) -> None:
    sim.insert_event(ANN, timed())
    api.calendars().clear(calendarId="primary").execute()
    assert sim.live_events(ANN) == []
    assert refusal(api.calendars().clear(calendarId=team).execute)[0] == 400


def test_a_new_zone_reprints_events_and_asks_for_a_full_sync(
    sim: Simulator, api: Any, team: str
) -> None:
    sim.insert_event(team, timed())
    token = api.events().list(calendarId=team).execute()["nextSyncToken"]
    api.calendars().patch(calendarId=team, body={"timeZone": "Asia/Tokyo"}).execute()
    assert refusal(api.events().list(calendarId=team, syncToken=token).execute)[0] == 410
    answer = api.events().list(calendarId=team).execute()
    assert answer["timeZone"] == "Asia/Tokyo"
    assert answer["items"][0]["start"]["dateTime"] == "2031-03-25T18:00:00+09:00"


def test_rules_can_be_listed_changed_and_removed(sim: Simulator, api: Any, team: str) -> None:
    acl = api.acl()
    token = acl.list(calendarId=team).execute()["nextSyncToken"]
    changed = acl.patch(calendarId=team, ruleId=f"user:{BEN}", body={"role": "writer"}).execute()
    assert changed["role"] == "writer"
    connect(sim, BEN).events().insert(calendarId=team, body=timed()).execute()
    acl.delete(calendarId=team, ruleId=f"user:{BEN}").execute()
    answer = acl.list(calendarId=team, syncToken=token).execute()
    assert [(item["id"], item["role"]) for item in answer["items"]] == [(f"user:{BEN}", "none")]
    request = connect(sim, BEN).events().list(calendarId=team)
    assert refusal(request.execute) == (404, "notFound")
    own = acl.delete(calendarId=team, ruleId=f"user:{ANN}")
    assert refusal(own.execute) == (403, "cannotChangeOwnAcl")
    bad = acl.insert(calendarId=team, body={"role": "king", "scope": {"type": "user"}})
    assert refusal(bad.execute)[0] == 400


def test_a_shared_calendar_can_be_subscribed_to(sim: Simulator, api: Any) -> None:
    rule = {"role": "reader", "scope": {"type": "user", "value": BEN}}
    api.acl().insert(calendarId="primary", body=rule).execute()
    ben = connect(sim, BEN)
    assert len(ben.calendarList().list().execute()["items"]) == 1
    entry = ben.calendarList().insert(body={"id": ANN}).execute()
    assert (entry["id"], entry["accessRole"]) == (ANN, "reader")


def test_settings_have_tokens_too(sim: Simulator, api: Any) -> None:
    answer = api.settings().list().execute()
    values = {item["id"]: item["value"] for item in answer["items"]}
    assert values["timezone"] == "Europe/Berlin"
    token = answer["nextSyncToken"]
    assert api.settings().list(syncToken=token).execute()["items"] == []
    sim.change_setting(ANN, "weekStart", "0")
    assert api.settings().list(syncToken=token).execute()["items"]
    assert api.settings().get(setting="weekStart").execute()["value"] == "0"
    assert refusal(api.settings().get(setting="nonsense").execute) == (404, "notFound")


def test_colours_have_two_palettes(api: Any) -> None:
    palettes = api.colors().get().execute()
    assert (len(palettes["calendar"]), len(palettes["event"])) == (24, 11)


def test_free_and_busy_is_merged_and_ignores_free_events(sim: Simulator, api: Any) -> None:
    sim.insert_event(ANN, timed(hour=10))
    sim.insert_event(ANN, timed(hour=11))
    sim.insert_event(ANN, timed(hour=14, transparency="transparent"))
    sim.insert_event(ANN, all_day(first="2031-03-27", end="2031-03-28"))
    body = {
        "timeMin": "2031-03-25T00:00:00+01:00",
        "timeMax": "2031-03-29T00:00:00+01:00",
        "timeZone": "Europe/Berlin",
        "items": [{"id": ANN}, {"id": BEN}],
    }
    answer = api.freebusy().query(body=body).execute()["calendars"]
    assert answer[ANN]["busy"] == [
        {"start": "2031-03-25T10:00:00+01:00", "end": "2031-03-25T12:00:00+01:00"},
        {"start": "2031-03-27T00:00:00+01:00", "end": "2031-03-28T00:00:00+01:00"},
    ]
    assert answer[BEN] == {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}


def test_free_and_busy_has_bounds(api: Any) -> None:
    bounds = {"timeMin": "2031-01-01T00:00:00Z", "timeMax": "2031-06-01T00:00:00Z"}
    error = error_of(api.freebusy().query(body=bounds).execute)
    assert error["message"] == "The requested time range is too long."
    error = error_of(api.freebusy().query(body={"timeMax": "2031-06-01T00:00:00Z"}).execute)
    assert error["message"] == "Missing timeMin parameter."
