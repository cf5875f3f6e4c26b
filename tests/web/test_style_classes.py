"""Classes in place of style attributes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from calendars.web import style_classes
from calendars.web.style_classes import place, tint


def test_the_stylesheet_in_the_tree_is_the_one_that_is_written() -> None:
    kept = Path(settings.BASE_DIR) / "static" / "css" / "classes.css"
    assert kept.read_text() == style_classes.stylesheet()


def test_a_place_is_named_by_its_lines() -> None:
    assert place(row=13, rows=6, column=1, columns=2) == "r13 s6 c1 w2"


def test_a_column_beyond_the_limit_is_left_to_the_grid() -> None:
    assert place(row=1, column=style_classes.MOST_COLUMNS + 1) == "r1"


def test_an_event_with_a_colour_of_its_own_shows_it() -> None:
    assert tint(calendar_colour="#9fe1e7", event_colour_id="11") == "tint-e11"


def test_a_calendar_gets_a_colour_of_the_palette_where_it_has_one() -> None:
    assert tint(calendar_colour="#9FE1E8") == "tint-14"


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#00ff00", "#123456", "#c0ffee"])
def test_a_calendar_of_any_other_colour_gets_one_that_is_hardly_told_from_it(colour: str) -> None:
    name = tint(calendar_colour=colour)
    (rule,) = re.findall(rf"\.{name}{{--tint:#(\w+)}}", style_classes.stylesheet())
    differences = zip(bytes.fromhex(colour[1:]), bytes.fromhex(rule), strict=True)
    assert max(abs(one - other) for one, other in differences) <= 18


def test_a_colour_that_cannot_be_read_gets_the_default() -> None:
    assert tint(calendar_colour="red; x", event_colour_id="99") == "tint-16"
