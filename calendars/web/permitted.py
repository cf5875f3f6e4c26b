"""Which fields of an event Google would refuse to change, asked before anybody types. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calendars.commands.permissions import require_editable
from calendars.errors import NotWritableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASKED: Final = (
    "summary",
    "location",
    "description",
    "start",
    "recurrence",
    "conferenceData",
    "reminders",
    "colorId",
    "visibility",
    "transparency",
)
_SOMEBODY: Final = {"email": "somebody@example.invalid"}


def refused_fields(resource: Mapping[str, Any]) -> dict[str, str]:
    """Google's names of the fields that cannot be changed, each with the reason.

    Of guests ``attendees_add`` and ``attendees_remove`` are asked apart: who is invited may often
    invite others, but never take anybody off.
    """
    guests = list(resource.get("attendees") or ())
    asked: dict[str, Mapping[str, Any]] = {name: {name: None} for name in _ASKED}
    asked["attendees_add"] = {"attendees": [*guests, _SOMEBODY]}
    asked["attendees_remove"] = {"attendees": guests[:-1]}
    refused = {}
    for name, payload in asked.items():
        if sentence := _refusal(resource, payload):
            refused[name] = sentence
    return refused


def _refusal(resource: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    try:
        require_editable(resource, payload)
    except NotWritableError as error:
        return error.detail
    return ""
