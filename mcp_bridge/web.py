"""Streamable HTTP, stateless: every request carries its token, nothing is kept between them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from mcp_bridge.errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastmcp import FastMCP
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH, HEALTH = "/mcp", "/health"
LARGEST_BODY = 256 * 1024
"""Room for any call: a description of 8,192 characters and a thousand guests."""
SLOWEST_BODY_SECONDS = 15.0
_LONGEST_GOODBYE_SECONDS = 5


class BearerRequired:
    """401 before anything is parsed for whoever sends no token; REST judges the token itself.

    Two tokens are as good as none: nobody could say for whom they speak.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != HEALTH:
            sent = [value for name, value in scope["headers"] if name == b"authorization"]
            if len(sent) != 1 or not sent[0].lower().startswith(b"bearer "):
                await _NO_TOKEN(scope, receive, send)
                return
        await self.app(scope, receive, send)


class BodyLimited:
    """Bodies are read here, as a whole, in a limited time, and up to a limited size."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(_body(receive), SLOWEST_BODY_SECONDS)
        except TimeoutError:
            await _TOO_SLOW(scope, receive, send)
            return
        if body is None:
            await _TOO_LARGE(scope, receive, send)
            return
        given: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def read_already() -> Message:
            return given.pop() if given else await receive()

        await self.app(scope, read_already, send)


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large. Of who went away, what came of it."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _refusal(code: str, detail: str, *, status: int, **headers: str) -> JSONResponse:
    body = BridgeError(code, detail).as_dict()
    return JSONResponse(body, status_code=status, headers={**headers, "Connection": "close"})


_NO_TOKEN = _refusal(
    "not_authenticated",
    "Send one 'Authorization: Bearer TOKEN'.",
    status=401,
    **{"WWW-Authenticate": 'Bearer realm="Secretary"'},
)
_TOO_LARGE = _refusal("too_large", f"A call is at most {LARGEST_BODY} bytes.", status=413)
_TOO_SLOW = _refusal("malformed", "The call did not arrive in time.", status=408)


def application(server: FastMCP[Any], *, allowed_hosts: Sequence[str] = ()) -> Starlette:
    """The ASGI application. Browsers of other sites are kept out by Host and Origin.

    ``allowed_hosts`` are names of the bridge itself. It is served in plain HTTP by itself, but by
    these names through a proxy with TLS, which is what a browser calls it by then.
    """
    app = server.http_app(
        path=PATH,
        stateless_http=True,
        json_response=True,
        middleware=[Middleware(BearerRequired), Middleware(BodyLimited)],
        host_origin_protection=True,
        allowed_hosts=list(allowed_hosts),
        allowed_origins=[f"https://{host}" for host in allowed_hosts],
    )
    app.routes.append(Route(HEALTH, _health))
    return app


def serve(server: FastMCP[Any], *, host: str, port: int, allowed_hosts: Sequence[str]) -> None:
    app = application(server, allowed_hosts=allowed_hosts)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_LONGEST_GOODBYE_SECONDS,
    )


async def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
