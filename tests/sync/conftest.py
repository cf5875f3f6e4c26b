from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calendars.google.client import use_transport
from tests.sync.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Member


@pytest.fixture
def world(alice: Member) -> Iterator[World]:
    world = World(alice)
    with use_transport(world.google.http):
        yield world
