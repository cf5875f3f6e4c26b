"""Descriptions, as words alone."""

from __future__ import annotations

import pytest

from calendars.web.rich_text import plain_lines


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
