"""When colleagues are busy, beside the member's own days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calendars.commands.calendars import want_span
from calendars.queries.access import colleagues_by_name
from calendars.queries.people import busy_people, display_name
from calendars.queries.spans import asked_span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from accounts.models import Member

_TINTS: Final = ("tint-8", "tint-22", "tint-17", "tint-5", "tint-14", "tint-23")
_MOST_DAYS: Final = 40


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody in the side bar. ``lane`` counts those who are shown, from 1."""

    username: str
    name: str
    shown: bool
    tint: str
    lane: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """When one colleague is busy, and when that is not known: instants, half-open."""

    person: Colleague
    busy: Sequence[tuple[int, int]]
    unknown: Sequence[tuple[int, int]]


def people_of(member: Member) -> list[Colleague]:
    """The member's colleagues by name, with those marked whom the member has chosen to see."""
    found = []
    lane = 0
    for person in colleagues_by_name(member):
        shown = person.username in member.shown_people
        lane += shown
        tint = _TINTS[(lane - 1) % len(_TINTS)] if shown else ""
        found.append(Colleague(person.username, display_name(person), shown, tint, lane))
    return found


def overlays_of(
    people: Sequence[Colleague],
    *,
    member: Member,
    time_min: dt.datetime,
    time_max: dt.datetime,
    now: dt.datetime,
) -> list[Overlay]:
    """Of those who are shown. What is not cached of them is wished for."""
    shown = {person.username: person for person in people if person.shown}
    if not shown:
        return []
    span = asked_span(time_min=time_min, time_max=time_max, most_days=_MOST_DAYS)
    told = busy_people(member=member, names=list(shown), span=span, now=now)
    uncovered = [calendar for each in told for calendar in each.uncovered]
    want_span(calendars=uncovered, time_min=time_min, time_max=time_max, now=now)
    return [
        Overlay(
            shown[each.name],
            busy=[(part.start, part.end) for part in each.busy],
            unknown=[(part.start, part.end) for part in each.unknown],
        )
        for each in told
    ]
