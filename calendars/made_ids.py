"""Ids that follow from what they are for: whoever does the same again gets the same one."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

_NAMES: Final = UUID("5d6f3a0e-7b0b-4a7c-8a55-0f6a0c9f2d31")


def made_id(purpose: str, *about: object) -> UUID:
    """The id for a purpose and all that tells this case from any other of it."""
    return uuid5(_NAMES, " ".join([purpose, *map(str, about)]))
