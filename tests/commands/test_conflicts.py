"""Settling conflicts: mine, theirs, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars import cache, lanes
from calendars.commands.conflicts import resolve
from calendars.errors import InvalidInputError, WrongStateError
from calendars.models import CachedEvent, OutboxOperation
from calendars.queries.outbox import conflicts
from calendars.sync.core.compare import compare
from calendars.sync.lane_store import record
from tests.commands.acting import BERLIN, actor_of, change, listed, remove, timed
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.commands.conflicts import Resolution
    from calendars.models import Calendar

LUNCH: dict[str, Any] = {
    "id": "lunch",
    "summary": "Lunch",
    "location": "Canteen",
    **timed("2026-03-11T12:00:00+01:00", "2026-03-11T13:00:00+01:00"),
}


def google_says(calendar: Calendar, **changes: Any) -> None:
    """Another version of the event arrives from Google, and is compared with what waits."""
    event = CachedEvent.objects.get(calendar=calendar, event_id="lunch")
    before = event.agreed or {}
    incoming = {**before, "etag": '"2"', **changes}
    operations = [
        lanes.core_operation(row, target="lunch") for row in lanes.open_operations(event=event)
    ]
    verdict = compare(agreed=before, incoming=incoming, operations=operations)
    record(verdict, now=NOW)
    cache.save_event(
        event,
        agreed=incoming,
        etag='"2"',
        operations=lanes.after(operations, verdict),
        now=NOW,
    )


def settle(calendar: Calendar, choice: str, fields: Any = None) -> Resolution:
    return resolve(
        actor=actor_of(calendar),
        operation=OutboxOperation.objects.filter(status="conflict").latest("op_id"),
        choice=choice,
        fields=fields,
        now=NOW,
    )


@pytest.fixture
def both_edited(alices_calendar: Calendar) -> Calendar:
    cached(alices_calendar, LUNCH)
    change(
        alices_calendar,
        "lunch",
        summary="Brunch",
        location="Roof",
        start="2026-03-11T11:00:00",
        end="2026-03-11T12:00:00",
    )
    google_says(alices_calendar, summary="Dinner", location="Cellar")
    return alices_calendar


@pytest.fixture
def deleted_there(alices_calendar: Calendar) -> Calendar:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", summary="Brunch")
    change(alices_calendar, "lunch", location="Roof")
    google_says(alices_calendar, status="cancelled")
    return alices_calendar


@pytest.fixture
def deleted_here(alices_calendar: Calendar) -> Calendar:
    cached(alices_calendar, LUNCH)
    remove(alices_calendar, "lunch")
    google_says(alices_calendar, summary="Dinner")
    return alices_calendar


def test_both_versions_stand_side_by_side(alice: Member, both_edited: Calendar) -> None:
    (conflict,) = conflicts(member=alice)
    assert conflict["kind"] == "edit_edit"
    assert list(conflict["choices"]) == ["mine", "theirs", "merge", "both"]
    assert conflict["fields"] == ["summary", "location", "start", "end"]
    sides = [conflict[side]["summary"] for side in ("mine", "theirs", "base")]
    assert sides == ["Brunch", "Dinner", "Lunch"]
    assert (conflict["event_id"], conflict["calendar_id"]) == ("lunch", "alice@example.test")
    assert conflict["event"]["summary"] == listed(both_edited)[0]["summary"] == "Dinner"
    assert (conflict["actor"], conflict["via"]) == ("alice", "API token laptop")
    assert conflict["created_at"] == "2026-03-10T09:00:00Z"


def test_others_see_no_conflicts_of_mine(bob: Member, both_edited: Calendar) -> None:
    assert conflicts(member=bob) == []


def test_mine_is_sent_against_googles_version(both_edited: Calendar) -> None:
    settled = settle(both_edited, "mine")
    assert settled.operation.payload["summary"] == "Brunch"
    assert settled.operation.base["summary"] == "Dinner"
    assert settled.event is not None
    assert (settled.event["summary"], settled.event["_local_status"]) == ("Brunch", "pending")
    assert OutboxOperation.objects.filter(status="cancelled").get().reason == "resolved_mine"


def test_theirs_gives_mine_up(both_edited: Calendar) -> None:
    settled = settle(both_edited, "theirs")
    assert (settled.operation.status, settled.operation.reason) == ("cancelled", "resolved_theirs")
    assert settled.event is not None
    assert (settled.event["summary"], settled.event["_local_status"]) == ("Dinner", "synced")


def test_merge_takes_the_named_fields_from_mine(both_edited: Calendar) -> None:
    settled = settle(both_edited, "merge", ["location"])
    assert settled.operation.payload == {"location": "Roof"}
    assert listed(both_edited)[0]["summary"] == "Dinner"


def test_merge_takes_each_field_from_where_the_member_says(both_edited: Calendar) -> None:
    wishes = {"summary": "Brunch or dinner", "location": "theirs", "time": "mine"}
    settled = settle(both_edited, "merge", wishes)
    assert settled.operation.payload == {
        "summary": "Brunch or dinner",
        "start": {"dateTime": "2026-03-11T11:00:00+01:00", "timeZone": BERLIN},
        "end": {"dateTime": "2026-03-11T12:00:00+01:00", "timeZone": BERLIN},
    }


def test_one_of_the_times_speaks_for_all_of_them(both_edited: Calendar) -> None:
    settled = settle(both_edited, "merge", ["start"])
    assert sorted(settled.operation.payload) == ["end", "start"]


def test_a_time_may_be_mine_but_for_one_value(both_edited: Calendar) -> None:
    wishes = {"start": "mine", "end": "2026-03-11T14:00:00"}
    payload = settle(both_edited, "merge", wishes).operation.payload
    assert payload["start"]["dateTime"] == "2026-03-11T11:00:00+01:00"
    assert payload["end"]["dateTime"] == "2026-03-11T14:00:00+01:00"


def test_both_leaves_googles_event_and_makes_mine_another_one(both_edited: Calendar) -> None:
    settled = settle(both_edited, "both")
    assert (settled.operation.op_type, settled.operation.lane != "lunch") == ("create", True)
    events = {event["id"]: event for event in listed(both_edited)}
    theirs = events.pop("lunch")
    (mine,) = events.values()
    assert (theirs["summary"], theirs["_local_status"]) == ("Dinner", "synced")
    assert (mine["summary"], mine["location"]) == ("Brunch", "Roof")
    assert mine["start"]["dateTime"] == "2026-03-11T11:00:00+01:00"
    assert settled.event == mine
    assert OutboxOperation.objects.filter(status="cancelled").get().reason == "resolved_both"


def test_a_conflict_whose_event_is_forgotten_can_still_be_given_up(
    alice: Member, both_edited: Calendar
) -> None:
    CachedEvent.objects.all().delete()
    (conflict,) = conflicts(member=alice)
    assert list(conflict["choices"]) == ["theirs"]
    with pytest.raises(InvalidInputError):
        settle(both_edited, "mine")
    assert settle(both_edited, "theirs").event is None


def test_a_merge_that_is_all_theirs_sends_nothing(both_edited: Calendar) -> None:
    settled = settle(both_edited, "merge", [])
    assert (settled.operation.status, settled.operation.reason) == ("cancelled", "resolved_merge")
    assert OutboxOperation.objects.count() == 1


@pytest.mark.parametrize(
    ("choice", "fields", "named"),
    [
        ("merge", ["description"], "fields"),
        ("merge", None, "fields"),
        ("merge", "summary", "fields"),
        ("merge", [["summary"]], "fields"),
        ("merge", {"description": "mine"}, "fields"),
        ("merge", {"summary": 5}, "summary"),
        ("merge", {"end": "2026-03-01T00:00:00"}, "end"),
        ("mine", ["summary"], "fields"),
        ("ours", None, "choice"),
        ("both", ["summary"], "fields"),
        ("merge", {"start": "mine", "end": "theirs"}, "fields"),
        ("merge", {"time": "2026-03-11T11:00:00"}, "fields"),
        ("merge", {"recurrence": "mine"}, "fields"),
    ],
)
def test_an_impossible_wish_is_refused_and_the_conflict_stays(
    both_edited: Calendar, choice: str, fields: Any, named: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        settle(both_edited, choice, fields)
    assert list(refused.value.fields) == [named]
    assert OutboxOperation.objects.get().status == "conflict"


def test_a_conflict_is_settled_once(both_edited: Calendar) -> None:
    operation = OutboxOperation.objects.get()
    settle(both_edited, "theirs")
    with pytest.raises(WrongStateError):
        resolve(
            actor=actor_of(both_edited), operation=operation, choice="mine", fields=None, now=NOW
        )


def test_what_google_deleted_is_made_anew_with_all_my_edits(
    alice: Member, deleted_there: Calendar
) -> None:
    assert {conflict["kind"] for conflict in conflicts(member=alice)} == {"edit_delete"}
    assert list(conflicts(member=alice)[0]["choices"]) == ["mine", "theirs"]
    settled = settle(deleted_there, "mine")
    assert settled.operation.op_type == "create"
    assert settled.operation.payload["summary"] == "Brunch"
    assert settled.operation.payload["location"] == "Roof"
    assert settled.operation.payload["start"] == LUNCH["start"]
    assert settled.operation.lane not in ("lunch", "")
    assert [event["id"] for event in listed(deleted_there)] == [settled.operation.event_id]
    assert conflicts(member=alice) == []


def test_what_google_deleted_may_stay_deleted(alice: Member, deleted_there: Calendar) -> None:
    assert settle(deleted_there, "theirs").event is None
    assert listed(deleted_there) == []
    assert conflicts(member=alice) == []


def test_mine_deletes_what_google_has_changed(alice: Member, deleted_here: Calendar) -> None:
    (conflict,) = conflicts(member=alice)
    assert (conflict["kind"], conflict["event"]["summary"]) == ("delete_edit", "Dinner")
    assert conflict["choices"]["mine"] == "The event is deleted anyway."
    assert [event["summary"] for event in listed(deleted_here)] == ["Dinner"]
    settled = settle(deleted_here, "mine")
    assert (settled.operation.op_type, settled.event) == ("delete", None)
    assert listed(deleted_here) == []


def test_theirs_keeps_what_google_has_changed(deleted_here: Calendar) -> None:
    settled = settle(deleted_here, "theirs")
    assert settled.event is not None
    assert (settled.event["summary"], settled.event["_local_status"]) == ("Dinner", "synced")


def test_a_delete_cannot_be_merged(deleted_here: Calendar) -> None:
    for choice, fields in (("merge", ["summary"]), ("both", None)):
        with pytest.raises(InvalidInputError, match="mine or theirs"):
            settle(deleted_here, choice, fields)
