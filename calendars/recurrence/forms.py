"""A ``Repeat`` as JSON, for programs: what was sent is judged, what is there is shown. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, get_args

from calendars.recurrence.repeat import LAST, MOST, MOST_NTH, Repeat, Unit
from calendars.recurrence.rule import RecurrenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEKDAY_NAMES: Final = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
_NUMBERS: Final = {
    "interval": range(1, MOST + 1),
    "nth": (*range(1, MOST_NTH + 1), LAST),
    "day": (*range(1, 32), LAST),
    "count": range(1, MOST + 1),
}
PARTS: Final = frozenset({"frequency", "weekdays", "until", *_NUMBERS})


def read_form(value: Mapping[str, Any]) -> Repeat:
    """Raises RecurrenceError with one text for all problems, each part by its name."""
    given = {name: part for name, part in value.items() if part is not None}
    problems = [f"There is no {ascii(name)[1:-1][:20]}." for name in value if name not in PARTS]
    problems += [
        f"{name} is a number from 1 to {max(allowed)}{', or -1 for the last' * (LAST in allowed)}."
        for name, allowed in _NUMBERS.items()
        if name in given and (type(given[name]) is not int or given[name] not in allowed)
    ]
    if given.get("frequency") not in UNITS:
        problems.append(f"frequency is one of {', '.join(UNITS)}.")
    weekdays, until = _weekdays(given.get("weekdays", [])), _day(given.get("until"))
    if weekdays is None:
        problems.append(f"weekdays is a list of {', '.join(WEEKDAY_NAMES)}.")
    if until is None and "until" in given:
        problems.append("until is the last day, as YYYY-MM-DD.")
    if problems := problems or _misfits(given):
        raise RecurrenceError("recurrence_form", " ".join(problems))
    return Repeat(
        given["frequency"],
        weekdays=weekdays or (),
        until=until,
        **{name: given[name] for name in _NUMBERS if name in given},
    )


def form_of(repeat: Repeat) -> dict[str, Any]:
    """The form that ``read_form`` reads as this; parts that say nothing are left out."""
    found = {
        "frequency": repeat.frequency,
        "interval": repeat.interval,
        "weekdays": [WEEKDAY_NAMES[day] for day in repeat.weekdays],
        "nth": repeat.nth,
        "day": repeat.day,
        "until": repeat.until and repeat.until.isoformat(),
        "count": repeat.count,
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _weekdays(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list) or any(day not in WEEKDAY_NAMES for day in value):
        return None
    return tuple(sorted({WEEKDAY_NAMES.index(day) for day in value}))


def _day(value: object) -> date | None:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.isoformat() == value else None


def _misfits(given: Mapping[str, Any]) -> list[str]:
    """Parts that do not go together."""
    unit, days = given["frequency"], set(given.get("weekdays", []))
    problems = []
    if "until" in given and "count" in given:
        problems.append("Give until or count, not both.")
    if "day" in given and unit != "monthly":
        problems.append("day goes with frequency monthly.")
    if "nth" in given and (unit not in ("monthly", "yearly") or len(days) != 1 or "day" in given):
        problems.append("nth goes with one of weekdays, and with frequency monthly or yearly.")
    elif days and "nth" not in given and unit != "weekly":
        problems.append("weekdays without nth go with frequency weekly.")
    return problems
