"""How an event repeats: what a member chooses, turned into recurrence lines and back. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms

from calendars.recurrence.lines import parse_line
from calendars.recurrence.rule import WEEKDAYS, RecurrenceError
from calendars.zones import instant_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from calendars.recurrence.rule import Rule

KEEP: Final = "keep"
CUSTOM: Final = "custom"
_SIMPLE: Final = {
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
}
REPEATS: Final = [
    ("", "Does not repeat"),
    ("daily", "Every day"),
    ("weekdays", "Monday to Friday"),
    ("weekly", "Every week"),
    ("monthly", "Every month"),
    ("yearly", "Every year"),
    (CUSTOM, "Otherwise …"),
]
_UNITS: Final = [("DAILY", "days"), ("WEEKLY", "weeks"), ("MONTHLY", "months"), ("YEARLY", "years")]
_DAYS: Final = list(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_IN_MONTH: Final = [
    ("day", "On the same day of the month"),
    ("weekday", "On the same weekday, such as the second Tuesday"),
    ("last_weekday", "On the last such weekday of the month"),
    ("last_day", "On the last day of the month"),
]
_ENDS: Final = [("", "Never"), ("until", "On a day"), ("count", "After a number of times")]
_MOST_TIMES: Final = 999
_LAST_SECOND: Final = 86_399


class RepeatFields(forms.Form):
    """The part of a form that asks for a rule. ``repeat`` chooses; the rest refines it."""

    repeat = forms.ChoiceField(label="Repeats", required=False, choices=REPEATS)
    every = forms.IntegerField(
        label="Every", required=False, min_value=1, max_value=_MOST_TIMES, initial=1
    )
    unit = forms.ChoiceField(label="Unit", required=False, choices=_UNITS, initial="WEEKLY")
    on_days = forms.MultipleChoiceField(
        label="On", required=False, choices=_DAYS, widget=forms.CheckboxSelectMultiple
    )
    in_month = forms.ChoiceField(label="In the month", required=False, choices=_IN_MONTH)
    ends = forms.ChoiceField(label="Stops", required=False, choices=_ENDS)
    until = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    count = forms.IntegerField(
        label="Times", required=False, min_value=1, max_value=_MOST_TIMES, initial=10
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for end, sentence in (("until", "Say on which day."), ("count", "Say how many times.")):
            if said.get("ends") == end and not said.get(end) and end not in self.errors:
                self.add_error(end, sentence)
        return said

    def lines(self, *, first: dt.date, zone: ZoneInfo, all_day: bool) -> list[str]:
        """The rule for an event that begins on ``first``; none for what does not repeat."""
        said = self.cleaned_data
        chosen = said.get("repeat")
        if not chosen or chosen == KEEP:
            return []
        rule = self._custom(first) if chosen == CUSTOM else _SIMPLE[chosen]
        return [f"RRULE:{rule}{self._end(zone, all_day=all_day)}"]

    def _custom(self, first: dt.date) -> str:
        said = self.cleaned_data
        unit, every = said.get("unit") or "WEEKLY", said.get("every") or 1
        interval = f";INTERVAL={every}" if every > 1 else ""
        return f"FREQ={unit}{interval}{self._days(unit, first)}"

    def _days(self, unit: str, first: dt.date) -> str:
        said = self.cleaned_data
        if unit == "WEEKLY" and said.get("on_days"):
            return f";BYDAY={','.join(said['on_days'])}"
        if unit != "MONTHLY":
            return ""
        weekday = WEEKDAYS[first.weekday()]
        return {
            "weekday": f";BYDAY={(first.day + 6) // 7}{weekday}",
            "last_weekday": f";BYDAY=-1{weekday}",
            "last_day": ";BYMONTHDAY=-1",
        }.get(said.get("in_month", ""), "")

    def _end(self, zone: ZoneInfo, *, all_day: bool) -> str:
        said = self.cleaned_data
        if said.get("ends") == "count" and said.get("count"):
            return f";COUNT={said['count']}"
        if said.get("ends") != "until" or not said.get("until"):
            return ""
        day: dt.date = said["until"]
        if all_day:
            return f";UNTIL={day:%Y%m%d}"
        end = instant_of(day.toordinal(), _LAST_SECOND, zone)
        return f";UNTIL={dt.datetime.fromtimestamp(end, dt.UTC):%Y%m%dT%H%M%SZ}"


REPEAT_FIELDS: Final = tuple(RepeatFields.base_fields)


def initial_of_lines(lines: Sequence[str], *, zone: ZoneInfo) -> dict[str, Any]:
    """What of a rule the fields can show, as the beginning of another one."""
    try:
        rules = [line.rule for line in map(parse_line, lines) if line.rule is not None]
    except RecurrenceError:
        return {}
    if len(rules) != 1:
        return {}
    rule = rules[0]
    shown: dict[str, Any] = {
        "every": rule.interval,
        "unit": rule.freq,
        "on_days": [WEEKDAYS[day] for _, day in rule.weekdays] if rule.freq == "WEEKLY" else [],
        "in_month": _in_month(rule),
    }
    if rule.count is not None:
        shown |= {"ends": "count", "count": rule.count}
    elif rule.until is not None:
        moment = dt.datetime.fromisoformat(rule.until)
        day = moment.astimezone(zone).date() if moment.tzinfo else moment.date()
        shown |= {"ends": "until", "until": day}
    return shown


def _in_month(rule: Rule) -> str:
    if rule.month_days == (-1,):
        return "last_day"
    nth = rule.weekdays[0][0] if rule.freq == "MONTHLY" and rule.weekdays else 0
    return "last_weekday" if nth < 0 else "weekday" if nth else "day"
