"""Addresses of the views."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    import datetime as dt

VIEW_NAMES: Final = {
    "calendar-day": "Day",
    "calendar-week": "Week",
    "calendar-month": "Month",
    "calendar-agenda": "Agenda",
}


def views_of(day: dt.date, here: str = "") -> list[dict[str, object]]:
    """Each view of ``day``, for the switch between them; ``here`` names the one on view."""
    return [
        {"label": label, "url": address(name, day), "is_here": name == here}
        for name, label in VIEW_NAMES.items()
    ]


@lru_cache(maxsize=8192)
def address(view_name: str, day: dt.date) -> str:
    """Where a view shows ``day``; empty where the years end that addresses can name."""
    try:
        return reverse(view_name, args=[day])
    except NoReverseMatch:
        return ""
