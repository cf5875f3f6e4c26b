"""Google sign-in: clients, consent, codes, grants and tokens.

google-calendar-api.md sections 2.4 and 2.5. The pages and endpoints are in `oauth_pages`.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from google_simulator.discovery import document
from google_simulator.errors import ApiError, OAuthError

if TYPE_CHECKING:
    from google_simulator.world import World

CLIENT_ID = "simulator.apps.googleusercontent.com"
CLIENT_SECRET = "simulator-secret"  # noqa: S105 - opens nothing but the simulator
ACCESS_TOKEN_SECONDS = 3599
CODE_SECONDS = 600
MAX_REFRESH_TOKENS = 100
UNUSED_SECONDS = 180 * 86400
TESTING_SECONDS = 7 * 86400
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_IDENTITY_SCOPES = {
    "openid",
    "email",
    "profile",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
}
_SPELLED_OUT = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}


def calendar_scopes() -> dict[str, str]:
    """All Calendar scopes and what Google says about each on its consent page."""
    scopes: dict[str, dict[str, str]] = document()["auth"]["oauth2"]["scopes"]
    return {name: entry["description"] for name, entry in scopes.items()}


@dataclass
class AccessToken:
    """What a bearer token stands for."""

    email: str
    client_id: str
    scopes: list[str]
    expires: float


@dataclass
class RefreshToken:
    """One live refresh token of a grant; times in epoch seconds."""

    created: float
    used: float
    scopes: list[str]


@dataclass
class Grant:
    """That a person lets a client act for them."""

    email: str
    client_id: str
    scopes: list[str]
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)


@dataclass
class Code:
    """An authorization code, good for one exchange."""

    email: str
    client_id: str
    scopes: list[str]
    redirect_uri: str
    challenge: str
    challenge_method: str
    refresh: bool
    expires: float


@dataclass
class SignIn:
    """All sign-in state. Callers hold the world's lock."""

    world: World
    clients: dict[str, str] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    withheld: dict[str, list[str]] = field(default_factory=dict)

    def authenticate(self, header: str) -> AccessToken:
        """Whom a bearer token stands for; 401 if it is unknown, expired or revoked."""
        kind, _, token = header.partition(" ")
        found = self.access_tokens.get(token) if kind.lower() == "bearer" else None
        if found is None or found.expires <= self.world.now():
            raise ApiError(
                401,
                "authError",
                "Invalid Credentials",
                "Authorization",
                "header",
                shape="new",
            )
        return found

    def check_client(self, client_id: str, secret: str) -> None:
        """401 invalid_client unless id and secret belong together."""
        known = self.clients.get(client_id)
        if known is None:
            raise OAuthError(401, "invalid_client", "The OAuth client was not found.")
        if not hmac.compare_digest(known.encode(), secret.encode()):
            raise OAuthError(401, "invalid_client", "Unauthorized")

    def grant(self, *, email: str, client_id: str, scopes: list[str]) -> Grant:
        """Let a client act for a person, on top of what was granted before."""
        key = (email, client_id)
        grant = self.grants.setdefault(key, Grant(email, client_id, []))
        grant.scopes = list(dict.fromkeys([*grant.scopes, *scopes]))
        return grant

    def new_refresh_token(self, grant: Grant, scopes: list[str]) -> str:
        """A further refresh token; the oldest of more than 100 dies silently (2.5)."""
        token = "1//" + self.world.token(60, alphabet=_ALPHABET)
        now = self.world.now()
        grant.refresh_tokens[token] = RefreshToken(now, now, list(scopes))
        while len(grant.refresh_tokens) > MAX_REFRESH_TOKENS:
            grant.refresh_tokens.pop(next(iter(grant.refresh_tokens)))
        return token

    def new_access_token(self, grant: Grant, scopes: list[str]) -> tuple[str, AccessToken]:
        """A bearer token for the scopes that are granted and not withheld."""
        hidden = self.withheld.get(grant.email, [])
        allowed = [scope for scope in scopes if scope in grant.scopes and scope not in hidden]
        token = "ya29." + self.world.token(80, alphabet=_ALPHABET)
        now = self.world.now()
        made = AccessToken(grant.email, grant.client_id, allowed, now + ACCESS_TOKEN_SECONDS)
        live = self.access_tokens
        self.access_tokens = {key: each for key, each in live.items() if each.expires > now}
        self.access_tokens[token] = made
        return token, made

    def refresh(self, refresh_token: str, client_id: str) -> tuple[str, AccessToken]:
        """A new bearer token; 400 invalid_grant once the refresh token is dead (2.5)."""
        now = self.world.now()
        for grant in self.grants.values():
            held = grant.refresh_tokens.get(refresh_token)
            if held is None or grant.client_id != client_id:
                continue
            testing = self.world.options.testing_consent_screen
            if now - held.used > UNUSED_SECONDS or (
                testing and now - held.created > TESTING_SECONDS
            ):
                break
            held.used = now
            return self.new_access_token(grant, held.scopes)
        raise OAuthError(400, "invalid_grant", "Token has been expired or revoked.")

    def issue_code(self, code: Code) -> str:
        """A code for the redirect back to the client."""
        name = "4/0A" + self.world.token(60, alphabet=_ALPHABET)
        self.codes[name] = code
        return name

    def redeem_code(self, name: str, *, client_id: str, redirect_uri: str, verifier: str) -> Code:
        """The consent behind a code, once; 400 if code, client, address or PKCE do not match."""
        code = self.codes.pop(name, None)
        if code is None or code.client_id != client_id or code.expires <= self.world.now():
            raise OAuthError(400, "invalid_grant", "Malformed auth code.")
        if code.redirect_uri != redirect_uri:
            raise OAuthError(400, "redirect_uri_mismatch", "Bad Request")
        if code.challenge and not _verifies(code, verifier):
            raise OAuthError(400, "invalid_grant", "Invalid code verifier.")
        return code

    def revoke(self, token: str) -> None:
        """Kill the whole grant behind an access or refresh token; 400 if it is dead already."""
        access = self.access_tokens.get(token)
        for key, grant in list(self.grants.items()):
            if token in grant.refresh_tokens or key == _key(access):
                self.drop(*key)
                return
        raise OAuthError(400, "invalid_token", "Token expired or revoked")

    def drop(self, email: str, client_id: str) -> None:
        """Forget a grant with all its tokens."""
        self.grants.pop((email, client_id), None)
        self.access_tokens = {
            token: each
            for token, each in self.access_tokens.items()
            if (each.email, each.client_id) != (email, client_id)
        }


def _key(access: AccessToken | None) -> tuple[str, str] | None:
    return (access.email, access.client_id) if access else None


def _verifies(code: Code, verifier: str) -> bool:
    if code.challenge_method == "plain":
        return hmac.compare_digest(code.challenge.encode(), verifier.encode())
    digest = hashlib.sha256(verifier.encode()).digest()
    made = urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(code.challenge.encode(), made)


def known_scopes(text: str) -> list[str]:
    """The scopes of a request, spelled out; 400 invalid_scope for one that does not exist."""
    scopes = text.split()
    known = _IDENTITY_SCOPES | set(calendar_scopes())
    wrong = [scope for scope in scopes if scope not in known]
    if wrong or not scopes:
        message = f"Some requested scopes were invalid. {{invalid={wrong}}}"
        raise OAuthError(400, "invalid_scope", message)
    return list(dict.fromkeys(_SPELLED_OUT.get(scope, scope) for scope in scopes))


def is_local_redirect(uri: str) -> bool:
    """Whether an address may receive a code: only this machine, for a simulator's own good."""
    parts = urlsplit(uri)
    return (
        parts.scheme in {"http", "https"}
        and parts.hostname in {"localhost", "127.0.0.1", "::1", "testserver"}
        and not parts.fragment
    )
