"""Leaves out every test without a database. A pytest plugin, for a run on a second database.

What a test does that meets no database cannot differ from one to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_DATABASES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    without = [item for item in items if not _has_database(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if _has_database(item)]


def _has_database(item: pytest.Item) -> bool:
    """Its own fixtures count, those behind them, and its marks."""
    fixtures = set(getattr(item, "fixturenames", ()))
    marks = ("django_db", "postgresql")
    return bool(fixtures & _DATABASES) or any(map(item.get_closest_marker, marks))
