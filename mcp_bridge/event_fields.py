"""The fields of an event, named once for the tools that set them."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypedDict, get_type_hints

from mcp_bridge.arguments import (
    Colour,
    LongText,
    OtherTime,
    Reminders,
    Repeat,
    Rules,
    Show,
    Time,
    Title,
    Visibility,
    Zone,
)
from mcp_bridge.reads import times

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from mcp_bridge.confirmation import Answer

    Tool = Callable[..., Awaitable[Answer]]


class EventFields(TypedDict):
    """What a tool takes of an event, each by a parameter of its own."""

    summary: Title
    start: Time
    end: OtherTime
    start_time: OtherTime
    end_time: OtherTime
    timezone: Zone
    description: LongText
    location: Title
    recurrence: Rules
    repeat: Repeat
    reminders: Reminders
    transparency: Show
    visibility: Visibility
    color_id: Colour
    add_meet: bool


_KINDS = get_type_hints(EventFields, include_extras=True)


def takes_event_fields(tool: Tool) -> Tool:
    """A tool that takes each of ``EventFields``, and gets as its ``fields`` those that were given,
    as REST takes them.
    """
    signature = inspect.signature(tool)
    kinds = {**get_type_hints(tool, include_extras=True), **_KINDS}
    names = [
        name for own in signature.parameters for name in (_KINDS if own == "fields" else (own,))
    ]

    @functools.wraps(tool)
    async def spread(*args: Any, **given: Any) -> Answer:
        fields = {name: given.pop(name, None) for name in _KINDS}
        return await tool(*args, fields=_sent(fields), **given)

    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD
            if name == "ctx"
            else inspect.Parameter.KEYWORD_ONLY,
            default=_default(name, signature),
            annotation=kinds[name],
        )
        for name in names
    ]
    spread.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    spread.__annotations__ = {name: kinds[name] for name in (*names, "return")}
    return spread


def _default(name: str, signature: inspect.Signature) -> Any:
    if name in _KINDS:
        return False if _KINDS[name] is bool else None
    return signature.parameters[name].default


def _sent(given: Mapping[str, Any]) -> dict[str, Any]:
    moments = ("start", "end", "start_time", "end_time")
    sent = {
        **given,
        **times(**{name: given[name] for name in moments}),
        "reminders": _reminders(given["reminders"]),
        "add_meet": given["add_meet"] or None,
    }
    return {name: value for name, value in sent.items() if value is not None}


def _reminders(minutes: list[int] | None) -> dict[str, Any] | None:
    if minutes is None:
        return None
    overrides = [{"method": "popup", "minutes": each} for each in minutes]
    return {"useDefault": False, "overrides": overrides}
