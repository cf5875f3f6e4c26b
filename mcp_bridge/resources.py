"""Resources: parts of the calendar that a client can attach to a conversation by address.

Refusals are logged for debugging only: the log line would hold the address, which names an event.
"""

from __future__ import annotations

import datetime as dt
import json
from logging import DEBUG
from typing import TYPE_CHECKING, Any

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ResourceError

from mcp_bridge import reads
from mcp_bridge.errors import BridgeError
from mcp_bridge.registering import answered

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fastmcp.tools.base import ToolResult

_JSON, _A_DAY = "application/json", "2026-03-11"


async def calendars(ctx: Context) -> str:
    """The member's calendars."""
    return await _text(reads.list_calendars(ctx))


async def coming_week(ctx: Context) -> str:
    """The events of the next seven days."""
    return await _text(reads.list_calendar_events(ctx))


async def day(ctx: Context, date: str) -> str:
    """The events of one day, YYYY-MM-DD in the member's zone."""
    try:
        begin = dt.date.fromisoformat(date)
        end = begin + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        raise ResourceError(f"A day is written like {_A_DAY}.", log_level=DEBUG) from None
    return await _text(
        reads.list_calendar_events(ctx, time_min=begin.isoformat(), time_max=end.isoformat())
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
        found = await answered(reading)
    except BridgeError as error:
        said = f"{error.code}: {error.detail} {error.next_step}"
        raise ResourceError(said, log_level=DEBUG) from None
    return json.dumps(found.structured_content, ensure_ascii=False)
