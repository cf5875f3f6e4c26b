"""The next dates of a rule while it is being typed. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from calendars import recurrence
from calendars.event_resource import span_of
from calendars.web.words import long_day
from calendars.zones import DAY, LAST_INSTANT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.web.words import Reader

SHOWN: Final = 5
_REACHES: Final = (400 * DAY, 12 * 366 * DAY, 100 * 366 * DAY)


@dataclass(frozen=True, slots=True)
class Preview:
    """``days`` are the first dates in words; ``problem`` says why there are none."""

    sentence: str = ""
    days: Sequence[str] = ()
    goes_on: bool = False
    problem: str = ""


def preview(
    times: Mapping[str, Any], lines: Sequence[str], *, zone: str, reader: Reader
) -> Preview:
    """The first dates of a series that begins at ``times`` (start and end in Google's shape)."""
    try:
        rules = recurrence.validate_rules(
            lines, start=times["start"], end=times["end"], calendar_zone=zone
        )
    except recurrence.RecurrenceError as error:
        return Preview(problem=str(error))
    series = {**times, "recurrence": rules}
    found = _first(series, zone)
    return Preview(
        sentence=recurrence.in_words(series, calendar_zone=zone),
        days=[_day(each, reader) for each in found[:SHOWN]],
        goes_on=len(found) > SHOWN,
    )


def preview_of(known: Mapping[str, Any] | None, *, reader: Reader) -> Preview:
    """The same of a series as it is, from ``queries.events.recurrence_of``."""
    if known is None:
        return Preview()
    days = [_next_day(text, reader) for text in known["next"]]
    return Preview(sentence=known["text"], days=days)


def _next_day(text: str, reader: Reader) -> str:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return long_day(moment.date())
    wall = moment.astimezone(reader.zone)
    return f"{long_day(wall.date())}, {reader.clock(wall)}"


def _first(series: Mapping[str, Any], zone: str) -> list[recurrence.Occurrence]:
    span = span_of(series, calendar_zone=zone)
    found: list[recurrence.Occurrence] = []
    for reach in _REACHES if span is not None else ():
        start = span.start if span is not None else 0
        found = recurrence.expand(
            series,
            window_start=start,
            window_end=min(start + reach, LAST_INSTANT),
            calendar_zone=zone,
            limit=SHOWN + 1,
        )
        if len(found) > SHOWN:
            break
    return found


def _day(occurrence: recurrence.Occurrence, reader: Reader) -> str:
    span = occurrence.span
    if span.start_date is not None:
        return long_day(dt.date.fromisoformat(span.start_date))
    wall = dt.datetime.fromtimestamp(span.start, reader.zone)
    return f"{long_day(wall.date())}, {reader.clock(wall)}"
