"""A prepared query gives what its queryset gives, for other values each time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.db.models import Exists, F, Q, Value

from accounts.models import ApiToken, Member
from calendars.models import CachedEvent, Calendar
from secretary_project.prepared_query import (
    PreparedQuery,
    PreparedRows,
    among,
    prepared_cursor,
)
from tests.factories import MemberFactory

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import GoogleAccount

_BY_NAME = PreparedQuery(lambda name: Member.objects.filter(username=name), "name")


def _token(member: Member, *, name: str, expires_at: dt.datetime | None) -> ApiToken:
    return ApiToken.objects.create(
        member=member,
        name=name,
        digest=name,
        scope="read",
        created_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
        expires_at=expires_at,
    )


def test_each_call_asks_for_its_own_values(alice: Member, bob: Member) -> None:
    assert [_BY_NAME.run(name=name) for name in ("alice", "bob", "nobody", "alice")] == [
        [alice],
        [bob],
        [],
        [alice],
    ]


def test_what_was_changed_in_between_is_seen(alice: Member) -> None:
    [before] = _BY_NAME.run(name="alice")
    Member.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    [after] = _BY_NAME.run(name="alice")
    assert (before.time_zone, after.time_zone) == ("Europe/Berlin", "Asia/Tokyo")


@pytest.mark.parametrize("name", ["' OR 1=1 --", "%s", "%(name)s", "x\\'; DROP TABLE members; --"])
def test_a_value_stays_a_value(alice: Member, name: str) -> None:
    assert _BY_NAME.run(name=name) == []
    odd = MemberFactory(username=name)
    assert _BY_NAME.run(name=name) == [odd]


def test_columns_have_the_types_of_their_fields(alice: Member, now: dt.datetime) -> None:
    alice.working_days = [0, 6]
    alice.last_login = now
    alice.save()
    [found] = _BY_NAME.run(name="alice")
    names = [field.attname for field in Member._meta.concrete_fields]
    alice.refresh_from_db()
    assert [getattr(found, name) for name in names] == [getattr(alice, name) for name in names]


def test_moments_are_compared_as_moments(alice: Member, now: dt.datetime) -> None:
    later = now.astimezone(dt.timezone(dt.timedelta(hours=-8))) + dt.timedelta(minutes=1)
    _token(alice, name="gone", expires_at=now)
    lives = _token(alice, name="lives", expires_at=later)
    lasts = _token(alice, name="lasts", expires_at=None)
    valid = PreparedQuery(
        lambda now: ApiToken.objects.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        ).order_by("pk"),
        "now",
    )
    assert valid.run(now=now) == [lives, lasts]


def test_related_rows_come_along_and_absent_ones_too(
    alices_calendar: Calendar,
    alices_account: GoogleAccount,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    bare = Calendar.objects.create(account=alices_account, google_id="no state")

    def make(account: int) -> QuerySet[Calendar]:
        rows = Calendar.objects.filter(account=account).select_related("account", "sync_state")
        return rows.only("google_id", "account__email", "sync_state__revision").order_by("pk")

    with django_assert_num_queries(1):
        first, second = PreparedQuery(make, "account").run(account=alices_account.pk)
        assert (first, second) == (alices_calendar, bare)
        assert first.account.email == alices_account.email
        assert first.sync_state.revision == alices_calendar.sync_state.revision
        assert first.sync_state.calendar is first
        assert not hasattr(second, "sync_state")
    with django_assert_num_queries(1):
        assert first.time_zone == "Europe/Berlin"


def test_annotations_stand_between_the_own_columns_and_those_of_related_rows(
    alices_calendar: Calendar,
) -> None:
    def make(account: int) -> QuerySet[Calendar]:
        rows = Calendar.objects.filter(account=account).select_related("account")
        return rows.only("summary", "account__email").annotate(twice=F("id") * 2, name=Value("n"))

    [found] = PreparedQuery(make, "account").run(account=alices_calendar.account_id)
    assert (found.summary, found.account.email) == (
        alices_calendar.summary,
        alices_calendar.account.email,
    )
    assert vars(found).keys() >= {"twice", "name"}
    assert (found.twice, found.name) == (alices_calendar.pk * 2, "n")  # type: ignore[attr-defined]


def test_prepared_rows_have_the_types_of_their_columns(
    alice: Member, bob: Member, now: dt.datetime
) -> None:
    token = _token(alice, name="one", expires_at=now)
    rows = PreparedRows(
        lambda member: Member.objects.filter(pk=member).values_list(
            "username", Exists(ApiToken.objects.filter(member_id=member)), "api_tokens__expires_at"
        ),
        "member",
    )
    assert rows.run(member=alice.pk) == [("alice", True, token.expires_at)]
    assert rows.run(member=bob.pk) == [("bob", False, None)]
    assert rows.run(member=0) == []


@pytest.mark.parametrize("constant", ["it's", "100%", "%s", "back\\slash", "a\n''b"])
def test_constants_of_the_queryset_stay_values(alice: Member, constant: str) -> None:
    odd = MemberFactory(username=constant, first_name="Odd")
    by_first_name = PreparedQuery(
        lambda first_name: Member.objects.filter(username=constant, first_name=first_name),
        "first_name",
    )
    assert by_first_name.run(first_name="Odd") == [odd]
    assert by_first_name.run(first_name=alice.first_name) == []


@pytest.mark.postgresql
def test_a_plan_for_any_values_uses_a_partial_index(alices_calendar: Calendar) -> None:
    exceptions = PreparedQuery(
        lambda series: CachedEvent.objects.filter(
            calendar=alices_calendar.pk, recurring_event_id=series
        ).exclude(recurring_event_id=""),
        "series",
    )
    for _ in range(6):
        exceptions.run(series="weekly")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%recurring%'")
        [(name,)] = cursor.fetchall()
        cursor.execute(f"EXPLAIN EXECUTE \"{name}\" ('weekly')")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "event_calendar_series" in plan


@pytest.mark.parametrize("number", [0, 1, 3])
def test_among_finds_these_keys_and_no_others(alice: Member, bob: Member, number: int) -> None:
    keys = [alice.pk, -1, bob.pk][:number]
    assert _names_among(keys) == {each.username for each in (alice, bob) if each.pk in keys}


def test_a_statement_is_planned_once_for_a_connection_whatever_its_values(
    alice: Member, bob: Member
) -> None:
    for keys in [[alice.pk], [alice.pk, bob.pk], [bob.pk]] * 4:
        _names_among(keys)
    assert _plans_of("FROM members WHERE id") == (1 if connection.vendor == "postgresql" else 0)


def _names_among(keys: list[int]) -> set[str]:
    condition, values = among(keys)
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT username FROM members WHERE id {condition}", values)  # noqa: S608
        return {name for (name,) in cursor.fetchall()}


def _plans_of(part: str) -> int:
    """How many statements with this text PostgreSQL keeps for this connection."""
    if connection.vendor != "postgresql":  # the driver does, unseen
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE position(%s IN statement) > 0",
            [part],
        )
        return int(cursor.fetchone()[0])
