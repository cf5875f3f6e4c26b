"""One event with everything that is known of it, in words. Pure but for the addresses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from calendars import recurrence
from calendars.commands.guest_list import own_row
from calendars.commands.permissions import (
    require_copyable,
    require_movable,
    require_visible,
    require_writable,
)
from calendars.errors import NotWritableError
from calendars.event_resource import span_of
from calendars.web.cards import BADGES, Sign
from calendars.web.event_initial import zone_of
from calendars.web.field_words import COLOURS, reminders_in_words
from calendars.web.guests import Guests, guests_of
from calendars.web.rich_text import description, safe_link
from calendars.web.style_classes import tint
from calendars.web.words import TO, UNTITLED, Reader, long_day, place_of, short_day, zone_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.utils.safestring import SafeString

    from calendars.event_resource import Span
    from calendars.models import Calendar

_KINDS: Final = {
    "outOfOffice": "Out of office",
    "focusTime": "Focus time",
    "workingLocation": "Working location",
    "birthday": "Birthday",
    "fromGmail": "From Gmail",
}
_ENTRIES: Final = {"phone": "Phone", "sip": "SIP", "more": "More ways to join"}
_BLIND: Final = frozenset({"private", "confidential"})


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class EventCard:
    """``when_there`` is the time in the event's own zone where its clocks show another one.

    ``read_only`` says why nothing can be changed here, empty where something can. Addresses are
    empty where the action is not possible. ``answer`` is the member's own, None for
    who is no guest.
    """

    title: str
    tint: str
    badge: Sign | None
    when: str
    when_there: str
    repeats: str
    place: str
    place_url: str
    meeting: Sequence[Link]
    guests: Guests | None
    organizer: str
    description: SafeString | str
    attachments: Sequence[Link]
    reminders: Sequence[str]
    calendar: str
    facts: Sequence[str]
    read_only: str
    is_recurring: bool
    answer: str | None
    comment: str
    urls: Mapping[str, str]


def event_card(
    resource: Mapping[str, Any],
    *,
    calendar: Calendar,
    event_id: str,
    series: Mapping[str, Any] | None,
    reader: Reader,
    today: dt.date,
) -> EventCard:
    """``resource`` as lists show it; ``series`` that of its series."""
    status = resource.get("_local_status", "")
    zone = calendar.time_zone
    place = str(resource.get("location") or "")
    read_only = _refusal(
        lambda: require_writable(calendar), lambda: require_visible(calendar, resource)
    )
    addresses = (calendar.google_id, calendar.account.email)
    own = None if read_only else own_row(resource, addresses=addresses)
    return EventCard(
        title=str(resource.get("summary") or "") or _untitled(resource),
        tint=tint(
            calendar_colour=calendar.background_color,
            event_colour_id=str(resource.get("colorId") or ""),
        ),
        badge=BADGES.get(status),
        when=when_in_words(resource, calendar_zone=zone, reader=reader, today=today),
        when_there=_when_there(resource, calendar_zone=zone, reader=reader),
        repeats=recurrence.in_words(series, calendar_zone=zone) if series else "",
        place=place,
        place_url=safe_link(place),
        meeting=_meeting(resource),
        guests=guests_of(resource),
        organizer=_organizer(resource),
        description=description(str(resource.get("description") or "")),
        attachments=_attachments(resource),
        reminders=_reminders(resource.get("reminders") or {}, calendar),
        calendar=str(calendar),
        facts=_facts(resource),
        read_only=read_only,
        is_recurring=bool(resource.get("recurringEventId") or resource.get("recurrence")),
        answer=own.get("responseStatus", "needsAction") if own else None,
        comment=str(own.get("comment") or "") if own else "",
        urls=_urls(resource, calendar, event_id, writable=not read_only),
    )


def when_in_words(
    resource: Mapping[str, Any], *, calendar_zone: str, reader: Reader, today: dt.date
) -> str:
    """The time with its weekday: ``Wednesday 11 March 2026, 10:00 - 11:00``."""
    span = span_of(resource, calendar_zone=calendar_zone)
    if span is None:
        return ""
    if span.start_date is not None and span.end_date is not None:
        first = dt.date.fromisoformat(span.start_date)
        last = dt.date.fromisoformat(span.end_date) - dt.timedelta(days=1)
        if first == last:
            return f"{_day(first, today)}, all day"
        days = (last - first).days + 1
        return f"{_short(first, today)}{TO}{_short(last, today)}, {days} days"
    return _hours(span, reader, today)


def _hours(span: Span, reader: Reader, today: dt.date) -> str:
    start, end = (dt.datetime.fromtimestamp(each, reader.zone) for each in (span.start, span.end))
    if start.date() == end.date() or span.start == span.end:
        return f"{_day(start.date(), today)}, {_clocks(start, end, reader)}"
    begins = f"{_short(start.date(), today)}, {reader.clock(start)}"
    return f"{begins}{TO}{_short(end.date(), today)}, {reader.clock(end)}"


def _clocks(start: dt.datetime, end: dt.datetime, reader: Reader) -> str:
    if start == end:
        return reader.clock(start)
    return f"{reader.clock(start)}{TO}{reader.clock(end)}"


def _day(day: dt.date, today: dt.date) -> str:
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((day - today).days)
    return f"{near}, {long_day(day)}" if near else long_day(day)


def _short(day: dt.date, today: dt.date) -> str:
    return f"{day:%a} {short_day(day)}{'' if day.year == today.year else f' {day.year}'}"


def _when_there(resource: Mapping[str, Any], *, calendar_zone: str, reader: Reader) -> str:
    """The same time as clocks of the event's zone show it, if they show another one."""
    span = span_of(resource, calendar_zone=calendar_zone)
    if span is None or span.start_date is not None:
        return ""
    zone = zone_of(resource, calendar_zone=calendar_zone)
    there = Reader(zone, reader.twelve)
    start, end = (dt.datetime.fromtimestamp(each, zone) for each in (span.start, span.end))
    here = dt.datetime.fromtimestamp(span.start, reader.zone)
    if start.utcoffset() == here.utcoffset():
        return ""
    name = zone_letters(zone, start.date())
    other_day = "" if start.date() == here.date() else f" on {short_day(start.date())}"
    return f"{_clocks(start, end, there)}{other_day} in {place_of(zone)} ({name})"


def _untitled(resource: Mapping[str, Any]) -> str:
    return "Busy" if resource.get("visibility") in _BLIND else UNTITLED


def _meeting(resource: Mapping[str, Any]) -> list[Link]:
    conference = resource.get("conferenceData") or {}
    links: list[Link] = []
    for entry in conference.get("entryPoints") or ():
        url = safe_link(entry.get("uri"))
        kind = str(entry.get("entryPointType") or "")
        label = str(entry.get("label") or url)
        pin = f", PIN {entry['pin']}" if entry.get("pin") else ""
        if url and kind == "video":
            name = (conference.get("conferenceSolution") or {}).get("name")
            links.insert(0, Link(f"Join with {name}" if name else "Join the meeting", url))
        elif url:
            links.append(Link(f"{_ENTRIES.get(kind, 'Join')}: {label}{pin}", url))
    hangout = safe_link(resource.get("hangoutLink"))
    if hangout and all(link.url != hangout for link in links):
        links.insert(0, Link("Join with Google Meet", hangout))
    return links


def _organizer(resource: Mapping[str, Any]) -> str:
    organizer = resource.get("organizer") or {}
    if organizer.get("self"):
        return ""
    return str(organizer.get("displayName") or organizer.get("email") or "")


def _reminders(reminders: Mapping[str, Any], calendar: Calendar) -> list[str]:
    """None where the calendar has none and the event goes with it."""
    if reminders.get("useDefault") and not calendar.default_reminders:
        return []
    return reminders_in_words(reminders, defaults=calendar.default_reminders)


def _attachments(resource: Mapping[str, Any]) -> list[Link]:
    files = resource.get("attachments") or ()
    return [
        Link(str(each.get("title") or url), url)
        for each in files
        if (url := safe_link(each.get("fileUrl")))
    ]


def _facts(resource: Mapping[str, Any]) -> list[str]:
    requested = (resource.get("conferenceData") or {}).get("createRequest") or {}
    waiting = requested and not resource.get("hangoutLink")
    failed = (requested.get("status") or {}).get("statusCode") == "failure"
    facts = (
        _KINDS.get(str(resource.get("eventType")), ""),
        "Tentative" if resource.get("status") == "tentative" else "",
        "Shown as free" if resource.get("transparency") == "transparent" else "",
        "Private" if resource.get("visibility") in _BLIND else "",
        "Public" if resource.get("visibility") == "public" else "",
        COLOURS.get(str(resource.get("colorId")), ""),
        ("Google made no meeting link" if failed else "A meeting link comes") if waiting else "",
    )
    return [fact for fact in facts if fact]


def _urls(
    resource: Mapping[str, Any], calendar: Calendar, event_id: str, *, writable: bool
) -> dict[str, str]:
    here = [calendar.google_id, event_id]
    urls = {"history": reverse("event-history", args=here)}
    if not _refusal(lambda: require_copyable(resource)):
        urls["duplicate"] = reverse("event-duplicate", args=here)
    if not writable:
        return urls
    if not _refusal(lambda: require_movable(resource)):
        urls["move"] = reverse("event-move", args=here)
    return urls | {
        "edit": reverse("event-edit", args=here),
        "delete": reverse("event-delete", args=here),
        "respond": reverse("event-respond", args=here),
    }


def _refusal(*checks: Callable[[], None]) -> str:
    for check in checks:
        try:
            check()
        except NotWritableError as error:
            return error.detail
    return ""
