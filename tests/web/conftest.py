from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.test import Client

from tests.factories import NOW

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from accounts.models import Member

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def today() -> Iterator[dt.datetime]:
    """The pages are looked at on Tuesday, 10 March 2026, at ten in Berlin."""
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield NOW


@pytest.fixture
def alices(alice: Member) -> Client:
    client = Client()
    client.force_login(alice)
    return client
