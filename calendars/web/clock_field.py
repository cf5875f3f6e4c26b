"""Times of day in forms: written as the member's clock shows them, read however they are typed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from django import forms

from calendars.web.words import clock_face

_TYPED: Final = re.compile(
    r"(?P<hour>\d{1,2}?)(?:\s*[:.,h]?\s*(?P<minute>\d{2}))?(?::\d{2})?\s*h?\s*(?P<half>[ap])?\.?(?:m\.?)?",
    re.ASCII | re.IGNORECASE,
)
_NOON: Final = 12
_REFUSAL: Final = "Write a time such as 9:30, 930 or 9 pm."


def read_clock(text: str, *, after: dt.time | None = None) -> dt.time | None:
    """A time of day as people type it: ``9``, ``9:30``, ``930``, ``9.30``, ``9h30``, ``9 pm``.

    ``after`` is for those who count to twelve: where they do not say which half of the day, and
    the first would not come after it, the second is meant. ``static/js/clock_words.js`` reads
    alike.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half in "pP" else 0)
    elif after is not None and 1 <= hour <= _NOON and (hour, minute) <= (after.hour, after.minute):
        hour = hour % _NOON + _NOON
    return dt.time(hour, minute) if hour <= 23 and minute <= 59 else None


class ClockInput(forms.TextInput):
    """Text; scripts put a list of times under it. ``twelve`` is how the member counts hours."""

    twelve = False

    def __init__(self) -> None:
        super().__init__(
            attrs={"data-clock": "24", "autocomplete": "off", "spellcheck": "false", "size": "8"}
        )

    def count_to_twelve(self, twelve: bool) -> None:
        self.twelve = twelve
        self.attrs["data-clock"] = "12" if twelve else "24"

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, dt.time):
            return clock_face(value.hour, value.minute, self.twelve)
        return str(value) if value else None


class ClockField(forms.Field):
    """A time of day, whose value is a ``datetime.time``."""

    widget = ClockInput
    default_error_messages = {"invalid": _REFUSAL}

    def to_python(self, value: Any) -> dt.time | None:
        if isinstance(value, dt.time) or value in self.empty_values:
            return value or None
        read = read_clock(str(value))
        if read is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return read


def clock_field(label: str) -> ClockField:
    """A time of day; a form says itself whether it has to be given."""
    return ClockField(label=label, required=False)


def set_clocks(form: forms.BaseForm, *, twelve: bool) -> None:
    """Have all times of a form written as the member counts hours."""
    for field in form.fields.values():
        if isinstance(field.widget, ClockInput):
            field.widget.count_to_twelve(twelve)
