"""What became of a change: its own answer, and Google's where the caller wants to wait for it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from mcp_bridge import shapes, words
from mcp_bridge.errors import BridgeError
from mcp_bridge.reads import event_path, result
from mcp_bridge.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastmcp.tools.base import ToolResult

    from mcp_bridge.client import RestClient

_WAITING = frozenset({"pending", "in_flight"})
_LOOK_EVERY_SECONDS = 0.5
_MOST_STEPS, _MOST_TOLD = 10, 20
_WORDS = {
    "queued": "Queued; it shows at once and Google learns of it in the background.",
    "applied": "Done; nothing is left to tell Google.",
    "proposed": "Proposed: it waits until the member approves it in Secretary. Nobody is told yet.",
    "conflict": "In conflict with a change at Google: list_pending_changes shows both sides.",
    "failed": "Google refused it.",
    "cancelled": "Given up meanwhile.",
    "dry_run": "Nothing was changed. This is what would be:",
}


async def outcome(
    rest: RestClient,
    answer: Mapping[str, Any],
    *,
    asked: Mapping[str, Any] | None = None,
    wait_seconds: int = 0,
) -> ToolResult:
    """The answer of a write, with the event as lists show it from now on.

    Of the times that were ``asked`` for it says what clocks make of them.
    """
    found = _told_by_rest(answer, rest.zone_name)
    if said := _of_clocks(asked or {}, answer):
        found["notes"] = [*said, *found.get("notes", ())]
    if found["status"] == "queued" and wait_seconds:
        found |= await _settled(rest, int(answer["outbox_id"]), seconds=wait_seconds)
        if found["status"] == "applied":
            await _look_again(rest, found)
    return result(found, _lines(found))


def _of_clocks(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    start = (answer.get("event") or {}).get("start") or {}
    zone_name = asked.get("timezone") or start.get("timeZone") or "UTC"
    times = (asked[name] for name in ("start", "start_time", "end", "end_time") if name in asked)
    notes = (words.of_changing_clocks(text, zone_name=zone_name) for text in times)
    return list(dict.fromkeys(filter(None, notes)))


def _told_by_rest(answer: Mapping[str, Any], zone_name: str) -> dict[str, Any]:
    status = str(answer["status"])
    if status == "queued" and (answer.get("unchanged") or not answer["pending"]):
        status = "applied"
    told = answer.get("told") or ()
    found: dict[str, Any] = {
        "operation_id": None if answer.get("unchanged") else answer.get("outbox_id"),
        "changes": [shapes.step(each) for each in _steps(answer)[:_MOST_STEPS]],
        "told": [text_of(each, most=80) for each in told[:_MOST_TOLD]],
        "told_in_all": len(told) if len(told) > _MOST_TOLD else None,
        "notes": _notes(answer),
    }
    if event := answer.get("event"):
        found["event"] = shapes.event(event, zone_name=zone_name)
    return {"status": status, **shapes.said(found)}


def _steps(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return answer.get("operations") or [each for each in [answer.get("proposal")] if each]


def _notes(answer: Mapping[str, Any]) -> list[str]:
    notes = [*(answer.get("notes") or ()), *filter(None, [answer.get("note")])]
    if answer.get("unchanged"):
        notes.append("All was so already: nothing had to be changed.")
    if answer.get("becomes") == "proposed":
        notes.append("It would be proposed, not done.")
    if resets := answer.get("resets"):
        notes.append(f"{len(resets)} changed occurrences are given up with this.")
    return [text_of(note, most=400) for note in notes[:_MOST_STEPS]]


def _lines(found: Mapping[str, Any]) -> list[str]:
    lines = [_WORDS.get(found["status"], found["status"])]
    if "event" in found:
        lines.append(shapes.line(found["event"]))
    for step in found.get("changes", ()):
        changed = (f"{name}: «{value}»" for name, value in step.get("changed", {}).items())
        lines.append(f"{step['what']}: {', '.join(changed) or 'the whole event'}")
    if told := found.get("told"):
        more = found["told_in_all"] - len(told) if "told_in_all" in found else 0
        lines.append(f"Told: {', '.join(told)}{f' and {more} more' if more else ''}")
    lines += found.get("notes", [])
    if "reason" in found:
        lines.append(f"Reason: {found['reason']}")
    if "operation_id" in found:
        lines.append(f"operation_id={found['operation_id']}; undo_change takes it back.")
    return lines


async def _settled(rest: RestClient, operation_id: int, *, seconds: int) -> dict[str, str]:
    """How an operation stands when it is no longer waiting, or when the time is over."""
    end = time.monotonic() + seconds
    while True:
        operation = (await rest.get(f"/api/calendar/outbox/{operation_id}"))["operation"]
        if operation["status"] not in _WAITING:
            reason = text_of(operation["error"], most=400)
            return {"status": operation["status"], **({"reason": reason} if reason else {})}
        if time.monotonic() >= end:
            return {}
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _look_again(rest: RestClient, found: dict[str, Any]) -> None:
    """Google has given the event its id by now, and nothing of it waits any more."""
    event = found.get("event", {})
    if not event or event.get("status") == "cancelled":
        return
    try:
        now = await rest.get(event_path(event.get("calendar_id"), event["id"]))
    except BridgeError:
        return  # the change itself was done, and that is what was asked
    found["event"] = shapes.event(now["event"], zone_name=rest.zone_name)
