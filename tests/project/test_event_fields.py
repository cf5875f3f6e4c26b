"""docs/event-fields.md says of every field what the code does with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calendars.commands.permissions import require_editable
from calendars.errors import NotWritableError
from calendars.event_input import WRITTEN_FIELDS
from calendars.event_resource import EDITABLE_FIELDS
from calendars.sync.core.values import _SERVER_FIELDS, DEFAULTS
from google_simulator.resources import FIELD_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/event-fields.md").read_text()
SET_BY_PEOPLE = re.compile(r"member\b|organizer:")


def rows() -> Iterator[tuple[str, str]]:
    """Each field of the first table, and who sets it."""
    table = PAGE.partition("## Limits")[0]
    for line in table.splitlines():
        if line.startswith("| `"):
            names, set_by, _ = (cell.strip() for cell in line.strip("|").split(" | "))
            yield from ((name, set_by) for name in re.findall(r"`([A-Za-z]+)`", names))


def test_every_field_of_a_resource_is_in_the_table_once() -> None:
    named = [name for name, _ in rows()]
    assert sorted(named) == sorted(set(named))
    assert set(named) == {*FIELD_ORDER, "hangoutLink"}


def test_the_fields_that_people_set_are_those_that_the_code_accepts() -> None:
    editable = {name for name, set_by in rows() if SET_BY_PEOPLE.match(set_by)}
    assert editable == EDITABLE_FIELDS == WRITTEN_FIELDS


def test_the_fields_of_google_are_never_compared() -> None:
    googles = {name for name, set_by in rows() if set_by.startswith("Google")}
    kept = {"anyoneCanAddSelf", "eventLabelId", "attachments", "gadget"}
    kept |= {name for name in googles if name.endswith("Properties")}
    assert googles - kept == _SERVER_FIELDS
    assert DEFAULTS.keys() <= {name for name, _ in rows()}


@pytest.mark.parametrize("linked", ["README.md", "docs/architecture.md"])
def test_the_page_is_found(linked: str) -> None:
    assert "event-fields.md" in (ROOT / linked).read_text()


SAMPLES = {
    "summary": "x",
    "description": "x",
    "location": "x",
    "start": {"dateTime": "2026-03-11T10:00:00+01:00"},
    "recurrence": ["RRULE:FREQ=DAILY"],
    "attendees": [{"email": "bob@example.test"}],
    "reminders": {"useDefault": True},
    "colorId": "1",
    "visibility": "public",
    "transparency": "transparent",
    "conferenceData": None,
}


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("default", set(SAMPLES)),
        ("fromGmail", {"reminders", "colorId", "visibility", "transparency", "attendees"}),
        ("birthday", {"summary", "reminders", "colorId"}),
        ("outOfOffice", set(SAMPLES) - {"attendees", "transparency", "conferenceData"}),
        ("focusTime", set(SAMPLES) - {"attendees", "transparency", "conferenceData"}),
        (
            "workingLocation",
            set(SAMPLES) - {"attendees", "transparency", "conferenceData", "visibility"},
        ),
    ],
)
def test_each_kind_of_event_lets_be_changed_what_the_page_says(
    kind: str, allowed: set[str]
) -> None:
    day = {"start": {"date": "2026-03-11"}, "end": {"date": "2026-03-12"}}
    hour = {
        "start": {"dateTime": "2026-03-11T10:00:00+01:00"},
        "end": {"dateTime": "2026-03-11T11:00:00+01:00"},
    }
    event = {"eventType": kind, **(day if kind == "birthday" else hour)}
    assert {name for name, value in SAMPLES.items() if is_allowed(event, name, value)} == allowed


def is_allowed(event: dict[str, object], name: str, value: object) -> bool:
    try:
        require_editable(event, {name: value})
    except NotWritableError:
        return False
    return True


@pytest.mark.parametrize(
    ("event", "change", "word"),
    [
        ({"eventType": "focusTime"}, {"start": {"date": "2026-03-12"}}, "no whole days"),
        ({"eventType": "outOfOffice"}, {"start": {"date": "2026-03-12"}}, "no whole days"),
        (
            {"eventType": "workingLocation"},
            {"start": {"date": "2026-03-12"}, "end": {"date": "2026-03-14"}},
            "exactly one day",
        ),
        (
            {"eventType": "birthday"},
            {"start": {"date": "2026-03-12"}, "end": {"date": "2026-03-14"}},
            "exactly one day",
        ),
        (
            {"eventType": "birthday", "birthdayProperties": {"contact": "people/c1"}},
            {"start": {"date": "2026-03-12"}, "end": {"date": "2026-03-13"}},
            "comes from a contact",
        ),
        (
            {"eventType": "birthday", "birthdayProperties": {"type": "self"}},
            {"start": {"date": "2026-03-12"}, "end": {"date": "2026-03-13"}},
            "comes from a contact",
        ),
    ],
)
def test_a_time_that_does_not_fit_the_kind_is_refused_with_the_reason(
    event: dict[str, object], change: dict[str, object], word: str
) -> None:
    with pytest.raises(NotWritableError, match=word):
        require_editable(event, change)


@pytest.mark.parametrize("kind", ["birthday", "workingLocation"])
def test_one_whole_day_fits(kind: str) -> None:
    day = {"start": {"date": "2026-03-12"}, "end": {"date": "2026-03-13"}}
    require_editable({"eventType": kind, **day}, day)
