"""Databases of a run: made for it, dropped after it. PostgreSQL where one answers, else SQLite."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests import services

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class PostgresServer:
    """Databases on a PostgreSQL server; ``address`` is of any database there."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.made: list[str] = []

    @property
    def version(self) -> str:
        with psycopg.connect(self.address, dbname="postgres") as connection:
            return f"PostgreSQL {connection.info.server_version // 10_000}"

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{self._full(name)}"))

    def make(self, name: str, *, copy_of: str | None = None) -> None:
        template = sql.Identifier(self._full(copy_of) if copy_of else "template1")
        self._run("CREATE DATABASE {} TEMPLATE {}", self._full(name), template)
        self.made.append(self._full(name))

    def execute(self, name: str, statements: Sequence[str]) -> None:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def drop_all(self) -> None:
        for name in self.made:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def bytes_of(self, connection: Any, tables: Sequence[str]) -> int:
        """Of the tables with their indexes, in the database that ``connection`` is to."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(each::regclass)) FROM unnest(%s::text[]) each",
                [list(tables)],
            )
            return int(cursor.fetchone()[0])

    def _full(self, name: str) -> str:
        return f"secretary_bench_{os.getpid()}_{name}"

    def _run(self, statement: str, name: str, *more: sql.Composable) -> None:
        with psycopg.connect(self.address, dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name), *more))  # type: ignore[arg-type]


class SqliteFiles:
    """Databases as files of one folder."""

    version = f"SQLite {sqlite3.sqlite_version}"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self._file(name)}"

    def make(self, name: str, *, copy_of: str | None = None) -> None:
        if copy_of:
            self.execute(copy_of, ["PRAGMA wal_checkpoint(TRUNCATE)"])
            shutil.copyfile(self._file(copy_of), self._file(name))

    def execute(self, name: str, statements: Sequence[str]) -> None:
        connection = sqlite3.connect(self._file(name), isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()

    def drop_all(self) -> None:
        """The folder goes as a whole."""

    def bytes_of(self, connection: Any, tables: Sequence[str]) -> int:
        """Of the whole file: SQLite does not tell tables apart."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute("PRAGMA page_size")
            return int(pages * cursor.fetchone()[0])

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"


def find(folder: Path, *, sqlite: bool) -> PostgresServer | SqliteFiles:
    address = None if sqlite else services.postgresql()
    return PostgresServer(address) if address else SqliteFiles(folder)
