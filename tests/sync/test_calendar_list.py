"""The calendar list is followed: calendars that come, go, lose rights or move to another zone."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from accounts.models import Member
from calendars.commands import events
from calendars.commands.calendars import request_sync
from calendars.models import Calendar, Occurrence, OperationStatus, OutboxOperation
from calendars.queries.access import calendar_of, event_of
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World

BEN = "ben@example.test"


@pytest.fixture
def shared(world: World) -> str:
    """Ben's second calendar, in which Alice may write."""
    world.google.add_person(BEN)
    shared = world.google.add_calendar(owner=BEN, summary="Team", time_zone="Europe/Berlin")
    world.google.share(shared, with_=ALICE, role="writer")
    world.google.insert_event(shared, world.timed(id="standup"))
    world.sync(insist=True)
    return shared


def rename(world: World, shared: str) -> OutboxOperation:
    return events.update_event(
        actor=world.actor,
        target=event_of(member=world.member, calendar_id=shared, event_id="standup"),
        changes={"summary": "Mine"},
        scope=None,
        notify=None,
        now=world.clock.now(),
    ).operation


def create(world: World, shared: str) -> OutboxOperation:
    return events.create_event(
        actor=world.actor,
        calendar=calendar_of(member=world.member, calendar_id=shared),
        fields=world.timed(summary="New"),
        notify=None,
        now=world.clock.now(),
        new_id=uuid.UUID(int=99),
    ).operation


def delete(world: World, shared: str) -> OutboxOperation:
    return events.delete_event(
        actor=world.actor,
        target=event_of(member=world.member, calendar_id=shared, event_id="standup"),
        scope=None,
        notify=None,
        now=world.clock.now(),
    ).operation


def test_a_change_for_a_calendar_that_vanished_is_kept_and_sent_when_it_is_back(
    world: World, shared: str
) -> None:
    operation = rename(world, shared)
    world.google.share(shared, with_=ALICE, role="none")
    world.sync(insist=True)
    operation.refresh_from_db()
    assert (operation.status, operation.reason) == (OperationStatus.FAILED, "calendar_gone")
    assert operation.error.endswith(".")
    world.google.share(shared, with_=ALICE, role="writer")
    world.sync(insist=True)
    operation.refresh_from_db()
    assert operation.status == OperationStatus.APPLIED
    assert world.google.get_event(shared, "standup")["summary"] == "Mine"


@pytest.mark.parametrize("change", ["create", "edit", "delete"])
def test_a_change_that_finds_its_calendar_gone_waits_for_it_instead_of_blaming_the_event(
    world: World, shared: str, change: str
) -> None:
    operation = {"create": create, "edit": rename, "delete": delete}[change](world, shared)
    world.google.share(shared, with_=ALICE, role="none")
    assert not world.sync().succeeded
    operation.refresh_from_db()
    assert (operation.status, operation.reason) == (OperationStatus.FAILED, "calendar_gone")
    world.sync()
    assert len(world.writes()) == 1
    world.google.share(shared, with_=ALICE, role="writer")
    world.sync(insist=True)
    operation.refresh_from_db()
    assert operation.status == OperationStatus.APPLIED
    names = sorted(event["summary"] for event in world.google.live_events(shared))
    assert names == {"create": ["Lunch", "New"], "edit": ["Mine"], "delete": []}[change]


def test_an_event_that_google_denied_for_a_moment_comes_back(world: World, shared: str) -> None:
    operation = rename(world, shared)
    for method in ("PATCH", "GET"):
        world.google.faults.fail_next(
            1, status=404, reason="notFound", method=method, path_contains="/events/"
        )
    world.sync()
    event = calendar_of(member=world.member, calendar_id=shared).events.get()
    assert event.local_status == "conflict"
    assert event.resource["status"] == "cancelled"
    world.sync(full=True)
    event.refresh_from_db()
    assert event.resource["status"] == "confirmed"
    assert world.sync().succeeded
    operation.refresh_from_db()
    assert operation.status == OperationStatus.APPLIED
    assert world.google.get_event(shared, "standup")["summary"] == "Mine"


def test_a_create_that_google_does_not_find_a_place_for_keeps_its_id(
    world: World, shared: str
) -> None:
    operation = create(world, shared)
    world.google.faults.fail_next(1, status=404, reason="notFound", method="POST")
    assert not world.sync().succeeded
    operation.refresh_from_db()
    assert operation.status == OperationStatus.PENDING
    assert world.sync(insist=True).succeeded
    google_id = operation.event_id.removeprefix("local:").replace("-", "")
    assert world.google.get_event(shared, google_id)["summary"] == "New"


def test_a_change_that_lost_the_right_to_be_made_says_so(world: World, shared: str) -> None:
    operation = rename(world, shared)
    world.google.share(shared, with_=ALICE, role="reader")
    world.sync(insist=True)
    operation.refresh_from_db()
    assert operation.status == OperationStatus.FAILED
    assert "may read the calendar but not change it" in operation.error
    calendar = calendar_of(member=world.member, calendar_id=shared)
    assert (calendar.access_role, calendar.writable) == ("reader", False)
    assert calendar.events.get(event_id="standup").local_status == "failed"


def test_who_asks_to_sync_now_sees_a_calendar_that_was_just_shared(world: World) -> None:
    """By itself the list is read every few minutes."""
    world.sync()
    world.google.add_person(BEN)
    shared = world.google.add_calendar(owner=BEN, summary="Team")
    world.google.share(shared, with_=ALICE)
    world.sync()
    assert not Calendar.objects.filter(google_id=shared).exists()
    request_sync(member=world.member, now=world.clock.now())
    world.sync()
    assert Calendar.objects.filter(google_id=shared).exists()


@pytest.mark.parametrize(
    ("chosen", "then"), [("UTC", "Europe/Berlin"), ("Asia/Tokyo", "Asia/Tokyo")]
)
def test_until_a_member_chooses_a_time_zone_it_is_that_of_the_first_calendar(
    world: World, chosen: str, then: str
) -> None:
    """Others look for a time within the member's working hours, who may never see the settings."""
    Member.objects.update(time_zone=chosen)
    world.sync()
    assert Member.objects.get().time_zone == then


def test_a_second_account_leaves_the_members_time_zone(world: World) -> None:
    world.sync()
    Member.objects.update(time_zone="UTC")
    world.google.add_person(BEN, time_zone="America/New_York")
    account = world.connect(BEN)
    world.cycle_of(account, insist=True)
    assert Calendar.objects.filter(google_id=BEN).exists()
    assert Member.objects.get().time_zone == "UTC"


def test_all_day_events_follow_a_calendar_to_another_zone(world: World, shared: str) -> None:
    world.google.insert_event(
        shared, {"id": "pause", "start": {"date": "2026-03-12"}, "end": {"date": "2026-03-13"}}
    )
    world.sync(insist=True)
    before = Occurrence.objects.get(event__event_id="pause").start_ts
    world.google.change_calendar(shared, {"timeZone": "America/New_York"})
    world.sync(insist=True)
    assert calendar_of(member=world.member, calendar_id=shared).time_zone == "America/New_York"
    assert Occurrence.objects.get(event__event_id="pause").start_ts - before == 5 * 3_600


def test_a_calendar_that_a_second_account_has_too_is_shown_as_the_member_chose_before(
    world: World, shared: str
) -> None:
    Calendar.objects.filter(google_id=shared).update(selected=False)
    account = world.connect(BEN)
    world.account = account
    world.sync()
    assert set(Calendar.objects.filter(google_id=shared).values_list("selected", flat=True)) == {
        False
    }
    assert calendar_of(member=world.member, calendar_id=shared).account != account
