"""What the events of queued changes are called, for readers who see nothing else of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from calendars.made_ids import google_id_of
from calendars.models import CachedEvent, OutboxOperation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Titles = Mapping[tuple[int, str], str]


def titles_of(operations: Sequence[OutboxOperation]) -> dict[int, str]:
    """For each change the title that it gives, else the one that lists show of its event or of the
    series, else the one that it had; empty where nobody knows (any more).
    """
    shown = _shown(operations)
    return {each.op_id: next(filter(None, _said_of(each, shown)), "") for each in operations}


def _said_of(operation: OutboxOperation, shown: Titles) -> Iterable[str]:
    yield _title(operation.payload)
    for event_id in _ids(operation):
        yield shown.get((operation.calendar_id, event_id), "")
    yield _title(operation.base)


def _shown(operations: Sequence[OutboxOperation]) -> dict[tuple[int, str], str]:
    """By the calendar's key and each id that an event is known by."""
    asked = [each for each in operations if not _title(each.payload)]
    ids = {event_id for each in asked for event_id in _ids(each)}
    rows = CachedEvent.objects.filter(
        Q(event_id__in=ids) | Q(local_id__in=ids),
        calendar__in={each.calendar_id for each in asked},
    )
    titles: dict[tuple[int, str], str] = {}
    for row in rows.only("calendar_id", "event_id", "local_id", "event_json"):
        for event_id in filter(None, (row.event_id, row.local_id)):
            titles[row.calendar_id, event_id] = _title(row.resource)
    return titles


def _ids(operation: OutboxOperation) -> tuple[str, ...]:
    return operation.event_id, google_id_of(operation.event_id), operation.lane


def _title(fields: Mapping[str, Any]) -> str:
    return str(fields.get("summary") or "")
