"""The REST API of Secretary for one caller: a request, its answer, or a BridgeError."""

from __future__ import annotations

from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
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
_ZONE_HEADER = "X-Secretary-Time-Zone"


class RestClient:
    """Speaks for whoever the token belongs to. ``http`` keeps the connections of all callers and
    nothing else: the token travels with each request.

    ``zone_name`` is the member's zone, as the last answer told it.
    """

    def __init__(self, http: httpx2.AsyncClient, *, token: str) -> None:
        self._http = http
        self._token = token
        self.zone_name = "UTC"

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

    async def delete(self, path: str, **query: Any) -> dict[str, Any]:
        return await self._ask("DELETE", path, query=query)

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
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can name and UTF-8 cannot
            raise BridgeError("malformed", "A text holds characters that do not exist.") from None
        except httpx2.HTTPError as error:
            raise BridgeError("unreachable", _why(error)) from None
        self.zone_name = response.headers.get(_ZONE_HEADER, self.zone_name)
        return _answer(response)


def http_client(config: Config) -> httpx2.AsyncClient:
    """Connections to Secretary. Redirects are not followed: they would carry the token along.
    Cookies are not kept: what is set for one member would be sent with the next one's calls.
    """
    return httpx2.AsyncClient(
        base_url=config.url,
        headers=config.headers,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=TIMEOUT_SECONDS,
        follow_redirects=False,
        trust_env=False,
    )


def segment(text: str) -> str:
    """An id as one segment of a path; whatever it holds, it names nothing but itself."""
    try:
        quoted = quote(text, safe="")
    except UnicodeEncodeError:
        raise BridgeError("not_found", "There is no such id.") from None
    return quoted.replace(".", "%2E") if quoted.strip(".") == "" else quoted


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _why(error: httpx2.HTTPError) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "Secretary did not answer in time."
    if "CERTIFICATE" in str(error).upper():
        return "Secretary's certificate is not valid for its address."
    return "Secretary does not answer."


def _answer(response: httpx2.Response) -> dict[str, Any]:
    if response.is_redirect:
        raise BridgeError(
            "unreachable", "Secretary has another address: SECRETARY_URL has to name that one."
        )
    try:
        found = response.json()
    except ValueError:
        found = None
    if isinstance(found, dict) and response.is_success:
        return found
    if isinstance(found, dict) and found.get("status") == "error":
        fields = found.get("fields")
        raise BridgeError(
            str(found.get("code")),
            str(found.get("detail") or "Secretary refused this."),
            fields=fields if isinstance(fields, dict) else None,
        )
    if response.status_code == HTTPStatus.BAD_REQUEST and found is None:
        raise BridgeError(
            "unreachable", "Secretary does not know the name that the bridge calls it by."
        )
    if response.is_server_error:
        raise BridgeError("unreachable", f"Secretary is not up (HTTP {response.status_code}).")
    raise BridgeError("unreachable", "What answers at SECRETARY_URL is not Secretary.")
