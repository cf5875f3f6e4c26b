"""Changes of a member's calendar list at Google: subscribe, hide, colour, remove.

They show here at once and travel in the background like every change; a subscription shows as soon
as Google has told what the calendar is. What Google refuses comes back with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.models import AccountStatus
from accounts.queries import accounts_of
from accounts.scopes import allows_list_changes
from calendars.errors import (
    InvalidInputError,
    NoGoogleAccountError,
    NotWritableError,
    WrongStateError,
)
from calendars.models import AccessRole, CalendarListChange, ListChangeKind, ListChangeStatus
from calendars.queries.access import calendar_of, calendars_of
from calendars.sync.nudge import wake

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from accounts.models import GoogleAccount, Member
    from calendars.commands.actor import Actor
    from calendars.models import Calendar

_DARK, _LIGHT = "#000000", "#ffffff"
_NOT_ALLOWED = (
    "Secretary may see this account's list of calendars but not change it. Connect the account"
    " again and leave every box ticked."
)


def subscribe(
    *, actor: Actor, google_id: str, account_email: str | None, now: dt.datetime
) -> list[CalendarListChange]:
    """Put a calendar on the list of one account; of the first connected one unless it is named.

    Raises InvalidInputError, NoGoogleAccountError, NotWritableError.
    """
    if "@" not in google_id:
        sentence = "The id of a calendar looks like an address."
        raise InvalidInputError(sentence, fields={"calendar_id": sentence})
    account = _account(actor.member, account_email)
    if calendars_of(actor.member).filter(account=account, google_id=google_id).exists():
        sentence = "This calendar is on the list of that account already."
        raise InvalidInputError(sentence, fields={"calendar_id": sentence})
    with transaction.atomic():
        return [_queue(actor, account, google_id, ListChangeKind.SUBSCRIBE, {}, now=now)]


def change_entry(
    *,
    actor: Actor,
    google_id: str,
    hidden: bool | None = None,
    background_color: str | None = None,
    now: dt.datetime,
) -> list[CalendarListChange]:
    """Hide a calendar or show it again, and give it a colour (``#rrggbb``), in every account that
    has it. A hidden calendar is not shown here either, until it is chosen or no longer hidden.

    Raises InvalidInputError, NotFoundError, NotWritableError.
    """
    payload: dict[str, Any] = {} if hidden is None else {"hidden": hidden}
    if background_color is not None:
        payload["backgroundColor"] = background_color
        payload["foregroundColor"] = _readable_on(background_color)
    if not payload:
        raise InvalidInputError("Say what to change: hidden, or background_color.")
    entries = _entries(actor.member, google_id)
    with transaction.atomic():
        for entry in entries:
            _show(entry, payload)
        return [
            _queue(actor, entry.account, entry.google_id, ListChangeKind.CHANGE, payload, now=now)
            for entry in entries
        ]


def remove(*, actor: Actor, google_id: str, now: dt.datetime) -> list[CalendarListChange]:
    """Take a calendar off the list of every account that has it. What waits to be sent to it is
    sent first. An owned calendar can only be hidden (trap 35).

    Raises NotFoundError, NotWritableError.
    """
    entries = _entries(actor.member, google_id)
    if any(entry.primary or entry.access_role == AccessRole.OWNER for entry in entries):
        raise NotWritableError(
            "You own this calendar. Google lets an owner hide it, not remove it from the list.",
            calendar_id=google_id,
        )
    with transaction.atomic():
        for entry in entries:
            entry.deleted = True
            entry.save(update_fields=["deleted"])
        return [
            _queue(actor, entry.account, entry.google_id, ListChangeKind.REMOVE, {}, now=now)
            for entry in entries
        ]


def try_again(
    *, actor: Actor, change: CalendarListChange, now: dt.datetime
) -> list[CalendarListChange]:
    """Ask once more for what Google has refused. Raises what the first asking may raise, and
    WrongStateError for what was not refused."""
    _require_refused(change)
    if change.kind == ListChangeKind.SUBSCRIBE:
        email = change.account.email
        return subscribe(actor=actor, google_id=change.google_id, account_email=email, now=now)
    if change.kind == ListChangeKind.REMOVE:
        return remove(actor=actor, google_id=change.google_id, now=now)
    return change_entry(
        actor=actor,
        google_id=change.google_id,
        hidden=change.payload.get("hidden"),
        background_color=change.payload.get("backgroundColor"),
        now=now,
    )


def dismiss(*, change: CalendarListChange) -> None:
    """The member has read why Google refused it. Raises WrongStateError for what was not."""
    _require_refused(change)
    change.status = ListChangeStatus.DISMISSED
    change.save(update_fields=["status"])


def _require_refused(change: CalendarListChange) -> None:
    if change.status != ListChangeStatus.FAILED:
        raise WrongStateError("Google has not refused this change.")


def _account(member: Member, email: str | None) -> GoogleAccount:
    connected = accounts_of(member).exclude(status=AccountStatus.DISCONNECTED)
    account = (connected if email is None else connected.filter(email=email)).first()
    if account is None and email is not None:
        sentence = "You have no connected account of this address."
        raise InvalidInputError(sentence, fields={"account": sentence})
    if account is None:
        raise NoGoogleAccountError("Connect a Google account first.")
    _require_list_scope(account)
    return account


def _entries(member: Member, google_id: str) -> Sequence[Calendar]:
    """Every entry of the calendar in an account that is not disconnected."""
    calendar = calendar_of(member=member, calendar_id=google_id)
    entries = [
        each
        for each in calendars_of(member)
        .filter(google_id=calendar.google_id)
        .select_related("account")
        .order_by("pk")
        if each.account.status != AccountStatus.DISCONNECTED
    ]
    if not entries:
        raise NotWritableError("This calendar's Google account is disconnected.")
    for entry in entries:
        _require_list_scope(entry.account)
    return entries


def _require_list_scope(account: GoogleAccount) -> None:
    if not allows_list_changes(account.scopes):
        raise NotWritableError(_NOT_ALLOWED)


def _show(entry: Calendar, payload: Mapping[str, Any]) -> None:
    if "hidden" in payload:
        entry.hidden, entry.selected = payload["hidden"], not payload["hidden"]
    if "backgroundColor" in payload:
        entry.background_color = payload["backgroundColor"]
        entry.foreground_color = payload["foregroundColor"]
    entry.save(update_fields=["hidden", "selected", "background_color", "foreground_color"])


def _queue(
    actor: Actor,
    account: GoogleAccount,
    google_id: str,
    kind: ListChangeKind,
    payload: Mapping[str, Any],
    *,
    now: dt.datetime,
) -> CalendarListChange:
    change = CalendarListChange.objects.create(
        account=account,
        google_id=google_id,
        kind=kind,
        payload=payload,
        created_at=now,
        actor=actor.member,
        actor_via=actor.via[:120],
    )
    account_id = account.pk
    transaction.on_commit(lambda: wake(account_id=account_id))
    return change


def _readable_on(background: str) -> str:
    """Black or white, whichever is easier to read on a colour (relative luminance, roughly)."""
    red, green, blue = (int(background[at : at + 2], 16) for at in (1, 3, 5))
    return _DARK if 299 * red + 587 * green + 114 * blue > 140_000 else _LIGHT
