"""What became of a change: its own answer, and Google's where the caller wants to wait for it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from mcp_bridge import shapes
from mcp_bridge.caller import caller_of
from mcp_bridge.reads import result, zone_of_member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastmcp import Context
    from fastmcp.tools.base import ToolResult

_WAITING = frozenset({"pending", "in_flight"})
_LOOK_EVERY_SECONDS = 0.5
_WORDS = {
    "queued": "Queued; it shows at once and Google learns of it in the background.",
    "applied": "Done, at Google too.",
    "proposed": "Proposed: it waits until the member approves it in Secretary. Nobody is told yet.",
    "conflict": "In conflict with a change at Google: list_pending_changes shows both sides.",
    "failed": "Google refused it.",
    "dry_run": "Nothing was changed. This is what would be:",
}


async def outcome(ctx: Context, answer: Mapping[str, Any], *, wait_seconds: int = 0) -> ToolResult:
    """The answer of a write, with the event as lists show it from now on."""
    zone_name = await zone_of_member(ctx)
    found = _told_by_rest(answer, zone_name)
    if found["status"] == "queued" and answer.get("pending") and wait_seconds:
        found |= await _settled(ctx, int(answer["outbox_id"]), seconds=wait_seconds)
    lines = [_WORDS.get(found["status"], found["status"])]
    if "event" in found:
        lines.append(shapes.line(found["event"]))
    lines += [f"{step['what']}: {step['changed']}" for step in found.get("changes", ())]
    if told := found.get("told"):
        lines.append(f"Told: {', '.join(told)}")
    lines += found.get("notes", [])
    if "reason" in found:
        lines.append(f"Reason: {found['reason']}")
    if "operation_id" in found:
        lines.append(f"operation_id={found['operation_id']}; undo_change takes it back.")
    return result(found, lines)


def _told_by_rest(answer: Mapping[str, Any], zone_name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"status": str(answer["status"])}
    if answer.get("outbox_id") is not None:
        found["operation_id"] = answer["outbox_id"]
    if event := answer.get("event"):
        found["event"] = shapes.event(event, zone_name=zone_name)
    steps = answer.get("operations") or [each for each in [answer.get("proposal")] if each]
    if steps:
        found["changes"] = [shapes.step(each) for each in steps]
    if told := [shapes.text_of(each) for each in answer.get("told") or ()]:
        found["told"] = told
    notes = [*(answer.get("notes") or ()), *filter(None, [answer.get("note")])]
    if notes:
        found["notes"] = [shapes.text_of(note, most=400) for note in notes]
    if answer.get("becomes") == "proposed":
        found.setdefault("notes", []).append("It would be proposed, not done.")
    return found


async def _settled(ctx: Context, operation_id: int, *, seconds: int) -> dict[str, str]:
    """How an operation stands when it is no longer waiting, or when the time is over."""
    rest = caller_of(ctx).rest
    end = time.monotonic() + seconds
    while True:
        operation = (await rest.get(f"/api/calendar/outbox/{operation_id}"))["operation"]
        if operation["status"] not in _WAITING:
            reason = shapes.text_of(operation["error"], most=400)
            return {"status": operation["status"], **({"reason": reason} if reason else {})}
        if time.monotonic() >= end:
            return {}
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
