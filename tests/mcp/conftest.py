"""The product on a live server, the bridge before it, and the official MCP client as the model."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import uvicorn
from django.core.cache import cache
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from accounts.commands import create_token
from calendars.google.client import use_transport
from mcp_bridge.config import Config
from mcp_bridge.server import build_server
from mcp_bridge.web import PATH, application
from tests.sync.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from pytest_django.live_server_helper import LiveServer

    from accounts.models import Member

    Connect = Callable[..., AbstractAsyncContextManager[Client]]


SECRET = "alices-secret"
_LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    """Throttling counts in a cache that outlives a test."""
    cache.clear()
    yield
    cache.clear()


def give_token(member: Member, *, scope: str = "write", secret: str, name: str = "Model") -> str:
    create_token(member=member, name=name, scope=scope, now=_LONG_AGO, secret=secret)
    return secret


@pytest.fixture
def world(transactional_db: None, alice: Member) -> Iterator[World]:
    """Alice's calendar at the simulator, synced in March 2026; her token is ``SECRET``."""
    world = World(alice)
    with use_transport(world.google.http):
        world.sync()
        give_token(alice, secret=SECRET)
        yield world


@dataclass(frozen=True, slots=True)
class Bridge:
    """Connects clients that speak for the holder of a token: over HTTP, stdio, or in process."""

    url: str
    product_url: str

    @contextlib.asynccontextmanager
    async def over_http(self, secret: str = SECRET, **options: Any) -> AsyncIterator[Client]:
        headers = {"Authorization": f"Bearer {secret}"}
        patient = {"follow_redirects": True, "timeout": 30}
        async with httpx2.AsyncClient(headers=headers, **patient) as http:
            transport = streamable_http_client(self.url, http_client=http)
            async with Client(transport, **options) as client:
                yield client

    @contextlib.asynccontextmanager
    async def in_process(self, secret: str = SECRET, **options: Any) -> AsyncIterator[Client]:
        """As over stdio, for one member, without a process to start."""
        server = build_server(Config(url=self.product_url, token=secret))
        async with Client(server._mcp_server, **options) as client:
            yield client

    @contextlib.asynccontextmanager
    async def over_stdio(self, secret: str = SECRET, **options: Any) -> AsyncIterator[Client]:
        environment = {
            **os.environ,
            "SECRETARY_URL": self.product_url,
            "SECRETARY_TOKEN": secret,
        }
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "mcp_bridge"], env=environment
        )
        async with Client(command, **options) as client:
            yield client


@contextlib.contextmanager
def served(product_url: str, *, allowed_hosts: Sequence[str] = ()) -> Iterator[Bridge]:
    """The bridge as a server of its own, before a product."""
    server_of_tools = build_server(Config(url=product_url, token=None))
    app = application(server_of_tools, allowed_hosts=allowed_hosts)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end, "the bridge did not start"
        time.sleep(0.01)
    yield Bridge(f"http://127.0.0.1:{port}{PATH}", product_url)
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def bridge(live_server: LiveServer, world: World) -> Iterator[Bridge]:
    """The bridge before the product on a live server."""
    with served(live_server.url) as bridge:
        yield bridge


@pytest.fixture(scope="module")
def gate() -> Iterator[Bridge]:
    """The bridge with nothing behind it: for what never gets as far."""
    with served("http://127.0.0.1:1") as bridge:
        yield bridge
