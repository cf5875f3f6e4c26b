"""Tools that change something. Each change is queued in Secretary, shows at once and can be undone.

What destroys something or reaches other people is asked first (``confirmation``).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

import mcp_types
from fastmcp import Context
from fastmcp.tools.base import ToolResult
from pydantic import Field

from mcp_bridge import confirmation, shapes
from mcp_bridge.caller import caller_of
from mcp_bridge.errors import BridgeError
from mcp_bridge.outcome import outcome
from mcp_bridge.reads import CalendarId, EventId, Time, event_path, result, zone_of_member

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = ToolResult | mcp_types.InputRequiredResult
Title = Annotated[str | None, Field(max_length=1_024)]
LongText = Annotated[str | None, Field(max_length=8_192)]
Addresses = Annotated[list[str] | None, Field(max_length=1_000)]
Rules = Annotated[list[str] | None, Field(description="RRULE:… lines of RFC 5545.", max_length=50)]
Scope = Annotated[
    Literal["instance", "this_and_following", "series"] | None,
    Field(description="Required on recurring events; ask the member which."),
]
Notify = Annotated[
    Literal["all", "external", "none"] | None, Field(description="Which guests Google tells.")
]
Show = Annotated[Literal["opaque", "transparent"] | None, Field(description="Busy or free.")]
Visibility = Literal["default", "public", "private"] | None
Reminders = Annotated[list[int] | None, Field(description="Popups, minutes before.", max_length=5)]
DryRun = Annotated[bool, Field(description="Only show what would change and who is told.")]
Key = Annotated[
    str | None, Field(description="Same key, same change: safe to repeat.", max_length=100)
]
Confirm = Annotated[
    str | None, Field(description="From a confirmation_required answer.", max_length=100)
]
Wait = Annotated[int, Field(ge=0, le=15, description="Wait so long for Google's answer.")]
_RECURRING = ("recurrence", "recurringEventId")


async def create_calendar_event(
    ctx: Context,
    summary: Title = None,
    start: Time = None,
    end: Time = None,
    start_time: Time = None,
    end_time: Time = None,
    timezone: Annotated[str | None, Field(description="IANA name.")] = None,
    description: LongText = None,
    location: Title = None,
    attendees: Addresses = None,
    recurrence: Rules = None,
    reminders: Reminders = None,
    transparency: Show = None,
    visibility: Visibility = None,
    color_id: str | None = None,
    add_meet: bool = False,
    notify: Notify = None,
    calendar_id: CalendarId = None,
    dry_run: DryRun = False,
    client_key: Key = None,
    confirm_token: Confirm = None,
    wait_seconds: Wait = 0,
) -> Answer:
    """Make an event. A date makes it all-day (end exclusive); without end: an hour, or a day.

    Check weekday and zone in the answer. With attendees it asks before anybody is told.
    """
    sent = {
        "summary": summary,
        "start": start,
        "end": end,
        "start_time": start_time,
        "end_time": end_time,
        "timezone": timezone,
        "description": description,
        "location": location,
        "attendees": attendees,
        "recurrence": recurrence,
        "reminders": _reminders(reminders),
        "transparency": transparency,
        "visibility": visibility,
        "color_id": color_id,
        "add_meet": add_meet or None,
        "notify": notify,
        "calendar_id": calendar_id,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    caller = caller_of(ctx)
    path = "/api/calendar/event"
    plan = await caller.rest.post(path, body, dry_run=True)
    if dry_run:
        return await outcome(ctx, plan)
    if question := _about_guests("Create", plan):
        asked = await _agreed(ctx, question, "create_calendar_event", body, confirm_token)
        if asked is not None:
            return asked
    answer = await caller.rest.post(path, body, key=client_key)
    return await outcome(ctx, answer, wait_seconds=wait_seconds)


async def update_calendar_event(
    ctx: Context,
    event_id: EventId,
    calendar_id: CalendarId = None,
    scope: Scope = None,
    summary: Title = None,
    start: Time = None,
    end: Time = None,
    timezone: str | None = None,
    description: LongText = None,
    location: Title = None,
    add_guests: Addresses = None,
    remove_guests: Addresses = None,
    recurrence: Rules = None,
    reminders: Reminders = None,
    transparency: Show = None,
    visibility: Visibility = None,
    color_id: str | None = None,
    add_meet: bool = False,
    clear: Annotated[
        list[Literal["description", "location", "recurrence", "color_id"]] | None,
        Field(description="Fields to empty."),
    ] = None,
    notify: Notify = None,
    dry_run: DryRun = False,
    client_key: Key = None,
    confirm_token: Confirm = None,
    wait_seconds: Wait = 0,
) -> Answer:
    """Change the given fields only. Moving start without end keeps the length."""
    sent: dict[str, Any] = {
        "summary": summary,
        "start": start,
        "end": end,
        "timezone": timezone,
        "description": description,
        "location": location,
        "attendees_add": add_guests,
        "attendees_remove": remove_guests,
        "recurrence": recurrence,
        "reminders": _reminders(reminders),
        "transparency": transparency,
        "visibility": visibility,
        "color_id": color_id,
        "add_meet": add_meet or None,
        "notify": notify,
        "scope": scope,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    for name in clear or ():
        body[name] = None
    if not body.keys() - {"scope", "notify"}:
        raise BridgeError("invalid", "Say what to change.", fields={"summary": "Nothing is given."})
    caller, path = caller_of(ctx), event_path(calendar_id, event_id)
    plan = await caller.rest.patch(path, body, dry_run=True)
    if dry_run:
        return await outcome(ctx, plan)
    if question := _about_guests("Change", plan):
        given = {**body, "event_id": event_id, "calendar_id": calendar_id}
        asked = await _agreed(ctx, question, "update_calendar_event", given, confirm_token)
        if asked is not None:
            return asked
    answer = await caller.rest.patch(path, body, key=client_key)
    return await outcome(ctx, answer, wait_seconds=wait_seconds)


async def delete_calendar_event(
    ctx: Context,
    event_id: EventId,
    calendar_id: CalendarId = None,
    scope: Scope = None,
    notify: Notify = None,
    dry_run: DryRun = False,
    confirm_token: Confirm = None,
    wait_seconds: Wait = 0,
) -> Answer:
    """Delete an event, an occurrence or a series. Always asks first; can be undone."""
    caller, path = caller_of(ctx), event_path(calendar_id, event_id)
    how = {"scope": scope, "notify": notify}
    plan = await caller.rest.delete(path, **how, dry_run=True)
    if dry_run:
        return await outcome(ctx, plan)
    if plan["becomes"] != "proposed":
        question = _about_guests("Delete", plan) or f"Delete {await _named(ctx, plan)}?"
        given = {**how, "event_id": event_id, "calendar_id": calendar_id}
        asked = await _agreed(ctx, question, "delete_calendar_event", given, confirm_token)
        if asked is not None:
            return asked
    answer = await caller.rest.delete(path, **how)
    return await outcome(ctx, answer, wait_seconds=wait_seconds)


async def respond_to_meeting(
    ctx: Context,
    event_id: EventId,
    response: Literal["accepted", "declined", "tentative"],
    calendar_id: CalendarId = None,
    comment: Annotated[str | None, Field(max_length=1_024)] = None,
    scope: Scope = None,
    wait_seconds: Wait = 0,
) -> Answer:
    """Answer an invitation for the member; the organizer sees it."""
    sent = {
        "event_id": event_id,
        "calendar_id": calendar_id or "primary",
        "response": response,
        "comment": comment,
        "scope": scope,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    answer = await caller_of(ctx).rest.post("/api/calendar/respond", body)
    return await outcome(ctx, answer, wait_seconds=wait_seconds)


async def undo_change(
    ctx: Context,
    operation_id: Annotated[int, Field(ge=1)],
    wait_seconds: Wait = 0,
) -> Answer:
    """Take back a change by its operation id, whether it waits or reached Google already."""
    path = f"/api/calendar/outbox/{operation_id}/undo"
    answer = await caller_of(ctx).rest.post(path, {})
    return await outcome(ctx, answer, wait_seconds=wait_seconds)


async def resolve_calendar_conflict(
    ctx: Context,
    operation_id: Annotated[int, Field(ge=1)],
    choice: Literal["mine", "theirs", "merge", "both"],
    fields: Annotated[
        dict[str, Literal["mine", "theirs"]] | None,
        Field(description="With merge: whose value each field takes; 'time' is start and end."),
    ] = None,
) -> Answer:
    """Decide a conflict as the member said. list_pending_changes shows both sides."""
    body = {"choice": choice, **({"fields": fields} if fields else {})}
    path = f"/api/calendar/conflicts/{operation_id}/resolve"
    answer = await caller_of(ctx).rest.post(path, body)
    return await outcome(ctx, answer)


async def trigger_sync(
    ctx: Context,
    full: Annotated[bool, Field(description="Read the whole window again.")] = False,
) -> ToolResult:
    """Have Secretary look at Google now. It does so every minute by itself."""
    await caller_of(ctx).rest.post("/api/sync/trigger", {"full": True} if full else {})
    return result({"status": "queued"}, ["Sync was asked for; server_status tells how it went."])


async def _agreed(
    ctx: Context,
    question: str,
    tool: str,
    arguments: Mapping[str, Any],
    confirm_token: str | None,
) -> Answer | None:
    """None: go ahead. Otherwise what to answer now."""
    secret, now = caller_of(ctx).secret, time.time()
    if confirm_token is not None:
        if confirmation.is_valid(confirm_token, arguments, tool=tool, secret=secret, now=now):
            return None
        raise BridgeError("confirmation_invalid", "This confirm_token is not for this call.")
    said = await confirmation.ask_member(ctx, question)
    if said is True:
        return None
    if said is not None and said is not False:
        return said
    token = confirmation.token_for(arguments, tool=tool, secret=secret, now=now)
    found = {
        "status": "confirmation_required",
        "question": question,
        "confirm_token": token,
        "next_step": "Ask the member. After a yes, repeat this call with confirm_token.",
    }
    return result(found, [question, str(found["next_step"]), f"confirm_token={token}"])


def _about_guests(verb: str, plan: Mapping[str, Any]) -> str | None:
    """The question about a change that tells people of it; None where nobody is told."""
    told = plan["told"]
    if not told or plan["becomes"] == "proposed":
        return None
    named = ", ".join(shapes.text_of(each) for each in told[:5])
    more = f" and {len(told) - 5} more" if len(told) > 5 else ""
    title = shapes.text_of((plan.get("event") or {}).get("summary")) or "(no title)"
    return f"{verb} «{title}» and let Google tell {named}{more}?"


async def _named(ctx: Context, plan: Mapping[str, Any]) -> str:
    shown = shapes.event(plan.get("event") or {}, zone_name=await zone_of_member(ctx))
    return f"«{shown['title']}», {shown['when']}"


def _reminders(minutes: list[int] | None) -> dict[str, Any] | None:
    if minutes is None:
        return None
    overrides = [{"method": "popup", "minutes": each} for each in minutes]
    return {"useDefault": False, "overrides": overrides}
