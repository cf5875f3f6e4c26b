"""The rules of how requests reach Django, spoken to as a server does."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from calendars.api.errors import ApiError, answer_of
from calendars.api.json_body import read_object
from secretary_project.asgi_handler import OneStepHandler
from tests.coroutines import run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.urls(__name__)
_TOGETHER = 4
_meeting = threading.Barrier(_TOGETHER)


def _fails(_: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


@csrf_exempt
def _echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body)


@csrf_exempt
def _json(request: HttpRequest) -> HttpResponse:
    try:
        return HttpResponse(str(read_object(request)))
    except ApiError as error:
        return answer_of(error)


@csrf_exempt
def _form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST["a"])


def _wait_for_the_others(_: HttpRequest) -> HttpResponse:
    _meeting.wait(timeout=10)
    return HttpResponse("together")


def _pieces(_: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one ", b"two ", b"three"]))


class _Open(StreamingHttpResponse):
    """An answer that ends only when its reader leaves."""

    threads: ClassVar[set[int]] = set()
    closings: ClassVar[list[int]] = []

    def __init__(self, _: HttpRequest) -> None:
        super().__init__(self._ticks(), content_type="text/event-stream")

    async def _ticks(self) -> AsyncIterator[bytes]:
        while True:
            self.threads.add(threading.get_ident())
            yield b"data: tick\n\n"
            await asyncio.sleep(0.001)

    def close(self) -> None:
        self.closings.append(threading.get_ident())
        super().close()


async def _coroutine(_: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("awaited")


urlpatterns = [
    path("fails", _fails),
    path("echo", _echo),
    path("json", _json),
    path("form", _form),
    path("together", _wait_for_the_others),
    path("pieces", _pieces),
    path("open", _Open),
    path("coroutine", _coroutine),
    path("", include("secretary_project.urls")),
]


class Client:
    """What a server does for one request. It leaves after ``leaves_after`` messages, if given."""

    def __init__(self, address: str, *parts: bytes, leaves_after: int | None = None) -> None:
        self.address = address
        self.parts = list(parts) or [b""]
        self.leaves_after = leaves_after
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()

    async def run(self, handler: OneStepHandler, **scope: Any) -> Client:
        given = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST" if self.parts != [b""] else "GET",
            "scheme": "http",
            "path": self.address,
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        await handler({**given, **scope}, self._receive, self._send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])

    async def _receive(self) -> dict[str, Any]:
        if self.parts:
            part = self.parts.pop(0)
            if part is _LEAVES:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": part, "more_body": bool(self.parts)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        if len(self.sent) == self.leaves_after:
            self.gone.set()


_LEAVES = b"the client leaves here"


@pytest.fixture
def handler() -> Iterator[OneStepHandler]:
    handler = OneStepHandler(threads=_TOGETHER)
    yield handler
    handler._threads.shutdown()


def ask(handler: OneStepHandler, address: str, *parts: bytes, **scope: Any) -> Client:
    return run(Client(address, *parts).run(handler, **scope), seconds=20)


class TestOneStep:
    def test_a_body_that_comes_in_parts_is_whole_in_the_view(self, handler: OneStepHandler) -> None:
        found = ask(handler, "/echo", b'{"a":', b"1", b"}")
        assert (found.status, found.body) == (200, b'{"a":1}')

    def test_an_answer_has_its_headers_and_ends(self, handler: OneStepHandler) -> None:
        found = ask(handler, "/echo", b"x" * 200_000)
        assert (b"Content-Length", b"200000") in found.sent[0]["headers"]
        assert [message["more_body"] for message in found.sent[1:]] == [True, True, True, False]

    def test_a_view_that_fails_is_an_error_page_and_the_next_request_is_answered(
        self, handler: OneStepHandler
    ) -> None:
        assert ask(handler, "/fails").status == 500
        assert ask(handler, "/echo", b"still here").body == b"still here"

    def test_an_address_that_is_no_text_is_a_bad_request(self, handler: OneStepHandler) -> None:
        found = ask(handler, "/echo", query_string=b"", headers=[(b"host", b"\xff")])
        assert found.status == 400

    def test_a_body_beyond_the_limit_is_refused_in_the_shape_of_the_api(
        self, handler: OneStepHandler
    ) -> None:
        found = ask(handler, "/json", *[b" " * 500_000] * 3)
        assert (found.status, b"too_large" in found.body) == (413, True)

    @pytest.mark.parametrize("says", [[], [(b"content-length", b"3000000")]])
    def test_a_form_beyond_the_limit_is_refused_and_its_connection_ends(
        self, handler: OneStepHandler, says: list[tuple[bytes, bytes]]
    ) -> None:
        kind = (b"content-type", b"application/x-www-form-urlencoded")
        headers = [(b"host", b"localhost"), kind, *says]
        found = ask(handler, "/form", b"a=1&b=", *[b"x" * 1_000_000] * 3, headers=headers)
        assert (found.status, (b"Connection", b"close") in found.sent[0]["headers"]) == (400, True)

    def test_of_a_body_beyond_the_limit_no_more_is_read_than_shows_it(
        self, handler: OneStepHandler
    ) -> None:
        endless = Client("/json", *[b" " * 500_000] * 100)
        run(endless.run(handler), seconds=20)
        assert (endless.status, len(endless.parts)) == (413, 97)

    def test_who_leaves_before_the_body_is_whole_changes_nothing(
        self, handler: OneStepHandler
    ) -> None:
        assert ask(handler, "/echo", b"half", _LEAVES).sent == []

    def test_requests_at_the_same_time_are_worked_on_at_the_same_time(
        self, handler: OneStepHandler
    ) -> None:
        async def all_at_once() -> list[Client]:
            asked = (Client("/together").run(handler) for _ in range(_TOGETHER))
            return await asyncio.gather(*asked)

        assert {client.body for client in run(all_at_once())} == {b"together"}

    def test_more_requests_than_threads_all_get_their_own_answer(
        self, handler: OneStepHandler
    ) -> None:
        async def many() -> list[Client]:
            asked = (Client("/echo", f"{number}".encode()).run(handler) for number in range(60))
            return await asyncio.gather(*asked)

        assert [client.body for client in run(many())] == [
            f"{number}".encode() for number in range(60)
        ]

    def test_a_request_begins_and_ends_on_one_thread_which_is_not_the_event_loops(
        self, handler: OneStepHandler
    ) -> None:
        seen: list[int] = []

        def note(**_: Any) -> None:
            seen.append(threading.get_ident())

        async def asker() -> int:
            await Client("/echo", b"x").run(handler)
            return threading.get_ident()

        with _listening(note):
            thread_of_the_loop = run(asker())
        assert len(seen) == 2
        assert len(set(seen)) == 1
        assert thread_of_the_loop not in seen

    def test_a_coroutine_is_answered_too(self, handler: OneStepHandler) -> None:
        assert ask(handler, "/coroutine").body == b"awaited"

    def test_only_http_is_spoken(self, handler: OneStepHandler) -> None:
        with pytest.raises(ValueError, match="websocket"):
            ask(handler, "/echo", type="websocket")


class TestStreams:
    def test_an_ordinary_stream_arrives_whole(self, handler: OneStepHandler) -> None:
        assert ask(handler, "/pieces").body == b"one two three"

    def test_a_static_file_arrives_whole(self, handler: OneStepHandler) -> None:
        found = ask(handler, "/static/css/base.css")
        assert found.status == 200
        assert b"topbar" in found.body

    def test_an_open_answer_is_sent_from_the_event_loop_and_closed_when_its_reader_leaves(
        self, handler: OneStepHandler
    ) -> None:
        _Open.threads.clear()
        _Open.closings.clear()

        async def reader() -> tuple[int, Client]:
            return threading.get_ident(), await Client("/open", leaves_after=4).run(handler)

        thread_of_the_loop, client = run(reader())
        assert client.body.startswith(b"data: tick\n\n" * 3)
        assert _Open.threads == {thread_of_the_loop}
        assert len(_Open.closings) == 1

    def test_open_answers_leave_the_threads_to_others(self, handler: OneStepHandler) -> None:
        async def readers_and_a_question() -> bytes:
            readers = [Client("/open") for _ in range(3 * _TOGETHER)]
            tasks = [asyncio.create_task(reader.run(handler)) for reader in readers]
            while not all(len(reader.sent) > 1 for reader in readers):
                await asyncio.sleep(0.005)
            answer = await Client("/echo", b"meanwhile").run(handler)
            for reader in readers:
                reader.gone.set()
            await asyncio.gather(*tasks)
            return answer.body

        assert run(readers_and_a_question(), seconds=20) == b"meanwhile"

    def test_an_open_answer_ends_properly_when_the_server_stops(
        self, handler: OneStepHandler
    ) -> None:
        _Open.closings.clear()

        async def cut_off() -> object:
            client = Client("/open")
            task = asyncio.create_task(client.run(handler))
            while len(client.sent) < 2:
                await asyncio.sleep(0.005)
            task.cancel()
            await task
            return client.sent[-1]

        assert run(cut_off()) == {"type": "http.response.body"}
        assert len(_Open.closings) == 1


@contextmanager
def _listening(receiver: Any) -> Iterator[None]:
    request_started.connect(receiver)
    request_finished.connect(receiver)
    try:
        yield
    finally:
        request_started.disconnect(receiver)
        request_finished.disconnect(receiver)
