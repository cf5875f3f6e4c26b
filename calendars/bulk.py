"""Writing thousands of cached rows at once, past the ORM.

Measured on a first sync, the ORM's upserts take several times as long as all the rest. PostgreSQL
gets COPY, of rows that it may have into a temporary table and one merge; SQLite one prepared
statement for all rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.db import connection

from calendars.models import CachedEvent, Occurrence
from calendars.models.resource_field import pack
from secretary_project.prepared_query import among, prepared_cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from calendars.models import Calendar

T = TypeVar("T")


class OccurrenceRow(NamedTuple):
    """One row of ``calendar_occurrences``, its columns by the names that it has there.

    A model instance for each would cost more than the insert.
    """

    event_id: int
    calendar_id: int
    instance_id: str
    start_ts: int
    end_ts: int
    start_date: str | None
    end_date: str | None


_EVENTS = CachedEvent._meta.db_table
_OCCURRENCES = Occurrence._meta.db_table
_KEY = {"calendar_id": "int8", "event_id": "varchar"}
_WRITTEN = {
    "event_json": "bytea",
    "agreed_json": "bytea",
    "etag": "varchar",
    "recurring_event_id": "varchar",
    "is_series": "bool",
    "original_start": "varchar",
    "start_ts_utc": "int8",
    "end_ts_utc": "int8",
    "start_date": "varchar",
    "end_date": "varchar",
    "last_ts_utc": "int8",
    "words": "text",
    "local_status": "varchar",
    "cached_at": "timestamptz",
}
_OCCURRENCE = {
    "event_id": "int8",
    "calendar_id": "int8",
    "instance_id": "varchar",
    "start_ts": "int8",
    "end_ts": "int8",
    "start_date": "varchar",
    "end_date": "varchar",
}
_NEXT_KEYS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
_BATCH = 500
_FEW = 20
"""Up to so many rows one ordinary statement is quicker: one event has one occurrence."""


def new_keys(number: int) -> list[int]:
    """Primary keys for so many rows of ``insert_events``. Call it in its transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_NEXT_KEYS, [_EVENTS, number])
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [_EVENTS])
        last = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + 1 + number))


def insert_events(rows: Iterable[CachedEvent]) -> None:
    """Insert rows that the calendar surely does not have, with primary keys of ``new_keys``.

    They may be made while they are taken: the database then works on the last ones meanwhile, so
    it cannot be asked anything by whoever makes them. Call it in a transaction.
    """
    columns = {"id": "int8", **_KEY, **_WRITTEN}
    adapt = _time_adapter()
    _insert(_EVENTS, columns, ((row.pk, *_event_values(row, adapt)) for row in rows))


def upsert_events(calendar: Calendar, rows: Sequence[CachedEvent]) -> None:
    """Insert or update rows by the event's id, and give each its primary key.

    ``local_id`` of a row that exists stays as it is. Call it in a transaction.
    """
    if not rows:
        return
    adapt = _time_adapter()
    values = [_event_values(row, adapt) for row in rows]
    columns = _KEY | _WRITTEN
    conflict = "ON CONFLICT (calendar_id, event_id) DO UPDATE SET " + ", ".join(
        f"{name} = excluded.{name}" for name in _WRITTEN
    )
    returned = _insert(_EVENTS, columns, values, conflict=conflict, returning="event_id, id")
    keys = dict(returned) or _primary_keys(calendar, [row.event_id for row in rows])
    for row in rows:
        row.pk = keys[row.event_id]


def insert_occurrences(rows: Iterable[OccurrenceRow]) -> None:
    """Insert occurrences of rows that have their primary keys. Call it in a transaction."""
    values = list(rows)
    if len(values) > _FEW:
        _insert(_OCCURRENCES, _OCCURRENCE, values)
    elif values:
        _insert_few(_OCCURRENCES, OccurrenceRow._fields, values)


def delete_occurrences(event_keys: Iterable[int]) -> None:
    """Delete the occurrences of events, whatever their number."""
    for batch in batches(sorted(event_keys)):
        condition, keys = among(batch)
        with prepared_cursor() as cursor:
            cursor.execute(f"DELETE FROM {_OCCURRENCES} WHERE event_id {condition}", keys)  # noqa: S608


def batches(items: Sequence[T], *, size: int = _BATCH) -> Iterable[Sequence[T]]:
    """Parts small enough for one statement's parameters on every database."""
    return (items[at : at + size] for at in range(0, len(items), size))


def _event_values(row: CachedEvent, adapt: Callable[[Any], Any]) -> tuple[Any, ...]:
    return (
        row.calendar_id,
        row.event_id,
        pack(row.event_json),
        None if row.agreed_json is None else pack(row.agreed_json),
        row.etag,
        row.recurring_event_id,
        row.is_series,
        row.original_start,
        row.start_ts_utc,
        row.end_ts_utc,
        row.start_date,
        row.end_date,
        row.last_ts_utc,
        row.words,
        str(row.local_status),
        adapt(row.cached_at),
    )


def _time_adapter() -> Callable[[Any], Any]:
    """What makes of a moment what the database takes; asked once for all rows, as it is slow."""
    adapt: Callable[[Any], Any] = connection.ops.adapt_datetimefield_value
    return adapt


def _insert(
    table: str,
    columns: Mapping[str, str],
    values: Iterable[Sequence[Any]],
    *,
    conflict: str = "",
    returning: str = "",
) -> list[Any]:
    """What is to be returned of each row where there may be a conflict; nothing on SQLite.

    ``columns`` with their types: COPY takes values as PostgreSQL has them.
    """
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}"  # noqa: S608
            cursor.executemany(statement, values)  # type: ignore[arg-type]  # any iterable will do
            return []
        if not conflict:
            _copy(cursor, table, columns, values)
            return []
        draft = f"{table}_draft"
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {draft} (LIKE {table}) ON COMMIT DROP"
        )
        cursor.execute(f"ALTER TABLE {draft} ALTER COLUMN id DROP NOT NULL")
        cursor.execute(f"TRUNCATE {draft}")
        _copy(cursor, draft, columns, values)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {draft} {conflict} "  # noqa: S608
            f"RETURNING {returning}"
        )
        return list(cursor.fetchall())


def _copy(
    cursor: Any, table: str, columns: Mapping[str, str], values: Iterable[Sequence[Any]]
) -> None:
    names = ", ".join(columns)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(list(columns.values()))
        for row in values:
            copy.write_row(row)


def _insert_few(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
    with prepared_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}",  # noqa: S608
            [value for row in rows for value in row],
        )


def _primary_keys(calendar: Calendar, event_ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in batches(event_ids):
        rows = CachedEvent.objects.filter(calendar=calendar, event_id__in=batch)
        found.update(rows.values_list("event_id", "pk"))
    return found
