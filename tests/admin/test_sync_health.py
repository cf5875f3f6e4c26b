"""Sync health at a glance: who is stale, since when, why."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccountStatus, GoogleAccount
from calendars.models import AccountSyncState, CalendarSyncState, OutboxOperation
from calendars.queries import freshness
from calendars.queries.sync_overview import overview, stale_states
from tests.admin.test_rows import a_row_of_each
from tests.factories import NOW, CalendarFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from calendars.models import Calendar

LONG_AGO = NOW - dt.timedelta(hours=5)
PAGE = "admin:calendars_sync_health"


def healthy(calendar: Calendar) -> Calendar:
    AccountSyncState.objects.filter(account=calendar.account).update(last_cycle_at=NOW)
    return calendar


def stale(calendar: Calendar, **state: Any) -> Calendar:
    CalendarSyncState.objects.filter(calendar=calendar).update(
        **{"last_full_sync_at": LONG_AGO, "last_incremental_sync_at": LONG_AGO} | state
    )
    return calendar


def why(calendar: Calendar) -> str:
    (row,) = [row for row in overview(now=NOW).stale if row.calendar == calendar]
    return row.why


def test_when_all_is_well_nothing_is_listed(alices_calendar: Calendar) -> None:
    healthy(alices_calendar)

    seen = overview(now=NOW)

    assert (seen.account_count, seen.calendar_count) == (1, 1)
    assert (seen.troubles, seen.stale, seen.operations) == ([], [], {})


def test_a_stale_calendar_is_listed_with_its_last_success_and_its_error(
    alices_calendar: Calendar,
) -> None:
    stale(healthy(alices_calendar), last_error="Google shows this calendar no longer.")

    (row,) = overview(now=NOW).stale

    assert row.calendar == alices_calendar
    assert row.since == LONG_AGO
    assert row.why == "Google shows this calendar no longer."


def test_the_cause_is_looked_for_at_the_account(alices_calendar: Calendar) -> None:
    stale(healthy(alices_calendar))
    assert why(alices_calendar) == "It waits for its turn."

    AccountSyncState.objects.update(last_error="Google did not answer in time.")
    assert why(alices_calendar) == "Google did not answer in time."

    GoogleAccount.objects.update(status=AccountStatus.RECONNECT, status_reason="Revoked.")
    assert why(alices_calendar) == "Revoked."


def test_writes_that_google_takes_no_more_for_now_are_told_with_their_end(
    alices_calendar: Calendar,
) -> None:
    healthy(alices_calendar)
    until = NOW + dt.timedelta(hours=1)
    AccountSyncState.objects.update(writes_paused_until=until)
    (trouble,) = overview(now=NOW).troubles
    assert trouble.why.endswith("Changes are sent again in 60 min.")


def test_what_google_did_not_take_is_counted_by_reason_and_leads_to_its_rows(
    admin_client: Client, alices_calendar: Calendar
) -> None:
    for number, error in enumerate(["You may not, ever.", "Too big.", "You may not, ever."]):
        OutboxOperation.objects.create(
            calendar=alices_calendar,
            event_id=f"event{number}",
            lane=f"event{number}",
            op_type="patch",
            status="failed",
            error=error,
            created_at=NOW,
        )
    page = admin_client.get(reverse(PAGE)).content.decode()
    assert page.index("You may not, ever.") < page.index("Too big.")
    found = re.search(r'<a href="([^"]+)">2: see, retry or discard', page)
    assert found is not None
    rows = admin_client.get(html.unescape(found[1])).content.decode()
    assert rows.count("You may not, ever.</td>") == 2
    assert "Too big.</td>" not in rows


def test_a_worker_that_does_not_come_is_suspected(alices_calendar: Calendar) -> None:
    stale(alices_calendar)
    assert "worker and beat" in why(alices_calendar)

    AccountSyncState.objects.update(last_cycle_at=LONG_AGO)
    assert "worker and beat" in why(alices_calendar)
    assert overview(now=NOW).troubles[0].since == LONG_AGO


def test_an_inactive_member_and_a_switched_off_sync_are_named(
    alices_calendar: Calendar, settings: Any
) -> None:
    stale(alices_calendar)
    member = alices_calendar.account.member
    member.is_active = False
    member.save()
    assert why(alices_calendar) == "The member is not active."

    settings.CALENDAR_ENABLED = False
    assert "CALENDAR_ENABLED" in why(alices_calendar)


def test_disconnected_accounts_and_deleted_calendars_are_no_trouble(
    alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    stale(healthy(alices_calendar))
    alices_calendar.deleted = True
    alices_calendar.save()
    stale(bobs_calendar)
    GoogleAccount.objects.filter(pk=bobs_calendar.account_id).update(
        status=AccountStatus.DISCONNECTED
    )

    seen = overview(now=NOW)

    assert (seen.account_count, seen.calendar_count) == (1, 0)
    assert (seen.troubles, seen.stale) == ([], [])


@pytest.mark.parametrize(
    "state",
    [
        {"last_error": "Google asks to slow down."},
        {"writes_paused_until": NOW + dt.timedelta(hours=1)},
        {"last_cycle_at": None},
        {"last_cycle_at": LONG_AGO},
    ],
)
def test_an_account_needs_attention_when_its_cycle_fails_or_does_not_come(
    alices_calendar: Calendar, state: dict[str, Any]
) -> None:
    healthy(alices_calendar)
    AccountSyncState.objects.update(**state)

    assert [trouble.account for trouble in overview(now=NOW).troubles] == [alices_calendar.account]


def test_an_account_without_any_state_needs_attention(alices_calendar: Calendar) -> None:
    AccountSyncState.objects.all().delete()

    (trouble,) = overview(now=NOW).troubles

    assert trouble.since is None


@pytest.mark.parametrize("full", [None, 0, 179, 180, 181])
@pytest.mark.parametrize("incremental", [None, 0, 179, 180, 181])
def test_the_list_of_stale_calendars_follows_the_rule_of_the_reads(
    alices_calendar: Calendar, full: int | None, incremental: int | None, settings: Any
) -> None:
    settings.CALENDAR_SYNC_INTERVAL_SECONDS = 60
    full_at, incremental_at = (
        None if age is None else NOW - dt.timedelta(seconds=age) for age in (full, incremental)
    )
    stale(alices_calendar, last_full_sync_at=full_at, last_incremental_sync_at=incremental_at)
    state = CalendarSyncState.objects.get()

    assert stale_states(now=NOW).exists() is freshness.is_stale(state, now=NOW)


@pytest.mark.usefixtures("present")
def test_the_page_shows_who_since_when_and_why(admin: Client, alices_calendar: Calendar) -> None:
    a_row_of_each(alices_calendar)
    stale(alices_calendar, last_error="<Google> refuses.")

    page = admin.get(reverse(PAGE)).content.decode()

    assert "5\xa0hours" in page
    assert "&lt;Google&gt; refuses." in page
    assert "alice@example.test" in page
    assert "1 failed" in page


@pytest.mark.usefixtures("present")
def test_the_page_costs_the_same_queries_whoever_is_stale(
    admin: Client, alices_calendar: Calendar
) -> None:
    stale(alices_calendar)
    with CaptureQueriesContext(connection) as few:
        admin.get(reverse(PAGE))
    for _ in range(5):
        stale(CalendarFactory())
    with CaptureQueriesContext(connection) as many:
        admin.get(reverse(PAGE))

    assert len(many) == len(few)


def test_the_admin_index_leads_to_it(admin: Client) -> None:
    assert reverse(PAGE) in admin.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    "codenames", [(), ("view_calendarsyncstate",), ("view_accountsyncstate", "view_calendar")]
)
def test_staff_without_both_permissions_see_neither_page_nor_link(
    staff: Callable[..., Client], codenames: tuple[str, ...]
) -> None:
    client = staff(*codenames)

    assert client.get(reverse(PAGE)).status_code == 403
    assert reverse(PAGE) not in client.get(reverse("admin:index")).content.decode()


def test_members_who_are_no_staff_are_sent_to_the_login(
    client: Client, alices_calendar: Calendar
) -> None:
    client.force_login(alices_calendar.account.member)

    assert client.get(reverse(PAGE)).status_code == 302
