"""The methods about calendars: the personal list, the calendars themselves, colours, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google_simulator import access, calendar_list, calendars, calls, palette, sync_tokens
from google_simulator.errors import ApiError

if TYPE_CHECKING:
    from google_simulator.calls import Call, Service
    from google_simulator.times import Resource

_LIST_TOKEN = frozenset({"syncToken", "showHidden", "showDeleted"})


def list_entries(service: Service, call: Call) -> Resource:
    """calendarList.list"""
    person, asked = calls.person(service, call), call.query
    question = call.fingerprint("calendarList", without=_LIST_TOKEN)
    since = None
    if "syncToken" in asked:
        limited = {"minAccessRole", "showOwnOrganizationOnly"} & set(asked)
        if limited or asked.get("showDeleted") is False or asked.get("showHidden") is False:
            message = "Sync token cannot be used with other request restrictions."
            raise ApiError(400, "invalid", message, "syncToken")
        since = sync_tokens.redeem(
            service.world, asked["syncToken"], epoch=person.list_epoch, question=question
        )
    return calendar_list.page(
        service.world,
        person,
        max_results=call.max_results(default=100, most=250),
        page_token=str(asked.get("pageToken", "")),
        question=question,
        since=since,
        show_hidden=bool(asked.get("showHidden")),
        show_deleted=bool(asked.get("showDeleted")),
        min_role=str(asked.get("minAccessRole", "")),
    )


def get_entry(service: Service, call: Call) -> Resource:
    """calendarList.get"""
    person = calls.person(service, call)
    entry = calendar_list.find(service.world, person, call.path["calendarId"])
    return calendar_list.entry_resource(service.world, person, entry)


def insert_entry(service: Service, call: Call) -> Resource:
    """calendarList.insert: subscribe to a calendar that is shared with the caller."""
    person = calls.person(service, call)
    calendar = access.resolve(service.world, str(call.body.get("id") or ""), call.user)
    entry = calendar_list.subscribe(service.world, person, calendar, call.body)
    return calendar_list.entry_resource(service.world, person, entry)


def _change_entry(service: Service, call: Call, *, replace: bool) -> Resource:
    person = calls.person(service, call)
    entry = calendar_list.find(service.world, person, call.path["calendarId"])
    before = calendar_list.entry_resource(service.world, person, entry)
    calls.check_etag(call, before["etag"])
    calendar_list.change(service.world, person, entry, call.body, replace=replace)
    return calendar_list.entry_resource(service.world, person, entry)


def patch_entry(service: Service, call: Call) -> Resource:
    """calendarList.patch"""
    return _change_entry(service, call, replace=False)


def update_entry(service: Service, call: Call) -> Resource:
    """calendarList.update"""
    return _change_entry(service, call, replace=True)


def delete_entry(service: Service, call: Call) -> None:
    """calendarList.delete"""
    person = calls.person(service, call)
    entry = calendar_list.find(service.world, person, call.path["calendarId"])
    calendar_list.unsubscribe(service.world, person, entry)


def watch_entries(service: Service, call: Call) -> Resource:
    """calendarList.watch: changes of the list, not of events"""
    return service.channels.watch(
        call.body,
        collection=("calendarList", call.user),
        uri=f"{service.base_url}/calendar/v3/users/me/calendarList?alt=json",
        user=call.user,
        client_id=call.client_id,
    )


def get_calendar(service: Service, call: Call) -> Resource:
    """calendars.get"""
    return calendars.resource(calls.calendar(service, call))


def insert_calendar(service: Service, call: Call) -> Resource:
    """calendars.insert"""
    person = calls.person(service, call)
    made = calendars.create(service.world, person, call.body, client_id=call.client_id)
    return calendars.resource(made)


def _change_calendar(service: Service, call: Call, *, replace: bool) -> Resource:
    calendar = calls.calendar(service, call, role="owner")
    calls.check_etag(call, calendars.resource(calendar)["etag"])
    calendars.change(service.world, calendar, call.body, replace=replace)
    return calendars.resource(calendar)


def patch_calendar(service: Service, call: Call) -> Resource:
    """calendars.patch"""
    return _change_calendar(service, call, replace=False)


def update_calendar(service: Service, call: Call) -> Resource:
    """calendars.update"""
    return _change_calendar(service, call, replace=True)


def delete_calendar(service: Service, call: Call) -> None:
    """calendars.delete"""
    calendars.remove(service.world, calls.calendar(service, call), by=call.user)


def clear_calendar(service: Service, call: Call) -> None:
    """calendars.clear"""
    calendars.clear(service.world, calls.calendar(service, call, role="owner"))


def transfer_calendar(_service: Service, _call: Call) -> None:
    """calendars.transferOwnership: for administrators, of whom there are none here"""
    raise ApiError(403, "forbidden")


def get_colors(_service: Service, _call: Call) -> Resource:
    """colors.get"""
    return palette.colors()


HANDLERS: dict[str, calls.Handler] = {
    "calendar.calendarList.list": list_entries,
    "calendar.calendarList.get": get_entry,
    "calendar.calendarList.insert": insert_entry,
    "calendar.calendarList.patch": patch_entry,
    "calendar.calendarList.update": update_entry,
    "calendar.calendarList.delete": delete_entry,
    "calendar.calendarList.watch": watch_entries,
    "calendar.calendars.get": get_calendar,
    "calendar.calendars.insert": insert_calendar,
    "calendar.calendars.patch": patch_calendar,
    "calendar.calendars.update": update_calendar,
    "calendar.calendars.delete": delete_calendar,
    "calendar.calendars.clear": clear_calendar,
    "calendar.calendars.transferOwnership": transfer_calendar,
    "calendar.colors.get": get_colors,
}
