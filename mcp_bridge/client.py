"""The REST API of Secretary for one caller: a request, its answer, or a BridgeError."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2

from mcp_bridge.errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp_bridge.config import Config

TIMEOUT_SECONDS = 20.0
_WHO_WE_ARE = {"X-Secretary-Client": "mcp", "Accept": "application/json"}
"""REST notes it beside the token's name in the history of changes; it gives no rights."""


class RestClient:
    """Speaks for whoever the token belongs to. ``http`` keeps the connections of all callers and
    nothing else: the token travels with each request.
    """

    def __init__(self, http: httpx2.AsyncClient, *, token: str) -> None:
        self._http = http
        self._token = token

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        return await self._ask("GET", path, query=query)

    async def post(
        self, path: str, body: Mapping[str, Any], *, key: str | None = None, **query: Any
    ) -> dict[str, Any]:
        """``key`` makes the request safe to repeat."""
        return await self._ask("POST", path, query=query, body=body, key=key)

    async def patch(
        self, path: str, body: Mapping[str, Any], *, key: str | None = None, **query: Any
    ) -> dict[str, Any]:
        return await self._ask("PATCH", path, query=query, body=body, key=key)

    async def delete(self, path: str, *, key: str | None = None, **query: Any) -> dict[str, Any]:
        return await self._ask("DELETE", path, query=query, key=key)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> dict[str, Any]:
        headers = {**_WHO_WE_ARE, "Authorization": f"Bearer {self._token}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            response = await self._http.request(
                method,
                path,
                params={name: _text(value) for name, value in query.items() if value is not None},
                json=body,
                headers=headers,
            )
        except httpx2.HTTPError as error:
            raise BridgeError("unreachable", "Secretary does not answer.") from error
        return _answer(response)


def http_client(config: Config) -> httpx2.AsyncClient:
    """Connections to Secretary. Redirects are not followed: they would carry the token along."""
    return httpx2.AsyncClient(
        base_url=config.url,
        headers=config.headers,
        timeout=TIMEOUT_SECONDS,
        follow_redirects=False,
        trust_env=False,
    )


def segment(text: str) -> str:
    """An id as one segment of a path; whatever it holds, it names nothing but itself."""
    quoted = quote(text, safe="")
    return quoted.replace(".", "%2E") if quoted.strip(".") == "" else quoted


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _answer(response: httpx2.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        raise BridgeError("unreachable", "What answers there is not Secretary.") from None
    if not isinstance(found, dict):
        raise BridgeError("unreachable", "What answers there is not Secretary.")
    if response.is_success:
        return found
    raise BridgeError(
        str(found.get("code") or "internal"),
        str(found.get("detail") or "Secretary refused this."),
        fields=found.get("fields") or {},
    )
