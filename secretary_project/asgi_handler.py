"""How requests reach Django: in one step, on a thread that lives as long as the process.

Django's own handler takes a new thread for every request, with a new database connection, and goes
back and forth between it and the event loop several times. Everything here is synchronous but for
answers that never end, so one step there and back is enough; it halves the time of a small request.
"""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import StreamingHttpResponse
from django.urls import set_script_prefix

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from django.http.response import HttpResponseBase

    Scope = Mapping[str, Any]
    Receive = Callable[[], Awaitable[Any]]
    Send = Callable[[Any], Awaitable[None]]

THREADS: Final = 16
"""More would only wait for each other; PostgreSQL's pool has a connection for each of them."""


class OneStepHandler(ASGIHandler):
    """Middleware and view run on one thread of a pool, the answer leaves from the event loop.

    A view may be a coroutine, but then it occupies its thread all the same. What stays open for
    long (server-sent events) is an ordinary view that answers with a ``StreamingHttpResponse`` of
    an *asynchronous* iterator: it is sent from the event loop and holds no thread. Such an iterator
    has to leave the database to threads of its own, as any asynchronous code does. An ordinary
    iterator is read to its end before anything is sent, as Django does it.
    """

    def __init__(self, *, threads: int = THREADS) -> None:
        BaseHandler.__init__(self)  # and not ASGIHandler's, which loads the asynchronous chain
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"This server speaks HTTP, not {scope['type']}.")
        try:
            body = await _read(receive)
        except RequestAborted:
            return
        if _is_too_large(body):
            scope = _as_too_large(scope, body)
        loop = asyncio.get_running_loop()
        response, stays_open = await loop.run_in_executor(self._threads, self._answer, scope, body)
        if not stays_open:
            await self.send_response(response, send)
            return
        try:
            await self._send_until_gone(response, receive, send)
        finally:
            await loop.run_in_executor(self._threads, response.close)

    def _answer(self, scope: Scope, body: io.BytesIO) -> tuple[HttpResponseBase, bool]:
        """The whole of a request but its sending, and whether the answer is still to be closed."""
        is_cut = _is_too_large(body)
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response = refusal or self.get_response(request)  # type: ignore[arg-type] # one is None
        if is_cut:
            response.headers["Connection"] = "close"  # nobody reads what is still to come
        if isinstance(response, StreamingHttpResponse):
            if response.is_async:
                return response, True
            response.streaming_content = _once(b"".join(response))
        response.close()
        body.close()
        return response, False

    async def _send_until_gone(
        self, response: HttpResponseBase, receive: Receive, send: Send
    ) -> None:
        """Send until the answer ends, the client leaves or the server stops."""
        sending = asyncio.ensure_future(self.send_response(response, send))
        leaving = asyncio.ensure_future(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # how a server that stops ends what is still open
            sending.cancel()
            await send({"type": "http.response.body"})
        finally:
            for task in (sending, leaving):
                task.cancel()
            ends = await asyncio.gather(sending, leaving, return_exceptions=True)
        if isinstance(ends[0], Exception) and not isinstance(ends[0], OSError):
            raise ends[0]


async def _read(receive: Receive) -> io.BytesIO:
    """The body, or as much of it as shows that it is larger than anything we take.

    Django's own way would write all of it to the disk first, of whoever sends it.
    """
    body, more = io.BytesIO(), True
    while more and not _is_too_large(body):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        body.write(message.get("body", b""))
        more = message.get("more_body", False)
    body.seek(0)
    return body


def _is_too_large(body: io.BytesIO) -> bool:
    return body.getbuffer().nbytes > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _as_too_large(scope: Scope, body: io.BytesIO) -> Scope:
    """With the length that was read: a form that came in parts says none, and Django believes it.

    So each edge refuses the body in its own words.
    """
    size = str(body.getbuffer().nbytes).encode()
    others = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    return {**scope, "headers": [*others, (b"content-length", size)]}


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
