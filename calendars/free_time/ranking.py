"""Finding a time for several people: the slots there are, best first, each with its reasons.

A slot never overlaps what a required person is known to be busy with. Where it is not known
whether a person is free, the slot says so and ranks below every slot in which all is known.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING

from calendars.free_time.hours import working_spans
from calendars.free_time.spans import TimeSpan, common, merged, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from calendars.free_time.hours import WorkingHours

STEP = 15 * 60
"""Slots begin at quarters of an hour."""
EDGE = 30 * 60
"""A slot this near to the begin or end of somebody's working day is at its edge."""


class HoursRule(StrEnum):
    """What working hours are to the required people; to optional ones they are a preference."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    IGNORED = "ignored"


class Why(StrEnum):
    """The reasons of a rank."""

    EVERYONE_FREE = "everyone_free"
    REQUIRED_FREE = "required_free"
    UNKNOWN = "unknown"
    OUTSIDE_HOURS = "outside_hours"
    OPTIONAL_BUSY = "optional_busy"
    OPTIONAL_UNKNOWN = "optional_unknown"
    EDGE_OF_HOURS = "edge_of_hours"
    EARLIEST = "earliest"


@dataclass(frozen=True, slots=True)
class Participant:
    """``busy`` and ``unknown`` are merged; ``hours`` None where they are not known."""

    name: str
    required: bool
    busy: Sequence[TimeSpan]
    unknown: Sequence[TimeSpan]
    hours: WorkingHours | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A meeting of ``length`` seconds within ``span``, with that much time free around it.

    ``on_grid`` is an instant from which quarters of an hour are counted.
    """

    span: TimeSpan
    length: int
    before: int = 0
    after: int = 0
    hours: HoursRule = HoursRule.REQUIRED
    on_grid: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Reason:
    why: Why
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    span: TimeSpan
    reasons: tuple[Reason, ...]

    @property
    def unknown(self) -> list[str]:
        """Those of whom it is not known whether they are free."""
        about = (Why.UNKNOWN, Why.OPTIONAL_UNKNOWN)
        return [name for reason in self.reasons if reason.why in about for name in reason.people]


def ranked_slots(participants: Sequence[Participant], wish: Wish) -> list[Slot]:
    """At most ``wish.limit`` slots that do not overlap, best first.

    Better is, in this order: fewer required people of whom it is not known whether they are free;
    fewer of them outside their hours, and not so far; fewer optional people busy; fewer of those
    unknown or outside their hours; fewer working days touched at the edge; earlier.
    """
    days = [_Day(each, wish) for each in participants]
    starts = list(_starts(days, wish))
    graded = sorted((_grade(start, days), start) for start in starts)
    chosen: list[int] = []
    for _, start in graded:
        if len(chosen) == wish.limit:
            break
        if all(abs(start - other) >= wish.length for other in chosen):
            chosen.append(start)
    return [_slot(start, days, wish, earliest=starts[0]) for start in chosen]


def common_hours(participants: Sequence[Participant], span: TimeSpan) -> list[TimeSpan]:
    """When the required people whose hours are known all work."""
    hours = [each.hours for each in participants if each.required and each.hours]
    return reduce(common, (working_spans(each, span) for each in hours), [span])


class _Spans:
    """Merged spans, asked again and again whether they touch a slot."""

    def __init__(self, spans: Sequence[TimeSpan]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]

    def last_before(self, end: int) -> TimeSpan | None:
        """The last span that starts before ``end``."""
        index = bisect_right(self._starts, end - 1)
        return self._spans[index - 1] if index else None

    def touches(self, start: int, end: int) -> bool:
        last = self.last_before(end)
        return last is not None and last.end > start

    def overhang(self, start: int, end: int) -> int:
        """By how many seconds a slot reaches out of the span that it is nearest to."""
        index = bisect_right(self._starts, start)
        near = self._spans[max(index - 1, 0) : index + 1]
        return min((max(span.start - start, end - span.end, 0) for span in near), default=0)


@dataclass(slots=True)
class _Day:
    """A participant, prepared for many questions about slots."""

    who: Participant
    wish: Wish
    busy: _Spans = field(init=False)
    unknown: _Spans = field(init=False)
    hours: _Spans | None = field(init=False)

    def __post_init__(self) -> None:
        self.busy = _Spans(self.who.busy)
        self.unknown = _Spans(self.who.unknown)
        known = self.who.hours is not None and self.wish.hours is not HoursRule.IGNORED
        self.hours = _Spans(self._working()) if known else None

    def _working(self) -> list[TimeSpan]:
        assert self.who.hours is not None  # noqa: S101 - for the type checker
        span = self.wish.span
        wide = TimeSpan(span.start - 2 * 86_400, span.end + 2 * 86_400)  # whole days at the ends
        return working_spans(self.who.hours, wide)

    def grade(self, start: int) -> Why | None:
        """What a slot that begins there lacks for this person; None if nothing."""
        begin, end = start - self.wish.before, start + self.wish.length + self.wish.after
        if self.busy.touches(begin, end):
            return Why.OPTIONAL_BUSY  # a required person never is: see _starts
        if self.unknown.touches(begin, end):
            return Why.UNKNOWN if self.who.required else Why.OPTIONAL_UNKNOWN
        if self.hours is None:
            return None
        return self._grade_of_hours(self.hours, start)

    def hours_off(self, start: int) -> int:
        """How far a slot that begins there reaches out of this person's hours, in whole hours."""
        if self.hours is None:
            return 0
        return -(-self.hours.overhang(start, start + self.wish.length) // 3600)

    def _grade_of_hours(self, hours: _Spans, start: int) -> Why | None:
        end = start + self.wish.length
        day = hours.last_before(start + 1)
        if day is None or day.end < end:
            return Why.OUTSIDE_HOURS
        near = start - day.start < EDGE or day.end - end < EDGE
        return Why.EDGE_OF_HOURS if near and self.who.required else None


def _starts(days: Sequence[_Day], wish: Wish) -> Iterator[int]:
    """Where a slot can begin, in order, whatever it is worth."""
    required = [day.who for day in days if day.who.required]
    wide = TimeSpan(wish.span.start - wish.before, wish.span.end + wish.after)
    free = without(wide, merged(span for who in required for span in who.busy))
    rooms = [TimeSpan(each.start + wish.before, each.end - wish.after) for each in free]
    rooms = [room for room in rooms if room.end > room.start]
    if wish.hours is HoursRule.REQUIRED:
        rooms = common(rooms, common_hours(required, wish.span))
    for room in rooms:
        first = room.start + (wish.on_grid - room.start) % STEP
        yield from range(first, room.end - wish.length + 1, STEP)


def _grade(start: int, days: Sequence[_Day]) -> tuple[int, ...]:
    unknown = outside = far = optional_busy = optional_other = edges = 0
    for day in days:
        match day.grade(start):
            case Why.UNKNOWN:
                unknown += 1
            case Why.OUTSIDE_HOURS if day.who.required:
                outside += 1
                far += day.hours_off(start)
            case Why.OPTIONAL_BUSY:
                optional_busy += 1
            case Why.OPTIONAL_UNKNOWN | Why.OUTSIDE_HOURS:
                optional_other += 1
            case Why.EDGE_OF_HOURS:
                edges += 1
    return unknown, outside, far, optional_busy, optional_other, edges


def _slot(start: int, days: Sequence[_Day], wish: Wish, *, earliest: int) -> Slot:
    lacking: dict[Why, list[str]] = {}
    for day in days:
        if (why := day.grade(start)) is not None:
            lacking.setdefault(why, []).append(day.who.name)
    reasons = [Reason(why, tuple(lacking[why])) for why in Why if why in lacking]
    if not lacking.keys() & {Why.UNKNOWN, Why.OPTIONAL_BUSY, Why.OPTIONAL_UNKNOWN}:
        reasons.insert(0, Reason(Why.EVERYONE_FREE))
    elif Why.UNKNOWN not in lacking:
        reasons.insert(0, Reason(Why.REQUIRED_FREE))
    if start == earliest:
        reasons.append(Reason(Why.EARLIEST))
    return Slot(TimeSpan(start, start + wish.length), tuple(reasons))
