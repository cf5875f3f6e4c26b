"""Most cycles find nothing to do: they cost little and wake nobody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars.google import gateway
from calendars.models import AccountSyncState, CalendarSyncState
from calendars.queries.freshness import last_success
from calendars.sync.lease import LEASE
from calendars.sync.store import DjangoStore
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from calendars.sync.ports import EventsPage
    from tests.sync.world import World


def state() -> CalendarSyncState:
    return CalendarSyncState.objects.get(google_calendar_id=ALICE)


def test_a_quiet_cycle_takes_six_statements(world: World) -> None:
    world.google.insert_event(ALICE, world.timed())
    world.sync()
    with CaptureQueriesContext(connection) as captured:
        assert world.sync().succeeded
    assert len(captured) <= 6, [each["sql"] for each in captured]


def test_an_empty_pull_leaves_the_revision_and_is_remembered(world: World) -> None:
    world.google.insert_event(ALICE, world.timed())
    world.sync()
    before = state()
    world.sync()
    after = state()
    assert after.revision == before.revision
    assert last_success(after) == world.clock.now()
    assert AccountSyncState.objects.get().last_cycle_at == world.clock.now()


def test_a_pull_that_brings_something_moves_the_revision(world: World) -> None:
    world.sync()
    before = state().revision
    world.google.insert_event(ALICE, world.timed())
    world.sync()
    assert state().revision > before


@pytest.mark.parametrize("trouble", ["failed", "stale"])
def test_an_empty_pull_that_ends_a_trouble_moves_the_revision(world: World, trouble: str) -> None:
    world.sync()
    if trouble == "failed":
        CalendarSyncState.objects.update(status="error", last_error="Broken.", failure_count=2)
    else:
        world.clock.sleep(dt.timedelta(hours=1).total_seconds())
    before = state().revision
    world.sync()
    after = state()
    assert after.revision > before
    assert (after.status, after.last_error, after.failure_count) == ("ok", "", 0)


def test_a_worker_that_lost_its_lease_says_nothing_of_an_empty_pull(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sync()
    before = last_success(state())
    list_events = gateway.GoogleGateway.list_events

    def slowly(self: gateway.GoogleGateway, **asked: Any) -> EventsPage:
        page = list_events(self, **asked)
        world.clock.sleep(LEASE.total_seconds())
        other = DjangoStore(account_id=world.account.pk, holder="other")
        assert other.take_lease(now=world.clock.now())
        return page

    monkeypatch.setattr(gateway.GoogleGateway, "list_events", slowly)
    assert not world.sync().succeeded
    assert last_success(state()) == before
    assert AccountSyncState.objects.get().lease_holder == "other"
