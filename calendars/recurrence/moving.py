"""What becomes of a series' rules when it moves to another time or day. Pure.

Google leaves the rules as they are: a weekly rule with BYDAY=MO whose start is moved to a Tuesday
goes on on Mondays, and dates that were left out come back. Here the rules move along.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from calendars.event_resource import Moment, compact_utc, read_moment, span_of, zone_or_utc
from calendars.recurrence.expansion import Series
from calendars.recurrence.lines import Line, day_text, end_of_day, parse_line
from calendars.recurrence.rule import WEEKDAYS, RecurrenceError, with_parts
from calendars.zones import DAY, FIRST_DAY, LAST_DAY, instant_of, wall_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from calendars.recurrence.rule import Rule
    from calendars.recurrence.walls import Wall


def moved_lines(
    master: Mapping[str, Any],
    *,
    slot: int | str,
    start: Mapping[str, Any],
    calendar_zone: str,
) -> list[str]:
    """The lines of a series whose occurrence at ``slot`` is to start at ``start`` from now on.

    Ends and single dates move by as many days and by as much of the day; weekdays, and the day of a
    monthly or yearly rule, become those of the new day. Raises RecurrenceError with a sentence for
    a rule that says more about days than one, where it is not clear what it is to become.
    """
    span = span_of(master, calendar_zone=calendar_zone)
    to = read_moment(start, default_zone=calendar_zone)
    if span is None or to is None:
        return list(master["recurrence"])
    series = Series.of(master, span=span, calendar_zone=calendar_zone)
    shift = _Shift.of(series, slot, to, calendar_zone)
    lines = [parse_line(text) for text in master["recurrence"]]
    if shift.is_none:
        return list(master["recurrence"])
    return [text for line in lines for text in shift.line(line)]


@dataclass(frozen=True, slots=True)
class _Shift:
    series: Series
    day: date
    """Of the occurrence, before."""
    days: int
    seconds: int
    all_day: bool
    zone: ZoneInfo

    @classmethod
    def of(cls, series: Series, slot: int | str, to: Moment, calendar_zone: str) -> _Shift:
        if isinstance(slot, str):
            before: Wall = (date.fromisoformat(slot).toordinal(), 0)
        else:
            before = wall_of(slot, series.zone)
        zone = zone_or_utc(to.zone or calendar_zone)
        if to.date is not None:
            after: Wall = (to.date.toordinal(), 0)
            before = (before[0], 0)
        else:
            after = wall_of(to.instant or 0, zone)
        days, seconds = after[0] - before[0], after[1] - before[1]
        day = date.fromordinal(before[0])
        return cls(series, day, days, seconds, to.date is not None, zone)

    @property
    def is_none(self) -> bool:
        same_kind = self.all_day == self.series.all_day
        same_zone = self.all_day or self.zone == self.series.zone
        return same_kind and same_zone and not self.days and not self.seconds

    def line(self, line: Line) -> Iterator[str]:
        if line.rule is not None:
            yield f"{line.name}:{self._rule(line.value, line.rule)}"
        elif line.dates is not None:
            zone = zone_or_utc(line.dates.zone) if line.dates.zone else self.series.zone
            slots = (self.series.slot_of(value, zone) for value in line.dates.values)
            values = [self._moved(slot) for slot in slots if slot is not None]
            if values:
                yield f"{line.name}{';VALUE=DATE' if self.all_day else ''}:{','.join(values)}"

    def _rule(self, text: str, rule: Rule) -> str:
        parts: dict[str, str | None] = {}
        if rule.until is not None:
            parts["UNTIL"] = self._end(self.series.last_slot(rule.until))
        if self.seconds and (rule.hours or rule.minutes or rule.seconds):
            raise _unclear("times of day")
        if self.days:
            parts |= self._days_of(rule)
        return with_parts(text, parts)

    def _days_of(self, rule: Rule) -> dict[str, str | None]:
        new = self.day + timedelta(days=self.days)
        if rule.positions or rule.year_days or rule.week_numbers:
            raise _unclear("days")
        if rule.freq in {"DAILY", "WEEKLY"}:
            return self._weekdays(rule)
        return {**_months(rule, new), **_day_of_month(rule, self.day, new)}

    def _weekdays(self, rule: Rule) -> dict[str, str | None]:
        if rule.months or rule.month_days:
            raise _unclear("days")
        if not rule.weekdays:
            return {}
        moved = sorted((weekday + self.days) % 7 for _, weekday in rule.weekdays)
        parts: dict[str, str | None] = {"BYDAY": ",".join(WEEKDAYS[day] for day in moved)}
        if rule.interval > 1 and rule.freq == "WEEKLY" and len(moved) > 1:
            parts["WKST"] = WEEKDAYS[(rule.week_start + self.days) % 7]
        return parts

    def _end(self, last: int) -> str:
        """The end of a rule; the last of whole days becomes the last second of that day."""
        if self.all_day or not self.series.all_day:
            return self._moved(last)
        day = min(max(last + self.days, FIRST_DAY), LAST_DAY)
        return end_of_day(day, self.zone)

    def _moved(self, slot: int) -> str:
        """A slot of before as a line writes it afterwards."""
        if self.series.all_day:
            day, second = slot, 0
        else:
            day, second = wall_of(slot, self.series.zone)
        day = day + self.days + (second + self.seconds) // DAY * (not self.all_day)
        day = min(max(day, FIRST_DAY), LAST_DAY)
        if self.all_day:
            return day_text(day)
        return compact_utc(instant_of(day, (second + self.seconds) % DAY, self.zone))


def _months(rule: Rule, new: date) -> dict[str, str | None]:
    if rule.freq == "MONTHLY" and rule.months:
        raise _unclear("months")
    if len(rule.months) > 1:
        raise _unclear("months")
    return {"BYMONTH": str(new.month)} if rule.months else {}


def _day_of_month(rule: Rule, old: date, new: date) -> dict[str, str | None]:
    if len(rule.month_days) + len(rule.weekdays) > 1:
        raise _unclear("days")
    if rule.month_days:
        last = rule.month_days[0] < 0 and _is_last(new)
        return {"BYMONTHDAY": "-1" if last else str(new.day)}
    if rule.weekdays:
        (nth, weekday) = rule.weekdays[0]
        if not nth or weekday != old.weekday():
            raise _unclear("days")
        return {"BYDAY": f"{_nth(new, from_end=nth < 0)}{WEEKDAYS[new.weekday()]}"}
    return {}


def _nth(day: date, *, from_end: bool) -> int:
    if not from_end:
        return (day.day - 1) // 7 + 1
    return -((_last_day(day) - day.day) // 7 + 1)


def _is_last(day: date) -> bool:
    return day.day == _last_day(day)


def _last_day(day: date) -> int:
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (first_of_next - timedelta(days=1)).day


def _unclear(what: str) -> RecurrenceError:
    return RecurrenceError(
        "recurrence_combination",
        f"The rule of this series names its {what} itself: send the new rule along.",
    )
