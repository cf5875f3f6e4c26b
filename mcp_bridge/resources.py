"""Resources: parts of the calendar that a client can attach to a conversation by address."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ResourceError

from mcp_bridge import reads
from mcp_bridge.errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fastmcp.tools.base import ToolResult

_JSON = "application/json"


async def calendars(ctx: Context) -> str:
    """The member's calendars."""
    return await _text(reads.list_calendars(ctx))


async def coming_week(ctx: Context) -> str:
    """The events of the next seven days."""
    return await _text(reads.list_calendar_events(ctx))


async def day(ctx: Context, date: str) -> str:
    """The events of one day, YYYY-MM-DD in the member's zone."""
    return await _text(
        reads.list_calendar_events(ctx, time_min=f"{date}T00:00:00", time_max=f"{date}T23:59:59")
    )


async def event(ctx: Context, calendar_id: str, event_id: str) -> str:
    """One event with all details."""
    return await _text(reads.get_calendar_event(ctx, event_id, calendar_id))


async def status(ctx: Context) -> str:
    """How Secretary stands with Google."""
    return await _text(reads.server_status(ctx))


def add_to(server: FastMCP[Any]) -> None:
    server.resource("calendar://calendars", mime_type=_JSON)(calendars)
    server.resource("calendar://week", mime_type=_JSON)(coming_week)
    server.resource("calendar://status", mime_type=_JSON)(status)
    server.resource("calendar://day/{date}", mime_type=_JSON)(day)
    server.resource("calendar://event/{calendar_id}/{event_id}", mime_type=_JSON)(event)


async def _text(reading: Awaitable[ToolResult]) -> str:
    try:
        found = await reading
    except BridgeError as error:
        raise ResourceError(f"{error.code}: {error.detail} {error.next_step}") from None
    return json.dumps(found.structured_content, ensure_ascii=False)
