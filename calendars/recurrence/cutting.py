"""A series cut in two at one of its slots. Pure.

google-calendar-api.md section 6.5: the head ends before the slot, the tail is a series of its own.
Together they have exactly the occurrences of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from calendars import event_resource
from calendars.event_resource import compact_utc, span_of
from calendars.recurrence.ending import ends_at
from calendars.recurrence.expansion import DEFAULT_BUDGET, Series, expand
from calendars.recurrence.lines import parse_line
from calendars.recurrence.rule import RecurrenceError, ending
from calendars.recurrence.slots import next_starts, occurrence_at
from calendars.recurrence.walls import walls
from calendars.zones import DAY, EPOCH_DAY, FIRST_DAY, LAST_DAY, LAST_INSTANT, instant_of, wall_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from calendars.recurrence.lines import Line
    from calendars.recurrence.rule import Rule

_COMPARED: Final = 60
"""How many occurrences of a tail are compared with those of the whole."""
_MOST_IN_A_FEW_DAYS: Final = 100
_YEARS_AHEAD: Final = 30 * 366 * DAY


@dataclass(frozen=True, slots=True)
class Cut:
    """``head`` are the series' lines from now on; ``tail`` those of the new series, empty where
    only one occurrence is left; ``start`` the tail's slot, epoch seconds or YYYY-MM-DD."""

    head: list[str]
    tail: list[str]
    start: int | str


def cut(master: Mapping[str, Any], *, slot: int | str, calendar_zone: str) -> Cut:
    """Divide a series so that its tail begins with the occurrence at ``slot``, not its first one.

    COUNT becomes UNTIL in the head and what is left of it in the tail; dates go to their side. The
    tail starts at ``slot``, unless the rule would not go on from there as it did: from an RDATE
    out of step, or from a time that a change of clocks put off. Then it starts at one of the rule's
    next slots, with the earlier ones as dates. Raises RecurrenceError where rules that are mixed
    cannot be divided.
    """
    knife = _Knife.of(master, slot=slot, calendar_zone=calendar_zone)
    head = knife.head()
    for start in knife.starts():
        tail = [text for line in knife.lines for text in knife.after(line, start)]
        tail += knife.dates_between(start)
        if knife.is_same_from_there(tail, start):
            return Cut(head, tail, knife.series.original_start(start))
    raise RecurrenceError(
        "recurrence_combination", "The rules of this series cannot be divided at this occurrence."
    )


def cut_between(
    whole: Mapping[str, Any], head: Mapping[str, Any], *, calendar_zone: str
) -> int | str | None:
    """The slot at which a series was cut, so that ``head`` is left of it; None for no such slot."""
    near = _near_end(head, calendar_zone)
    if near is None:
        return None
    later = next_starts(whole, after=near, calendar_zone=calendar_zone, limit=_MOST_IN_A_FEW_DAYS)
    return next((slot for slot in later if not _has(head, slot, calendar_zone)), None)


def has_tail(
    series: Mapping[str, Any], *, of: Mapping[str, Any], cut: int | str, calendar_zone: str
) -> bool:
    """Whether a series goes on from ``cut`` at least as far as another one does."""
    if not _has(series, cut, calendar_zone):
        return False
    near = _near_end(of, calendar_zone)
    if near is None:
        return ends_at(series, calendar_zone=calendar_zone) is None
    last = next_starts(of, after=near, calendar_zone=calendar_zone, limit=_MOST_IN_A_FEW_DAYS)
    return all(_has(series, slot, calendar_zone) for slot in last[-1:])


def _near_end(series: Mapping[str, Any], calendar_zone: str) -> int | None:
    """An epoch second a few days before a series ends, for ``ends_at`` may be two days late."""
    over = ends_at(series, calendar_zone=calendar_zone)
    span = span_of(series, calendar_zone=calendar_zone)
    return None if over is None or span is None else over - (span.end - span.start) - 4 * DAY


def _has(series: Mapping[str, Any], slot: int | str, calendar_zone: str) -> bool:
    return occurrence_at(series, slot=slot, calendar_zone=calendar_zone) is not None


def has_earlier(
    master: Mapping[str, Any],
    *,
    slot: int | str,
    calendar_zone: str,
    cancelled: Sequence[int | str] = (),
) -> bool:
    """Whether something of the series happens before ``slot``, the cancelled slots left out."""
    end = _instant(slot, calendar_zone)
    found = expand(
        master,
        window_start=-LAST_INSTANT,
        window_end=end,
        calendar_zone=calendar_zone,
        exceptions_at=cancelled,
    )
    return any(is_before(each.original_start, slot) for each in found)


def is_before(one: int | str, other: int | str) -> bool:
    """Whether one slot of a series is before another."""
    return str(one) < str(other) if isinstance(other, str) else int(one) < other


def _instant(slot: int | str, calendar_zone: str) -> int:
    if isinstance(slot, int):
        return slot
    zone = event_resource.zone_or_utc(calendar_zone)
    return instant_of(date.fromisoformat(slot).toordinal(), 0, zone)


@dataclass(frozen=True, slots=True)
class _Knife:
    master: Mapping[str, Any]
    series: Series
    lines: tuple[Line, ...]
    at: int
    """The cut, as ``Series`` counts slots."""
    calendar_zone: str

    @classmethod
    def of(cls, master: Mapping[str, Any], *, slot: int | str, calendar_zone: str) -> _Knife:
        span = span_of(master, calendar_zone=calendar_zone)
        if span is None:
            raise RecurrenceError("recurrence_start", "This series has no usable start.")
        series = Series.of(master, span=span, calendar_zone=calendar_zone)
        at = slot if isinstance(slot, int) else date.fromisoformat(slot).toordinal()
        lines = tuple(parse_line(text) for text in master["recurrence"])
        return cls(master, series, lines, at, calendar_zone)

    def head(self) -> list[str]:
        """The lines of the head, which says in so many words whether it has its start: Google lists
        that beside any rule, and refuses exclusions without one."""
        kept = [text for line in self.lines for text in self.before(line)]
        if self._begins_later():
            return [*kept, self._date_line("EXDATE", self.series.slot)]
        adds = any(text.startswith(("RRULE", "RDATE")) for text in kept)
        return kept if adds else [self._date_line("RDATE", self.series.slot), *kept]

    def _begins_later(self) -> bool:
        """Whether the start itself goes to the tail: only added dates come before it."""
        return self.at <= self.series.slot

    def before(self, line: Line) -> Iterator[str]:
        """A line as the head keeps it, if it does."""
        if line.dates is not None:
            yield from self._dates(line, lambda found: found is None or found < self.at)
        elif line.name == "RRULE" and self._begins_later():
            return
        elif line.name == "EXRULE" or self._ended(line.rule):
            yield f"{line.name}:{line.value}"
        else:
            yield f"{line.name}:{ending(line.value, until=self._until())}"

    def after(self, line: Line, start: int) -> Iterator[str]:
        """A line as the tail that starts there has it, if it does."""
        if line.dates is not None:
            own = start if line.name == "RDATE" else None
            yield from self._dates(line, lambda s: s is not None and s >= self.at and s != own)
        elif line.rule is not None and (rest := self._rest(line.rule, start)) is not None:
            counted = line.rule.count is not None
            yield f"{line.name}:{ending(line.value, count=rest) if counted else line.value}"

    def starts(self) -> Iterator[int]:
        """Where the tail may start: at the cut, else where a rule goes on."""
        yield self.at
        for line in self.lines:
            if line.rule is not None and line.name == "RRULE":
                yield from islice(self._slots_from(line.rule), 3)

    def dates_between(self, start: int) -> Iterator[str]:
        """What happens from the cut to the tail's start, where no date says so already."""
        if start != self.at:
            between = self._expanded(self.at, start)
            yield from (self._date_line("RDATE", s) for s in between if not self._is_dated(s))

    def is_same_from_there(self, tail: list[str], start: int) -> bool:
        """Whether the tail has the occurrences that the whole series has from the cut on."""
        slot = self.series.original_start(start)
        times = times_at(self.master, slot=slot, calendar_zone=self.calendar_zone)
        moved = {**self.master, **times, "recurrence": tail}
        wanted = self._expanded(self.at, None)[:_COMPARED]
        return wanted == self._expanded(self.at, None, of=moved)[:_COMPARED]

    def _expanded(
        self, first: int, end: int | None, *, of: Mapping[str, Any] | None = None
    ) -> list[int]:
        """Slots from ``first`` to before ``end``, or as many as are compared."""
        begin = self._instant(first)
        found = expand(
            of or self.master,
            window_start=begin,
            window_end=min(begin + _YEARS_AHEAD, LAST_INSTANT)
            if end is None
            else self._instant(end),
            calendar_zone=self.calendar_zone,
            limit=_COMPARED + 20,
        )
        slots = (self._slot(each.original_start) for each in found)
        return [slot for slot in slots if slot >= first and (end is None or slot < end)]

    def _slot(self, original: int | str) -> int:
        return original if isinstance(original, int) else date.fromisoformat(original).toordinal()

    def _instant(self, slot: int) -> int:
        return _instant(self.series.original_start(slot), self.calendar_zone)

    def _until(self) -> str:
        """The end of the day before as Google's own client has it, unless the series happens
        earlier on the day of the cut."""
        if self.series.all_day:
            return date.fromordinal(self.at - 1).strftime("%Y%m%d")
        day, _ = wall_of(self.at, self.series.zone)
        midnight = instant_of(day, 0, self.series.zone)
        return compact_utc((self.at if self._expanded(midnight, self.at) else midnight) - 1)

    def _ended(self, rule: Rule | None) -> bool:
        if rule is None:
            return False
        if rule.count is not None:
            return self._done(rule, self.at) >= rule.count
        return rule.until is not None and self.series.last_slot(rule.until) < self.at

    def _done(self, rule: Rule, before: int) -> int:
        return sum(1 for slot in self._own_slots(rule, FIRST_DAY) if slot < before)

    def _rest(self, rule: Rule, start: int) -> int | None:
        """What is left of a rule's COUNT at ``start`` (0 without one); None when it is over."""
        if self._ended(rule):
            return None
        if rule.count is None:
            return 0 if next(self._slots_from(rule), None) is not None else None
        done = self._done(rule, start)
        return rule.count - done if done < rule.count else None

    def _slots_from(self, rule: Rule) -> Iterator[int]:
        day = self.at if self.series.all_day else self.at // DAY + EPOCH_DAY
        last = None if rule.until is None else self.series.last_slot(rule.until)
        for slot in self._own_slots(rule, max(day - 2, FIRST_DAY)):
            if last is not None and slot > last:
                return
            if slot >= self.at:
                yield slot

    def _own_slots(self, rule: Rule, first_day: int) -> Iterator[int]:
        if self.series.all_day:
            rule = replace(rule, hours=(), minutes=(), seconds=())
        found = walls(
            rule,
            start=self.series.start,
            first_day=first_day,
            last_day=LAST_DAY,
            budget=DEFAULT_BUDGET,
        )
        return self.series.slots_of(found)

    def _dates(self, line: Line, wanted: Any) -> Iterator[str]:
        if line.dates is None:
            return
        zone = event_resource.zone_or_utc(line.dates.zone) if line.dates.zone else self.series.zone
        kept = [
            item.strip()
            for item, value in zip(line.value.split(","), line.dates.values, strict=True)
            if wanted(self.series.slot_of(value, zone))
        ]
        if kept:
            yield f"{line.head}:{','.join(kept)}"

    def _is_dated(self, slot: int) -> bool:
        return any(
            line.name == "RDATE" and any(self._dates(line, lambda found: found == slot))
            for line in self.lines
        )

    def _date_line(self, name: str, slot: int) -> str:
        if self.series.all_day:
            return f"{name};VALUE=DATE:{date.fromordinal(slot).strftime('%Y%m%d')}"
        return f"{name}:{compact_utc(slot)}"


def times_at(master: Mapping[str, Any], *, slot: int | str, calendar_zone: str) -> dict[str, Any]:
    """``start`` and ``end`` of a series that begins at ``slot`` and is as long as ``master``.

    Times are printed with the offset of ``calendar_zone``, the series' own ``timeZone`` beside it.
    """
    if isinstance(slot, str):
        first, last = (date.fromisoformat(master[name]["date"]) for name in ("start", "end"))
        end = date.fromisoformat(slot) + max(last - first, date.resolution)
        return {"start": {"date": slot}, "end": {"date": end.isoformat()}}
    span = span_of(master, calendar_zone=calendar_zone)
    length = span.end - span.start if span is not None else 0
    moments = {"start": slot, "end": slot + length}
    return {
        name: {**master[name], "dateTime": event_resource.render_moment(instant, calendar_zone)}
        for name, instant in moments.items()
    }
