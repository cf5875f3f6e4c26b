"""Reading accounts, credentials and tokens. Nothing here writes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from accounts.encryption import decrypt
from accounts.models import ApiToken, GoogleAccount, GrantToRevoke, Member
from accounts.scopes import REQUIRED_SCOPES
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

__all__ = [
    "REQUIRED_SCOPES",
    "account_of",
    "accounts_of",
    "credentials_of",
    "digest_of",
    "grants_to_revoke",
    "is_granted_again",
    "token_by_secret",
    "token_of",
    "tokens_of",
]

_ASKED_OF_A_TOKEN = (
    *("name", "scope", "last_used_at"),
    *("member__username", "member__first_name", "member__last_name"),
    *("member__time_zone", "member__default_calendar"),
    *("member__working_days", "member__working_day_start", "member__working_day_end"),
)
"""What the API asks of its caller; other columns are loaded when they are asked for."""
_VALID_TOKEN = PreparedQuery(
    lambda digest, now: (
        ApiToken.objects.select_related("member")
        .only(*_ASKED_OF_A_TOKEN)
        .filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
            digest=digest,
            revoked_at__isnull=True,
            member__is_active=True,
        )
    ),
    "digest",
    "now",
)


def accounts_of(member: Member) -> QuerySet[GoogleAccount]:
    """The member's accounts, in the order in which they were first connected."""
    return GoogleAccount.objects.filter(member=member).order_by("pk")


def account_of(*, member: Member, account_id: int) -> GoogleAccount | None:
    """This account if it is the member's own; None if it is somebody else's or nobody's."""
    return accounts_of(member).filter(pk=account_id).first()


def credentials_of(holder: GoogleAccount | GrantToRevoke) -> dict[str, Any]:
    """google-auth's ``Credentials.to_json()`` as a dictionary, decrypted.

    SecretUnreadableError if no key opens it, or if the account is disconnected and has none.
    """
    return dict(json.loads(decrypt(holder.credentials)))


def grants_to_revoke(*, now: dt.datetime) -> QuerySet[GrantToRevoke]:
    """Grants that Google is to be told of by now, the oldest first."""
    return GrantToRevoke.objects.filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    ).order_by("pk")


def is_granted_again(grant: GrantToRevoke) -> bool:
    """Whether somebody here has that Google account connected: Google would revoke theirs too, for
    it knows one grant for each account and installation.
    """
    holders = GoogleAccount.objects.filter(email=grant.address).exclude(credentials="")
    return bool(grant.address) and holders.exists()


def digest_of(secret: str) -> str:
    """What is stored of a token: SHA-256 is enough, for the secret is 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_by_secret(*, secret: str, now: dt.datetime) -> ApiToken | None:
    """The token with its member, in one query.

    None if it is unknown, revoked or expired, or if its member is not active any more.
    """
    return next(iter(_VALID_TOKEN.run(digest=digest_of(secret), now=now)), None)


def tokens_of(member: Member) -> QuerySet[ApiToken]:
    """The member's tokens that are not revoked, newest first; expired ones included."""
    return ApiToken.objects.filter(member=member, revoked_at__isnull=True).order_by("-pk")


def token_of(*, member: Member, token_id: int) -> ApiToken | None:
    """This token if it is the member's own and not revoked, else None."""
    return tokens_of(member).filter(pk=token_id).first()
