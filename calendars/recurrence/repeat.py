"""How a series repeats as people choose it in an editor: into a rule, and out of one. Pure.

The form holds less than RFC 5545: what does not fit is left alone rather than bent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from calendars.event_resource import compact_utc, span_of
from calendars.recurrence.expansion import Series, lines_of
from calendars.recurrence.rule import WEEKDAYS, RecurrenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calendars.event_resource import Resource
    from calendars.recurrence.rule import Rule

Unit = Literal["daily", "weekly", "monthly", "yearly"]

LAST: Final = -1
"""As ``nth`` the last such weekday of the month, as ``day`` its last day."""
MOST_NTH: Final = 5
MOST: Final = 9_999
"""The longest interval and the highest count."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rule that names its days by the start of its series, unless it says otherwise.

    ``weekdays`` (Monday is 0) are those of a weekly rule; with ``nth`` there is one, and the rule,
    monthly or yearly, is about the n-th of it in the month. ``day`` is the day of a monthly rule;
    months that lack it are left out. A yearly rule stays in the month of the start; the 29th of
    February is the last day of February in other years. At most one of ``until`` (the last day, in
    the zone of the series) and ``count`` is given.
    """

    frequency: Unit
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    day: int | None = None
    until: date | None = None
    count: int | None = None


def with_repeat(
    lines: Sequence[str], repeat: Repeat, *, start: Resource, calendar_zone: str
) -> list[str]:
    """The lines of a series with ``repeat`` for their rules; single dates beside them stay.

    ``start`` is that of the resource. A timed series ends with the last second of its last day.
    Raises RecurrenceError for a start that cannot be read.
    """
    beside = [line for line in lines if line.strip().upper().startswith(("RDATE", "EXDATE"))]
    return [f"RRULE:{_rule(repeat, _series(start, calendar_zone))}", *beside]


def repeat_of(series: Resource, *, calendar_zone: str) -> Repeat | None:
    """How a series repeats; None where the form does not hold its rule.

    Then its lines are to be left as they are. Single dates beside the rule are not looked at.
    """
    lines = [line for line in lines_of(series) or () if line.rule is not None]
    span = span_of(series, calendar_zone=calendar_zone)
    if span is None or len(lines) != 1 or lines[0].rule is None or lines[0].name != "RRULE":
        return None
    of = Series.of(series, span=span, calendar_zone=calendar_zone)
    found = _read(lines[0].rule.plain(), of)
    return found if found is not None and _is_within_limits(found) else None


def _series(start: Resource, calendar_zone: str) -> Series:
    master = {"start": start, "end": start}
    span = span_of(master, calendar_zone=calendar_zone)
    if span is None:
        raise RecurrenceError("recurrence_start", "A series needs a start.")
    return Series.of(master, span=span, calendar_zone=calendar_zone)


def _rule(repeat: Repeat, series: Series) -> str:
    parts = {"FREQ": repeat.frequency.upper()}
    if repeat.interval > 1:
        parts["INTERVAL"] = str(repeat.interval)
    parts |= _days(repeat, date.fromordinal(series.start[0]))
    if repeat.count is not None:
        parts["COUNT"] = str(repeat.count)
    if repeat.until is not None:
        last = repeat.until.strftime("%Y%m%d")
        parts["UNTIL"] = last if series.all_day else compact_utc(series.last_slot(last))
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _days(repeat: Repeat, start: date) -> dict[str, str]:
    days = ",".join(f"{repeat.nth or ''}{WEEKDAYS[day]}" for day in sorted(repeat.weekdays))
    parts: dict[str, str] = {}
    if repeat.frequency == "yearly" and days:
        parts["BYMONTH"] = str(start.month)
    elif repeat.frequency == "yearly" and _is_leap_day(start):
        parts |= {"BYMONTH": "2", "BYMONTHDAY": str(LAST)}
    if repeat.day is not None:
        parts["BYMONTHDAY"] = str(repeat.day)
    return {**parts, "BYDAY": days} if days else parts


def _read(rule: Rule, series: Series) -> Repeat | None:
    unheld = (rule.hours, rule.minutes, rule.seconds, rule.positions, rule.week_numbers)
    if any(unheld) or rule.year_days or (rule.count is not None and rule.until is not None):
        return None
    start = date.fromordinal(series.start[0])
    days = _READERS[rule.freq](rule, start)
    if days is None:
        return None
    until = None if rule.until is None else series.last_day(rule.until)
    return replace(days, interval=rule.interval, until=until, count=rule.count)


def _daily(rule: Rule, _: date) -> Repeat | None:
    return None if rule.months or rule.month_days or rule.weekdays else Repeat("daily")


def _weekly(rule: Rule, start: date) -> Repeat | None:
    days = tuple(sorted({weekday for _, weekday in rule.weekdays}))
    if rule.months or rule.month_days or not _counts_weeks_from_monday(rule, start):
        return None
    return Repeat("weekly", weekdays=days)


def _counts_weeks_from_monday(rule: Rule, start: date) -> bool:
    """Whether the rule has the days that it would have if its weeks began on Monday."""
    first, own = rule.week_start, start.weekday()
    return rule.interval == 1 or all(
        (day - first) % 7 - (own - first) % 7 == day - own for _, day in rule.weekdays
    )


def _monthly(rule: Rule, _: date) -> Repeat | None:
    if rule.months or len(rule.month_days) + len(rule.weekdays) > 1:
        return None
    if rule.weekdays:
        return _numbered("monthly", rule)
    return Repeat("monthly", day=rule.month_days[0] if rule.month_days else None)


def _yearly(rule: Rule, start: date) -> Repeat | None:
    if rule.weekdays:
        fits = rule.months == (start.month,) and not rule.month_days and len(rule.weekdays) == 1
        return _numbered("yearly", rule) if fits else None
    if _is_leap_day(start):
        on_the_last = rule.months == (start.month,) and rule.month_days == (LAST,)
        return Repeat("yearly") if on_the_last else None
    same_day = rule.month_days == (start.day,) and rule.months == (start.month,)
    of_the_start = not rule.month_days and rule.months in ((), (start.month,))
    return Repeat("yearly") if same_day or of_the_start else None


def _numbered(frequency: Unit, rule: Rule) -> Repeat | None:
    nth, weekday = rule.weekdays[0]
    return Repeat(frequency, weekdays=(weekday,), nth=nth) if nth else None


def _is_leap_day(day: date) -> bool:
    return (day.month, day.day) == (2, 29)


def _is_within_limits(repeat: Repeat) -> bool:
    return (
        repeat.interval <= MOST
        and (repeat.count or 1) <= MOST
        and LAST <= (repeat.nth or 1) <= MOST_NTH
        and (repeat.day or 1) >= LAST
    )


_READERS: Final = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}
