"""The fixed cast of the tests: Alice owns, Bob is on the team, Charlie is an outsider."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.factories import CalendarFactory, GoogleAccountFactory, MemberFactory

if TYPE_CHECKING:
    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

pytest_plugins = ["tests.clearing", "tests.rendering", "tests.services"]

# The same examples in every run, and no verdict on how busy the machine is.
settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


@pytest.fixture
def now() -> dt.datetime:
    return dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def alice(db: None) -> Member:
    return MemberFactory(username="alice", time_zone="Europe/Berlin")


@pytest.fixture
def bob(db: None) -> Member:
    return MemberFactory(username="bob", time_zone="America/New_York")


@pytest.fixture
def charlie(db: None) -> Member:
    return MemberFactory(username="charlie")


@pytest.fixture
def alices_account(alice: Member) -> GoogleAccount:
    return GoogleAccountFactory(member=alice, email="alice@example.test")


@pytest.fixture
def alices_calendar(alices_account: GoogleAccount) -> Calendar:
    return CalendarFactory(
        account=alices_account,
        google_id="alice@example.test",
        summary="Alice",
        time_zone="Europe/Berlin",
        primary=True,
    )


@pytest.fixture
def bobs_calendar(bob: Member) -> Calendar:
    account = GoogleAccountFactory(member=bob, email="bob@example.test")
    return CalendarFactory(
        account=account,
        google_id="bob@example.test",
        summary="Bob",
        time_zone="America/New_York",
        primary=True,
    )
