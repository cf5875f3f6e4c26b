"""What a client learns before the first call: few tokens, all hints, strict schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastmcp import Client

from mcp_bridge.config import Config
from mcp_bridge.errors import NEXT_STEPS
from mcp_bridge.server import build_server
from tests.coroutines import run
from tests.mcp.tokens import tokens_of

if TYPE_CHECKING:
    from django.test import Client as DjangoClient
    from mcp_types import Tool

DOCS = Path(__file__).resolve().parents[2] / "docs" / "mcp.md"
MOST_TOKENS = 5_000
CONTRACT = {
    "list_calendar_events",
    "create_calendar_event",
    "get_calendar_availability",
    "respond_to_meeting",
    "trigger_sync",
    "server_status",
    "list_calendars",
    "get_calendar_event",
    "search_calendar_events",
    "update_calendar_event",
    "delete_calendar_event",
    "find_meeting_times",
    "list_pending_changes",
    "resolve_calendar_conflict",
    "undo_change",
}


@pytest.fixture(scope="module")
def tools() -> dict[str, Tool]:
    async def script() -> list[Tool]:
        config = Config(url="http://127.0.0.1:1", token="nobody")
        async with Client(build_server(config)) as client:
            return await client.list_tools()

    return {tool.name: tool for tool in run(script())}


def test_are_the_tools_of_the_contract(tools: dict[str, Tool]) -> None:
    assert set(tools) == CONTRACT


def test_cost_less_than_five_thousand_tokens(tools: dict[str, Tool]) -> None:
    whole = [tool.model_dump(by_alias=True, exclude_none=True) for tool in tools.values()]
    assert tokens_of(json.dumps(whole)) < MOST_TOKENS


def test_carry_all_four_hints(tools: dict[str, Tool]) -> None:
    for tool in tools.values():
        assert tool.annotations is not None
        hints = tool.annotations.model_dump(exclude={"title"})
        assert all(isinstance(hint, bool) for hint in hints.values()), tool.name


def test_that_only_read_say_so(tools: dict[str, Tool]) -> None:
    reading = {name for name, tool in tools.items() if tool.annotations.read_only_hint}
    assert all(
        name.startswith(("list_", "get_", "search_", "find_", "server_")) for name in reading
    )
    assert CONTRACT - reading == {
        "create_calendar_event",
        "update_calendar_event",
        "delete_calendar_event",
        "respond_to_meeting",
        "resolve_calendar_conflict",
        "undo_change",
        "trigger_sync",
    }


def test_refuse_what_their_schema_does_not_name(tools: dict[str, Tool]) -> None:
    for tool in tools.values():
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["required"] == ["status"]


def test_take_no_address_that_could_select_credentials(tools: dict[str, Tool]) -> None:
    forbidden = {"user", "account", "email", "token", "member", "url", "server"}
    for tool in tools.values():
        assert not forbidden & set(tool.input_schema["properties"]), tool.name


def test_are_explained_in_the_documentation(tools: dict[str, Tool]) -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert {name for name in tools if f"`{name}`" in text} == set(tools)


def test_every_error_of_rest_has_a_next_step(client: DjangoClient) -> None:
    document = client.get("/api/schema/", {"format": "json"}).json()
    schemas = document["components"]["schemas"]
    [of_rest] = [each["enum"] for name, each in schemas.items() if name == "CodeEnum"]
    own = {"confirmation_invalid", "declined", "unreachable"}
    assert set(NEXT_STEPS) == {*of_rest, *own}
    assert all(step.endswith(".") for step in NEXT_STEPS.values())


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        ({"zz": 1}, "unknown_parameter", "zz"),
        ({"limit": 0}, "invalid", "limit"),
        ({"limit": "5"}, "invalid", "limit"),
        ({"detail": "everything"}, "invalid", "detail"),
        ({"cursor": "x" * 5_000}, "invalid", "cursor"),
        ({"time_min": {"$ne": 1}}, "invalid", "time_min"),
    ],
)
def test_bad_arguments_are_refused_by_name(
    arguments: dict[str, Any], code: str, field: str
) -> None:
    async def script() -> Any:
        config = Config(url="http://127.0.0.1:1", token="nobody")
        async with Client(build_server(config)) as client:
            return await client.call_tool("list_calendar_events", arguments, raise_on_error=False)

    answer = run(script())
    assert answer.is_error
    assert answer.structured_content["code"] == code
    assert field in answer.structured_content["fields"]


def test_an_unreachable_secretary_is_said_to_be_one() -> None:
    async def script() -> Any:
        config = Config(url="http://127.0.0.1:1", token="nobody")
        async with Client(build_server(config)) as client:
            return await client.call_tool("list_calendars", {}, raise_on_error=False)

    assert run(script()).structured_content["code"] == "unreachable"
