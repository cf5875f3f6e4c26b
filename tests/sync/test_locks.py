"""Calendars are locked in one order, from whichever end a change comes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from calendars.commands.outbox import discard, retry
from calendars.commands.undo import undo
from calendars.models import CalendarSyncState, OutboxOperation
from calendars.sync.cycle import Wish
from calendars.sync.run import sync_account
from tests.sync.test_moves import BEN, WORK, work
from tests.sync.world import ALICE, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import GoogleAccount
    from tests.sync.world import World

__all__ = ["work"]
_LOCK = "UPDATE calendar_sync_state SET revision"


class Locks:
    """The calendars that each outermost transaction locks, in its order, each named once."""

    def __init__(self) -> None:
        self.transactions: list[list[int]] = []
        self._depth = 0
        self._locked: list[int] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SAVEPOINT"):
            self._depth += 1
        elif sql.startswith(("RELEASE SAVEPOINT", "ROLLBACK TO")):
            self._depth -= 1
        elif sql.strip().startswith(_LOCK) and params[0] not in self._locked:
            self._locked.append(params[0])
        if self._depth == 0 and self._locked:
            self.transactions.append(self._locked)
            self._locked = []
        return execute(sql, params, many, context)


def locks_of(act: Callable[[], object]) -> list[list[int]]:
    locks = Locks()
    with connection.execute_wrapper(locks):
        act()
    return locks.transactions


def assert_in_order(act: Callable[[], object]) -> None:
    locks = locks_of(act)
    assert locks == [sorted(each) for each in locks]
    assert any(len(each) == 2 for each in locks)


@pytest.fixture(params=["forth", "back"])
def pair(request: pytest.FixtureRequest, world: World, work: GoogleAccount) -> tuple[str, str]:
    """A calendar and one of another account, which was there before it or came after it."""
    world.sync()
    return (ALICE, WORK) if request.param == "forth" else (WORK, ALICE)


def sync_all(world: World, work: GoogleAccount) -> None:
    world.sync(insist=True)
    sync_account(account_id=work.pk, wish=Wish(insist=True), clock=world.clock)


def moving(world: World, work: GoogleAccount, pair: tuple[str, str]) -> str:
    made = world.google.insert_event(pair[0], world.timed(attendees=[{"email": BEN}]))
    sync_all(world, work)
    return str(made["id"])


def refuse_the_copy(world: World, work: GoogleAccount, pair: tuple[str, str]) -> OutboxOperation:
    """The copy is refused, so both steps are parked."""
    copy = world.move(moving(world, work, pair), pair[1], pair[0])
    world.google.faults.fail_next(1, status=403, reason="forbidden", method="POST")
    sync_all(world, work)
    copy.refresh_from_db()
    assert copy.status == "failed"
    return copy


def test_by_a_move(world: World, work: GoogleAccount, pair: tuple[str, str]) -> None:
    event_id = moving(world, work, pair)
    assert_in_order(lambda: world.move(event_id, pair[1], pair[0]))


def test_by_the_workers_of_both_accounts(
    world: World, work: GoogleAccount, pair: tuple[str, str]
) -> None:
    assert_in_order(lambda: refuse_the_copy(world, work, pair))


def test_by_an_edit_that_has_a_parked_saga_tried_again(
    world: World, work: GoogleAccount, pair: tuple[str, str]
) -> None:
    copy = refuse_the_copy(world, work, pair)
    assert_in_order(lambda: world.edit(copy.event_id, calendar_id=pair[1], location="Roof"))


@pytest.mark.parametrize("way", [retry, discard, undo])
def test_by_what_a_member_decides_about_one_step(
    world: World, work: GoogleAccount, pair: tuple[str, str], way: Callable[..., object]
) -> None:
    copy = refuse_the_copy(world, work, pair)
    assert_in_order(lambda: way(actor=world.actor, operation=copy, now=world.clock.now()))


def test_by_a_listing_that_decides_about_a_step(
    world: World, work: GoogleAccount, pair: tuple[str, str]
) -> None:
    event_id = moving(world, work, pair)
    world.google.faults.fail_next(9, status=503, reason="backendError", method="DELETE")
    world.move(event_id, pair[1], pair[0])
    sync_all(world, work)
    sync_all(world, work)
    world.google.patch_event(pair[0], event_id, {"summary": "Meanwhile"})
    assert_in_order(lambda: sync_all(world, work))
    assert OutboxOperation.objects.filter(status="conflict").exists()


def test_also_where_a_move_leads_to_a_further_one(world: World, work: GoogleAccount) -> None:
    """From the oldest calendar by the newest to the one between: all three are taken at first."""
    world.add_team()
    world.sync(insist=True)
    event_id = moving(world, work, (ALICE, WORK))
    first = world.move(event_id, WORK, ALICE)
    world.move(first.event_id, TEAM, WORK)
    now = world.clock.now()
    locks = locks_of(lambda: discard(actor=world.actor, operation=first, now=now))
    known = CalendarSyncState.objects.order_by("calendar_id").values_list("calendar_id", flat=True)
    assert locks == [list(known)]
