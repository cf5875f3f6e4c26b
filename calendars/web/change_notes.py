"""What a change means besides, in the words of pages: there is no parameter to set. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calendars.commands import telling
from calendars.commands.remade import BACK
from calendars.web.resets import how_many

if TYPE_CHECKING:
    from calendars.commands.events import QueuedChange

_ON_PAGES: Final = {
    telling.TOLD_BY_DEFAULT: "The guests are told.",
    telling.ANSWER_TOLD: "The organizer is told.",
    telling.GHOSTS: "No guest is told, so Google leaves the event on their calendars.",
}


def note_of_undo(note: str) -> str:
    """Ids are for programs."""
    return note.replace(BACK, "The event is back.")


def notes_of(change: QueuedChange) -> list[str]:
    """Sentences to be read after a change."""
    notes = [_ON_PAGES.get(note, note) for note in change.notes]
    if change.resets:
        notes.append(how_many(len(change.resets)))
    return notes
