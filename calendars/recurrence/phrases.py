"""Common English for how an event repeats: "every second Tuesday until 5 May". Pure.

Strict, because a rule that was misread is worse than one that was refused: every word has to be
understood. What ``words.in_words`` says of a ``Repeat`` is read as the same days.
"""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from calendars.recurrence.forms import UNITS, WEEKDAY_NAMES
from calendars.recurrence.repeat import LAST, Repeat, Unit
from calendars.recurrence.rule import RecurrenceError

if TYPE_CHECKING:
    from collections.abc import Callable

_Groups = dict[str, str | None]

LONGEST: Final = 200
UNDERSTOOD: Final = (
    "Say for instance: every day, weekdays, every second Tuesday until 5 May, weekly on Monday and "
    "Friday, monthly on day 15, monthly on the first Monday, monthly on the last day, every year, "
    "every 3 weeks 10 times."
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_NTH: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": LAST}
_COUNTED: Final = {
    **{word: n for n, word in enumerate(("two", "three", "four", "five", "six", "seven"), 2)},
    **{word: n for n, word in enumerate(("eight", "nine", "ten", "eleven", "twelve"), 8)},
}
_UNITS: Final[dict[str, tuple[Unit, int]]] = {
    "day": ("daily", 1),
    "week": ("weekly", 1),
    "month": ("monthly", 1),
    "year": ("yearly", 1),
    **{unit: (unit, 1) for unit in UNITS},
    "annually": ("yearly", 1),
    "fortnightly": ("weekly", 2),
}

_DAY: Final = rf"(?:{'|'.join(f'{day}|{day[:3]}' for day in WEEKDAY_NAMES)})"
_LIST: Final = rf"(?P<days>{_DAY}s?(?: (?:and )?{_DAY}s?)*|weekdays?)"
_MONTH: Final = rf"(?:{'|'.join(f'{month}|{month[:3]}' for month in _MONTHS)})"
_DIGITS: Final = r"[1-9][0-9]{0,3}"
_NUMBER: Final = rf"(?:{_DIGITS}|{'|'.join(_COUNTED)})"
_DATE: Final = r"[0-9]{1,2}"
_TH: Final = r"(?:st|nd|rd|th)"
_STEP: Final = rf"(?:other|second|third|fourth|{_DIGITS}{_TH}|{_NUMBER})"
_SIZE: Final = (
    rf"(?:every (?:(?P<step>{_STEP}) )?(?P<unit>day|week|month|year)s?"
    r"|(?P<named>daily|weekly|monthly|yearly|annually|fortnightly))"
)
_PLACE: Final = (
    rf"(?:(?:the )?(?P<nth>{'|'.join(_NTH)}) (?P<weekday>{_DAY})"
    rf"|(?:the )?(?P<last>last) day|day (?P<day>{_DATE}))"
)
_DATED: Final = (
    rf"(?:(?:the )?(?P<d>{_DATE}){_TH}?(?: of)? (?P<m>{_MONTH})"
    rf"|(?P<m2>{_MONTH}) (?P<d2>{_DATE}){_TH}?)"
)
_END: Final = re.compile(
    rf"(?P<body>.+?) (?:(?:until|till) (?P<until>.+)"
    rf"|(?:for )?(?P<count>{_NUMBER}) times|(?P<once>once))"
)
_LAST_DAY: Final = re.compile(
    rf"{_DATED}(?: (?P<y>[0-9]{{4}}))?|(?P<iso>[0-9]{{4}}(?:-[0-9]{{2}}){{2}})"
)
_PLAIN: Final = re.compile(_SIZE)
_EVERY_DAY: Final = re.compile(rf"every (?:(?P<step>other|second) )?{_LIST}")
_WEEKLY: Final = re.compile(rf"(?:{_SIZE} )?(?:on )?{_LIST}")
_OF_THE_MONTH: Final = re.compile(rf"(?:every |on )?{_PLACE} of (?:the|every) month")
_MONTHLY: Final = re.compile(rf"{_SIZE} on (?:{_PLACE}|the (?P<date>{_DATE}){_TH})")
_YEARLY: Final = re.compile(rf"{_SIZE} on (?:{_PLACE} of (?P<month>{_MONTH})|{_DATED})")


def read_phrase(text: str, *, start: date, today: date) -> Repeat:
    """What a phrase asks for. Raises RecurrenceError, whose sentence names what is understood.

    ``start`` is the day of the first occurrence: a day of the year has to be its own. A last day
    without a year is the next one that is neither before it nor before ``today``.
    """
    if len(text) > LONGEST:
        raise _refused(f"This is {len(text)} characters long; {LONGEST} are allowed.")
    said = " ".join(text.lower().replace(",", " ").replace("each", "every").split()).rstrip(". ")
    end = _END.fullmatch(said)
    repeat = _body(end["body"] if end else said, start)
    if repeat is None:
        raise _refused("This is not understood.")
    if end is None:
        return repeat
    if end["until"]:
        return replace(repeat, until=_until(end["until"], max(start, today)))
    return replace(repeat, count=1 if end["once"] else _number(end["count"]))


def _refused(sentence: str) -> RecurrenceError:
    return RecurrenceError("recurrence_phrase", f"{sentence} {UNDERSTOOD}")


def _body(said: str, start: date) -> Repeat | None:
    """The phrase without its end."""
    for pattern, read in _FORMS.items():
        if found := pattern.fullmatch(said):
            return read(found.groupdict(), start)
    return None


def _sized(found: _Groups, *, default: str) -> Repeat:
    unit, interval = _UNITS[found.get("unit") or found.get("named") or default]
    step = found.get("step")
    if step:
        interval = 2 if step == "other" else _NTH.get(step) or _number(step)
    return Repeat(unit, interval)


def _plain(found: _Groups, _: date) -> Repeat:
    return _sized(found, default="day")


def _weekly(found: _Groups, _: date) -> Repeat | None:
    repeat = _sized(found, default="week")
    if repeat.frequency != "weekly":
        return None
    words = (found["days"] or "").replace(" and ", " ").split()
    if words[0].startswith("weekday"):
        return replace(repeat, weekdays=(0, 1, 2, 3, 4))
    return replace(repeat, weekdays=tuple(sorted({_place(word, WEEKDAY_NAMES) for word in words})))


def _monthly(found: _Groups, _: date) -> Repeat | None:
    repeat = _sized(found, default="month")
    return _placed(repeat, found) if repeat.frequency == "monthly" else None


def _yearly(found: _Groups, start: date) -> Repeat | None:
    repeat = _sized(found, default="year")
    if repeat.frequency != "yearly":
        return None
    month = _place(found["month"] or found["m"] or found["m2"] or "", _MONTHS) + 1
    day = found["day"] or found["d"] or found["d2"]
    last_of_february = bool(found["last"]) and (month, start.day) == (2, 29)
    own_day = last_of_february or bool(found["nth"]) or (day and int(day) == start.day)
    if month != start.month or not own_day:
        raise _refused("A yearly event repeats on the day on which it starts.")
    return _placed(repeat, found) if found["nth"] else repeat


def _placed(repeat: Repeat, found: _Groups) -> Repeat | None:
    """The n-th weekday, or the day of the month."""
    if found["nth"]:
        weekday = _place(found["weekday"] or "", WEEKDAY_NAMES)
        return replace(repeat, nth=_NTH[found["nth"]], weekdays=(weekday,))
    day = LAST if found["last"] else int(found.get("day") or found.get("date") or 0)
    return replace(repeat, day=day) if day == LAST or 1 <= day <= 31 else None


def _number(said: str) -> int:
    """Of ``3``, ``3rd`` or ``three``."""
    return _COUNTED.get(said) or int(said.rstrip("strndh"))


def _place(word: str, names: tuple[str, ...]) -> int:
    return next(n for n, name in enumerate(names) if name.startswith(word[:3]))


def _until(text: str, earliest: date) -> date:
    found = _LAST_DAY.fullmatch(text)
    if found is None:
        raise _refused("The last day is not understood: write 5 May, 5 May 2026 or 2026-05-05.")
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = _place(found["m"] or found["m2"], _MONTHS) + 1
        day = int(found["d"] or found["d2"])
        if found["y"]:
            return date(int(found["y"]), month, day)
        return _next(month, day, earliest)
    except ValueError:
        raise _refused("There is no such last day in the calendar.") from None


def _next(month: int, day: int, earliest: date) -> date:
    """The first such day from ``earliest`` on; the 29th of February waits for its year."""
    years = range(earliest.year, earliest.year + 9)
    leap = (month, day) == (2, 29)
    days = (date(year, month, day) for year in years if not leap or isleap(year))
    return next(found for found in days if found >= earliest)


_FORMS: Final[dict[re.Pattern[str], Callable[[_Groups, date], Repeat | None]]] = {
    _PLAIN: _plain,
    _EVERY_DAY: _weekly,
    _WEEKLY: _weekly,
    _OF_THE_MONTH: _monthly,
    _MONTHLY: _monthly,
    _YEARLY: _yearly,
}
