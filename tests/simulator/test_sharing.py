"""One event on several calendars: guests, rooms, roles, moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.conftest import ANN, BEN, CLEO, connect, follow, timed
from tests.simulator.reasons import refusal

if TYPE_CHECKING:
    from google_simulator import FrozenClock, Simulator


@pytest.fixture
def meeting(sim: Simulator) -> str:
    """Ann's meeting with Ben and Cleo."""
    guests = [{"email": ANN, "responseStatus": "accepted"}, {"email": BEN}, {"email": CLEO}]
    return str(sim.insert_event(ANN, timed("Meeting", id="meet1", attendees=guests))["id"])


def point(day: int, hour: int) -> dict[str, str]:
    return {"dateTime": f"2031-03-{day}T{hour:02}:00:00Z", "timeZone": "UTC"}


def starts(sim: Simulator, calendar: str) -> list[str]:
    """When what a calendar lists begins, in UTC."""
    listed = (
        connect(sim, calendar)
        .events()
        .list(calendarId="primary", singleEvents=True, timeZone="UTC")
        .execute()
    )
    return sorted(each["start"]["dateTime"] for each in listed["items"])


def answers(sim: Simulator, calendar: str, event_id: str) -> dict[str, str]:
    entries = sim.get_event(calendar, event_id)["attendees"]
    return {entry["email"]: entry["responseStatus"] for entry in entries}


def respond(client: Any, event_id: str, email: str, answer: str) -> dict[str, Any]:
    body = {
        "attendeesOmitted": True,
        "attendees": [{"email": email, "responseStatus": answer}],
    }
    return client.events().patch(calendarId="primary", eventId=event_id, body=body).execute()


def test_a_guest_has_a_copy_with_the_same_id_and_self_relative_to_the_calendar(
    sim: Simulator, meeting: str
) -> None:
    copy = connect(sim, BEN).events().get(calendarId="primary", eventId=meeting).execute()
    assert copy["organizer"] == {"email": ANN}
    assert [entry["email"] for entry in copy["attendees"] if entry.get("self")] == [BEN]
    assert copy["start"]["dateTime"] == "2031-03-25T04:00:00-05:00"
    own = sim.get_event(ANN, meeting)
    assert own["organizer"] == {"email": ANN, "self": True}
    assert copy["etag"] != own["etag"]


def test_an_answer_flows_back_to_everybody_and_wipes_nobodys(sim: Simulator, meeting: str) -> None:
    respond(connect(sim, BEN), meeting, BEN, "accepted")
    respond(connect(sim, CLEO), meeting, CLEO, "declined")
    expected = {ANN: "accepted", BEN: "accepted", CLEO: "declined"}
    for calendar in (ANN, BEN, CLEO):
        assert answers(sim, calendar, meeting) == expected


def test_an_answer_to_one_instance_leaves_the_others(sim: Simulator) -> None:
    sim.insert_event(
        ANN, timed(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=3"], attendees=[{"email": BEN}])
    )
    respond(connect(sim, BEN), "series_20310326T090000Z", BEN, "declined")
    assert answers(sim, ANN, "series_20310326T090000Z") == {BEN: "declined"}
    assert answers(sim, ANN, "series_20310327T090000Z") == {BEN: "needsAction"}
    assert answers(sim, BEN, "series_20310326T090000Z") == {BEN: "declined"}


def test_resending_the_list_without_answers_resets_them(sim: Simulator, meeting: str) -> None:
    respond(connect(sim, BEN), meeting, BEN, "accepted")
    sim.patch_event(ANN, meeting, {"attendees": [{"email": BEN}]})
    assert answers(sim, ANN, meeting) == {BEN: "needsAction"}


def test_the_organizers_change_reaches_copies_but_not_what_is_per_copy(
    sim: Simulator, meeting: str
) -> None:
    ben = connect(sim, BEN)
    mine = {"colorId": "3", "extendedProperties": {"private": {"k": "v"}}}
    ben.events().patch(calendarId="primary", eventId=meeting, body=mine).execute()
    _, token, _ = follow(ben, calendarId="primary")
    sim.patch_event(ANN, meeting, {"summary": "Renamed", "colorId": "9"})
    ((changed,), _, _) = follow(ben, calendarId="primary", syncToken=token)
    assert (changed["summary"], changed["colorId"]) == ("Renamed", "3")
    assert changed["extendedProperties"] == {"private": {"k": "v"}}
    assert "extendedProperties" not in sim.get_event(ANN, meeting)


def test_a_guest_may_not_change_what_is_shared(sim: Simulator, meeting: str) -> None:
    ben = connect(sim, BEN)
    request = ben.events().patch(
        calendarId="primary", eventId=meeting, body={"guestsCanModify": True}
    )
    assert refusal(request.execute) == (403, "forbiddenForNonOrganizer")


def test_a_guests_other_edits_stay_on_the_own_copy_until_overwritten(
    sim: Simulator, meeting: str
) -> None:
    ben = connect(sim, BEN)
    ben.events().patch(calendarId="primary", eventId=meeting, body={"summary": "Mine"}).execute()
    assert sim.get_event(ANN, meeting)["summary"] == "Meeting"
    sim.patch_event(ANN, meeting, {"location": "Room 1"})
    assert sim.get_event(BEN, meeting)["summary"] == "Meeting"


def test_the_organizers_version_that_an_answer_brings_back_has_the_last_word(
    sim: Simulator,
) -> None:
    """It overwrites the guest's own edits, and what only the moved copy had is gone (3.4)."""
    rule = ["RRULE:FREQ=DAILY;COUNT=3"]
    sim.insert_event(ANN, timed(id="series", recurrence=rule, attendees=[{"email": BEN}]))
    ben = connect(sim, BEN)
    times = {"start": point(28, 9), "end": point(28, 10)}
    ben.events().patch(calendarId="primary", eventId="series", body=times).execute()
    lonely = "series_20310328T090000Z"
    ben.events().patch(calendarId="primary", eventId=lonely, body={"colorId": "3"}).execute()
    told = respond(ben, "series", BEN, "accepted")
    assert told == ben.events().get(calendarId="primary", eventId="series").execute()
    assert answers(sim, ANN, "series") == answers(sim, BEN, "series") == {BEN: "accepted"}
    days = [f"2031-03-{day}T09:00:00Z" for day in (25, 26, 27)]
    assert starts(sim, BEN) == starts(sim, ANN) == days
    gone = ben.events().get(calendarId="primary", eventId=lonely).execute()
    assert set(gone) == {"kind", "etag", "id", "status"}


def test_a_guest_who_may_modify_changes_the_event_for_all(sim: Simulator, meeting: str) -> None:
    sim.patch_event(ANN, meeting, {"guestsCanModify": True})
    ben = connect(sim, BEN)
    ben.events().patch(calendarId="primary", eventId=meeting, body={"summary": "Ours"}).execute()
    assert {sim.get_event(each, meeting)["summary"] for each in (ANN, BEN, CLEO)} == {"Ours"}


def test_a_guest_who_deletes_declines_and_is_left_alone(sim: Simulator, meeting: str) -> None:
    ben = connect(sim, BEN)
    ben.events().delete(calendarId="primary", eventId=meeting).execute()
    assert answers(sim, ANN, meeting)[BEN] == "declined"
    sim.patch_event(ANN, meeting, {"summary": "New"})
    assert sim.get_event(BEN, meeting)["status"] == "cancelled"


def test_a_guest_taken_off_the_list_sees_the_event_cancelled(sim: Simulator, meeting: str) -> None:
    sim.patch_event(ANN, meeting, {"attendees": [{"email": CLEO}]})
    assert sim.get_event(BEN, meeting)["status"] == "cancelled"
    assert sim.get_event(CLEO, meeting)["status"] == "confirmed"


@pytest.mark.parametrize(("send_updates", "left"), [("none", 1), ("all", 0)])
def test_a_deletion_that_nobody_is_told_of_leaves_ghosts(
    sim: Simulator, api: Any, meeting: str, send_updates: str, left: int
) -> None:
    api.events().delete(calendarId="primary", eventId=meeting, sendUpdates=send_updates).execute()
    assert len(sim.live_events(BEN)) == left


def test_a_room_answers_a_little_later(sim: Simulator, api: Any, clock: FrozenClock) -> None:
    room = sim.add_room("room@resource.example.test", name="Room")
    body = timed(attendees=[{"email": room, "resource": True}])
    first = api.events().insert(calendarId="primary", body=body).execute()
    second = api.events().insert(calendarId="primary", body=body).execute()
    assert first["attendees"][0]["responseStatus"] == "needsAction"
    clock.sleep(2)
    events = api.events()
    seen = [
        events.get(calendarId="primary", eventId=each["id"]).execute()["attendees"][0]
        for each in (first, second)
    ]
    assert [entry["responseStatus"] for entry in seen] == ["accepted", "declined"]


def test_a_move_answers_cancelled_although_the_event_lives(sim: Simulator, api: Any) -> None:
    team = sim.add_calendar(owner=ANN, summary="Team")
    made = sim.insert_event(ANN, timed(id="abc123", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    sim.patch_event(ANN, "abc123_20310326T090000Z", {"summary": "Other"})
    moved = api.events().move(calendarId="primary", eventId=made["id"], destination=team).execute()
    assert moved["status"] == "cancelled"
    found = sim.get_event(team, made["id"])
    assert found["organizer"] == {"email": team, "displayName": "Team", "self": True}
    assert sim.get_event(team, "abc123_20310326T090000Z")["summary"] == "Other"
    items, _, _ = follow(api, calendarId="primary", showDeleted=True)
    assert [set(item) for item in items] == [{"kind", "etag", "id", "status"}]


def test_an_instance_cannot_be_moved(sim: Simulator, api: Any) -> None:
    team = sim.add_calendar(owner=ANN, summary="Team")
    sim.insert_event(ANN, timed(id="abc123", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    request = api.events().move(
        calendarId="primary", eventId="abc123_20310326T090000Z", destination=team
    )
    assert refusal(request.execute) == (400, "cannotChangeOrganizerOfInstance")


def test_a_reader_sees_private_events_as_busy_and_may_not_write(sim: Simulator) -> None:
    sim.insert_event(ANN, timed("Secret", id="secret", visibility="private"))
    sim.share(ANN, with_=BEN, role="reader")
    ben = connect(sim, BEN)
    (seen,) = ben.events().list(calendarId=ANN).execute()["items"]
    assert "summary" not in seen
    assert seen["start"]
    request = ben.events().insert(calendarId=ANN, body=timed())
    assert refusal(request.execute) == (403, "requiredAccessLevel")


def test_who_may_see_free_and_busy_only_sees_busy_instances(sim: Simulator) -> None:
    sim.insert_event(ANN, timed("Secret", recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))
    sim.insert_event(ANN, timed("Free", transparency="transparent"))
    sim.share(ANN, with_=BEN, role="freeBusyReader")
    answer = connect(sim, BEN).events().list(calendarId=ANN).execute()
    assert answer["accessRole"] == "freeBusyReader"
    assert len(answer["items"]) == 2
    assert not any("summary" in item for item in answer["items"])


def test_a_calendar_that_is_not_shared_does_not_exist(sim: Simulator) -> None:
    request = connect(sim, BEN).events().list(calendarId=ANN)
    assert refusal(request.execute) == (404, "notFound")


def test_reminders_belong_to_each_person(sim: Simulator, api: Any) -> None:
    team = sim.add_calendar(owner=ANN, summary="Team")
    sim.share(team, with_=BEN, role="writer")
    made = sim.insert_event(team, timed())
    ben = connect(sim, BEN)
    own = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
    changed = (
        ben.events().patch(calendarId=team, eventId=made["id"], body={"reminders": own}).execute()
    )
    assert changed["reminders"] == own
    assert changed["etag"] != made["etag"]
    seen = api.events().get(calendarId=team, eventId=made["id"]).execute()
    assert seen["reminders"] == {"useDefault": True}


def test_too_many_attendees_leave_only_the_own_entry(
    api: Any, sim: Simulator, meeting: str
) -> None:
    seen = api.events().get(calendarId="primary", eventId=meeting, maxAttendees=1).execute()
    assert [entry["email"] for entry in seen["attendees"]] == [ANN]
    assert seen["attendeesOmitted"] is True


def test_an_import_keeps_its_organizer_and_updates_by_uid(api: Any) -> None:
    body = timed(
        iCalUID="outside@example.org",
        organizer={"email": "boss@example.org"},
        attendees=[{"email": ANN}],
    )
    made = api.events().import_(calendarId="primary", body=body).execute()
    assert made["organizer"] == {"email": "boss@example.org"}
    again = api.events().import_(calendarId="primary", body=body | {"summary": "Second"}).execute()
    assert (again["id"], again["summary"]) == (made["id"], "Second")
    stranger = body | {"iCalUID": "x@example.org", "attendees": []}
    request = api.events().import_(calendarId="primary", body=stranger)
    assert refusal(request.execute)[1] == "participantIsNeitherOrganizerNorAttendee"
