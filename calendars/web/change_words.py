"""The history of an event in words: who changed what, when, from where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from calendars.models import OperationStatus, OperationType
from calendars.models.outbox import NEVER_SENT, UNDONE
from calendars.web.field_words import LABELS, in_words, named
from calendars.web.words import Reader, short_day, way_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Member
    from calendars.models import OutboxOperation
    from calendars.queries.history import AtGoogle, Entry

_DID: Final = {
    OperationType.CREATE: "made this event",
    OperationType.DELETE: "deleted this event",
    OperationType.MOVE: "moved it to another calendar",
}
_STATES: Final = {
    OperationStatus.PENDING: "Waiting for Google",
    OperationStatus.IN_FLIGHT: "On its way to Google",
    OperationStatus.FAILED: "Not saved",
    OperationStatus.CONFLICT: "In conflict with Google",
    OperationStatus.PROPOSED: "Only proposed",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """``state`` is empty for what Google has; ``undo_url`` where an undo can be tried."""

    what: str
    when: str
    state: str
    fields: Sequence[FieldChange]
    undo_url: str


def changes_of(entries: Sequence[Entry], *, member: Member, reader: Reader) -> list[Change]:
    """Newest first; changes that changed nothing are left out."""
    return [
        _change(entry, member, reader)
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


def _change(entry: Entry, member: Member, reader: Reader) -> Change:
    operation = entry.operation
    undo_url = reverse("operation-undo", args=[operation.op_id]) if entry.undoable else ""
    return Change(
        what=f"{_who(operation, member)} {_did(entry)}{_way(operation.actor_via)}",
        when=_when(operation.created_at, reader),
        state=_state(entry),
        fields=_fields(entry, reader),
        undo_url=undo_url,
    )


def _who(operation: OutboxOperation, member: Member) -> str:
    if operation.actor is None:
        return "Somebody"
    if operation.actor_id == member.pk:
        return "You"
    return operation.actor.get_full_name() or operation.actor.get_username()


def _did(entry: Entry) -> str:
    operation = entry.operation
    one = " of this one occurrence" if entry.of_instance else ""
    if operation.undoes_id is not None:
        return f"took a change{one} back"
    if operation.op_type in _DID:
        did = _DID[OperationType(operation.op_type)]
        return did.replace("this event", "this one occurrence") if entry.of_instance else did
    names = [LABELS[name].lower() for name in named(entry.after)]
    return f"changed {', '.join(names) or 'it'}{one}"


def _way(via: str) -> str:
    way = way_in_words(via)
    return f" {way}" if way else ""


def _state(entry: Entry) -> str:
    operation = entry.operation
    if entry.undone_by is not None or operation.reason == UNDONE:
        return "Taken back"
    if operation.status == OperationStatus.CANCELLED:
        return "Never sent" if operation.reason == NEVER_SENT else "Given up"
    state = _STATES.get(OperationStatus(operation.status), "")
    return f"{state}: {operation.error}" if state and operation.error else state


def _fields(entry: Entry, reader: Reader) -> list[FieldChange]:
    if entry.operation.op_type not in (OperationType.PATCH, OperationType.CREATE):
        return []
    made = entry.operation.op_type == OperationType.CREATE
    known = {**entry.before, **entry.after}
    return [
        FieldChange(
            LABELS[name],
            "" if made else _said(name, entry.before, {}, reader),
            _said(name, entry.after, known, reader),
        )
        for name in named(entry.after)
        if not made or entry.after[name]
    ]


def _said(name: str, values: Mapping[str, Any], known: Mapping[str, Any], reader: Reader) -> str:
    return in_words(name, values.get(name), event={**known, **values}, reader=reader)


def _when(moment: dt.datetime, reader: Reader) -> str:
    wall = moment.astimezone(reader.zone)
    return f"{wall:%a} {short_day(wall.date())} {wall.year}, {reader.clock(wall)}"


def _text_when(text: str, reader: Reader) -> str:
    try:
        return _when(dt.datetime.fromisoformat(text), reader)
    except ValueError:
        return text
