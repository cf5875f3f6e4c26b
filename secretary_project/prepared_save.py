"""Saving a single row by a statement that is put together, and planned, once.

For the rows that every change of a member writes. There are no signals and no defaults of the
database: whatever a model has more than columns, it has to be saved by Django.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from secretary_project.prepared_query import prepared_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Field, Model


class _Statements(NamedTuple):
    insert: str
    update: str
    fields: Sequence[Field[Any, Any]]
    """Whose values they take, in this order; the update takes the primary key after them."""


def save(row: Model) -> None:
    """As ``row.save()``: a row without a key is inserted and gets one, another one updated as a
    whole, or inserted again where it is gone."""
    if row.pk is None:
        insert(row)
        return
    statements = _statements(type(row))
    with prepared_cursor() as cursor:
        cursor.execute(statements.update, [*_values(row, statements.fields), row.pk])
        if cursor.rowcount == 0:
            row.save(force_insert=True)


def insert(row: Model) -> None:
    """Insert a row without a key, and give it one."""
    statements = _statements(type(row))
    with prepared_cursor() as cursor:
        cursor.execute(statements.insert, _values(row, statements.fields))
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=64)
def _statements(model: type[Model]) -> _Statements:
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    names = [quote(str(field.column)) for field in fields]
    marks = ", ".join(["%s"] * len(names))
    changes = ", ".join(f"{name} = %s" for name in names)
    return _Statements(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) RETURNING {key}",  # noqa: S608
        f"UPDATE {table} SET {changes} WHERE {key} = %s",  # noqa: S608
        fields,
    )


def _values(row: Model, fields: Sequence[Field[Any, Any]]) -> list[Any]:
    return [
        field.get_db_prep_save(getattr(row, field.attname), connection=connection)
        for field in fields
    ]
