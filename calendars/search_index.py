"""The index over the words of events, on either database, and making it anew.

It belongs to the database: whoever writes ``calendar_events_cache.words``, by whatever way, the
database itself follows. PostgreSQL has a GIN index over each row's words as a tsvector; SQLite a
full-text table without content (FTS5) and three triggers. In it every word carries the key of its
calendar, so that a search reads nothing of other calendars, however many there are. PostgreSQL has
a small one besides, of what lasts: that can be near to a moment wherever it starts.

It is put up after each ``migrate`` and not by a migration: on SQLite, Django makes a table anew
for many a change of its columns, and its triggers go with the old one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_migrate

from calendars import event_resource, recurrence
from calendars.models import LONG_SECONDS
from calendars.search_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from calendars.event_resource import Resource

EVENTS: Final = "calendar_events_cache"
FULL_TEXT: Final = "calendar_event_words"
"""SQLite's full-text table; its rowid is the key of the event's row."""
TIMES: Final = "event_times"
"""SQLite's index that holds all by which hits are ranked; PostgreSQL reads the rows anyway."""
_BATCH: Final = 500


def _tagged(row: str) -> str:
    """SQL of a row's words, each with its calendar before it: ``7.budget 7.plan``."""
    words, calendar = f"{row}words", f"CAST({row}calendar_id AS TEXT)"
    return f"{calendar} || '.' || replace({words}, ' ', ' ' || {calendar} || '.')"


VECTOR: Final = f"array_to_tsvector(string_to_array({_tagged('')}, ' '))"
"""PostgreSQL's indexed expression; a search has to repeat it word for word."""
_GIN: Final = (
    f"CREATE INDEX IF NOT EXISTS event_words ON {EVENTS} USING gin ({VECTOR}) "
    "WITH (gin_pending_list_limit = 256)"  # what waits there is read through by every search
)
LASTING: Final = f"(is_series OR end_ts_utc > start_ts_utc + {LONG_SECONDS})"
_LASTING: Final = (
    f"CREATE INDEX IF NOT EXISTS event_lasting ON {EVENTS} (calendar_id) WHERE {LASTING}"
)
_FTS5: Final = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {FULL_TEXT} USING fts5(words, content='', detail=none, "
    "columnsize=0, tokenize=\"ascii tokenchars '._'\")"
)
_TIMES: Final = (
    f"CREATE INDEX IF NOT EXISTS {TIMES} ON {EVENTS} "
    "(id, is_series, start_ts_utc, end_ts_utc, last_ts_utc)"
)
_ADD: Final = (
    f"INSERT INTO {FULL_TEXT}(rowid, words) SELECT new.id, {_tagged('new.')} WHERE new.words <> ''"
)
_DROP: Final = (  # has to name exactly what was added, or the index is damaged
    f"INSERT INTO {FULL_TEXT}({FULL_TEXT}, rowid, words) "
    f"SELECT 'delete', old.id, {_tagged('old.')} WHERE old.words <> ''"
)
_TRIGGERS: Final = {
    "event_words_added": f"AFTER INSERT ON {EVENTS} BEGIN {_ADD}; END",
    "event_words_gone": f"AFTER DELETE ON {EVENTS} BEGIN {_DROP}; END",
    "event_words_changed": (
        f"AFTER UPDATE OF id, words, calendar_id ON {EVENTS} "
        "WHEN old.id <> new.id OR old.words <> new.words OR old.calendar_id <> new.calendar_id "
        f"BEGIN {_DROP}; {_ADD}; END"
    ),
}
_FILL: Final = (
    f"INSERT INTO {FULL_TEXT}(rowid, words) "  # noqa: S608
    f"SELECT id, {_tagged('')} FROM {EVENTS} WHERE words <> ''"
)
_UPDATE: Final = f"UPDATE {EVENTS} SET words = %s, last_ts_utc = %s WHERE id = %s"  # noqa: S608


def register() -> None:
    """Have the index put up after each ``migrate``."""
    post_migrate.connect(
        _after_migrate,
        sender=apps.get_app_config("calendars"),
        dispatch_uid="calendars.search_index",
    )


def _after_migrate(**_: Any) -> None:
    ensure()


def ensure() -> None:
    """Put the index up where it is missing. Does nothing while the column is not there either."""
    if not _has_column():
        return
    if connection.vendor == "postgresql":
        _run(_GIN, _LASTING)
    elif not _is_whole():
        build()


def build() -> None:
    """Make the index anew from the words in the rows; PostgreSQL's own cannot go astray."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _run(_GIN, _LASTING)
            return
        take_down()
        _run(_FTS5, _FILL, _TIMES)
        _run(*(f"CREATE TRIGGER {name} {body}" for name, body in _TRIGGERS.items()))


def take_down() -> None:
    """Let go of the columns, which SQLite does not drop while triggers and an index name them."""
    if connection.vendor == "sqlite":
        _run(*(f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS))
        _run(f"DROP INDEX IF EXISTS {TIMES}", f"DROP TABLE IF EXISTS {FULL_TEXT}")


def describe(event: Any, resource: Resource, *, calendar_zone: str) -> None:
    """Set the columns by which search finds a row and weighs it."""
    event.words = "" if event_resource.is_cancelled(resource) else words_of(resource)
    event.last_ts_utc = None
    if event_resource.is_series(resource):
        event.last_ts_utc = recurrence.ends_at(resource, calendar_zone=calendar_zone)


def refill(model: type[Model]) -> Iterator[int]:
    """Work out those columns of every row again, in batches; gives how many rows each one had.

    Each batch is a transaction of its own, so it may be broken off and begun again at any time.
    ``model`` is CachedEvent, or what a migration knows of it.
    """
    last = 0
    while True:
        with transaction.atomic():
            rows: Any = model._default_manager.select_for_update(of=("self",))
            batch = rows.select_related("calendar").filter(pk__gt=last).order_by("pk")[:_BATCH]
            values = []
            for row in batch:
                resource = json.loads(row.event_json)
                describe(row, resource, calendar_zone=row.calendar.time_zone)
                values.append((row.words, row.last_ts_utc, row.pk))
            with connection.cursor() as cursor:
                cursor.executemany(_UPDATE, values)
        if not values:
            return
        last = values[-1][-1]
        yield len(values)


def _has_column() -> bool:
    with connection.cursor() as cursor:
        if EVENTS not in connection.introspection.table_names(cursor):
            return False
        columns = connection.introspection.get_table_description(cursor, EVENTS)
    return any(column.name == "words" for column in columns)


def _is_whole() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE tbl_name = %s", [EVENTS])
        return {name for (name,) in cursor.fetchall()} >= {TIMES, *_TRIGGERS}


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
