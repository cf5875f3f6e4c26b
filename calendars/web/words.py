"""Days and times in words, as a member likes to read them. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from calendars.web.layout import dates_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from accounts.models import Member
    from calendars.web.layout import Placed

UNTITLED: Final = "(No title)"
"""In the place of a title."""
WITHOUT_TITLE: Final = "Event without a title"
"""Where a change is told of, whose event may be gone."""
TO: Final = " \N{EN DASH} "
_WAYS: Final = {"web": "", "command": "by command"}


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom words are made: the zone, and whether hours are counted to twelve."""

    zone: ZoneInfo
    twelve: bool = False

    def clock(self, moment: dt.datetime) -> str:
        return clock_face(moment.hour, moment.minute, self.twelve)

    def clock_at(self, instant: int) -> str:
        """What a clock in the zone shows at an instant (epoch seconds)."""
        return self.clock(dt.datetime.fromtimestamp(instant, self.zone))

    def when(self, item: Placed, *, dated: bool = False) -> str:
        """The time in words short enough for a block: with dates if it takes days, or if asked."""
        first, last = dates_of(item, zone=self.zone)
        if item.start_date is not None:
            days = short_day(first) if first == last else short_day(first) + TO + short_day(last)
            return "All day" if first == last and not dated else days
        start, end = self.clock_at(item.start_ts), self.clock_at(item.end_ts)
        if first == last:
            return f"{f'{short_day(first)}, ' if dated else ''}{start}{TO}{end}"
        last = dt.datetime.fromtimestamp(item.end_ts, self.zone).date()
        return f"{short_day(first)} {start}{TO}{short_day(last)} {end}"


def plural(number: int, noun: str) -> str:
    """``1 change``, ``3 changes``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def way_in_words(via: str) -> str:
    """By what a change came; empty for these pages."""
    return _WAYS.get(via, f"through {via}" if via else "")


def reader_of(member: Member) -> Reader:
    return Reader(member.zone, twelve=member.hour_format == "12")


@lru_cache(maxsize=4096)
def clock_face(hour: int, minute: int, twelve: bool) -> str:
    """``14:05``, or ``2:05 pm`` and ``2 pm``."""
    if not twelve:
        return f"{hour:02}:{minute:02}"
    half = "am" if hour < 12 else "pm"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {half}"


def short_day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"


def long_day(day: dt.date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def days_title(first: dt.date, last: dt.date) -> str:
    """The title of a span of days, as short as it can be told."""
    if first == last:
        return f"{first:%a} {short_day(first)} {first.year}"
    if first.year != last.year:
        return f"{short_day(first)} {first.year}{TO}{short_day(last)} {last.year}"
    if first.month != last.month:
        return f"{short_day(first)}{TO}{short_day(last)} {last.year}"
    return f"{first.day}{TO}{short_day(last)} {last.year}"


def place_of(zone: ZoneInfo) -> str:
    """The city that a zone is named after: ``Lord Howe`` for Australia/Lord_Howe."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def zone_letters(zone: ZoneInfo, day: dt.date) -> str:
    """``CET``, or ``+10:30`` where people have no letters for it."""
    noon = dt.datetime.combine(day, dt.time(12), zone)
    name = noon.tzname() or ""
    if not name.startswith(("+", "-")):
        return name
    return name if len(name) <= 3 else f"{name[:3]}:{name[3:]}"
