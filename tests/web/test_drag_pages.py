"""What dragging asks of the server: where an event goes, and of which occurrences that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import CachedEvent, OutboxOperation
from tests.factories import CalendarFactory, cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

WEEK = "/calendar/week/2026-03-11/"
TIME = "/calendar/event/alice@example.test/abcde/time"
WEEKLY = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=8"]}
SECOND = "/calendar/event/alice@example.test/abcde_20260318T090000Z/time"


def moved(**values: Any) -> dict[str, Any]:
    return {"day": "2026-03-12", "minute": "870", "next": WEEK, **values}


def times() -> tuple[Any, Any]:
    """Start and end as the only operation sends them."""
    payload = OutboxOperation.objects.get().payload
    return tuple(
        payload[edge].get("dateTime", payload[edge].get("date")) if edge in payload else None
        for edge in ("start", "end")
    )  # type: ignore[return-value]


@pytest.fixture
def stand_up(alices_calendar: Calendar) -> CachedEvent:
    """On Wednesday from ten to eleven in Berlin."""
    return cached(alices_calendar, {"id": "abcde", "summary": "Stand-up"})


class TestMoving:
    def test_with_htmx_one_answer_holds_the_new_grid_and_a_word(
        self, alices: Client, stand_up: CachedEvent
    ) -> None:
        answer = alices.post(TIME, moved(), **HTMX)
        page = answer.content.decode()
        assert times() == ("2026-03-12T14:30:00+01:00", "2026-03-12T15:30:00+01:00")
        assert '<div id="live"' in page
        assert "<html" not in page
        assert "“Stand-up” is now on Thursday 12 March 2026, 14:30" in page
        assert f"/calendar/undo/{OutboxOperation.objects.get().op_id}" in page
        assert answer.headers["HX-Trigger"] == '{"event-saved": {}}'

    def test_without_it_the_page_that_was_left_is_the_answer(
        self, alices: Client, stand_up: CachedEvent
    ) -> None:
        answer = alices.post(TIME, moved())
        assert (answer.status_code, answer.headers["Location"]) == (302, WEEK)

    def test_a_place_is_meant_in_the_zone_of_who_drags_and_the_event_keeps_its_own(
        self, alices: Client, alice: Member, stand_up: CachedEvent
    ) -> None:
        alice.time_zone = "Pacific/Auckland"
        alice.save()
        alices.post(TIME, moved(day="2026-03-12", minute="60"))
        assert times() == ("2026-03-11T13:00:00+01:00", "2026-03-11T14:00:00+01:00")
        assert OutboxOperation.objects.get().payload["start"]["timeZone"] == "Europe/Berlin"

    def test_days_further_are_days_by_the_calendar(
        self, alices: Client, stand_up: CachedEvent
    ) -> None:
        alices.post(TIME, {"days": "21"})
        assert times() == ("2026-04-01T10:00:00+02:00", "2026-04-01T11:00:00+02:00")

    def test_an_end_goes_alone(self, alices: Client, stand_up: CachedEvent) -> None:
        alices.post(TIME, moved(edge="end", day="2026-03-11", minute="690"))
        assert times() == (None, "2026-03-11T11:30:00+01:00")

    def test_into_the_lane_and_out_of_it(self, alices: Client, stand_up: CachedEvent) -> None:
        alices.post(TIME, moved(all_day="on", minute=""))
        assert times() == ("2026-03-12", "2026-03-13")
        OutboxOperation.objects.all().delete()
        alices.post(TIME, moved(minute="540"))
        assert times() == ("2026-03-12T09:00:00+01:00", "2026-03-12T10:00:00+01:00")

    @pytest.mark.parametrize(
        "nonsense",
        [
            {},
            {"day": "2026-03-12"},
            {"day": "0001-01-01", "minute": "0"},
            {"day": "9999-12-31", "minute": "1500", "part": "1900-01-01"},
            {"day": "2026-03-12", "minute": "99999"},
            {"days": "1e9"},
            {"minutes": "\0"},
            {"edge": "middle", "days": "1"},
        ],
    )
    def test_nonsense_is_refused_and_changes_nothing(
        self, alices: Client, stand_up: CachedEvent, nonsense: dict[str, str]
    ) -> None:
        assert alices.post(TIME, nonsense).status_code == 400
        assert not OutboxOperation.objects.exists()


class TestSeries:
    @pytest.fixture(autouse=True)
    def series(self, alices_calendar: Calendar) -> CachedEvent:
        return cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **WEEKLY})

    def test_it_is_asked_which_events_are_meant_before_anything_changes(
        self, alices: Client
    ) -> None:
        answer = alices.post(SECOND, moved(day="2026-03-19"), **HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert answer.headers["HX-Retarget"] == "#dialog-body"
        assert 'name="minute" value="870"' in page
        assert "This and following events" in page
        assert not OutboxOperation.objects.exists()

    def test_without_scripts_it_is_asked_on_a_page(self, alices: Client) -> None:
        assert "<html" in alices.post(SECOND, moved(day="2026-03-19")).content.decode()

    def test_one_event_moves_alone(self, alices: Client) -> None:
        alices.post(SECOND, moved(day="2026-03-19", scope="instance"))
        assert OutboxOperation.objects.get().event_id == "abcde_20260318T090000Z"
        assert times()[0] == "2026-03-19T14:30:00+01:00"

    def test_all_events_move_by_as_much_and_keep_the_clock_after_it_changes(
        self, alices: Client
    ) -> None:
        alices.post(SECOND, moved(day="2026-03-19", scope="series"))
        assert OutboxOperation.objects.get().event_id == "abcde"
        assert times() == ("2026-03-12T14:30:00+01:00", "2026-03-12T15:30:00+01:00")
        page = alices.get("/calendar/week/2026-04-01/").content.decode()
        assert "14:30" in page

    def test_this_and_the_following_leave_the_past_alone(self, alices: Client) -> None:
        alices.post(SECOND, moved(day="2026-03-19", scope="this_and_following"))
        before = alices.get("/calendar/week/2026-03-11/").content.decode()
        after = alices.get("/calendar/week/2026-03-25/").content.decode()
        assert "10:00" in before
        assert "14:30" in after


class TestGuests:
    GUESTS: Any = {"attendees": [{"email": "zoe@elsewhere.test", "responseStatus": "accepted"}]}

    def test_it_is_asked_whether_they_are_told_before_anything_changes(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **self.GUESTS})
        answer = alices.post(TIME, moved(), **HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert answer.headers["HX-Retarget"] == "#dialog-body"
        assert "“Stand-up” has guests" in page
        assert '<button type="submit" class="button" name="tell" value="none">Nobody' in page
        assert not OutboxOperation.objects.exists()

    @pytest.mark.parametrize(
        ("tell", "told", "sentence"),
        [
            ("", "all", "The guests are told."),
            ("none", "none", "No guest is told"),
            ("external", "external", ""),
        ],
    )
    def test_the_answer_decides_who_is_told(
        self, alices: Client, alices_calendar: Calendar, tell: str, told: str, sentence: str
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **self.GUESTS})
        page = alices.post(TIME, moved(tell=tell), **HTMX).content.decode()
        assert OutboxOperation.objects.get().notify == told
        assert sentence in page

    def test_of_a_series_both_are_asked_at_once(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        cached(alices_calendar, {"id": "abcde", "summary": "Stand-up", **WEEKLY, **self.GUESTS})
        page = alices.post(SECOND, moved(day="2026-03-19"), **HTMX).content.decode()
        assert "“Stand-up” repeats and has guests" in page
        assert '<select name="tell"' in page
        assert 'name="scope" value="instance"' in page
        answered = moved(day="2026-03-19", scope="instance", tell="none")
        assert alices.post(SECOND, answered, **HTMX).status_code == 200
        assert OutboxOperation.objects.get().notify == "none"

    def test_a_guest_is_refused_instead_of_asked(
        self, alices: Client, alices_calendar: Calendar
    ) -> None:
        copy = {"organizer": {"email": "zoe@elsewhere.test"}, **self.GUESTS}
        cached(alices_calendar, {"id": "abcde", **copy})
        page = alices.post(TIME, moved(), **HTMX).content.decode()
        assert "has guests" not in page
        assert "This is not possible" in page


class TestFacts:
    def test_a_script_learns_where_the_event_is_in_the_days_of_the_member(
        self, alices: Client, alice: Member, stand_up: CachedEvent
    ) -> None:
        assert alices.get(TIME).json() == {"day": "2026-03-11", "minute": 600, "length": 60}
        alice.time_zone = "Pacific/Honolulu"
        alice.save()
        assert alices.get(TIME).json() == {"day": "2026-03-10", "minute": 1380, "length": 60}

    def test_of_days_how_many(self, alices: Client, alices_calendar: Calendar) -> None:
        trip = {"start": {"date": "2026-03-11"}, "end": {"date": "2026-03-14"}}
        cached(alices_calendar, {"id": "abcde", **trip})
        assert alices.get(TIME).json() == {"day": "2026-03-11", "days": 3, "length": 60}

    def test_what_cannot_be_dragged_says_why(
        self, alices: Client, alices_account: GoogleAccount, alices_calendar: Calendar
    ) -> None:
        readers = CalendarFactory(
            account=alices_account, google_id="team@example.test", access_role="reader"
        )
        cached(readers, {"id": "abcde"})
        url = TIME.replace("alice@", "team@")
        assert "may read this calendar" in alices.get(url).json()["refusal"]
        assert alices.post(url, moved()).status_code == 403
        assert not OutboxOperation.objects.exists()

    def test_to_others_the_event_does_not_exist(
        self, client: Client, bob: Member, bobs_calendar: Calendar, stand_up: CachedEvent
    ) -> None:
        assert client.post(TIME, moved()).status_code == 302
        client.force_login(bob)
        assert client.get(TIME).status_code == 404
        assert client.post(TIME, moved()).status_code == 404
        assert not OutboxOperation.objects.exists()
