"""Who calls: on stdio the member of the environment's token, over HTTP whoever sends theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastmcp.server.dependencies import get_http_headers

from mcp_bridge.client import RestClient
from mcp_bridge.errors import BridgeError

if TYPE_CHECKING:
    import httpx2
    from fastmcp import Context

LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """``secret`` is the API token: it decides the rights, and confirmations are bound to it."""

    rest: RestClient
    secret: str


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Connections to Secretary, shared by all callers, and the token of stdio's only caller."""

    http: httpx2.AsyncClient
    token: str | None

    def caller(self) -> Caller:
        """Raises BridgeError where no usable token came along."""
        secret = self.token or _bearer()
        return Caller(RestClient(self.http, token=secret), secret)


def caller_of(ctx: Context) -> Caller:
    switchboard = ctx.lifespan_context["switchboard"]
    if not isinstance(switchboard, Switchboard):
        raise TypeError("The bridge was started without its lifespan.")
    return switchboard.caller()


def _bearer() -> str:
    header = get_http_headers(include={"authorization"}).get("authorization", "")
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    usable = secret.isascii() and secret.isprintable() and 0 < len(secret) <= LONGEST_TOKEN
    if scheme.lower() != "bearer" or not usable or " " in secret:
        raise BridgeError("not_authenticated", "Send an API token: 'Authorization: Bearer TOKEN'.")
    return secret
