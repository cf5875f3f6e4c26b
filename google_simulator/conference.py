"""Meetings attached to events: request, pending, success or failure.

google-calendar-api.md section 3.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google_simulator.errors import invalid, required
from google_simulator.world import Calendar, Task, World

if TYPE_CHECKING:
    from google_simulator.times import Resource

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def apply(
    world: World,
    calendar: Calendar,
    fields: Resource,
    old: Resource,
    event_id: str,
    version: int,
) -> Resource:
    """The fields with the conference that results from a write.

    With version 0 what is sent is dropped without a word and what is stored stays (trap 16).
    """
    before = old.get("conferenceData")
    made = {name: value for name, value in fields.items() if name != "conferenceData"}
    if version == 0:
        return made | ({"conferenceData": before} if before else {})
    wanted = fields.get("conferenceData")
    if not wanted:
        return made
    request = wanted.get("createRequest")
    if not request or request.get("requestId") == _request_id(before):
        return made | {"conferenceData": before or wanted}
    return made | {"conferenceData": _start(world, calendar, request, event_id)}


def _request_id(data: Resource | None) -> str | None:
    request = (data or {}).get("createRequest") or {}
    found = request.get("requestId")
    return str(found) if found else None


def _start(world: World, calendar: Calendar, request: Resource, event_id: str) -> Resource:
    kind = (request.get("conferenceSolutionKey") or {}).get("type", "hangoutsMeet")
    if not request.get("requestId"):
        raise required("Missing conference request id.")
    if kind != "hangoutsMeet":
        raise invalid("Invalid conference type value.")
    asked = {
        "requestId": request["requestId"],
        "conferenceSolutionKey": {"type": kind},
        "status": {"statusCode": "pending"},
    }
    if world.options.conference == "pending":
        due = world.now() + world.options.answer_delay_seconds
        world.tasks.append(Task(due, "conference", calendar.id, event_id))
        return {"createRequest": asked}
    if world.options.conference == "failure":
        return {"createRequest": asked | {"status": {"statusCode": "failure"}}}
    return fulfilled(world, {"createRequest": asked})


def fulfilled(world: World, data: Resource) -> Resource:
    """The conference once it exists."""
    words = [world.token(n, alphabet=_LETTERS) for n in (3, 4, 3)]
    code = "-".join(words)
    return {
        "createRequest": data["createRequest"] | {"status": {"statusCode": "success"}},
        "entryPoints": [
            {
                "entryPointType": "video",
                "uri": f"https://meet.google.com/{code}",
                "label": f"meet.google.com/{code}",
            }
        ],
        "conferenceSolution": {
            "key": {"type": "hangoutsMeet"},
            "name": "Google Meet",
            "iconUri": "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web.png",
        },
        "conferenceId": code,
    }
