"""The index follows the rows by itself, whoever writes them, and can be made anew."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from calendars import search_index
from calendars.models import CachedEvent
from calendars.queries import matches
from calendars.queries.matches import BEFORE_ALL
from calendars.queries.spans import TimeSpan
from calendars.search_words import wanted_words
from tests.factories import NOW, CalendarFactory, cached
from tests.queries.test_search import found

if TYPE_CHECKING:
    import pytest

    from accounts.models import Member
    from calendars.models import Calendar


def test_rows_written_without_the_product_are_followed(
    alice: Member, alices_calendar: Calendar
) -> None:
    event = cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE calendar_events_cache SET words = 'dinner'")
    assert (found(alice, "lunch"), found(alice, "dinner")) == ([], ["lunch"])
    CachedEvent.objects.update(words="")
    assert found(alice, "dinner") == []
    CachedEvent.objects.update(words="supper")
    other = CalendarFactory(account=alices_calendar.account, selected=False)
    CachedEvent.objects.update(calendar=other)
    assert found(alice, "supper") == []
    CachedEvent.objects.update(calendar=alices_calendar)
    assert found(alice, "supper") == ["lunch"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM calendar_occurrences")
        cursor.execute("DELETE FROM calendar_events_cache")
    assert hits(alices_calendar, "supper") == []
    assert event.pk


def hits(calendar: Calendar, q: str) -> list[int]:
    begin = int(NOW.timestamp())
    span = TimeSpan(begin - 86_400, begin + 90 * 86_400)
    matching, _ = matches.matches(
        [calendar], wanted_words(q), span, near=begin, after=BEFORE_ALL, limit=100
    )
    return [pk for match in matching for pk in match.events]


def check_at_once() -> None:
    """PostgreSQL makes no index while rows of the same transaction wait for their foreign keys."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def forget_words() -> None:
    CachedEvent.objects.update(words="", last_ts_utc=None)


def test_the_words_of_rows_from_before_are_worked_out_by_the_migration(
    alice: Member, alices_calendar: Calendar
) -> None:
    weekly = {"id": "weekly", "summary": "Review", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"]}
    cached(alices_calendar, weekly)
    cached(alices_calendar, {"id": "gone", "summary": "Review", "status": "cancelled"})
    known = list(CachedEvent.objects.order_by("pk").values("words", "last_ts_utc"))
    forget_words()
    migration = importlib.import_module("calendars.migrations.0006_fill_search_words")
    migration.fill(apps, None)
    assert list(CachedEvent.objects.order_by("pk").values("words", "last_ts_utc")) == known
    assert len(found(alice, "review")) == 3


def test_the_command_makes_words_and_index_anew_as_often_as_one_likes(
    alice: Member, alices_calendar: Calendar, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        cached(alices_calendar, {"id": f"lunch{number}", "summary": "Lunch"})
    check_at_once()
    forget_words()
    for _ in range(2):
        call_command("rebuild_search")
        assert len(found(alice, "lunch")) == 3
    assert "3 events can be searched." in capsys.readouterr().out


def test_batches_leave_no_row_out(
    alices_calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        cached(alices_calendar, {"id": f"lunch{number}", "summary": "Lunch"})
    forget_words()
    monkeypatch.setattr(search_index, "_BATCH", 3)
    assert list(search_index.refill(CachedEvent)) == [3, 3, 1]
    assert not CachedEvent.objects.filter(words="").exists()


def test_an_index_that_a_migration_took_away_is_put_up_again(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    check_at_once()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX event_words")
        else:
            cursor.execute("DROP TRIGGER event_words_changed")
    CachedEvent.objects.update(words="dinner")
    search_index.ensure()
    assert (found(alice, "lunch"), found(alice, "dinner")) == ([], ["lunch"])


def test_a_search_reads_the_index_and_not_the_table(alices_calendar: Calendar) -> None:
    begin = int(NOW.timestamp())
    CachedEvent.objects.bulk_create(
        CachedEvent(
            calendar=alices_calendar,
            event_id=f"e{number}",
            event_json="{}",
            words=f"lunch w{number}",
            start_ts_utc=begin + number,
            end_ts_utc=begin + number + 60,
            cached_at=NOW,
        )
        for number in range(4_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = plan_of_search(alices_calendar, "w7")
    assert "event_words" in plan
    assert "Seq Scan on calendar_events_cache" not in plan
    assert "SCAN calendar_events_cache" not in plan


def plan_of_search(calendar: Calendar, q: str) -> str:
    statements: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        hits(calendar, q)
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    plans: list[str] = []
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(explain + sql, params)
            plans += [" ".join(map(str, row)) for row in cursor.fetchall()]
    return "\n".join(plans)
