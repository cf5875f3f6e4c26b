"""Calendars are locked in one order, from whichever end a change comes to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars.commands.outbox import discard, retry
from calendars.commands.undo import undo
from calendars.models import CalendarSyncState, OutboxOperation
from calendars.sync.cycle import Wish
from calendars.sync.run import sync_account
from tests.sync.test_moves import BEN, WORK, work
from tests.sync.world import ALICE, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accounts.models import GoogleAccount
    from tests.sync.world import World

__all__ = ["work"]
_LOCK = re.compile(r"UPDATE calendar_sync_state SET revision = revision \+ 1 .* = (\d+)")
_END = re.compile(r"(COMMIT|ROLLBACK|RELEASE|SAVEPOINT|BEGIN)")


def transactions(queries: list[str]) -> Iterator[list[int]]:
    """The calendars that each outermost transaction locked, in its order, each named once."""
    depth, locked = 0, list[int]()
    for sql in queries:
        if sql.startswith("SAVEPOINT"):
            depth += 1
        elif sql.startswith(("RELEASE SAVEPOINT", "ROLLBACK TO")):
            depth -= 1
        elif found := _LOCK.match(sql):
            locked += [int(found[1])] if int(found[1]) not in locked else []
        if depth == 0 and locked:
            yield locked
            locked = []


def assert_in_order(act: Callable[[], object], *, both: bool = True) -> None:
    with CaptureQueriesContext(connection) as captured:
        act()
    locks = list(transactions([query["sql"] for query in captured.captured_queries]))
    assert locks == [sorted(each) for each in locks]
    assert any(len(each) == 2 for each in locks) is both


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
    with CaptureQueriesContext(connection) as captured:
        discard(actor=world.actor, operation=first, now=world.clock.now())
    locks = list(transactions([query["sql"] for query in captured.captured_queries]))
    known = CalendarSyncState.objects.order_by("calendar_id").values_list("calendar_id", flat=True)
    assert locks == [list(known)]
