"""The wall times that one rule names, period by period (RFC 5545 section 3.3.10). Pure.

Written here rather than taken from python-dateutil, which serves the tests as a second opinion: a
rule there cannot be given a budget (one that never matches runs on to the year 9999 without
returning), ``BYDAY=1MO,FR`` yields nothing, WEEKLY with BYSETPOS cuts the first week, and a month
of a daily rule alone uses up what a whole expansion may cost.

Days are ordinals, wall times (day, second of the day), see ``calendars.zones``. A *period* is a
running number of the rule's days, weeks, months or years.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from calendars.zones import LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from calendars.recurrence.rule import Frequency, Rule

Wall = tuple[int, int]
Span = tuple[int, int]
"""Days from the first to before the second."""

_DAYS_BEFORE_MONTH: Final = (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)
_ALL_MONTHS: Final = tuple(range(1, 13))


def walls(rule: Rule, *, start: Wall, first_day: int, last_day: int, budget: int) -> Iterator[Wall]:
    """The wall times of ``rule`` that are not before ``start``, on days first_day to last_day.

    Ascending. A rule without COUNT is entered in the period that holds ``first_day``, in phase with
    ``start``, so that its age costs nothing. UNTIL is the caller's to apply. ``budget`` bounds the
    work in periods, days and wall times looked at; once it is used up the rest is left out.
    """
    rule = _anchored(rule, start)
    clock = [h * 3600 + m * 60 + s for h in rule.hours for m in rule.minutes for s in rule.seconds]
    if _is_plain_daily(rule) and clock == [start[1]]:
        days = range(start[0], min(last_day, LAST_DAY) + 1, rule.interval)[: rule.count]
        past = max(0, -((start[0] - first_day) // rule.interval))
        return ((day, start[1]) for day in days[past:][:budget])
    found = _wanted(
        _by_period(rule, clock, start=start, first_day=first_day, last_day=last_day, budget=budget),
        start=start,
        last_day=last_day,
    )
    return (wall for wall in islice(found, rule.count) if wall[0] >= first_day)


def _wanted(found: Iterator[Wall], *, start: Wall, last_day: int) -> Iterator[Wall]:
    for wall in found:
        if wall[0] > last_day:
            return
        if wall >= start:
            yield wall


def _by_period(
    rule: Rule, clock: list[int], *, start: Wall, first_day: int, last_day: int, budget: int
) -> Iterator[Wall]:
    """Whole periods of wall times, from the one of ``start`` or, without COUNT, ``first_day``."""
    period_of, days_of, cost = _PERIODS[rule.freq]
    period = period_of(rule, start[0])
    if rule.count is None and first_day > start[0]:
        period += (period_of(rule, first_day) - period) // rule.interval * rule.interval
    end = period_of(rule, min(last_day, LAST_DAY)) + 1
    for current in range(period, end, rule.interval):
        days = days_of(rule, current)
        budget -= cost + len(days)
        for wall in _chosen(days, clock, rule.positions):
            budget -= 1
            if budget < 0:
                return
            yield wall
        if budget < 0:
            return


def _chosen(days: Sequence[int], clock: Sequence[int], positions: Sequence[int]) -> Iterable[Wall]:
    """The wall times of one period, BYSETPOS applied."""
    if not positions:
        return [(days[0], clock[0])] if len(days) == len(clock) == 1 else _product(days, clock)
    size = len(days) * len(clock)
    indexes = {p - 1 if p > 0 else size + p for p in positions if abs(p) <= size}
    return ((days[i // len(clock)], clock[i % len(clock)]) for i in sorted(indexes))


def _product(days: Sequence[int], clock: Sequence[int]) -> Iterator[Wall]:
    return ((day, second) for day in days for second in clock)


@lru_cache(maxsize=4096)
def _anchored(rule: Rule, start: Wall) -> Rule:
    """The rule with what it leaves open taken from ``start``, and without parts out of place."""
    second = start[1]
    rule = replace(
        rule,
        hours=rule.hours or (second // 3600,),
        minutes=rule.minutes or (second // 60 % 60,),
        seconds=rule.seconds or (second % 60,),
    )
    day = date.fromordinal(start[0])
    if rule.freq == "YEARLY":
        return _anchored_yearly(rule, day)
    rule = replace(rule, year_days=(), week_numbers=())
    if rule.freq == "MONTHLY":
        dated = rule.month_days or rule.weekdays
        return rule if dated else replace(rule, month_days=(day.day,))
    rule = replace(rule, weekdays=_unnumbered(rule))
    if rule.freq == "WEEKLY":
        weekdays = rule.weekdays or ((0, day.weekday()),)
        return replace(rule, month_days=(), weekdays=weekdays)
    return rule


def _anchored_yearly(rule: Rule, day: date) -> Rule:
    dated = rule.month_days or rule.weekdays or rule.year_days
    if rule.week_numbers:
        weekdays = _unnumbered(rule) if dated else ((0, day.weekday()),)
        return replace(rule, weekdays=weekdays)
    if dated:
        return rule
    return replace(rule, months=rule.months or (day.month,), month_days=(day.day,))


def _unnumbered(rule: Rule) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({(0, weekday) for _, weekday in rule.weekdays}))


def _is_plain_daily(rule: Rule) -> bool:
    narrowed = rule.months or rule.month_days or rule.weekdays or rule.positions
    return rule.freq == "DAILY" and not narrowed


def _day_period(rule: Rule, day: int) -> int:  # noqa: ARG001  # one shape for all frequencies
    return day


def _day_days(rule: Rule, day: int) -> Sequence[int]:
    if not (rule.months or rule.month_days or rule.weekdays):
        return (day,)
    if rule.weekdays and (0, (day - 1) % 7) not in rule.weekdays:
        return ()
    on = date.fromordinal(day)
    if rule.months and on.month not in rule.months:
        return ()
    month = _month_span(on.year, on.month)
    if rule.month_days and day not in _numbered(rule.month_days, month):
        return ()
    return (day,)


def _week_period(rule: Rule, day: int) -> int:
    return (day - 1 - rule.week_start) // 7


def _week_days(rule: Rule, week: int) -> Sequence[int]:
    first = week * 7 + 1 + rule.week_start
    days = sorted(first + (weekday - rule.week_start) % 7 for _, weekday in rule.weekdays)
    if not rule.months:
        return days
    return [d for d in days if 0 < d <= LAST_DAY and date.fromordinal(d).month in rule.months]


def _month_period(rule: Rule, day: int) -> int:  # noqa: ARG001
    on = date.fromordinal(day)
    return on.year * 12 + on.month - 1


def _month_days(rule: Rule, period: int) -> Sequence[int]:
    year, month = period // 12, period % 12 + 1
    if rule.months and month not in rule.months:
        return ()
    span = _month_span(year, month)
    if not rule.weekdays:
        return sorted(_numbered(rule.month_days, span))
    days = _weekdays_in(rule.weekdays, span)
    return sorted(days & _numbered(rule.month_days, span) if rule.month_days else days)


def _year_period(rule: Rule, day: int) -> int:  # noqa: ARG001
    return date.fromordinal(day).year


def _year_days(rule: Rule, year: int) -> Sequence[int]:
    """The days that every given part allows."""
    whole = (_new_year(year), _new_year(year + 1))
    months = [_month_span(year, month) for month in rule.months or _ALL_MONTHS]
    allowed: list[set[int]] = []
    if rule.month_days:
        allowed += [set().union(*(_numbered(rule.month_days, month) for month in months))]
    if rule.weekdays:
        spans = months if rule.months else [whole]
        allowed += [set().union(*(_weekdays_in(rule.weekdays, span) for span in spans))]
    if rule.year_days:
        allowed += [_numbered(rule.year_days, whole)]
    if rule.week_numbers:
        allowed += [_week_numbers_in(rule, year)]
    if rule.months and not rule.month_days:
        allowed += [{day for month in months for day in range(*month)}]
    return sorted(set.intersection(*allowed))


def _numbered(numbers: Iterable[int], span: Span) -> set[int]:
    """The n-th days of ``span``, counted from its end where negative."""
    first, end = span
    days = {first + n - 1 if n > 0 else end + n for n in numbers}
    return {day for day in days if first <= day < end}


def _weekdays_in(weekdays: Iterable[tuple[int, int]], span: Span) -> set[int]:
    """The n-th weekdays of ``span``, from its end where n is negative, all of them where 0."""
    first, end = span
    days: set[int] = set()
    for nth, weekday in weekdays:
        every = range(first + (weekday - (first - 1)) % 7, end, 7)
        if not nth:
            days.update(every)
        elif abs(nth) <= len(every):
            days.add(every[nth - 1 if nth > 0 else nth])
    return days


def _week_numbers_in(rule: Rule, year: int) -> set[int]:
    """The days of ``year`` in the numbered weeks, those of the neighbouring years included.

    Week 1 may begin in December and the last week may end in January: such days belong to the week
    by its number and to the period by their own year.
    """
    first, end = _new_year(year), _new_year(year + 1)
    days: set[int] = set()
    for owner in (year - 1, year, year + 1):
        weeks = range(_first_week(owner, rule), _first_week(owner + 1, rule), 7)
        for n in rule.week_numbers:
            if abs(n) <= len(weeks):
                begin = weeks[n - 1 if n > 0 else n]
                days.update(range(max(begin, first), min(begin + 7, end)))
    return days


def _first_week(year: int, rule: Rule) -> int:
    """The first day of week 1: the first week with at least four days in the year."""
    fourth = _new_year(year) + 3
    return fourth - (fourth - 1 - rule.week_start) % 7


def _new_year(year: int) -> int:
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + 1


def _month_span(year: int, month: int) -> Span:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    begin = _new_year(year) + _DAYS_BEFORE_MONTH[month] + (leap and month > 2)
    length = _DAYS_BEFORE_MONTH[month + 1] - _DAYS_BEFORE_MONTH[month] + (leap and month == 2)
    return begin, begin + length


_PERIODS: Final[
    dict[
        Frequency,
        tuple[Callable[[Rule, int], int], Callable[[Rule, int], Sequence[int]], int],
    ]
] = {
    "DAILY": (_day_period, _day_days, 1),
    "WEEKLY": (_week_period, _week_days, 1),
    "MONTHLY": (_month_period, _month_days, 5),
    "YEARLY": (_year_period, _year_days, 50),
}
"""Frequency -> number of a day's period, days of a period, what looking at one costs."""
