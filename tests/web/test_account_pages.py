"""Settings → Google accounts and Sync: states in words, what waits, and the way out."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from accounts.commands import connect_account, mark_reconnect
from accounts.models import GoogleAccount
from accounts.scopes import ASKED_SCOPES, REQUIRED_SCOPES
from calendars.models import AccountSyncState, CalendarSyncState, OutboxOperation
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import Member
    from calendars.models import Calendar

PAGE = "/settings/accounts/"
SYNC = "/settings/sync/"


def text_of(answer: Any) -> str:
    """What is read of an answer."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(plain).split())


def waiting(calendar: Calendar, status: str = "pending") -> OutboxOperation:
    return OutboxOperation.objects.create(
        calendar=calendar,
        event_id="lunch",
        lane="lunch",
        op_type="patch",
        status=status,
        created_at=NOW,
        payload={"summary": "Lunch"},
        base={"summary": "Food"},
    )


def test_an_account_says_when_it_was_synced_and_what_waits(
    alices: Client, alices_calendar: Calendar
) -> None:
    AccountSyncState.objects.update(last_cycle_at=NOW - dt.timedelta(minutes=20))
    waiting(alices_calendar)
    waiting(alices_calendar, "failed")
    waiting(alices_calendar, "conflict")
    said = text_of(alices.get(PAGE))
    assert "✓ Connected Calendars 1 calendar Last synced 20 min ago" in said
    assert "Waiting 1 change for Google Needs you 2 changes that Google did not take" in said


def test_before_the_first_sync_the_calendars_are_on_their_way(
    alices: Client, alices_account: GoogleAccount
) -> None:
    said = text_of(alices.get(PAGE))
    assert "Calendars on their way from Google Last synced not yet" in said


def test_each_account_stands_for_itself(
    alices: Client, alice: Member, alices_account: GoogleAccount
) -> None:
    GoogleAccountFactory(member=alice, email="two@example.test", status="disconnected")
    GoogleAccountFactory(
        member=alice, email="three@example.test", status="reconnect", status_reason="Taken back."
    )
    said = text_of(alices.get(PAGE))
    assert "alice@example.test ✓ Connected" in said
    assert "two@example.test ⊘ Disconnected Its calendars stay readable" in said
    assert "three@example.test ⚠ Connect again Taken back. Its calendars stay readable" in said


def test_a_connected_account_that_lacks_a_permission_does_not_look_well(
    alices: Client, alices_account: GoogleAccount
) -> None:
    alices_account.scopes = [each for each in REQUIRED_SCOPES if "freebusy" not in each]
    alices_account.save()
    said = text_of(alices.get(PAGE))
    assert "Connected, but a permission is missing" in said
    assert "may not ask when other people are busy" in said


def test_the_permission_for_the_list_is_missed_with_less_noise(
    alices: Client, alices_account: GoogleAccount
) -> None:
    alices_account.scopes = list(REQUIRED_SCOPES)
    alices_account.save()
    said = text_of(alices.get(PAGE))
    assert "✓ Connected" in said
    assert "may not change the list of calendars" in said
    alices_account.scopes = list(ASKED_SCOPES)
    alices_account.save()
    assert "may not change the list of calendars" not in text_of(alices.get(PAGE))


def test_what_passes_by_itself_asks_for_nothing(
    alices: Client, alices_account: GoogleAccount
) -> None:
    AccountSyncState.objects.update(last_error="Google does not answer.")
    said = text_of(alices.get(PAGE))
    assert "Google does not answer. Your changes are kept" in said
    AccountSyncState.objects.update(writes_paused_until=NOW + dt.timedelta(hours=1))
    assert "Google takes no changes of this account for now." in text_of(alices.get(PAGE))


def test_disconnecting_tells_what_either_choice_does_with_unsent_changes(
    alices: Client, alices_calendar: Calendar
) -> None:
    waiting(alices_calendar)
    waiting(alices_calendar, "failed")
    said = text_of(alices.get(f"{PAGE}{alices_calendar.account_id}/disconnect/"))
    assert "2 changes for Google wait until you connect it again" in said
    assert "with them 2 changes that Google does not have" in said


def test_a_disconnected_account_can_only_be_removed(
    alices: Client, alices_account: GoogleAccount
) -> None:
    GoogleAccount.objects.update(status="disconnected")
    address = f"{PAGE}{alices_account.pk}/disconnect/"
    page = alices.get(address)
    assert "Remove alice@example.test?" in text_of(page)
    assert 'value="keep"' not in page.text
    assert "checked" in page.text
    alices.post(address, {"cache": "keep"})
    assert GoogleAccount.objects.exists()
    assert "is removed." in text_of(alices.post(address, {"cache": "delete"}, follow=True))
    assert not GoogleAccount.objects.exists()


@pytest.mark.parametrize("page", [PAGE, SYNC])
def test_an_open_page_hears_only_of_changes(
    alices: Client, alices_calendar: Calendar, page: str
) -> None:
    seen = re.search(r'name="seen" value="(\w+)"', alices.get(page).text)
    assert seen is not None
    assert alices.get(page, {"seen": seen[1]}, **HTMX).status_code == 204
    waiting(alices_calendar, "failed")
    part = alices.get(page, {"seen": seen[1]}, **HTMX)
    assert part.text.startswith('<div id="live"')


def test_a_calendar_that_never_came_is_not_called_old(
    alices: Client, alices_account: GoogleAccount
) -> None:
    calendar = CalendarFactory(account=alices_account)
    calendar.sync_state.last_full_sync_at = calendar.sync_state.last_incremental_sync_at = None
    calendar.sync_state.save()
    said = text_of(alices.get(SYNC))
    assert "not yet" in said
    assert "too old" not in said


def test_of_an_account_that_is_paused_one_reason_is_told_and_nothing_is_called_old(
    alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
) -> None:
    mark_reconnect(account_id=alices_account.pk, reason="Google says no. Connect again.")
    AccountSyncState.objects.update(last_error="Google says no. Connect again.")
    ago = NOW - dt.timedelta(minutes=9)
    CalendarSyncState.objects.update(last_incremental_sync_at=ago, last_full_sync_at=ago)
    said = text_of(alices.get(SYNC))
    assert said.count("Google says no.") == 1
    assert "9 min ago, paused" in said
    assert "too old" not in said


@pytest.mark.parametrize("view", ["week", "month"])
def test_the_calendar_says_which_account_is_paused_and_which_is_not(
    alices: Client, alice: Member, alices_calendar: Calendar, view: str
) -> None:
    other = GoogleAccountFactory(member=alice, email="second@example.test")
    CalendarFactory(account=other, google_id="second@example.test")
    mark_reconnect(account_id=other.pk, reason="Google says no.")
    page = alices.get(f"/calendar/{view}/2026-03-11/").text
    said = re.findall(r'class="side-paused".*?</p>', page, re.DOTALL)
    assert len(said) == 1
    assert "Paused: reconnect" in said[0]
    assert "second@example.test" in said[0]


def test_an_account_that_is_connected_again_is_not_said_to_need_it(
    alices: Client,
    alice: Member,
    alices_account: GoogleAccount,
    alices_calendar: Calendar,
    django_capture_on_commit_callbacks: Any,
) -> None:
    mark_reconnect(account_id=alices_account.pk, reason="Connect the account again.")
    AccountSyncState.objects.update(last_error="Connect the account again.", failure_count=3)
    with django_capture_on_commit_callbacks(execute=True):
        connect_account(
            member=alice,
            credentials={"token": "new", "refresh_token": "new"},
            email=alices_account.email,
            granted_scopes=list(ASKED_SCOPES),
            now=NOW,
        )
    for page in (PAGE, SYNC):
        assert "Connect the account again." not in text_of(alices.get(page))


def test_while_an_account_fills_its_page_asks_often(
    alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
) -> None:
    AccountSyncState.objects.update(last_cycle_at=NOW)
    assert "every 10s" in alices.get(PAGE).text
    AccountSyncState.objects.update(last_cycle_at=None)
    assert "every 2s" in alices.get(PAGE).text


@pytest.mark.parametrize(
    ("client_file", "address"), [("client.json", "/settings/accounts/connect/"), ("", PAGE)]
)
def test_who_has_no_account_yet_is_led_straight_to_google_where_that_can_be(
    alices: Client, settings: Any, client_file: str, address: str
) -> None:
    settings.GOOGLE_CREDENTIALS_FILE = client_file
    page = alices.get("/calendar/week/2026-03-11/").text
    assert f'href="{address}">Connect Google</a>' in page
