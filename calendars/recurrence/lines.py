"""The lines of ``recurrence``: RRULE, EXRULE, RDATE and EXDATE (RFC 5545 section 3.8.5). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from calendars.event_resource import compact_utc
from calendars.recurrence.rule import RecurrenceError, Rule, is_calendar_time, parse_rule
from calendars.zones import DAY, instant_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

RULE_NAMES: Final = frozenset({"RRULE", "EXRULE"})
DATE_NAMES: Final = frozenset({"RDATE", "EXDATE"})


@dataclass(frozen=True, slots=True)
class DateList:
    """The values of one RDATE or EXDATE line."""

    values: tuple[str, ...]
    """Each YYYYMMDD, YYYYMMDDTHHMMSS or the same with Z; of a period its start."""
    zone: str | None
    """TZID as given: where values without Z are wall times."""
    has_periods: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``rule`` for RRULE and EXRULE, ``dates`` for RDATE and EXDATE.

    ``head`` is all before the colon, parameters included.
    """

    name: str
    value: str
    head: str = ""
    rule: Rule | None = None
    dates: DateList | None = None


def parse_line(text: str) -> Line:
    """Raises RecurrenceError with a sentence for a line that cannot be read."""
    head, colon, value = text.strip().partition(":")
    name, *parameters = head.split(";")
    name = name.strip().upper()
    if not colon or name not in RULE_NAMES | DATE_NAMES:
        raise RecurrenceError(
            "recurrence_syntax", "A recurrence line begins with RRULE:, EXRULE:, RDATE or EXDATE."
        )
    if name in RULE_NAMES:
        return Line(name, value, head.strip(), rule=parse_rule(value))
    return Line(name, value, head.strip(), dates=_parse_dates(name, parameters, value))


def day_text(day: int) -> str:
    """A day, by its ordinal, as a line writes it."""
    return date.fromordinal(day).strftime("%Y%m%d")


def end_of_day(day: int, zone: ZoneInfo) -> str:
    """The last second of a day: the end of a rule of times that was one of whole days."""
    return compact_utc(instant_of(day, DAY - 1, zone))


def _parse_dates(name: str, parameters: list[str], value: str) -> DateList:
    given = dict(parameter.partition("=")[::2] for parameter in parameters)
    zone = {key.strip().upper(): text.strip().strip('"') for key, text in given.items()}.get("TZID")
    items = [item.strip().upper() for item in value.split(",")]
    starts = tuple(item.partition("/")[0] for item in items)
    if not all(is_calendar_time(start) for start in starts):
        raise RecurrenceError(
            "recurrence_syntax", f"{name} lists dates (20310327) or times (20310327T123000Z)."
        )
    return DateList(values=starts, zone=zone or None, has_periods="/" in value)


@lru_cache(maxsize=2048)
def read_lines(texts: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines that can be read; the others are as if absent."""
    return tuple(_readable(texts))


def _readable(texts: Iterable[str]) -> Iterable[Line]:
    for text in texts:
        try:
            yield parse_line(text)
        except RecurrenceError:
            continue
