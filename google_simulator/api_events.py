"""The events methods: parameters in, one call to the rules, resources out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from google_simulator import access, calls, event_changes, events, sync_tokens
from google_simulator.errors import ApiError, invalid
from google_simulator.event_changes import WriteOptions
from google_simulator.listing import EventQuery, list_events, list_instances
from google_simulator.rendering import View, render_one
from google_simulator.times import Resource, parse_bound, utc_millis, zone
from google_simulator.world import Calendar, collection_etag

if TYPE_CHECKING:
    from google_simulator.calls import Call, Service

_WITHOUT_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
"""Refused beside a sync token (google-calendar-api.md 5.1.3)."""
_FORFEITS_TOKEN = set(_WITHOUT_TOKEN) - {"timeMin", "timeMax"}
_UNBOUND = frozenset({"syncToken", "showDeleted", "alwaysIncludeEmail", *_WITHOUT_TOKEN})


def _view(calendar: Calendar, call: Call) -> View:
    zone_name = str(call.query.get("timeZone", ""))
    if zone_name:
        zone(zone_name)
    most = int(call.query.get("maxAttendees", 0))
    if "maxAttendees" in call.query and most < 1:
        raise invalid("Bad Request", location="maxAttendees")
    view = View.of(calendar, call.user, time_zone=zone_name, max_attendees=most)
    if calls.sees_busy_only(call):
        return View(view.viewer, "freeBusyReader", view.time_zone, view.max_attendees)
    return view


def list_(service: Service, call: Call) -> Resource:
    """events.list"""
    calendar = calls.calendar(service, call)
    view = _view(calendar, call)
    query = _query(service, calendar, call, view)
    answer = list_events(
        service.world,
        service.snapshots,
        calendar=calendar,
        view=view,
        query=query,
        page_token=str(call.query.get("pageToken", "")),
    )
    return _envelope(service, calendar, call, view) | answer


def _envelope(service: Service, calendar: Calendar, call: Call, view: View) -> Resource:
    stamp = calendar.touched or calendar.stamp
    described = {k: calendar.extra[k] for k in ("description",) if k in calendar.extra}
    return {
        "kind": "calendar#events",
        "etag": collection_etag(stamp),
        "summary": calendar.summary,
        **described,
        "updated": utc_millis(stamp),
        "timeZone": view.time_zone or calendar.time_zone,
        "accessRole": view.role,
        "defaultReminders": event_changes.default_reminders(service.world, calendar, call.user),
    }


def _query(service: Service, calendar: Calendar, call: Call, view: View) -> EventQuery:
    asked = call.query
    size = call.max_results(default=250, most=2500)
    single = bool(asked.get("singleEvents")) or view.busy_only
    question = call.fingerprint("events", calendar.id, size, single, without=_UNBOUND)
    base = EventQuery(
        max_results=size,
        single_events=single,
        show_deleted=bool(asked.get("showDeleted")),
        order_by=_order(asked, single),
        event_types=tuple(asked.get("eventTypes", ())),
        question=question,
        page_question=call.fingerprint("page", calendar.id),
        gives_token=not _FORFEITS_TOKEN & set(asked),
    )
    if "syncToken" in asked:
        return _delta(service, calendar, asked, base)
    low, high = _bounds(asked)
    return EventQuery(
        **vars(base)
        | {
            "time_min": low,
            "time_max": high,
            "updated_min": _updated_min(service, asked),
            "ical_uid": asked.get("iCalUID", ""),
            "text": asked.get("q", ""),
            "properties": tuple(_properties(asked)),
        }
    )


def _delta(
    service: Service, calendar: Calendar, asked: dict[str, Any], base: EventQuery
) -> EventQuery:
    if set(_WITHOUT_TOKEN) & set(asked) or asked.get("showDeleted") is False:
        raise ApiError(400, "invalid", "Sync token cannot be used with other request restrictions.")
    if "pageToken" in asked:
        return EventQuery(**vars(base) | {"since": 0})
    since = sync_tokens.redeem(
        service.world, asked["syncToken"], epoch=calendar.token_epoch, question=base.question
    )
    return EventQuery(**vars(base) | {"since": since})


def _order(asked: dict[str, Any], single: bool) -> str:
    order = str(asked.get("orderBy", ""))
    if order == "startTime" and not single:
        message = "The requested ordering is not available for the particular query."
        raise ApiError(400, "badRequest", message, "orderBy")
    return order


def _bounds(asked: dict[str, Any]) -> tuple[int | None, int | None]:
    low, high = (
        parse_bound(asked[name], name=name) if name in asked else None
        for name in ("timeMin", "timeMax")
    )
    if low is not None and high is not None and low >= high:
        message = "The specified time range is empty."
        raise ApiError(400, "timeRangeEmpty", message, "timeMax")
    return low, high


def _updated_min(service: Service, asked: dict[str, Any]) -> str:
    if "updatedMin" not in asked:
        return ""
    seconds = parse_bound(asked["updatedMin"], name="updatedMin")
    oldest = service.world.clock.now() - timedelta(days=service.world.options.sync_token_days)
    if seconds < oldest.timestamp():
        message = "The requested minimum modification time lies too far in the past."
        raise ApiError(410, "updatedMinTooLongAgo", message, "updatedMin")
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _properties(asked: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for kind in ("private", "shared"):
        for text in asked.get(f"{kind}ExtendedProperty", ()):
            name, equals, value = text.partition("=")
            if not equals:
                raise invalid("Bad Request", location=f"{kind}ExtendedProperty")
            found.append((kind, name, value))
    return found


def instances(service: Service, call: Call) -> Resource:
    """events.instances"""
    calendar = calls.calendar(service, call, role="reader")
    view = _view(calendar, call)
    low, high = _bounds(call.query)
    token = str(call.query.get("pageToken", "i.0"))
    offset = token.removeprefix("i.")
    if not (token.startswith("i.") and offset.isdecimal()):
        raise invalid("Invalid page token value.", location="pageToken")
    answer = list_instances(
        service.world,
        calendar=calendar,
        view=view,
        event_id=call.path["eventId"],
        query=EventQuery(
            max_results=call.max_results(default=250, most=2500),
            single_events=True,
            show_deleted=bool(call.query.get("showDeleted")),
            time_min=low,
            time_max=high,
            question=call.fingerprint("instances", calendar.id, call.path["eventId"]),
        ),
        original_start=str(call.query.get("originalStart", "")),
        offset=int(offset),
    )
    return _envelope(service, calendar, call, view) | answer


def get(service: Service, call: Call) -> Resource:
    """events.get"""
    calendar = calls.calendar(service, call)
    view = _view(calendar, call)
    return render_one(calendar, view, events.get(calendar, call.path["eventId"]))


def _writable(service: Service, call: Call) -> tuple[Calendar, WriteOptions]:
    calendar = calls.calendar(service, call, role="writer")
    asked = call.query
    updates = asked.get("sendUpdates") or ("all" if asked.get("sendNotifications") else "none")
    version = int(asked.get("conferenceDataVersion", 0))
    if version not in {0, 1}:
        raise invalid("Bad Request", location="conferenceDataVersion")
    return calendar, WriteOptions(
        send_updates=str(updates),
        conference_version=version,
        attachments=bool(asked.get("supportsAttachments")),
        if_match=call.if_match,
    )


def insert(service: Service, call: Call) -> Resource:
    """events.insert"""
    calendar, options = _writable(service, call)
    row = events.insert(
        service.world, calendar=calendar, body=call.body, actor=call.user, options=options
    )
    return render_one(calendar, _view(calendar, call), row.resource)


def import_(service: Service, call: Call) -> Resource:
    """events.import"""
    calendar, options = _writable(service, call)
    row = events.import_event(
        service.world, calendar=calendar, body=call.body, actor=call.user, options=options
    )
    return render_one(calendar, _view(calendar, call), row.resource)


def quick_add(service: Service, call: Call) -> Resource:
    """events.quickAdd: the text becomes the title of the next full hour."""
    calendar, options = _writable(service, call)
    begin = service.world.clock.now().replace(minute=0, second=0) + timedelta(hours=1)
    body = {
        "summary": call.query["text"],
        "start": {"dateTime": begin.isoformat(timespec="seconds")},
        "end": {"dateTime": (begin + timedelta(hours=1)).isoformat(timespec="seconds")},
    }
    row = events.insert(
        service.world, calendar=calendar, body=body, actor=call.user, options=options
    )
    return render_one(calendar, _view(calendar, call), row.resource)


def _change(service: Service, call: Call, *, replace: bool) -> Resource:
    calendar, options = _writable(service, call)
    view = _view(calendar, call)
    changed = event_changes.change(
        service.world,
        calendar=calendar,
        event_id=call.path["eventId"],
        body=call.body,
        actor=call.user,
        replace=replace,
        options=options,
    )
    return render_one(calendar, view, changed)


def patch(service: Service, call: Call) -> Resource:
    """events.patch"""
    return _change(service, call, replace=False)


def update(service: Service, call: Call) -> Resource:
    """events.update"""
    return _change(service, call, replace=True)


def delete(service: Service, call: Call) -> None:
    """events.delete"""
    calendar, options = _writable(service, call)
    event_changes.delete(
        service.world,
        calendar=calendar,
        event_id=call.path["eventId"],
        options=options,
    )


def move(service: Service, call: Call) -> Resource:
    """events.move"""
    calendar, options = _writable(service, call)
    destination = access.resolve(service.world, call.query["destination"], call.user)
    access.require(destination, call.user, "writer")
    return events.move(
        service.world,
        calendar=calendar,
        event_id=call.path["eventId"],
        destination=destination,
        options=options,
    )


def watch(service: Service, call: Call) -> Resource:
    """events.watch"""
    calendar = calls.calendar(service, call)
    if not calendar.push:
        message = "Push notifications are not supported by this resource."
        raise ApiError(400, "pushNotSupportedForRequestedResource", message)
    _query(service, calendar, call, _view(calendar, call))
    return service.channels.watch(
        call.body,
        collection=("events", calendar.id),
        uri=f"{service.base_url}/calendar/v3/calendars/{calendar.id}/events?alt=json",
        user=call.user,
        client_id=call.client_id,
    )


def stop(service: Service, call: Call) -> None:
    """channels.stop"""
    service.channels.stop(call.body, user=call.user, client_id=call.client_id)


HANDLERS: dict[str, calls.Handler] = {
    "calendar.events.list": list_,
    "calendar.events.instances": instances,
    "calendar.events.get": get,
    "calendar.events.insert": insert,
    "calendar.events.import": import_,
    "calendar.events.quickAdd": quick_add,
    "calendar.events.patch": patch,
    "calendar.events.update": update,
    "calendar.events.delete": delete,
    "calendar.events.move": move,
    "calendar.events.watch": watch,
    "calendar.channels.stop": stop,
}
