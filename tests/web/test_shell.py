"""What stands around the views: where they lead, the side bar, the first visit."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders

from calendars.models import Calendar, CalendarSyncState
from tests.factories import CalendarFactory, cached
from tests.web.conftest import HTMX
from tests.web.test_span_pages import AGENDA, DAY, MONTH, VIEWS, WEEK, text_of

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member

PHONE = "Mozilla/5.0 (Linux; Android 15) Mobile Safari/537.36"
MOST_BYTES = 150_000


class TestHome:
    @pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
    def test_home_is_the_view_that_the_member_likes(
        self, alices: Client, alice: Member, view: str
    ) -> None:
        alice.default_view = view
        alice.save()
        assert f"/calendar/{view}/" in alices.get("/").headers["Location"]

    def test_home_is_the_agenda_on_a_phone_and_the_week_elsewhere(self, alices: Client) -> None:
        assert "/agenda/" in alices.get("/", HTTP_USER_AGENT=PHONE).headers["Location"]
        hint = {"HTTP_SEC_CH_UA_MOBILE": "?0", "HTTP_USER_AGENT": PHONE}
        assert "/week/" in alices.get("/", **hint).headers["Location"]
        assert "/week/" in alices.get("/").headers["Location"]


class TestSteps:
    @pytest.mark.parametrize(
        ("address", "earlier", "later"),
        [
            (DAY, "day/2026-03-10", "day/2026-03-12"),
            (WEEK, "week/2026-03-04", "week/2026-03-18"),
            (MONTH, "month/2026-02-28", "month/2026-04-01"),
            (AGENDA, "agenda/2026-02-24", "agenda/2026-03-24"),
        ],
    )
    def test_each_view_steps_by_its_own_length(
        self, alices: Client, alices_calendar: Calendar, address: str, earlier: str, later: str
    ) -> None:
        page = text_of(alices, address)
        assert re.search(rf'href="/calendar/{earlier}/" rel="prev"', page)
        assert re.search(rf'href="/calendar/{later}/" rel="next"', page)

    @pytest.mark.parametrize("address", VIEWS)
    def test_a_page_has_one_heading_and_marks_its_view(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        page = text_of(alices, address)
        assert page.count("<h1") == 1
        here = re.findall(r'<a href="([^"]*)" aria-current="page"', page)
        assert here == [address]


class TestSmallMonth:
    def test_its_days_lead_to_the_same_view(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        assert 'href="/calendar/month/2026-03-20/"' in text_of(alices, MONTH)
        assert 'href="/calendar/day/2026-03-20/"' in text_of(alices, DAY)

    def test_another_month_is_a_fragment_of_its_own(self, alices: Client) -> None:
        page = text_of(alices, "/calendar/small/week/2026-03-11/2026-04-01/")
        assert "April 2026" in page
        assert 'href="/calendar/week/2026-04-15/"' in page
        assert "<html" not in page

    @pytest.mark.parametrize("month", ["1901-01-01", "2199-12-01"])
    def test_where_years_end_it_ends(self, alices: Client, month: str) -> None:
        assert "March" not in text_of(alices, f"/calendar/small/day/2026-03-11/{month}/")


class TestShownCalendars:
    def test_a_box_hides_a_calendar_and_the_view_is_drawn_again(
        self, alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
    ) -> None:
        team = CalendarFactory(account=alices_account, summary="Team")
        cached(team, {"id": "abcde", "summary": "Of the team"})
        answer = alices.post(
            "/calendar/shown", {"calendars": [alices_calendar.google_id], "next": WEEK}, **HTMX
        )
        assert 'id="live"' in answer.text
        assert "Of the team" not in answer.text
        team.refresh_from_db()
        assert not team.selected

    def test_without_scripts_it_leads_back(self, alices: Client, alices_calendar: Calendar) -> None:
        answer = alices.post("/calendar/shown", {"next": MONTH})
        assert answer.headers["Location"] == MONTH
        assert not Calendar.objects.get(pk=alices_calendar.pk).selected

    def test_calendars_of_others_cannot_be_shown(
        self, alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
    ) -> None:
        data = {"calendars": [bobs_calendar.google_id], "next": WEEK}
        assert alices.post("/calendar/shown", data, follow=True).status_code == 200
        assert Calendar.objects.get(pk=alices_calendar.pk).selected

    def test_what_google_hides_is_not_offered_unless_it_is_shown(
        self, alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
    ) -> None:
        team = CalendarFactory(account=alices_account, summary="Team", hidden=True)
        assert 'class="name">Team<' in text_of(alices, WEEK)
        Calendar.objects.filter(pk=team.pk).update(selected=False)
        assert 'class="name">Team<' not in text_of(alices, WEEK)

    def test_an_old_calendar_says_how_old_it_is(
        self, alices: Client, alices_calendar: Calendar, now: dt.datetime
    ) -> None:
        past = now - dt.timedelta(hours=5)
        CalendarSyncState.objects.update(last_full_sync_at=past, last_incremental_sync_at=past)
        assert re.search(r'class="old">.*5 h ago', text_of(alices, WEEK))


class TestSecondZone:
    def test_its_hours_stand_beside_the_members(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        alice.second_time_zone = "Australia/Lord_Howe"
        alice.save()
        page = text_of(alices, WEEK)
        assert '<span class="second">19:00</span><span>09:00</span>' in page

    def test_a_day_on_which_the_zones_stand_otherwise_says_so(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        alice.second_time_zone = "America/New_York"  # changes clocks on 8 March, Berlin on 29 March
        alice.save()
        page = text_of(alices, "/calendar/week/2026-03-08/")
        assert page.count("12:00 is 07:00 in New York") == 1

    @pytest.mark.parametrize(
        ("zone", "day", "note", "label"),
        [
            ("Australia/Lord_Howe", "2026-10-04", "23.5 hours", ">02:00<"),
            ("Australia/Lord_Howe", "2026-04-05", "24.5 hours", ">01:00<"),
            ("Europe/Berlin", "2026-10-25", "25 hours", ">02:00<"),
        ],
    )
    def test_the_only_day_has_hours_of_its_own_where_clocks_change(
        self,
        alices: Client,
        alice: Member,
        alices_calendar: Calendar,
        zone: str,
        day: str,
        note: str,
        label: str,
    ) -> None:
        alice.time_zone = zone
        alice.save()
        page = text_of(alices, f"/calendar/day/{day}/")
        assert note in page
        assert page.count(f"<span{label}/span>") == (2 if note > "24" else 1)


class TestAgendaGrows:
    def test_more_days_are_the_same_page_with_more(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(
            alices_calendar,
            {"id": "abcde", "summary": "Easter"},
            start={"date": "2026-04-02"},
            end={"date": "2026-04-03"},
        )
        assert "Easter" not in text_of(alices, AGENDA)
        page = text_of(alices, f"{AGENDA}?days=28")
        assert 'hx-get="/calendar/agenda/2026-03-10/?days=28"' in page
        assert ">Easter</span>" in page

    def test_a_time_with_much_in_it_grows_by_two_weeks_and_an_empty_one_faster(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        for days, more in ((14, 28), (28, 56), (56, 112), (112, 224), (224, 364)):
            page = text_of(alices, f"{AGENDA}?days={days}")
            assert f'href="/calendar/agenda/2026-03-10/?days={more}"' in page
        rule = {"recurrence": ["RRULE:FREQ=DAILY"]}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **rule})
        for days in (14, 28, 42, 112):
            page = text_of(alices, f"{AGENDA}?days={days}")
            assert f'href="/calendar/agenda/2026-03-10/?days={days + 14}"' in page

    def test_after_a_change_it_is_as_long_as_it_was(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        here = f"http://testserver{AGENDA}?days=42"
        data = {"calendars": [alices_calendar.google_id], "next": f"{AGENDA}?days=42"}
        page = alices.post("/calendar/shown", data, HTTP_HX_CURRENT_URL=here, **HTMX).text
        assert 'hx-get="/calendar/agenda/2026-03-10/?days=42"' in page

    @pytest.mark.parametrize("days", ["", "x", "-1", "0", "99999", "٣", "1e3"])
    def test_a_number_that_makes_no_sense_is_none(
        self, alices: Client, alices_calendar: Calendar, days: str
    ) -> None:
        assert "10 – 23 Mar 2026" in text_of(alices, f"{AGENDA}?days={days}")  # noqa: RUF001

    def test_after_a_year_another_page_goes_on(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = text_of(alices, f"{AGENDA}?days=999")
        assert "Go on after 8 March 2027" in page


class TestFilling:
    def test_while_calendars_arrive_the_page_says_how_many_are_here(
        self, alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
    ) -> None:
        fresh = CalendarFactory(account=alices_account, summary="Team")
        CalendarSyncState.objects.filter(calendar=fresh).update(
            last_full_sync_at=None, last_incremental_sync_at=None
        )
        page = text_of(alices, WEEK)
        assert "1 of 2 calendars are here" in page
        assert '<progress id="filling" value="1" max="2">' in page
        assert "every 2s" in page

    def test_when_all_are_here_it_says_nothing(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = text_of(alices, WEEK)
        assert "calendars are here" not in page
        assert "every 10s" in page


class TestPollingAround:
    def test_a_chip_that_changes_alone_leaves_the_view_alone(
        self, alices: Client, alices_calendar: Calendar, now: dt.datetime
    ) -> None:
        seen = re.search(r'name="seen" value="([^"]+)"', text_of(alices, WEEK))
        assert seen is not None
        CalendarSyncState.objects.update(last_incremental_sync_at=now + dt.timedelta(seconds=9))
        answer = alices.get(WEEK, {"seen": seen[1]}, **HTMX)
        assert answer.headers["HX-Reswap"] == "none"
        assert 'id="sync-chip"' in answer.text
        assert 'id="live"' not in answer.text

    def test_going_back_in_history_gets_the_whole_page(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        answer = alices.get(WEEK, HTTP_HX_HISTORY_RESTORE_REQUEST="true", **HTMX)
        assert "<html" in answer.text


class TestWeight:
    @pytest.mark.parametrize("address", VIEWS)
    def test_a_full_page_with_all_that_it_loads_is_light(
        self, alices: Client, alices_calendar: Calendar, address: str
    ) -> None:
        for number in range(60):
            cached(
                alices_calendar,
                {"id": f"event{number:03}", "summary": f"Meeting number {number}"},
                start={"dateTime": f"2026-03-{10 + number % 5}T{8 + number % 9:02}:00:00+01:00"},
                end={"dateTime": f"2026-03-{10 + number % 5}T{9 + number % 9:02}:00:00+01:00"},
            )
        page = text_of(alices, address)
        assert weight(page) < MOST_BYTES


def weight(page: str) -> int:
    """The compressed page, its style sheets and scripts, and the font."""
    found = re.findall(r'(?:src|href)="/static/([^"?]+\.(?:css|js|woff2|svg))', page)
    files = [file_of(name) for name in dict.fromkeys(found)]
    texts = [page.encode(), *(file.read_bytes() for file in files if file.suffix != ".woff2")]
    fonts = sum(file.stat().st_size for file in files if file.suffix == ".woff2")
    return fonts + sum(len(gzip.compress(text)) for text in texts)


def file_of(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str)
    return Path(found)
