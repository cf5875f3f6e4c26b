"""What was changed lately in all of a member's calendars, in words, with a way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse

from calendars.event_resource import is_cancelled
from calendars.made_ids import google_id_of
from calendars.models import CachedEvent
from calendars.web.asked import asked_for
from calendars.web.change_words import Change, change_of
from calendars.web.words import WITHOUT_TITLE, reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accounts.models import Member
    from calendars.models import OutboxOperation
    from calendars.queries.history import Entry, Recent

    Titled = Mapping[tuple[int, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RecentChange:
    """``event_url`` is empty where the event is gone."""

    op_id: int
    title: str
    event_url: str
    calendar: str
    change: Change


def recent_changes(recent: Recent, *, member: Member) -> list[RecentChange]:
    """Newest first, each wish once."""
    known = _known(entry.operation for entry in recent.entries)
    return [_recent(entry, recent, known, member) for entry in recent.entries]


def _recent(entry: Entry, recent: Recent, known: Titled, member: Member) -> RecentChange:
    operation = entry.operation
    fellows = recent.fellows.get(operation.saga, []) if operation.saga else []
    asked = asked_for([operation, *fellows])[0]
    event = known.get((operation.calendar_id, operation.event_id)) or known.get(
        (operation.calendar_id, operation.lane), {}
    )
    sides = (operation.payload, event, operation.base, *(each.payload for each in fellows))
    title = next((side["summary"] for side in sides if side.get("summary")), WITHOUT_TITLE)
    here = [operation.calendar.google_id, operation.event_id]
    return RecentChange(
        op_id=operation.op_id,
        title=str(title),
        event_url=reverse("event-card", args=here) if event and not is_cancelled(event) else "",
        calendar=str(operation.calendar),
        change=change_of(entry, member=member, reader=reader_of(member), wanted=asked.wanted),
    )


def _known(operations: Iterable[OutboxOperation]) -> Titled:
    """The events of these operations as they show now, under all names that they are asked by."""
    ids: set[str] = set()
    calendars: set[int] = set()
    for each in operations:
        ids |= {each.event_id, google_id_of(each.event_id), each.lane}
        calendars.add(each.calendar_id)
    rows = CachedEvent.objects.filter(
        Q(event_id__in=ids) | Q(local_id__in=ids), calendar__in=calendars
    )
    return {
        (row.calendar_id, name): row.resource
        for row in rows
        for name in (row.event_id, row.local_id)
        if name
    }
