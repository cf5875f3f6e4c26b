"""The requests that arrived, for tests and for the control page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class RecordedRequest:
    """One request; `status` 0 means that nothing was answered. Tokens are not kept."""

    method: str
    path: str
    query: dict[str, str]
    if_match: str
    body: Any
    status: int
    user: str = ""
    at: float = 0.0
    """Epoch seconds."""
