"""When somebody is busy or free, as far as the cache knows. What it does not know is never free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calendars import event_resource
from calendars.errors import NotFoundError
from calendars.free_time.hours import working_spans
from calendars.free_time.spans import common, merged, without, without_all
from calendars.queries import freshness
from calendars.queries.access import calendar_of
from calendars.queries.busy_times import busy_by_calendar, unknown_part
from calendars.queries.events import calendars_read, page_metadata
from calendars.queries.people import NOT_FOUND, busy_people, working_hours_of
from calendars.queries.spans import asked_span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from accounts.models import Member
    from calendars.free_time.spans import TimeSpan
    from calendars.models import Calendar
    from calendars.queries.people import PersonBusy

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class TimeAnswer:
    """``body`` is the answer; the rest is what the worker has to be asked for to complete it."""

    body: dict[str, Any]
    span: TimeSpan
    uncovered: list[Calendar]
    people: list[PersonBusy]


def freebusy(
    *,
    member: Member,
    time_min: dt.datetime,
    time_max: dt.datetime,
    calendar_ids: Sequence[str] | None = None,
    people: Sequence[str] = (),
    now: dt.datetime,
) -> TimeAnswer:
    """Busy and unknown spans of each: ``{time_min, time_max, calendars, people, metadata}``.

    ``calendars`` maps the id as asked to ``{busy, unknown}``, lists of ``{start, end}`` in the
    member's zone, half-open and merged. A calendar that is not the member's is unknown as a whole
    and has ``errors: [{reason: "notFound"}]``. ``people`` maps the name as asked to the same and
    what is known of the person. With people and without calendars only they are answered for.
    Raises InvalidInputError, NoGoogleAccountError.
    """
    span = asked_span(time_min=time_min, time_max=time_max, most_days=MOST_DAYS)
    known, strange = _calendars(member, [] if people and calendar_ids is None else calendar_ids)
    calendars = list(known.values())
    busy = busy_by_calendar(calendars, span)
    answer = {
        asked: {
            "busy": _printed(busy[calendar.pk], member),
            "unknown": _printed(unknown_part(calendar, span), member),
        }
        for asked, calendar in known.items()
    }
    missing = {"busy": [], "unknown": _printed([span], member), "errors": [{"reason": NOT_FOUND}]}
    found = busy_people(member=member, names=people, span=span, now=now)
    body = {
        **_frame(member, span),
        "calendars": {**answer, **dict.fromkeys(strange, missing)},
        "people": {person.name: person_entry(person, member) for person in found},
        "metadata": page_metadata(member=member, calendars=calendars, span=span, now=now),
    }
    return TimeAnswer(body, span, _uncovered(calendars, span), found)


def availability(
    *,
    member: Member,
    time_min: dt.datetime,
    time_max: dt.datetime,
    calendar_ids: Sequence[str] | None = None,
    people: Sequence[str] = (),
    working_hours_only: bool = False,
    at_least_minutes: int = 0,
    now: dt.datetime,
) -> TimeAnswer:
    """Calendars and people laid over each other: ``{time_min, time_max, busy, free, unknown}``.

    Free is what is neither busy nor unknown for any of them, if asked only in the member's working
    hours and only where it lasts ``at_least_minutes``. ``unknown_calendars`` names those that are
    not the member's: with one of them nothing is free.
    """
    span = asked_span(time_min=time_min, time_max=time_max, most_days=MOST_DAYS)
    known, strange = _calendars(member, calendar_ids)
    calendars = list(known.values())
    found = busy_people(member=member, names=people, span=span, now=now)
    taken = [*busy_by_calendar(calendars, span).values(), *(each.busy for each in found)]
    busy = merged(each for spans in taken for each in spans)
    parts = [unknown_part(each, span) for each in calendars] + [each.unknown for each in found]
    unknown = merged(each for spans in parts for each in spans)
    if strange or not (calendars or found):
        unknown = [span]
    free = without(span, merged([*busy, *unknown]))
    if working_hours_only:
        free = common(free, working_spans(working_hours_of(member), span))
    body = {
        **_frame(member, span),
        "busy": _printed(busy, member),
        "free": _printed(_lasting(free, 60 * at_least_minutes), member),
        "unknown": _printed(without_all(unknown, busy), member),
        "unknown_calendars": strange,
        "people": {person.name: person_entry(person, member) for person in found},
        "metadata": page_metadata(member=member, calendars=calendars, span=span, now=now),
    }
    return TimeAnswer(body, span, _uncovered(calendars, span), found)


def person_entry(person: PersonBusy, member: Member) -> dict[str, Any]:
    """A person as answers show them, times in the member's zone."""
    hours = person.hours
    return {
        "kind": person.kind,
        "display_name": person.display_name,
        "time_zone": hours.zone.key if hours else None,
        "busy": _printed(person.busy, member),
        "unknown": _printed(person.unknown, member),
        "shared_calendar_ids": person.shared_calendar_ids,
        "known_at": freshness.rfc3339(person.known_at),
        "asking": person.unasked,
        "errors": [{"reason": person.problem}] if person.problem else [],
    }


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


def _uncovered(calendars: Iterable[Calendar], span: TimeSpan) -> list[Calendar]:
    return [each for each in calendars if not freshness.covers(each, span)]


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
