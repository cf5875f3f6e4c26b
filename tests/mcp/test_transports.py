"""The official client over stdio and over HTTP, in every version of the protocol."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

import httpx2
import pytest
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS

from tests.coroutines import run
from tests.mcp.conftest import SECRET, Bridge, give_token, served
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcp import Client

    from accounts.models import Member

SPAN = {"time_min": "2026-03-09", "time_max": "2026-03-16"}


def titles(answer: Any) -> list[str]:
    assert not answer.is_error, answer.content[0].text
    return [each["title"] for each in answer.structured_content["events"]]


class TestBothTransports:
    @pytest.mark.parametrize("way", ["over_http", "over_stdio"])
    def test_list_the_members_week(self, bridge: Bridge, world: World, way: str) -> None:
        world.create(summary="Lunch with Bob")

        async def script() -> list[str]:
            async with getattr(bridge, way)() as client:
                return titles(await client.call_tool("list_calendar_events", SPAN))

        assert run(script()) == ["Lunch with Bob"]

    def test_a_process_without_a_token_says_what_to_do(self) -> None:
        import os
        import subprocess
        import sys

        environment = {key: each for key, each in os.environ.items() if key != "SECRETARY_TOKEN"}
        done = subprocess.run(
            [sys.executable, "-m", "mcp_bridge"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == 2
        assert "SECRETARY_TOKEN is not set" in done.stderr


class TestProtocolVersions:
    @pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
    def test_an_old_client_is_answered_in_its_own_version(self, gate: Bridge, version: str) -> None:
        hello = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": version,
                "capabilities": {},
                "clientInfo": {"name": "old", "version": "1"},
            },
        }
        headers = {
            "Authorization": f"Bearer {SECRET}",
            "Accept": "application/json, text/event-stream",
        }
        answer = httpx2.post(gate.url, json=hello, headers=headers)
        assert answer.json()["result"]["protocolVersion"] == version

    @pytest.mark.parametrize("mode", ["legacy", KNOWN_PROTOCOL_VERSIONS[-1]])
    def test_old_and_new_conversations_work(self, bridge: Bridge, mode: str) -> None:
        async def script() -> list[str]:
            async with bridge.over_http(mode=mode) as client:
                return titles(await client.call_tool("list_calendar_events", SPAN))

        assert run(script()) == []


class TestManyMembers:
    def test_never_see_each_other_through_one_bridge(
        self, bridge: Bridge, world: World, bob: Member
    ) -> None:
        world.create(summary="Alice's own")
        other = World(bob, seed=2)
        give_token(bob, secret="bobs-secret")
        assert other.account.member == bob

        async def script() -> tuple[Any, Any]:
            async with bridge.over_http() as alices, bridge.over_http("bobs-secret") as bobs:
                mine = await alices.call_tool("list_calendar_events", SPAN)
                [event] = mine.structured_content["events"]
                theirs = await bobs.call_tool(
                    "get_calendar_event",
                    {"event_id": event["id"], "calendar_id": event["calendar_id"]},
                )
                again = await alices.call_tool("get_calendar_event", {"event_id": event["id"]})
                return theirs, again

        theirs, again = run(script())
        assert theirs.structured_content["code"] == "not_found"
        assert again.structured_content["event"]["title"] == "Alice's own"

    def test_are_told_apart_when_they_all_call_at_once(
        self, bridge: Bridge, world: World, bob: Member
    ) -> None:
        World(bob, seed=2)
        give_token(bob, secret="bobs-secret")

        async def calendars(client: Client, times: int) -> set[str]:
            answers = await asyncio.gather(
                *(client.call_tool("list_calendars", {}) for _ in range(times))
            )
            return {each["id"] for one in answers for each in one.structured_content["calendars"]}

        async def script() -> list[set[str]]:
            async with bridge.over_http() as alices, bridge.over_http("bobs-secret") as bobs:
                return await asyncio.gather(calendars(alices, 30), calendars(bobs, 30))

        mine, theirs = run(script())
        assert ALICE in mine
        assert not mine & theirs

    def test_two_tokens_in_one_call_are_as_good_as_none(self, gate: Bridge) -> None:
        headers = [("Authorization", f"Bearer {SECRET}"), ("Authorization", "Bearer other")]
        assert httpx2.post(gate.url, json={}, headers=headers).status_code == 401

    def test_a_body_without_end_is_cut_off(self, gate: Bridge) -> None:
        headers = {"Authorization": f"Bearer {SECRET}"}
        sent = (b"x" * 65_536 for _ in range(8))
        answer = httpx2.post(gate.url, content=sent, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    @pytest.mark.parametrize(
        "body", [b"[" * 100_000, b"{", b"\xff\xfe", b'{"jsonrpc": "2.0", "id": 1}', b"[]"]
    )
    def test_garbage_is_refused_and_nothing_breaks(self, gate: Bridge, body: bytes) -> None:
        headers = {
            "Authorization": f"Bearer {SECRET}",
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
        }
        answer = httpx2.post(gate.url, content=body, headers=headers)
        assert 400 <= answer.status_code < 500

    @pytest.mark.parametrize("header", [None, "Basic YTpi", "Bearer"])
    def test_nobody_without_a_token_gets_in(self, gate: Bridge, header: str | None) -> None:
        headers = {"Authorization": header} if header else {}
        answer = httpx2.post(gate.url, json={}, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"

    def test_an_unknown_token_is_refused_with_the_next_step(self, bridge: Bridge) -> None:
        async def script() -> Any:
            async with bridge.over_http("guessed") as client:
                return await client.call_tool("list_calendars", {})

        refused = run(script())
        assert refused.is_error
        assert refused.structured_content["code"] == "not_authenticated"
        assert "ask the member" in refused.content[0].text

    def test_a_name_that_is_not_ours_is_refused(self, gate: Bridge) -> None:
        headers = {"Authorization": f"Bearer {SECRET}", "Host": "rebound.example"}
        assert httpx2.post(gate.url, json={}, headers=headers).status_code == 421

    def test_a_browser_of_another_site_is_kept_out(self, gate: Bridge) -> None:
        headers = {"Authorization": f"Bearer {SECRET}", "Origin": "https://evil.example"}
        assert httpx2.post(gate.url, json={}, headers=headers).status_code == 403


@pytest.fixture(scope="module")
def proxied() -> Iterator[Bridge]:
    with served("http://127.0.0.1:1", allowed_hosts=["mcp.example.org"]) as bridge:
        yield bridge


class TestBehindAProxy:
    """The proxy ends TLS for mcp.example.org and passes that name on."""

    HELLO: ClassVar = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "any", "version": "1"},
        },
    }

    @pytest.mark.parametrize(
        ("host", "origin", "status"),
        [
            ("mcp.example.org", None, 200),
            ("mcp.example.org", "https://mcp.example.org", 200),
            (None, None, 200),
            ("mcp.example.org", "https://mcp.example.org:8443", 403),
            ("mcp.example.org", "https://evil.example", 403),
            ("mcp.example.org", "null", 403),
            ("mcp.example.org.evil.example", None, 421),
        ],
    )
    def test_its_own_names_get_in_and_no_others(
        self, proxied: Bridge, host: str | None, origin: str | None, status: int
    ) -> None:
        headers = {
            "Authorization": f"Bearer {SECRET}",
            "Accept": "application/json, text/event-stream",
            **({"Host": host} if host else {}),
            **({"Origin": origin} if origin else {}),
        }
        assert httpx2.post(proxied.url, json=self.HELLO, headers=headers).status_code == status
