"""Who asks for a change, and by which way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Member


@dataclass(frozen=True, slots=True)
class Actor:
    """``via`` names the way in: "web", "API token NAME", "MCP token NAME" or "command".

    ``proposes``: what this one asks for waits until the member or somebody else approves it.
    """

    member: Member
    via: str
    proposes: bool = False
