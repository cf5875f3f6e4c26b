"""What a test with real transactions leaves behind is cleared in milliseconds. A pytest plugin.

Django truncates every table, for which PostgreSQL makes new files, and has all applications set up
anew what they keep: content types, permissions, the schedule. Here rows are deleted, and those that
were there before the first test are put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.core.management.commands.flush import Command
from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_django import DjangoDbBlocker

    Kept = dict[str, Sequence[Sequence[Any]]]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        kept = {table: _rows(table) for table in _tables()}

    def handle(command: Command, **options: Any) -> None:
        _clear(kept)

    with mock.patch.object(Command, "handle", handle):
        yield
    with django_db_blocker.unblock():
        _end_other_sessions()


_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def _end_other_sessions() -> None:
    """A thread of a server that a test had may not be through yet: PostgreSQL would keep a database
    that somebody else uses."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_END_OTHERS)


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _rows(table: str) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608 - a table of ours
        return list(cursor.fetchall())


@transaction.atomic
def _clear(kept: Kept) -> None:
    with connection.cursor() as cursor:
        for table in kept:
            cursor.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608 - a table of ours
        for table, rows in kept.items():
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                into = f"INSERT INTO {_quoted(table)} VALUES ({places})"  # noqa: S608 - the same
                cursor.executemany(into, rows)


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)
