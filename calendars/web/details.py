"""One event in words, for members who may read but not change it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import strip_tags

from calendars.event_resource import span_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calendars.models import Calendar
    from calendars.web.words import Reader


@dataclass(frozen=True, slots=True)
class _Timed:
    start_ts: int
    end_ts: int
    start_date: str | None
    end_date: str | None


def facts_of(
    resource: Mapping[str, Any], *, calendar: Calendar, reader: Reader
) -> list[tuple[str, str]]:
    """Labels and texts; what the event does not say is left out."""
    people = [
        person.get("displayName") or person.get("email", "")
        for person in resource.get("attendees") or ()
    ]
    facts = [
        ("When", when_in_words(resource, calendar_zone=calendar.time_zone, reader=reader)),
        ("Where", resource.get("location", "")),
        ("Guests", "\n".join(people)),
        ("Description", strip_tags(resource.get("description", ""))),
        ("Calendar", str(calendar)),
    ]
    return [(label, text) for label, text in facts if text]


def when_in_words(resource: Mapping[str, Any], *, calendar_zone: str, reader: Reader) -> str:
    """The event's time with its date, for its reader."""
    span = span_of(resource, calendar_zone=calendar_zone)
    if span is None:
        return ""
    timed = _Timed(span.start, span.end, span.start_date, span.end_date)
    return reader.when(timed, dated=True)
