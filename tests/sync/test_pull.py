"""What happens at Google arrives here, whole or not at all."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars.commands.outbox import discard
from calendars.commands.scope import Scope
from calendars.google import gateway
from calendars.models import CachedEvent, CalendarSyncState, LocalStatus, Occurrence
from calendars.sync.ports import EventsPage
from tests.factories import cached
from tests.sync.world import ALICE, NOW

if TYPE_CHECKING:
    from tests.sync.world import World

DAILY = ["RRULE:FREQ=DAILY;COUNT=10"]


def state() -> CalendarSyncState:
    return CalendarSyncState.objects.get(google_calendar_id=ALICE)


def test_a_change_at_google_arrives_with_the_next_cycle(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.google.patch_event(ALICE, made["id"], {"summary": "Tea"})
    assert world.sync().changes == 1
    assert world.seen(made["id"]).resource["summary"] == "Tea"


def test_a_second_cycle_without_changes_writes_nothing(world: World) -> None:
    world.google.insert_event(ALICE, world.timed())
    world.sync()
    before = CachedEvent.objects.get().cached_at
    assert world.sync().changes == 0
    assert world.sync(full=True).changes == 0
    assert CachedEvent.objects.get().cached_at == before


def test_a_list_that_does_not_end_is_given_up_and_said_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def again(_: Any, *, page_token: str | None, **__: Any) -> EventsPage:
        asked.append(page_token)
        return EventsPage(items=[], next_page_token="again", next_sync_token=None)

    monkeypatch.setattr(gateway.GoogleGateway, "list_events", again)
    report = world.sync(full=True)
    assert [each for each in report.problems if "does not end" in each]
    assert asked == [None, "again"] * (len(asked) // 2)
    assert state().failure_count == 1


def test_a_deleted_event_goes(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.google.delete_event(ALICE, made["id"])
    world.sync()
    assert not CachedEvent.objects.exists()


def test_a_deleted_series_takes_its_exceptions_along(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed(recurrence=DAILY))
    world.google.patch_event(ALICE, f"{made['id']}_20260312T090000Z", {"summary": "Tea"})
    world.sync()
    world.google.delete_event(ALICE, made["id"])
    world.sync()
    assert not CachedEvent.objects.exists()
    assert not Occurrence.objects.exists()


def test_a_cancelled_instance_removes_one_occurrence(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed(recurrence=DAILY))
    world.sync()
    assert len(world.starts(made["id"])) == 10
    world.google.delete_event(ALICE, f"{made['id']}_20260312T090000Z")
    world.sync()
    assert len(world.starts(made["id"])) == 9


def test_a_series_that_moved_at_google_keeps_no_cancelled_instance_of_its_old_slots(
    world: World,
) -> None:
    made = world.google.insert_event(ALICE, world.timed(recurrence=DAILY))
    world.google.delete_event(ALICE, f"{made['id']}_20260312T090000Z")
    world.sync()
    world.edit(made["id"], Scope.SERIES, summary="Tea")
    moved = world.timed(hour=15)
    world.google.patch_event(ALICE, made["id"], {"start": moved["start"], "end": moved["end"]})
    world.google.faults.expire_sync_tokens()
    assert world.sync().succeeded
    assert [row.event_id for row in CachedEvent.objects.all()] == [made["id"]]
    assert len(world.starts(made["id"])) == 10


def test_a_cancelled_instance_outlives_a_move_that_was_given_up(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed(recurrence=DAILY))
    world.google.delete_event(ALICE, f"{made['id']}_20260312T090000Z")
    world.sync()
    moved = world.timed(hour=15)
    operation = world.edit(made["id"], Scope.SERIES, start=moved["start"], end=moved["end"])
    world.google.faults.fail_next(3, status=503, reason="backendError", method="PATCH")
    world.google.patch_event(ALICE, made["id"], {"location": "There"})
    world.sync()
    discard(actor=world.actor, operation=operation, now=world.clock.now())
    assert len(world.starts(made["id"])) == 9


def test_a_moved_instance_happens_once_at_its_new_time(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed(recurrence=DAILY))
    world.sync()
    moved = world.timed(day=12, hour=15)
    instance = f"{made['id']}_20260312T090000Z"
    world.google.patch_event(ALICE, instance, {"start": moved["start"], "end": moved["end"]})
    world.sync()
    assert len(world.starts(made["id"])) == 9
    assert len(world.starts(instance)) == 1


def test_an_exception_may_come_before_its_series(world: World) -> None:
    world.google.options.order = "exceptions_first"
    for day in range(11, 16):
        made = world.google.insert_event(ALICE, world.timed(day=day, recurrence=DAILY))
        world.google.delete_event(ALICE, f"{made['id']}_202603{day + 1}T090000Z")
    world.sync()
    assert Occurrence.objects.count() == 5 * 9


def test_an_instance_whose_series_is_not_ours_stands_alone(world: World) -> None:
    """A guest of a single occurrence has an instance without its series (trap 10)."""
    made = world.google.insert_event(ALICE, world.timed(recurrence=DAILY))
    instance = f"{made['id']}_20260312T090000Z"
    world.google.patch_event(ALICE, instance, {"summary": "Tea"})
    world.sync()
    CachedEvent.objects.filter(event_id=made["id"]).delete()
    CachedEvent.objects.filter(event_id=instance).delete()
    seen = dict(world.at_google()[instance])
    event = cached(world.calendar, seen)
    assert len(world.starts(event.event_id)) == 1


def test_an_expired_token_leads_to_a_full_sync_by_itself_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.google.faults.expire_sync_tokens()
    world.google.delete_event(ALICE, made["id"])
    world.google.insert_event(ALICE, world.timed(day=12))
    caplog.clear()
    caplog.set_level(logging.INFO, "calendars")
    assert world.sync().succeeded
    assert caplog.text.count("Full sync for") == 1
    assert made["id"] not in world.cached()
    assert len(world.cached()) == 1


def test_a_token_that_google_does_not_understand_leads_to_a_full_sync(world: World) -> None:
    world.google.insert_event(ALICE, world.timed())
    world.sync()
    CalendarSyncState.objects.update(sync_token="nonsense")
    assert world.sync().succeeded
    assert state().sync_token not in (None, "nonsense")


def test_deleting_the_token_by_sql_forces_a_full_sync(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.sync()
    CalendarSyncState.objects.update(sync_token=None)
    caplog.clear()
    caplog.set_level(logging.INFO, "calendars")
    world.sync()
    assert f"Full sync for {ALICE}: fetched 0 events" in caplog.text


def test_a_suspicious_mass_delete_is_believed_only_when_asked_again(world: World) -> None:
    ids = [world.google.insert_event(ALICE, world.timed(day=d))["id"] for d in range(11, 19)]
    world.sync()
    for event_id in ids:
        world.google.delete_event(ALICE, event_id)
    world.google.faults.expire_sync_tokens()
    report = world.sync()
    assert not report.succeeded
    assert len(world.cached()) == 8
    assert state().status == "error"
    assert "8 events" in state().last_error
    assert world.sync().succeeded
    assert world.cached() == {}
    assert state().status == "ok"


def test_a_sweep_spares_what_waits(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    local_id = world.create()
    world.google.faults.fail_next(3, status=500, method="POST")
    world.google.faults.expire_sync_tokens()
    world.google.delete_event(ALICE, made["id"])
    world.sync()
    assert set(world.cached()) == {local_id}


def test_the_old_cache_serves_while_a_pull_fails(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.google.faults.expire_sync_tokens()
    world.google.faults.fail_next(9, status=503, method="GET")
    assert not world.sync().succeeded
    assert made["id"] in world.cached()
    assert state().sync_token


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_EVENTS_A_PAGE", 3)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("repeat", [True, False])
def test_many_pages_are_one_pull(world: World, repeat: bool) -> None:
    world.google.options.repeat_across_pages = repeat
    for day in range(11, 25):
        world.google.insert_event(ALICE, world.timed(day=day))
    world.sync()
    assert len(world.cached()) == 14
    assert Occurrence.objects.count() == 14


@pytest.mark.usefixtures("small_pages")
def test_a_pull_that_breaks_off_between_pages_changes_nothing(world: World) -> None:
    for day in range(11, 25):
        world.google.insert_event(ALICE, world.timed(day=day))
    world.google.faults.fail_next(1, status=404, reason="notFound", path_contains="/events")
    world.sync()
    assert world.cached() == {}
    assert state().sync_token is None
    assert state().status == "error"
    world.clock.advance(dt.timedelta(hours=1))
    assert world.sync().succeeded
    assert len(world.cached()) == 14


def test_our_own_writes_come_back_without_a_change(world: World) -> None:
    world.sync()
    world.create()
    world.sync()
    assert world.sync().changes == 0


def test_an_event_that_left_the_window_goes_and_one_made_here_keeps_its_id(world: World) -> None:
    theirs = world.google.insert_event(ALICE, world.timed())
    world.sync()
    local_id = world.create()
    world.sync()
    world.clock.advance(dt.timedelta(days=60))
    world.sync()
    assert theirs["id"] not in world.cached()
    assert world.seen(local_id).local_status == LocalStatus.SYNCED


def test_the_window_slides_and_series_are_expanded_in_it(world: World) -> None:
    forever = world.google.insert_event(ALICE, world.timed(recurrence=["RRULE:FREQ=DAILY"]))
    world.sync()
    first = world.starts(forever["id"])
    world.clock.advance(dt.timedelta(days=60))
    world.sync()
    second = world.starts(forever["id"])
    assert second[0] > first[0]
    assert second[-1] - first[-1] == 60 * 86_400
    assert min(second) >= int((NOW + dt.timedelta(days=29)).timestamp())


def test_a_calendar_shared_later_appears_and_one_taken_away_disappears(world: World) -> None:
    world.sync()
    world.google.add_person("ben@example.test")
    shared = world.google.add_calendar(owner="ben@example.test", summary="Team")
    world.google.share(shared, with_=ALICE, role="reader")
    world.sync(insist=True)
    row = world.account.calendars.get(google_id=shared)
    assert (row.summary, row.access_role, row.deleted) == ("Team", "reader", False)
    world.google.share(shared, with_=ALICE, role="none")
    world.sync(insist=True)
    world.sync(insist=True)
    row.refresh_from_db()
    assert row.deleted or CalendarSyncState.objects.get(calendar=row).status == "error"


def test_a_revoked_grant_asks_to_reconnect_and_keeps_the_cache(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    world.google.faults.revoke_grant(ALICE)
    assert not world.sync().succeeded
    world.account.refresh_from_db()
    assert world.account.status == "reconnect"
    assert world.account.status_reason.endswith(".")
    assert made["id"] in world.cached()


def test_an_expired_access_token_is_refreshed_and_kept(world: World) -> None:
    world.sync()
    before = world.account.credentials
    world.google.faults.expire_access_tokens()
    assert world.sync().succeeded
    world.account.refresh_from_db()
    assert world.account.credentials != before


def test_all_day_events_are_placed_in_the_calendars_zone(world: World) -> None:
    made = world.google.insert_event(
        ALICE, {"summary": "x", "start": {"date": "2026-03-29"}, "end": {"date": "2026-03-30"}}
    )
    world.sync()
    occurrence = Occurrence.objects.get(event__event_id=made["id"])
    assert (occurrence.start_date, occurrence.end_date) == ("2026-03-29", "2026-03-30")
    assert occurrence.end_ts - occurrence.start_ts == 23 * 3_600


def test_a_series_keeps_its_wall_time_across_the_change_of_clocks(world: World) -> None:
    made = world.google.insert_event(
        ALICE, world.timed(day=27, recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    )
    world.sync()
    gaps = [b - a for a, b in itertools.pairwise(world.starts(made["id"]))]
    assert gaps == [86_400, 86_400 - 3_600, 86_400]


def test_one_occurrence_can_be_changed_and_deleted_here(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed(recurrence=DAILY))
    world.sync()
    world.edit(f"{made['id']}_20260312T090000Z", Scope.INSTANCE, summary="Tea")
    world.delete(f"{made['id']}_20260313T090000Z", Scope.INSTANCE)
    assert len(world.starts(made["id"])) == 8
    assert world.sync().succeeded
    there = world.at_google()
    assert there[f"{made['id']}_20260312T090000Z"]["summary"] == "Tea"
    assert there[f"{made['id']}_20260313T090000Z"]["status"] == "cancelled"
    assert world.sync().succeeded
    assert len(world.starts(made["id"])) == 8


ODD: list[Any] = [None, 5, True, "x", [], {}, [None], {"a": None}, {"date": 5}, {"dateTime": {}}]
FIELDS = ("start", "end", "recurrence", "attendees", "reminders", "status", "etag", "summary")
ODD_ROWS = {
    f"odd{number:03}": field_and_value
    for number, field_and_value in enumerate(
        itertools.product((*FIELDS, "originalStartTime", "recurringEventId", "organizer"), ODD)
    )
}


@pytest.mark.parametrize("waiting", [False, True])
def test_odd_rows_do_not_keep_their_calendar_out_of_step(
    world: World, monkeypatch: pytest.MonkeyPatch, waiting: bool
) -> None:
    for event_id in ODD_ROWS:
        world.google.insert_event(ALICE, world.timed(id=event_id))
    world.sync()
    if waiting:
        world.google.faults.quota_exceeded_for_writes()
        for event_id in ODD_ROWS:
            moved = world.timed(12)
            world.edit(event_id, start=moved["start"], end=moved["end"], summary="Tea")
    for event_id in ODD_ROWS:
        world.google.patch_event(ALICE, event_id, {"location": "There"})
    good = world.google.insert_event(ALICE, world.timed())
    list_events = gateway.GoogleGateway.list_events

    def oddly(self: gateway.GoogleGateway, **asked: Any) -> EventsPage:
        page = list_events(self, **asked)
        rows = [
            row | dict([ODD_ROWS[row["id"]]]) if row["id"] in ODD_ROWS else row
            for row in page.items
        ]
        return replace(page, items=rows)

    monkeypatch.setattr(gateway.GoogleGateway, "list_events", oddly)
    world.sync()
    assert world.seen(good["id"]).local_status == LocalStatus.SYNCED
    assert state().status == "ok"


def test_a_cancelled_instance_of_a_series_made_and_moved_offline_is_forgotten_with_its_slot(
    world: World,
) -> None:
    world.sync()
    rule = ["RRULE:FREQ=DAILY;COUNT=4"]
    series = world.create(**world.timed(30, 15), recurrence=rule)
    second = world.seen(series).occurrences.order_by("start_ts")[1].instance_id
    world.delete(second, Scope.INSTANCE)
    times = world.timed(28, 8)  # the clocks change on the 29th
    world.edit(series, Scope.SERIES, start=times["start"], end=times["end"])
    assert world.sync().succeeded
    assert set(world.cached()) == set(world.at_google())
    (event_id,) = world.cached()
    assert len(world.starts(event_id)) == 3  # by the rule now: what was deleted stays deleted
    assert world.shown_here() == world.shown_at_google()


def test_a_listing_takes_as_many_statements_for_many_events_as_for_few(world: World) -> None:
    world.sync()
    statements = []
    for number in (25, 75):
        for _ in range(number):
            world.google.insert_event(ALICE, world.timed())
        with CaptureQueriesContext(connection) as captured:
            assert world.sync().changes == number
        statements.append(len(captured))
    assert statements[0] == statements[1]
