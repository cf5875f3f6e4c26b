"""The card of an event: what it tells, and what can be done from it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from calendars.models import CachedEvent, OutboxOperation
from calendars.web.cards import key_of
from tests.commands.acting import timed
from tests.factories import NOW, CalendarFactory, cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

WEEK = "/calendar/week/2026-03-11/"
CARD = "/calendar/event/alice@example.test/abcde/"
ALICE = {"email": "alice@example.test", "self": True, "responseStatus": "needsAction"}
BOB = {"email": "bob@example.test", "displayName": "Bob", "responseStatus": "accepted"}
INVITATION = {
    "id": "abcde",
    "summary": "Stand-up",
    "organizer": {"email": "bob@example.test", "displayName": "Bob"},
    "attendees": [{**BOB, "organizer": True}, ALICE],
}
DAILY = {"id": "abcde", "summary": "Stand-up", "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
INSTANCE = "/calendar/event/alice@example.test/abcde_20260312T090000Z/"


def shown(client: Client, address: str = CARD) -> str:
    return client.get(address).content.decode()


def operation() -> OutboxOperation:
    return OutboxOperation.objects.get()


def change_of(calendar: Calendar, status: str, **fields: Any) -> OutboxOperation:
    usual = {"event_id": "abcde", "lane": "abcde", "op_type": "patch", "created_at": NOW}
    usual |= {"payload": {"summary": "Mine"}, "base": {"summary": "Before"}}
    return OutboxOperation.objects.create(calendar=calendar, status=status, **{**usual, **fields})


class TestTelling:
    def test_the_time_with_its_day_and_the_events_own_zone_where_clocks_differ(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        assert "Tomorrow, Wednesday 11 March 2026, 10:00 \N{EN DASH} 11:00" in shown(alices)
        assert "in Berlin" not in shown(alices)
        alice.time_zone = "America/New_York"  # four days into summer time there, five hours apart
        alice.save()
        page = shown(alices)
        assert "Wednesday 11 March 2026, 05:00 \N{EN DASH} 06:00" in page
        assert "10:00 \N{EN DASH} 11:00 in Berlin (CET)" in page

    def test_days_without_hours(self, alices: Client, alices_calendar: Calendar) -> None:
        days = {"start": {"date": "2026-03-28"}, "end": {"date": "2026-03-31"}}
        cached(alices_calendar, {"id": "abcde", "summary": "Fair", **days})
        assert "Sat 28 Mar \N{EN DASH} Mon 30 Mar, 3 days" in shown(alices)

    def test_how_a_series_recurs_stands_on_each_of_its_occurrences(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, DAILY)
        assert "Every day, 5 times" in shown(alices, INSTANCE)

    def test_guests_with_their_answers_and_a_long_list_folded(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        crowd = [
            {"email": f"guest{number}@example.test", "responseStatus": "tentative"}
            for number in range(8)
        ]
        room = {"email": "room@example.test", "displayName": "Lighthouse", "resource": True}
        people = [ALICE, {**BOB, "comment": "Five minutes late", "optional": True}, *crowd, room]
        cached(alices_calendar, {"id": "abcde", "attendees": people})
        page = shown(alices)
        assert "10 guests: 1 yes, 8 maybe, 1 waiting, 1 room" in page
        assert "Five minutes late" in page
        assert "optional" in page
        assert "<summary>5 more</summary>" in page

    def test_a_description_keeps_its_format_and_loses_what_could_harm(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        text = (
            '<b>Bring</b> <a href="javascript:alert(1)">this</a><script>alert(2)</script>'
            '<img src=x onerror=alert(3)><a href="https://example.test/" style="x">that</a>'
        )
        cached(alices_calendar, {"id": "abcde", "description": text})
        page = shown(alices)
        assert "<b>Bring</b>" in page
        assert '<a href="https://example.test/" rel="noopener noreferrer nofollow">that</a>' in page
        for harm in ("javascript:", "alert(2)", "onerror", "<img src=x", 'style="x"'):
            assert harm not in page

    def test_plain_text_keeps_its_lines_and_is_not_taken_for_html(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "description": "1 < 2\nhttps://example.test/"})
        page = shown(alices)
        assert "1 &lt; 2<br>" in page
        assert '<a href="https://example.test/"' in page

    def test_links_that_a_browser_must_not_follow_are_none(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        files = [{"fileUrl": "javascript:alert(1)", "title": "Bad"}]
        event = {"id": "abcde", "location": "javascript:alert(2)", "attachments": files}
        cached(alices_calendar, {**event, "hangoutLink": "data:text/html,x"})
        page = shown(alices)
        assert 'href="javascript' not in page
        assert 'href="data' not in page

    def test_why_google_did_not_take_a_change(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status="failed")
        OutboxOperation.objects.create(
            calendar=alices_calendar,
            event_id="abcde",
            lane="abcde",
            op_type="patch",
            status="failed",
            error="Google says no.",
            created_at=NOW,
            actor=alice,
        )
        page = shown(alices)
        assert "Not saved" in page
        assert "Google says no." in page

    @pytest.mark.parametrize(
        ("status", "behind"),
        [
            ("pending", "pending"),
            ("pending", "in_flight"),
            ("conflict", "conflict"),
            ("failed", "failed"),
            ("proposed", "proposed"),
        ],
    )
    def test_the_very_change_behind_the_badge_is_decided_on_the_card(
        self, alices: Client, alices_calendar: Calendar, status: str, behind: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status=status)
        rows = [change_of(alices_calendar, each) for each in (behind, "applied", behind)]
        other = change_of(alices_calendar, "failed" if status == "pending" else "pending")
        page = shown(alices)
        assert f'"/calendar/problems/{rows[-1].op_id}/' in page
        assert f"/calendar/problems/{other.op_id}/" not in page
        assert f'id="p{rows[-1].op_id}"' in shown(alices, "/calendar/problems/")

    def test_the_editor_says_why_google_did_not_take_the_last_change(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status="failed")
        change_of(alices_calendar, "failed", error="Google says no.")
        page = shown(alices, f"{CARD}edit")
        assert "Google did not take this change. Google says no." in page

    def test_of_a_change_in_two_steps_it_leads_to_the_one_in_question(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        CachedEvent.objects.update(local_status="conflict")
        saga = {"saga": UUID(int=1)}
        change_of(alices_calendar, "conflict", reason="other_step", step=1, **saga)
        elsewhere = {"event_id": "tail", "lane": "tail"}
        asked = change_of(alices_calendar, "conflict", step=2, **saga, **elsewhere)
        assert f"/calendar/problems/{asked.op_id}/" in shown(alices)

    def test_reminders_are_those_of_the_calendar_unless_the_event_has_its_own(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        alices_calendar.default_reminders = [{"method": "popup", "minutes": 30}]
        alices_calendar.save()
        cached(alices_calendar, {"id": "abcde", "reminders": {"useDefault": True}})
        assert "30 minutes before" in shown(alices)
        own = {"overrides": [{"method": "email", "minutes": 2880}], "useDefault": False}
        cached(alices_calendar, {"id": "fghij", "reminders": own})
        assert "2 days before, by e-mail" in shown(alices, CARD.replace("abcde", "fghij"))

    def test_over_the_calendar_it_is_a_fragment_for_the_dialog(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        answer = alices.get(CARD, **HTMX)
        assert answer.headers["HX-Retarget"] == "#dialog-body"
        assert "<html" not in answer.content.decode()


class TestAnswering:
    @pytest.fixture(autouse=True)
    def invited(self, alices_calendar: Calendar) -> CachedEvent:
        return cached(alices_calendar, INVITATION)

    def test_an_answer_with_a_comment_is_queued_and_can_be_taken_back(self, alices: Client) -> None:
        values = {"response": "tentative", "comment": "If the train is on time", "next": WEEK}
        page = alices.post(f"{CARD}respond", values, **HTMX).content.decode()
        assert "“Stand-up” is answered with maybe." in page
        own = operation().payload["attendees"][0]
        assert (own["responseStatus"], own["comment"]) == ("tentative", values["comment"])
        assert f'hx-post="/calendar/undo/{operation().op_id}"' in page

    def test_what_is_no_answer_is_refused(self, alices: Client) -> None:
        assert alices.post(f"{CARD}respond", {"response": "perhaps"}).status_code == 400
        assert not OutboxOperation.objects.exists()

    def test_of_a_series_one_occurrence_is_meant_unless_all_are(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        series = {**INVITATION, "id": "fghij", "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
        cached(alices_calendar, series)
        address = INSTANCE.replace("abcde", "fghij")
        alices.post(f"{address}respond", {"response": "declined"})
        assert operation().event_id == "fghij_20260312T090000Z"
        alices.post(f"{address}respond", {"response": "accepted", "scope": "series"})
        assert OutboxOperation.objects.latest("op_id").event_id == "fghij"

    def test_who_is_no_guest_is_not_asked(self, alices: Client, alices_calendar: Calendar) -> None:
        cached(alices_calendar, {"id": "fghij", "summary": "Alone"})
        assert "Going?" in shown(alices)
        assert "Going?" not in shown(alices, CARD.replace("abcde", "fghij"))


class TestPlacing:
    def test_a_copy_can_be_on_another_day_and_lasts_as_long(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        values = {"start_date": "2026-04-02", "start_time": "10:00", "next": WEEK}
        values["calendar"] = "alice@example.test"
        page = alices.post(f"{CARD}duplicate", values, **HTMX).content.decode()
        assert "“Stand-up” is duplicated." in page
        assert "/calendar/week/2026-04-02/" in page
        assert operation().payload["start"]["dateTime"] == "2026-04-02T10:00:00+02:00"
        assert operation().payload["end"]["dateTime"] == "2026-04-02T11:00:00+02:00"

    def test_moving_offers_the_other_calendars_and_says_what_it_means(
        self, alices: Client, alices_calendar: Calendar, alices_account: GoogleAccount
    ) -> None:
        team = CalendarFactory(account=alices_account, summary="Team")
        cached(alices_calendar, DAILY)
        page = shown(alices, f"{INSTANCE}move")
        assert "All events of the series go there." in page
        answer = alices.post(f"{INSTANCE}move", {"calendar": team.google_id, "next": WEEK})
        assert answer.status_code == 302
        assert OutboxOperation.objects.filter(op_type="move", event_id="abcde").exists()

    def test_where_nothing_else_takes_events_there_is_nothing_to_choose(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        assert "There is no other calendar" in shown(alices, f"{CARD}move")


class TestReminders:
    def test_of_a_calendar_without_any_nothing_is_said(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "reminders": {"useDefault": True}})
        alices_calendar.default_reminders = []
        alices_calendar.save()
        assert "icon bell" not in shown(alices, CARD)
        alices_calendar.default_reminders = [{"method": "popup", "minutes": 10}]
        alices_calendar.save()
        assert "10 minutes before" in shown(alices, CARD)


class TestTakingBack:
    def change(self, client: Client, **headers: Any) -> str:
        values = {
            "summary": "Long stand-up",
            "start_date": "2026-03-11",
            "start_time": "10:00",
            "end_date": "2026-03-11",
            "end_time": "11:00",
            "time_zone": "Europe/Berlin",
            "next": WEEK,
        }
        return client.post(f"{CARD}edit", values, follow=True, **headers).content.decode()

    @pytest.fixture(autouse=True)
    def event(self, alices_calendar: Calendar) -> CachedEvent:
        return cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})

    def title(self) -> str:
        return str(CachedEvent.objects.get(event_id="abcde").resource["summary"])

    def test_each_write_offers_it_and_taking_back_can_be_taken_back(self, alices: Client) -> None:
        page = self.change(alices, **HTMX)
        undo = f"/calendar/undo/{operation().op_id}"
        assert f'hx-post="{undo}"' in page
        page = alices.post(undo, {"next": WEEK}, **HTMX).content.decode()
        assert self.title() == "Stand-up"
        assert "Redo" in page
        redo = f"/calendar/undo/{OutboxOperation.objects.latest('op_id').op_id}"
        assert f'hx-post="{redo}"' in page
        alices.post(redo, {"next": WEEK}, **HTMX)
        assert self.title() == "Long stand-up"

    def test_without_scripts_a_link_leads_to_the_question(self, alices: Client) -> None:
        page = self.change(alices)
        undo = f"/calendar/undo/{operation().op_id}"
        question = f"{undo}?{urlencode({'next': WEEK})}"
        assert f'<a href="{question}" hx-post="{undo}"' in page
        assert ">Undo</a>" in page
        asked = shown(alices, question)
        assert "“Long stand-up” is taken back" in asked
        assert f'name="next" value="{WEEK}"' in asked
        assert self.title() == "Long stand-up"
        assert alices.post(undo).status_code == 302
        assert self.title() == "Stand-up"

    def test_a_title_is_not_taken_for_html_there(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "fghij", "summary": "<b>x"})
        address = CARD.replace("abcde", "fghij")
        page = alices.post(f"{address}delete", {"next": WEEK}, follow=True).content.decode()
        assert "“&lt;b&gt;x” is deleted." in page

    def test_the_last_change_is_taken_back_and_then_the_one_before(self, alices: Client) -> None:
        self.change(alices)
        alices.post(f"{CARD}delete", {"next": WEEK})
        alices.post("/calendar/undo", {"next": WEEK})
        assert self.title() == "Long stand-up"
        alices.post("/calendar/undo", {"next": WEEK})
        assert self.title() == "Stand-up"
        answer = alices.post("/calendar/undo", {"next": WEEK}, follow=True)
        assert "Nothing to undo: you changed nothing here" in answer.content.decode()

    def test_what_a_token_did_is_not_what_a_key_takes_back(self, alices: Client) -> None:
        self.change(alices)
        OutboxOperation.objects.update(actor_via="API token laptop")
        answer = alices.post("/calendar/undo", {"next": WEEK}, follow=True)
        assert "Nothing to undo" in answer.content.decode()
        assert self.title() == "Long stand-up"

    def test_the_history_says_who_changed_what_and_offers_to_take_it_back(
        self, alices: Client
    ) -> None:
        self.change(alices)
        page = shown(alices, f"{CARD}history")
        assert "You changed the title" in page
        assert "in the browser" in page
        assert "Stand-up</del>" in page
        assert "Long stand-up</ins>" in page
        assert f'action="/calendar/undo/{operation().op_id}"' in page
        alices.post(f"/calendar/undo/{operation().op_id}")
        page = shown(alices, f"{CARD}history")
        assert "You took a change back" in page
        assert "Taken back" in page

    def test_the_history_says_by_which_way_and_who_said_yes(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        helper = {"actor": alice, "actor_via": "MCP token helper"}
        change_of(alices_calendar, "applied", **{**helper, "actor_via": "API token laptop"})
        change_of(alices_calendar, "proposed", **helper)
        yes = {"approved_at": NOW, "approved_by": alice, "approved_via": "web"}
        moved = timed("2026-03-12T10:00:00+01:00", "2026-03-12T11:00:00+01:00")
        change_of(alices_calendar, "applied", **helper, **yes, payload=moved, base={})
        page = shown(alices, f"{CARD}history")
        told = re.findall(r'class="change-what">([^<]+)', page)
        assert [each.strip() for each in told] == [
            "MCP token helper proposed to change the time",
            "MCP token helper proposed to change the title",
            "You changed the title",
        ]
        assert "approved by you in the browser" in page
        assert "through API token laptop" in page
        assert page.count("Decline</button>") == 1

    @pytest.mark.parametrize(
        ("reason", "end"),
        [
            ("resolved_mine", "yours was sent"),
            ("superseded", "Replaced by a later change"),
            ("discarded", "Given up"),
        ],
    )
    def test_the_history_says_what_became_of_a_change_that_was_not_sent(
        self, alices: Client, alices_calendar: Calendar, reason: str, end: str
    ) -> None:
        change_of(alices_calendar, "cancelled", reason=reason)
        assert end in shown(alices, f"{CARD}history")

    def test_each_button_of_the_history_has_a_name_of_its_own(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        for minutes in range(2):
            at = NOW - dt.timedelta(minutes=minutes)
            change_of(alices_calendar, "applied", created_at=at)
        names = re.findall(r'aria-label="(Undo: [^"]+)"', shown(alices, f"{CARD}history"))
        assert len(set(names)) == len(names) == 2


class TestAccess:
    ADDRESSES = ("", "edit", "delete", "respond", "duplicate", "move", "history")

    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_teammates_and_outsiders_find_nothing(
        self,
        client: Client,
        alices_calendar: Calendar,
        bob: Member,
        bobs_calendar: Calendar,
        charlie: Member,
        method: str,
        address: str,
    ) -> None:
        cached(alices_calendar, INVITATION)
        for member in (bob, charlie):
            client.force_login(member)
            answer: Any = getattr(client, method)(f"{CARD}{address}", {"response": "accepted"})
            assert answer.status_code in (404, 405)
        assert not OutboxOperation.objects.exists()

    def test_nobody_takes_back_what_belongs_to_another(
        self, client: Client, alices: Client, alices_calendar: Calendar, bob: Member
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        alices.post(f"{CARD}delete")
        client.force_login(bob)
        undo = f"/calendar/undo/{operation().op_id}"
        assert client.get(undo).status_code == client.post(undo).status_code == 404
        client.post("/calendar/undo")
        assert operation().status == "pending"
        assert OutboxOperation.objects.count() == 1


def test_a_new_event_keeps_its_name_on_the_page_once_google_has_it() -> None:
    new_id = UUID("eb9f78e8-e49b-4e05-834c-5370a98fb756")
    before = key_of("alice@example.test", f"local:{new_id}")
    assert key_of("alice@example.test", new_id.hex) == before
    assert key_of("alice@example.test", "another") != before
