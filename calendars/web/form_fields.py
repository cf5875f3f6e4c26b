"""Fields that several forms of the calendar have."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from calendars.event_input import FIRST_YEAR, LAST_YEAR
from calendars.zones import find_zone

if TYPE_CHECKING:
    from collections.abc import Sequence


class TextField(forms.CharField):
    """Text whose line ends are one character, whatever the browser sends."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


def day_field(label: str) -> forms.DateField:
    """A day in a year that events can have."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[
            MinValueValidator(dt.date(FIRST_YEAR, 1, 1), f"The year is at least {FIRST_YEAR}."),
            MaxValueValidator(dt.date(LAST_YEAR, 12, 30), f"The year is at most {LAST_YEAR}."),
        ],
    )


def zone_choices(first: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The zones of the world, those that are likely in front."""
    near = list(dict.fromkeys(first))
    return [
        ("Near", [(name, name.replace("_", " ")) for name in near]),
        ("All", [choice for choice in _all_zones() if choice[0] not in near]),
    ]


def addresses(text: str) -> list[str]:
    """What was typed as addresses, each once."""
    return list(dict.fromkeys(word for word in re.split(r"[\s,;]+", text) if word))


@cache
def _all_zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name and find_zone(name))
    return [(name, name.replace("_", " ")) for name in names if not name.startswith("Etc/")]
