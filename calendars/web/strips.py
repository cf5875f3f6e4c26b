"""Everybody's days side by side, as parts to draw and in words. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from calendars.free_time.hours import WorkingHours, working_spans
from calendars.free_time.spans import TimeSpan, without
from calendars.web.layout import day_span
from calendars.web.words import TO, Reader, place_of, reader_of, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Member

FIRST_MINUTE: Final = 6 * 60
LAST_MINUTE: Final = 22 * 60
"""Of a day that is drawn; what lies outside is told in words only."""
_EDGES: Final = ("start", "end")


def days_of(
    first: dt.date, count: int, body: Mapping[str, Any], member: Member, now: dt.datetime
) -> list[dict[str, Any]]:
    """Each day with a strip for everybody; ``past`` is how far today is over, not looked at."""
    wall = now.astimezone(member.zone)
    over = min(max(0, wall.hour * 60 + wall.minute - FIRST_MINUTE), LAST_MINUTE - FIRST_MINUTE)
    every = (first + dt.timedelta(days=number) for number in range(count))
    days = [day for day in every if day >= wall.date()]
    return [
        {
            "name": f"{day:%a} {short_day(day)}",
            "past": over if day == wall.date() else 0,
            "strips": [
                {
                    "name": _named(person, member),
                    **_strip(day, person, member),
                }
                for person in body["people"].values()
            ],
        }
        for day in days
    ]


def _named(person: Mapping[str, Any], member: Member) -> str:
    """With the place, where somebody works by other clocks."""
    name = "You" if person["kind"] == "me" else str(person["display_name"])
    works = person["working_hours"]
    zone = ZoneInfo(works["time_zone"]) if works else member.zone
    return name if zone.key == member.zone.key else f"{name} ({place_of(zone)})"


def _strip(day: dt.date, person: Mapping[str, Any], member: Member) -> dict[str, Any]:
    """One person's day: parts to draw in minutes, and the same in words."""
    reader = reader_of(member)
    busy = _parts(day, person["busy"], reader)
    unknown = _parts(day, person["unknown"], reader)
    words = [f"busy {begin}{TO}{end}" for _, _, begin, end in busy]
    words += [f"not known {begin}{TO}{end}" for _, _, begin, end in unknown]
    return {
        "off": _drawn(_parts(day, _off(day, person, member), reader)),
        "busy": _drawn(busy),
        "unknown": _drawn(unknown),
        "words": ", ".join(words) or "free",
    }


def _off(day: dt.date, person: Mapping[str, Any], member: Member) -> list[dict[str, str]]:
    """What of the member's day is outside the person's working hours, where those are known."""
    works = person["working_hours"]
    if not works:
        return []
    begin, _ = day_span(day, zone=member.zone)
    end, _ = day_span(day + dt.timedelta(days=1), zone=member.zone)
    whole = TimeSpan(begin, end)
    start, finish = (60 * (int(works[edge][:2]) * 60 + int(works[edge][3:])) for edge in _EDGES)
    hours = WorkingHours(ZoneInfo(works["time_zone"]), works["days"], start, finish)
    return [
        {
            "start": dt.datetime.fromtimestamp(each.start, dt.UTC).isoformat(),
            "end": dt.datetime.fromtimestamp(each.end, dt.UTC).isoformat(),
        }
        for each in without(whole, working_spans(hours, whole))
    ]


def _parts(
    day: dt.date, spans: Sequence[Mapping[str, str]], reader: Reader
) -> list[tuple[int, int, str, str]]:
    """What of the spans is on the day: from and to minute of its wall clock, and the clock."""
    begin = dt.datetime.combine(day, dt.time(), reader.zone)
    finish = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), reader.zone)
    found = []
    for span in spans:
        start, end = (
            dt.datetime.fromisoformat(span[edge]).astimezone(reader.zone) for edge in _EDGES
        )
        start, end = max(start, begin), min(end, finish)
        if start < end:
            last = 24 * 60 if end == finish else end.hour * 60 + end.minute
            clock = "midnight" if end == finish else reader.clock(end)
            found.append((start.hour * 60 + start.minute, last, reader.clock(start), clock))
    return found


def _drawn(parts: Sequence[tuple[int, int, str, str]]) -> list[dict[str, int]]:
    clipped = [
        (max(begin, FIRST_MINUTE) - FIRST_MINUTE, min(end, LAST_MINUTE) - FIRST_MINUTE)
        for begin, end, _, _ in parts
    ]
    return [{"x": begin, "width": end - begin} for begin, end in clipped if begin < end]
