"""What needs a person: conflicts and refused changes in words, and what can be done about each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone

from calendars.errors import CalendarError
from calendars.event_resource import read_moment, zone_or_utc
from calendars.models import LocalStatus, OperationStatus, OperationType
from calendars.queries import access, outbox
from calendars.queries.events import get_event
from calendars.web.cards import BADGES, Sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from accounts.models import Member
    from calendars.models import OutboxOperation

_LABELS: Final = {
    "summary": "Title",
    "start": "Starts",
    "end": "Ends",
    "recurrence": "Repeats",
    "location": "Where",
    "description": "Description",
    "attendees": "Guests",
    "reminders": "Reminders",
    "transparency": "Shown as",
    "visibility": "Visibility",
    "colorId": "Colour",
    "conferenceData": "Meeting link",
}
_CONFLICTS: Final = {
    "edit_edit": "You and somebody at Google changed this at the same time. Google's version is "
    "shown until you choose.",
    "edit_delete": "You changed this while it was deleted at Google.",
    "delete_edit": "You deleted this while it was changed at Google.",
}
_ASKED: Final = {
    OperationType.CREATE: "Google did not take this new event.",
    OperationType.PATCH: "Google did not take this change.",
    OperationType.DELETE: "Google did not delete this event.",
    OperationType.MOVE: "Google did not move this event.",
}
_LONGEST_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what I want it to be, and what it is at Google or was before."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Action:
    label: str
    url: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """``other`` heads the column beside mine; ``event_url`` is empty where there is no event."""

    op_id: int
    badge: Sign
    title: str
    sentence: str
    calendar: str
    via: str
    created_at: dt.datetime
    other: str
    event_url: str
    rows: Sequence[Row] = ()
    actions: Sequence[Action] = field(default_factory=tuple)


def problems_of(member: Member) -> list[Problem]:
    """Conflicts first, then refused changes."""
    conflicts = [_conflict(entry, member) for entry in outbox.conflicts(member=member)]
    failed = outbox.operations(member=member, statuses=[OperationStatus.FAILED], now=timezone.now())
    return conflicts + [_failure(operation, member) for operation in failed.operations]


def _conflict(entry: Mapping[str, Any], member: Member) -> Problem:
    mine, event = entry["mine"], entry["event"] or {}
    named = [name for name in entry["fields"] if name in _LABELS]
    return Problem(
        op_id=entry["op_id"],
        badge=BADGES[LocalStatus.CONFLICT],
        title=event.get("summary") or mine.get("summary") or "Event without a title",
        sentence=_CONFLICTS[entry["kind"]],
        calendar=entry["calendar_id"],
        via=entry["via"],
        created_at=dt.datetime.fromisoformat(entry["created_at"]),
        other="Google's",
        event_url="",
        rows=_rows(named, mine, entry["theirs"], member.zone),
        actions=[
            _action(entry["op_id"], "mine", "Keep mine", "primary"),
            _action(entry["op_id"], "theirs", "Keep Google's"),
        ],
    )


def _failure(operation: OutboxOperation, member: Member) -> Problem:
    event = _event(operation, member)
    named = [name for name in operation.payload if name in _LABELS]
    patched = operation.op_type == OperationType.PATCH
    title = operation.payload.get("summary") or (event or {}).get("summary")
    address = [operation.calendar.google_id, operation.event_id]
    return Problem(
        op_id=operation.op_id,
        badge=BADGES[LocalStatus.FAILED],
        title=title or "Event without a title",
        sentence=f"{_ASKED[OperationType(operation.op_type)]} {operation.error}".strip(),
        calendar=str(operation.calendar),
        via=operation.actor_via,
        created_at=operation.created_at,
        other="Before",
        event_url=reverse("event-edit", args=address) if event else "",
        rows=_rows(named, operation.payload, operation.base, member.zone) if patched else (),
        actions=[
            _action(operation.op_id, "retry", "Try again", "primary"),
            _action(operation.op_id, "discard", "Discard", "danger"),
        ],
    )


def _event(operation: OutboxOperation, member: Member) -> dict[str, Any] | None:
    try:
        target = access.event_of(
            member=member,
            calendar_id=operation.calendar.google_id,
            event_id=operation.event_id,
        )
    except CalendarError:
        return None
    return get_event(target=target)


def _action(op_id: int, name: str, label: str, kind: str = "") -> Action:
    return Action(label, reverse("problem-action", args=[op_id, name]), kind)


def _rows(
    names: Sequence[str], mine: Mapping[str, Any], theirs: Mapping[str, Any], zone: ZoneInfo
) -> list[Row]:
    return [
        Row(_LABELS[name], in_words(mine.get(name), zone), in_words(theirs.get(name), zone))
        for name in names
    ]


def in_words(value: Any, zone: ZoneInfo) -> str:
    """A field of an event as a person reads it."""
    if value in (None, "", [], {}):
        return "(nothing)"
    if isinstance(value, dict) and ("dateTime" in value or "date" in value):
        return _moment(value, zone)
    if isinstance(value, dict):
        return "Set"
    if isinstance(value, list):
        value = "\n".join(
            each.get("email", "") if isinstance(each, dict) else str(each) for each in value
        )
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _moment(value: Mapping[str, Any], zone: ZoneInfo) -> str:
    moment = read_moment(value, default_zone=zone_or_utc(value.get("timeZone")).key)
    if moment is None:
        return "(unclear)"
    if moment.date is not None:
        return f"{moment.date:%a %-d %b %Y}"
    return f"{dt.datetime.fromtimestamp(moment.instant or 0, zone):%a %-d %b %Y, %H:%M}"
