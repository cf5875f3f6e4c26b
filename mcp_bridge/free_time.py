"""Tools about free time: the member's own, and that of several people together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastmcp import Context
from fastmcp.tools.base import ToolResult
from pydantic import Field

from mcp_bridge import shapes, words
from mcp_bridge.caller import caller_of
from mcp_bridge.reads import result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Moment = Annotated[
    str, Field(description="Date, wall time in the member's zone, or RFC 3339.", max_length=40)
]
CalendarIds = Annotated[
    list[str] | None, Field(description="Default: all selected.", max_length=100)
]
People = Annotated[
    list[str] | None, Field(description="Usernames or e-mail addresses.", max_length=20)
]
_MOST_SPANS = 60


async def get_calendar_availability(
    ctx: Context,
    time_min: Moment,
    time_max: Moment,
    calendar_ids: CalendarIds = None,
    people: People = None,
    working_hours_only: bool = False,
    at_least_minutes: Annotated[int | None, Field(ge=1, le=1_440)] = None,
) -> ToolResult:
    """Busy and free spans of the member, with `people` of all together. Unknown is never free."""
    sent = {
        "time_min": time_min,
        "time_max": time_max,
        "calendar_ids": calendar_ids,
        "people": people,
        "working_hours_only": working_hours_only or None,
        "at_least_minutes": at_least_minutes,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    answer = await caller_of(ctx).rest.post("/api/calendar/availability", body)
    found: dict[str, Any] = {"status": "ok", "time_zone": answer["time_zone"]}
    for kind in ("busy", "free", "unknown"):
        found[kind] = _spans(answer[kind], answer["time_zone"])
    found["people"] = _about_people(answer.get("people") or {})
    found |= _cut(found)
    lines = [f"Times in {answer['time_zone']}."]
    lines += [f"{kind}: {span}" for kind in ("busy", "free", "unknown") for span in found[kind]]
    lines += _said_of_people(found["people"])
    return result({name: value for name, value in found.items() if value != {}}, lines)


async def find_meeting_times(
    ctx: Context,
    duration_minutes: Annotated[int, Field(ge=5, le=1_440)],
    time_min: Moment,
    time_max: Moment,
    people: People = None,
    optional_people: People = None,
    working_hours: Literal["required", "preferred", "ignored"] = "required",
    buffer_minutes: Annotated[
        int, Field(ge=0, le=240, description="Kept free before and after.")
    ] = 0,
    limit: Annotated[int, Field(ge=1, le=20)] = 5,
) -> ToolResult:
    """Slots in which the member and all `people` can meet, best first, each with its reasons.

    At most 31 days. Nobody under `unknown` may be called free.
    """
    body = {
        "duration_minutes": duration_minutes,
        "time_min": time_min,
        "time_max": time_max,
        "people": people or [],
        "optional_people": optional_people or [],
        "working_hours": working_hours,
        "buffer_before_minutes": buffer_minutes,
        "buffer_after_minutes": buffer_minutes,
        "limit": limit,
    }
    answer = await caller_of(ctx).rest.post("/api/calendar/find-time", body)
    slots = [_slot(each, answer["time_zone"]) for each in answer["slots"]]
    found: dict[str, Any] = {"status": "ok", "time_zone": answer["time_zone"], "slots": slots}
    found["people"] = _about_people(answer["people"])
    if answer["problem"]:
        found["problem"] = answer["detail"] or answer["problem"]
    lines = [f"Times in {answer['time_zone']}."]
    lines += [f"{each['when']}: {'; '.join(each['reasons'])}" for each in slots]
    lines += [str(found["problem"])] if "problem" in found else []
    return result(found, lines + _said_of_people(found["people"]))


def _slot(entry: Mapping[str, Any], zone_name: str) -> dict[str, Any]:
    shown = {
        "start": entry["start"],
        "end": entry["end"],
        "when": _span(entry, zone_name),
        "reasons": [shapes.text_of(reason["text"], most=200) for reason in entry["reasons"]],
        "unknown": entry["unknown"],
    }
    return {name: value for name, value in shown.items() if value != []}


def _about_people(people: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """For each name what has to be known of the answer about them: why something is unknown."""
    found = {}
    for name, entry in people.items():
        reasons = [str(error.get("reason")) for error in entry.get("errors") or ()]
        if entry.get("asking"):
            reasons.append("being asked, try again in a few seconds")
        if entry.get("kind") == "unknown":
            reasons.append("nobody knows this name")
        found[shapes.text_of(name)] = ", ".join(reasons) or "known"
    return found


def _said_of_people(people: Mapping[str, str]) -> list[str]:
    return [f"{name}: not known ({why})" for name, why in people.items() if why != "known"]


def _spans(spans: Sequence[Mapping[str, Any]], zone_name: str) -> list[str]:
    return [_span(each, zone_name) for each in spans[:_MOST_SPANS]]


def _cut(found: Mapping[str, Any]) -> dict[str, Any]:
    """Says so where a list was cut: a long span is better asked in parts."""
    cut = [kind for kind in ("busy", "free") if len(found[kind]) == _MOST_SPANS]
    return {"cut": f"Only the first {_MOST_SPANS} of {', '.join(cut)}."} if cut else {}


def _span(each: Mapping[str, Any], zone_name: str) -> str:
    zone = words.zone_of(zone_name)
    begin = dt.datetime.fromisoformat(each["start"]).astimezone(zone)
    return words.span(begin, dt.datetime.fromisoformat(each["end"]).astimezone(zone))
