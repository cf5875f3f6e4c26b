"""Google's event JSON in and out of our types. Pure: standard library only.

Reading is tolerant, because Google's rows are not ours to refuse: what cannot be understood has no
span and the rest of the calendar goes on (traps 7 and 37). ``parse_moment`` alone is strict; it
serves input of members and programs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from calendars.zones import (
    DAY,
    FIRST_DAY,
    FIRST_INSTANT,
    LAST_DAY,
    LAST_INSTANT,
    find_zone,
    instant_of,
    rfc3339,
    wall_of,
)

if TYPE_CHECKING:
    from calendars.recurrence.expansion import Occurrence

Resource = Mapping[str, Any]

EDITABLE_FIELDS: Final = frozenset(
    {
        "attendees",
        "colorId",
        "conferenceData",
        "description",
        "end",
        "guestsCanInviteOthers",
        "guestsCanModify",
        "guestsCanSeeOtherGuests",
        "location",
        "recurrence",
        "reminders",
        "start",
        "status",
        "summary",
        "transparency",
        "visibility",
    }
)
"""What members and programs can set. docs/event-fields.md says of each how it is merged."""
_UTC: Final = ZoneInfo("UTC")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_FIELDS: Final = frozenset({"start", "end", "recurrence"})

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_INSTANCE_ID = re.compile(r"(?P<base>.+)_(?P<suffix>[0-9]{8}(?:T[0-9]{6}Z)?)", re.DOTALL)
_SPLIT_MASTER = re.compile(r"_R[0-9]{8}(?:T[0-9]{6})?\Z")


class ResourceError(ValueError):
    """A start or end that cannot be understood. The text is a sentence for people."""

    code: Final = "invalid_time"


class Moment(NamedTuple):
    """One start or end of a Google event: either a date or an instant, never both."""

    date: date | None
    instant: int | None
    """UTC epoch seconds of a timed one."""
    zone: str | None
    """IANA name as Google gave it; None when absent."""


class Span(NamedTuple):
    """When something happens: half-open, in UTC epoch seconds.

    An all-day span also has its dates (YYYY-MM-DD, end exclusive), and its instants are the
    midnights of the zone that was asked for.
    """

    start: int
    end: int
    start_date: str | None
    end_date: str | None


def parse_moment(value: Resource, *, default_zone: str) -> Moment:
    """A ``start`` or ``end`` as a member, a program or Google gives it.

    An explicit offset fixes the instant; without one the time is a wall time in ``timeZone``, else
    in ``default_zone``. Raises ResourceError with a sentence, for an unknown zone too.
    """
    if not isinstance(value, Mapping):
        raise ResourceError("A start or end is an object with either date or dateTime.")
    day, moment, zone = (value.get(key) for key in ("date", "dateTime", "timeZone"))
    if (day is None) == (moment is None):
        raise ResourceError("Give either a date (all day) or a dateTime, and not both.")
    if zone is not None and (not isinstance(zone, str) or find_zone(zone) is None):
        raise ResourceError("The time zone is not known; use an IANA name like Europe/Berlin.")
    if day is not None:
        return Moment(date=_parse_date(day), instant=None, zone=zone)
    return Moment(date=None, instant=_parse_instant(moment, (zone or default_zone,)), zone=zone)


def _parse_date(text: object) -> date:
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ResourceError("A date is written as YYYY-MM-DD.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ResourceError("There is no such date in the calendar.") from None
    if not FIRST_DAY <= day.toordinal() <= LAST_DAY:
        raise ResourceError("The date is too far away.")
    return day


def _parse_instant(text: object, zones: tuple[str, ...]) -> int:
    """The first zone of those that is known has a say where the text has no offset."""
    if not isinstance(text, str) or not _DATE_TIME.fullmatch(text):
        raise ResourceError("A time is written as YYYY-MM-DDThh:mm:ss, with or without an offset.")
    try:
        wall = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ResourceError("There is no such date or time of day.") from None
    if wall.tzinfo is None:
        instant = _instant_in(wall, zones)
    else:
        since = wall - _EPOCH
        instant = since.days * DAY + since.seconds
    if not FIRST_INSTANT <= instant <= LAST_INSTANT:
        raise ResourceError("The time is too far away.")
    return instant


def _instant_in(wall: datetime, zones: tuple[str, ...]) -> int:
    zone = next(filter(None, map(find_zone, zones)), None)
    if zone is None:
        raise ResourceError("The time zone is not known; use an IANA name like Europe/Berlin.")
    if not FIRST_DAY <= wall.toordinal() <= LAST_DAY:
        raise ResourceError("The time is too far away.")
    return instant_of(wall.toordinal(), wall.hour * 3600 + wall.minute * 60 + wall.second, zone)


def zone_or_utc(name: str | None) -> ZoneInfo:
    """The zone of that name, or UTC where there is none: for reading, never for input."""
    zone = find_zone(name) if isinstance(name, str) and name else None
    return zone or _UTC


def read_moment(value: object, *, default_zone: str) -> Moment | None:
    """As parse_moment, but None where the value cannot be understood.

    A zone that is not IANA's is kept by name while the instant is read without it.
    """
    if not isinstance(value, dict):
        return None
    name = value.get("timeZone")
    zone = name if isinstance(name, str) and name else None
    try:
        if value.get("date") is not None:
            return Moment(date=_parse_date(value["date"]), instant=None, zone=zone)
        instant = _parse_instant(value.get("dateTime"), (zone or default_zone, default_zone, "UTC"))
        return Moment(date=None, instant=instant, zone=zone)
    except ResourceError:
        return None


def span_of(resource: Resource, *, calendar_zone: str) -> Span | None:
    """When the resource happens; of a series, when its first occurrence does.

    Anything Google can send is accepted. None when there is no usable start: a cancelled stub, a
    year 0, an odd row (traps 7, 37). A missing or impossible end becomes the start, or for an
    all-day start the day after it. All-day spans are placed at the midnights of ``calendar_zone``.
    """
    start = read_moment(resource.get("start"), default_zone=calendar_zone)
    if start is None:
        return None
    end = read_moment(resource.get("end"), default_zone=calendar_zone)
    if start.date is not None:
        last = end.date.toordinal() if end is not None and end.date is not None else 0
        first = start.date.toordinal()
        return all_day_span(first, max(last, first + 1), zone=zone_or_utc(calendar_zone))
    begin = start.instant or 0
    finish = end.instant if end is not None and end.instant is not None else begin
    return Span(start=begin, end=max(begin, finish), start_date=None, end_date=None)


def all_day_span(first: int, end: int, *, zone: ZoneInfo) -> Span:
    """The span of whole days from ordinal ``first`` to before ``end``, at midnights of ``zone``."""
    return Span(
        start=instant_of(first, 0, zone),
        end=instant_of(min(end, LAST_DAY), 0, zone),
        start_date=date.fromordinal(first).isoformat(),
        end_date=date.fromordinal(end).isoformat(),
    )


def is_cancelled(resource: Resource) -> bool:
    """Whether the resource is a tombstone or a cancelled instance."""
    return resource.get("status") == "cancelled"


def is_series(resource: Resource) -> bool:
    """Whether the resource is a master: it carries recurrence lines and is nobody's instance."""
    return bool(resource.get("recurrence")) and not resource.get("recurringEventId")


def is_instance(resource: Resource) -> bool:
    """Whether the resource is an instance or exception of a series.

    A bare cancelled stub has lost its ``recurringEventId`` and is known by its id (trap 9).
    """
    if resource.get("recurringEventId"):
        return True
    if resource.get("recurrence"):
        return False
    event_id = resource.get("id")
    return isinstance(event_id, str) and split_instance_id(event_id) is not None


def instance_id(*, master_id: str, original: Moment | int | str) -> str:
    """The id of the instance of ``master_id`` whose slot in the series is ``original``.

    ``original`` is a Moment, UTC epoch seconds, or YYYY-MM-DD for an all-day series. Instances of a
    split series ``BASE_R…`` are numbered from ``BASE`` (google-calendar-api.md section 14).
    """
    if isinstance(original, Moment):
        original = original.date.isoformat() if original.date else original.instant or 0
    base = _SPLIT_MASTER.sub("", master_id)
    if isinstance(original, str):
        return f"{base}_{original.replace('-', '')}"
    return f"{base}_{compact_utc(original)}"


def compact_utc(instant: int) -> str:
    """``YYYYMMDDTHHMMSSZ``, as instance ids and UNTIL write an instant."""
    text = rfc3339(instant, _UTC)
    return text.replace("-", "").replace(":", "")


def split_instance_id(event_id: str) -> tuple[str, str] | None:
    """``(base, suffix)`` of an instance's id; None for other ids, ``BASE_R…`` included (trap 11).

    The base is only a candidate for the master: the instance may belong to ``BASE`` or to any
    ``BASE_R…``.
    """
    parts = _INSTANCE_ID.fullmatch(event_id)
    return (parts["base"], parts["suffix"]) if parts else None


def original_start_of(suffix: str) -> int | str | None:
    """The slot that an instance id's suffix names: epoch seconds, or YYYY-MM-DD for all-day.

    None when the suffix is not a time.
    """
    try:
        if len(suffix) == len("20310327"):
            return datetime.strptime(suffix, "%Y%m%d").replace(tzinfo=UTC).date().isoformat()
        instant = datetime.strptime(suffix, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(instant.timestamp())


def original_start(resource: Resource, *, calendar_zone: str) -> int | str | None:
    """The slot in its series that an exception stands for, from ``originalStartTime`` or its id.

    In the form of ``Occurrence.original_start``; None when the resource tells neither way.
    """
    moment = read_moment(resource.get("originalStartTime"), default_zone=calendar_zone)
    if moment is not None:
        return moment.date.isoformat() if moment.date is not None else moment.instant
    event_id = resource.get("id")
    parts = split_instance_id(event_id) if isinstance(event_id, str) else None
    return original_start_of(parts[1]) if parts else None


def instance_resource(
    master: Resource, *, occurrence: Occurrence, calendar_zone: str
) -> dict[str, Any]:
    """A virtual instance of ``master`` in the shape that ``singleEvents=true`` gives.

    Times are printed with the offset of ``calendar_zone``; the series' own ``timeZone`` is kept
    beside them. Nested values are shared with ``master``: copy before changing them.
    """
    span, original = occurrence.span, occurrence.original_start
    instance = {key: value for key, value in master.items() if key != "recurrence"}
    instance["id"] = instance_id(master_id=master["id"], original=original)
    instance["recurringEventId"] = master["id"]
    if isinstance(original, str):
        instance["originalStartTime"] = {"date": original}
        instance["start"] = {"date": span.start_date}
        instance["end"] = {"date": span.end_date}
        return instance
    zone = zone_or_utc(calendar_zone)
    start_zone, end_zone = (zone_field(master.get(key)) for key in ("start", "end"))
    instance["originalStartTime"] = {"dateTime": rfc3339(original, zone), **start_zone}
    instance["start"] = {"dateTime": rfc3339(span.start, zone), **start_zone}
    instance["end"] = {"dateTime": rfc3339(span.end, zone), **end_zone}
    return instance


def zone_field(value: object) -> dict[str, str]:
    """``timeZone`` of a start or end as Google gave it; empty where it says none."""
    name = value.get("timeZone") if isinstance(value, Mapping) else None
    return {"timeZone": name} if isinstance(name, str) and name else {}


def render_moment(instant: int, zone: str | ZoneInfo) -> str:
    """A ``dateTime`` with the offset of ``zone`` at ``instant``; with Z at offset zero.

    ``instant`` is UTC epoch seconds, ``zone`` an IANA name (UTC stands in for an unknown one).
    """
    return rfc3339(instant, zone_or_utc(zone) if isinstance(zone, str) else zone)


def day_of(instant: int, zone: str) -> str:
    """YYYY-MM-DD of an instant on the clocks of ``zone``."""
    return date.fromordinal(wall_of(instant, zone_or_utc(zone))[0]).isoformat()


def first_day(start: Resource, *, calendar_zone: str) -> date | None:
    """The day of a ``start`` on the clocks of its own zone, else of ``calendar_zone``; None where
    it cannot be understood."""
    moment = read_moment(start, default_zone=calendar_zone)
    if moment is None:
        return None
    if moment.date is not None:
        return moment.date
    zone = find_zone(moment.zone or "") or zone_or_utc(calendar_zone)
    return date.fromordinal(wall_of(moment.instant or 0, zone)[0])


def unit_of(field: str) -> str:
    """The unit in which changes of a field are compared and merged.

    ``start``, ``end`` and ``recurrence`` are one unit, ``time``; every other field is its own,
    and a path into a field (``extendedProperties.private.x``) belongs to the whole field.
    """
    name = field.partition(".")[0]
    return "time" if name in _TIME_FIELDS else name
