"""The history of an event in words: who changed what, when, from where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from calendars.commands.again import was_given_up
from calendars.models import OperationStatus, OperationType
from calendars.models.outbox import DECLINED, EXPIRED, NEVER_SENT, SETTLED_THERE, SUPERSEDED, UNDONE
from calendars.sync.core.settling import Choice, resolved
from calendars.web.asked import Wanted
from calendars.web.field_words import ANSWERS, LABELS, named
from calendars.web.problem_rows import TOLD_OF_ALL, rows_of
from calendars.web.words import Reader, short_day, way_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Member
    from calendars.models import OutboxOperation
    from calendars.queries.history import AtGoogle, Entry

_DID: Final[dict[str, str]] = {
    OperationType.CREATE: "made this event",
    OperationType.DELETE: "deleted this event",
    OperationType.MOVE: "moved it to another calendar",
}
_PROPOSED: Final[dict[str, str]] = {
    OperationType.CREATE: "proposed this event",
    OperationType.DELETE: "proposed to delete this event",
    OperationType.MOVE: "proposed to move it to another calendar",
}
_TOOK_BACK: Final[dict[str, str]] = {
    OperationType.CREATE: "brought this event back",
    OperationType.DELETE: "took this event away again",
}
_TOGETHER: Final = {
    Wanted.MOVE: "moved it to another calendar",
    Wanted.FOLLOWING: "changed this and the following events",
}
_NAMES: Final = {
    "summary": "the title",
    "start": "the time",
    "end": "the time",
    "recurrence": "how it repeats",
    "location": "the place",
    "description": "the description",
    "attendees": "the guests",
    "conferenceData": "the meeting link",
    "reminders": "the reminders",
    "transparency": "whether it is busy",
    "visibility": "who sees it",
    "colorId": "the colour",
    "status": "its state",
    "guestsCanInviteOthers": "what guests may do",
    "guestsCanModify": "what guests may do",
    "guestsCanSeeOtherGuests": "what guests may do",
}
_TOLD_OF_NEW: Final = TOLD_OF_ALL | {"summary"}
_STATES: Final = {
    OperationStatus.PENDING: "Waiting for Google",
    OperationStatus.IN_FLIGHT: "On its way to Google",
    OperationStatus.FAILED: "Not saved",
    OperationStatus.CONFLICT: "In conflict with Google",
    OperationStatus.PROPOSED: "Only proposed",
}
_ENDS: Final = {
    NEVER_SENT: "Never sent",
    DECLINED: "Declined",
    EXPIRED: "Lapsed",
    SUPERSEDED: "Replaced by a later change",
    SETTLED_THERE: "Settled at Google",
    resolved(Choice.MINE): "The conflict was settled: yours was sent",
    resolved(Choice.THEIRS): "The conflict was settled: Google's version stayed",
    resolved(Choice.MERGE): "The conflict was settled field by field",
    resolved(Choice.BOTH): "The conflict was settled: both are kept",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """``when`` says by which way, too; ``state`` is empty for what Google has; ``undo_url`` where
    an undo, called ``undo_label``, can be tried.
    """

    what: str
    when: str
    state: str
    fields: Sequence[FieldChange]
    undo_url: str
    undo_label: str = "Undo"


def changes_of(entries: Sequence[Entry], *, member: Member, reader: Reader) -> list[Change]:
    """Newest first; changes that changed nothing are left out."""
    return [
        change_of(entry, member=member, reader=reader)
        for entry in entries
        if entry.after or entry.operation.op_type != OperationType.PATCH
    ]


def at_google_in_words(google: AtGoogle | None, *, reader: Reader) -> list[str]:
    """What Google itself says, in sentences."""
    if google is None:
        return []
    by = f" by {google.creator}" if google.creator else ""
    changed = ", ".join(LABELS.get(name, name).lower() for name in google.changed)
    sentences = (
        f"Made{by}, {_text_when(google.created, reader)}." if google.created else "",
        f"Last changed at Google {_text_when(google.updated, reader)}." if google.updated else "",
        f"Changed at Google since the last change from here: {changed}." if changed else "",
    )
    return [sentence for sentence in sentences if sentence]


def change_of(
    entry: Entry, *, member: Member, reader: Reader, wanted: Wanted | None = None
) -> Change:
    """``wanted`` says what was asked for, where that took several operations."""
    operation = entry.operation
    given_up = was_given_up(operation)
    possible = entry.undoable or given_up
    undo_url = reverse("operation-undo", args=[operation.op_id]) if possible else ""
    return Change(
        what=_what(entry, member, wanted),
        when=" · ".join(filter(None, [_when(operation.created_at, reader), *_ways(entry, member)])),
        state=_state(entry),
        fields=_fields(entry, reader),
        undo_url=undo_url,
        undo_label=_undo_label(operation, given_up=given_up),
    )


def _undo_label(operation: OutboxOperation, *, given_up: bool) -> str:
    if given_up:
        return "Ask again"
    return "Decline" if operation.status == OperationStatus.PROPOSED else "Undo"


def _what(entry: Entry, member: Member, wanted: Wanted | None) -> str:
    """Who did what; of what a program proposed that is the program, whoever its token is of."""
    operation = entry.operation
    of_one = " of this one occurrence" if entry.of_instance else ""
    changed = dict.fromkeys(_NAMES[name] for name in named(entry.after)) or {"it": None}
    if _was_proposed(operation):
        did = _PROPOSED.get(operation.op_type, f"proposed to change {', '.join(changed)}{of_one}")
        return f"{operation.actor_via or 'A program'} {_of_instance(did, entry)}"
    who = _name(operation.actor, member)
    if answer := _answer(entry):
        return f"{who} answered with {ANSWERS.get(answer, answer)}{of_one.replace(' of', ' for')}"
    if wanted in _TOGETHER:
        return f"{who} {_TOGETHER[wanted]}"
    if operation.undoes_id is not None:
        return f"{who} {_TOOK_BACK.get(operation.op_type, f'took a change{of_one} back')}"
    did = _DID.get(operation.op_type, f"changed {', '.join(changed)}{of_one}")
    return f"{who} {_of_instance(did, entry)}"


def _answer(entry: Entry) -> str:
    """The own answer, where nothing but that was changed among the guests; empty where not."""
    if entry.after.keys() != {"attendees"} or entry.operation.undoes_id is not None:
        return ""
    before, after = (
        {str(guest.get("email")): guest for guest in side.get("attendees") or ()}
        for side in (entry.before, entry.after)
    )
    changed = [email for email in after if after[email] != before.get(email)]
    own = after[changed[0]] if len(changed) == 1 and before.keys() == after.keys() else {}
    return str(own.get("responseStatus") or "") if own.get("self") else ""


def _of_instance(did: str, entry: Entry) -> str:
    return did.replace("this event", "this one occurrence") if entry.of_instance else did


def _was_proposed(operation: OutboxOperation) -> bool:
    undecided = operation.status == OperationStatus.PROPOSED
    return undecided or operation.approved_at is not None or operation.reason in (DECLINED, EXPIRED)


def _name(person: Member | None, member: Member) -> str:
    if person is None:
        return "Somebody"
    if person.pk == member.pk:
        return "You"
    return person.get_full_name() or person.get_username()


def _ways(entry: Entry, member: Member) -> list[str]:
    """From where the change came, and who said yes to it."""
    operation = entry.operation
    if not _was_proposed(operation):
        return [way_in_words(operation.actor_via) or "in the browser"]
    if operation.approved_at is None:
        return []
    who = _name(operation.approved_by, member).replace("You", "you")
    way = way_in_words(operation.approved_via) or "in the browser"
    return [f"approved by {who} {way}"]


def _state(entry: Entry) -> str:
    operation = entry.operation
    if entry.undone_by is not None or operation.reason == UNDONE:
        return "Taken back"
    if operation.status == OperationStatus.CANCELLED:
        return _ENDS.get(operation.reason, "Given up")
    state = _STATES.get(OperationStatus(operation.status), "")
    return f"{state}: {operation.error}" if state and operation.error else state


def _fields(entry: Entry, reader: Reader) -> list[FieldChange]:
    if entry.operation.op_type not in (OperationType.PATCH, OperationType.CREATE):
        return []
    made = entry.operation.op_type == OperationType.CREATE
    rows = rows_of(
        {} if made else entry.before,
        entry.after,
        {**entry.before, **entry.after},
        reader=reader,
        only=_TOLD_OF_NEW if made else None,
    )
    return [FieldChange(row.label, row.one, row.other) for row in rows]


def _when(moment: dt.datetime, reader: Reader) -> str:
    wall = moment.astimezone(reader.zone)
    return f"{wall:%a} {short_day(wall.date())} {wall.year}, {reader.clock(wall)}"


def _text_when(text: str, reader: Reader) -> str:
    try:
        return _when(dt.datetime.fromisoformat(text), reader)
    except ValueError:
        return text
