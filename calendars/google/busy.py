"""Reading one calendar's part of a freeBusy answer. What cannot be read is unknown, never free."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from calendars.sync.ports import BusyAnswer

UNREADABLE = "unreadable"
_WORD = re.compile(r"[A-Za-z]{1,64}")


def busy_answer(entry: Any) -> BusyAnswer:
    """Spans, or the reason of the first error: an error comes inside the 200 (section 2.3)."""
    if not isinstance(entry, dict):
        return BusyAnswer(problem=UNREADABLE)
    if entry.get("errors"):
        return BusyAnswer(problem=_reason(entry["errors"]))
    try:
        spans = sorted((_epoch(span["start"]), _epoch(span["end"])) for span in entry["busy"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return BusyAnswer(problem=UNREADABLE)
    return BusyAnswer(busy=spans)


def _reason(problems: Any) -> str:
    first = problems[0] if isinstance(problems, list) else problems
    word = first.get("reason") if isinstance(first, dict) else None
    return word if isinstance(word, str) and _WORD.fullmatch(word) else UNREADABLE


def _epoch(text: str) -> int:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return int(moment.timestamp())
