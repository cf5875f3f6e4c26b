"""What waits for the member: conflicts, refused and proposed changes, and those on their way.

In words, with what can be done about each.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from calendars import cache
from calendars.event_resource import is_cancelled
from calendars.models import LocalStatus, OperationStatus, OperationType
from calendars.queries import access, outbox
from calendars.sync.core.proposals import expires_at
from calendars.sync.core.settling import Choice, ConflictKind
from calendars.sync.core.values import changed_units, fields_of, unit_of
from calendars.web.cards import BADGES, Sign
from calendars.web.chip import ago
from calendars.web.problem_rows import TOLD_OF_ALL, Row, rows_of
from calendars.web.words import Reader, reader_of, short_day, way_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Member
    from calendars.models import OutboxOperation

MOST_SHOWN: Final = 100
_NO_TITLE: Final = "Event without a title"
_CONFLICTS: Final = {
    ConflictKind.EDIT_EDIT: "You and somebody at Google changed this at the same time. Google's "
    "version is shown until you choose.",
    ConflictKind.EDIT_DELETE: "You changed this while it was deleted at Google.",
    ConflictKind.DELETE_EDIT: "You deleted this while it was changed at Google.",
}
_CHOICES: Final = {
    ConflictKind.EDIT_EDIT: {
        Choice.MINE: "Keep mine",
        Choice.THEIRS: "Keep Google's",
        Choice.BOTH: "Keep both",
    },
    ConflictKind.EDIT_DELETE: {Choice.MINE: "Bring it back", Choice.THEIRS: "Leave it deleted"},
    ConflictKind.DELETE_EDIT: {Choice.MINE: "Delete anyway", Choice.THEIRS: "Keep the event"},
}
_REFUSED: Final = {
    OperationType.CREATE: "Google did not take this new event.",
    OperationType.PATCH: "Google did not take this change.",
    OperationType.DELETE: "Google did not delete this event.",
    OperationType.MOVE: "Google did not move this event.",
}
_WANTED: Final = {
    OperationType.CREATE: "a new event",
    OperationType.PATCH: "a change",
    OperationType.DELETE: "a deletion",
    OperationType.MOVE: "a move to another calendar",
}


@dataclass(frozen=True, slots=True)
class Action:
    """A button. ``does`` says what it does where its name is not enough; ``asks`` first."""

    name: str
    label: str
    kind: str = ""
    does: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """``heads`` are those of the columns of ``rows``; the first one is empty where there is
    nothing to put beside the other. With ``mergeable`` each row can be taken from either.
    """

    op_id: int
    badge: Sign
    title: str
    sentence: str
    about: str
    heads: tuple[str, str]
    rows: Sequence[Row] = ()
    actions: Sequence[Action] = field(default_factory=tuple)
    mergeable: bool = False
    event_url: str = ""
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    hint: str
    problems: Sequence[Problem]


def sections_of(member: Member, *, now: dt.datetime) -> list[Section]:
    """What needs the member first, what only takes time last; empty sections are left out."""
    names = {each.google_id: str(each) for each in access.calendars_of(member)}
    telling = _Telling(member, now, names)
    failed, proposed, pending, flying = (
        telling.operations(status)
        for status in (
            OperationStatus.FAILED,
            OperationStatus.PROPOSED,
            OperationStatus.PENDING,
            OperationStatus.IN_FLIGHT,
        )
    )
    sections = [
        Section(
            "conflicts",
            "Conflicts",
            "",
            [telling.conflict(each) for each in outbox.conflicts(member=member)[:MOST_SHOWN]],
        ),
        Section("failed", "Not saved", "", [telling.failure(each) for each in failed]),
        Section(
            "proposed",
            "Proposed",
            "A program suggests these. Nothing changes until you approve.",
            [telling.proposal(each) for each in reversed(proposed)],
        ),
        Section(
            "pending",
            "On their way",
            "Google gets these by itself, and they vanish from this list.",
            [telling.waiting(each) for each in [*flying, *pending]],
        ),
    ]
    return [section for section in sections if section.problems]


@dataclass(frozen=True, slots=True)
class _Telling:
    """``calendars`` are the names of the member's calendars by their ids."""

    member: Member
    now: dt.datetime
    calendars: Mapping[str, str]

    @property
    def reader(self) -> Reader:
        return reader_of(self.member)

    def operations(self, status: OperationStatus) -> list[OutboxOperation]:
        found = outbox.operations(
            member=self.member, statuses=[status], limit=MOST_SHOWN, now=self.now
        )
        return found.operations

    def conflict(self, entry: Mapping[str, Any]) -> Problem:
        kind = ConflictKind(entry["kind"])
        known = {**entry["base"], **(entry["event"] or {})}
        mine, theirs = _sides(kind, entry)
        choices = entry["choices"]
        return Problem(
            op_id=entry["op_id"],
            badge=BADGES[LocalStatus.CONFLICT],
            title=known.get("summary") or entry["mine"].get("summary") or _NO_TITLE,
            sentence=_CONFLICTS[kind],
            about=self._about(
                self.calendars.get(entry["calendar_id"], entry["calendar_id"]),
                entry["via"],
                dt.datetime.fromisoformat(entry["created_at"]),
            ),
            heads=_heads(kind),
            rows=rows_of(
                mine,
                theirs,
                known,
                reader=self.reader,
                marked=kind is not ConflictKind.EDIT_DELETE,
            ),
            actions=[
                Action(choice, label, "primary" if choice == Choice.MINE else "", choices[choice])
                for choice, label in _CHOICES[kind].items()
                if choice in choices
            ],
            mergeable=Choice.MERGE in choices and len({unit_of(each) for each in mine}) > 1,
            event_url=_event_url(entry["calendar_id"], entry["event_id"]) if entry["event"] else "",
        )

    def failure(self, operation: OutboxOperation) -> Problem:
        discard = Action(
            "discard", "Discard", "danger", asks="Your change is given up for good. Discard it?"
        )
        return self._of(
            operation,
            badge=BADGES[LocalStatus.FAILED],
            sentence=f"{_REFUSED[OperationType(operation.op_type)]} {operation.error}".strip(),
            actions=[Action("retry", "Try again", "primary"), discard],
            can_edit=operation.op_type in (OperationType.CREATE, OperationType.PATCH),
        )

    def proposal(self, operation: OutboxOperation) -> Problem:
        via = operation.actor_via or "A program"
        wanted = _WANTED[OperationType(operation.op_type)]
        left = expires_at(operation.created_at) - self.now
        return self._of(
            operation,
            badge=BADGES[LocalStatus.PROPOSED],
            sentence=f"{via} proposes {wanted}. {_lasts(left)}",
            actions=[Action("approve", "Approve", "primary"), Action("decline", "Decline")],
        )

    def waiting(self, operation: OutboxOperation) -> Problem:
        wanted = _WANTED[OperationType(operation.op_type)]
        if operation.status == OperationStatus.IN_FLIGHT:
            sentence = f"Being sent to Google now: {wanted}."
        elif operation.attempts:
            sentence = f"Waits for Google, which could not be asked yet: {wanted}."
        else:
            sentence = f"Goes to Google next: {wanted}."
        return self._of(
            operation,
            badge=BADGES[LocalStatus.PENDING],
            sentence=f"{sentence} {operation.error}".strip(),
            actions=[Action("undo", "Undo")],
        )

    def _of(
        self,
        operation: OutboxOperation,
        *,
        badge: Sign,
        sentence: str,
        actions: Sequence[Action],
        can_edit: bool = False,
    ) -> Problem:
        event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
        now = event.resource if event and not is_cancelled(event.resource) else {}
        known = {**now, **operation.base, **operation.payload}
        google_id = operation.calendar.google_id
        created = operation.op_type == OperationType.CREATE
        patched = operation.op_type == OperationType.PATCH
        before = {} if created else operation.base
        url = _event_url(google_id, operation.event_id) if now else ""
        return Problem(
            op_id=operation.op_id,
            badge=badge,
            title=(operation.base.get("summary") or now.get("summary") or known.get("summary"))
            or _NO_TITLE,
            sentence=sentence,
            about=self._about(str(operation.calendar), operation.actor_via, operation.created_at),
            heads=("Before", "After") if patched else ("", "The event"),
            rows=rows_of(
                before if patched else {},
                operation.payload if patched else {**before, **operation.payload},
                known,
                reader=self.reader,
                only=None if patched else TOLD_OF_ALL,
            ),
            actions=actions,
            event_url=url,
            edit_url=f"{url}edit" if url and can_edit else "",
        )

    def _about(self, calendar: str, via: str, created_at: dt.datetime) -> str:
        way = way_in_words(via)
        when = f"asked for {ago(self.now - created_at)}"
        if self.now - created_at > dt.timedelta(hours=12):
            wall = created_at.astimezone(self.reader.zone)
            when = f"asked for on {short_day(wall.date())}, {self.reader.clock(wall)}"
        return " · ".join(filter(None, [calendar, when, way]))


def _sides(
    kind: ConflictKind, entry: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if kind is ConflictKind.EDIT_EDIT:
        return entry["mine"], entry["theirs"]
    if kind is ConflictKind.EDIT_DELETE:
        return {name: entry["base"].get(name) for name in entry["mine"]}, entry["mine"]
    before, at_google = entry["base"], entry["event"] or {}
    names = [each for unit in changed_units(before, at_google) for each in fields_of(unit)]
    return (
        {name: before.get(name) for name in names},
        {name: at_google.get(name) for name in names},
    )


def _heads(kind: ConflictKind) -> tuple[str, str]:
    if kind is ConflictKind.EDIT_EDIT:
        return "Yours", "Google's"
    if kind is ConflictKind.EDIT_DELETE:
        return "Before", "Yours"
    return "When you deleted it", "At Google now"


def _lasts(left: dt.timedelta) -> str:
    if left < dt.timedelta(days=1):
        hours = max(1, left // dt.timedelta(hours=1))
        return f"It lapses in {hours} hour{'' if hours == 1 else 's'}."
    return f"It lapses in {left.days} day{'' if left.days == 1 else 's'}."


def _event_url(calendar_id: str, event_id: str) -> str:
    return reverse("event-card", args=[calendar_id, event_id])
