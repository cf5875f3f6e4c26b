"""Google is told of disconnected accounts by the worker, whatever happens in between."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from accounts import commands
from accounts.models import GoogleAccount, GrantToRevoke, Member
from calendars import tasks
from calendars.sync.revocation import MOST_TRIES, revoke_grants
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.sync.world import World

pytestmark = pytest.mark.django_db


def disconnect(world: World, *, keep_cache: bool = True) -> None:
    commands.disconnect(account=world.account, keep_cache=keep_cache)


def is_granted(world: World) -> bool:
    """Whether Google still takes the grant that the account had."""
    return any(email == ALICE for email, _ in world.google.sign_in.grants)


@pytest.mark.parametrize("keep_cache", [True, False])
def test_the_worker_has_google_revoke_what_a_member_disconnected(
    world: World, keep_cache: bool
) -> None:
    disconnect(world, keep_cache=keep_cache)
    assert is_granted(world)
    assert not any(request.path == "/revoke" for request in world.google.requests)
    revoke_grants(clock=world.clock)
    assert not is_granted(world)
    assert not GrantToRevoke.objects.exists()


def test_until_then_the_credentials_are_kept_encrypted(world: World) -> None:
    stored = world.account.credentials
    disconnect(world)
    kept = GrantToRevoke.objects.get()
    assert kept.credentials == stored
    assert "refresh_token" not in kept.credentials


def test_the_token_does_not_stand_in_an_address(world: World) -> None:
    disconnect(world)
    revoke_grants(clock=world.clock)
    [request] = [each for each in world.google.requests if each.path == "/revoke"]
    assert "token" not in str(request)


def test_without_a_network_it_is_tried_again_later_and_not_before(world: World) -> None:
    disconnect(world)
    world.google.faults.go_offline()
    revoke_grants(clock=world.clock)
    assert GrantToRevoke.objects.get().attempts == 1
    world.google.faults.go_online()
    revoke_grants(clock=world.clock)
    assert is_granted(world)
    world.clock.advance(dt.timedelta(minutes=1))
    revoke_grants(clock=world.clock)
    assert not is_granted(world)


def test_after_many_tries_the_credentials_are_erased_all_the_same(world: World) -> None:
    disconnect(world)
    world.google.faults.go_offline()
    GrantToRevoke.objects.update(attempts=MOST_TRIES - 1)
    revoke_grants(clock=world.clock)
    assert not GrantToRevoke.objects.exists()


def test_a_grant_that_google_does_not_know_any_more_is_erased(world: World) -> None:
    world.google.faults.revoke_grant(ALICE)
    disconnect(world)
    revoke_grants(clock=world.clock)
    assert not GrantToRevoke.objects.exists()


def test_an_answer_that_is_not_googles_does_not_count(world: World) -> None:
    disconnect(world)
    world.google.faults.fail_next(status=404, path_contains="/revoke")
    revoke_grants(clock=world.clock)
    assert GrantToRevoke.objects.get().attempts == 1


def test_who_connects_again_in_between_keeps_the_new_grant(world: World) -> None:
    disconnect(world)
    world.account = world.connect(ALICE)
    revoke_grants(clock=world.clock)
    assert not GrantToRevoke.objects.exists()
    assert world.sync().succeeded


def test_an_account_that_a_colleague_has_connected_too_goes_on_working(
    world: World, bob: Member
) -> None:
    theirs = commands.connect_account(
        member=bob,
        credentials=world.google.credentials_json(ALICE),
        email=ALICE,
        granted_scopes=[],
        now=world.clock.now(),
    )
    disconnect(world, keep_cache=False)
    revoke_grants(clock=world.clock)
    assert is_granted(world)
    assert GoogleAccount.objects.get() == theirs


def test_credentials_that_no_key_opens_are_erased(world: World) -> None:
    GoogleAccount.objects.update(credentials="not a secret of ours")
    world.account.refresh_from_db()
    disconnect(world)
    revoke_grants(clock=world.clock)
    assert not GrantToRevoke.objects.exists()


def test_a_member_who_is_deleted_gives_all_grants_back(world: World) -> None:
    world.member.delete()
    revoke_grants(clock=world.clock)
    assert not is_granted(world)


def test_a_nameless_account_that_turns_out_to_be_a_known_one_gives_nothing_back(
    world: World,
) -> None:
    nameless = commands.connect_account(
        member=world.member,
        credentials={**world.google.credentials_json(ALICE), "refresh_token": "another"},
        email="",
        granted_scopes=[],
        now=world.clock.now(),
    )
    commands.name_account(account_id=nameless.pk, email=ALICE)
    assert not GrantToRevoke.objects.exists()


def test_nothing_is_asked_of_google_where_syncing_is_off(world: World, settings: Settings) -> None:
    settings.CALENDAR_ENABLED = False
    disconnect(world)
    tasks.revoke_grants()
    assert is_granted(world)
