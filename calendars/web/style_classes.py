"""Positions and colours as CSS classes. Pure.

The content security policy allows no ``style`` attribute, and the week has to stand before any
script has run, so an event says where it is by class: ``r13 s6 c1 w2`` is row 13, six rows high,
column 1, two columns wide. ``stylesheet`` writes the rules for them, about 6 kB compressed, into
``static/css/classes.css``::

    python -m calendars.web.style_classes > static/css/classes.css

(CSS ``attr()`` with types would need no classes, but only one browser family has it; a script that
sets styles leaves the page bare without scripts; SVG cannot wrap the text of an event.)
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from itertools import product
from typing import Final

from calendars.web.layout import MOST_LANES, ROWS_OF_LONGEST_DAY

MOST_COLUMNS: Final = 32
"""Beyond it a grid places blocks by itself: in the next column that is free in those rows."""

# Heights of a month, in rem: keep in step with the grid of month.css.
_HEAD_OF_DAY: Final = 1.75
_LANE: Final = 1.375

# Pixels of a block in a day: a row, what is not text, a line. Keep in step with events.css.
_ROW: Final = 4
_EDGES: Final = 5
_LINE: Final = 14
_MOST_LINES: Final = 24

# Google's API gives the colours of 2010 (``colors.get``), its pages show others in their stead,
# which members know. Both are here, in order of their ids from 1.
_CALENDAR_PALETTE: Final = (
    "ac725e d06b64 f83a22 fa573c ff7537 ffad46 42d692 16a765 7bd148 b3dc6c fbe983 fad165 "
    "92e1c0 9fe1e7 9fc6e7 4986e7 9a9cff b99aff c2c2c2 cabdbf cca6ac f691b2 cd74e6 a47ae2"
)
_CALENDAR_SHOWN: Final = (
    "795548 e67c73 d50000 f4511e ef6c00 f09300 009688 0b8043 7cb342 c0ca33 e4c441 f6bf26 "
    "33b679 039be5 4285f4 3f51b5 7986cb b39ddb 616161 a79b8e ad1457 d81b60 8e24aa 9e69af"
)
_EVENT_SHOWN: Final = "7986cb 33b679 8e24aa e67c73 f6bf26 f4511e 039be5 616161 3f51b5 0b8043 d50000"
CALENDAR_COLOURS: Final = {str(n): c for n, c in enumerate(_CALENDAR_SHOWN.split(), start=1)}
"""Those that a calendar can be given, by the number of their class."""
_EVENT_COLOURS: Final = {str(n): c for n, c in enumerate(_EVENT_SHOWN.split(), start=1)}
_STEPS: Final = 8
_OTHER_COLOURS: Final = {
    f"x{red}{green}{blue}": bytes(
        round(255 * step / (_STEPS - 1)) for step in (red, green, blue)
    ).hex()
    for red, green, blue in product(range(_STEPS), repeat=3)
}
"""For calendars of any other colour: so many that the nearest is hardly told from it."""
_GIVEN: Final = [
    *(
        (bytes.fromhex(colour), str(number))
        for palette in (_CALENDAR_PALETTE, _CALENDAR_SHOWN)
        for number, colour in enumerate(palette.split(), start=1)
    ),
    *((bytes.fromhex(colour), number) for number, colour in _OTHER_COLOURS.items()),
]
_DEFAULT_TINT: Final = "tint-16"
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


@lru_cache(maxsize=8192)
def place(
    *,
    row: int | None = None,
    rows: int | None = None,
    column: int | None = None,
    columns: int | None = None,
) -> str:
    """The classes of a place in a CSS grid; what lies beyond the limits is left to the grid."""
    lines = (("r", row), ("s", rows), ("c", column), ("w", columns))
    return " ".join(
        f"{letter}{number}"
        for letter, number in lines
        if number is not None and 1 <= number <= _limit(letter)
    )


def lines(rows: int) -> str:
    """The class, after a blank, of how many lines of text a block so high has room for."""
    return f" l{min(max((rows * _ROW - _EDGES) // _LINE, 1), _MOST_LINES)}"


@lru_cache(maxsize=1024)
def tint(*, calendar_colour: str, event_colour_id: str = "") -> str:
    """The class of an event's colour: its own by Google's id, else its calendar's.

    A calendar may have any colour (``#rrggbb``); it gets the nearest that there is a class for.
    """
    if event_colour_id in _EVENT_COLOURS:
        return f"tint-e{event_colour_id}"
    wanted = _HEX.fullmatch(calendar_colour)
    if wanted is None:
        return _DEFAULT_TINT
    colour = bytes.fromhex(wanted[1])
    _, number = min(_GIVEN, key=lambda given: _distance(given[0], colour))
    return f"tint-{number}"


def stylesheet() -> str:
    """The text of ``static/css/classes.css``."""
    rules = ["/* Written by calendars/web/style_classes.py */"]
    for letter, rule in (
        ("r", "grid-row-start:{}"),
        ("s", "grid-row-end:span {}"),
        ("c", "grid-column-start:{}"),
        ("w", "grid-column-end:span {}"),
    ):
        rules += [
            f".{letter}{number}{{{rule.format(number)}}}" for number in range(1, _limit(letter) + 1)
        ]
    rules += [f".l{number}{{--lines:{number}}}" for number in range(1, _MOST_LINES + 1)]
    for prefix, colours in (("", CALENDAR_COLOURS), ("", _OTHER_COLOURS), ("e", _EVENT_COLOURS)):
        rules += [
            f".tint-{prefix}{number}{{--tint:#{colour}}}" for number, colour in colours.items()
        ]
    rules += [_month_rules(lanes) for lanes in range(1, MOST_LANES + 1)]
    return "\n".join(rules) + "\n"


def _month_rules(lanes: int) -> str:
    """What a week of a month shows that has room for so many lanes: see ``layout.month``."""
    enough, more = (_HEAD_OF_DAY + number * _LANE for number in (lanes, lanes + 1))
    room = f"(height >= {enough}rem)" + (f" and (height < {more}rem)" if lanes < MOST_LANES else "")
    return (
        f".k{lanes}{{display:none;grid-row-start:{lanes + 1}}}\n"
        f"@container (height < {more}rem){{.t{lanes}{{display:none}}}}\n"
        f"@container {room}{{.k{lanes}{{display:block}}}}"
    )


def _limit(letter: str) -> int:
    return ROWS_OF_LONGEST_DAY if letter in "rs" else MOST_COLUMNS


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    sys.stdout.write(stylesheet())
