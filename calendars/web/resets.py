"""Which changed occurrences a change of their series would undo, in words. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from calendars.event_resource import read_moment
from calendars.web.words import UNTITLED, long_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.web.words import Reader

_MOST_NAMED: Final = 5
NONE: Final = "No event that was changed by itself is affected."


@dataclass(frozen=True, slots=True)
class Resets:
    """``events`` names the first of them, ``more`` counts the others."""

    sentence: str
    events: Sequence[str] = ()
    more: int = 0


def resets_in_words(
    resets: Sequence[Mapping[str, Any]], *, calendar_zone: str, reader: Reader
) -> Resets:
    """``resets`` as ``commands.events.QueuedChange`` has them."""
    if not resets:
        return Resets(NONE)
    named = [_event(each, calendar_zone, reader) for each in resets[:_MOST_NAMED]]
    return Resets(how_many(len(resets)), named, len(resets) - len(named))


def how_many(number: int) -> str:
    if number == 1:
        return "One event that was changed by itself follows the series again."
    return f"{number} events that were changed by themselves follow the series again."


def _event(reset: Mapping[str, Any], calendar_zone: str, reader: Reader) -> str:
    name = reset["summary"] or UNTITLED
    start = read_moment(reset["start"], default_zone=calendar_zone)
    if start is None:
        return str(name)
    if start.date is not None:
        return f"{name}, {long_day(start.date)}"
    wall = dt.datetime.fromtimestamp(start.instant or 0, reader.zone)
    return f"{name}, {long_day(wall.date())}, {reader.clock(wall)}"
