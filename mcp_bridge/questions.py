"""What the member is asked before a change, made of what a dry run said of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp_bridge import shapes
from mcp_bridge.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMED = 5
_SCOPES = {
    "instance": "only this occurrence",
    "this_and_following": "this and all later occurrences",
    "series": "the whole series",
}


def question_of(
    plan: Mapping[str, Any], verb: str, *, zone_name: str, scope: str | None = None
) -> str | None:
    """What has to be asked; None where nothing is destroyed and nobody told, or only proposed."""
    told = plan["told"]
    steps = plan["operations"]
    deletes = any(each["op_type"] == "delete" for each in steps)
    if plan["becomes"] == "proposed" or not (told or deletes):
        return None
    text = f"{verb} {_named(plan, zone_name)}"
    if scope:
        text += f" ({_SCOPES[scope]})"
    if deletes and verb != "Delete":
        text += ", which deletes it"
    if told:
        named = ", ".join(text_of(each, most=80) for each in told[:_NAMED])
        more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        text += f", and let Google tell {named}{more}"
    return f"{text}?"


def _named(plan: Mapping[str, Any], zone_name: str) -> str:
    if plan["event"]:
        shown = shapes.event(plan["event"], zone_name=zone_name)
        return f"«{shown['title']}», {shown['when']}"
    return f"«{next(filter(None, map(shapes.title_of, plan['operations'])), '(no title)')}»"
