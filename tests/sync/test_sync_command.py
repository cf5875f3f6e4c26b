"""``manage.py sync_calendars``: its exit code is what a script or an operator goes by."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from calendars.models import OperationStatus, OutboxOperation

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.sync.world import World


def sync(*arguments: str) -> tuple[str, str]:
    """What the command says, and of what it complains."""
    out, err = io.StringIO(), io.StringIO()
    call_command("sync_calendars", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_cycle_that_succeeds_sends_what_waits_and_ends_well(world: World) -> None:
    world.sync()
    world.create(summary="Tea")
    said, complained = sync(world.member.get_username())
    assert "1 calendars" in said
    assert complained == ""
    assert "Tea" in {event["summary"] for event in world.at_google().values()}


def test_an_account_that_google_refuses_ends_it_with_a_failure(world: World) -> None:
    world.google.faults.revoke_grant(world.account.email)
    with pytest.raises(CommandError, match="1 of 1 accounts did not sync cleanly"):
        sync()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("mallory",), "no member called 'mallory'"),
        (("--calendar", "nobody@example.test"), "has a calendar 'nobody@example.test'"),
    ],
)
def test_whom_or_what_it_does_not_know_ends_it_with_a_failure(
    world: World, arguments: tuple[str, ...], sentence: str
) -> None:
    world.sync()
    with pytest.raises(CommandError, match=sentence):
        sync(*arguments)


def test_it_sends_nothing_while_synchronisation_is_switched_off(
    world: World, settings: Settings
) -> None:
    world.sync()
    world.create(summary="Tea")
    settings.CALENDAR_ENABLED = False
    with pytest.raises(CommandError, match="switched off: CALENDAR_ENABLED"):
        sync()
    assert OutboxOperation.objects.get().status == OperationStatus.PENDING
    assert world.at_google() == {}
