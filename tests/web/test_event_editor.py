"""The whole editor: rules while they are typed, guests by difference, and everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import CachedEvent, OutboxOperation
from tests.factories import CalendarFactory, cached
from tests.web.conftest import HTMX
from tests.web.test_event_pages import EVENT, NEW, REPEATS, form, only_operation, stand_up

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

BOB = {"email": "bob@example.test", "responseStatus": "accepted"}
CAROL = {"email": "carol@example.test", "responseStatus": "declined"}


def custom(**values: Any) -> dict[str, Any]:
    return {**form(), "repeat": "custom", "every": "1", **values}


class TestRules:
    @pytest.mark.parametrize(
        ("chosen", "rule"),
        [
            ({"repeat": "weekly"}, "FREQ=WEEKLY"),
            ({"repeat": "daily", "ends": "count", "count": "3"}, "FREQ=DAILY;COUNT=3"),
            (
                {"unit": "WEEKLY", "every": "2", "on_days": ["MO", "TH"]},
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
            ),
            ({"unit": "MONTHLY", "in_month": "day"}, "FREQ=MONTHLY"),
            ({"unit": "MONTHLY", "in_month": "weekday"}, "FREQ=MONTHLY;BYDAY=2TH"),
            ({"unit": "MONTHLY", "in_month": "last_weekday"}, "FREQ=MONTHLY;BYDAY=-1TH"),
            ({"unit": "MONTHLY", "in_month": "last_day"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
            ({"unit": "YEARLY", "every": "4"}, "FREQ=YEARLY;INTERVAL=4"),
        ],
    )
    def test_what_is_chosen_becomes_a_rule(
        self, alices: Client, alices_calendar: Calendar, chosen: dict[str, Any], rule: str
    ) -> None:
        alices.post(NEW, custom(**chosen))
        assert only_operation().payload["recurrence"] == [f"RRULE:{rule}"]

    @pytest.mark.parametrize(
        ("values", "until"),
        [
            ({"until": "2026-03-28"}, "20260328T225959Z"),
            ({"until": "2026-03-29"}, "20260329T215959Z"),  # clocks go forward on that day
            ({"until": "2026-03-29", "time_zone": "UTC"}, "20260329T235959Z"),
            ({"until": "2026-03-29", "all_day": "on"}, "20260329"),
        ],
    )
    def test_the_last_day_is_one_of_the_zone_of_the_event(
        self, alices: Client, alices_calendar: Calendar, values: dict[str, str], until: str
    ) -> None:
        alices.post(NEW, form(repeat="daily", ends="until", **values))
        assert only_operation().payload["recurrence"] == [f"RRULE:FREQ=DAILY;UNTIL={until}"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"ends": "until"}, "until"),
            ({"ends": "count", "count": ""}, "count"),
            ({"every": "0"}, "every"),
            ({"ends": "until", "until": "2026-03-01"}, "repeat"),
        ],
    )
    def test_what_makes_no_rule_is_said_at_its_field(
        self, alices: Client, alices_calendar: Calendar, wrong: dict[str, str], field: str
    ) -> None:
        answer = alices.post(NEW, custom(**wrong))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors

    def test_the_next_five_dates_are_shown_while_one_types_in_the_members_zone(
        self, alices: Client, alice: Member, alices_calendar: Calendar
    ) -> None:
        values = custom(unit="MONTHLY", in_month="weekday")
        page = alices.post(REPEATS, values, **HTMX).content.decode()
        assert "Every month on the second Thursday." in page
        assert page.count("<li>") == 5
        assert "Thursday 9 April 2026, 12:00" in page
        assert not OutboxOperation.objects.exists()
        alice.time_zone = "Asia/Tokyo"
        alice.save()
        page = alices.post(REPEATS, values, **HTMX).content.decode()
        assert "Thursday 12 March 2026, 20:00" in page  # before summer time in Berlin
        assert "Thursday 9 April 2026, 19:00" in page

    def test_a_rule_that_never_happens_is_said_while_one_types(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        values = custom(ends="until", until="2026-03-01")
        page = alices.post(REPEATS, values, **HTMX)
        assert page.status_code == 200
        assert "preview-problem" in page.content.decode()

    def test_without_scripts_a_button_shows_the_dates_and_keeps_what_was_typed(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        values = custom(unit="WEEKLY", on_days=["MO"], more="yes", location="Room 4")
        page = alices.post(NEW, values).content.decode()
        assert "Monday 16 March 2026" in page
        assert 'value="Room 4"' in page
        assert not OutboxOperation.objects.exists()


class TestMoreOptions:
    def test_what_was_typed_in_the_small_form_is_kept(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        values = form(summary="Half a", end_time="", more="yes")
        answer = alices.post(NEW, values, **HTMX)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'value="Half a"' in page
        assert 'data-size="wide"' in page
        assert "errorlist" not in page

    def test_everything_of_a_new_event_travels(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        values: dict[str, Any] = {
            **form(color="5", visibility="private", transparency="transparent", add_meet="on"),
            "remind": "own",
            "reminders-amount": ["10", "1", ""],
            "reminders-unit": ["minutes", "days", "minutes"],
            "reminders-way": ["popup", "email", "popup"],
            "guests": "bob@example.test",
            "tell": "none",
        }
        page = alices.post(NEW, values, follow=True).content.decode()
        body = only_operation().payload
        assert (body["colorId"], body["visibility"]) == ("5", "private")
        assert body["transparency"] == "transparent"
        assert body["conferenceData"]["createRequest"]
        assert body["reminders"]["overrides"] == [
            {"method": "popup", "minutes": 10},
            {"method": "email", "minutes": 1440},
        ]
        assert only_operation().notify == "none"
        assert "No guest is told; those who do not use Google Calendar never learn of it." in page

    def test_that_guests_are_told_is_said_without_words_of_programs(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        page = alices.post(NEW, form(guests="bob@example.test"), follow=True).content.decode()
        assert "“Lunch” is saved. The guests are told." in page

    @pytest.mark.parametrize("amount", ["-1", "x", "99999", "9" * 5_000])
    def test_a_reminder_that_cannot_be_is_said_at_its_field(
        self, alices: Client, alices_calendar: Calendar, amount: str
    ) -> None:
        rows = {"reminders-unit": "weeks", "reminders-way": "popup", "reminders-amount": amount}
        answer = alices.post(NEW, {**form(remind="own"), **rows})
        assert "reminders" in answer.context["form"].errors


class TestEditing:
    def test_guests_are_added_and_taken_off_by_difference(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "attendees": [BOB, CAROL]})
        values = stand_up(guests="dave@example.test", remove_guests="carol@example.test")
        alices.post(EVENT, values)
        guests = CachedEvent.objects.get().resource["attendees"]
        assert [each["email"] for each in guests] == ["bob@example.test", "dave@example.test"]
        assert guests[0]["responseStatus"] == "accepted"

    def test_a_guest_is_made_optional_and_needed_again_without_losing_an_answer(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        guests = [BOB, {**CAROL, "optional": True}]
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "attendees": guests})
        shown = [each["email"] for each in guests]
        answer = alices.get(EVENT).content.decode()
        assert 'name="optional" value="carol@example.test" checked' in answer
        alices.post(EVENT, {**stand_up(), "optional_shown": shown, "optional": shown[:1]})
        after = CachedEvent.objects.get().resource["attendees"]
        assert [each.get("optional", False) for each in after] == [True, False]
        assert [each["responseStatus"] for each in after] == ["accepted", "declined"]

    def test_a_form_without_the_switches_leaves_who_is_optional(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        guests = [{**BOB, "optional": True}]
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "attendees": guests})
        alices.post(EVENT, stand_up(location="Room 4"))
        assert only_operation().payload == {"location": "Room 4"}

    def test_who_is_taken_off_is_not_put_back_by_the_switch(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "attendees": [BOB, CAROL]})
        bob = BOB["email"]
        values = stand_up(optional_shown=bob, optional=bob, remove_guests=bob)
        alices.post(EVENT, values)
        after = CachedEvent.objects.get().resource["attendees"]
        assert [each["email"] for each in after] == ["carol@example.test"]

    def test_new_guests_may_be_optional(self, alices: Client, alices_calendar: Calendar) -> None:
        who = {"guests": "bob@example.test carol@example.test", "optional_guests": CAROL["email"]}
        alices.post(NEW, form(**who))
        assert only_operation().payload["attendees"] == [
            {"email": "bob@example.test"},
            {"email": "carol@example.test", "optional": True},
        ]

    def test_people_are_suggested_as_options_of_a_list(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        guest = {**BOB, "displayName": "<b>Bob"}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "attendees": [guest]})
        page = alices.get("/calendar/event/guests", {"q": "bo"}).content.decode()
        assert 'role="option"' in page
        assert 'data-address="bob@example.test"' in page
        assert "&lt;b&gt;Bob" in page
        without = {"q": "bo", "without": ["bob@example.test"]}
        assert "bob@" not in alices.get("/calendar/event/guests", without).content.decode()

    def test_there_is_a_row_for_each_reminder_that_google_allows(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        own = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "reminders": own})
        assert alices.get(EVENT).content.decode().count('name="reminders-amount"') == 5

    def test_the_form_as_it_is_drawn_changes_nothing(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        """Every field of a rich event goes there and back."""
        cached(
            alices_calendar,
            {
                "id": "abcde",
                "summary": "Stand-up",
                "description": "<b>x</b>",
                "colorId": "7",
                "visibility": "confidential",
                "transparency": "transparent",
                "attendees": [BOB, {**CAROL, "optional": True}],
                "hangoutLink": "https://meet.example.test/x",
                "recurrence": ["RRULE:FREQ=MONTHLY;BYDAY=2WE;COUNT=5"],
                "reminders": {
                    "useDefault": False,
                    "overrides": [{"method": "email", "minutes": 90}],
                },
            },
        )
        shown = alices.get(EVENT).context["form"]
        values: dict[str, Any] = {
            name: shown[name].value() for name in shown.fields if name != "reminders"
        }
        amounts, units, ways = zip(*shown["reminders"].value(), strict=True)
        values |= {"reminders-amount": amounts, "reminders-unit": units, "reminders-way": ways}
        values |= {"optional": [CAROL["email"]], "optional_shown": [BOB["email"], CAROL["email"]]}
        values = {name: value for name, value in values.items() if value not in (False, None)}
        answer = alices.post(EVENT, values)
        assert answer.status_code == 302, answer.context["form"].errors
        assert only_operation().payload == {}

    def test_own_reminders_a_colour_and_the_calendars_again(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        own = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
        cached(
            alices_calendar,
            {"id": "abcde", "summary": "Stand-up", "colorId": "7", "reminders": own},
        )
        alices.post(EVENT, stand_up(remind="default", color=""))
        payload = only_operation().payload
        assert payload["reminders"] == {"useDefault": True, "overrides": []}
        assert payload["colorId"] is None

    def test_what_only_the_organizer_can_change_cannot_be_typed_into(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        organizer = {"email": "bob@example.test"}
        me = {"email": "alice@example.test", "self": True}
        event = {"id": "abcde", "summary": "Stand-up", "organizer": organizer}
        cached(alices_calendar, {**event, "attendees": [{**BOB, "organizer": True}, me]})
        answer = alices.get(EVENT)
        fields = answer.context["form"].fields
        assert fields["summary"].disabled
        assert fields["remove_guests"].disabled
        assert not fields["color"].disabled
        assert not fields["guests"].disabled
        assert "Only the organizer of this event can change this." in answer.content.decode()
        alices.post(EVENT, stand_up(summary="Mine", color="3"))
        assert only_operation().payload == {"colorId": "3"}

    def test_a_description_is_cleaned_before_it_is_edited_as_it_looks(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        text = "<b>x</b><img src=x onerror=alert(1)>"
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", "description": text})
        page = alices.get(EVENT).content.decode()
        assert "><b>x</b><" in page
        assert "<img src=x" not in page
        alices.post(EVENT, stand_up(description=text))
        assert only_operation().payload == {}

    def test_a_series_says_its_rule_and_its_next_dates(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **rule})
        address = "/calendar/event/alice@example.test/abcde_20260312T090000Z/edit"
        page = alices.get(address).content.decode()
        assert "Every day, 5 times" in page
        assert "Thursday 12 March 2026, 10:00" in page
        assert "This and following events" in page

    def test_what_a_change_of_all_events_resets_is_told(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **rule})
        slot = {"dateTime": "2026-03-13T10:00:00+01:00", "timeZone": "Europe/Berlin"}
        end = {"dateTime": "2026-03-13T12:00:00+01:00", "timeZone": "Europe/Berlin"}
        exception = {"recurringEventId": "abcde", "originalStartTime": slot, "summary": "Long"}
        cached(
            alices_calendar,
            {"id": "abcde_20260313T090000Z", **exception, "start": slot, "end": end},
        )
        address = "/calendar/event/alice@example.test/abcde_20260312T090000Z/edit"
        days = {"start_date": "2026-03-12", "end_date": "2026-03-12", "start_time": "09:00"}
        values = {**stand_up(), **days, "repeat": "keep", "scope": "series"}
        page = alices.post(address, values, follow=True).content.decode()
        assert "One event that was changed by itself follows the series again." in page

    def test_this_and_the_following_events_part_from_the_rest(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **rule})
        address = "/calendar/event/alice@example.test/abcde_20260313T090000Z/edit"
        days = {"start_date": "2026-03-13", "end_date": "2026-03-13"}
        values = {**stand_up(), **days, "summary": "Sit-down", "repeat": "keep"}
        alices.post(address, {**values, "scope": "this_and_following"})
        page = alices.get("/calendar/week/2026-03-11/").content.decode()
        assert page.count(">Stand-up<") == 2
        assert page.count(">Sit-down<") == 3
        alices.post("/calendar/undo")
        page = alices.get("/calendar/week/2026-03-11/").content.decode()
        assert page.count(">Stand-up<") == 5


class TestRemindersOfTheCalendar:
    @pytest.fixture(autouse=True)
    def calendars(self, alices_account: GoogleAccount, alices_calendar: Calendar) -> None:
        alices_calendar.default_reminders = [
            {"method": "popup", "minutes": 30},
            {"method": "email", "minutes": 1440},
        ]
        alices_calendar.save()
        CalendarFactory(account=alices_account, google_id="team@example.test", summary="Team")

    def test_a_new_event_says_which_they_are(self, alices: Client) -> None:
        page = alices.get(f"{NEW}?guest=bob").text
        assert "As the calendar: 30 minutes before, 1 day before, by e-mail" in page

    def test_they_are_those_of_the_calendar_that_was_chosen(self, alices: Client) -> None:
        page = alices.get(f"{NEW}?guest=bob&calendar=team@example.test").text
        assert "As the calendar: none" in page
        assert 'value="alice@example.test" data-reminders="30 minutes before, 1 day' in page
