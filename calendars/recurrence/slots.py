from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from calendars import event_resource
from calendars.recurrence.expansion import Occurrence, expand

if TYPE_CHECKING:
    from collections.abc import Mapping


def occurrence_at(
    series: Mapping[str, Any], *, slot: int | str, calendar_zone: str
) -> Occurrence | None:
    """The occurrence of a series at a slot, as its rule has it; None where the rule has none.

    ``slot`` is epoch seconds, or YYYY-MM-DD of an all-day series.
    """
    begin = _instant(slot, calendar_zone)
    found = expand(series, window_start=begin, window_end=begin + 1, calendar_zone=calendar_zone)
    return next((each for each in found if each.original_start == slot), None)


def _instant(slot: int | str, calendar_zone: str) -> int:
    if isinstance(slot, int):
        return slot
    day = dt.date.fromisoformat(slot).toordinal()
    zone = event_resource.zone_or_utc(calendar_zone)
    return event_resource.all_day_span(day, day + 1, zone=zone).start
