"""A change of a whole series leaves what is over as it was.

Google re-anchors a series whose time or rule changes: what happened at the old times disappears
(trap 20 of google-calendar-api.md). Here a change that would alter what is over begins with the
next occurrence instead, as a split does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calendars import event_resource, recurrence
from calendars.commands import recurring, remade, splitting, tails
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.values import TIME_FIELDS
from calendars.zones import DAY, FIRST_INSTANT, LAST_INSTANT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from calendars.commands.recurring import Subject
    from calendars.commands.splitting import Part
    from calendars.event_resource import Resource
    from calendars.recurrence import Occurrence

PAST_STAYS = "What is over stays as it was: the change begins with {day}."
_YEAR = 366 * DAY
_REACHES = (_YEAR, 12 * _YEAR, 100 * _YEAR)
_ENOUGH = 1_500


@dataclass(frozen=True, slots=True)
class FromNowOn:
    """``part`` is what is still to come, ``tail`` what becomes of it (None: nothing), ``also`` what
    changes of the rest as well."""

    part: Part
    tail: dict[str, Any] | None
    also: dict[str, Any]
    note: str


def from_now_on(
    subject: Subject,
    payload: Mapping[str, Any],
    base: Mapping[str, Any],
    *,
    new_rule: bool,
    now: dt.datetime,
) -> FromNowOn | None:
    """The change of a series with its past left alone; None where no past would change, or nothing
    but past. A series that Google does not have yet has none.

    ``new_rule`` says that the recurrence was asked for, rather than moved along with the start.
    """
    before, moment = subject.resource, int(now.timestamp())
    if not subject.event.etag or payload.keys().isdisjoint(TIME_FIELDS):
        return None
    after = apply_patch(before, payload, base)
    zone = subject.event.calendar.time_zone
    deleted = recurring.deleted_slots(subject.event)
    moves = after["start"] != before["start"]
    over = _over(before, moment, zone, without=deleted)
    upcoming = _next(before, moment, zone, without=deleted)
    changed = over != _over(after, moment, zone, without=() if moves else deleted)
    if not over or upcoming is None or not changed:
        return None
    part = splitting.part_at(subject, upcoming.original_start)
    if part is None:
        return None
    if not event_resource.is_series(after):
        tail: dict[str, Any] | None = _single(before, after, upcoming, zone)
    else:
        begun_on = event_resource.day_of(over[-1].span.start, zone)
        start = (
            _next(after, moment, zone, not_on=begun_on)
            if new_rule
            else _nth(after, len(over), upcoming, zone, without=() if moves else deleted)
        )
        left_out = () if moves else part.deleted
        tail = _from(after, start.original_start, left_out, zone) if start else None
    return FromNowOn(
        part=part,
        tail=tail,
        also={name: value for name, value in payload.items() if name not in TIME_FIELDS},
        note=PAST_STAYS.format(day=event_resource.day_of(upcoming.span.start, zone)),
    )


def _single(before: Resource, after: Resource, upcoming: Occurrence, zone: str) -> dict[str, Any]:
    """The one occurrence that is left of a series which recurs no longer."""
    slot = recurrence.times_at(before, slot=upcoming.original_start, calendar_zone=zone)
    times = {
        name: recurring.moved(slot[name], before[name], after[name], zone)
        for name in ("start", "end")
    }
    return {**after, **times}


def _from(
    after: Resource, slot: int | str, deleted: Sequence[int | str], zone: str
) -> dict[str, Any]:
    """The series as it is to become, from that slot on."""
    kept = [
        each for each in deleted if recurrence.occurrence_at(after, slot=each, calendar_zone=zone)
    ]
    if not recurrence.has_earlier(after, slot=slot, calendar_zone=zone):
        return {**after, "recurrence": [*after["recurrence"], *map(remade.left_out, kept)]}
    cut = recurring.cut(after, slot=slot, zone=zone)
    return tails.tail_of(after, cut, deleted=kept, zone=zone)


def _over(
    series: Resource, moment: int, zone: str, *, without: Collection[int | str]
) -> list[Occurrence]:
    """What has begun before this moment."""
    found = recurrence.expand(
        series,
        window_start=FIRST_INSTANT,
        window_end=moment,
        calendar_zone=zone,
        exceptions_at=without,
    )
    return [each for each in found if each.span.start < moment]


def _next(
    series: Resource,
    moment: int,
    zone: str,
    *,
    not_on: str = "",
    without: Collection[int | str] = (),
) -> Occurrence | None:
    """The first occurrence from this moment on that is not on a day left out."""
    for reach in _REACHES:
        found = recurrence.expand(
            series,
            window_start=moment,
            window_end=min(moment + reach, LAST_INSTANT),
            calendar_zone=zone,
            limit=_ENOUGH,
            exceptions_at=without,
        )
        coming = (each for each in found if each.span.start >= moment)
        later = (each for each in coming if event_resource.day_of(each.span.start, zone) != not_on)
        if (first := next(later, None)) is not None:
            return first
    return None


def _nth(
    series: Resource, index: int, near: Occurrence, zone: str, *, without: Collection[int | str]
) -> Occurrence | None:
    """The occurrence that has so many before it; it happens about when ``near`` did."""
    found = recurrence.expand(
        series,
        window_start=FIRST_INSTANT,
        window_end=min(near.span.start + 2 * _YEAR, LAST_INSTANT),
        calendar_zone=zone,
        limit=index + 1,
        exceptions_at=without,
    )
    return found[index] if index < len(found) else None
