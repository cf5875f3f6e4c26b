"""The shape in which one event is shown: Google's resource, its calendar and its badge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import event_resource

if TYPE_CHECKING:
    from calendars.event_resource import Resource
    from calendars.models import CachedEvent
    from calendars.queries.access import EventTarget


def shown(event: CachedEvent, resource: Resource | None = None) -> dict[str, Any]:
    """The row's event, or ``resource`` in its stead, with ``calendarId`` and ``_local_status``."""
    return {
        **(event.resource if resource is None else resource),
        "calendarId": event.calendar.google_id,
        "_local_status": str(event.local_status),
    }


def resource_of(target: EventTarget) -> dict[str, Any]:
    """What a target shows: the row's resource, or the series' one printed for its instance."""
    if target.occurrence is None:
        return target.event.resource
    return event_resource.instance_resource(
        target.event.resource,
        occurrence=target.occurrence,
        calendar_zone=target.event.calendar.time_zone,
    )
