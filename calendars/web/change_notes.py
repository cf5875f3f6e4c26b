"""What a change means besides, in the words of pages: there is no parameter to set. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calendars.commands import telling

if TYPE_CHECKING:
    from calendars.commands.events import QueuedChange

_ON_PAGES: Final = {
    telling.TOLD_BY_DEFAULT: "The guests are told.",
    telling.GHOSTS: "No guest is told, so Google leaves the event on their calendars.",
}


def notes_of(change: QueuedChange) -> list[str]:
    """Sentences to be read after a change."""
    notes = [_ON_PAGES.get(note, note) for note in change.notes]
    if len(change.resets) == 1:
        notes.append("One event that was changed by itself follows the series again.")
    elif change.resets:
        number = len(change.resets)
        notes.append(f"{number} events that were changed by themselves follow the series again.")
    return notes
