"""Tools about free time: the member's own, and that of several people together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastmcp import Context
from fastmcp.tools.base import ToolResult
from pydantic import Field

from mcp_bridge import words
from mcp_bridge.arguments import CalendarIds, Moment, OtherMoment, People
from mcp_bridge.caller import caller_of
from mcp_bridge.reads import result, times
from mcp_bridge.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_SPANS = 60
_KINDS = ("busy", "free", "unknown")


async def get_calendar_availability(
    ctx: Context,
    time_min: Moment,
    time_max: OtherMoment,
    calendar_ids: CalendarIds = None,
    people: People = None,
    working_hours_only: bool = False,
    at_least_minutes: Annotated[int | None, Field(ge=1, le=1_440)] = None,
) -> ToolResult:
    """Busy and free spans of the member, with `people` of all together. Unknown is never free."""
    sent = {
        **times(time_min=time_min, time_max=time_max),
        "calendar_ids": calendar_ids,
        "people": people,
        "working_hours_only": working_hours_only or None,
        "at_least_minutes": at_least_minutes,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    answer = await caller_of(ctx).rest.post("/api/calendar/availability", body)
    found: dict[str, Any] = {"status": "ok", "time_zone": answer["time_zone"]}
    for kind in _KINDS:
        found[kind] = _spans(answer[kind], answer["time_zone"])
    found["people"] = _about_people(answer.get("people") or {})
    found |= _cut(answer)
    lines = [f"Times in {answer['time_zone']}."]
    lines += [f"{kind}: {span}" for kind in _KINDS for span in found[kind]]
    lines += [found["cut"]] if "cut" in found else []
    lines += _said_of_people(found["people"])
    return result({name: value for name, value in found.items() if value != {}}, lines)


async def find_meeting_times(
    ctx: Context,
    duration_minutes: Annotated[int, Field(ge=5, le=1_440)],
    time_min: Moment,
    time_max: OtherMoment,
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
        **times(time_min=time_min, time_max=time_max),
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
        found["problem"] = text_of(answer["detail"] or answer["problem"], most=400)
    lines = [f"Times in {answer['time_zone']}."]
    lines += [
        f"{each['when']}, start={each['start']}: {'; '.join(each['reasons'])}" for each in slots
    ]
    lines += [str(found["problem"])] if "problem" in found else []
    return result(found, lines + _said_of_people(found["people"]))


def _slot(entry: Mapping[str, Any], zone_name: str) -> dict[str, Any]:
    shown = {
        "start": entry["start"],
        "end": entry["end"],
        "when": _span(entry, zone_name),
        "reasons": [text_of(reason["text"], most=200) for reason in entry["reasons"]],
        "unknown": [text_of(each) for each in entry["unknown"]],
    }
    return {name: value for name, value in shown.items() if value != []}


def _about_people(people: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """For each name what has to be known of the answer about them: why something is unknown."""
    found = {}
    for name, entry in people.items():
        reasons = [text_of(error.get("reason")) for error in entry.get("errors") or ()]
        if entry.get("asking"):
            reasons.append("being asked, try again in a few seconds")
        if entry.get("kind") == "unknown":
            reasons.append("nobody knows this name")
        found[text_of(name)] = ", ".join(reasons) or "known"
    return found


def _said_of_people(people: Mapping[str, str]) -> list[str]:
    return [f"{name}: not known ({why})" for name, why in people.items() if why != "known"]


def _spans(spans: Sequence[Mapping[str, Any]], zone_name: str) -> list[str]:
    return [_span(each, zone_name) for each in spans[:_MOST_SPANS]]


def _cut(answer: Mapping[str, Any]) -> dict[str, str]:
    """Says so where a list was cut: a long span is better asked in parts."""
    cut = [kind for kind in _KINDS if len(answer[kind]) > _MOST_SPANS]
    what = f"Only the first {_MOST_SPANS} spans of {', '.join(cut)} are told: ask in parts."
    return {"cut": what} if cut else {}


def _span(each: Mapping[str, Any], zone_name: str) -> str:
    zone = words.zone_of(zone_name)
    begin = dt.datetime.fromisoformat(each["start"]).astimezone(zone)
    return words.span(begin, dt.datetime.fromisoformat(each["end"]).astimezone(zone))
