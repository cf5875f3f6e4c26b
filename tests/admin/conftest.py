from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from calendars.commands import full_sync, queue
from tests.factories import MemberFactory

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.test import Client

    from accounts.models import Member


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """The worker, as far as it is woken."""
    wake = Mock()
    monkeypatch.setattr(full_sync, "wake", wake)
    monkeypatch.setattr(queue, "wake", wake)
    return wake


@pytest.fixture
def operator(db: None) -> Member:
    return MemberFactory(username="olga", is_staff=True, is_superuser=True)


@pytest.fixture
def admin(client: Client, operator: Member, woken: Mock) -> Client:
    """A browser in which an operator with all permissions is signed in."""
    client.force_login(operator)
    return client


@pytest.fixture
def staff(client: Client, woken: Mock, db: None) -> Callable[..., Client]:
    """Signs in somebody of the staff with exactly the given permissions of calendars."""

    def sign_in(*codenames: str) -> Client:
        member: Any = MemberFactory(username="stan", is_staff=True)
        member.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(member)
        return client

    return sign_in


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> dt.datetime:
    """It is now."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now
