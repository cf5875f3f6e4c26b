"""Fields of an event, before and after, as a person reads them. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from calendars import recurrence
from calendars.event_resource import read_moment, zone_or_utc
from calendars.web.rich_text import plain_lines
from calendars.web.words import Reader, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LABELS: Final = {
    "summary": "Title",
    "start": "Starts",
    "end": "Ends",
    "recurrence": "Repeats",
    "location": "Where",
    "description": "Description",
    "attendees": "Guests",
    "conferenceData": "Meeting link",
    "reminders": "Reminders",
    "transparency": "Shown as",
    "visibility": "Visibility",
    "colorId": "Colour",
    "status": "State",
    "guestsCanInviteOthers": "Guests may invite others",
    "guestsCanModify": "Guests may change it",
    "guestsCanSeeOtherGuests": "Guests see one another",
}
"""The fields that people know, in the order in which they read them."""
COLOURS: Final = {
    "1": "Lavender",
    "2": "Sage",
    "3": "Grape",
    "4": "Flamingo",
    "5": "Banana",
    "6": "Tangerine",
    "7": "Peacock",
    "8": "Graphite",
    "9": "Blueberry",
    "10": "Basil",
    "11": "Tomato",
}
ANSWERS: Final = {
    "accepted": "yes",
    "declined": "no",
    "tentative": "maybe",
    "needsAction": "no answer",
}
NOTHING: Final = "(nothing)"
_WORDS: Final = {
    "transparency": {"opaque": "Busy", "transparent": "Free"},
    "visibility": {
        "default": "As the calendar's other events",
        "public": "Public",
        "private": "Private",
        "confidential": "Private",
    },
    "colorId": COLOURS,
    "status": {"confirmed": "Confirmed", "tentative": "Tentative", "cancelled": "Deleted"},
}
_DEFAULTS: Final = {"transparency": "opaque", "visibility": "default", "status": "confirmed"}
_LONGEST_TEXT: Final = 300
_MINUTE_UNITS: Final = ((10_080, "week"), (1_440, "day"), (60, "hour"), (1, "minute"))


def named(fields: Mapping[str, Any]) -> list[str]:
    """Those of the fields that people know, in reading order."""
    return [name for name in LABELS if name in fields]


def in_words(
    name: str, value: Any, *, event: Mapping[str, Any] | None = None, reader: Reader
) -> str:
    """What a field says; ``event`` is whatever else is known of the event at that time."""
    if value is None:
        value = _DEFAULTS.get(name)
    if value in (None, "", [], {}):
        return "As the calendar" if name == "colorId" else NOTHING
    if name in _WORDS:
        return _WORDS[name].get(str(value), str(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name in ("start", "end"):
        return _moment(value, last_day=name == "end", reader=reader)
    if name == "recurrence":
        series = {**(event or {}), "recurrence": value}
        return recurrence.in_words(series, calendar_zone=reader.zone.key) or "\n".join(value)
    if name == "attendees":
        return "\n".join(_guest(each) for each in value)
    if name == "reminders":
        return "\n".join(reminders_in_words(value, defaults=())) or "None"
    if name == "conferenceData":
        return "Asked for" if "createRequest" in value and not value.get("entryPoints") else "Yes"
    text = plain_lines(str(value)) if name == "description" else str(value)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def reminders_in_words(
    reminders: Mapping[str, Any], *, defaults: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Each reminder of an event; ``defaults`` are those of its calendar."""
    if reminders.get("useDefault"):
        said = [_reminder(each) for each in defaults]
        return said or ["As the calendar says"]
    return [_reminder(each) for each in reminders.get("overrides") or []]


def usual_reminders(defaults: Sequence[Mapping[str, Any]]) -> str:
    """The reminders of events that have none of their own, in one line."""
    return ", ".join(_reminder(each) for each in defaults).lower() or "none"


def minutes_in_words(minutes: int) -> str:
    """``10 minutes``, ``1 day``: in the largest unit that fits."""
    for size, unit in _MINUTE_UNITS:
        if minutes and minutes % size == 0:
            number = minutes // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "0 minutes"


def _reminder(entry: Mapping[str, Any]) -> str:
    minutes = entry.get("minutes")
    before = "When it starts"
    if isinstance(minutes, int) and minutes > 0:
        before = f"{minutes_in_words(minutes)} before"
    return f"{before}, by e-mail" if entry.get("method") == "email" else before


def _guest(person: Mapping[str, Any]) -> str:
    name = str(person.get("displayName") or person.get("email") or person.get("id") or "somebody")
    facts = [ANSWERS.get(str(person.get("responseStatus")), "")]
    facts += ["optional" if person.get("optional") else "", str(person.get("comment") or "")]
    said = ", ".join(fact for fact in facts if fact)
    return f"{name} ({said})" if said else name


def _moment(value: Mapping[str, Any], *, last_day: bool, reader: Reader) -> str:
    moment = read_moment(value, default_zone=zone_or_utc(value.get("timeZone")).key)
    if moment is None:
        return "(unclear)"
    if moment.date is not None:
        day = moment.date - dt.timedelta(days=1) if last_day else moment.date
        return f"{day:%a} {short_day(day)} {day.year}"
    wall = dt.datetime.fromtimestamp(moment.instant or 0, reader.zone)
    return f"{wall:%a} {short_day(wall.date())} {wall.year}, {reader.clock(wall)}"
