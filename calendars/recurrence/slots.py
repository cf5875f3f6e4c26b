from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from calendars import event_resource
from calendars.recurrence.expansion import Occurrence, expand
from calendars.zones import DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_TEN_YEARS: Final = 3_653 * DAY


def occurrence_at(
    series: Mapping[str, Any], *, slot: int | str, calendar_zone: str
) -> Occurrence | None:
    """The occurrence of a series at a slot, as its rule has it; None where the rule has none.

    ``slot`` is epoch seconds, or YYYY-MM-DD of an all-day series.
    """
    begin = _instant(slot, calendar_zone)
    found = expand(series, window_start=begin, window_end=begin + 1, calendar_zone=calendar_zone)
    return next((each for each in found if each.original_start == slot), None)


def next_starts(
    series: Mapping[str, Any],
    *,
    after: int,
    calendar_zone: str,
    limit: int = 5,
    exceptions_at: Collection[int | str] = (),
) -> list[int | str]:
    """The starts of the next occurrences at ``after`` (epoch seconds) or later, within ten years.

    Each is epoch seconds, or YYYY-MM-DD of an all-day series. Those in ``exceptions_at`` are left
    out.
    """
    found = expand(
        {**series, "end": series.get("start")},
        window_start=after,
        window_end=after + _TEN_YEARS,
        calendar_zone=calendar_zone,
        limit=limit + 1,
        exceptions_at=exceptions_at,
    )
    return [each.original_start for each in found if each.span.start >= after][:limit]


def _instant(slot: int | str, calendar_zone: str) -> int:
    if isinstance(slot, int):
        return slot
    day = dt.date.fromisoformat(slot).toordinal()
    zone = event_resource.zone_or_utc(calendar_zone)
    return event_resource.all_day_span(day, day + 1, zone=zone).start
