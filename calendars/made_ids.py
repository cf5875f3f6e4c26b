"""Ids that are chosen here: whoever does the same again gets the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

if TYPE_CHECKING:
    import datetime as dt

_NAMES: Final = UUID("5d6f3a0e-7b0b-4a7c-8a55-0f6a0c9f2d31")

LOCAL_PREFIX: Final = "local:"


def made_id(purpose: str, *about: object) -> UUID:
    """The id for a purpose and all that tells this case from any other of it."""
    return uuid5(_NAMES, " ".join([purpose, *map(str, about)]))


def anew_id(*, op_id: int, created_at: dt.datetime, undone: int) -> UUID:
    """The id of the event that is made anew because of an operation.

    ``undone`` says how often that operation was taken back before. It can be worked out again, so
    that the ids of the event that was lost lead to this one.
    """
    return made_id("anew", op_id, undone, created_at)


def google_id_of(event_id: str) -> str:
    """The id at Google: ``local:<uuid>`` becomes the uuid's hex, which is legal base32hex."""
    if event_id.startswith(LOCAL_PREFIX):
        return event_id.removeprefix(LOCAL_PREFIX).replace("-", "")
    return event_id
