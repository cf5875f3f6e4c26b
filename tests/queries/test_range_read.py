"""The range read stays fast however much is cached: both of its halves walk an index."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection

from calendars.models import Occurrence
from calendars.queries.occurrences import rows_in
from calendars.queries.spans import TimeSpan
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from calendars.models import Calendar

WEEK = 7 * 86_400


def test_it_walks_the_index_of_starts_and_the_one_of_long_occurrences(
    alices_calendar: Calendar,
) -> None:
    fill(alices_calendar, 3_000)
    plan = plan_of_read(alices_calendar)
    assert "occurrence_calendar_start" in plan
    assert "occurrence_long" in plan
    for scan in ("Seq Scan on calendar_occurrences", "SCAN calendar_occurrences"):
        assert scan not in plan


def fill(calendar: Calendar, number: int) -> None:
    """Occurrences of an hour, one every hour, and a few that last for weeks."""
    event = cached(calendar, {"id": "many"})
    begin = int((NOW - dt.timedelta(days=60)).timestamp())
    Occurrence.objects.bulk_create(
        Occurrence(
            event=event,
            calendar=calendar,
            start_ts=begin + 3_600 * place,
            end_ts=begin + 3_600 * place + (3 * WEEK if place % 500 == 0 else 3_600),
        )
        for place in range(number)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan_of_read(calendar: Calendar) -> str:
    """The database's plan of reading one week."""
    statements: list[tuple[str, list[object]]] = []

    def remember(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append((sql, params))
        return execute(sql, params, many, context)

    start = int(NOW.timestamp())
    with connection.execute_wrapper(remember):
        assert rows_in([calendar], TimeSpan(start, start + WEEK))
    ((sql, params),) = statements
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, params)
        return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())
