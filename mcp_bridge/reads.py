"""Tools that only read: from Secretary's cache, saying how far an answer can be trusted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastmcp import Context
from fastmcp.tools.base import ToolResult
from pydantic import Field

from mcp_bridge import shapes, words
from mcp_bridge.caller import caller_of
from mcp_bridge.client import segment

CalendarId = Annotated[
    str | None, Field(description="From list_calendars; 'primary' works.", max_length=320)
]
EventId = Annotated[str, Field(min_length=1, max_length=1_100)]
Time = Annotated[
    str | None,
    Field(description="Date, wall time in the member's zone, or RFC 3339.", max_length=40),
]
Cursor = Annotated[str | None, Field(description="next_cursor of the page before.", max_length=200)]
Detail = Literal["concise", "full"]
Text = Annotated[str, Field(min_length=1, max_length=500)]

_MOST_CONCISE, _MOST_FULL = 50, 10


async def list_calendar_events(
    ctx: Context,
    time_min: Time = None,
    time_max: Time = None,
    calendar_id: CalendarId = None,
    limit: Annotated[int, Field(ge=1, le=_MOST_CONCISE)] = 40,
    cursor: Cursor = None,
    detail: Detail = "concise",
) -> ToolResult:
    """Events of a span (default: 7 days from today), series expanded, in all selected calendars.

    time_max is exclusive. Check `complete`: if false, absence of events is not known.
    detail=full gives at most 10 a page.
    """
    answer = await caller_of(ctx).rest.get(
        "/api/calendar/events",
        time_min=time_min,
        time_max=time_max,
        calendar_id=calendar_id,
        limit=_limit(limit, detail),
        cursor=cursor,
    )
    return _page(answer, detail)


async def search_calendar_events(
    ctx: Context,
    query: Text,
    time_min: Time = None,
    time_max: Time = None,
    calendar_id: CalendarId = None,
    limit: Annotated[int, Field(ge=1, le=_MOST_CONCISE)] = 20,
    cursor: Cursor = None,
    detail: Detail = "concise",
) -> ToolResult:
    """Events whose title, place, description or guests hold all words of the query."""
    answer = await caller_of(ctx).rest.get(
        "/api/calendar/search",
        q=query,
        time_min=time_min,
        time_max=time_max,
        calendar_id=calendar_id,
        limit=_limit(limit, detail),
        cursor=cursor,
    )
    return _page(answer, detail)


async def get_calendar_event(
    ctx: Context, event_id: EventId, calendar_id: CalendarId = None
) -> ToolResult:
    """One event, occurrence or series with all details."""
    rest = caller_of(ctx).rest
    answer = await rest.get(event_path(calendar_id, event_id))
    zone_name = await zone_of_member(ctx)
    shown = shapes.event(answer["event"], zone_name=zone_name, full=True)
    return result({"status": "ok", "event": shown, "notice": shapes.NOTICE}, [shapes.line(shown)])


async def list_calendars(ctx: Context) -> ToolResult:
    """The member's calendars: ids, names, zones, and which may be written to."""
    answer = await caller_of(ctx).rest.get("/api/calendar/list")
    found = [_calendar(each) for each in answer["calendars"]]
    lines = [f"{each['name']} ({each['id']}): {_about(each)}" for each in found]
    return result({"status": "ok", "calendars": found}, lines)


async def server_status(ctx: Context) -> ToolResult:
    """How each account and calendar stands with Google: fresh, waiting, failed or to reconnect."""
    answer = await caller_of(ctx).rest.get("/api/status")
    zone_name = await zone_of_member(ctx)
    accounts = [_account(each) for each in answer["accounts"]]
    found = {
        "status": "ok",
        "synced": words.moment(answer["last_sync"], zone_name=zone_name) or "never",
        "stale": answer["is_stale"],
        "time_zone": zone_name,
        **{name: answer[name] for name in ("pending_count", "failed_count", "conflict_count")},
        "accounts": accounts,
    }
    lines = [f"Synced {found['synced']}{', stale' if found['stale'] else ''}"]
    lines.append(
        f"{found['pending_count']} waiting, {found['failed_count']} failed, "
        f"{found['conflict_count']} in conflict"
    )
    lines += [f"{each['email']}: {each['state']}" for each in accounts]
    return result(found, lines)


async def list_pending_changes(
    ctx: Context,
    status: Annotated[
        list[Literal["pending", "in_flight", "failed", "conflict", "proposed", "applied"]] | None,
        Field(description="Default: all that are not finished."),
    ] = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 20,
    cursor: Cursor = None,
) -> ToolResult:
    """Queued changes, newest first, with their operation ids; conflicts with both sides."""
    rest = caller_of(ctx).rest
    answer = await rest.get("/api/calendar/outbox", status=status, limit=limit, cursor=cursor)
    zone_name = await zone_of_member(ctx)
    rows = [shapes.operation(each, zone_name=zone_name) for each in answer["operations"]]
    if any(row["status"] == "conflict" for row in rows):
        await _add_sides(ctx, rows)
    found = {
        "status": "ok",
        "operations": rows,
        "next_cursor": answer["metadata"]["next_cursor"],
        "notice": shapes.NOTICE,
    }
    lines = [f"{row['operation_id']}: {row['what']} is {row['status']}" for row in rows]
    return result(found, lines or ["Nothing waits."])


def event_path(calendar_id: str | None, event_id: str) -> str:
    return f"/api/calendar/{segment(calendar_id or 'primary')}/events/{segment(event_id)}"


async def zone_of_member(ctx: Context) -> str:
    """The member's own zone, as REST tells it beside any list."""
    page = await caller_of(ctx).rest.get("/api/calendar/events", limit=1)
    return str(page["metadata"]["time_zone"])


def result(found: dict[str, Any], lines: list[str]) -> ToolResult:
    """An answer as text for those who read and as data for those who compute."""
    return ToolResult(content="\n".join(lines), structured_content=found)


def _limit(limit: int, detail: Detail) -> int:
    return min(limit, _MOST_FULL) if detail == "full" else limit


def _page(answer: dict[str, Any], detail: Detail) -> ToolResult:
    trust = shapes.coverage(answer["metadata"])
    zone_name = trust["time_zone"]
    events = [
        shapes.event(each, zone_name=zone_name, full=detail == "full") for each in answer["events"]
    ]
    found = {"status": "ok", **trust, "events": events, "notice": shapes.NOTICE}
    lines = [
        f"Times in {zone_name}. Synced {trust['synced']}{', stale' if trust['stale'] else ''}."
    ]
    if not trust["complete"]:
        lines.append(trust["not_covered"])
    elif not events:
        lines.append("No events in this span.")
    if events:
        lines.append(shapes.NOTICE)
    lines += [shapes.line(each) for each in events]
    if trust["next_cursor"]:
        lines.append(f"More: cursor={trust['next_cursor']}")
    return result(found, lines)


def _calendar(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": entry["calendar_id"],
        "name": shapes.text_of(entry["summary"]),
        "time_zone": entry["time_zone"],
        **{name: entry[name] for name in ("writable", "primary", "selected")},
    }


def _about(entry: dict[str, Any]) -> str:
    kinds = [name for name in ("primary", "selected") if entry[name]]
    kinds.append("can be changed" if entry["writable"] else "read only")
    return f"{', '.join(kinds)}, {entry['time_zone']}"


def _account(entry: dict[str, Any]) -> dict[str, Any]:
    state = entry["status"] if entry["status"] != "connected" else "in step"
    if entry["status"] == "connected" and (entry["error"] or entry["is_stale"]):
        state = entry["error"] or "stale"
    stale = [each["calendar_id"] for each in entry["calendars"] if each["is_stale"]]
    return {"email": entry["email"], "state": state, "stale_calendars": stale}


async def _add_sides(ctx: Context, rows: list[dict[str, Any]]) -> None:
    answer = await caller_of(ctx).rest.get("/api/calendar/conflicts")
    sides = {each["op_id"]: each for each in answer["conflicts"]}
    for row in rows:
        if entry := sides.get(row["operation_id"]):
            row["fields"] = entry["fields"]
            row["choices"] = entry["choices"]
            row["mine"], row["theirs"] = _cut(entry["mine"]), _cut(entry["theirs"])


def _cut(side: dict[str, Any]) -> dict[str, Any]:
    return {
        name: shapes.text_of(value, most=200) if isinstance(value, str) else value
        for name, value in side.items()
    }
