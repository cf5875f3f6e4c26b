"""System checks that explain a setting which would fail later, in words of the operator."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004

from accounts.encryption import is_key

if TYPE_CHECKING:
    from collections.abc import Iterable


@register()
def encryption_keys(**_: Any) -> Iterable[CheckMessage]:
    """Each key has to be a Fernet key; a wrong one would lose the stored Google credentials."""
    for position, key in enumerate(settings.TOKEN_ENCRYPTION_KEYS, start=1):
        if not is_key(key):
            yield Error(
                f"TOKEN_ENCRYPTION_KEYS: key number {position} is not a Fernet key.",
                hint="Make one with: python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'",
                id="secretary.E001",
            )


@register()
def google_client_file(**_: Any) -> Iterable[CheckMessage]:
    """GOOGLE_CREDENTIALS_FILE has to be a client file as Google's console gives it out."""
    if not settings.GOOGLE_CREDENTIALS_FILE:
        return
    path = Path(settings.GOOGLE_CREDENTIALS_FILE)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        client = content.get("web") or content.get("installed")
        complete = {"client_id", "client_secret", "auth_uri", "token_uri"} <= set(client)
    except (OSError, ValueError, AttributeError, TypeError):
        complete = False
    if not complete:
        yield Error(
            f"GOOGLE_CREDENTIALS_FILE: {path} is not an OAuth client file.",
            hint="Download it from Google's console: Credentials, OAuth client, Download JSON.",
            id="secretary.E002",
        )


@register()
def embedded_services_in_production(**_: Any) -> Iterable[CheckMessage]:
    """Several web processes need a shared cache to count logins and requests together."""
    if settings.SERVED_OVER_TLS and not settings.REDIS_URL:
        yield Warning(
            "REDIS_URL is not set: limits on logins and requests are counted per process.",
            hint="Set REDIS_URL, or run a single web process.",
            id="secretary.W001",
        )


@register()
def open_folder(**_: Any) -> Iterable[CheckMessage]:
    """A folder that was made before, or by somebody else, may let all users of the machine in."""
    if settings.VAR_DIR.stat().st_mode & stat.S_IRWXO:
        yield Warning(
            f"SECRETARY_VAR_DIR: every user of this machine can look into {settings.VAR_DIR}.",
            hint=f"It holds keys and perhaps the database: chmod o-rwx {settings.VAR_DIR}",
            id="secretary.W002",
        )
