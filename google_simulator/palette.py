"""Google's colours by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google_simulator.times import Resource

_CALENDAR = [
    "#ac725e",
    "#d06b64",
    "#f83a22",
    "#fa573c",
    "#ff7537",
    "#ffad46",
    "#42d692",
    "#16a765",
    "#7bd148",
    "#b3dc6c",
    "#fbe983",
    "#fad165",
    "#92e1c0",
    "#9fe1e7",
    "#9fc6e7",
    "#4986e7",
    "#9a9cff",
    "#b99aff",
    "#c2c2c2",
    "#cabdbf",
    "#cca6ac",
    "#f691b2",
    "#cd74e6",
    "#a47ae2",
]
_EVENT = [
    "#a4bdfc",
    "#7ae7bf",
    "#dbadff",
    "#ff887c",
    "#fbd75b",
    "#ffb878",
    "#46d6db",
    "#e1e1e1",
    "#5484ed",
    "#51b749",
    "#dc2127",
]
_TEXT = "#1d1d1d"


def _palette(colors: list[str]) -> Resource:
    return {
        str(number): {"background": color, "foreground": _TEXT}
        for number, color in enumerate(colors, start=1)
    }


def colors() -> Resource:
    """The answer of colors.get."""
    return {
        "kind": "calendar#colors",
        "updated": "2012-02-14T00:00:00.000Z",
        "calendar": _palette(_CALENDAR),
        "event": _palette(_EVENT),
    }


def calendar_color(color_id: str) -> Resource:
    """backgroundColor and foregroundColor of a calendar colour id."""
    color = _CALENDAR[(int(color_id) - 1) % len(_CALENDAR)]
    return {"backgroundColor": color, "foregroundColor": "#000000"}


def is_calendar_color(color_id: str) -> bool:
    """Whether a calendar may have that colour id."""
    return color_id.isdigit() and 1 <= int(color_id) <= len(_CALENDAR)


def next_color(count: int) -> str:
    """The colour id of somebody's next calendar: neighbours differ."""
    return str((14 + 5 * count) % len(_CALENDAR) + 1)
