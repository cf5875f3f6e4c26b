"""A member's Google accounts in words: how each stands, what it lacks, what waits. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from accounts.models import AccountStatus
from accounts.scopes import allows_list_changes, explain_missing
from calendars.web.cards import Sign
from calendars.web.chip import ago
from calendars.web.words import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import GoogleAccount

_STATES: Final = {
    AccountStatus.CONNECTED: Sign("✓", "Connected", "done"),
    AccountStatus.RECONNECT: Sign("⚠", "Connect again", "conflict"),
    AccountStatus.DISCONNECTED: Sign("⊘", "Disconnected", "declined"),
}
_LACKING: Final = Sign("⚠", "Connected, but a permission is missing", "conflict")
_RECONNECT: Final = "Google does not accept the permission any more."
_NO_LIST_CHANGES: Final = (
    "Secretary may not change the list of calendars, so colours, hiding, subscribing and removing"
    " are left to Google's own pages."
)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """``state`` in a word with its sign. ``asks`` are sentences about what only connecting again
    mends, ``trouble`` one about what passes by itself. Numbers are those of changes, in words;
    empty for none.
    """

    pk: int
    name: str
    email: str
    status: str
    state: Sign
    connected_at: dt.datetime
    synced: str
    calendars: str
    asks: tuple[str, ...]
    hint: str
    trouble: str
    waiting: str
    troubled: str
    is_filling: bool


def account_line(
    account: GoogleAccount, health: Mapping[str, Any], *, now: dt.datetime
) -> AccountLine:
    """``health`` is the account's part of ``sync_health.status``."""
    missing = explain_missing(account.scopes)
    connected = account.status == AccountStatus.CONNECTED
    rows = health["calendars"]
    waiting = sum(each["pending_count"] for each in rows)
    troubled = sum(each["failed_count"] + each["conflict_count"] for each in rows)
    cycle = health["last_cycle"]
    return AccountLine(
        pk=account.pk,
        name=account.email or "Account without a known address yet",
        email=account.email,
        status=account.status,
        state=_LACKING if connected and missing else _STATES[AccountStatus(account.status)],
        connected_at=account.connected_at,
        synced=ago(now - dt.datetime.fromisoformat(cycle)) if cycle else "",
        calendars=plural(len(rows), "calendar") if rows else "",
        asks=_asks(account, missing),
        hint="" if missing or allows_list_changes(account.scopes) else _NO_LIST_CHANGES,
        trouble=_trouble(health, now=now) if connected else "",
        waiting=f"{plural(waiting, 'change')} for Google" if waiting else "",
        troubled=f"{plural(troubled, 'change')} that Google did not take" if troubled else "",
        is_filling=connected and (not cycle or bool(waiting)),
    )


def unsent(health: Mapping[str, Any]) -> int:
    """How many changes of an account Google does not have."""
    names = ("pending_count", "failed_count", "conflict_count")
    return sum(each[name] for each in health["calendars"] for name in names)


def _asks(account: GoogleAccount, missing: list[str]) -> tuple[str, ...]:
    if account.status == AccountStatus.RECONNECT:
        why = account.status_reason or _RECONNECT
        return (f"{why} Its calendars stay readable and your changes are kept until then.",)
    return tuple(f"{each} Leave every box ticked when Google asks." for each in missing)


def _trouble(health: Mapping[str, Any], *, now: dt.datetime) -> str:
    paused = health["writes_paused_until"]
    if paused and dt.datetime.fromisoformat(paused) > now:
        return "Google takes no changes of this account for now. They are kept and sent later."
    if health["error"]:
        return f"{health['error']} Your changes are kept and sent when it works again."
    return ""
