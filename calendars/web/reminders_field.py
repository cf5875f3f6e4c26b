"""Reminders in a form: rows of a number, a unit and a way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from calendars.event_input import EARLIEST_REMINDER_MINUTES, MOST_REMINDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.utils.safestring import SafeString

_UNITS: Final = {"minutes": 1, "hours": 60, "days": 1_440, "weeks": 10_080}
_UNIT_NAMES: Final = {unit: unit for unit in _UNITS}
_WAYS: Final = {"popup": "notification", "email": "e-mail"}
_NUMBER: Final = re.compile("[0-9]{1,5}")

Row = tuple[str, str, str]


class RemindersWidget(forms.Widget):
    """A row for each reminder that an event can have; an empty one is none. Scripts hide those, and
    add and remove one at a time.
    """

    def render(self, name: str, value: Any, *_: Any, **__: Any) -> SafeString:
        known = list(value or [])[:MOST_REMINDERS]
        blank: Row = ("", "minutes", "popup")
        rows = known + [blank] * (MOST_REMINDERS - len(known))
        return format_html_join(
            "",
            '<div class="reminder-row"><input type="number" name="{0}-amount" value="{1}" min="0" '
            'aria-label="Reminder {2}: how many"> <select name="{0}-unit" '
            'aria-label="Reminder {2}: unit">{3}</select> <select name="{0}-way" '
            'aria-label="Reminder {2}: how">{4}</select> <button type="button" data-remove hidden '
            'class="icon-button" aria-label="Remove reminder {2}">'
            '<i class="icon close" aria-hidden="true"></i></button></div>',
            (
                (name, amount, number, _options(_UNIT_NAMES, unit), _options(_WAYS, way))
                for number, (amount, unit, way) in enumerate(rows, start=1)
            ),
        )

    def value_from_datadict(self, data: Any, _: Any, name: str) -> list[Row]:
        parts = (_listed(data, f"{name}-{part}") for part in ("amount", "unit", "way"))
        return [row for row in zip(*parts, strict=False) if row[0].strip()]


class RemindersField(forms.Field):
    """Its value is a list of overrides in Google's shape."""

    widget = RemindersWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        return [self._override(row) for row in value or []]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != list(data or [])

    def _override(self, row: Row) -> dict[str, Any]:
        amount, unit, way = row
        if unit not in _UNITS or way not in _WAYS:
            raise forms.ValidationError("Choose a unit and a way.")
        number = int(amount) if _NUMBER.fullmatch(amount.strip()) else -1
        minutes = number * _UNITS[unit]
        if not 0 <= minutes <= EARLIEST_REMINDER_MINUTES:
            raise forms.ValidationError("A reminder is at most four weeks ahead.")
        return {"method": way, "minutes": minutes}


def rows_of(overrides: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Google's overrides as rows, each in the largest unit that fits."""
    rows = []
    for each in overrides:
        minutes = each.get("minutes")
        if not isinstance(minutes, int) or each.get("method") not in _WAYS:
            continue
        fits = [unit for unit, size in _UNITS.items() if minutes and minutes % size == 0]
        unit = fits[-1] if fits else "minutes"
        rows.append((str(minutes // _UNITS[unit]), unit, str(each["method"])))
    return rows


def _options(choices: Mapping[str, str], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, mark_safe(" selected") if value == chosen else "", label)
            for value, label in choices.items()
        ),
    )


def _listed(data: Any, name: str) -> Sequence[str]:
    found = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
    return [str(each) for each in found]
