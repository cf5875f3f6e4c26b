"""When two values of a field count as the same. Pure.

Google prints what it was given in its own way: a time in the calendar's offset, a default not at
all, reminders in any order (google-calendar-api.md 3.1, 3.2, 3.5). Such differences are no change.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from calendars.sync.core.people import person_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TIME_FIELDS = ("start", "end", "recurrence")
"""These are compared as one unit, ``time``: moving one of them moves the meaning of the others."""

DEFAULTS: dict[str, Any] = {
    "status": "confirmed",
    "transparency": "opaque",
    "visibility": "default",
    "eventType": "default",
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
    "anyoneCanAddSelf": False,
}
"""What a field means that is absent."""
_SERVER_FIELDS = frozenset(
    {"kind", "etag", "id", "iCalUID", "htmlLink", "created", "updated", "creator", "organizer"}
    | {"hangoutLink", "locked", "sequence", "recurringEventId", "originalStartTime"}
    | {"attendeesOmitted", "endTimeUnspecified", "privateCopy", "eventType"}
)
_PERSON_FACTS = ("responseStatus", "optional", "comment", "additionalGuests", "resource")


def unit_of(field: str) -> str:
    """The unit a field belongs to."""
    return "time" if field in TIME_FIELDS else field


def fields_of(unit: str) -> tuple[str, ...]:
    return TIME_FIELDS if unit == "time" else (unit,)


def restores(payload: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """Whether a patch brings back what was deleted (``status`` from cancelled to confirmed)."""
    return base.get("status") == "cancelled" and payload.get("status", "cancelled") != "cancelled"


def same_field(field: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same to Google."""
    return bool(_normal(field, one) == _normal(field, other))


def same_unit(unit: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two resources agree in a unit."""
    return all(same_field(field, one.get(field), other.get(field)) for field in fields_of(unit))


def changed_units(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    """Units in which two resources differ, what only Google sets left aside."""
    return {
        unit_of(field)
        for field in {*one, *other} - _SERVER_FIELDS
        if not same_field(field, one.get(field), other.get(field))
    }


def _normal(field: str, value: Any) -> Any:
    if value is None or value in ("", [], {}):
        return DEFAULTS.get(field, _normal_reminders(None) if field == "reminders" else None)
    if field in ("start", "end") and isinstance(value, dict):
        return _normal_moment(value)
    if field == "recurrence":
        return frozenset(line.strip().upper() for line in value)
    if field == "attendees":
        return {person_key(person): _normal_person(person) for person in value}
    if field == "reminders":
        return _normal_reminders(value)
    if field == "conferenceData":
        return _normal_conference(value)
    return value


def _normal_moment(value: Mapping[str, Any]) -> Any:
    if value.get("date"):
        return value["date"]
    text = value.get("dateTime")
    if not text:
        return None
    zone = value.get("timeZone")
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=_zone(zone or "UTC"))
        return _Moment(moment.timestamp(), zone)
    except (ValueError, KeyError, OverflowError):  # year 0 and other odd rows (trap 37)
        return text


class _Moment:
    """An instant with a zone; a side that names no zone agrees with any (section 3.2)."""

    __slots__ = ("instant", "zone")

    def __init__(self, instant: float, zone: str | None) -> None:
        self.instant = instant
        self.zone = zone

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Moment):
            return NotImplemented
        known = self.zone and other.zone
        return self.instant == other.instant and (not known or self.zone == other.zone)

    __hash__ = None  # type: ignore[assignment]


def _normal_person(person: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_facts(person))


def _facts(person: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for fact in _PERSON_FACTS:
        value = person.get(fact)
        if value and not (fact == "responseStatus" and value == "needsAction"):
            yield fact, value


def _normal_reminders(value: Mapping[str, Any] | None) -> tuple[bool, frozenset[Any]]:
    if value is None:
        return True, frozenset()
    overrides = value.get("overrides") or []
    return bool(value.get("useDefault", False)), frozenset(
        (entry.get("method"), entry.get("minutes")) for entry in overrides
    )


def _normal_conference(value: Mapping[str, Any]) -> Any:
    """A conference is the request that made it, else its id: the rest is Google's to fill in."""
    request = (value.get("createRequest") or {}).get("requestId")
    return request or value.get("conferenceId") or value


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
