"""Everything that changes Google accounts and API tokens."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Q

from accounts.encryption import SecretUnreadableError, encrypt, reencrypt
from accounts.errors import TokenRefusedError
from accounts.models import (
    AccountStatus,
    ApiToken,
    GoogleAccount,
    GrantToRevoke,
    Member,
    TokenScope,
)
from accounts.queries import accounts_of, credentials_of, digest_of
from accounts.signals import account_connected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOUCH_EVERY = dt.timedelta(minutes=1)


def connect_account(
    *,
    member: Member,
    credentials: Mapping[str, Any],
    email: str,
    granted_scopes: Sequence[str],
    now: dt.datetime,
) -> GoogleAccount:
    """Store a grant. The same member and address again replace the credentials they had.

    ``credentials`` have the shape of google-auth's ``Credentials.to_json()``. ``email`` is empty
    while Google could not be asked; then the same refresh token means the same account.
    ``account_connected`` is sent after the commit.
    """
    with transaction.atomic():
        _one_at_a_time(member.pk)
        account = _account_to_connect(member=member, email=email, credentials=credentials)
        account.email = email or account.email
        account.credentials = encrypt(json.dumps(dict(credentials)))
        account.scopes = sorted(granted_scopes)
        account.status = AccountStatus.CONNECTED
        account.status_reason = ""
        account.connected_at = now
        account.save()
        _announce(account.pk)
    return account


def mark_reconnect(
    *, account_id: int, reason: str, connected_at: dt.datetime | None = None
) -> None:
    """Only the member can mend this account now; ``reason`` is the sentence that tells why.

    ``connected_at`` is the account's when its credentials were read: a member who has connected
    again in the meantime is not bothered about the old grant.
    """
    accounts = GoogleAccount.objects.filter(pk=account_id, status=AccountStatus.CONNECTED)
    if connected_at is not None:
        accounts = accounts.filter(connected_at=connected_at)
    accounts.update(status=AccountStatus.RECONNECT, status_reason=reason)


def name_account(*, account_id: int, email: str) -> int:
    """Give an account the address that Google told, and answer with the id it goes by.

    If the member has an account with that address already, its credentials are replaced and the
    nameless account disappears: the id is then the older one's.
    """
    with transaction.atomic():
        nameless = GoogleAccount.objects.select_related("member").get(pk=account_id)
        _one_at_a_time(nameless.member_id)
        known = accounts_of(nameless.member).filter(email=email).exclude(pk=account_id).first()
        if known is None:
            GoogleAccount.objects.filter(pk=account_id).update(email=email)
            return account_id
        _take_over(known, grant_of=nameless)
        return known.pk


def adopt_time_zone(*, account_id: int, name: str) -> None:
    """Until a member has chosen a time zone, theirs is that of their first Google calendar."""
    unchosen = Member.objects.filter(
        google_accounts=account_id, time_zone=Member._meta.get_field("time_zone").default
    )
    if name in available_timezones():
        unchosen.update(time_zone=name)


def store_credentials(
    *,
    account_id: int,
    credentials: Mapping[str, Any],
    granted_scopes: Sequence[str] | None = None,
    connected_at: dt.datetime | None = None,
) -> None:
    """Keep a refreshed token. A disconnected account stays without credentials.

    ``connected_at`` as in ``mark_reconnect``: a late refresh must not bring an old grant back.
    """
    accounts = GoogleAccount.objects.filter(pk=account_id).exclude(
        status=AccountStatus.DISCONNECTED
    )
    if connected_at is not None:
        accounts = accounts.filter(connected_at=connected_at)
    values: dict[str, Any] = {"credentials": encrypt(json.dumps(dict(credentials)))}
    if granted_scopes is not None:
        values["scopes"] = sorted(granted_scopes)
    accounts.update(**values)


def disconnect(*, account: GoogleAccount, keep_cache: bool) -> None:
    """Give the grant back; without ``keep_cache`` also delete calendars, events, waiting changes.

    Nothing here can use the grant any more; the worker has Google revoke it.
    """
    if not keep_cache:
        account.delete()
        return
    with transaction.atomic():
        give_grant_back(account=account)
        account.status = AccountStatus.DISCONNECTED
        account.status_reason = ""
        account.credentials = ""
        account.scopes = []
        account.save(update_fields=["status", "status_reason", "credentials", "scopes"])


def give_grant_back(*, account: GoogleAccount) -> None:
    """Keep the grant for the worker to revoke. Done by itself when an account is deleted."""
    if account.credentials:
        GrantToRevoke.objects.create(address=account.email, credentials=account.credentials)


def erase_grant(*, grant: GrantToRevoke) -> None:
    """Google has revoked it, or cannot be asked to."""
    grant.delete()


def postpone_grant(*, grant: GrantToRevoke, until: dt.datetime) -> None:
    """Google could not be told now; ``until`` nobody tries again."""
    GrantToRevoke.objects.filter(pk=grant.pk).update(
        attempts=grant.attempts + 1, next_attempt_at=until
    )


def rotate_credentials(*, holder: GoogleAccount | GrantToRevoke) -> None:
    """Encrypt stored credentials anew with the newest key, so that older keys can go.

    Credentials that change meanwhile are left alone, for they were just encrypted with that key.
    SecretUnreadableError if no key opens them.
    """
    type(holder).objects.filter(pk=holder.pk, credentials=holder.credentials).update(
        credentials=reencrypt(holder.credentials)
    )


def new_secret() -> str:
    """A secret for ``create_token``: 256 random bits with a prefix that secret scanners find."""
    return f"secretary_{secrets.token_urlsafe(32)}"


def create_token(
    *,
    member: Member,
    name: str,
    scope: str,
    now: dt.datetime,
    expires_at: dt.datetime | None = None,
    secret: str,
) -> tuple[ApiToken, str]:
    """Make a token of this secret. The secret is given back for the only showing; it is not kept.

    TokenRefusedError for a name that is empty or too long, an unknown scope, an expiry gone by.
    """
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise TokenRefusedError("The name of a token has 1 to 100 characters.")
    if scope not in TokenScope.values:
        known = ", ".join(TokenScope.values)
        raise TokenRefusedError(f"There is no scope {scope!r}; choose one of {known}.")
    if expires_at is not None and expires_at <= now:
        raise TokenRefusedError("A token cannot expire before it is made.")
    token = ApiToken.objects.create(
        member=member,
        name=name,
        digest=digest_of(secret),
        scope=scope,
        created_at=now,
        expires_at=expires_at,
    )
    return token, secret


def revoke_token(*, token: ApiToken, now: dt.datetime) -> None:
    """The token stops working at once, for good."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)


def touch_token(*, token: ApiToken, now: dt.datetime) -> None:
    """Note the use of a token, at most once a minute, so that reads stay reads."""
    if token.last_used_at is not None and now - token.last_used_at < _TOUCH_EVERY:
        return
    ApiToken.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - _TOUCH_EVERY), pk=token.pk
    ).update(last_used_at=now)


def _one_at_a_time(member_id: int) -> None:
    """Two grants of one member at once must not become two rows of one address."""
    Member.objects.select_for_update(no_key=True).get(pk=member_id)


def _account_to_connect(
    *, member: Member, email: str, credentials: Mapping[str, Any]
) -> GoogleAccount:
    if email:
        known = accounts_of(member).filter(email=email).first()
        if known is not None:
            return known
    for account in accounts_of(member).exclude(credentials=""):
        if email and account.email:
            continue  # another address is another account, whatever its grant
        if _refresh_token(account) == credentials.get("refresh_token"):
            return account
    return GoogleAccount(member=member)


def _refresh_token(account: GoogleAccount) -> str | None:
    try:
        return str(credentials_of(account).get("refresh_token"))
    except SecretUnreadableError:
        return None


def _take_over(known: GoogleAccount, *, grant_of: GoogleAccount) -> None:
    known.credentials = grant_of.credentials
    known.scopes = grant_of.scopes
    known.status = grant_of.status
    known.status_reason = grant_of.status_reason
    known.connected_at = grant_of.connected_at
    known.save()
    grant_of.credentials = ""  # it lives on: deleting the account must not give it back
    grant_of.delete()
    _announce(known.pk)


def _announce(account_id: int) -> None:
    transaction.on_commit(
        lambda: account_connected.send_robust(sender=GoogleAccount, account_id=account_id)
    )
