"""Which services the tests can use on this machine, and what becomes of tests that lack theirs.

A pytest plugin: tests marked ``browser``, ``redis`` or ``postgresql`` are skipped, with a reason,
where their service is missing. With ``CI=true`` nothing may be left out: a skipped test fails the
run.
"""

from __future__ import annotations

import getpass
import os
import shutil
from functools import cache
from typing import TYPE_CHECKING

import psycopg
import pytest
import redis

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAY_CREATE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"


def nothing_may_be_left_out() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@cache
def postgresql() -> str | None:
    """Address of a PostgreSQL server in which a test database can be made."""
    given = os.environ.get("TEST_POSTGRES_URL")
    user = getpass.getuser()
    usual = ["postgresql:///secretary", f"postgresql://{user}@127.0.0.1:5432/secretary"]
    return next(filter(_can_create_databases, [given] if given else usual), None)


@cache
def redis_server() -> str | None:
    """Address of a Redis server; the tests use its databases 8 to 15."""
    address = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379"
    try:
        with redis.Redis.from_url(address, socket_connect_timeout=1) as connection:
            connection.ping()
    except redis.RedisError:
        return None
    return address.rstrip("/")


@cache
def chromium() -> str | None:
    """Path of Chromium: ``CHROMIUM``, or one of its usual names."""
    given = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [given] if given else _CHROMIUMS)), None)


# The shell is the same browser without its own windows: it opens a page in half the time.
_CHROMIUMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]


def missing() -> dict[str, str]:
    """Marker of the tests that cannot run here, and why not."""
    found = {
        "postgresql": (postgresql(), "no PostgreSQL answered; name one by TEST_POSTGRES_URL"),
        "redis": (redis_server(), "no Redis answered; name one by TEST_REDIS_URL"),
        "browser": (chromium(), "Chromium was not found; name it by CHROMIUM"),
    }
    return {marker: why for marker, (service, why) in found.items() if service is None}


def _can_create_databases(address: str) -> bool:
    try:
        with psycopg.connect(address, dbname="postgres", connect_timeout=2) as connection:
            row = connection.execute(_MAY_CREATE).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking = missing()
    if "postgresql" not in os.environ.get("DATABASE_URL", "").replace("postgres:", "postgresql:"):
        lacking["postgresql"] = "this run's database is SQLite"
    for item in items:
        for marker, why in lacking.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=why))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if nothing_may_be_left_out() and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("CI=true: a skipped test counts as a failure.", red=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and nothing_may_be_left_out() and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def redis_url(worker_id: str) -> Iterator[str]:
    """An empty Redis database that no other process of this run uses."""
    number = 8 + (int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0) % 8
    address = f"{redis_server()}/{number}"
    with redis.Redis.from_url(address) as connection:
        connection.flushdb()
        yield address
        connection.flushdb()
