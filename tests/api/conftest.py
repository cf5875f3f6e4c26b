"""Clients of the API: with a token, with a browser's session, or with nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.commands import create_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accounts.models import Member

    ClientOf = Callable[..., APIClient]

_MADE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    """Throttling counts in a cache that outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    """Nobody logs in by password here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def client_of() -> ClientOf:
    """``client_of(member, scope="write")``: a client that sends a token of this member."""
    numbers = itertools.count(1)

    def make(member: Member, scope: str = "write", name: str = "test") -> APIClient:
        secret = f"secret-{member.username}-{next(numbers)}"
        create_token(member=member, name=name, scope=scope, now=_MADE, secret=secret)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return make


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()
