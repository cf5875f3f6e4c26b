"""Descriptions that anybody may have sent: as they are shown, as words alone, and their links."""

from __future__ import annotations

import time

import pytest

from calendars.web.rich_text import description, plain_lines, safe_link

NO_LINKS = [
    "/logout/",
    "calendar/undo",
    "?next=/",
    "//evil.example/",
    "#content",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "\x01javascript:alert(1)",
]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Hello <b>bold</b><ul><li>one</li><li>two</li></ul>", "Hello bold\none\ntwo"),
        ("<p>First</p><p>second<br>third</p>", "First\nsecond\nthird"),
        ("Tea &amp; cake", "Tea & cake"),
        ("As\nit was", "As\nit was"),
        ("a < b", "a < b"),
        ("", ""),
    ],
)
def test_words_that_stand_apart_stay_apart(text: str, lines: str) -> None:
    assert plain_lines(text) == lines


@pytest.mark.parametrize("address", NO_LINKS)
def test_a_link_into_these_pages_or_into_a_script_is_none(address: str) -> None:
    assert description(f'<a href="{address}">here</a>') == (
        '<a rel="noopener noreferrer nofollow">here</a>'
    )
    assert safe_link(address) == ""


@pytest.mark.parametrize(
    "address", ["https://x.test/", "HTTPS://x.test/", "mailto:ann@x.test", "tel:+49123"]
)
def test_a_link_that_leads_out_is_kept(address: str) -> None:
    shown = description(f'<a href=" {address} ">there</a>')
    assert shown == f'<a href="{address}" rel="noopener noreferrer nofollow">there</a>'
    assert safe_link(address) == address


@pytest.mark.parametrize(
    "part",
    ["<a", "</", "<div>", "<ul><li>", "&a", "&#1", "http://", "www.a ", "a@b.", "((((", "\n"],
)
@pytest.mark.parametrize("length", [8_192, 400_000])
def test_it_takes_no_time_however_it_is_made(part: str, length: int) -> None:
    began = time.process_time()
    text = part * (length // len(part))
    description(text)
    plain_lines(text)
    assert time.process_time() - began < 2


def test_what_is_longer_than_google_takes_is_shown_as_text() -> None:
    shown = description("<b>long</b>\n" + "x" * 40_000)
    assert shown.startswith("&lt;b&gt;long&lt;/b&gt;<br>xxx")
