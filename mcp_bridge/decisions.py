"""Tools that decide about what is there already: answers, undoing, conflicts, and syncing now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastmcp import Context
from fastmcp.tools.base import ToolResult
from pydantic import Field

from mcp_bridge.arguments import CalendarId, Confirm, DryRun, EventId, OperationId, Scope, Wait
from mcp_bridge.caller import caller_of
from mcp_bridge.confirmation import Answer, consent
from mcp_bridge.outcome import outcome
from mcp_bridge.questions import question_of
from mcp_bridge.reads import result

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTLED = frozenset({"cancelled", "applied"})


async def respond_to_meeting(
    ctx: Context,
    event_id: EventId,
    response: Literal["accepted", "declined", "tentative"],
    calendar_id: CalendarId = None,
    comment: Annotated[str | None, Field(max_length=1_024)] = None,
    scope: Scope = None,
    dry_run: DryRun = False,
    wait_seconds: Wait = 0,
) -> Answer:
    """Answer an invitation for the member. The organizer sees it, without further asking."""
    sent = {
        "event_id": event_id,
        "calendar_id": calendar_id or "primary",
        "response": response,
        "comment": comment,
        "scope": scope,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    rest = caller_of(ctx).rest
    answer = await rest.post("/api/calendar/respond", body, dry_run=dry_run or None)
    return await outcome(rest, answer, wait_seconds=wait_seconds)


async def undo_change(
    ctx: Context,
    operation_id: OperationId,
    dry_run: DryRun = False,
    confirm_token: Confirm = None,
    wait_seconds: Wait = 0,
) -> Answer:
    """Take back a change by its operation id, whether it waits or reached Google already."""
    rest, path = caller_of(ctx).rest, f"/api/calendar/outbox/{operation_id}/undo"
    plan = await rest.post(path, {}, dry_run=True)
    if dry_run:
        return await outcome(rest, plan)
    question = question_of(plan, "Undo the change of", zone_name=rest.zone_name)
    given = {"operation_id": operation_id}
    if asked := await consent(
        ctx, question, tool="undo_change", arguments=given, given=confirm_token
    ):
        return asked
    return await outcome(rest, await rest.post(path, {}), wait_seconds=wait_seconds)


async def resolve_calendar_conflict(
    ctx: Context,
    operation_id: OperationId,
    choice: Literal["mine", "theirs", "merge", "both"],
    fields: Annotated[
        dict[str, Literal["mine", "theirs"]] | None,
        Field(description="With merge: whose value each field takes; 'time' is start and end."),
    ] = None,
    dry_run: DryRun = False,
    confirm_token: Confirm = None,
) -> Answer:
    """Decide a conflict as the member said. list_pending_changes shows both sides."""
    body = {"choice": choice, **({"fields": fields} if fields else {})}
    rest, path = caller_of(ctx).rest, f"/api/calendar/conflicts/{operation_id}/resolve"
    plan = await rest.post(path, body, dry_run=True)
    if dry_run:
        return await outcome(rest, plan)
    question = question_of(plan, "Decide the conflict about", zone_name=rest.zone_name)
    given = {**body, "operation_id": operation_id}
    tool = "resolve_calendar_conflict"
    if asked := await consent(ctx, question, tool=tool, arguments=given, given=confirm_token):
        return asked
    return await outcome(rest, _as_queued(await rest.post(path, body)))


async def trigger_sync(
    ctx: Context,
    full: Annotated[bool, Field(description="Read the whole window again.")] = False,
) -> ToolResult:
    """Have Secretary look at Google now. It does so every minute by itself."""
    await caller_of(ctx).rest.post("/api/sync/trigger", {"full": True} if full else {})
    return result({"status": "queued"}, ["Sync was asked for; server_status tells how it went."])


def _as_queued(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer about a conflict in the shape of other writes."""
    sent = answer["operation"]
    pending = sent["status"] not in _SETTLED
    number = sent["op_id"] if sent["status"] != "cancelled" else None
    return {"status": "queued", "outbox_id": number, "pending": pending, "event": answer["event"]}
