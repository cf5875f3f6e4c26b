"""Series to original starts, the way Google expands them (google-calendar-api.md section 14).

A *slot* is the original start of an instance as an integer: epoch seconds for a timed series,
epoch seconds of midnight UTC (no zone, just a way to number days) for an all-day one.
"""

from __future__ import annotations

import calendar as month_lengths
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from math import prod
from typing import TYPE_CHECKING, Any, Literal

from dateutil import rrule

from google_simulator.errors import ApiError, invalid
from google_simulator.times import Resource, epoch, from_epoch, local_to_epoch, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SLOTS = 20_000
_LAST = datetime(9990, 1, 1)  # noqa: DTZ001 - naive local times throughout, as in the rules
_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RANGES = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
}
_OTHER_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"}


@dataclass(frozen=True)
class Rule:
    """One RRULE or EXRULE line, checked."""

    freq: str
    interval: int
    count: int | None
    until: str
    week_start: int
    days: tuple[tuple[int, int], ...]
    """(weekday, ordinal or 0)"""
    numbers: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Line:
    """One line of `recurrence`."""

    name: str
    zone: str
    values: tuple[str, ...]
    rule: Rule | None


def check(lines: list[str]) -> None:
    """400 unless every line is one that Google takes (HOURLY and faster are not)."""
    parsed = [parse_line(line) for line in lines]
    if not any(line.name in {"RRULE", "RDATE"} for line in parsed):
        raise _refused()


def parse_line(text: str) -> Line:
    """A recurrence line; 400 invalid if it cannot be one."""
    head, colon, value = text.partition(":")
    name, *params = head.upper().split(";")
    if not colon or name not in {"RRULE", "EXRULE", "RDATE", "EXDATE"}:
        raise _refused()
    if name in {"RRULE", "EXRULE"}:
        return Line(name, "", (), _parse_rule(value.upper()))
    zone_name = next((p[5:] for p in head.split(";") if p.upper().startswith("TZID=")), "")
    if zone_name:
        _known_zone(zone_name)
    if any(not p.startswith(("TZID=", "VALUE=")) for p in params):
        raise _refused()
    values = tuple(item.split("/")[0] for item in value.upper().split(",") if item)
    for item in values:
        _parse_stamp(item)
    return Line(name, zone_name, values, None)


def _refused() -> ApiError:
    return invalid("Invalid recurrence rule.", location="recurrence")


def _known_zone(name: str) -> None:
    try:
        zone(name)
    except ApiError:
        raise _refused() from None


def _parse_rule(text: str) -> Rule:
    try:
        parts = dict(part.split("=", 1) for part in text.strip(";").split(";"))
        rule = _build_rule(parts)
    except (ValueError, KeyError, IndexError):
        raise _refused() from None
    return rule


def _build_rule(parts: dict[str, str]) -> Rule:
    if not set(parts) <= _OTHER_PARTS | set(_RANGES):
        raise ValueError
    if parts["FREQ"] not in _FREQUENCIES or ("COUNT" in parts and "UNTIL" in parts):
        raise ValueError
    interval, count = int(parts.get("INTERVAL", "1")), parts.get("COUNT")
    if not 1 <= interval <= 10_000 or (count is not None and int(count) < 1):
        raise ValueError
    if "UNTIL" in parts:
        _parse_stamp(parts["UNTIL"])
    numbers = {name: _parse_numbers(name, parts[name]) for name in _RANGES if name in parts}
    if prod(len(numbers.get(name, "1")) for name in ("BYHOUR", "BYMINUTE", "BYSECOND")) > 24:
        raise ValueError
    return Rule(
        freq=parts["FREQ"],
        interval=interval,
        count=None if count is None else int(count),
        until=parts.get("UNTIL", ""),
        week_start=_DAYS.index(parts.get("WKST", "MO")),
        days=tuple(_parse_day(item) for item in parts["BYDAY"].split(","))
        if "BYDAY" in parts
        else (),
        numbers=numbers,
    )


def _parse_day(text: str) -> tuple[int, int]:
    ordinal = int(text[:-2] or "0")
    if not -53 <= ordinal <= 53 or (text[:-2] and ordinal == 0):
        raise ValueError
    return _DAYS.index(text[-2:]), ordinal


def _parse_numbers(name: str, text: str) -> tuple[int, ...]:
    low, high, signed = _RANGES[name]
    numbers = tuple(int(item) for item in text.split(","))
    if not all(low <= (abs(number) if signed else number) <= high for number in numbers):
        raise ValueError
    return numbers


def _parse_stamp(text: str) -> tuple[datetime, bool, bool]:
    """(naive value, is it UTC, is it a date); 400 otherwise."""
    try:
        if len(text) == 8:
            return datetime.strptime(text, "%Y%m%d"), False, True  # noqa: DTZ007
        value = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    except ValueError:
        raise _refused() from None
    return value, text.endswith("Z"), False


@dataclass(frozen=True)
class Frame:
    """Where a series stands: naive local start, its zone ("" for all-day)."""

    start: datetime
    zone: str

    @classmethod
    def of(cls, master: Resource, calendar_zone: str) -> Frame:
        """The frame of a series' resource; the zone is the event's own, not the calendar's."""
        start = master["start"]
        if "date" in start:
            return cls(datetime.combine(date.fromisoformat(start["date"]), time()), "")
        name = start.get("timeZone") or calendar_zone
        return cls(from_epoch(epoch(start, calendar_zone), name).replace(tzinfo=None), name)

    def slot(self, local: datetime) -> int:
        """The slot of a local start."""
        return local_to_epoch(local, self.zone) if self.zone else _utc(local)

    def local(self, slot: int) -> datetime:
        """The local start of a slot."""
        return from_epoch(slot, self.zone or "UTC").replace(tzinfo=None)


def _utc(naive: datetime) -> int:
    return int(naive.replace(tzinfo=UTC).timestamp())


def slots(master: Resource, *, calendar_zone: str, until: int) -> list[int]:
    """Original starts up to `until` (epoch seconds, inclusive), in order, at most MAX_SLOTS.

    All RRULE and RDATE minus EXDATE and EXRULE; a start that the rule does not match is listed
    too and does not count towards COUNT (section 14). A series whose rules all ended before its
    start never happens: Google makes such ones itself, by edits, and does not show them
    (sabre-io/vobject#371).
    """
    frame = Frame.of(master, calendar_zone)
    last = min(frame.local(min(until, _utc(_LAST))) + timedelta(days=1), _LAST)
    lines = [parse_line(line) for line in master.get("recurrence", ())]
    found = set() if _ended_before(frame, lines) else {frame.slot(frame.start)}
    removed: set[int] = set()
    for line in lines:
        target = removed if line.name.startswith("EX") else found
        target.update(_line_slots(line, frame, last))
    return sorted(slot for slot in found - removed if slot <= until)[:MAX_SLOTS]


def _ended_before(frame: Frame, lines: list[Line]) -> bool:
    rules = [line.rule for line in lines if line.rule is not None and line.name == "RRULE"]
    return bool(rules) and all(_until(rule, frame) < frame.start for rule in rules)


def _line_slots(line: Line, frame: Frame, last: datetime) -> Iterator[int]:
    if line.rule is not None:
        for local in _rule_starts(line.rule, frame, last):
            yield frame.slot(local)
        return
    for text in line.values:
        value, is_utc, is_date = _parse_stamp(text)
        if not frame.zone:
            yield _utc(datetime.combine(value, time()))
        elif is_date:
            # A date takes nothing out of a timed series, but adds an instance to it (section 14).
            if line.name == "RDATE":
                yield frame.slot(datetime.combine(value, frame.start.time()))
        elif is_utc:
            yield _utc(value)
        else:
            yield local_to_epoch(value, line.zone or frame.zone)


def _rule_starts(rule: Rule, frame: Frame, last: datetime) -> Iterator[datetime]:
    if _never_matches(rule):
        return
    until = min(last, _until(rule, frame))
    given = 0
    generated = _iterator(rule, frame.start)
    for local in takewhile(lambda moment: moment <= until, generated):
        if local < frame.start:
            continue
        given += 1
        yield local
        if given == (rule.count or MAX_SLOTS):
            return


def _until(rule: Rule, frame: Frame) -> datetime:
    """UNTIL as naive local time of the series, whatever its value type."""
    if not rule.until:
        return _LAST
    value, is_utc, is_date = _parse_stamp(rule.until)
    if is_date or not frame.zone:
        return datetime.combine(value, time(23, 59, 59))
    if is_utc and value < _LAST:
        return from_epoch(_utc(value), frame.zone).replace(tzinfo=None)
    return value


def _iterator(rule: Rule, start: datetime) -> rrule.rrule:
    """dateutil's iterator, kept away from what it does differently (section 14).

    COUNT and UNTIL are applied outside. WEEKLY begins on the first day of its week, because
    BYSETPOS would otherwise see half a week; callers drop what lies before `start`.
    """
    days = _even_days(rule)
    arguments: dict[str, Any] = {name.lower(): list(n) for name, n in rule.numbers.items()}
    if rule.freq == "WEEKLY":
        days = days or [rrule.weekday(start.weekday())]
        start -= timedelta(days=(start.weekday() - rule.week_start) % 7)
    elif not days and not {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"} & set(rule.numbers):
        arguments |= _implied(rule, start)
    return rrule.rrule(
        _FREQUENCIES[rule.freq],
        dtstart=start,
        interval=rule.interval,
        wkst=rule.week_start,
        byweekday=days or None,
        **arguments,
    )


def _implied(rule: Rule, start: datetime) -> dict[str, Any]:
    if rule.freq == "MONTHLY":
        return {"bymonthday": start.day}
    if rule.freq == "YEARLY" and "BYMONTH" not in rule.numbers:
        return {"bymonth": start.month, "bymonthday": start.day}
    return {"bymonthday": start.day} if rule.freq == "YEARLY" else {}


def _even_days(rule: Rule) -> list[rrule.weekday]:
    """Weekdays for dateutil; next to `1MO` a plain `FR` is spelled out as every Friday."""
    if rule.freq in {"WEEKLY", "DAILY"}:
        return [rrule.weekday(day) for day, _ in rule.days]
    if not any(ordinal for _, ordinal in rule.days):
        return [rrule.weekday(day) for day, _ in rule.days]
    most = 5 if rule.freq == "MONTHLY" or "BYMONTH" in rule.numbers else 53
    spelled: list[rrule.weekday] = []
    for day, ordinal in rule.days:
        chosen = (ordinal,) if ordinal else range(1, most + 1)
        spelled += [rrule.weekday(day)(n) for n in chosen]
    return spelled


def _never_matches(rule: Rule) -> bool:
    """Rules that name no day at all, on which dateutil would search to the end of time."""
    positions = rule.numbers.get("BYSETPOS")
    hours = {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(rule.numbers)
    if rule.freq == "DAILY" and positions and not hours and not {1, -1} & set(positions):
        return True
    if not {"BYMONTHDAY", "BYYEARDAY"} & set(rule.numbers):
        return False
    return not any(_day_matches(rule, date(2024, 1, 1) + timedelta(days=n)) for n in range(731))


def _day_matches(rule: Rule, day: date) -> bool:
    months = rule.numbers.get("BYMONTH")
    if months and day.month not in months:
        return False
    length = month_lengths.monthrange(day.year, day.month)[1]
    month_days = rule.numbers.get("BYMONTHDAY")
    if month_days and not {day.day, day.day - length - 1} & set(month_days):
        return False
    year_days = rule.numbers.get("BYYEARDAY")
    position, size = day.timetuple().tm_yday, 366 if month_lengths.isleap(day.year) else 365
    return not year_days or bool({position, position - size - 1} & set(year_days))
