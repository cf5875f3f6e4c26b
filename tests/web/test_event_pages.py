"""Making, changing and deleting events by form, with and without scripts."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import urlencode

import pytest

from calendars.models import CachedEvent, OutboxOperation
from tests.factories import CalendarFactory, cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

URL_ENCODED = "application/x-www-form-urlencoded"
WEEK = "/calendar/week/2026-03-11/"
NEW = "/calendar/event/new"
REPEATS = "/calendar/event/repeats"
CARD = "/calendar/event/alice@example.test/abcde/"
EVENT = f"{CARD}edit"
DELETE = f"{CARD}delete"


def form(**values: str) -> dict[str, str]:
    return {
        "summary": "Lunch",
        "calendar": "alice@example.test",
        "start_date": "2026-03-12",
        "start_time": "12:00",
        "end_date": "2026-03-12",
        "end_time": "13:00",
        "time_zone": "Europe/Berlin",
        "next": WEEK,
        **values,
    }


def stand_up(**values: str) -> dict[str, str]:
    """The form of the event that ``cached`` makes, as it is."""
    as_it_is = {
        "summary": "Stand-up",
        "start_date": "2026-03-11",
        "start_time": "10:00",
        "end_date": "2026-03-11",
        "end_time": "11:00",
    }
    return form(**{**as_it_is, **values})


def only_operation() -> OutboxOperation:
    return OutboxOperation.objects.get()


class TestCreating:
    def test_late_in_the_evening_a_new_event_of_today_is_still_today(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        late = dt.datetime(2026, 3, 10, 22, 40, tzinfo=dt.UTC)  # 23:40 in Berlin
        with mock.patch("django.utils.timezone.now", return_value=late):
            page = alices.get(f"{NEW}?start=2026-03-10").text
        for name, value in (("start_date", "2026-03-10"), ("start_time", "23:30")):
            assert f'name="{name}" value="{value}"' in page

    def test_without_scripts_the_event_is_queued_and_the_page_it_came_from_shows_it(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        answer = alices.post(NEW, form(), follow=True)
        assert answer.redirect_chain == [(WEEK, 302)]
        page = answer.content.decode()
        assert "“Lunch” is saved." in page
        assert "Pending" in page
        assert only_operation().actor_via == "web"

    def test_a_span_that_was_drawn_is_in_the_form(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        times = "start=2026-03-12T22:15&end=2026-03-13T01:00"
        page = alices.get(f"{NEW}?{times}").content.decode()
        for value in ("2026-03-12", "22:15", "2026-03-13", "01:00"):
            assert f'value="{value}"' in page
        assert 'id="id_all_day" checked' not in page
        days = "start=2026-03-12&end=2026-03-14&all_day=on"
        page = alices.get(f"{NEW}?{days}").content.decode()
        assert 'value="2026-03-14"' in page
        assert "checked" in page

    def test_with_htmx_one_answer_holds_the_new_grid_the_chip_and_a_word(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        answer = alices.post(NEW, form(), **HTMX)
        page = answer.content.decode()
        assert answer.status_code == 200
        key = json.loads(answer.headers["HX-Trigger"])["event-saved"]["key"]
        assert f'-{key}"' in page
        assert '<div id="live"' in page
        assert "1 change waiting" in page
        assert "“Lunch” is saved." in page
        assert "<html" not in page

    def test_a_form_that_is_sent_again_makes_no_second_event(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = alices.get(NEW).content.decode()
        [new_id] = re.findall(r'name="new_id" value="([0-9a-f-]{36})"', page)
        for _ in range(2):
            assert "“Lunch” is saved." in alices.post(NEW, form(new_id=new_id), **HTMX).text
        assert only_operation().event_id == f"local:{new_id}"
        for _ in range(2):
            alices.post(NEW, form(new_id=new_id, summary="Dinner"))
        events = CachedEvent.objects.order_by("pk")
        assert [each.resource["summary"] for each in events] == ["Lunch", "Dinner"]
        assert OutboxOperation.objects.count() == 2

    def test_an_id_that_is_none_is_told(self, alices: Client, alices_calendar: Calendar) -> None:
        assert alices.post(NEW, form(new_id="../etc")).status_code == 422
        assert not OutboxOperation.objects.exists()

    def test_an_event_outside_of_what_is_shown_is_a_link_away(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        later = form(start_date="2026-04-20", end_date="2026-04-20")
        assert "/calendar/week/2026-04-20/" in alices.post(NEW, later, **HTMX).content.decode()
        assert alices.post(NEW, later).headers["Location"] == "/calendar/week/2026-04-20/"

    def test_times_are_meant_in_the_zone_of_the_form(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        alices.post(NEW, form(time_zone="UTC"))
        assert only_operation().payload["start"] == {
            "dateTime": "2026-03-12T13:00:00+01:00",
            "timeZone": "UTC",
        }

    def test_the_last_day_of_an_all_day_event_belongs_to_it(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        alices.post(NEW, form(all_day="on", end_date="2026-03-13"))
        payload = only_operation().payload
        assert payload["start"] == {"date": "2026-03-12"}
        assert payload["end"] == {"date": "2026-03-14"}

    def test_guests_and_a_rule_travel_with_it(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        alices.post(NEW, form(guests="bob@example.test, carol@example.test", repeat="weekly"))
        payload = only_operation().payload
        assert [guest["email"] for guest in payload["attendees"]] == [
            "bob@example.test",
            "carol@example.test",
        ]
        assert payload["recurrence"] == ["RRULE:FREQ=WEEKLY"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"end_time": "11:00"}, "end_time"),
            ({"start_time": ""}, "start_time"),
            ({"start_date": "1200-01-01"}, "start_date"),
            ({"start_date": "nonsense"}, "start_date"),
            ({"all_day": "on", "end_date": "2026-03-01"}, "end_date"),
            ({"guests": "not an address"}, "guests"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"calendar": "bob@example.test"}, "calendar"),
            ({"summary": "x" * 1_025}, "summary"),
            ({"description": "\0"}, "description"),
        ],
    )
    def test_what_cannot_be_accepted_is_said_beside_its_field_and_queues_nothing(
        self,
        alices: Client,
        alices_calendar: Calendar,
        bobs_calendar: Calendar,
        wrong: dict[str, str],
        field: str,
    ) -> None:
        answer = alices.post(NEW, form(**wrong))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert not OutboxOperation.objects.exists()

    def test_with_htmx_a_refused_form_stays_in_the_dialog(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        answer = alices.post(NEW, form(end_time="11:00"), **HTMX)
        assert answer.status_code == 422
        assert answer.headers["HX-Retarget"] == "#dialog-body"

    def test_a_slot_that_was_clicked_is_the_start(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = alices.get(NEW, {"start": "2026-03-12T14:00"}).content.decode()
        assert 'value="2026-03-12"' in page
        assert 'value="14:00"' in page
        assert 'value="15:00"' in page

    @pytest.mark.parametrize("start", ["nonsense", "9999-12-31T23:30", "0001-01-01T00:00"])
    def test_a_start_that_makes_no_sense_is_no_obstacle(
        self, alices: Client, alices_calendar: Calendar, start: str
    ) -> None:
        assert alices.get(NEW, {"start": start}).status_code == 200

    def test_a_link_to_somewhere_else_is_not_followed(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        for elsewhere in ("https://evil.test/", "//evil.test/", "javascript:alert(1)"):
            assert alices.post(NEW, form(next=elsewhere)).headers["Location"] == "/"


class TestEditing:
    def test_only_what_was_changed_is_sent(self, alices: Client, alices_calendar: Calendar) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "location": "Room 4"})
        alices.post(EVENT, stand_up(location="Room 5"))
        assert only_operation().payload == {"location": "Room 5"}

    def test_the_form_as_it_came_sends_nothing(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        description = "one\ntwo "
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "description": description})
        alices.post(EVENT, stand_up(description="one\r\ntwo "))
        assert only_operation().status == "applied"
        assert only_operation().payload == {}

    def test_a_field_that_was_emptied_is_removed(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "location": "Room 4"})
        alices.post(EVENT, stand_up(location=""))
        assert only_operation().payload == {"location": None}

    def test_a_field_that_was_not_sent_at_all_stays(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        resource = {"location": "Room 4", "visibility": "private", "colorId": "5"}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **resource})
        alices.post(EVENT, stand_up(summary="Sit-down"))
        assert only_operation().payload == {"summary": "Sit-down"}

    def test_a_guest_who_stays_keeps_the_answer(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        carol = {"email": "carol@example.test", "responseStatus": "accepted"}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "attendees": [carol]})
        alices.post(EVENT, stand_up(guests="carol@example.test\nbob@example.test"))
        assert only_operation().payload == {"attendees": [{"email": "bob@example.test"}]}
        guests = {
            guest["email"]: guest for guest in CachedEvent.objects.get().resource["attendees"]
        }
        assert guests["carol@example.test"]["responseStatus"] == "accepted"
        assert "bob@example.test" in guests

    def test_the_form_shows_the_event_in_the_zone_in_which_it_is_meant(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        alice.time_zone = "America/New_York"
        alice.save()
        page = alices.get(EVENT).content.decode()
        assert 'value="10:00"' in page
        assert '<option value="Europe/Berlin" selected>' in page

    def test_an_event_that_may_only_be_read_is_shown_and_not_changed(
        self, alices: Client, alices_account: GoogleAccount
    ) -> None:
        holidays = CalendarFactory(
            account=alices_account, google_id="en#holiday@example.test", access_role="reader"
        )
        cached(holidays, {"id": "abcde", "summary": "Easter", "location": "Everywhere"})
        address = "/calendar/event/en%23holiday@example.test/abcde/"
        page = alices.get(address).content.decode()
        assert "Everywhere" in page
        assert "You may read this calendar but not change it." in page
        assert "Edit" not in page
        assert "Delete" not in page
        assert alices.post(f"{address}edit", stand_up()).status_code == 403
        assert not OutboxOperation.objects.exists()


class TestSeries:
    CARD = "/calendar/event/alice@example.test/abcde_20260312T090000Z/"
    INSTANCE = f"{CARD}edit"
    DELETE = f"{CARD}delete"

    @pytest.fixture(autouse=True)
    def series(self, alices_calendar: Calendar) -> CachedEvent:
        return cached(
            alices_calendar,
            {"id": "abcde", "summary": "Stand-up", "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]},
        )

    def values(self, **values: str) -> dict[str, str]:
        days = {"start_date": "2026-03-12", "end_date": "2026-03-12"}
        return {**stand_up(repeat="keep"), **days, **values}

    def test_one_event_of_a_series_can_be_changed_alone(self, alices: Client) -> None:
        alices.post(self.INSTANCE, self.values(scope="instance", summary="Long stand-up"))
        operation = only_operation()
        assert operation.event_id == "abcde_20260312T090000Z"
        assert operation.payload == {"summary": "Long stand-up"}

    def test_all_events_can_be_changed_from_one_of_them(self, alices: Client) -> None:
        alices.post(self.INSTANCE, self.values(scope="series", summary="Daily"))
        operation = only_operation()
        assert operation.event_id == "abcde"
        assert operation.payload == {"summary": "Daily"}

    def test_a_change_that_does_not_say_which_events_it_means_is_refused(
        self, alices: Client
    ) -> None:
        answer = alices.post(self.INSTANCE, self.values(summary="Daily"))
        assert answer.status_code == 422
        assert "scope" in answer.context["form"].errors

    def test_one_event_alone_cannot_repeat_differently(self, alices: Client) -> None:
        answer = alices.post(self.INSTANCE, self.values(scope="instance", repeat="weekly"))
        assert "repeat" in answer.context["form"].errors

    def test_deleting_asks_which_events_are_meant_and_queues_nothing_before(
        self, alices: Client
    ) -> None:
        answer = alices.post(self.DELETE, self.values(scope="series"))
        assert "Which events?" in answer.content.decode()
        assert not OutboxOperation.objects.exists()

    @pytest.mark.parametrize(
        ("which", "target"), [("instance", "abcde_20260312T090000Z"), ("series", "abcde")]
    )
    def test_what_was_answered_is_deleted(self, alices: Client, which: str, target: str) -> None:
        alices.post(self.DELETE, {"which": which, "sure": "yes", "next": WEEK})
        assert (only_operation().op_type, only_operation().event_id) == ("delete", target)


class TestDeleting:
    def test_a_post_deletes_and_goes_back(self, alices: Client, alices_calendar: Calendar) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        answer = alices.post(DELETE, {"next": WEEK}, follow=True)
        assert "“Stand-up” is deleted." in answer.content.decode()
        assert 'class="event' not in answer.content.decode()
        assert only_operation().op_type == "delete"

    def test_looking_deletes_nothing(self, alices: Client, alices_calendar: Calendar) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        assert alices.get(DELETE).status_code == 200
        assert not OutboxOperation.objects.exists()

    def test_an_event_that_is_deleted_already_says_so(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        alices.post(DELETE)
        assert alices.get(EVENT).status_code == 410
        fragment = alices.get(EVENT, **HTMX)
        assert fragment.headers["HX-Retarget"] == "#dialog-body"


class TestAccess:
    @pytest.mark.parametrize("address", [EVENT, DELETE])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_teammates_and_outsiders_find_nothing_and_change_nothing(
        self,
        client: Client,
        alices_calendar: Calendar,
        bob: Member,
        bobs_calendar: Calendar,
        charlie: Member,
        method: str,
        address: str,
    ) -> None:
        event = cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        for member in (bob, charlie):
            client.force_login(member)
            answer: Any = getattr(client, method)(address, stand_up(summary="Mine"))
            assert answer.status_code == 404
        assert not OutboxOperation.objects.exists()
        assert CachedEvent.objects.get(pk=event.pk).resource["summary"] == "Stand-up"

    @pytest.mark.parametrize("address", [NEW, EVENT, DELETE])
    def test_who_is_not_logged_in_logs_in_first(
        self, client: Client, db: None, address: str
    ) -> None:
        assert client.get(address).headers["Location"].startswith("/login/?next=/calendar/")

    def test_an_id_with_strange_letters_has_an_address_too(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "a/b%2Fc d", "summary": "Odd"})
        page = alices.get(WEEK).content.decode()
        link = page.split(' href="/calendar/event/alice@example.test/')[1].split('"')[0]
        answer = alices.get(f"/calendar/event/alice@example.test/{link}")
        assert "Odd" in answer.content.decode()


class TestGarbage:
    @pytest.mark.parametrize(
        "garbage",
        ["\0", "\n", "a\r\nb", "\ud83d", "9" * 5_000, "/\\\n//evil", "-1", "RRULE:", "2026-02-30"],
    )
    @pytest.mark.parametrize(
        "address",
        [NEW, EVENT, DELETE, REPEATS, "/settings/calendar/", "/calendar/problems/1/x"],
    )
    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
    def test_is_never_answered_by_a_server_error(
        self,
        alices: Client,
        alices_calendar: Calendar,
        address: str,
        garbage: str,
        headers: dict[str, Any],
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})
        fields = [*form(), "all_day", "repeat", "guests", "scope", "which", "calendars"]
        if address in (NEW, EVENT, REPEATS):
            fields += ["every", "until", "count", "on_days", "reminders-amount", "color", "more"]
        for field in fields:
            values = {**stand_up(), field: garbage.encode("utf-8", "surrogatepass")}
            sent = alices.post(address, urlencode(values), content_type=URL_ENCODED, **headers)
            assert sent.status_code < 500
        query = {"next": garbage.replace("\ud83d", "?"), "start": "2026" + garbage[:20]}
        if "\ud83d" not in garbage and "problems" not in address:
            assert alices.get(address, query, **headers).status_code < 500
