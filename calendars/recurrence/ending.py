"""When a series is over. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from calendars.event_resource import Resource, Span, span_of
from calendars.recurrence.expansion import expand, lines_of
from calendars.zones import DAY, EPOCH_DAY, LAST_INSTANT

if TYPE_CHECKING:
    from calendars.recurrence.lines import Line

_MOST_COUNTED: Final = 1_000
_BUDGET: Final = 10_000


def ends_at(resource: Resource, *, calendar_zone: str) -> int | None:
    """An epoch second after which a series no longer happens; None where it goes on for ever.

    Exact where the rule counts, else up to two days late: zones and exclusions are not looked at.
    A count beyond a thousand is taken for endless.
    """
    span = span_of(resource, calendar_zone=calendar_zone)
    lines = lines_of(resource)
    if span is None or not lines:
        return None
    rules = [line.rule for line in lines if line.rule and line.name == "RRULE"]
    if any((rule.count or 0) > _MOST_COUNTED or not (rule.count or rule.until) for rule in rules):
        return None
    if any(rule.count for rule in rules):
        return _counted_out(resource, span, calendar_zone)
    days = [date.fromisoformat(text[:8]).toordinal() for text in _last_days(lines)]
    last = max(days, default=0) + 2 - EPOCH_DAY
    return max(span.end, last * DAY + span.end - span.start)


def _counted_out(resource: Resource, span: Span, calendar_zone: str) -> int:
    found = expand(
        resource,
        window_start=span.start,
        window_end=LAST_INSTANT,
        calendar_zone=calendar_zone,
        budget=_BUDGET,
    )
    return found[-1].span.end if found else span.end


def _last_days(lines: tuple[Line, ...]) -> list[str]:
    """Each UNTIL and each added date, beginning with YYYYMMDD."""
    found = [line.rule.until for line in lines if line.name == "RRULE" and line.rule]
    dates = [line.dates.values for line in lines if line.name == "RDATE" and line.dates]
    return [each for each in found if each] + [value for values in dates for value in values]
