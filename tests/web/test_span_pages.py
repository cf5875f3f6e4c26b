"""Week and agenda: what they show, to whom, and at what cost."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from calendars.models import CachedEvent, CalendarSyncState
from tests.factories import CalendarFactory, cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

WEEK = "/calendar/week/2026-03-11/"
AGENDA = "/calendar/agenda/2026-03-10/"
DAY = "/calendar/day/2026-03-11/"
MONTH = "/calendar/month/2026-03-11/"
VIEWS = [DAY, WEEK, MONTH, AGENDA]
NEXT_MONDAY = {
    "start": {"dateTime": "2026-03-16T10:00:00+01:00"},
    "end": {"dateTime": "2026-03-16T11:00:00+01:00"},
}


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestAddresses:
    def test_home_is_the_week_of_today_in_the_members_zone(
        self, alices: Client, alice: Member
    ) -> None:
        alice.time_zone = "Pacific/Kiritimati"  # 14 hours ahead of UTC: still the same date
        alice.save()
        assert alices.get("/").headers["Location"] == "/calendar/week/2026-03-10/"

    @pytest.mark.parametrize(
        "day", ["2026-02-30", "2026-13-01", "0000-01-01", "1900-12-31", "2200-01-01", "9999-12-31"]
    )
    @pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
    def test_a_date_that_there_is_not_is_a_page_that_there_is_not(
        self, alices: Client, alices_calendar: Calendar, view: str, day: str
    ) -> None:
        assert alices.get(f"/calendar/{view}/{day}/").status_code == 404

    @pytest.mark.parametrize("day", ["1901-01-01", "2199-12-31"])
    @pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
    def test_the_first_and_the_last_day_that_can_be_named_have_pages(
        self, alices: Client, alices_calendar: Calendar, view: str, day: str
    ) -> None:
        assert alices.get(f"/calendar/{view}/{day}/").status_code == 200

    def test_the_week_starts_on_the_day_that_the_member_likes(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        alice.week_start = 6
        alice.save()
        assert "<h1>8 – 14 Mar 2026</h1>" in text_of(alices, WEEK)  # noqa: RUF001

    def test_who_is_not_logged_in_logs_in_and_comes_back(
        self, client: Client, alices_calendar: Calendar
    ) -> None:
        assert client.get(WEEK).headers["Location"] == f"/login/?next={WEEK}"

    def test_a_fragment_asked_for_after_logging_out_sends_the_whole_page_to_the_login(
        self, client: Client, alices_calendar: Calendar
    ) -> None:
        answer = client.get(WEEK, HTTP_HX_CURRENT_URL=f"http://testserver{WEEK}", **HTMX)
        assert answer.headers["HX-Redirect"] == f"/login/?next={WEEK}"


class TestWhatIsShown:
    @pytest.mark.parametrize("address", VIEWS)
    def test_an_event_shows_with_its_time_in_the_members_zone(
        self, alices: Client, alice: Member, alices_calendar: Calendar, address: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        alice.time_zone = "America/New_York"
        alice.save()
        page = text_of(alices, address)
        assert "Stand-up" in page
        assert "05:00 – 06:00" in page  # noqa: RUF001

    @pytest.mark.parametrize("address", VIEWS)
    def test_hours_are_counted_to_twelve_for_those_who_like_it(
        self, alices: Client, alice: Member, alices_calendar: Calendar, address: str
    ) -> None:
        cached(
            alices_calendar,
            {"id": "abcde", "summary": "Stand-up"},
            start={"dateTime": "2026-03-11T12:30:00+01:00"},
            end={"dateTime": "2026-03-11T14:00:00+01:00"},
        )
        alice.hour_format = "12"
        alice.save()
        assert "12:30 pm – 2 pm" in text_of(alices, address)  # noqa: RUF001

    @pytest.mark.parametrize("address", VIEWS)
    @pytest.mark.parametrize(
        ("status", "symbol", "word"),
        [
            ("pending", "⏱", "Pending"),
            ("conflict", "⚠", "Conflict"),
            ("failed", "✕", "Not saved"),
            ("proposed", "✋", "Proposed"),
        ],
    )
    def test_an_event_that_google_does_not_have_yet_wears_a_badge_with_symbol_and_word(
        self,
        alices: Client,
        alices_calendar: Calendar,
        address: str,
        status: str,
        symbol: str,
        word: str,
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status=status)
        page = text_of(alices, address)
        badge = re.search(r'<span class="badge.*?<span class="word">(.*?)<', page)
        assert badge is not None
        assert badge[1] == word
        assert symbol in badge[0]

    @pytest.mark.parametrize("address", VIEWS)
    def test_an_event_that_google_has_wears_none(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        assert 'class="badge' not in text_of(alices, address)

    @pytest.mark.parametrize("address", VIEWS)
    def test_what_an_event_says_is_shown_as_text_never_as_markup(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "<script>alert(1)</script>"})
        page = text_of(alices, address)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page

    def test_an_event_of_several_days_is_one_bar_of_the_week(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        dates = {"start": {"date": "2026-03-10"}, "end": {"date": "2026-03-13"}}
        cached(alices_calendar, {"id": "abcde", "summary": "Fair", **dates})
        assert "r1 c2 w3" in text_of(alices, WEEK)

    def test_a_day_on_which_clocks_change_says_how_long_it_is(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = text_of(alices, "/calendar/week/2026-03-29/")
        assert "23 hours" in page

    @pytest.mark.parametrize("address", VIEWS)
    def test_calendars_that_are_hidden_or_of_others_show_nothing(
        self,
        alices: Client,
        alices_calendar: Calendar,
        alices_account: GoogleAccount,
        bobs_calendar: Calendar,
        address: str,
    ) -> None:
        hidden = CalendarFactory(account=alices_account, selected=False)
        cached(hidden, {"id": "abcde", "summary": "Hidden one"})
        cached(bobs_calendar, {"id": "abcdf", "summary": "Of Bob"})
        page = text_of(alices, address)
        assert "Hidden one" not in page
        assert "Of Bob" not in page


class TestWhatIsNotKnown:
    def test_outside_the_window_a_sentence_says_so(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = text_of(alices, "/calendar/agenda/2027-05-01/")
        assert "keeps 8 February 2026 to 8 June 2026 up to date" in page
        assert "No events are known in these two weeks." in page

    def test_looking_outside_the_window_asks_the_worker_for_it(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        alices.get("/calendar/week/2027-05-05/")
        wanted = CalendarSyncState.objects.get(calendar=alices_calendar).wanted_end
        assert wanted is not None
        assert wanted >= dt.datetime(2027, 5, 9, tzinfo=dt.UTC)

    def test_what_is_too_far_to_be_asked_for_is_not_promised(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = alices.get("/calendar/week/2029-05-05/").content.decode()
        assert "two years before and after today at most" in page
        assert "appears by itself" not in page

    def test_inside_the_window_no_events_means_no_events(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        assert "No events in these two weeks." in text_of(alices, AGENDA)

    def test_a_member_without_a_google_account_is_led_to_connect_one(
        self, charlie: Member, client: Client
    ) -> None:
        client.force_login(charlie)
        assert "/settings/accounts/" in text_of(client, WEEK)

    def test_a_member_who_hid_every_calendar_is_told_so(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        alices_calendar.selected = False
        alices_calendar.save()
        assert "All of your calendars are hidden." in text_of(alices, WEEK)

    def test_calendars_that_have_not_arrived_are_announced(
        self, alices: Client, alices_account: GoogleAccount
    ) -> None:
        assert "on their way from Google" in text_of(alices, WEEK)


class TestWhereOneBeginsToLook:
    """Tuesday, 10 March 2026, at ten in Berlin, unless the test says otherwise."""

    def begins(self, client: Client, address: str) -> int:
        found = re.search(
            r'<div class="begins" aria-hidden="true"><i class="r(\d+)">', text_of(client, address)
        )
        assert found is not None
        return (int(found[1]) - 1) // 12

    @pytest.mark.parametrize(("work", "hour"), [(9, 7), (6, 4), (1, 0), (14, 12)])
    def test_two_hours_before_work(
        self, alices: Client, alice: Member, alices_calendar: Calendar, work: int, hour: int
    ) -> None:
        alice.working_day_start, alice.working_day_end = dt.time(work), dt.time(23)
        alice.save()
        assert self.begins(alices, "/calendar/week/2026-03-18/") == hour
        assert self.begins(alices, "/calendar/day/2026-03-18/") == hour

    @pytest.mark.parametrize(
        ("now", "hour"), [(0, 0), (5, 4), (7, 6), (8, 7), (10, 7), (15, 7), (16, 8), (23, 15)]
    )
    def test_where_today_is_on_view_now_is_in_sight(
        self, alices: Client, alices_calendar: Calendar, now: int, hour: int
    ) -> None:
        moment = dt.datetime(2026, 3, 10, now, 30, tzinfo=ZoneInfo("Europe/Berlin"))
        with mock.patch("django.utils.timezone.now", return_value=moment):
            assert self.begins(alices, WEEK) == hour
            assert self.begins(alices, "/calendar/week/2026-03-18/") == 7

    def test_the_hours_of_the_members_own_zone_count(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        alice.time_zone = "Pacific/Auckland"  # ten at night
        alice.save()
        assert self.begins(alices, WEEK) == 14


class TestOpenCard:
    """An address may name an event, whose card then stands over the view."""

    def with_card(
        self, client: Client, address: str, event: str = "alice@example.test/abcde"
    ) -> str:
        return text_of(client, f"{address}?card=/calendar/event/{event}/")

    @pytest.mark.parametrize("address", VIEWS)
    def test_the_card_is_open_and_the_event_behind_it_has_the_focus(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        cached(alices_calendar, {"id": "abcdf", "summary": "Other"})
        page = self.with_card(alices, address)
        assert re.search(r"<dialog[^>]* open>", page)
        assert re.search(r'<h2 id="dialog-title"[^>]*>Stand-up</h2>', page)
        assert page.count(" autofocus") == 1
        assert ' autofocus href="/calendar/event/alice@example.test/abcde/' in page

    def test_what_is_done_in_it_leads_back_to_the_view(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        page = self.with_card(alices, WEEK)
        assert f'<a class="icon-button" href="{WEEK}" data-close' in page
        assert f'abcde/edit?next={WEEK}"' in page
        assert 'hx-post="/calendar/event/alice@example.test/abcde/delete"' in page

    def test_the_view_is_otherwise_the_same_so_that_nothing_is_drawn_anew(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        seen = TestPolling().version(self.with_card(alices, WEEK))
        assert alices.get(WEEK, {"seen": seen}, **HTMX).status_code == 204

    def test_over_a_page_only_the_card_is_fetched(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        answer = alices.get(
            WEEK,
            {"card": "/calendar/event/alice@example.test/abcde/"},
            **HTMX,
            HTTP_HX_TARGET="dialog-body",
            HTTP_HX_CURRENT_URL="http://testserver/calendar/search/?q=stand",
        )
        assert answer.headers["HX-Push-Url"] == "false"
        page = answer.content.decode()
        assert page.lstrip().startswith('<div class="event-card"')
        assert f'<a href="{WEEK}?card=/calendar/event/alice@example.test/abcde/"' in page

    @pytest.mark.parametrize("event", ["alice@example.test/gone0", "bob@example.test/abcde"])
    def test_an_event_that_one_cannot_see_is_said_to_be_none(
        self, alices: Client, alices_calendar: Calendar, event: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        page = self.with_card(alices, WEEK, event)
        assert "This is not possible" in page
        assert " autofocus" not in page

    @pytest.mark.parametrize("card", ["", "x", "//evil.test/", "/calendar/keys/", "/%00"])
    def test_another_address_than_that_of_a_card_opens_nothing(
        self, alices: Client, alices_calendar: Calendar, card: str
    ) -> None:
        answer = alices.get(WEEK, {"card": card})
        assert answer.status_code == 200
        assert not re.search(r"<dialog[^>]* open>", answer.content.decode())


class TestPolling:
    def version(self, page: str) -> str:
        found = re.search(r'name="seen" value="([0-9a-f-]+)"', page)
        assert found is not None
        return found[1]

    @pytest.mark.parametrize("address", VIEWS)
    def test_what_the_browser_has_seen_is_not_sent_again(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        seen = self.version(text_of(alices, address))
        answer = alices.get(address, {"seen": seen}, **HTMX)
        assert answer.status_code == 204

    @pytest.mark.parametrize("address", VIEWS)
    def test_a_badge_that_vanishes_is_sent_as_a_fragment(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status="pending")
        seen = self.version(text_of(alices, address))
        CachedEvent.objects.update(local_status="synced")
        answer = alices.get(address, {"seen": seen}, **HTMX)
        assert answer.status_code == 200
        assert b"<html" not in answer.content
        assert b'class="badge' not in answer.content
        assert b'id="sync-chip"' in answer.content
        assert answer.headers["X-Same-Events"] == "true"

    @pytest.mark.parametrize("address", VIEWS)
    @pytest.mark.parametrize("status", ["conflict", "failed"])
    def test_what_changed_for_the_member_is_told_from_a_badge_that_vanishes(
        self, alices: Client, alices_calendar: Calendar, address: str, status: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status="pending")
        seen = self.version(text_of(alices, address))
        CachedEvent.objects.update(local_status=status)
        assert "X-Same-Events" not in alices.get(address, {"seen": seen}, **HTMX).headers

    def test_a_change_of_other_days_is_none_of_these(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status="pending")
        seen = self.version(text_of(alices, WEEK))
        CachedEvent.objects.update(local_status="synced")
        cached(alices_calendar, {"id": "abcdf", **NEXT_MONDAY})
        assert "X-Same-Events" in alices.get(WEEK, {"seen": seen}, **HTMX).headers

    @pytest.mark.parametrize("address", VIEWS)
    def test_a_page_from_before_midnight_is_told_what_leads_to_today_now(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        page = text_of(alices, address)
        seen, today = self.version(page), "2026-03-10 Europe/Berlin"
        assert f'name="today" value="{today}"' in page
        asked = alices.get(address, {"seen": seen, "today": today}, **HTMX)
        assert asked.status_code == 204
        late = alices.get(address, {"seen": seen, "today": "2026-03-09 Europe/Berlin"}, **HTMX)
        for part in ("today", "create", "create-again", "small-month", "today-seen"):
            assert re.search(rf'id="{part}"[^>]* hx-swap-oob="true"', late.text), part

    def test_a_page_in_another_zone_than_the_members_is_told_the_zone(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        answer = alices.get(WEEK, {"seen": "x-y-z", "today": "2026-03-10 UTC"}, **HTMX).text
        assert re.search(r'id="zone-offer"[^>]* data-zone="Europe/Berlin"', answer)

    def test_before_there_are_calendars_no_other_zone_is_offered(
        self, alices: Client, alices_account: GoogleAccount
    ) -> None:
        assert 'data-offered="later"' in text_of(alices, WEEK)

    def test_caches_tell_the_fragment_from_the_page(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        headers = alices.get(WEEK).headers
        assert "HX-Request" in headers["Vary"]
        assert "private" in headers["Cache-Control"]


class TestCost:
    @pytest.mark.parametrize("address", VIEWS)
    def test_more_events_cost_no_more_queries(
        self,
        alices: Client,
        alices_calendar: Calendar,
        django_assert_num_queries: DjangoAssertNumQueries,
        django_assert_max_num_queries: DjangoAssertNumQueries,
        address: str,
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]})
        with django_assert_max_num_queries(9) as first:
            alices.get(address)
        for number in range(30):
            cached(alices_calendar, {"id": f"many{number:02}", "summary": str(number)})
        cached(alices_calendar, {"id": "abcdf", "recurrence": ["RRULE:FREQ=DAILY;COUNT=60"]})
        with django_assert_num_queries(len(first.captured_queries)):
            alices.get(address)


class TestPolicy:
    @pytest.mark.parametrize("address", [*VIEWS, "/calendar/event/new"])
    def test_pages_hold_no_style_attribute_and_no_script_of_their_own(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        page = text_of(alices, address)
        assert " style=" not in page
        assert "<style" not in page
        assert re.search(r"<script(?![^>]*\bsrc=)", page) is None
        assert re.search(r"\son[a-z]+=", page) is None
