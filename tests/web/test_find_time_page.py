"""Finding a time on the web: whom, when, and one click to book."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from calendars.models import OutboxOperation, OutsideBusy
from tests.commands.acting import timed
from tests.factories import CalendarFactory, cached
from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

PAGE = "/calendar/find-time/"
ASKED = {"duration": "60", "first": "2026-03-11", "days": "1", "hours": "required"}


def asked(client: Client, **question: Any) -> str:
    answer = client.get(PAGE, {**ASKED, **question})
    assert answer.status_code == 200
    return str(answer.text)


def booking(page: str) -> dict[str, list[str]]:
    address = page.partition('href="/calendar/event/new')[2].partition('"')[0]
    return parse_qs(urlsplit(address.replace("&amp;", "&")).query)


def test_the_form_offers_colleagues_and_asks_nothing_yet(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    page = alices.get(PAGE).text
    assert 'value="bob"' in page
    assert 'id="found-times"' not in page


def test_slots_avoid_what_everybody_has(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    cached(
        bobs_calendar,
        {"id": "secret", "summary": "Hush"},
        **timed("2026-03-11T15:00:00+01:00", "2026-03-11T16:00:00+01:00"),
    )
    page = asked(alices, people="bob")
    assert "Wed 11 Mar, 16:00" in page
    assert "Wed 11 Mar, 15:00" not in page
    assert "busy 15:00" in page
    assert "Hush" not in page
    assert "Everyone is free." in page


def sent(page: str) -> dict[str, str]:
    """What the first button that books sends."""
    form = page.partition('class="booking"')[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in fields}


def test_one_click_books_it_and_books_it_once(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    page = asked(alices, people="bob", optional_others="zoe@elsewhere.test", title="Kick-off")
    fields = sent(page)
    for _ in range(2):
        answer = alices.post("/calendar/event/new", fields)
        assert answer.headers["Location"] == "/calendar/week/2026-03-11/"
    made = OutboxOperation.objects.get()
    assert made.payload["summary"] == "Kick-off"
    assert made.payload["start"]["dateTime"].startswith("2026-03-11T14:30")  # bob works in New York
    assert [(guest["email"], guest.get("optional")) for guest in made.payload["attendees"]] == [
        ("bob@example.test", None),
        ("zoe@elsewhere.test", True),
    ]


@pytest.mark.parametrize("hours", ["12", "24"])
def test_a_time_late_in_the_day_is_booked_as_it_was_offered(
    alices: Client, alice: Member, alices_calendar: Calendar, hours: str
) -> None:
    alice.hour_format = hours
    alice.save()
    whole = timed("2026-03-11T00:00:00+01:00", "2026-03-11T22:45:00+01:00")
    cached(alices_calendar, {"id": "busy"}, **whole)
    page = asked(alices, hours="ignored")
    alices.post("/calendar/event/new", sent(page))
    made = OutboxOperation.objects.get().payload
    assert made["start"]["dateTime"].startswith("2026-03-11T22:45")
    assert made["end"]["dateTime"].startswith("2026-03-11T23:45")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ({}, "Meeting"),
        ({"people": "bob"}, "Meeting with bob"),
        (
            {"others": "a@x.test, b@x.test, c@x.test, d@x.test", "hours": "ignored"},
            "Meeting with a@x.test, b@x.test and 2 more",
        ),
    ],
)
def test_without_a_title_it_is_called_by_who_is_there(
    alices: Client,
    alices_calendar: Calendar,
    bobs_calendar: Calendar,
    question: dict[str, str],
    title: str,
) -> None:
    page = asked(alices, **question)
    assert sent(page)["summary"] == title
    assert booking(page)["title"] == [title]


def test_who_works_by_other_clocks_is_named_with_the_place_and_drawn_by_them(
    alices: Client, alice: Member, bob: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    bob.time_zone = "America/New_York"
    bob.save()
    page = asked(alices, people="bob", hours="ignored")  # five hours apart for three weeks
    assert "bob (New York)" in page
    assert '<rect class="off" x="0" width="480"' in page  # until 14:00 in Berlin
    page = asked(alices, people="bob", hours="ignored", first="2026-03-30")
    assert '<rect class="off" x="0" width="540"' in page


def test_more_options_are_the_form_with_guests_and_time_filled_in(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    query = booking(asked(alices, people="bob", others="zoe@elsewhere.test", hours="ignored"))
    assert query["guest"] == ["bob@example.test", "zoe@elsewhere.test"]
    form = alices.get("/calendar/event/new", query).text
    assert "bob@example.test\nzoe@elsewhere.test" in form
    assert f'value="{query["start"][0][11:16]}"' in form
    assert f'value="{query["end"][0][11:16]}"' in form


def test_it_is_booked_into_the_usual_calendar_unless_another_is_chosen(
    alices: Client, alices_calendar: Calendar, alices_account: GoogleAccount
) -> None:
    team = CalendarFactory(account=alices_account, summary="Team")
    page = alices.get(PAGE).text
    label = page.index("Book into")
    assert "alice@example.test" in page[label : page.index(team.google_id)]
    query = booking(asked(alices, calendar=team.google_id))
    assert query["calendar"] == [team.google_id]
    form = alices.get("/calendar/event/new", query).text
    assert f'<option value="{team.google_id}" selected data-reminders="none">' in form


def test_time_before_and_after_it_is_kept_free(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    busy = timed("2026-03-11T15:00:00+01:00", "2026-03-11T16:00:00+01:00")
    cached(bobs_calendar, {"id": "secret"}, **busy)
    assert "Wed 11 Mar, 16:00" in asked(alices, people="bob", duration="30", before="0")
    page = asked(alices, people="bob", duration="30", before="30")
    assert "Wed 11 Mar, 16:00" not in page
    assert "Wed 11 Mar, 16:30" in page
    assert '<option value="30" selected>' in page


def test_who_can_book_nowhere_can_still_look(alices: Client, alices_calendar: Calendar) -> None:
    alices_calendar.access_role = "reader"
    alices_calendar.save()
    page = alices.get(PAGE, ASKED)
    assert page.status_code == 200
    assert "Book" not in page.text
    assert "Times that fit" in page.text


def test_who_is_not_known_is_never_called_free_and_asked_about(
    alices: Client, alices_calendar: Calendar
) -> None:
    page = asked(alices, others="zoe@elsewhere.test")
    assert "Asking Google about zoe@elsewhere.test…" in page
    assert "It is not known whether zoe@elsewhere.test is free." in page
    assert "not known 00:00" in page
    assert OutsideBusy.objects.get().address == "zoe@elsewhere.test"


def test_while_google_is_asked_the_answer_asks_again(
    alices: Client, alices_calendar: Calendar
) -> None:
    question = {**ASKED, "others": "zoe@elsewhere.test"}
    answer = alices.get(PAGE, question, **HTMX, HTTP_HX_TARGET="found-times").text
    assert "<html" not in answer
    assert "others=zoe%40elsewhere.test" in answer


def test_optional_people_are_optional_guests_of_what_is_booked(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    query = booking(asked(alices, optional_people="bob", hours="ignored"))
    assert query["optional_guest"] == ["bob@example.test"]
    form = alices.get("/calendar/event/new", query).context["form"]
    assert form["optional_guests"].value() == "bob@example.test"
    assert not form["guests"].value()


def test_optional_people_do_not_keep_a_time_away(
    alices: Client, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    cached(
        bobs_calendar,
        {"id": "busy"},
        **timed("2026-03-11T00:00:00+01:00", "2026-03-12T00:00:00+01:00"),
    )
    assert "There is no time" in asked(alices, people="bob", hours="ignored")
    assert "optional, is busy." in asked(alices, optional_people="bob", hours="ignored")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"first": "2026-01-05"}, "This span is over."),
        ({"first": "1850-01-01"}, "Choose a day of this century."),
        ({"first": "soon"}, "Enter a valid date."),
        ({"duration": "7"}, "Select a valid choice."),
        ({"people": "charlie"}, "Select a valid choice."),
        ({"others": ",".join(f"p{n}@x.test" for n in range(40))}, "20 people at most"),
    ],
)
def test_what_cannot_be_asked_is_told_at_the_form(
    alices: Client,
    alices_calendar: Calendar,
    bobs_calendar: Calendar,
    question: dict[str, str],
    sentence: str,
) -> None:
    assert sentence in asked(alices, **question)


def test_the_day_on_which_clocks_change_is_drawn(alices: Client, alices_calendar: Calendar) -> None:
    cached(
        alices_calendar,
        {"id": "early"},
        **timed("2026-03-29T01:00:00+01:00", "2026-03-29T08:00:00+02:00"),
    )
    page = asked(alices, first="2026-03-29", hours="ignored")
    assert "busy 01:00" in page
    assert '<rect class="busy" x="0" width="120"' in page


def test_who_is_not_logged_in_logs_in_first(client: Client, db: None) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/login/")
