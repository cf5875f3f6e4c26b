"""Recurrence lines of members and programs: refused with a sentence, or made normal. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from calendars.event_resource import ResourceError, Span, parse_moment, span_of
from calendars.recurrence.expansion import DEFAULT_BUDGET, Series, expand
from calendars.recurrence.lines import DateList, Line, parse_line
from calendars.recurrence.rule import RecurrenceError, Rule, normal_rule, refuse_contradictions
from calendars.recurrence.walls import walls
from calendars.zones import DAY, FIRST_INSTANT, LAST_DAY, LAST_INSTANT, find_zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_LINES: Final = 100
MOST_BYTES: Final = 8192
_REACHES: Final = (40 * DAY, 1500 * DAY, LAST_INSTANT)
"""How far a series is searched for an occurrence: in steps, so that most searches are short."""


def validate_rules(
    lines: Sequence[str], *, start: Mapping[str, Any], end: Mapping[str, Any], calendar_zone: str
) -> list[str]:
    """The lines as they can be sent to Google, in their order, each once.

    ``start`` and ``end`` are those of the series' resource. Raises RecurrenceError, whose text is a
    sentence and whose ``code`` is stable: besides what RFC 5545 forbids, for rules more frequent
    than daily, as Google does, and for a rule or a series that never happens.
    """
    parsed = [parse_line(text) for text in _bounded(lines)]
    if not any(line.name in {"RRULE", "RDATE"} for line in parsed):
        raise RecurrenceError("recurrence_missing_rule", "A series needs an RRULE or an RDATE.")
    master = {"start": start, "end": end}
    span = _span(master, calendar_zone)
    series = Series.of(master, span=span, calendar_zone=calendar_zone)
    share = DEFAULT_BUDGET // max(1, sum(line.rule is not None for line in parsed))
    for line in parsed:
        if line.rule is not None:
            _check_rule(line.rule, series, budget=share)
        if line.dates is not None:
            _check_dates(line.name, line.dates, series)
    normal = list(dict.fromkeys(_normal(line, series) for line in parsed))
    _require_occurrence(
        {**master, "recurrence": normal}, begin=span.start, calendar_zone=calendar_zone
    )
    return normal


def first_day(lines: Sequence[str], *, start: Mapping[str, Any], calendar_zone: str) -> date | None:
    """The first day, not before that of ``start``, which the first rule of a series names; None
    where there is none."""
    master = {"start": start, "end": start}
    span = _span(master, calendar_zone)
    series = Series.of(master, span=span, calendar_zone=calendar_zone)
    rule = next((line.rule for line in map(parse_line, lines) if line.rule is not None), None)
    if rule is None:
        return None
    days = {"first_day": series.start[0], "last_day": LAST_DAY}
    found = walls(rule, start=series.start, **days, budget=DEFAULT_BUDGET)
    first = next((date.fromordinal(day) for day, _ in found), None)
    ended = first and rule.until is not None and first > series.last_day(rule.until)
    return None if ended else first


def _bounded(lines: Sequence[str]) -> Sequence[str]:
    if isinstance(lines, str) or not all(isinstance(line, str) for line in lines):
        raise RecurrenceError("recurrence_syntax", "A recurrence is a list of lines of text.")
    if len(lines) > MOST_LINES or sum(len(line.encode()) for line in lines) > MOST_BYTES:
        raise RecurrenceError(
            "recurrence_too_long",
            f"A recurrence has at most {MOST_LINES} lines and {MOST_BYTES} bytes.",
        )
    return lines


def _span(master: Mapping[str, Any], calendar_zone: str) -> Span:
    try:
        first, last = (parse_moment(master[key], default_zone=calendar_zone) for key in master)
    except ResourceError as error:
        raise RecurrenceError("recurrence_start", str(error)) from error
    span = span_of(master, calendar_zone=calendar_zone)
    if span is None or (first.date is None) != (last.date is None):
        raise RecurrenceError("recurrence_start", "Start and end are both dates or both times.")
    return span


def _check_rule(rule: Rule, series: Series, *, budget: int) -> None:
    refuse_contradictions(rule)
    if rule.until is not None:
        if series.all_day and len(rule.until) != len("20310327"):
            raise RecurrenceError(
                "recurrence_until_type", "UNTIL of an all-day series is a date like 20310327."
            )
        if not series.all_day and not rule.until.endswith("Z"):
            raise RecurrenceError(
                "recurrence_until_type",
                "UNTIL of a timed series is a time in UTC like 20310327T225959Z.",
            )
    found = walls(
        rule,
        start=series.start,
        first_day=series.start[0],
        last_day=LAST_DAY,
        budget=budget,
    )
    first = next(series.slots_of(found), None)
    if first is None or (rule.until is not None and first > series.last_slot(rule.until)):
        raise RecurrenceError("recurrence_never", "The rule never happens.")


def _check_dates(name: str, dates: DateList, series: Series) -> None:
    if dates.has_periods:
        raise RecurrenceError("recurrence_value_type", f"{name} does not take periods here.")
    if dates.zone is not None and find_zone(dates.zone) is None:
        raise RecurrenceError(
            "recurrence_unknown_zone", f"TZID of {name} is not an IANA name like Europe/Berlin."
        )
    if any((len(value) == len("20310327")) != series.all_day for value in dates.values):
        kind = "dates like 20310327" if series.all_day else "times like 20310327T123000Z"
        raise RecurrenceError("recurrence_value_type", f"{name} of this series takes {kind}.")
    if len({value.endswith("Z") for value in dates.values}) > 1:
        raise RecurrenceError("recurrence_value_type", f"{name} mixes times with and without Z.")


def _normal(line: Line, series: Series) -> str:
    if line.dates is None:
        return f"{line.name}:{normal_rule(line.value)}"
    return f"{line.name}{_parameter(line.dates, series)}:{','.join(line.dates.values)}"


def _parameter(dates: DateList, series: Series) -> str:
    if series.all_day:
        return ";VALUE=DATE"
    if dates.values[0].endswith("Z"):
        return ""
    return f";TZID={dates.zone or series.zone.key}"


def _require_occurrence(master: Mapping[str, Any], *, begin: int, calendar_zone: str) -> None:
    for reach in _REACHES:
        if expand(
            master,
            window_start=FIRST_INSTANT,
            window_end=min(begin + reach, LAST_INSTANT),
            calendar_zone=calendar_zone,
            limit=1,
        ):
            return
    raise RecurrenceError("recurrence_never", "The exceptions leave no occurrence of the series.")
