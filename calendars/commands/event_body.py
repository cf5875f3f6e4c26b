"""Whole events out of what was sent: what a new one holds, what an edit really asks for. Pure."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from calendars import event_resource, recurrence
from calendars.commands import guest_list
from calendars.errors import InvalidInputError
from calendars.event_input import google_fields
from calendars.sync.core.merge import apply_patch
from calendars.zones import find_zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.event_resource import Resource

LARGEST_EVENT = 100_000
"""Bytes of one event as JSON."""
_HOUR = 3_600
_TIME = frozenset({"start", "end", "recurrence"})


def new_body(
    fields: Mapping[str, Any], *, zone: str, request_id: str, today: dt.date
) -> dict[str, Any]:
    """The body of a new event. Null means not given; without an end it lasts an hour, or a day.

    ``today`` is the member's: a last day without a year is not before it.
    Raises InvalidInputError or UnknownParameterError.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    wanted = guest_list.settled({}, google_fields(given, default_zone=zone))
    body = {name: value for name, value in wanted.items() if value not in (None, [])}
    if "start" not in body:
        raise _invalid("start", "An event needs a start.")
    body = with_end({}, body, zone=zone)
    _name_conference_request(body, request_id)
    return completed({}, with_rule({}, body, zone=zone, today=today), zone=zone)


def wanted_fields(
    current: Resource, changes: Mapping[str, Any], *, zone: str, request_id: str, today: dt.date
) -> dict[str, Any]:
    """What an edit asks the fields of ``current`` to become, checked as a whole.

    ``today`` as in ``new_body``.
    Raises InvalidInputError or UnknownParameterError, also where the event as it would become is
    impossible.
    """
    asked = asked_fields(current, changes, zone=zone, request_id=request_id)
    asked = with_end(current, asked, zone=zone)
    return completed(current, with_rule(current, asked, zone=zone, today=today), zone=zone)


def asked_fields(
    current: Resource, changes: Mapping[str, Any], *, zone: str, request_id: str
) -> dict[str, Any]:
    """What an edit asks the fields of ``current`` to become; None removes one.

    ``repeat`` is still to become a rule, and a start alone to have its end, of the series that
    the edit turns out to be about (``with_rule``, ``with_end``).
    Raises InvalidInputError or UnknownParameterError. Whether the event as it would become is
    possible is for ``completed`` to say.
    """
    own_zones = {name: _own_zone(current.get(name)) for name in ("start", "end")}
    fields = google_fields(changes, default_zone=zone, own_zones=own_zones)
    wanted = guest_list.settled(current, fields)
    if wanted.get("conferenceData") and _has_conference(current):
        del wanted["conferenceData"]
    _name_conference_request(wanted, request_id)
    return wanted


def with_end(current: Resource, wanted: Mapping[str, Any], *, zone: str) -> dict[str, Any]:
    """The wanted fields with the end that goes with a start alone: the event moves, and lasts as
    long as before.

    That is as many days, or as much time, also where clocks change in between. Without a length of
    its kind, a new event or one that gets times instead of days, it lasts an hour, or a day.
    """
    if not wanted.get("start") or "end" in wanted:
        return dict(wanted)
    start, span = wanted["start"], event_resource.span_of(current, calendar_zone=zone)
    if span is None or changes_kind(current, wanted):
        return {**wanted, "end": _end_after(start, days=1, seconds=_HOUR, zone=zone)}
    if span.start_date and span.end_date:
        days = dt.date.fromisoformat(span.end_date) - dt.date.fromisoformat(span.start_date)
        return {**wanted, "end": _end_after(start, days=days.days, seconds=0, zone=zone)}
    end = _end_after(start, days=0, seconds=span.end - span.start, zone=zone)
    before, after = (event_resource.zone_field(current.get(name)) for name in ("start", "end"))
    return {**wanted, "end": end if before == after else {**end, **after}}


def completed(current: Resource, wanted: Mapping[str, Any], *, zone: str) -> dict[str, Any]:
    """The wanted fields once the whole event is checked, recurrence lines as Google takes them.

    Raises InvalidInputError.
    """
    result = dict(wanted)
    if changes_kind(current, wanted) and current.get("recurrence") and "recurrence" not in wanted:
        result["recurrence"] = _refitted(current, wanted["start"], zone)
    after = apply_patch(current, result, current)
    if not _TIME.isdisjoint(result):
        _check_time(after, zone)
    if after.get("recurrence") and "recurrence" in result:
        result["recurrence"] = _checked_lines(after, zone)
    if len(json.dumps(after, ensure_ascii=False).encode()) > LARGEST_EVENT:
        raise InvalidInputError("The event as a whole is too large (more than 100 kB).")
    return result


def with_rule(
    current: Resource, wanted: Mapping[str, Any], *, zone: str, today: dt.date
) -> dict[str, Any]:
    """The wanted fields with the lines that ``repeat`` asks for; single dates beside a rule stay,
    and move along with the start.

    A rule that does not name the first day is refused, unless that is over. Raises
    InvalidInputError.
    """
    if "repeat" not in wanted:
        return dict(wanted)
    fields = {name: value for name, value in wanted.items() if name != "repeat"}
    if wanted["repeat"] is None:
        return {**fields, "recurrence": None}
    start = wanted.get("start") or current.get("start") or {}
    begins = event_resource.first_day(start, calendar_zone=zone)
    if begins is None:
        raise _invalid("repeat", "Only an event with a start can repeat.")
    beside = _dates_beside_rules(current, wanted, zone)
    try:
        repeat = wanted["repeat"]
        if isinstance(repeat, str):
            repeat = recurrence.read_phrase(repeat, start=begins, today=today)
        lines = recurrence.with_repeat(beside, repeat, start=start, calendar_zone=zone)
        first = recurrence.first_day(lines, start=start, calendar_zone=zone)
    except recurrence.RecurrenceError as problem:
        raise _invalid("repeat", str(problem)) from None
    is_over = bool(current.get("recurrence")) and begins < today
    if first != begins and not is_over:
        raise _invalid("repeat", _elsewhere(begins, first))
    return {**fields, "recurrence": lines}


def _dates_beside_rules(current: Resource, wanted: Mapping[str, Any], zone: str) -> Sequence[str]:
    lines = [
        line
        for line in current.get("recurrence") or ()
        if not line.strip().upper().startswith(("RRULE", "EXRULE"))
    ]
    if not lines or "start" not in wanted:
        return lines
    series = {**current, "recurrence": lines}
    if changes_kind(current, wanted):
        return _refitted(series, wanted["start"], zone)
    return lines_starting_at(series, wanted["start"], zone=zone)


def lines_starting_at(series: Resource, start: Resource, *, zone: str) -> list[str]:
    """The lines of a series once its first occurrence is at ``start``. Raises InvalidInputError."""
    slot = event_resource.original_start({"originalStartTime": series["start"]}, calendar_zone=zone)
    if slot is None:
        return list(series["recurrence"])
    return moved_lines(series, slot=slot, start=start, zone=zone)


def moved_lines(series: Resource, *, slot: int | str, start: Resource, zone: str) -> list[str]:
    """``recurrence.moved_lines``, its refusal as an error about the start."""
    try:
        return recurrence.moved_lines(series, slot=slot, start=start, calendar_zone=zone)
    except recurrence.RecurrenceError as problem:
        raise InvalidInputError(str(problem), fields={"start": str(problem)}) from None


def today(now: dt.datetime, zone: str) -> dt.date:
    """The day that it is in ``zone``."""
    return now.astimezone(event_resource.zone_or_utc(zone)).date()


def _elsewhere(begins: dt.date, first: dt.date | None) -> str:
    if first is None:
        return "The rule never happens."
    return (
        f"The event starts on {begins:%A}, {begins}, which this rule does not name; it would begin "
        f"on {first:%A}, {first}. Send a start that fits."
    )


def changes_kind(current: Resource, wanted: Mapping[str, Any]) -> bool:
    """Whether a new start turns an all-day event into a timed one, or the other way round."""
    start, before = wanted.get("start") or {}, current.get("start") or {}
    return bool(start and before) and ("date" in start) != ("date" in before)


def _check_time(event: Resource, zone: str) -> None:
    start = event_resource.read_moment(event.get("start"), default_zone=zone)
    end = event_resource.read_moment(event.get("end"), default_zone=zone)
    if start is None or end is None:
        raise _invalid("start", "An event needs a start and an end.")
    if (start.date is None) != (end.date is None):
        raise _invalid("end", "Start and end have to be both dates or both times of day.")
    if start.date is not None and end.date is not None and end.date <= start.date:
        raise _invalid("end", "The end of an all-day event is the day after its last day.")
    if start.instant is not None and end.instant is not None and end.instant < start.instant:
        raise _invalid("end", "The end is before the start.")


def _checked_lines(event: Resource, zone: str) -> list[str]:
    try:
        return recurrence.validate_rules(
            event["recurrence"], start=event["start"], end=event["end"], calendar_zone=zone
        )
    except recurrence.RecurrenceError as problem:
        raise _invalid("recurrence", str(problem)) from None


def _refitted(current: Resource, start: Resource, zone: str) -> list[str]:
    """The rule as it was, about days instead of times or the other way round."""
    try:
        return recurrence.in_new_kind(
            current["recurrence"], before=current["start"], after=start, calendar_zone=zone
        )
    except recurrence.RecurrenceError as problem:
        raise _invalid("recurrence", str(problem)) from None


def _end_after(start: Resource, *, days: int, seconds: int, zone: str) -> dict[str, Any]:
    """So many days after a date, or so many seconds after a time."""
    if "date" in start:
        day = dt.date.fromisoformat(start["date"]) + dt.timedelta(days=days)
        return {"date": day.isoformat()}
    moment = event_resource.parse_moment(start, default_zone=zone)
    later = event_resource.render_moment((moment.instant or 0) + seconds, zone)
    return {**start, "dateTime": later}


def _own_zone(moment: object) -> str:
    """The zone of a start or end as Google knows it; empty where it has none, or an odd one."""
    name = event_resource.zone_field(moment).get("timeZone", "")
    return name if find_zone(name) else ""


def _has_conference(event: Resource) -> bool:
    """Whether there is a conference, or one is being made; after a failure one may ask again."""
    conference = event.get("conferenceData") or {}
    request = conference.get("createRequest") or {}
    return bool(conference) and (request.get("status") or {}).get("statusCode") != "failure"


def _name_conference_request(fields: dict[str, Any], request_id: str) -> None:
    if conference := fields.get("conferenceData"):
        request = {**conference["createRequest"], "requestId": request_id}
        fields["conferenceData"] = {**conference, "createRequest": request}


def _invalid(field: str, sentence: str) -> InvalidInputError:
    return InvalidInputError("Some fields cannot be accepted.", fields={field: sentence})
