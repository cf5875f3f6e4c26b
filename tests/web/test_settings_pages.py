"""Settings → Calendar and Profile, and the chip."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from calendars.models import (
    AccountSyncState,
    Calendar,
    CalendarSyncState,
)
from calendars.web.chip import chip_for
from tests.factories import NOW, CalendarFactory
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member

CHOICE = "/settings/calendar/"


class TestCalendarChoice:
    @pytest.fixture
    def team(self, alices_account: GoogleAccount) -> Calendar:
        return CalendarFactory(account=alices_account, google_id="team@example.test")

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
    def test_the_boxes_say_what_is_shown(
        self,
        alices: Client,
        alices_calendar: Calendar,
        team: Calendar,
        headers: dict[str, Any],
    ) -> None:
        alices.post(CHOICE, {"calendars": ["team@example.test"]}, **headers)
        shown = Calendar.objects.filter(selected=True).values_list("google_id", flat=True)
        assert list(shown) == ["team@example.test"]

    def test_no_box_at_all_hides_everything(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        alices.post(CHOICE)
        assert not Calendar.objects.filter(selected=True).exists()

    def test_a_calendar_of_somebody_else_is_refused_and_nothing_changes(
        self, alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
    ) -> None:
        bobs_calendar.selected = False
        bobs_calendar.save()
        answer = alices.post(CHOICE, {"calendars": ["bob@example.test"]}, follow=True)
        assert "Choose again" in answer.content.decode()
        assert Calendar.objects.get(pk=alices_calendar.pk).selected
        assert not Calendar.objects.get(pk=bobs_calendar.pk).selected

    def test_only_the_members_own_calendars_are_listed(
        self, alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
    ) -> None:
        page = alices.get(CHOICE).content.decode()
        assert "alice@example.test" in page
        assert "bob@example.test" not in page

    def test_who_is_not_logged_in_logs_in_first(self, client: Client, db: None) -> None:
        assert client.post(CHOICE).headers["Location"].startswith("/login/")


class TestProfile:
    ANSWERS: ClassVar = {
        "time_zone": "Europe/Berlin",
        "hour_format": "24",
        "week_start": "0",
        "default_view": "",
        "default_duration": "60",
        "working_days": ["0"],
        "working_day_start": "09:00",
        "working_day_end": "17:00",
    }

    def test_new_events_go_where_the_member_says(
        self, alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
    ) -> None:
        CalendarFactory(account=alices_account, google_id="team@example.test")
        data = {**self.ANSWERS, "default_calendar": "team@example.test"}
        answer = alices.post("/settings/profile/", data, follow=True)
        assert 'value="team@example.test" selected' in answer.content.decode()
        form = alices.get("/calendar/event/new").content.decode()
        assert form.index('value="team@example.test"') < form.index('value="alice@example.test"')

    def test_new_events_cannot_go_to_a_calendar_of_somebody_else(
        self, alices: Client, alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar
    ) -> None:
        data = {**self.ANSWERS, "default_calendar": "bob@example.test"}
        answer = alices.post("/settings/profile/", data)
        assert "not one of the available choices" in answer.content.decode()
        alice.refresh_from_db()
        assert alice.default_calendar == ""

    def test_nor_to_one_that_may_only_be_read(
        self, alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
    ) -> None:
        CalendarFactory(account=alices_account, google_id="read@example.test", access_role="reader")
        assert 'value="read@example.test"' not in alices.get("/settings/profile/").text

    def test_the_choice_is_named_that_is_made_without_one(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        assert "choice (now Alice)" in alices.get("/settings/profile/").text


class TestChip:
    def status(self, **changes: Any) -> dict[str, Any]:
        account = {"status": "connected", "error": "", **changes.pop("account", {})}
        return {
            "is_stale": False,
            "last_sync": "2026-03-10T08:59:00Z",
            "pending_count": 0,
            "failed_count": 0,
            "conflict_count": 0,
            "proposed_count": 0,
            "accounts": [account],
            **changes,
        }

    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({}, "Synced just now"),
            ({"last_sync": "2026-03-10T08:50:00Z"}, "Synced 10 min ago"),
            ({"last_sync": None, "is_stale": True}, "Not synced yet"),
            ({"last_sync": "2026-03-07T08:00:00Z", "is_stale": True}, "Last synced 3 days ago"),
            ({"pending_count": 1}, "1 change waiting"),
            ({"pending_count": 3}, "3 changes waiting"),
            ({"proposed_count": 1}, "1 proposal waits for you"),
            ({"proposed_count": 2, "pending_count": 1}, "1 change waiting"),
            ({"failed_count": 1, "pending_count": 3}, "1 change needs you"),
            ({"failed_count": 1, "conflict_count": 1}, "2 changes need you"),
            (
                {"pending_count": 3, "account": {"error": "No answer from Google."}},
                "Google unreachable, your changes are safe",
            ),
            ({"failed_count": 1, "account": {"status": "reconnect"}}, "Reconnect Google"),
        ],
    )
    def test_says_what_the_member_most_needs_to_know(
        self, changes: dict[str, Any], text: str
    ) -> None:
        assert chip_for(self.status(**changes), now=NOW).text == text

    def test_does_not_change_from_second_to_second(self) -> None:
        later = NOW + dt.timedelta(seconds=50)
        assert chip_for(self.status(), now=NOW) == chip_for(self.status(), now=later)


class TestSync:
    def test_each_calendar_says_how_old_it_is_and_what_waits(
        self, alices: Client, alices_calendar: Calendar, now: dt.datetime
    ) -> None:
        past = now - dt.timedelta(hours=5)
        CalendarSyncState.objects.update(last_full_sync_at=past, last_incremental_sync_at=past)
        page = alices.get("/settings/sync/").text
        assert "5 h ago, too old" in page
        assert "Alice" in page

    def test_an_account_that_cannot_be_reached_says_why_and_that_nothing_is_lost(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        AccountSyncState.objects.update(last_error="Google is not reachable.")
        page = alices.get("/settings/sync/").text
        assert "Google is not reachable. Your changes are kept" in page

    def test_nobody_sees_how_others_stand(
        self, alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
    ) -> None:
        assert "bob@example.test" not in alices.get("/settings/sync/").text

    def test_a_member_without_an_account_is_led_to_connect_one(
        self, client: Client, charlie: Member
    ) -> None:
        client.force_login(charlie)
        assert "No Google account is connected yet." in client.get("/settings/sync/").text
