"""Tools that only read: from Secretary's cache, saying how far an answer can be trusted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastmcp import Context
from fastmcp.tools.base import ToolResult
from pydantic import Field

from mcp_bridge import shapes, words
from mcp_bridge.arguments import CalendarId, Cursor, Detail, EventId, OtherTime, Text, Time
from mcp_bridge.caller import caller_of
from mcp_bridge.client import segment
from mcp_bridge.errors import BridgeError
from mcp_bridge.texts import NOTICE, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_CONCISE, _MOST_FULL, _MOST_CALENDARS = 40, 10, 60


async def list_calendar_events(
    ctx: Context,
    time_min: Time = None,
    time_max: OtherTime = None,
    calendar_id: CalendarId = None,
    limit: Annotated[int, Field(ge=1, le=_MOST_CONCISE)] = 30,
    cursor: Cursor = None,
    detail: Detail = "concise",
) -> ToolResult:
    """Events of a span (default: 7 days from today), series expanded, in all selected calendars.

    time_max is exclusive. Check `complete`: if false, absence of events is not known.
    detail=full: at most 10 a page.
    """
    answer = await caller_of(ctx).rest.get(
        "/api/calendar/events",
        **times(time_min=time_min, time_max=time_max),
        calendar_id=calendar_id,
        limit=_limit(limit, detail),
        cursor=cursor,
    )
    return _page(answer, detail)


async def search_calendar_events(
    ctx: Context,
    query: Text,
    time_min: Time = None,
    time_max: OtherTime = None,
    calendar_id: CalendarId = None,
    limit: Annotated[int, Field(ge=1, le=_MOST_CONCISE)] = 20,
    cursor: Cursor = None,
    detail: Detail = "concise",
) -> ToolResult:
    """Events whose title, place, description or guests hold all words of the query."""
    answer = await caller_of(ctx).rest.get(
        "/api/calendar/search",
        q=query,
        **times(time_min=time_min, time_max=time_max),
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
    shown = shapes.event(answer["event"], zone_name=rest.zone_name, full=True)
    return result({"status": "ok", "event": shown, "notice": NOTICE}, [NOTICE, shapes.line(shown)])


async def list_calendars(ctx: Context) -> ToolResult:
    """The member's calendars: ids, names, zones, which may be written to. Colleagues' usernames."""
    rest = caller_of(ctx).rest
    answer, others = await asyncio.gather(
        rest.get("/api/calendar/list"), rest.get("/api/calendar/people")
    )
    found: dict[str, Any] = {"status": "ok"}
    found["calendars"] = [_calendar(each) for each in answer["calendars"][:_MOST_CALENDARS]]
    lines = [f"«{each['name']}», id={each['id']}: {_about(each)}" for each in found["calendars"]]
    if (more := len(answer["calendars"]) - _MOST_CALENDARS) > 0:
        found["more"] = more
        lines.append(f"{more} more calendars are not listed.")
    found["colleagues"] = {
        text_of(each["username"], most=150): text_of(each["display_name"])
        for each in others["people"]
    }
    lines += [f"Colleague «{name}»: {who}" for who, name in found["colleagues"].items()]
    return result(found, lines)


async def server_status(ctx: Context) -> ToolResult:
    """How each account and calendar stands with Google: fresh, waiting, failed or to reconnect."""
    rest = caller_of(ctx).rest
    answer = await rest.get("/api/status")
    accounts = [_account(each) for each in answer["accounts"]]
    found = {
        "status": "ok",
        "synced": words.moment(answer["last_sync"], zone_name=rest.zone_name) or "never",
        "stale": answer["is_stale"],
        "time_zone": rest.zone_name,
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
        Field(description="Default: all that are not finished.", max_length=6),
    ] = None,
    limit: Annotated[int, Field(ge=1, le=30)] = 15,
    cursor: Cursor = None,
) -> ToolResult:
    """Queued changes, newest first, with operation ids, who asked what, until when a proposal
    waits; conflicts with both sides and the choices there are."""
    rest = caller_of(ctx).rest
    answer = await rest.get("/api/calendar/outbox", status=status, limit=limit, cursor=cursor)
    rows = [shapes.operation(each, zone_name=rest.zone_name) for each in answer["operations"]]
    if any(row["status"] == "conflict" for row in rows):
        await _add_sides(ctx, rows)
    cursor = answer["metadata"]["next_cursor"]
    found = {"status": "ok", "operations": rows, "next_cursor": cursor, "notice": NOTICE}
    lines = [_line_of_operation(row) for row in rows]
    lines += [f"More: cursor={cursor}"] if cursor else []
    return result(found, [NOTICE, *lines] if lines else ["Nothing waits."])


def _line_of_operation(row: Mapping[str, Any]) -> str:
    parts = [f"operation_id={row['operation_id']}: {row['what']} is {row['status']}"]
    parts += [f"«{row['title']}»"] if row.get("title") else []
    parts += [f"{name} {row[name]}" for name in ("asked", "by", "expires", "reason") if name in row]
    parts += [f"{name}: «{value}»" for name, value in row.get("changed", {}).items()]
    for side in ("mine", "theirs"):
        parts += [f"{side} {name}: «{value}»" for name, value in row.get(side, {}).items()]
    parts += [f"would give up {each}" for each in row.get("would_give_up", ())]
    parts += [f"choice {name}: {does}" for name, does in row.get("choices", {}).items()]
    return ", ".join([*parts, f"event {row['event_id']}"])


def event_path(calendar_id: str | None, event_id: str) -> str:
    return f"/api/calendar/{segment(calendar_id or 'primary')}/events/{segment(event_id)}"


def times(**given: str | None) -> dict[str, str | None]:
    """Times as REST takes them. Raises BridgeError where a weekday does not fit its date."""
    sent, wrong = {}, {}
    for name, text in given.items():
        try:
            sent[name] = text if text is None else words.plain_time(text)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise BridgeError("invalid", "A weekday does not fit its date.", fields=wrong)
    return sent


def result(found: dict[str, Any], lines: list[str]) -> ToolResult:
    """An answer as text for those who read and as data for those who compute."""
    return ToolResult(content="\n".join(lines), structured_content=found)


def _limit(limit: int, detail: Detail) -> int:
    return min(limit, _MOST_FULL) if detail == "full" else limit


def _page(answer: dict[str, Any], detail: Detail) -> ToolResult:
    trust = shapes.coverage(answer["metadata"])
    zone_name = trust["time_zone"]
    events = shapes.events(answer["events"], zone_name=zone_name, full=detail == "full")
    found = {"status": "ok", **trust, "events": events, "notice": NOTICE}
    lines = [
        f"Times in {zone_name}. Synced {trust['synced']}{', stale' if trust['stale'] else ''}."
    ]
    if not trust["complete"]:
        lines.append(trust["not_covered"])
    elif not events:
        lines.append("No events in this span.")
    if events:
        lines.append(NOTICE)
    lines += [shapes.line(each) for each in events]
    if trust["next_cursor"]:
        lines.append(f"More: cursor={trust['next_cursor']}")
    return result(found, lines)


def _calendar(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": entry["calendar_id"],
        "name": text_of(entry["summary"]),
        "time_zone": text_of(entry["time_zone"]),
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
    stale = [text_of(each["calendar_id"]) for each in entry["calendars"] if each["is_stale"]]
    return {
        "email": text_of(entry["email"]),
        "state": text_of(state, most=300),
        "stale_calendars": stale[:_MOST_CALENDARS],
    }


async def _add_sides(ctx: Context, rows: list[dict[str, Any]]) -> None:
    answer = await caller_of(ctx).rest.get("/api/calendar/conflicts")
    sides = {each["op_id"]: each for each in answer["conflicts"]}
    for row in rows:
        if entry := sides.get(row["operation_id"]):
            row["fields"] = entry["fields"]
            row["choices"] = entry["choices"]
            row["mine"], row["theirs"] = shapes.side(entry["mine"]), shapes.side(entry["theirs"])
            if lost := entry["occurrences"]:
                row["would_give_up"] = [shapes.given_up(each) for each in lost]
