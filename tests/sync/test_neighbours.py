"""A colleague's change is here as soon as Google has it: whoever sees it too is woken for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from accounts.commands import connect_account, mark_reconnect
from calendars.commands.respond import Response
from calendars.models import CachedEvent
from calendars.sync.cycle import Wish
from calendars.sync.run import sync_account
from tests.sync.world import ALICE, NOW, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accounts.models import GoogleAccount, Member
    from tests.sync.world import World

BOB = "bob@example.test"
Commits = Any


@pytest.fixture
def bobs(world: World, bob: Member) -> GoogleAccount:
    """Bob's account; the team's calendar is Alice's, and he sees it."""
    world.google.add_person(BOB)
    world.add_team()
    world.google.share(TEAM, with_=BOB, role="reader")
    account = connect_account(
        member=bob,
        credentials=world.google.credentials_json(BOB),
        email=BOB,
        granted_scopes=[],
        now=NOW,
    )
    world.sync(insist=True)
    world.cycle_of(account, insist=True)
    return account


@pytest.fixture
def woken(django_capture_on_commit_callbacks: Commits) -> Iterator[Callable[..., list[Any]]]:
    with mock.patch("calendars.sync.neighbours.wake") as wake:

        def during(cycle: Callable[[], object]) -> list[Any]:
            wake.reset_mock()
            with django_capture_on_commit_callbacks(execute=True):
                cycle()
            return [call.kwargs for call in wake.call_args_list]

        yield during


def create_in_team(world: World) -> str:
    world.google.insert_event(TEAM, world.timed(id="standup"))
    world.sync(insist=True)
    world.change("standup", calendar_id=TEAM, summary="Stand-up")
    return "standup"


def test_who_has_the_same_calendar_is_woken_for_it_and_then_has_the_change(
    world: World, bobs: GoogleAccount, woken: Callable[..., list[Any]]
) -> None:
    event_id = create_in_team(world)
    assert woken(world.sync) == [{"account_id": bobs.pk, "calendar_id": TEAM}]
    sync_account(account_id=bobs.pk, wish=Wish(calendar_id=TEAM), clock=world.clock)
    row = CachedEvent.objects.get(calendar__account=bobs, event_id=event_id)
    assert row.resource["summary"] == "Stand-up"


def test_guests_are_woken_whether_they_come_or_go(
    world: World, bobs: GoogleAccount, woken: Callable[..., list[Any]]
) -> None:
    local_id = world.create(attendees=[{"email": BOB}])
    for_bob = [{"account_id": bobs.pk, "calendar_id": BOB}]
    assert woken(world.sync) == for_bob
    world.edit(local_id, attendees=[])
    assert woken(world.sync) == for_bob
    world.edit(local_id, summary="Alone")
    assert woken(world.sync) == []


def test_an_answer_wakes_the_organizer(
    world: World, bobs: GoogleAccount, woken: Callable[..., list[Any]]
) -> None:
    world.google.insert_event(BOB, world.timed(id="panel", attendees=[{"email": ALICE}]))
    world.sync()
    world.respond("panel", Response.ACCEPTED)
    assert woken(world.sync) == [{"account_id": bobs.pk, "calendar_id": BOB}]


def test_what_is_only_read_wakes_nobody_and_a_paused_account_is_left_alone(
    world: World, bobs: GoogleAccount, woken: Callable[..., list[Any]]
) -> None:
    world.google.insert_event(TEAM, world.timed())
    assert woken(world.sync) == []
    mark_reconnect(account_id=bobs.pk, reason="Connect again.")
    create_in_team(world)
    assert woken(world.sync) == []
