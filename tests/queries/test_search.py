"""Search: every word, anywhere in what a member reads of an event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from calendars.errors import InvalidInputError
from calendars.queries.search import search_events
from tests.commands.acting import WEEKLY
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar


def found(member: Member, q: str, **question: Any) -> list[str]:
    page = search_events(member=member, q=q, now=NOW, **question)
    return [json.loads(text)["id"] for text in page.items]


@pytest.mark.parametrize(
    ("q", "holds"),
    [
        ("budget", True),
        ("BUDGET plan", True),
        ("über", True),
        ("attic bob", True),
        ("bob@example.test", True),
        ("budget dinner", False),
        ("confirmed", False),  # Google's own words are not the event's
        ('"numbers"', True),
    ],
)
def test_all_words_are_to_be_in_what_a_member_reads(
    alice: Member, alices_calendar: Calendar, q: str, holds: bool
) -> None:
    cached(
        alices_calendar,
        {
            "id": "plan",
            "summary": "Budget plan",
            "description": 'All "numbers" ÜBER all',
            "location": "Attic",
            "attendees": [{"email": "bob@example.test", "displayName": "Bob"}],
        },
    )
    assert found(alice, q) == (["plan"] if holds else [])


def test_a_series_is_found_by_its_occurrences_page_by_page(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    whole = found(alice, "review")
    assert len(whole) == 6
    first = search_events(member=alice, q="review", limit=4, now=NOW)
    assert len(first.items) == 4
    assert found(alice, "review", cursor=first.metadata["next_cursor"]) == whole[4:]


def test_others_find_nothing_of_mine(
    bob: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    assert found(bob, "review") == []


@pytest.mark.parametrize("q", ["", "  ", "a " * 21])
def test_an_empty_or_endless_question_is_refused(
    alice: Member, alices_calendar: Calendar, q: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        found(alice, q)
    assert list(refused.value.fields) == ["q"]
