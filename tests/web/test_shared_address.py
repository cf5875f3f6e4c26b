"""What people copy from Google to share a calendar."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.web.shared_address import address_in

GOOGLE = "https://calendar.google.com/calendar"
TEAM = "team@group.calendar.google.com"
HOLIDAYS = "en.german#holiday@group.v.calendar.google.com"


def cid(address: str) -> str:
    """As Google writes it: without the signs that fill up."""
    return base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("copied", "address"),
    [
        (TEAM, TEAM),
        (f"  {HOLIDAYS}\n", HOLIDAYS),
        (f"{GOOGLE}/u/0?cid={cid(TEAM)}", TEAM),
        (f"{GOOGLE}/u/0/r?cid={cid(HOLIDAYS)}", HOLIDAYS),
        (f"{GOOGLE}/r?cid=ben%40example.test", "ben@example.test"),
        (f"{GOOGLE}/embed?src={quote(TEAM)}&ctz=Europe%2FBerlin", TEAM),
        (f"{GOOGLE}/ical/{quote(HOLIDAYS)}/public/basic.ics", HOLIDAYS),
        (
            "webcal://calendar.google.com/calendar/ical/ben%40example.test/private-1/basic.ics",
            "ben@example.test",
        ),
    ],
)
def test_an_address_is_found_in_each_form_of_it(copied: str, address: str) -> None:
    assert address_in(copied) == address


@pytest.mark.parametrize(
    "copied",
    [
        f"{GOOGLE}/u/0/r/week",
        f"{GOOGLE}/u/0?cid=%FF%FE",
        f"{GOOGLE}/u/0?cid=abc",
        "https://elsewhere.test/calendar/embed?src=ben%40example.test",
        "https://[/",
        "http://",
    ],
)
def test_a_link_that_names_no_calendar_at_google_is_none(copied: str) -> None:
    assert address_in(copied) == ""


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=200))
def test_whatever_follows_such_a_link_is_read_or_refused(rest: str) -> None:
    found = address_in(f"{GOOGLE}/{rest}")
    assert found == "" or "@" in found
