"""Tools that change something. Each change is queued in Secretary, shows at once and can be undone.

What destroys something or reaches other people is asked first (``confirmation``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastmcp import Context
from pydantic import Field

from mcp_bridge.arguments import (
    CalendarId,
    Confirm,
    DryRun,
    EventId,
    Guests,
    Key,
    Notify,
    Scope,
    Wait,
)
from mcp_bridge.caller import caller_of
from mcp_bridge.confirmation import Answer, consent
from mcp_bridge.errors import BridgeError
from mcp_bridge.event_fields import takes_event_fields
from mcp_bridge.outcome import outcome
from mcp_bridge.questions import question_of
from mcp_bridge.reads import event_path


@takes_event_fields
async def create_calendar_event(
    ctx: Context,
    fields: dict[str, Any],
    attendees: Guests = None,
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
    body = {
        **fields,
        **_given(attendees=attendees, notify=notify, calendar_id=calendar_id),
    }
    rest = caller_of(ctx).rest
    path = "/api/calendar/event"
    if dry_run or (attendees and notify != "none"):
        plan = await rest.post(path, body, dry_run=True)
        if dry_run:
            return await outcome(rest, plan, asked=body)
        question = question_of(plan, "Create", zone_name=rest.zone_name)
        tool = "create_calendar_event"
        if asked := await consent(ctx, question, tool=tool, arguments=body, given=confirm_token):
            return asked
    answer = await rest.post(path, body, key=client_key)
    return await outcome(rest, answer, asked=body, wait_seconds=wait_seconds)


@takes_event_fields
async def update_calendar_event(
    ctx: Context,
    event_id: EventId,
    fields: dict[str, Any],
    calendar_id: CalendarId = None,
    scope: Scope = None,
    add_guests: Guests = None,
    remove_guests: Guests = None,
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
    """Change the given fields only. start without end moves the event and keeps its length."""
    if twice := fields.keys() & set(clear or ()):
        said = dict.fromkeys(twice, "Either a value or empty.")
        raise BridgeError("invalid", "A field is both given and to be emptied.", fields=said)
    guests = _given(attendees_add=add_guests, attendees_remove=remove_guests)
    emptied: dict[str, Any] = dict.fromkeys(clear or ())
    body = {**fields, **guests, **emptied}
    if not body:
        raise BridgeError("invalid", "Say what to change.", fields={"summary": "Nothing is given."})
    body |= _given(scope=scope, notify=notify)
    rest, path = caller_of(ctx).rest, event_path(calendar_id, event_id)
    if dry_run or notify != "none":
        plan = await rest.patch(path, body, dry_run=True)
        if dry_run:
            return await outcome(rest, plan, asked=body)
        question = question_of(plan, "Change", zone_name=rest.zone_name, scope=scope)
        given = {**body, "event_id": event_id, "calendar_id": calendar_id}
        tool = "update_calendar_event"
        if asked := await consent(ctx, question, tool=tool, arguments=given, given=confirm_token):
            return asked
    answer = await rest.patch(path, body, key=client_key)
    return await outcome(rest, answer, asked=body, wait_seconds=wait_seconds)


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


def _given(**arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
