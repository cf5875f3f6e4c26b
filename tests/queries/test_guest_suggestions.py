"""Whom one may want to invite, while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.queries.guest_suggestions import MOST_SUGGESTED, suggested_guests
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar


def suggested(member: Member, typed: str, **options: Any) -> list[str]:
    found = suggested_guests(member=member, typed=typed, now=NOW, **options)
    return [each.address for each in found]


def meeting(calendar: Calendar, number: int, *people: dict[str, Any]) -> None:
    start = {"dateTime": f"2026-03-{number:02}T09:00:00+01:00"}
    end = {"dateTime": f"2026-03-{number:02}T10:00:00+01:00"}
    event = {"id": f"meeting{number}", "summary": "Cara van", "attendees": list(people)}
    cached(calendar, event, start=start, end=end)


def person(name: str, **facts: Any) -> dict[str, Any]:
    return {"email": f"{name.lower()}@example.test", "displayName": f"{name} Miller", **facts}


@pytest.mark.parametrize("typed", ["dan", "DAN", "mill", "dan@ex", "dan mil"])
def test_people_of_past_events_are_found_by_the_beginning_of_name_or_address(
    alice: Member, alices_calendar: Calendar, typed: str
) -> None:
    meeting(alices_calendar, 3, person("Dan"))
    assert suggested(alice, typed) == ["dan@example.test"]


@pytest.mark.parametrize("typed", ["", " ", "iller", "@", "nobody", "dan xavier"])
def test_what_nobody_begins_with_suggests_nobody(
    alice: Member, alices_calendar: Calendar, typed: str
) -> None:
    meeting(alices_calendar, 3, person("Dan"))
    assert suggested(alice, typed) == []


def test_a_word_of_the_title_is_not_a_name(alice: Member, alices_calendar: Calendar) -> None:
    meeting(alices_calendar, 3, person("Dan"))
    assert suggested(alice, "cara") == []


def test_colleagues_come_first_and_then_who_is_met_most(
    alice: Member, bob: Member, bobs_calendar: Calendar, alices_calendar: Calendar
) -> None:
    for number in (2, 3, 4):
        meeting(alices_calendar, number, person("Bella"), person("Bea", email="bea@example.test"))
    meeting(alices_calendar, 5, person("Bea"))
    found = suggested(alice, "b")
    assert found == ["bob@example.test", "bea@example.test", "bella@example.test"]


def test_a_colleague_who_was_a_guest_is_there_once(
    alice: Member, bob: Member, bobs_calendar: Calendar, alices_calendar: Calendar
) -> None:
    meeting(alices_calendar, 3, {"email": "Bob@example.test", "displayName": "Bobby"})
    assert suggested(alice, "bob") == ["bob@example.test"]


def test_colleagues_who_do_not_share_their_time_are_not_named(
    alice: Member, bob: Member, bobs_calendar: Calendar, alices_calendar: Calendar
) -> None:
    bob.shares_busy_time = False
    bob.save()
    assert suggested(alice, "bob") == []


def test_neither_oneself_nor_who_is_invited_already_is_suggested(
    alice: Member, alices_calendar: Calendar
) -> None:
    alias = {"email": "alias@example.test", "self": True}
    own = {"email": "alice@example.test"}  # as on a calendar of somebody else
    meeting(alices_calendar, 3, alias, own, person("Alan"), person("Albert"))
    assert suggested(alice, "al", without=["ALAN@example.test"]) == ["albert@example.test"]


def test_guests_of_other_members_stay_theirs(
    alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    meeting(bobs_calendar, 3, person("Dan"))
    assert suggested(alice, "dan") == []


def test_the_list_is_short(alice: Member, alices_calendar: Calendar) -> None:
    people = [person(f"Dan{number}") for number in range(20)]
    meeting(alices_calendar, 3, *people)
    assert len(suggested(alice, "dan")) == MOST_SUGGESTED


def test_a_room_is_called_one(alice: Member, alices_calendar: Calendar) -> None:
    room = {"email": "attic@resource.calendar.google.com", "displayName": "Attic"}
    meeting(alices_calendar, 3, {**room, "resource": True})
    found = suggested_guests(member=alice, typed="att", now=NOW)
    assert [each.is_room for each in found] == [True]


def test_the_number_of_queries_does_not_grow_with_events(
    alice: Member, alices_calendar: Calendar, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 25):
        meeting(alices_calendar, number, person("Dan"))
    with django_assert_max_num_queries(6):
        assert suggested(alice, "dan") == ["dan@example.test"]
