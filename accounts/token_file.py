"""Reading the JSON of google-auth's ``Credentials.to_json()`` from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from accounts.errors import TokenFileError

_MOST_BYTES = 64 * 1024
_NEEDED = ("refresh_token", "client_id", "client_secret", "token_uri")
_GOOGLES_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


def read_token_file(path: str) -> dict[str, Any]:
    """The credentials in this file; TokenFileError with a sentence if they cannot be used."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise TokenFileError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > _MOST_BYTES:
        raise TokenFileError(f"{path} is too big to be a token file.")
    return _credentials(path, content)


def scopes_in(credentials: dict[str, Any]) -> list[str]:
    """The scopes that the file names; empty if it names none."""
    scopes = credentials.get("scopes")
    if isinstance(scopes, str):
        return scopes.split()
    if not isinstance(scopes, list):
        return []
    return [scope for scope in scopes if isinstance(scope, str)]


def _credentials(path: str, content: bytes) -> dict[str, Any]:
    try:
        credentials = json.loads(content)
    except (ValueError, RecursionError):
        raise TokenFileError(f"{path} is not JSON.") from None
    if not isinstance(credentials, dict):
        raise TokenFileError(f"{path} does not hold a JSON object.")
    credentials.setdefault("token_uri", _GOOGLES_TOKEN_URI)
    for name in _NEEDED:
        value = credentials.get(name)
        if not isinstance(value, str) or not value:
            raise TokenFileError(
                f"{path} has no {name}; write the file with google-auth's Credentials.to_json()."
            )
    return credentials
