"""Refusals of what looks correct but would be a disaster. Pure."""

from __future__ import annotations

_FEW = 5


def is_suspicious_delete(*, known: int, missing: int) -> bool:
    """Whether a full listing lacks so much of a calendar that it is not believed at once.

    ``known`` counts the synced events that the listing should hold, ``missing`` those it lacks.
    A handful of events may well go on one day; most of a calendar gone at once is far more often
    a fault than a wish.
    """
    return missing >= _FEW and missing * 2 > known
