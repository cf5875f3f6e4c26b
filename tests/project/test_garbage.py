"""Processes that keep running look for garbage where there can be some."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from secretary_project import garbage

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_there_at_the_start_is_not_looked_through_again() -> None:
    garbage.settle()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects(generation=2)) < 1_000


def test_garbage_of_later_is_still_found() -> None:
    garbage.settle()
    for _ in range(3):
        ring: list[object] = []
        ring.append(ring)
    del ring
    assert gc.collect() >= 3
