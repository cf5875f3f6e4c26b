"""The small sign in the top bar that tells how far the calendar is in step with Google."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from accounts.models import AccountStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

_ICONS: Final = {"✓": "done", "⏱": "pending", "⚠": "conflict", "✋": "proposed"}
_JUST_NOW = dt.timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Chip:
    """``kind`` is good, waiting, warning or error; the text alone says it too.

    ``since`` is the moment that the text counts from (RFC 3339), for scripts that count on;
    ``failed`` and ``conflicts`` are for those that tell of a change that comes back.
    """

    symbol: str
    text: str
    kind: str
    url: str
    since: str = ""
    failed: int = 0
    conflicts: int = 0

    @property
    def icon(self) -> str:
        return _ICONS[self.symbol]


def chip_for(status: Mapping[str, Any], *, now: dt.datetime) -> Chip:
    """What the member most needs to know about synchronisation, in one line.

    ``status`` is an answer of ``sync_health.status``.
    """
    counts = {"failed": status["failed_count"], "conflicts": status["conflict_count"]}
    return replace(_chip(status, now), **counts)


def _chip(status: Mapping[str, Any], now: dt.datetime) -> Chip:
    problems, accounts = reverse("calendar-problems"), reverse("settings-accounts")
    health = reverse("settings-sync")
    connected = [a for a in status["accounts"] if a["status"] == AccountStatus.CONNECTED]
    troubled = status["failed_count"] + status["conflict_count"]
    waiting = status["pending_count"]
    if any(account["status"] == AccountStatus.RECONNECT for account in status["accounts"]):
        return Chip("⚠", "Reconnect Google", "error", accounts)
    if troubled:
        return Chip("⚠", f"{_changes(troubled)} {_verb(troubled)} you", "warning", problems)
    if any(account["error"] for account in connected):
        return Chip("⚠", "Google unreachable, your changes are safe", "warning", health)
    if waiting:
        return Chip("⏱", f"{_changes(waiting)} waiting", "waiting", problems)
    if proposed := status["proposed_count"]:
        text = "1 proposal waits" if proposed == 1 else f"{proposed} proposals wait"
        return Chip("✋", f"{text} for you", "waiting", problems)
    if status["last_sync"] is None:
        return Chip("⏱", "Not synced yet", "waiting", health)
    past = ago(now - dt.datetime.fromisoformat(status["last_sync"]))
    if status["is_stale"]:
        return Chip("⚠", f"Last synced {past}", "warning", health)
    return Chip("✓", f"Synced {past}", "good", health, status["last_sync"])


def _changes(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _verb(number: int) -> str:
    return "needs" if number == 1 else "need"


def ago(past: dt.timedelta) -> str:
    """Coarse, so that a page that polls is not drawn anew for a number that only counts."""
    if past < _JUST_NOW:
        return "just now"
    if past < dt.timedelta(hours=1):
        return f"{past // dt.timedelta(minutes=1)} min ago"
    if past < dt.timedelta(days=2):
        return f"{past // dt.timedelta(hours=1)} h ago"
    return f"{past.days} days ago"
