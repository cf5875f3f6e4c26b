"""What counts as a word, and which spellings are the same word."""

from __future__ import annotations

from typing import Any

import pytest

from calendars.search_words import TITLE_MARK, holds, wanted_words, without_html, words_of


def finds(question: str, text: str) -> bool:
    return holds(words_of({"description": text}), wanted_words(question))


@pytest.mark.parametrize("question", ["Müller", "Mueller", "muller", "MÜLLER", "Mu\u0308ller"])
@pytest.mark.parametrize("text", ["Müller", "Mueller", "Muller", "mu\u0308ller"])
def test_the_spellings_of_an_umlaut_find_one_another(question: str, text: str) -> None:
    assert finds(question, f"Lunch with {text}, perhaps")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("plan", "Planung"),
        ("muel", "Müller"),
        ("strasse", "Hauptstraße Straße"),
        ("STRASSE", "straße"),
        ("cafe", "Café"),
        ("café", "cafe"),
        ("malmo", "Malmö"),
        ("aarhus", "Århus"),
        ("lodz", "Łódź"),
        ("istanbul", "İstanbul"),
        ("smorrebrod", "smørrebrød"),
        ("会議", "会議室"),
        ("हिन्दी", "हिन्दी"),
        ("2026", "\uff12\uff10\uff12\uff16"),
        ("bob@example.test", "ask bob@example.test"),
        ("10:30", "at 10:30"),
        ('"plan" AND (b*', "plan b and"),
    ],
)
def test_case_accents_and_endings_do_not_matter(question: str, text: str) -> None:
    assert finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("joe", "John"),
        ("due", "during"),
        ("nung", "Planung"),
        ("plan museum", "plan"),
        ("baur", "Bauer"),
        ("qelle", "Quelle"),
    ],
)
def test_words_that_merely_look_alike_do_not_find_one_another(question: str, text: str) -> None:
    assert not finds(question, text)


@pytest.mark.parametrize("question", ["", "  ", "!?", '"*"', "--", "\0", "*:* & | <->", "_"])
def test_punctuation_is_no_word(question: str) -> None:
    assert wanted_words(question) == []


def test_a_word_is_wanted_once() -> None:
    assert len(wanted_words("plan Plan PLAN budget")) == 2


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<b>Bud</b>get", "Budget"),
        ("one<br>two<p>three", "one two three"),
        ('<a href="https://example.test/secret">here</a>', "here"),
        ("Q&amp;A 1 &lt; 2", "Q&A 1 < 2"),
        ("a < b and c > d", "a < b and c > d"),
        ("<<<<<", "<<<<<"),
    ],
)
def test_a_description_is_read_as_a_reader_sees_it(text: str, seen: str) -> None:
    assert without_html(text) == seen


def test_title_place_description_and_guests_are_searched_and_nothing_else() -> None:
    words = words_of(
        {
            "id": "id1",
            "status": "confirmed",
            "summary": "Lunch",
            "location": "Attic",
            "description": "soup",
            "organizer": {"email": "olga@example.test", "displayName": "Olga"},
            "creator": {"email": "creator@example.test"},
            "attendees": [
                {"email": "alice@example.test", "self": True},
                {"email": "room@resource.test", "displayName": "Room 4", "resource": True},
            ],
        }
    )
    expected = "4 _lunch attic example lunch olga resource room soup test"
    assert words == expected


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"summary": None, "description": 4, "attendees": "bob", "organizer": []},
        {"attendees": [None, "bob", {"email": None}]},
    ],
)
def test_what_google_should_never_send_has_no_words(resource: dict[str, Any]) -> None:
    assert words_of(resource) == ""


def test_the_words_of_the_title_are_marked() -> None:
    words = words_of({"summary": "Budget", "description": "museum"})
    assert holds(words, wanted_words("budg"), mark=TITLE_MARK)
    assert not holds(words, wanted_words("museum"), mark=TITLE_MARK)


def test_a_word_without_end_is_kept_by_its_beginning() -> None:
    assert finds("x" * 2_000, "x" * 3_000)
    assert len(words_of({"description": "x" * 3_000})) == 40


@pytest.mark.parametrize("field", ["summary", "location", "description", "attendees"])
def test_the_words_of_an_event_without_end_have_one_and_begin_at_its_beginning(field: str) -> None:
    """PostgreSQL takes a megabyte of them, its calendar's number before each."""
    endless = " ".join(f"w{number}" for number in range(1_000_000))
    guests = [{"displayName": f"w{number}"} for number in range(1_000_000)]
    found = words_of({field: guests if field == "attendees" else endless}).split()
    assert "w1" in found
    assert sum(len(word) + 20 for word in found) < 800_000
