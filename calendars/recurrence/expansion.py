"""A series and a window in, its occurrences out. Pure.

RFC 5545 as Google does it (google-calendar-api.md section 14): rules run on wall times of the
series' own zone, RDATE and EXDATE are sets beside them, an occurrence keeps the exact length of the
series, and the start is listed and not counted where it does not match the rule.

Reading is tolerant: a line that cannot be read is as if absent. ``validation`` is strict and
serves input of members and programs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from calendars.event_resource import (
    Resource,
    Span,
    all_day_span,
    is_cancelled,
    original_start,
    span_of,
    zone_or_utc,
)
from calendars.recurrence.lines import DateList, Line, read_lines
from calendars.recurrence.walls import Wall, walls
from calendars.zones import (
    DAY,
    EPOCH_DAY,
    FIRST_DAY,
    FIRST_INSTANT,
    LAST_DAY,
    LAST_INSTANT,
    day_offsets,
    find_zone,
    instant_of,
    wall_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from zoneinfo import ZoneInfo

    from calendars.recurrence.rule import Rule

DEFAULT_BUDGET: Final = 100_000
"""Enough for a rule of weekdays with COUNT that is 90 years old; about a tenth of a second."""


class Occurrence(NamedTuple):
    """One happening of a series, or the only one of a single event."""

    original_start: int | str
    """The slot in the series: UTC epoch seconds, or YYYY-MM-DD for all-day."""
    span: Span


def expand(
    resource: Resource,
    *,
    window_start: int,
    window_end: int,
    calendar_zone: str,
    limit: int = 10_000,
    exceptions_at: Collection[int | str] = (),
    budget: int = DEFAULT_BUDGET,
) -> list[Occurrence]:
    """The occurrences that overlap the half-open window, ascending, the first ``limit`` of them.

    Listed when start < window_end and end > window_start; one without length when it starts in the
    window. Slots in ``exceptions_at`` are left out, since exceptions stand for themselves. All-day
    series are placed at the midnights of ``calendar_zone``, which is also the zone of a series that
    names none. A resource without ``recurrence`` has its one occurrence; a cancelled one or one
    without a usable start has none.

    Never raises for what a resource holds. ``budget`` bounds the work (see ``walls``); a hostile
    rule that uses it up gives what was found until then.
    """
    span = None if is_cancelled(resource) else span_of(resource, calendar_zone=calendar_zone)
    if span is None or window_end <= window_start or limit < 1:
        return []
    lines = lines_of(resource)
    if not lines:
        slot = original_start(resource, calendar_zone=calendar_zone)
        only = Occurrence(span.start_date or span.start if slot is None else slot, span)
        return [only] if _overlaps(span, window_start, window_end) else []
    series = Series.of(resource, span=span, calendar_zone=calendar_zone)
    first_day = window_start // DAY + EPOCH_DAY - 2 - -(-(span.end - span.start) // DAY)
    slots = _slots(
        series,
        lines,
        first_day=max(first_day, FIRST_DAY),
        last_day=min(window_end // DAY + EPOCH_DAY + 2, LAST_DAY),
        budget=budget,
    )
    wanted = series.slots_in(slots, window_start=window_start, window_end=window_end)
    if exceptions_at:
        wanted = [slot for slot in wanted if series.original_start(slot) not in exceptions_at]
    return [series.occurrence(slot) for slot in wanted[:limit]]


def lines_of(resource: Resource) -> tuple[Line, ...] | None:
    """The recurrence lines that can be read; None for what is no series, whatever its lines."""
    texts = resource.get("recurrence")
    if not isinstance(texts, list | tuple) or not texts or resource.get("recurringEventId"):
        return None
    return read_lines(tuple(text for text in texts if isinstance(text, str)))


def _overlaps(span: Span, window_start: int, window_end: int) -> bool:
    if span.start >= window_end:
        return False
    return span.end > window_start or span.start == span.end == window_start


@dataclass(frozen=True, slots=True)
class Series:
    """What expansion needs of a master. A *slot* is an instant, or the day of an all-day series."""

    all_day: bool
    start: Wall
    slot: int
    length: int
    """In seconds, or in days for all-day."""
    zone: ZoneInfo
    calendar_zone: ZoneInfo

    @classmethod
    def of(cls, resource: Resource, *, span: Span, calendar_zone: str) -> Series:
        placed = zone_or_utc(calendar_zone)
        if span.start_date is not None and span.end_date is not None:
            first, end = (
                date.fromisoformat(d).toordinal() for d in (span.start_date, span.end_date)
            )
            return cls(True, (first, 0), first, end - first, placed, placed)
        name = resource["start"].get("timeZone")
        zone = (find_zone(name) if isinstance(name, str) else None) or placed
        return cls(
            False, wall_of(span.start, zone), span.start, span.end - span.start, zone, placed
        )

    def slot_of(self, text: str, zone: ZoneInfo) -> int | None:
        """The slot that an RDATE or EXDATE value names; None for a value of the other kind."""
        if self.all_day:
            return date.fromisoformat(text).toordinal() if len(text) == len("20310327") else None
        return None if len(text) == len("20310327") else _instant(text, zone)

    def last_slot(self, until: str) -> int:
        """The last slot that an UNTIL allows. Other kinds of value than RFC 5545 asks for occur:
        an all-day series takes the date of a time, a timed one the whole of a date."""
        day = date.fromisoformat(until[:8]).toordinal()
        if self.all_day:
            return day
        if len(until) > len("20310327"):
            return min(max(_instant(until, self.zone), FIRST_INSTANT), LAST_INSTANT)
        return _instant_within(day + 1, 0, self.zone) - 1

    def last_day(self, until: str) -> date:
        """The last day, in the zone of the series, whose occurrence an UNTIL allows."""
        last = self.last_slot(until)
        if self.all_day:
            return date.fromordinal(last)
        day, _ = wall_of(last, self.zone)
        too_late = _instant_within(day, self.start[1], self.zone) > last
        return date.fromordinal(max(day - too_late, FIRST_DAY))

    def slots_of(self, found: Iterator[Wall]) -> Iterator[int]:
        """The slots of wall times. The start is the instant that the resource says, which in a
        repeated hour may be the second of the two."""
        if self.all_day:
            yield from (day for day, _ in found)
            return
        offsets = day_offsets(self.zone)
        for day, second in found:
            offset = offsets[day]
            if offset is not None:
                yield (day - EPOCH_DAY) * DAY + second - offset
            elif (day, second) == self.start:
                yield self.slot
            else:
                yield instant_of(day, second, self.zone)

    def slots_in(self, slots: set[int], *, window_start: int, window_end: int) -> list[int]:
        """Those slots, ascending, whose occurrence overlaps the window and can be told in dates."""
        if self.all_day:
            return [
                slot
                for slot in sorted(slots)
                if FIRST_DAY <= slot <= LAST_DAY - self.length
                and _overlaps(self.occurrence(slot).span, window_start, window_end)
            ]
        lowest = max(window_start - self.length + (self.length > 0), FIRST_INSTANT)
        highest = min(window_end - 1, LAST_INSTANT - self.length)
        return [slot for slot in sorted(slots) if lowest <= slot <= highest]

    def original_start(self, slot: int) -> int | str:
        """The slot in the form of ``Occurrence.original_start``."""
        return date.fromordinal(slot).isoformat() if self.all_day else slot

    def occurrence(self, slot: int) -> Occurrence:
        """What happens at ``slot``."""
        if self.all_day:
            span = all_day_span(slot, slot + self.length, zone=self.calendar_zone)
            return Occurrence(self.original_start(slot), span)
        return Occurrence(slot, Span(slot, slot + self.length, None, None))


def _instant(text: str, zone: ZoneInfo) -> int:
    """The instant of YYYYMMDDTHHMMSS, a wall time of ``zone`` unless it ends in Z."""
    wall = datetime.fromisoformat(text.rstrip("Z"))
    second = wall.hour * 3600 + wall.minute * 60 + wall.second
    if text.endswith("Z"):
        return (wall.toordinal() - EPOCH_DAY) * DAY + second
    return _instant_within(wall.toordinal(), second, zone)


def _instant_within(day: int, second: int, zone: ZoneInfo) -> int:
    return instant_of(min(max(day, FIRST_DAY), LAST_DAY), second, zone)


def _slots(
    series: Series, lines: tuple[Line, ...], *, first_day: int, last_day: int, budget: int
) -> set[int]:
    """Every slot of the series on those days, and perhaps some outside them."""
    share = budget // max(1, sum(line.rule is not None for line in lines))
    slots = {series.slot} if _lists_its_start(series, lines) else set()
    excluded: set[int] = set()
    for line in lines:
        found = excluded if line.name.startswith("EX") else slots
        if line.dates is not None:
            found |= _dated_slots(series, line.dates)
        if line.rule is not None:
            found |= _rule_slots(
                series, line.rule, first_day=first_day, last_day=last_day, budget=share
            )
    return slots - excluded


def _lists_its_start(series: Series, lines: tuple[Line, ...]) -> bool:
    """A start that matches no rule is listed all the same, unless every rule ended before it.

    RFC 5545 leaves that open and programs differ. Google makes such series itself, when one is cut
    before its first occurrence, and does not show them (sabre-io/vobject#371).
    """
    untils = [line.rule.until for line in lines if line.rule and line.name == "RRULE"]
    ended = [until is not None and series.last_slot(until) < series.slot for until in untils]
    return not (ended and all(ended))


def _dated_slots(series: Series, dates: DateList) -> set[int]:
    zone = (find_zone(dates.zone) if dates.zone else None) or series.zone
    slots = (series.slot_of(value, zone) for value in dates.values)
    return {slot for slot in slots if slot is not None}


def _rule_slots(
    series: Series, rule: Rule, *, first_day: int, last_day: int, budget: int
) -> set[int]:
    last_slot = None
    if rule.until is not None:
        last_slot = series.last_slot(rule.until)
        last_day = min(last_day, date.fromisoformat(rule.until[:8]).toordinal() + 1)
    if series.all_day:
        rule = replace(rule, hours=(), minutes=(), seconds=())
    found = walls(rule, start=series.start, first_day=first_day, last_day=last_day, budget=budget)
    slots = set(series.slots_of(found))
    return slots if last_slot is None else {slot for slot in slots if slot <= last_slot}
