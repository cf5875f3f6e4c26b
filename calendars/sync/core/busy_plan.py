"""Which questions about busy time one cycle asks Google. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ADDRESSES = 50
"""Google answers for as many calendars at once (calendarExpansionMax)."""
_DAY = 86_400
LONGEST_SECONDS = 85 * 86_400
"""Google refuses a span of more than about 90 days as a whole (trap 41)."""


@dataclass(frozen=True, slots=True)
class BusyWish:
    """Somebody wants to know when this address is busy; epoch seconds."""

    address: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BusyQuestion:
    """One request: at most MOST_ADDRESSES, over at most LONGEST_SECONDS."""

    addresses: tuple[str, ...]
    start: int
    end: int


def askable(start: int, end: int) -> tuple[int, int]:
    """A span as Google can be asked about it: whole days of UTC, so that questions about nearly
    the same time are the same question, and not longer than allowed."""
    begin = start // _DAY * _DAY
    return begin, min(-(-end // _DAY) * _DAY, begin + LONGEST_SECONDS)


def plan_questions(wishes: Iterable[BusyWish]) -> list[BusyQuestion]:
    """As few requests as possible: those who were asked about together are asked together.

    A wish for more than Google tells at once is cut: the rest stays unknown.
    """
    by_span: dict[tuple[int, int], list[str]] = {}
    for wish in wishes:
        end = min(wish.end, wish.start + LONGEST_SECONDS)
        by_span.setdefault((wish.start, end), []).append(wish.address)
    return [
        BusyQuestion(tuple(addresses[first : first + MOST_ADDRESSES]), start, end)
        for (start, end), addresses in by_span.items()
        for first in range(0, len(addresses), MOST_ADDRESSES)
    ]
