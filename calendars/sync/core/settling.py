"""What a conflict is about, which choices it leaves, and what each of them wants. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from calendars.sync.core.merge import apply_patch
from calendars.sync.core.values import TIME_FIELDS, unit_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from calendars.sync.core.types import Resource

    Wishes = Sequence[str] | Mapping[str, Any]


class ConflictKind(StrEnum):
    EDIT_EDIT = "edit_edit"
    EDIT_DELETE = "edit_delete"
    """Google deleted what was edited here."""
    DELETE_EDIT = "delete_edit"


class Choice(StrEnum):
    MINE = "mine"
    THEIRS = "theirs"
    MERGE = "merge"
    BOTH = "both"


def resolved(choice: Choice | str) -> str:
    """The reason of what a conflict was about once this was chosen."""
    return f"resolved_{choice}"


class WishError(ValueError):
    """A wish that means nothing. The text is a sentence for people."""


_GIVEN_UP = {Choice.THEIRS: "My change is given up."}
_CHOICES = {
    ConflictKind.EDIT_EDIT: {
        Choice.MINE: "My values are sent to Google.",
        Choice.THEIRS: "Google's version stays.",
        Choice.MERGE: "Each field as named in fields.",
        Choice.BOTH: "Google's version stays, and mine becomes an event of its own.",
    },
    ConflictKind.EDIT_DELETE: {
        Choice.MINE: "The event is made anew with my changes, under a new id.",
        Choice.THEIRS: "The event stays deleted.",
    },
    ConflictKind.DELETE_EDIT: {
        Choice.MINE: "The event is deleted anyway.",
        Choice.THEIRS: "The event stays, as Google has it.",
    },
}


_CUT_ELSEWHERE = {Choice.THEIRS: "My change is given up: the series was divided otherwise since."}
_OF_OCCURRENCES = {
    Choice.MINE: "My change is made. What was changed of these occurrences is given up.",
    Choice.THEIRS: "My change is given up. The series stays as Google has it.",
}


def kind_of(*, is_delete: bool, agreed: Resource | None) -> ConflictKind:
    """``agreed`` is Google's version of now; None or cancelled where it has none."""
    if not agreed or agreed.get("status") == "cancelled":
        return ConflictKind.EDIT_DELETE
    return ConflictKind.DELETE_EDIT if is_delete else ConflictKind.EDIT_EDIT


def choices(
    kind: ConflictKind,
    *,
    known: bool = True,
    of_saga: bool = False,
    of_instance: bool = False,
    of_move: bool = False,
    of_occurrences: bool = False,
    cut_elsewhere: bool = False,
) -> dict[Choice, str]:
    """What may be chosen, each with a sentence of what it does.

    Nothing but giving up is left where the event is not ``known`` any more. One step of a saga
    cannot become an event of its own; an occurrence comes back at its place, an event that was to
    be moved where it was to go. What would reset occurrences is done as it was asked for, or not
    at all; a split not at all where the series does not go on as far as it did (``cut_elsewhere``),
    for something else may be in the place of its tail.
    """
    if cut_elsewhere:
        return dict(_CUT_ELSEWHERE)
    if of_occurrences and known:
        return dict(_OF_OCCURRENCES)
    possible = dict(_CHOICES[kind] if known else _GIVEN_UP)
    if of_saga:
        possible.pop(Choice.BOTH, None)
    if of_instance and known and kind is ConflictKind.EDIT_DELETE:
        possible[Choice.MINE] = "The occurrence comes back with my changes."
    if of_move and known:
        possible[Choice.MINE] = "The event is made anew in the calendar it was to go to."
    return possible


def mine_of(payload: Resource, base: Resource, agreed: Resource) -> dict[str, Any]:
    """My fields as they become over Google's version: guests and properties are merged."""
    laid_over = apply_patch(agreed, payload, base)
    return {name: laid_over.get(name) for name in payload}


def wishes(fields: Wishes, payload: Collection[str]) -> dict[str, Any]:
    """For each field "mine", "theirs" or a value.

    A list names the fields where mine wins. ``time``, and each of start, end and recurrence, speaks
    for all that say when, unless another one has a wish of its own. Raises WishError for a field
    that is not in conflict, and where the start is to be mine and the end theirs or so.
    """
    named = fields if isinstance(fields, Mapping) else dict.fromkeys(fields, "mine")
    for name in named:
        if name not in payload and not (name == "time" and _times(payload)):
            raise WishError(f"{ascii(name)[1:-1][:60]} is not in conflict.")
    found = {name: wish for name, wish in named.items() if unit_of(name) != "time"}
    when = {name: wish for name, wish in named.items() if unit_of(name) == "time"}
    whole = {wish for wish in when.values() if wish in ("mine", "theirs")}
    if len(whole) > 1:
        raise WishError("Start, end and recurrence are one field: take all from one side.")
    for wish in whole:
        found |= dict.fromkeys(_times(payload), wish)
    own = {name: wish for name, wish in when.items() if wish not in ("mine", "theirs")}
    if "time" in own:
        raise WishError("Time is mine or theirs; a value of its own goes to start and end.")
    return found | own


def _times(payload: Collection[str]) -> list[str]:
    return [name for name in TIME_FIELDS if name in payload]
