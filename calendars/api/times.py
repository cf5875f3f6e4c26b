"""Points in time as clients write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

_FORM: Final = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?P<offset>[Zz]|[+ -]\d\d:?\d\d)?)?",
    re.ASCII,
)
_YEARS: Final = range(1900, 2200)
HOW_TO_WRITE: Final = (
    "Write a time like 2026-01-12T09:00:00+01:00, or a date like 2026-01-12 (its midnight)."
)


def read_moment(text: str, *, zone: tzinfo) -> dt.datetime:
    """An instant, in UTC, of an RFC 3339 time; ValueError with a sentence if it is none.

    A date means its first moment, and what has no offset is the wall time of ``zone``. A blank
    stands for the plus sign, which is what ``+`` becomes in a query that was not encoded.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(HOW_TO_WRITE)
    offset = (found["offset"] or "").upper().replace(" ", "+")
    try:
        wall = dt.datetime.fromisoformat(f"{found['date']}T{found['time'] or '00:00'}{offset}")
    except ValueError:
        raise ValueError(f"There is no such time. {HOW_TO_WRITE}") from None
    if wall.year not in _YEARS:
        raise ValueError(f"The year is before {_YEARS.start} or after {_YEARS.stop - 1}.")
    return (wall if wall.tzinfo else wall.replace(tzinfo=zone)).astimezone(dt.UTC)


def start_of_day(now: dt.datetime, *, zone: tzinfo) -> dt.datetime:
    """The first moment of the day that it is in ``zone``."""
    return dt.datetime.combine(now.astimezone(zone).date(), dt.time(), tzinfo=zone)


def days_later(moment: dt.datetime, days: int, *, zone: tzinfo) -> dt.datetime:
    """The same wall time so many days later: a day may have 23 or 25 hours."""
    wall = moment.astimezone(zone).replace(tzinfo=None) + dt.timedelta(days=days)
    return wall.replace(tzinfo=zone)
