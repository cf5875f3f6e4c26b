"""Sets of half-open spans of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From ``start`` to before ``end``, in UTC epoch seconds."""

    start: int
    end: int


def merged(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """The same time as spans that neither touch nor overlap, in order; empty ones fall away."""
    result: list[TimeSpan] = []
    for span in sorted(spans, key=lambda each: each.start):
        if span.end <= span.start:
            continue
        if result and span.start <= result[-1].end:
            result[-1] = TimeSpan(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def without(span: TimeSpan, taken: Sequence[TimeSpan]) -> list[TimeSpan]:
    """What is left of a span; ``taken`` is merged."""
    left, begin = [], span.start
    for each in taken:
        left.append(TimeSpan(begin, min(each.start, span.end)))
        begin = max(begin, each.end)
    left.append(TimeSpan(begin, span.end))
    return [each for each in left if each.end > each.start]


def without_all(spans: Iterable[TimeSpan], taken: Sequence[TimeSpan]) -> list[TimeSpan]:
    """What is left of several spans."""
    return [left for span in spans for left in without(span, taken)]


def clipped(spans: Iterable[TimeSpan], to: TimeSpan) -> list[TimeSpan]:
    """The parts of the spans that lie in another one."""
    parts = (TimeSpan(max(each.start, to.start), min(each.end, to.end)) for each in spans)
    return [part for part in parts if part.end > part.start]


def common(one: Sequence[TimeSpan], other: Sequence[TimeSpan]) -> list[TimeSpan]:
    """The time that is in both; each of them is merged."""
    found: list[TimeSpan] = []
    rest, others = list(reversed(one)), list(reversed(other))
    while rest and others:
        a, b = rest[-1], others[-1]
        if min(a.end, b.end) > max(a.start, b.start):
            found.append(TimeSpan(max(a.start, b.start), min(a.end, b.end)))
        (rest if a.end <= b.end else others).pop()
    return found
