"""Spans of time that a read asks for: half-open, whole seconds."""

from __future__ import annotations

import datetime as dt
import math

from calendars.errors import InvalidInputError
from calendars.event_input import FIRST_YEAR, LAST_YEAR
from calendars.free_time.spans import TimeSpan

__all__ = ["TimeSpan", "asked_span"]

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def asked_span(*, time_min: dt.datetime, time_max: dt.datetime, most_days: int) -> TimeSpan:
    """The span of two aware moments. Raises InvalidInputError when empty or too long."""
    start = math.floor(_seconds(time_min, "time_min"))
    end = math.ceil(_seconds(time_max, "time_max"))
    if end <= start:
        raise _refused("time_max", "time_max has to be after time_min.")
    if end - start > most_days * 86_400:
        raise _refused("time_max", f"The span can be {most_days} days long at most.")
    return TimeSpan(start, end)


def _seconds(moment: dt.datetime, field: str) -> float:
    if moment.tzinfo is None:
        raise _refused(field, f"{field} needs an offset, such as Z or +01:00.")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _refused(field, f"The year has to be between {FIRST_YEAR} and {LAST_YEAR}.")
    return (moment - EPOCH).total_seconds()


def _refused(field: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={field: sentence})
