"""What members and programs send about an event, turned into Google's editable fields. Pure.

Every problem is collected and told at once, one sentence for each field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from calendars.errors import InvalidInputError, UnknownParameterError
from calendars.event_resource import ResourceError, parse_moment, render_moment
from calendars.recurrence import RecurrenceError, Repeat, read_form
from calendars.zones import find_zone

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_GUESTS = 1_000
MOST_REMINDERS, EARLIEST_REMINDER_MINUTES = 5, 40_320

_OFFSET = re.compile(r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})\Z")
_DATE_ONLY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOT_IN_ADDRESS = r"[^@\s<>()\[\],;:\"\\]"
_ADDRESS = re.compile(rf"{_NOT_IN_ADDRESS}{{1,64}}@{_NOT_IN_ADDRESS}+\.{_NOT_IN_ADDRESS}+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # neither PostgreSQL nor UTF-8 can hold these
UNSTORABLE = "This holds a character that cannot be stored."
_MOMENTS = {"start": "start", "start_time": "start", "end": "end", "end_time": "end"}


class _RefusedError(ValueError):
    """Why one field cannot be accepted: a sentence."""


def google_fields(
    values: Mapping[str, Any], *, default_zone: str, own_zones: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Google-shaped editable fields of what was sent; None clears a field, as in a PATCH.

    Times without an offset are wall times in ``timezone``, else in ``default_zone``; a bare date
    makes an all-day event, whose end is exclusive. An offset says when and not where: the start or
    end stays in its zone of ``own_zones``, if it has one. Times are printed with the offset of
    ``default_zone``, as Google prints them in the calendar's zone. ``add_meet`` becomes a
    conference request that still lacks its ``requestId``. ``attendees_add`` and
    ``attendees_remove`` stay as they are named; what they mean depends on the event
    (``commands.guest_list``). So does ``repeat``, a ``recurrence.Repeat`` or a phrase: its rule
    depends on the start (``commands.event_body``). Raises UnknownParameterError or
    InvalidInputError with a sentence for each field.
    """
    _refuse_unknown(values)
    problems: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for name, value in values.items():
        if name in _READERS:
            google_name, read = _READERS[name]
            fields |= _collected(problems, name, google_name, partial(read, value))
    zones = _Zones(default_zone, own_zones or {})
    fields |= _times(values, zones=zones, problems=problems)
    if not (values.get("add_meet") or values.get("remove_meet")):
        fields.pop("conferenceData", None)
    for name in _said_twice(values):
        problems.setdefault(name, "This is said twice, under two names.")
    if problems:
        raise InvalidInputError("Some fields cannot be accepted.", fields=problems)
    return fields


def shown(value: object) -> str:
    """A piece of input as it can be shown in an error: short, and plain ASCII whatever it holds."""
    text = json.dumps(value, default=str) if not isinstance(value, str) else ascii(value)[1:-1]
    return text if len(text) <= 60 else text[:57] + "..."


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    known = _READERS.keys() | _MOMENTS.keys() | {"timezone"}
    unknown = sorted(shown(name) for name in values if name not in known)
    if unknown:
        raise UnknownParameterError(
            f"An event has no field {', '.join(unknown)[:200]}.",
            fields=dict.fromkeys(unknown, "There is no such field."),
        )


def _said_twice(values: Mapping[str, Any]) -> list[str]:
    targets = {**_MOMENTS, **{name: target for name, (target, _) in _READERS.items()}}
    targets["repeat"] = "recurrence"
    seen: set[str] = set()
    twice = []
    for name in values:
        target = targets.get(name, name)
        if target in seen:
            twice.append(name)
        seen.add(target)
    return twice


def _collected(
    problems: dict[str, str], name: str, google_name: str, read: Callable[[], Any]
) -> dict[str, Any]:
    """The field as read, or nothing and its problem noted."""
    try:
        return {google_name: read()}
    except (_RefusedError, ResourceError) as problem:
        problems[name] = str(problem)
        return {}


# Time


class _Zones(NamedTuple):
    default: str
    own: Mapping[str, str]
    """Of the start and the end as they are now, where those have any."""


def _times(values: Mapping[str, Any], *, zones: _Zones, problems: dict[str, str]) -> dict[str, Any]:
    zone = _collected(problems, "timezone", "zone", partial(_zone, values.get("timezone")))
    given = [name for name in _MOMENTS if name in values]
    if zone.get("zone") and not given:
        problems["timezone"] = "timezone says how start and end are meant: send them with it."
    fields: dict[str, Any] = {}
    for name in given:
        edge = _MOMENTS[name]
        read = partial(_moment, values[name], edge=edge, zone=zone.get("zone"), zones=zones)
        fields |= _collected(problems, name, edge, read)
    return fields


def _zone(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or find_zone(value) is None:
        raise _RefusedError("This time zone is not known; use a name like Europe/Berlin.")
    return value


def _moment(value: object, *, edge: str, zone: str | None, zones: _Zones) -> dict[str, str]:
    shaped = _shaped(value)
    if zone and "date" not in shaped:
        shaped.setdefault("timeZone", zone)
    moment = parse_moment(shaped, default_zone=zones.default)
    if moment.date is not None:
        return {"date": _in_range(moment.date.isoformat())}
    text = render_moment(moment.instant or 0, zones.default)
    own = zones.own.get(edge) if _OFFSET.search(shaped["dateTime"]) else None
    return {"dateTime": _in_range(text), "timeZone": moment.zone or own or zones.default}


def _shaped(value: object) -> dict[str, Any]:
    """A start or end in Google's shape, whichever of the accepted shapes it came in."""
    if isinstance(value, str):
        return {"date" if _DATE_ONLY.fullmatch(value) else "dateTime": value}
    if not isinstance(value, Mapping):
        raise _RefusedError("Send a time as text, for instance 2026-03-11T10:00:00+01:00.")
    if unknown := value.keys() - {"date", "dateTime", "timeZone"}:
        raise _RefusedError(f"A time has no {shown(min(unknown, key=str))}.")
    return {key: part for key, part in value.items() if part is not None}


def _in_range(text: str) -> str:
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise _RefusedError(f"The year has to be between {FIRST_YEAR} and {LAST_YEAR}.")
    return text


# Everything else


def _text(*, most: int) -> Callable[[object], str | None]:
    def read(value: object) -> str | None:
        if value is None or value == "":
            return None
        text = _storable(value)
        if len(text) > most:
            raise _RefusedError(f"This is {len(text)} characters long; {most} are allowed.")
        return text

    return read


def is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def _storable(value: object) -> str:
    if not isinstance(value, str):
        raise _RefusedError("This has to be text.")
    if not is_storable(value):
        raise _RefusedError(UNSTORABLE)
    return value


def _one_of(*allowed: str, default: str | None = None) -> Callable[[object], str | None]:
    def read(value: object) -> str | None:
        if value is None:
            return default
        if not isinstance(value, str) or value not in allowed:
            raise _RefusedError(f"This has to be one of {', '.join(allowed)}.")
        return value

    return read


def _color(value: object) -> str | None:
    if value is None or value == "":
        return None
    text = str(value) if type(value) in (int, str) else ""
    if text not in {str(number) for number in range(1, 12)}:
        raise _RefusedError("A colour is a number from 1 to 11.")
    return text


def _recurrence(value: object) -> list[str] | None:
    """The lines; whether they make sense is judged with the start they belong to."""
    if value is None or value == []:
        return None
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list):
        raise _RefusedError("This has to be a list of lines such as RRULE:FREQ=WEEKLY.")
    return [_storable(line).strip() for line in lines]


def _repeat(value: object) -> Repeat | str | None:
    """The form as it is meant; a phrase stays one, for it is about a start."""
    if value is None or isinstance(value, str):
        return None if value is None else _storable(value)
    if not isinstance(value, Mapping):
        raise _RefusedError("This has to be an object, or text like every second Tuesday.")
    try:
        return read_form(value)
    except RecurrenceError as problem:
        raise _RefusedError(str(problem)) from None


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _RefusedError("This has to be true or false.")
    return value


def _meet(value: object) -> dict[str, Any] | None:
    if value is None or not _flag(value):
        return None
    return {"createRequest": {"conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def _without_meet(value: object) -> None:
    if value is not None:
        _flag(value)


def _flag_or(default: bool) -> Callable[[object], bool]:
    def read(value: object) -> bool:
        return default if value is None else _flag(value)

    return read


def _addresses(value: object) -> list[str]:
    """Whom to take off the list: addresses, or Google's ids of guests who have none."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise _RefusedError("This has to be a list of addresses.")
    if len(value) > MOST_GUESTS:
        raise _RefusedError(f"These are {len(value)} addresses; {MOST_GUESTS} are allowed.")
    return [_storable(entry) for entry in value]


def _guests(value: object) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _RefusedError("This has to be a list of addresses.")
    if len(value) > MOST_GUESTS:
        raise _RefusedError(f"These are {len(value)} guests; {MOST_GUESTS} are allowed.")
    guests = [_guest(entry, number) for number, entry in enumerate(value, start=1)]
    seen: set[str] = set()
    for guest in guests:
        if guest["email"].lower() in seen:
            raise _RefusedError(f"{shown(guest['email'])} is on the list twice.")
        seen.add(guest["email"].lower())
    return guests


def _guest(entry: object, number: int) -> dict[str, Any]:
    facts = {"email": entry} if isinstance(entry, str) else entry
    if not isinstance(facts, Mapping):
        raise _RefusedError(f"Guest {number} has to be an address or an object with an email.")
    if unknown := facts.keys() - _GUEST_READERS.keys() - _GUEST_READ_ONLY - {"email"}:
        raise _RefusedError(f"Guest {number}: there is no {shown(min(unknown, key=str))}.")
    address = facts.get("email")
    if not isinstance(address, str):
        raise _RefusedError(f"Guest {number} has no e-mail address.")
    if not _is_address(address):
        raise _RefusedError(f"{shown(address)} is no e-mail address, and no colleague's username.")
    guest: dict[str, Any] = {"email": address}
    for fact, read in _GUEST_READERS.items():
        if facts.get(fact) is not None:
            try:
                guest[fact] = read(facts[fact])
            except _RefusedError as problem:
                raise _RefusedError(f"Guest {number}, {fact}: {problem}") from None
    return guest


def _is_address(text: str) -> bool:
    return is_storable(text) and len(text) <= 320 and _ADDRESS.fullmatch(text) is not None


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 1_000:
        raise _RefusedError("This has to be a number from 0 to 1000.")
    return value


def _reminders(value: object) -> dict[str, Any]:
    """Both keys are always there: whether Google merges or replaces is disputed (section 3.5)."""
    if value is None:
        return {"useDefault": True, "overrides": []}
    if not isinstance(value, Mapping) or value.keys() - {"useDefault", "overrides"} or not value:
        raise _RefusedError("Reminders are an object with useDefault and overrides.")
    entries = value.get("overrides") or []
    if not isinstance(entries, list):
        raise _RefusedError("overrides has to be a list.")
    use_default = _flag(value.get("useDefault", "overrides" not in value))
    if use_default and entries:
        raise _RefusedError("Use either the calendar's default reminders or your own.")
    overrides = list(dict.fromkeys(_reminder(entry) for entry in entries))
    if len(overrides) > MOST_REMINDERS:
        raise _RefusedError(f"An event can have {MOST_REMINDERS} reminders.")
    return {
        "useDefault": use_default,
        "overrides": [{"method": method, "minutes": minutes} for method, minutes in overrides],
    }


def _reminder(entry: object) -> tuple[str, int]:
    if not isinstance(entry, Mapping) or entry.keys() != {"method", "minutes"}:
        raise _RefusedError("Each reminder has a method and minutes.")
    method, minutes = entry["method"], entry["minutes"]
    if method not in ("popup", "email"):
        raise _RefusedError("The method of a reminder is popup or email.")
    if type(minutes) is not int or not 0 <= minutes <= EARLIEST_REMINDER_MINUTES:
        raise _RefusedError("The minutes of a reminder are 0 to 40320 (four weeks).")
    return method, minutes


Reader = Callable[[object], Any]
_READERS: dict[str, tuple[str, Reader]] = {
    "summary": ("summary", _text(most=1_024)),
    "description": ("description", _text(most=8_192)),
    "location": ("location", _text(most=1_024)),
    "attendees": ("attendees", _guests),
    "recurrence": ("recurrence", _recurrence),
    "repeat": ("repeat", _repeat),
    "reminders": ("reminders", _reminders),
    "transparency": (
        "transparency",
        _one_of("opaque", "transparent", default="opaque"),
    ),
    "visibility": (
        "visibility",
        _one_of("default", "public", "private", "confidential", default="default"),
    ),
    "color_id": ("colorId", _color),
    "colorId": ("colorId", _color),
    "add_meet": ("conferenceData", _meet),
    "remove_meet": ("conferenceData", _without_meet),
    "attendees_add": ("attendees_add", _guests),
    "attendees_remove": ("attendees_remove", _addresses),
    "status": ("status", _one_of("confirmed", "tentative", default="confirmed")),
    "guests_can_invite_others": ("guestsCanInviteOthers", _flag_or(True)),
    "guestsCanInviteOthers": ("guestsCanInviteOthers", _flag_or(True)),
    "guests_can_modify": ("guestsCanModify", _flag_or(False)),
    "guestsCanModify": ("guestsCanModify", _flag_or(False)),
    "guests_can_see_other_guests": ("guestsCanSeeOtherGuests", _flag_or(True)),
    "guestsCanSeeOtherGuests": ("guestsCanSeeOtherGuests", _flag_or(True)),
}
WRITTEN_FIELDS = frozenset({"start", "end", *(name for name, _ in _READERS.values())}) - {
    "attendees_add",
    "attendees_remove",
    "repeat",
}
"""The fields of Google's resource that members and programs can set."""
_GUEST_READERS: dict[str, Reader] = {
    "displayName": _text(most=1_024),
    "comment": _text(most=1_024),
    "optional": _flag,
    "resource": _flag,
    "additionalGuests": _count,
    "responseStatus": _one_of("needsAction", "declined", "tentative", "accepted"),
}
_GUEST_READ_ONLY = frozenset({"id", "self", "organizer"})
"""What Google adds; a program that sends the list back may leave it in."""
