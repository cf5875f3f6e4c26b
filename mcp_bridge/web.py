"""Streamable HTTP, stateless: every request carries its token, nothing is kept between them."""

from __future__ import annotations

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
    from starlette.types import ASGIApp, Receive, Scope, Send

PATH, HEALTH = "/mcp", "/health"


class BearerRequired:
    """401 before anything is parsed for whoever sends no token; REST judges the token itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != HEALTH:
            headers = dict(scope["headers"])
            if not headers.get(b"authorization", b"").lower().startswith(b"bearer "):
                await _NO_TOKEN(scope, receive, send)
                return
        await self.app(scope, receive, send)


_NO_TOKEN = JSONResponse(
    BridgeError("not_authenticated", "Send 'Authorization: Bearer TOKEN'.").as_dict(),
    status_code=401,
    headers={"WWW-Authenticate": 'Bearer realm="Secretary"'},
)


def application(server: FastMCP[Any], *, allowed_hosts: Sequence[str] = ()) -> Starlette:
    """The ASGI application. Browsers of other sites are kept out by Host and Origin."""
    app = server.http_app(
        path=PATH,
        stateless_http=True,
        json_response=True,
        middleware=[Middleware(BearerRequired)],
        host_origin_protection=True,
        allowed_hosts=list(allowed_hosts),
    )
    app.routes.append(Route(HEALTH, _health))
    return app


def serve(server: FastMCP[Any], *, host: str, port: int, allowed_hosts: Sequence[str]) -> None:
    app = application(server, allowed_hosts=allowed_hosts)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


async def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
