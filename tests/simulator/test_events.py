"""Single events: insert, read, patch, update, delete, preconditions, reserved ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

from tests.simulator.conftest import ANN, all_day, timed
from tests.simulator.reasons import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from google_simulator import Simulator


def insert(api: Any, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    return api.events().insert(calendarId="primary", body=body, **query).execute()


def patch(api: Any, event_id: str, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    return api.events().patch(calendarId="primary", eventId=event_id, body=body, **query).execute()


def test_an_event_can_be_made_read_changed_and_deleted(either: Callable[..., Any]) -> None:
    api = either()
    made = insert(api, timed(id="abc123"))
    assert made["start"] == {
        "dateTime": "2031-03-25T10:00:00+01:00",
        "timeZone": "Europe/Berlin",
    }
    assert patch(api, "abc123", {"summary": "Other"})["etag"] != made["etag"]
    read = api.events().get(calendarId="primary", eventId="abc123").execute()
    assert read["summary"] == "Other"
    assert api.events().delete(calendarId="primary", eventId="abc123").execute() == ""
    read = api.events().get(calendarId="primary", eventId="abc123").execute()
    assert read["status"] == "cancelled"


def test_a_repeated_insert_answers_409_even_after_a_delete(either: Callable[..., Any]) -> None:
    api = either()
    insert(api, timed(id="abc123"))
    assert refusal(lambda: insert(api, timed(id="abc123"))) == (409, "duplicate")
    api.events().delete(calendarId="primary", eventId="abc123").execute()
    assert refusal(lambda: insert(api, timed(id="abc123"))) == (409, "duplicate")


def test_a_stale_etag_is_answered_412_and_a_star_forces(either: Callable[..., Any]) -> None:
    api = either()
    made = insert(api, timed(id="abc123"))
    patch(api, "abc123", {"summary": "Second"})
    for method in ("patch", "update", "delete"):
        arguments = {} if method == "delete" else {"body": timed("Third")}
        request = getattr(api.events(), method)(calendarId="primary", eventId="abc123", **arguments)
        request.headers["If-Match"] = made["etag"]
        assert refusal(request.execute) == (412, "conditionNotMet")
    forced = api.events().delete(calendarId="primary", eventId="abc123")
    forced.headers["If-Match"] = "*"
    forced.execute()


def test_deleting_twice_answers_410_and_an_unknown_id_404(api: Any) -> None:
    insert(api, timed(id="abc123"))
    api.events().delete(calendarId="primary", eventId="abc123").execute()
    again = api.events().delete(calendarId="primary", eventId="abc123")
    assert refusal(again.execute) == (410, "deleted")
    unknown = api.events().delete(calendarId="primary", eventId="zzzzz0")
    assert refusal(unknown.execute) == (404, "notFound")


def test_an_unchanged_event_is_not_sent_again_to_who_holds_its_etag(api: Any) -> None:
    made = insert(api, timed(id="abc123"))
    request = api.events().get(calendarId="primary", eventId="abc123")
    request.headers["If-None-Match"] = made["etag"]
    with pytest.raises(HttpError) as caught:
        request.execute()
    assert caught.value.status_code == 304


def test_values_that_are_the_default_are_left_out(api: Any) -> None:
    made = insert(
        api,
        timed(transparency="opaque", visibility="default", guestsCanInviteOthers=True),
    )
    assert not {"transparency", "visibility", "guestsCanInviteOthers"} & set(made)


def test_a_patch_merges_objects_replaces_lists_and_deletes_by_null(api: Any) -> None:
    made = insert(
        api,
        timed(
            location="Room 1",
            extendedProperties={"private": {"a": "1", "b": "2"}},
            attendees=[{"email": "x@example.org"}, {"email": "y@example.org"}],
        ),
    )
    changed = patch(
        api,
        made["id"],
        {
            "location": None,
            "extendedProperties": {"private": {"a": None, "c": "3"}},
            "attendees": [{"email": "y@example.org"}],
        },
    )
    assert "location" not in changed
    assert changed["extendedProperties"] == {"private": {"b": "2", "c": "3"}}
    assert [entry["email"] for entry in changed["attendees"]] == ["y@example.org"]


def test_a_put_drops_what_it_does_not_send(api: Any) -> None:
    made = insert(api, timed(location="Room 1", description="x"))
    changed = (
        api.events().update(calendarId="primary", eventId=made["id"], body=timed("New")).execute()
    )
    assert changed["summary"] == "New"
    assert not {"location", "description"} & set(changed)


def test_writing_the_same_values_again_leaves_the_etag(api: Any) -> None:
    made = insert(api, timed(description="x"))
    assert patch(api, made["id"], {"description": "x"})["etag"] == made["etag"]


def test_a_patch_from_all_day_to_timed_needs_explicit_nulls(api: Any) -> None:
    made = insert(api, all_day(first="2031-03-25", end="2031-03-26"))
    times = {which: timed()[which] for which in ("start", "end")}
    assert refusal(lambda: patch(api, made["id"], times))[0] == 400
    cleared = {which: {**times[which], "date": None} for which in times}
    assert "dateTime" in patch(api, made["id"], cleared)["start"]


def test_only_a_new_time_raises_the_sequence(api: Any) -> None:
    made = insert(api, timed())
    assert patch(api, made["id"], {"summary": "x"})["sequence"] == 0
    moved = {which: timed(hour=12)[which] for which in ("start", "end")}
    assert patch(api, made["id"], moved)["sequence"] == 1
    assert refusal(lambda: patch(api, made["id"], {"sequence": 0})) == (400, "invalid")


def test_a_reminder_moves_the_etag_but_not_updated(api: Any, sim: Simulator, clock: Any) -> None:
    made = insert(api, timed())
    clock.sleep(60)
    reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
    changed = patch(api, made["id"], {"reminders": reminders})
    assert changed["etag"] != made["etag"]
    assert changed["updated"] == made["updated"]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (timed(id="ABC"), 400, "invalid"),
        (timed(id="abcdw"), 400, "invalid"),
        (timed(id="abcd"), 400, "invalid"),
        ({"summary": "x"}, 400, "required"),
        ({"start": {"dateTime": "2031-03-25T10:00:00Z"}}, 400, "required"),
        (timed() | {"start": {"date": "2031-03-25"}}, 400, "invalid"),
        (timed() | {"end": {"dateTime": "2031-03-25T08:00:00Z"}}, 400, "timeRangeEmpty"),
        (timed() | {"end": {"dateTime": "2031-03-25T12:00:00", "timeZone": "X"}}, 400, "invalid"),
        (timed() | {"start": {"dateTime": "yesterday"}}, 400, "invalid"),
        (timed(status="maybe"), 400, "invalid"),
        (timed(colorId="99"), 400, "invalid"),
        (timed(attendees=[{"displayName": "x"}]), 400, "required"),
        (timed(attendees=[{"email": "x"}]), 400, "invalid"),
        (timed(summary=7), 400, "invalid"),
        (timed(recurrence=["RRULE:FREQ=HOURLY"]), 400, "invalid"),
        (timed(recurrence=["RRULE:FREQ=DAILY;INTERVAL=0"]), 400, "invalid"),
        (timed(recurrence=["DTSTART:20310325T100000"]), 400, "invalid"),
        (
            timed(reminders={"useDefault": True, "overrides": [{"method": "popup", "minutes": 1}]}),
            400,
            "cannotUseDefaultRemindersAndSpecifyOverride",
        ),
        (
            timed(
                reminders={
                    "useDefault": False,
                    "overrides": [{"method": "popup", "minutes": n} for n in range(6)],
                }
            ),
            400,
            "eventRemindersCountExceedsLimit",
        ),
    ],
)  # fmt: skip
def test_bad_events_are_refused_with_googles_reason(
    api: Any, body: dict[str, Any], status: int, reason: str
) -> None:
    assert refusal(lambda: insert(api, body)) == (status, reason)


def test_a_series_needs_a_zone(api: Any) -> None:
    body = {
        "start": {"dateTime": "2031-03-25T10:00:00Z"},
        "end": {"dateTime": "2031-03-25T11:00:00Z"},
        "recurrence": ["RRULE:FREQ=DAILY"],
    }
    assert refusal(lambda: insert(api, body)) == (400, "required")


def test_reminders_are_clamped_merged_and_unknown_ones_dropped(api: Any) -> None:
    overrides = [
        {"method": "popup", "minutes": 99_999},
        {"method": "popup", "minutes": 40_320},
        {"method": "sms", "minutes": 5},
    ]
    made = insert(api, timed(reminders={"useDefault": False, "overrides": overrides}))
    assert made["reminders"]["overrides"] == [{"method": "popup", "minutes": 40_320}]


def test_an_all_day_event_takes_the_calendars_reminders_as_its_own(api: Any) -> None:
    made = insert(api, all_day(first="2031-03-25", end="2031-03-26"))
    assert made["reminders"] == {
        "useDefault": False,
        "overrides": [{"method": "popup", "minutes": 30}],
    }


def test_long_property_names_vanish_and_long_values_are_cut(api: Any) -> None:
    private = {"k" * 45: "gone", "kept": "v" * 2000}
    made = insert(api, timed(extendedProperties={"private": private}))
    assert made["extendedProperties"] == {"private": {"kept": "v" * 1024}}


def test_times_are_printed_in_the_calendars_zone_and_named_in_their_own(api: Any) -> None:
    start = {"dateTime": "2031-03-25T18:00:00", "timeZone": "Asia/Tokyo"}
    end = {"dateTime": "2031-03-25T19:00:00", "timeZone": "Asia/Tokyo"}
    made = insert(api, {"start": start, "end": end})
    assert made["start"] == {"dateTime": "2031-03-25T10:00:00+01:00", "timeZone": "Asia/Tokyo"}
    seen = (
        api.events()
        .get(calendarId="primary", eventId=made["id"], timeZone="America/New_York")
        .execute()
    )
    assert seen["start"]["dateTime"] == "2031-03-25T05:00:00-04:00"


def test_a_wall_time_in_a_gap_comes_an_hour_later(api: Any) -> None:
    body = {
        "start": {"dateTime": "2031-03-30T02:30:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2031-03-30T04:30:00", "timeZone": "Europe/Berlin"},
    }
    assert insert(api, body)["start"]["dateTime"] == "2031-03-30T03:30:00+02:00"


def test_a_deleted_event_comes_back_by_status_unless_that_is_switched_off(
    api: Any, sim: Simulator
) -> None:
    insert(api, timed(id="abc123"))
    api.events().delete(calendarId="primary", eventId="abc123").execute()
    assert refusal(lambda: patch(api, "abc123", {"summary": "x"})) == (403, "forbidden")
    sim.options.undelete = False
    assert refusal(lambda: patch(api, "abc123", {"status": "confirmed"})) == (403, "forbidden")
    sim.options.undelete = True
    assert patch(api, "abc123", {"status": "confirmed"})["summary"] == "Talk"


def test_somebody_else_at_google_changes_what_the_client_sees(api: Any, sim: Simulator) -> None:
    made = sim.insert_event(ANN, timed(id="abc123"))
    sim.patch_event(ANN, "abc123", {"summary": "Theirs"})
    read = api.events().get(calendarId="primary", eventId="abc123").execute()
    assert (read["summary"], read["etag"] != made["etag"]) == ("Theirs", True)
    sim.delete_event(ANN, "abc123")
    assert sim.live_events(ANN) == []
    assert sim.get_event(ANN, "abc123")["status"] == "cancelled"
