"""When to try again. Pure: the random part is an argument.

Rule 7 of docs/architecture.md; Google asks for exponential backoff with jitter and intervals that
vary by a quarter (google-calendar-api.md section 8).
"""

from __future__ import annotations

QUICK_TRIES = 3
"""How often one request is made within a cycle before the next cycle takes over."""

_QUICK_LIMIT = 8.0
_LONGEST = 900.0
WRITES_PAUSED_SECONDS = 3_600.0
"""How long writes rest after 403 quotaExceeded, which Google lifts after hours."""


def quick_delay(*, tries: int, retry_after: float | None, jitter: float) -> float | None:
    """Seconds to wait before asking again in this cycle; None when this cycle gives up.

    ``tries`` counts the requests made so far, ``jitter`` is from 0 to 1.
    """
    if tries >= QUICK_TRIES:
        return None
    wait = retry_after if retry_after is not None else 0.25 * 2**tries + 0.25 * jitter
    return wait if wait <= _QUICK_LIMIT else None


def later_delay(*, attempts: int, retry_after: float | None, jitter: float) -> float:
    """Seconds until a later cycle may try again; ``attempts`` counts the cycles that failed."""
    backoff = min(2.0 ** min(attempts, 16), _LONGEST) * (0.75 + 0.5 * jitter)
    return max(backoff, retry_after or 0.0)
