"""Writing thousands of cached rows at once, past the ORM.

Measured on a first sync, the ORM's upserts take several times as long as all the rest. PostgreSQL
gets COPY into a temporary table and one merge; SQLite one prepared statement for all rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.db import connection

from calendars.models import CachedEvent, Occurrence
from calendars.models.resource_field import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
_KEY = ("calendar_id", "event_id")
_WRITTEN = (
    "event_json",
    "agreed_json",
    "etag",
    "recurring_event_id",
    "is_series",
    "original_start",
    "start_ts_utc",
    "end_ts_utc",
    "start_date",
    "end_date",
    "last_ts_utc",
    "words",
    "local_status",
    "cached_at",
)
_BATCH = 500
_FEW = 20
"""Up to so many rows one ordinary statement is quicker: one event has one occurrence."""


def upsert_events(calendar: Calendar, rows: Sequence[CachedEvent]) -> None:
    """Insert or update rows by the event's id, and give each its primary key.

    ``local_id`` of a row that exists stays as it is. Call it in a transaction.
    """
    if not rows:
        return
    values = [_event_values(row) for row in rows]
    columns = (*_KEY, *_WRITTEN)
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
        _insert(_OCCURRENCES, OccurrenceRow._fields, values)
    elif values:
        _insert_few(_OCCURRENCES, OccurrenceRow._fields, values)


def delete_occurrences(event_keys: Iterable[int]) -> None:
    """Delete the occurrences of events, whatever their number."""
    for batch in batches(sorted(event_keys)):
        keys = ", ".join(str(int(key)) for key in batch)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_OCCURRENCES} WHERE event_id IN ({keys})")  # noqa: S608


def batches(items: Sequence[T], *, size: int = _BATCH) -> Iterable[Sequence[T]]:
    """Parts small enough for one statement's parameters on every database."""
    return (items[at : at + size] for at in range(0, len(items), size))


def _event_values(row: CachedEvent) -> tuple[Any, ...]:
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
        row.cached_at if connection.vendor == "postgresql" else _sqlite_time(row),
    )


def _sqlite_time(row: CachedEvent) -> Any:
    return connection.ops.adapt_datetimefield_value(row.cached_at)


def _insert(
    table: str,
    columns: Sequence[str],
    values: Sequence[Sequence[Any]],
    *,
    conflict: str = "",
    returning: str = "",
) -> list[Any]:
    """What is to be returned of each row where there may be a conflict; nothing on SQLite."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}"  # noqa: S608
            cursor.executemany(statement, values)
            return []
        if not conflict:
            _copy(cursor, table, names, values)
            return []
        draft = f"{table}_draft"
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {draft} (LIKE {table}) ON COMMIT DROP"
        )
        cursor.execute(f"ALTER TABLE {draft} ALTER COLUMN id DROP NOT NULL")
        cursor.execute(f"TRUNCATE {draft}")
        _copy(cursor, draft, names, values)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {draft} {conflict} "  # noqa: S608
            f"RETURNING {returning}"
        )
        return list(cursor.fetchall())


def _copy(cursor: Any, table: str, names: str, values: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _insert_few(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
    with connection.cursor() as cursor:
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
