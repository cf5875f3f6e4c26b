"""One RRULE read from its text (RFC 5545 section 3.3.10). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final[tuple[str, ...]] = get_args(Frequency)
TOO_FREQUENT: Final = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
MOST_TIMES_A_DAY: Final = 1440

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_CALENDAR_TIME = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_BYDAY = re.compile(r"(?P<nth>[+-]?[0-9]{1,2})?(?P<day>MO|TU|WE|TH|FR|SA|SU)")


class RecurrenceError(ValueError):
    """A recurrence that is refused; ``code`` is stable, the text is a sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE as written; an empty part is one that was not given."""

    freq: Frequency
    interval: int = 1
    count: int | None = None
    until: str | None = None
    """``YYYYMMDD``, ``YYYYMMDDTHHMMSS`` or the same with Z: the series knows what it means."""
    months: tuple[int, ...] = ()
    week_numbers: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    """(n, weekday): the n-th such day, from the end where negative; every one where n is 0."""
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def plain(self) -> Rule:
        """The same rule as most programs write it, where others say it in another way: every day
        that is one of some weekdays, or the n-th of the Mondays of a month."""
        rule = self
        if rule.freq == "DAILY" and rule.weekdays and rule.interval == 1:
            rule = replace(rule, freq="WEEKLY")
        nth, weekdays = rule.positions, rule.weekdays
        by_month = rule.freq == "MONTHLY" or (rule.freq == "YEARLY" and len(rule.months) == 1)
        others = rule.month_days, rule.year_days, rule.week_numbers
        alone = not any((*others, rule.hours, rule.minutes, rule.seconds))
        if by_month and alone and len(nth) == len(weekdays) == 1 and not weekdays[0][0]:
            rule = replace(rule, weekdays=((nth[0], weekdays[0][1]),), positions=())
        return rule


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """The value of an RRULE or EXRULE line (what follows the colon). Raises RecurrenceError."""
    parts = _split(text)
    freq = parts.pop("FREQ", None)
    if freq in TOO_FREQUENT:
        raise RecurrenceError("recurrence_too_frequent", "An event can repeat daily at most.")
    if freq not in FREQUENCIES:
        raise RecurrenceError(
            "recurrence_syntax", "A rule needs FREQ: DAILY, WEEKLY, MONTHLY or YEARLY."
        )
    fields: dict[str, object] = {"freq": freq}
    for name, value in parts.items():
        if name not in _READERS:
            raise RecurrenceError(
                "recurrence_unknown_part", f"{name[:20]} is not a part of a rule."
            )
        field, read = _READERS[name]
        fields[field] = read(name, value)
    rule = Rule(**fields)  # type: ignore[arg-type]
    if len(rule.hours or "1") * len(rule.minutes or "1") * len(rule.seconds or "1") > (
        MOST_TIMES_A_DAY
    ):
        raise RecurrenceError("recurrence_too_frequent", "The rule repeats too often in one day.")
    return rule


def normal_rule(text: str) -> str:
    """A readable rule as Google writes it: upper case, FREQ first, the rest in its order."""
    parts = _split(text)
    freq = parts.pop("FREQ")
    return ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in parts.items())])


def ending(text: str, *, until: str | None = None, count: int | None = None) -> str:
    """A readable rule with another end: UNTIL, COUNT, or none of both."""
    return with_parts(text, {"UNTIL": until, "COUNT": None if count is None else str(count)})


def with_parts(text: str, parts: Mapping[str, str | None]) -> str:
    """A readable rule in which these parts are others; None leaves one out."""
    wanted = {**_split(text), **parts}
    return ";".join(f"{name}={value}" for name, value in wanted.items() if value is not None)


def _split(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().strip().rstrip(";").split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not value:
            raise RecurrenceError(
                "recurrence_syntax", "A rule is written as PART=VALUE;PART=VALUE."
            )
        if name in parts:
            raise RecurrenceError("recurrence_syntax", f"The rule gives {name[:20]} twice.")
        parts[name] = value
    return parts


def _integers(lowest: int, highest: int) -> Callable[[str, str], tuple[int, ...]]:
    """A reader of a list of numbers; zero is refused where negative numbers count from the end."""

    def read(name: str, value: str) -> tuple[int, ...]:
        numbers: set[int] = set()
        for item in value.split(","):
            number = int(item) if _INTEGER.fullmatch(item) else None
            if number is None or not lowest <= number <= highest or (lowest < 0 and not number):
                raise RecurrenceError(
                    "recurrence_syntax", f"{name} has a value that it cannot have."
                )
            numbers.add(number)
        return tuple(sorted(numbers))

    return read


def _positive(name: str, value: str) -> int:
    if not _INTEGER.fullmatch(value) or int(value) < 1:
        raise RecurrenceError("recurrence_syntax", f"{name} is a whole number from 1 on.")
    return int(value)


def is_calendar_time(text: str) -> bool:
    """Whether ``text`` is a date or a time that exists, as YYYYMMDD, YYYYMMDDTHHMMSS or with Z."""
    if not _CALENDAR_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _until(name: str, value: str) -> str:
    if not is_calendar_time(value):
        raise RecurrenceError("recurrence_syntax", f"{name} is a date or a time in UTC.")
    return value


def _weekdays(name: str, value: str) -> tuple[tuple[int, int], ...]:
    days: set[tuple[int, int]] = set()
    for item in value.split(","):
        found = _BYDAY.fullmatch(item)
        nth = int(found["nth"] or 0) if found else 0
        if found is None or abs(nth) > 53 or (found["nth"] and not nth):
            raise RecurrenceError("recurrence_syntax", f"{name} lists days like MO, TU or 2FR.")
        days.add((nth, WEEKDAYS.index(found["day"])))
    return tuple(sorted(days))


def _week_start(name: str, value: str) -> int:
    if value not in WEEKDAYS:
        raise RecurrenceError("recurrence_syntax", f"{name} is one of the days MO to SU.")
    return WEEKDAYS.index(value)


_READERS: Final[dict[str, tuple[str, Callable[[str, str], object]]]] = {
    "INTERVAL": ("interval", _positive),
    "COUNT": ("count", _positive),
    "UNTIL": ("until", _until),
    "BYMONTH": ("months", _integers(1, 12)),
    "BYWEEKNO": ("week_numbers", _integers(-53, 53)),
    "BYYEARDAY": ("year_days", _integers(-366, 366)),
    "BYMONTHDAY": ("month_days", _integers(-31, 31)),
    "BYDAY": ("weekdays", _weekdays),
    "BYHOUR": ("hours", _integers(0, 23)),
    "BYMINUTE": ("minutes", _integers(0, 59)),
    "BYSECOND": ("seconds", _integers(0, 59)),
    "BYSETPOS": ("positions", _integers(-366, 366)),
    "WKST": ("week_start", _week_start),
}


def refuse_contradictions(rule: Rule) -> None:
    """Raises RecurrenceError for what RFC 5545 forbids to combine, though reading copes with it."""
    if rule.count is not None and rule.until is not None:
        raise RecurrenceError("recurrence_count_and_until", "Give COUNT or UNTIL, not both.")
    limits = {
        "BYWEEKNO": (rule.week_numbers, {"YEARLY"}),
        "BYYEARDAY": (rule.year_days, {"YEARLY"}),
        "BYMONTHDAY": (rule.month_days, {"DAILY", "MONTHLY", "YEARLY"}),
    }
    for name, (given, allowed) in limits.items():
        if given and rule.freq not in allowed:
            raise _combination(f"{name} does not go with FREQ={rule.freq}.")
    plain = rule.freq not in {"MONTHLY", "YEARLY"} or bool(rule.week_numbers)
    if plain and any(nth for nth, _ in rule.weekdays):
        raise _combination("A numbered day like 2MO needs FREQ=MONTHLY or FREQ=YEARLY.")
    narrowing = replace(rule, positions=(), interval=1, count=None, until=None, week_start=0)
    if rule.positions and narrowing == Rule(rule.freq):
        raise _combination("BYSETPOS needs another BY part to choose from.")


def _combination(sentence: str) -> RecurrenceError:
    return RecurrenceError("recurrence_combination", sentence)
