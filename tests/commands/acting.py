"""Phrases for tests of commands: change, remove, look."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from calendars.commands.actor import Actor
from calendars.commands.events import delete_event, update_event
from calendars.queries.access import event_of
from calendars.queries.events import list_events
from tests.factories import NOW

if TYPE_CHECKING:
    from calendars.commands.events import QueuedChange
    from calendars.commands.scope import Scope
    from calendars.models import Calendar

BERLIN = "Europe/Berlin"


def timed(start: str, end: str, zone: str = BERLIN) -> dict[str, Any]:
    return {
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
    }


WEEKLY: dict[str, Any] = {
    "id": "weekly",
    "summary": "Review",
    **timed("2026-03-11T10:00:00+01:00", "2026-03-11T11:00:00+01:00"),
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"],
}
"""Wednesdays at ten; the clocks change between the third and the fourth."""
SECOND = "weekly_20260318T090000Z"
FOURTH = "weekly_20260401T080000Z"


def actor_of(calendar: Calendar) -> Actor:
    return Actor(member=calendar.account.member, via="API token laptop")


def change(
    calendar: Calendar, event_id: str, *, scope: Scope | None = None, **changes: Any
) -> QueuedChange:
    member = calendar.account.member
    return update_event(
        actor=actor_of(calendar),
        target=event_of(member=member, calendar_id=calendar.google_id, event_id=event_id),
        changes=changes,
        scope=scope,
        notify=None,
        now=NOW,
    )


def remove(calendar: Calendar, event_id: str, *, scope: Scope | None = None) -> QueuedChange:
    member = calendar.account.member
    return delete_event(
        actor=actor_of(calendar),
        target=event_of(member=member, calendar_id=calendar.google_id, event_id=event_id),
        scope=scope,
        notify=None,
        now=NOW,
    )


def listed(calendar: Calendar, *, days: int = 60) -> list[dict[str, Any]]:
    page = list_events(
        member=calendar.account.member,
        time_min=NOW - dt.timedelta(days=1),
        time_max=NOW + dt.timedelta(days=days),
        calendar_ids=[calendar.google_id],
        limit=100,
        cursor=None,
        now=NOW,
    )
    return [json.loads(text) for text in page.items]


def starts(calendar: Calendar) -> list[str]:
    return [
        event["start"].get("dateTime", event["start"].get("date")) for event in listed(calendar)
    ]
