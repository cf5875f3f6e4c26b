"""One worker per account at a time (rule 8)."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from calendars.google import gateway
from calendars.models import AccountSyncState, Calendar
from calendars.sync.holder import new_holder
from calendars.sync.lease import LEASE
from calendars.sync.ports import LeaseLostError
from calendars.sync.store import DjangoStore
from tests.sync.world import ALICE

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import GoogleAccount
    from calendars.sync.ports import EventsPage
    from tests.sync.world import World


def store(account: GoogleAccount, holder: str) -> DjangoStore:
    return DjangoStore(account_id=account.pk, holder=holder)


def test_only_one_worker_gets_the_account(alices_account: GoogleAccount, now: dt.datetime) -> None:
    assert store(alices_account, "one").take_lease(now=now)
    assert not store(alices_account, "two").take_lease(now=now)


def test_a_lease_that_is_given_back_can_be_taken(
    alices_account: GoogleAccount, now: dt.datetime
) -> None:
    first = store(alices_account, "one")
    first.take_lease(now=now)
    first.release_lease()
    assert store(alices_account, "two").take_lease(now=now)


def test_the_lease_of_a_dead_worker_expires(
    alices_account: GoogleAccount, now: dt.datetime
) -> None:
    store(alices_account, "one").take_lease(now=now)
    assert store(alices_account, "two").take_lease(now=now + LEASE)


def test_the_lease_of_a_killed_process_of_this_machine_is_taken_at_once(
    alices_account: GoogleAccount, now: dt.datetime
) -> None:
    place, _, rest = new_holder().partition(" ")
    killed = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    holder = f"{place} {killed.pid} {rest.partition(' ')[2]}"
    store(alices_account, holder).take_lease(now=now)
    assert not store(alices_account, new_holder()).take_lease(now=now)
    killed.kill()
    killed.communicate()
    assert store(alices_account, new_holder()).take_lease(now=now)


def test_nobody_elses_holder_is_taken_for_dead(
    alices_account: GoogleAccount, now: dt.datetime
) -> None:
    for holder in (new_holder(), "elsewhere/1 999999999 x", "x", "a b c"):
        assert len(holder) <= 64
        first = store(alices_account, holder)
        assert first.take_lease(now=now)
        assert not store(alices_account, "two").take_lease(now=now)
        first.release_lease()


def test_a_worker_that_lost_its_lease_writes_nothing(
    alices_account: GoogleAccount, now: dt.datetime
) -> None:
    slow = store(alices_account, "one")
    slow.take_lease(now=now)
    store(alices_account, "two").take_lease(now=now + LEASE)
    with pytest.raises(LeaseLostError):
        slow.save_calendar_list([{"id": "x@example.test", "summary": "X"}], now=now + LEASE)
    assert not Calendar.objects.exists()


def test_giving_back_a_lost_lease_does_not_free_the_new_one(
    alices_account: GoogleAccount, now: dt.datetime
) -> None:
    slow = store(alices_account, "one")
    slow.take_lease(now=now)
    store(alices_account, "two").take_lease(now=now + LEASE)
    slow.release_lease()
    assert AccountSyncState.objects.get().lease_holder == "two"


def test_a_cycle_beside_another_worker_does_nothing_and_says_so(world: World) -> None:
    other = store(world.account, "other")
    other.take_lease(now=world.clock.now())
    assert world.sync().skipped
    assert not world.google.requests


def test_no_other_worker_takes_over_during_a_long_pull(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(11, 27):
        world.google.insert_event(ALICE, world.timed(day))
    monkeypatch.setattr(gateway, "_EVENTS_A_PAGE", 1)
    list_events = gateway.GoogleGateway.list_events
    taken_over = []

    def slowly(self: gateway.GoogleGateway, **asked: Any) -> EventsPage:
        world.clock.sleep(19)
        taken_over.append(store(world.account, "other").take_lease(now=world.clock.now()))
        return list_events(self, **asked)

    monkeypatch.setattr(gateway.GoogleGateway, "list_events", slowly)
    assert world.sync().succeeded
    assert len(taken_over) * 19 > LEASE.total_seconds()
    assert not any(taken_over)
