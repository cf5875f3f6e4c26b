"""Tools that change something. Each change is queued in Secretary, shows at once and can be undone.

What destroys something or reaches other people is asked first (``confirmation``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastmcp import Context
from pydantic import Field

from mcp_bridge.arguments import (
    Addresses,
    CalendarId,
    Colour,
    Confirm,
    DryRun,
    EventId,
    Key,
    LongText,
    Notify,
    OtherTime,
    Reminders,
    Repeat,
    Rules,
    Scope,
    Show,
    Time,
    Title,
    Visibility,
    Wait,
    Zone,
)
from mcp_bridge.caller import caller_of
from mcp_bridge.client import RestClient
from mcp_bridge.confirmation import Answer, consent
from mcp_bridge.errors import BridgeError
from mcp_bridge.moving import end_for
from mcp_bridge.outcome import outcome
from mcp_bridge.questions import question_of
from mcp_bridge.reads import event_path, times


async def create_calendar_event(
    ctx: Context,
    summary: Title = None,
    start: Time = None,
    end: OtherTime = None,
    start_time: OtherTime = None,
    end_time: OtherTime = None,
    timezone: Zone = None,
    description: LongText = None,
    location: Title = None,
    attendees: Addresses = None,
    recurrence: Rules = None,
    repeat: Repeat = None,
    reminders: Reminders = None,
    transparency: Show = None,
    visibility: Visibility = None,
    color_id: Colour = None,
    add_meet: bool = False,
    notify: Notify = None,
    calendar_id: CalendarId = None,
    dry_run: DryRun = False,
    client_key: Key = None,
    confirm_token: Confirm = None,
    wait_seconds: Wait = 0,
) -> Answer:
    """Make an event. A date makes it all-day (end exclusive); without end: an hour, or a day.

    start_time and end_time are other names of start and end. Check weekday and zone in the answer.
    With attendees it asks before anybody is told.
    """
    sent = {
        "summary": summary,
        **times(start=start, end=end, start_time=start_time, end_time=end_time),
        "timezone": timezone,
        "description": description,
        "location": location,
        "attendees": attendees,
        "recurrence": recurrence,
        "repeat": repeat,
        "reminders": _reminders(reminders),
        "transparency": transparency,
        "visibility": visibility,
        "color_id": color_id,
        "add_meet": add_meet or None,
        "notify": notify,
        "calendar_id": calendar_id,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    rest = caller_of(ctx).rest
    path = "/api/calendar/event"
    if dry_run or (attendees and notify != "none"):
        plan = await rest.post(path, body, dry_run=True)
        if dry_run:
            return await outcome(rest, plan)
        question = question_of(plan, "Create", zone_name=rest.zone_name)
        tool = "create_calendar_event"
        if asked := await consent(ctx, question, tool=tool, arguments=body, given=confirm_token):
            return asked
    answer = await rest.post(path, body, key=client_key)
    return await outcome(rest, answer, wait_seconds=wait_seconds)


async def update_calendar_event(
    ctx: Context,
    event_id: EventId,
    calendar_id: CalendarId = None,
    scope: Scope = None,
    summary: Title = None,
    start: Time = None,
    end: OtherTime = None,
    start_time: OtherTime = None,
    end_time: OtherTime = None,
    timezone: Zone = None,
    description: LongText = None,
    location: Title = None,
    add_guests: Addresses = None,
    remove_guests: Addresses = None,
    recurrence: Rules = None,
    repeat: Repeat = None,
    reminders: Reminders = None,
    transparency: Show = None,
    visibility: Visibility = None,
    color_id: Colour = None,
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
        **times(start=start, end=end, start_time=start_time, end_time=end_time),
        "timezone": timezone,
        "description": description,
        "location": location,
        "attendees_add": add_guests,
        "attendees_remove": remove_guests,
        "recurrence": recurrence,
        "repeat": repeat,
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
    rest, path = caller_of(ctx).rest, event_path(calendar_id, event_id)
    await _keep_length(rest, path, body)
    if dry_run or notify != "none":
        plan = await rest.patch(path, body, dry_run=True)
        if dry_run:
            return await outcome(rest, plan)
        question = question_of(plan, "Change", zone_name=rest.zone_name, scope=scope)
        given = {**body, "event_id": event_id, "calendar_id": calendar_id}
        tool = "update_calendar_event"
        if asked := await consent(ctx, question, tool=tool, arguments=given, given=confirm_token):
            return asked
    answer = await rest.patch(path, body, key=client_key)
    return await outcome(rest, answer, wait_seconds=wait_seconds)


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
    rest, path = caller_of(ctx).rest, event_path(calendar_id, event_id)
    how = {"scope": scope, "notify": notify}
    plan = await rest.delete(path, **how, dry_run=True)
    if dry_run:
        return await outcome(rest, plan)
    question = question_of(plan, "Delete", zone_name=rest.zone_name, scope=scope)
    given = {**how, "event_id": event_id, "calendar_id": calendar_id}
    tool = "delete_calendar_event"
    if asked := await consent(ctx, question, tool=tool, arguments=given, given=confirm_token):
        return asked
    return await outcome(rest, await rest.delete(path, **how), wait_seconds=wait_seconds)


async def _keep_length(rest: RestClient, path: str, body: dict[str, Any]) -> None:
    """Sets the end that goes with a new start, where none is given."""
    start = body.get("start") or body.get("start_time")
    if not start or "end" in body or "end_time" in body:
        return
    event = (await rest.get(path))["event"]
    own = (event.get("start") or {}).get("timeZone")
    zone_name = body.get("timezone") or own or rest.zone_name
    if end := end_for(start, event, zone_name=zone_name):
        body["end"] = end


def _reminders(minutes: list[int] | None) -> dict[str, Any] | None:
    if minutes is None:
        return None
    overrides = [{"method": "popup", "minutes": each} for each in minutes]
    return {"useDefault": False, "overrides": overrides}
