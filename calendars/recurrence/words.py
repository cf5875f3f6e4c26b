"""How a series recurs, in words for people: "Every second Tuesday until 5 May 2026". Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from calendars.event_resource import span_of
from calendars.recurrence.expansion import Series
from calendars.recurrence.lines import read_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.recurrence.rule import Rule

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS: Final = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_ORDINALS: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_WORKDAYS: Final = [0, 1, 2, 3, 4]
UNUSUAL = "By a rule that is not easily said in words"


def in_words(series: Mapping[str, Any], *, calendar_zone: str) -> str:
    """One English sentence, without a full stop, about a series.

    A rule that has more to it than a sentence can hold is honestly called unusual; single dates
    beside the rule are mentioned.
    """
    span = span_of(series, calendar_zone=calendar_zone)
    lines = read_lines(tuple(series.get("recurrence") or ()))
    rules = [line.rule for line in lines if line.rule is not None]
    if span is None or len(rules) > 1 or any(line.name == "EXRULE" for line in lines):
        return UNUSUAL
    of = Series.of(series, span=span, calendar_zone=calendar_zone)
    text = _said(rules[0], of) if rules else "On single dates"
    names = {line.name for line in lines if line.dates is not None}
    if rules and "RDATE" in names:
        text += ", and on some dates besides"
    if "EXDATE" in names:
        text += ", but not on some dates"
    return text


def _said(rule: Rule, series: Series) -> str:
    rule = rule.plain()
    rare = rule.week_numbers or rule.year_days or rule.positions
    start = date.fromordinal(series.start[0])
    when = None if rare or rule.hours or rule.minutes or rule.seconds else _when(rule, start)
    return (UNUSUAL if when is None else when) + _end(rule, series)


def _when(rule: Rule, start: date) -> str | None:
    if rule.freq in ("DAILY", "WEEKLY"):
        return None if rule.months or rule.month_days else _by_weekdays(rule, start)
    day = _day_of_month(rule, start)
    if day is None or len(rule.months) > 1 or (rule.months and rule.freq == "MONTHLY"):
        return None
    if rule.freq == "MONTHLY":
        return f"{_every(rule)} on {day}"
    if rule.weekdays and not rule.months:
        return None
    month = start.replace(day=1, month=rule.months[0] if rule.months else start.month)
    return f"{_every(rule)} on {day} of {month:%B}"


def _by_weekdays(rule: Rule, start: date) -> str | None:
    if rule.freq == "DAILY":
        return None if rule.weekdays else _every(rule)
    days = [day for _, day in rule.weekdays] or [start.weekday()]
    if days == _WORKDAYS:
        return "Every weekday" if rule.interval == 1 else f"{_every(rule)} on weekdays"
    if len(days) == 1 and rule.interval <= 2:
        return f"Every {'second ' if rule.interval == 2 else ''}{_DAYS[days[0]]}"
    return f"{_every(rule)} on {_listed([_DAYS[day] for day in days])}"


def _day_of_month(rule: Rule, start: date) -> str | None:
    if len(rule.month_days) + len(rule.weekdays) > 1:
        return None
    if rule.weekdays:
        nth, weekday = rule.weekdays[0]
        return f"the {_ORDINALS[nth]} {_DAYS[weekday]}" if nth in _ORDINALS else None
    day = rule.month_days[0] if rule.month_days else start.day
    if day == -1:
        return "the last day"
    return f"day {day}" if day > 0 else None


def _every(rule: Rule) -> str:
    unit = _UNITS[rule.freq]
    if rule.interval == 1:
        return f"Every {unit}"
    return f"Every second {unit}" if rule.interval == 2 else f"Every {rule.interval} {unit}s"


def _end(rule: Rule, series: Series) -> str:
    if rule.count is not None:
        return ", once" if rule.count == 1 else f", {rule.count} times"
    if rule.until is None:
        return ""
    on = series.last_day(rule.until)
    return f" until {on.day} {on:%B %Y}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
