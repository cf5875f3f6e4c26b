"""The connection to REST: nothing is kept of a member, and every failure has its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mcp_bridge.client import RestClient, http_client, segment
from mcp_bridge.config import Config, ConfigurationError, from_environment
from mcp_bridge.errors import BridgeError
from mcp_bridge.outcome import outcome
from tests.coroutines import run

if TYPE_CHECKING:
    from collections.abc import Callable

    Answers = Callable[[httpx2.Request], httpx2.Response]


def asking(answers: Answers, script: Callable[[RestClient], Any], *, url: str = "http://x") -> Any:
    async def conversation() -> Any:
        async with http_client(Config(url=url, token=None)) as http:
            http._transport = httpx2.MockTransport(answers)
            return await script(RestClient(http, token="secret"))

    return run(conversation())


def code_of(answers: Answers) -> str:
    with pytest.raises(BridgeError) as refused:
        asking(answers, lambda rest: rest.get("/api/status"))
    return refused.value.code


def test_a_cookie_of_one_member_is_not_sent_for_the_next() -> None:
    sent: list[str | None] = []

    def answers(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.headers.get("cookie"))
        return httpx2.Response(200, json={}, headers={"Set-Cookie": "sessionid=alices; Path=/"})

    async def script(rest: RestClient) -> None:
        await rest.get("/api/status")
        await rest.get("/api/status")

    asking(answers, script, url="http://secretary.test")
    assert sent == [None, None]


def test_a_path_before_the_api_is_kept() -> None:
    seen: list[str] = []

    def answers(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.url.raw_path.decode())
        return httpx2.Response(200, json={})

    path = f"/api/calendar/{segment('..')}/events/{segment('a/b?c#d%2F')}"
    asking(answers, lambda rest: rest.get(path), url="http://x/secretary")
    assert seen == ["/secretary/api/calendar/%2E%2E/events/a%2Fb%3Fc%23d%252F"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(301, headers={"Location": "https://elsewhere.test/"}),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json=["a list"]),
        httpx2.Response(404, json={"error": "another service"}),
        httpx2.Response(502, text="Bad Gateway"),
    ],
    ids=["moved", "a page", "a list", "another service", "only a proxy"],
)
def test_what_is_not_secretary_is_unreachable(answer: httpx2.Response) -> None:
    assert code_of(lambda _: answer) == "unreachable"


def test_a_name_that_secretary_does_not_know_is_said_to_be_the_reason() -> None:
    with pytest.raises(BridgeError) as refused:
        asking(
            lambda _: httpx2.Response(400, text="<!doctype html>"),
            lambda rest: rest.get("/api/status"),
        )
    assert refused.value.code == "unreachable"
    assert "does not know the name" in refused.value.detail


@pytest.mark.parametrize("error", [httpx2.ConnectError("no"), httpx2.ReadTimeout("slow")])
def test_a_lost_connection_is_unreachable(error: Exception) -> None:
    def answers(_: httpx2.Request) -> httpx2.Response:
        raise error

    assert code_of(answers) == "unreachable"


def test_a_code_that_nobody_knows_is_internal() -> None:
    body = {"status": "error", "code": "new_one", "detail": "x", "fields": ["not", "a", "dict"]}
    assert code_of(lambda _: httpx2.Response(409, json=body)) == "internal"


def test_half_a_character_is_refused() -> None:
    with pytest.raises(BridgeError) as refused:
        asking(
            lambda _: httpx2.Response(200, json={}),
            lambda rest: rest.post("/api/calendar/event", {"summary": "\ud83d"}),
        )
    assert refused.value.code == "malformed"


def test_waiting_ends_with_the_event_as_google_has_it() -> None:
    statuses = ["pending", "applied"]

    def answers(request: httpx2.Request) -> httpx2.Response:
        if "/outbox/" in request.url.path:
            row = {"status": statuses.pop(0), "error": ""}
            return httpx2.Response(200, json={"operation": row})
        event = {"id": "abcde", "calendarId": "primary", "_local_status": "synced"}
        return httpx2.Response(200, json={"event": event})

    waiting = {"id": "local:1", "calendarId": "primary", "_local_status": "pending"}
    queued = {"status": "queued", "outbox_id": 1, "pending": True, "event": waiting}
    done = asking(answers, lambda rest: outcome(rest, queued, wait_seconds=5))
    found = done.structured_content
    assert found["status"] == "applied"
    assert (found["event"]["id"], found["event"]["_local_status"]) == ("abcde", "synced")


@pytest.mark.parametrize(
    "url", ["ftp://x", "x:8000", "http://", "http://x:port", "http://u:p@x", "http://x?a=b"]
)
def test_an_address_that_is_none_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SECRETARY_URL", url)
    with pytest.raises(ConfigurationError, match="SECRETARY_URL"):
        from_environment(needs_token=False)
