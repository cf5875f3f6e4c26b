"""Querysets whose SQL is put together once, and statements that are planned once.

For the few reads that every request begins with: there Django's query compiler and PostgreSQL's
planner each cost several times what the reading does. Anything else is better off with an ordinary
queryset.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import psycopg
import psycopg.sql
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, Value
from django.db.models.query import get_related_populators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.backends.utils import CursorWrapper
    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)
_populators: Any = get_related_populators  # its stub is of a newer Django


class _Slot(Value):
    """Stands in a queryset where a value will stand, and in the parameters of its SQL as itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002
        return "%s", [self]


class _Compiled(NamedTuple):
    sql: str
    params: Sequence[Any]
    names: list[str]
    """The columns of the model itself; annotations and those of related models follow."""
    annotations: Mapping[str, int]
    converters: Sequence[tuple[int, tuple[Sequence[Callable[..., Any]], Any]]]
    related: Sequence[Any]


class PreparedRows:
    """A queryset of ``values_list`` by its ``slots``: ``make`` gets one thing for each, to filter
    by; each is a plain value, a primary key or a moment. ``run`` gives its tuples.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *slots: str) -> None:
        self._make = make
        self._slots = slots
        self._by_vendor: dict[str, _Compiled] = {}

    def run(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values of the slots; everything a caller may not see is in them."""
        compiled = self._by_vendor.get(connection.vendor) or self._compile()
        return [tuple(row) for row in _fetched(compiled, values)]

    def _compile(self) -> _Compiled:
        queryset = self._make(**{name: _Slot(name) for name in self._slots})
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = _written_out(*compiler.as_sql())
        columns = [column for column, _, _ in compiler.select]
        converters = list(compiler.get_converters(columns).items())
        compiled = self._by_vendor[connection.vendor] = _Compiled(
            sql, params, [], {}, converters, []
        )
        return compiled


class PreparedQuery(Generic[M]):
    """A queryset by its ``slots``: ``make`` gets one thing for each, to filter by.

    It may filter, order, slice, annotate, ``select_related`` and ``only``, and a slot is a plain
    value, a primary key or a moment. ``run`` gives a list of fresh objects, as the queryset itself
    would.
    """

    def __init__(self, make: Callable[..., QuerySet[M]], *slots: str) -> None:
        self._make = make
        self._slots = slots
        self._by_vendor: dict[str, _Compiled] = {}
        self._model: type[M]

    def run(self, **values: Any) -> list[M]:
        """The objects for these values of the slots; everything a caller may not see is in them."""
        compiled = self._by_vendor.get(connection.vendor) or self._compile()
        return [self._object(row, compiled) for row in _fetched(compiled, values)]

    def _object(self, row: Sequence[Any], compiled: _Compiled) -> M:
        found = self._model.from_db(connection.alias, compiled.names, row[: len(compiled.names)])
        for name, place in compiled.annotations.items():
            setattr(found, name, row[place])
        for related in compiled.related:
            related.populate(row, found)
        return found

    def _compile(self) -> _Compiled:
        queryset = self._make(**{name: _Slot(name) for name in self._slots})
        self._model = queryset.model
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = _written_out(*compiler.as_sql())
        columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
        own = compiler.klass_info["select_fields"]
        compiled = _Compiled(
            sql,
            params,
            [column.target.attname for column in columns[: own[-1] + 1]],
            dict(compiler.annotation_col_map),
            list(compiler.get_converters(columns).items()),
            _populators(compiler.klass_info, compiler.select, connection.alias),
        )
        self._by_vendor[connection.vendor] = compiled
        return compiled


def prepared_cursor(*, binary: bool = False) -> CursorWrapper:
    """A cursor of whose statements PostgreSQL parses and plans each once for a connection.

    So the text has to stay the same from call to call, and what varies has to be in the values:
    numbers of things, too (``among``). ``binary``: what is ``bytea`` comes as bytes; as text it
    would be twice as long. SQLite's driver keeps its statements by itself.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]  # itself, for its proxy is asked six times
    if database.vendor != "postgresql":
        return database.cursor()  # type: ignore[no-any-return]
    database.ensure_connection()
    bare = psycopg.Cursor(database.connection)
    if binary:
        bare.format = psycopg.pq.Format.BINARY
    return database._prepare_cursor(bare)  # type: ignore[no-any-return]


def among(values: Iterable[int | str]) -> tuple[str, list[Any]]:
    """The condition of being one of these, and its values, for ``prepared_cursor``."""
    listed = list(values)
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [listed]
    return f"IN ({', '.join(['%s'] * len(listed))})", listed


def change(statement: str, *values: Any) -> int:
    """Run a written-out UPDATE with these values; how many rows it changed."""
    with prepared_cursor() as cursor:
        cursor.execute(statement, [_adapted(value) for value in values])
        return int(cursor.rowcount)


def _written_out(sql: str, params: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """The SQL with its constants in it, and what remains, the slots.

    A plan for any values would use no partial index otherwise: its condition is about constants.
    """
    if connection.vendor != "postgresql":
        return sql, params
    texts = ["%s" if isinstance(each, _Slot) else _literal(each) for each in params]
    first, *others = sql.split("%s")
    written = "".join(text + part for text, part in zip(texts, others, strict=True))
    return first + written, [each for each in params if isinstance(each, _Slot)]


def _literal(value: Any) -> str:
    constant = str(value) if isinstance(value, str) else value  # an enumeration is more than text
    return psycopg.sql.quote(constant).replace("%", "%%")


def _fetched(compiled: _Compiled, values: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    with prepared_cursor() as cursor:
        cursor.execute(
            compiled.sql,
            [
                _adapted(values[param.name]) if isinstance(param, _Slot) else param
                for param in compiled.params
            ],
        )
        rows: Iterable[Any] = cursor.fetchall()
    return [_converted(row, compiled) for row in rows] if compiled.converters else rows


def _adapted(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _converted(row: Sequence[Any], compiled: _Compiled) -> list[Any]:
    values = list(row)
    for place, (converters, column) in compiled.converters:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return values
