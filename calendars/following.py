"""A changed occurrence follows its series in what it has not changed. Pure.

Google works an exception out of its series and the values in which it differs. It tells only the
result; so an exception counts as following in what it has as the series has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import event_resource, recurrence
from calendars.sync.core.values import TIME_FIELDS, changed_units, fields_of, same_unit

if TYPE_CHECKING:
    from calendars.event_resource import Resource

_WITH_IT = {"conferenceData": ("conferenceData", "hangoutLink")}


def followed(
    exception: Resource, *, before: Resource, after: Resource, calendar_zone: str
) -> dict[str, Any]:
    """The exception as it becomes when its series, which was ``before``, becomes ``after``.

    Start and end follow together, and only where both have its slot: a series that leaves it may
    come back to it, with all else that changed meanwhile.
    """
    result = dict(exception)
    slot = event_resource.original_start(exception, calendar_zone=calendar_zone)
    series = event_resource.is_series(before) and event_resource.is_series(after)
    if slot is None or not series or event_resource.is_cancelled(exception):
        return result
    was, becomes = (_instance(each, slot, calendar_zone) for each in (before, after))
    if was is None or becomes is None:
        was, becomes = _untimed(before), _untimed(after)
    for unit in changed_units(was, becomes):
        if same_unit(unit, exception, was):
            for name in _WITH_IT.get(unit, fields_of(unit)):
                result.pop(name, None)
                if name in becomes:
                    result[name] = becomes[name]
    return result


def _instance(series: Resource, slot: int | str, zone: str) -> dict[str, Any] | None:
    found = recurrence.occurrence_at(series, slot=slot, calendar_zone=zone)
    if found is None:
        return None
    return event_resource.instance_resource(series, occurrence=found, calendar_zone=zone)


def _untimed(series: Resource) -> dict[str, Any]:
    return {name: value for name, value in series.items() if name not in TIME_FIELDS}
