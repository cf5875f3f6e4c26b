"""Two calls with one name at the same moment: one is done, both get its answer."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections

from calendars.models import OutboxOperation
from tests.api.test_repetition import BRIDGE, CREATE, NEW, named, post

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.api.conftest import ClientOf

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def in_thread(tmp_path: Path) -> Callable[[], None]:
    """To be called first in a thread, so that its connection sees what the test wrote.

    The tests' SQLite is in memory, where one connection does not wait for another: threads work on
    a copy in a file, as they would at somebody's.
    """
    if connection.vendor != "sqlite":
        return lambda: None
    path = tmp_path / "copy.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)

    def begin() -> None:
        connections["default"].settings_dict = {**connection.settings_dict, "NAME": str(path)}

    return begin


def in_threads(number: int, begin: Callable[[], None], call: Callable[[], Any]) -> list[Any]:
    """What the call answers in each of as many threads, none before all are ready."""
    ready = threading.Barrier(number)

    def run(_: int) -> Any:
        begin()
        try:
            ready.wait(timeout=10)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def count_operations(begin: Callable[[], None]) -> int:
    return int(in_threads(1, begin, OutboxOperation.objects.count)[0])


@pytest.mark.parametrize("headers", [named("zoo"), BRIDGE], ids=["named", "through the bridge"])
def test_calls_at_the_same_moment_are_one(
    client_of: ClientOf,
    alice: Member,
    alices_calendar: Calendar,
    request: pytest.FixtureRequest,
    headers: dict[str, str],
) -> None:
    client = client_of(alice)
    begin = request.getfixturevalue("in_thread")
    answers = in_threads(AT_ONCE, begin, lambda: post(client, NEW, CREATE, **headers))
    assert [answer.status_code for answer in answers] == [202] * AT_ONCE
    assert len({answer.content for answer in answers}) == 1
    replayed = sum("Idempotent-Replayed" in answer.headers for answer in answers)
    assert replayed == AT_ONCE - 1
    assert count_operations(begin) == 1
