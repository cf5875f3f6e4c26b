"""The top bar of the pages that are no view: search, the chip, and the ways into the calendar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from calendars.models import CachedEvent, CalendarSyncState
from tests.factories import cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import Member
    from calendars.models import Calendar

PAGES = [
    "/settings/profile/",
    "/settings/calendar/",
    "/settings/sync/",
    "/settings/accounts/",
    "/settings/tokens/",
    "/password/",
    "/calendar/find-time/",
    "/calendar/problems/",
    "/calendar/changes/",
    "/calendar/search/",
    "/calendar/event/new",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_leads_to_the_views_of_today_and_tells_how_the_calendar_stands(
    alices: Client, alices_calendar: Calendar, address: str
) -> None:
    page = alices.get(address).content.decode()
    for view in ("day", "week", "month", "agenda"):
        assert f'<a href="/calendar/{view}/2026-03-10/">' in page
    assert 'id="sync-chip"' in page
    assert page.count('role="search"') == 1


def test_a_page_over_a_view_leads_back_to_the_days_of_that_view(
    alices: Client, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
    card = "/calendar/event/alice@example.test/abcde/"
    page = alices.get(card, {"next": "/calendar/week/2026-05-20/"}).content.decode()
    assert '<a href="/calendar/month/2026-05-20/">' in page


@pytest.mark.parametrize("address", ["/settings/profile/", "/settings/accounts/", "/"])
def test_who_has_no_google_account_is_led_to_no_empty_views(
    charlie: Member, client: Client, address: str
) -> None:
    client.force_login(charlie)
    page = client.get(address, follow=True).content.decode()
    assert 'class="switch"' not in page
    assert 'id="sync-chip"' not in page


def test_a_page_that_is_not_there_asks_nothing_of_the_calendar(
    alices: Client,
    alices_calendar: Calendar,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(2):
        assert alices.get("/nowhere/").status_code == 404


def test_the_chip_can_be_asked_for_alone(alices: Client, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
    CachedEvent.objects.update(local_status="synced")
    CalendarSyncState.objects.update(last_full_sync_at=None, last_incremental_sync_at=None)
    answer = alices.get("/calendar/chip", **HTMX).content.decode()
    assert re.fullmatch(r'<a id="sync-chip".*Not synced yet.*</a>', answer.strip(), re.DOTALL)
