"""A member's calendar lists in words: what each calendar is, and which changes wait. Pure but for
the addresses.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from accounts.models import AccountStatus
from accounts.scopes import allows_list_changes
from calendars.models import AccessRole, ListChangeKind, ListChangeStatus, LocalStatus
from calendars.web.cards import BADGES, Sign
from calendars.web.chip import ago
from calendars.web.style_classes import tint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from accounts.models import GoogleAccount
    from calendars.models import CalendarListChange

ROLES: Final[Mapping[str, str]] = {
    AccessRole.OWNER: "You own it",
    AccessRole.WRITER: "You may change events",
    AccessRole.WRITER_WITHOUT_PRIVATE_ACCESS: "You may change events, private ones show as busy",
    AccessRole.READER: "You may see events",
    AccessRole.FREE_BUSY_READER: "You see only when it is busy",
}
_DISCONNECTED: Final = "This account is disconnected, so its list cannot be changed here."
_NOT_ALLOWED: Final = (
    "Secretary may see this account's list but not change it: that permission was not granted."
)


@dataclass(frozen=True, slots=True)
class ListChangeLine:
    """A change of a list that waits, or that Google has refused."""

    pk: int
    badge: Sign
    text: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class ListedCalendar:
    """``key`` is an id for the page; ``elsewhere`` are other accounts of the member's that have
    the calendar too; ``synced`` says how old what is known of it is, ``is_stale`` that this is
    too old.
    """

    key: str
    google_id: str
    name: str
    description: str
    colour: str
    tint: str
    role: str
    time_zone: str
    is_primary: bool
    is_owned: bool
    is_shown: bool
    is_hidden: bool
    elsewhere: Sequence[str]
    synced: str
    is_stale: bool
    change: ListChangeLine | None
    url: str


@dataclass(frozen=True, slots=True)
class ListOfAccount:
    """``fixed`` says why the list cannot be changed from here, empty where it can. ``changes`` are
    those of calendars that are not on the list now.
    """

    name: str
    state: str
    fixed: str
    calendars: Sequence[ListedCalendar]
    changes: Sequence[ListChangeLine]


def lists_of(
    accounts: Iterable[GoogleAccount],
    entries: Sequence[Mapping[str, Any]],
    changes: Sequence[CalendarListChange],
    *,
    names: Mapping[str, str],
    now: dt.datetime,
) -> list[ListOfAccount]:
    """Each account with its calendars, its own first, the others by name.

    ``entries`` are those of ``queries.calendar_list.calendar_entries``, ``changes`` the open ones,
    ``names`` those of calendars by id, of removed ones too. A disconnected account is left out
    where nothing of it is kept.
    """
    listed = {entry["calendar_id"] for entry in entries}
    found = []
    for account in accounts:
        own = sorted(
            (entry for entry in entries if entry["account"] == account.email),
            key=lambda entry: (not entry["primary"], str(entry["summary"]).lower()),
        )
        if account.status == AccountStatus.DISCONNECTED and not own:
            continue
        missing = [
            each
            for each in changes
            if each.account_id == account.pk and each.google_id not in listed
        ]
        found.append(
            ListOfAccount(
                name=str(account),
                state=account.status,
                fixed=why_fixed(account),
                calendars=[listed_calendar(entry, changes, now=now) for entry in own],
                changes=[change_line(each, names=names) for each in missing],
            )
        )
    return found


def listed_calendar(
    entry: Mapping[str, Any], changes: Iterable[CalendarListChange], *, now: dt.datetime
) -> ListedCalendar:
    """An entry of ``queries.calendar_list.calendar_entries`` in words."""
    google_id = entry["calendar_id"]
    synced = entry["last_sync"]
    change = next((each for each in changes if each.google_id == google_id), None)
    return ListedCalendar(
        key=blake2s(google_id.encode(), digest_size=6).hexdigest(),
        google_id=google_id,
        name=entry["summary"] or google_id,
        description=entry["description"],
        colour=entry["background_color"],
        tint=tint(calendar_colour=entry["background_color"]),
        role=ROLES[entry["access_role"]],
        time_zone=entry["time_zone"],
        is_primary=entry["primary"],
        is_owned=entry["primary"] or entry["access_role"] == AccessRole.OWNER,
        is_shown=entry["selected"],
        is_hidden=entry["hidden"],
        elsewhere=[each for each in entry["accounts"] if each != entry["account"]],
        synced=ago(now - dt.datetime.fromisoformat(synced)) if synced else "",
        is_stale=entry["is_stale"],
        change=change_line(change) if change else None,
        url=reverse("settings-list-entry", args=[google_id]),
    )


def why_fixed(account: GoogleAccount) -> str:
    """Why the list of an account cannot be changed from here; empty where it can."""
    if account.status == AccountStatus.DISCONNECTED:
        return _DISCONNECTED
    return "" if allows_list_changes(account.scopes) else _NOT_ALLOWED


def change_line(
    change: CalendarListChange, *, names: Mapping[str, str] | None = None
) -> ListChangeLine:
    """A change in a sentence; it names the calendar where ``names`` are given."""
    refused = change.status == ListChangeStatus.FAILED
    said = _refused(change) if refused else _waiting(change)
    if names is not None:
        begins = said[0] if said.startswith("Google") else said[0].lower()
        said = f"{names.get(change.google_id) or change.google_id}: {begins}{said[1:]}"
    badge = BADGES[LocalStatus.FAILED if refused else LocalStatus.PENDING]
    return ListChangeLine(change.pk, badge, said, refused)


def _waiting(change: CalendarListChange) -> str:
    if change.kind == ListChangeKind.SUBSCRIBE:
        return "Appears as soon as Google has told what it is."
    if change.kind == ListChangeKind.REMOVE:
        return "Leaves your list at Google next."
    if "hidden" not in change.payload:
        return "Google gets the new colour next."
    hidden = change.payload["hidden"]
    return f"Google {'hides it in' if hidden else 'shows it again in'} your list next."


def _refused(change: CalendarListChange) -> str:
    if change.kind == ListChangeKind.SUBSCRIBE:
        did = "Google did not put it on your list."
    elif change.kind == ListChangeKind.REMOVE:
        did = "Google did not take it off your list."
    elif "hidden" in change.payload:
        did = f"Google did not {'hide it' if change.payload['hidden'] else 'show it again'}."
    else:
        did = "Google did not take the new colour."
    return f"{did} {change.error}".strip()
