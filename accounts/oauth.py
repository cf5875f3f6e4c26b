"""Google's consent: where to send a member, and what to make of the answer.

Google's authorisation code flow with PKCE (RFC 7636, S256). Addresses come from the client file,
so a stand-in for Google works too. Plain http is accepted for loopback addresses only.
"""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import dataclass
from pathlib import Path
from secrets import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.errors import ConsentError
from accounts.scopes import ASKED_SCOPES

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADDRESSES = ("auth_uri", "token_uri")
_TIMEOUT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Attempt:
    """What has to be remembered between sending a member to Google and the answer."""

    state: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a member granted: ``Credentials.to_json()`` as a dictionary, and the scopes."""

    credentials: dict[str, Any]
    scopes: list[str]


def consent_address(*, attempt: Attempt, redirect_uri: str, login_hint: str = "") -> str:
    """Where the member's browser goes. ConsentError if the installation cannot do this."""
    flow = _flow(attempt=attempt, redirect_uri=redirect_uri, scopes=ASKED_SCOPES)
    hint = {"login_hint": login_hint} if login_hint else {}
    # Without prompt=consent Google gives a refresh token the first time only.
    address, _ = flow.authorization_url(
        state=attempt.state, access_type="offline", prompt="consent", **hint
    )
    return str(address)


def check_state(*, answer: Mapping[str, str], attempt: Attempt) -> None:
    """ConsentError unless Google's redirect is the answer to this attempt of this browser."""
    if not compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise ConsentError("This answer does not belong to what you started here. Start again.")


def code_in(*, answer: Mapping[str, str]) -> str:
    """The code that Google's redirect carries; ConsentError if it carries a refusal."""
    if answer.get("error") == "access_denied":
        raise ConsentError("You did not allow access, so nothing was connected.")
    if "error" in answer:
        raise ConsentError("Google refused the request, so nothing was connected.")
    if not answer.get("code"):
        raise ConsentError("Google's answer holds no code, so nothing was connected.")
    return answer["code"]


def exchange(*, code: str, attempt: Attempt, redirect_uri: str) -> Grant:
    """Trade the code for credentials. ConsentError if Google does not give lasting ones."""
    # The scopes are left open, for a member may untick some of those that were asked for.
    flow = _flow(attempt=attempt, redirect_uri=redirect_uri, scopes=None)
    token = _fetch_token(flow, code)
    if not token.get("refresh_token"):
        raise ConsentError(
            "Google gave no lasting permission. Remove Secretary from the connections of your "
            "Google account, then connect again."
        )
    scopes = _as_list(token.get("scope") or ASKED_SCOPES)  # RFC 6749, 5.1: absent if as asked
    credentials = json.loads(flow.credentials.to_json())
    return Grant(credentials={**credentials, "scopes": scopes}, scopes=scopes)


def _fetch_token(flow: Any, code: str) -> Mapping[str, Any]:
    # Imported late, as the flow is: both are needed by few requests of a web process.
    import requests
    from oauthlib.oauth2 import OAuth2Error

    try:
        token: Mapping[str, Any] = flow.fetch_token(code=code, timeout=_TIMEOUT_SECONDS)
    except requests.RequestException:
        raise ConsentError("Google cannot be reached now. Try again in a while.") from None
    except (OAuth2Error, ValueError):
        raise ConsentError(
            "Google did not accept the answer; it may be too old. Start again."
        ) from None
    return token


def _flow(*, attempt: Attempt, redirect_uri: str, scopes: tuple[str, ...] | None) -> Any:
    from google_auth_oauthlib.flow import Flow

    client = _client_file()
    _refuse_plain_http(redirect_uri, *(str(client[kind][a]) for kind in client for a in _ADDRESSES))
    return Flow.from_client_config(
        client, scopes=scopes, redirect_uri=redirect_uri, code_verifier=attempt.verifier
    )


def _client_file() -> dict[str, Any]:
    """``web`` or ``installed`` mapped to the client, as Google's console gives it out."""
    if not settings.GOOGLE_CREDENTIALS_FILE:
        raise ConsentError(
            "This installation is not registered with Google yet: the operator has to set "
            "GOOGLE_CREDENTIALS_FILE."
        )
    try:
        content = json.loads(Path(settings.GOOGLE_CREDENTIALS_FILE).read_text(encoding="utf-8"))
        kind = "web" if "web" in content else "installed"
        client = dict(content[kind])
        if not {"client_id", "client_secret", *_ADDRESSES} <= client.keys():
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError):
        raise ConsentError(
            "The client file of this installation cannot be used: the operator has to look at "
            "GOOGLE_CREDENTIALS_FILE."
        ) from None
    return {kind: client}


def _refuse_plain_http(*addresses: str) -> None:
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme == "https":
            continue
        if parts.scheme != "http" or not _is_loopback(parts.hostname or ""):
            raise ConsentError(
                "Signing in at Google needs https: the operator has to look at PUBLIC_BASE_URL "
                "and GOOGLE_CREDENTIALS_FILE."
            )
        # oauthlib refuses any http without this; here every address is checked before it is used.
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _as_list(scopes: Any) -> list[str]:
    return scopes.split() if isinstance(scopes, str) else list(scopes)
