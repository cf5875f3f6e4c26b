"""When somebody is busy or free, as far as the cache knows. What it does not know is never free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars import event_resource
from calendars.errors import NotFoundError
from calendars.free_time.busy import takes_time
from calendars.free_time.hours import WorkingHours, working_spans
from calendars.free_time.spans import TimeSpan, common, merged, without, without_all
from calendars.queries import freshness
from calendars.queries.access import calendar_of
from calendars.queries.events import calendars_read, page_metadata
from calendars.queries.occurrences import rows_in
from calendars.queries.spans import asked_span
from calendars.queries.texts import ParsedResources

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from accounts.models import Member
    from calendars.models import Calendar

MOST_DAYS = 366


def freebusy(
    *,
    member: Member,
    time_min: dt.datetime,
    time_max: dt.datetime,
    calendar_ids: Sequence[str] | None = None,
    now: dt.datetime,
) -> dict[str, Any]:
    """Busy and unknown spans of each calendar: ``{time_min, time_max, calendars, metadata}``.

    ``calendars`` maps the id as asked to ``{busy, unknown}``, lists of ``{start, end}`` in the
    member's zone, half-open and merged. A calendar that is not the member's is unknown as a whole
    and has ``errors: [{reason: "notFound"}]``. Raises InvalidInputError, NoGoogleAccountError.
    """
    span = asked_span(time_min=time_min, time_max=time_max, most_days=MOST_DAYS)
    known, strange = _calendars(member, calendar_ids)
    busy = _busy_by_calendar(list(known.values()), span)
    answer = {
        asked: {
            "busy": _printed(busy[calendar.pk], member),
            "unknown": _printed(_unknown(calendar, span), member),
        }
        for asked, calendar in known.items()
    }
    missing = {"busy": [], "unknown": _printed([span], member), "errors": [{"reason": "notFound"}]}
    return {
        **_frame(member, span),
        "calendars": {**answer, **dict.fromkeys(strange, missing)},
        "metadata": page_metadata(
            member=member, calendars=list(known.values()), span=span, now=now
        ),
    }


def availability(
    *,
    member: Member,
    time_min: dt.datetime,
    time_max: dt.datetime,
    calendar_ids: Sequence[str] | None = None,
    working_hours_only: bool = False,
    at_least_minutes: int = 0,
    now: dt.datetime,
) -> dict[str, Any]:
    """All the calendars laid over each other: ``{time_min, time_max, busy, free, unknown}``.

    Free is what is neither busy nor unknown in any of them, if asked only in the member's working
    hours and only where it lasts ``at_least_minutes``. ``unknown_calendars`` names those that are
    not the member's: with one of them nothing is free.
    """
    span = asked_span(time_min=time_min, time_max=time_max, most_days=MOST_DAYS)
    known, strange = _calendars(member, calendar_ids)
    calendars = list(known.values())
    busy = merged(each for spans in _busy_by_calendar(calendars, span).values() for each in spans)
    unknown = merged(each for calendar in calendars for each in _unknown(calendar, span))
    if strange or not calendars:
        unknown = [span]
    free = without(span, merged([*busy, *unknown]))
    if working_hours_only:
        free = common(free, working_spans(working_hours_of(member), span))
    return {
        **_frame(member, span),
        "busy": _printed(busy, member),
        "free": _printed(_lasting(free, 60 * at_least_minutes), member),
        "unknown": _printed(without_all(unknown, busy), member),
        "unknown_calendars": strange,
        "metadata": page_metadata(member=member, calendars=calendars, span=span, now=now),
    }


def working_hours_of(member: Member) -> WorkingHours:
    """The member's working hours, in the member's zone."""
    return WorkingHours(
        zone=member.zone,
        days=frozenset(member.working_days),
        start=_second_of_day(member.working_day_start),
        end=_second_of_day(member.working_day_end),
    )


def _second_of_day(wall: dt.time) -> int:
    return wall.hour * 3_600 + wall.minute * 60 + wall.second


def _lasting(spans: Iterable[TimeSpan], seconds: int) -> list[TimeSpan]:
    return [span for span in spans if span.end - span.start >= seconds]


def _calendars(
    member: Member, calendar_ids: Sequence[str] | None
) -> tuple[dict[str, Calendar], list[str]]:
    """The calendars by the id that was asked for, and the ids that are nobody's here."""
    if calendar_ids is None:
        return {
            each.google_id: each for each in calendars_read(member=member, calendar_ids=None)
        }, []
    known: dict[str, Calendar] = {}
    strange = []
    for asked in dict.fromkeys(calendar_ids):
        try:
            known[asked] = calendar_of(member=member, calendar_id=asked)
        except NotFoundError:
            strange.append(asked)
    return known, strange


def _busy_by_calendar(calendars: Sequence[Calendar], span: TimeSpan) -> dict[int, list[TimeSpan]]:
    unique = list({calendar.pk: calendar for calendar in calendars}.values())
    taken: dict[int, list[TimeSpan]] = {calendar.pk: [] for calendar in unique}
    resources = ParsedResources()
    for row in rows_in(unique, span):
        if takes_time(resources.of(row)):
            clipped = TimeSpan(max(row.start_ts, span.start), min(row.end_ts, span.end))
            taken[row.calendar_pk].append(clipped)
    return {pk: merged(spans) for pk, spans in taken.items()}


def _unknown(calendar: Calendar, span: TimeSpan) -> list[TimeSpan]:
    """The parts of the span that the calendar's window does not cover."""
    covered = freshness.covered_part(calendar, span)
    return [span] if covered is None else without(span, [covered])


def _frame(member: Member, span: TimeSpan) -> dict[str, Any]:
    (printed,) = _printed([span], member)
    return {
        "time_min": printed["start"],
        "time_max": printed["end"],
        "time_zone": member.time_zone,
    }


def _printed(spans: Iterable[TimeSpan], member: Member) -> list[dict[str, str]]:
    return [
        {
            "start": event_resource.render_moment(span.start, member.time_zone),
            "end": event_resource.render_moment(span.end, member.time_zone),
        }
        for span in spans
    ]
