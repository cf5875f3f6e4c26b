"""Reading events: pages of them, the grid of a web page, and a single one."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from calendars import cached_occurrences, recurrence
from calendars.errors import InvalidInputError, NoGoogleAccountError
from calendars.event_resource import all_day_span, render_moment, zone_or_utc
from calendars.queries import freshness
from calendars.queries.access import (
    calendar_of,
    calendars_of,
    first_of_each,
    preferred_first,
    series_of,
)
from calendars.queries.occurrences import Position, rows_in
from calendars.queries.shape import resource_of, shown
from calendars.queries.spans import asked_span
from calendars.queries.texts import ParsedResources, texts_of
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import Member
    from calendars.models import CachedEvent, Calendar
    from calendars.queries.access import EventTarget
    from calendars.queries.occurrences import Row
    from calendars.queries.spans import TimeSpan

MOST_EVENTS = 2_500
MOST_DAYS = 1_100
_NEXT = 5
_READ = (
    "account_id",
    "google_id",
    "summary",
    "background_color",
    "foreground_color",
    "time_zone",
    "sync_state__revision",
    "sync_state__window_start",
    "sync_state__window_end",
    "sync_state__wanted_start",
    "sync_state__wanted_end",
    "sync_state__wanted_at",
    "sync_state__last_full_sync_at",
    "sync_state__last_incremental_sync_at",
)
"""What reads need to know of a calendar; other columns are loaded when they are asked for."""
_SELECTED = PreparedQuery(
    lambda member: freshness.with_counts(
        preferred_first(
            calendars_of(member).filter(selected=True).select_related("sync_state").only(*_READ)
        )
    ),
    "member",
)


class Metadata(TypedDict):
    """How far the answer can be trusted. Moments are RFC 3339 texts in UTC.

    ``last_sync``  the oldest success among the calendars read; None while one was never synced
    ``coverage``   see ``freshness.coverage``
    ``time_zone``  the member's
    """

    last_sync: str | None
    pending_count: int
    conflict_count: int
    is_stale: bool
    coverage: dict[str, Any]
    time_zone: str
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class EventPage:
    """``items`` are ready JSON texts. With ``unchanged`` the page is the one the caller has.

    ``uncovered`` are the calendars of which the span is not cached as a whole.
    """

    items: list[str]
    metadata: Metadata
    etag: str
    unchanged: bool = False
    uncovered: list[Calendar] = field(default_factory=list)


def list_events(
    *,
    member: Member,
    time_min: dt.datetime,
    time_max: dt.datetime,
    calendar_ids: Sequence[str] | None,
    limit: int,
    cursor: str | None,
    now: dt.datetime,
    known_etag: str | None = None,
) -> EventPage:
    """Occurrences that overlap the span, by start; of all selected calendars unless some are named.

    With ``known_etag`` still true nothing is read: the page is ``unchanged`` and empty. Raises
    InvalidInputError, NotFoundError, NoGoogleAccountError.
    """
    span = asked_span(time_min=time_min, time_max=time_max, most_days=MOST_DAYS)
    after = position_of(cursor)
    if not 1 <= limit <= MOST_EVENTS:
        raise _refused("limit", f"limit is a number from 1 to {MOST_EVENTS}.")
    calendars = calendars_read(member=member, calendar_ids=calendar_ids)
    metadata = page_metadata(member=member, calendars=calendars, span=span, now=now)
    etag = _etag(calendars, metadata, span, limit, cursor)
    uncovered = [each for each in calendars if not freshness.covers(each, span)]
    if known_etag == etag:
        return EventPage([], metadata, etag, unchanged=True, uncovered=uncovered)
    rows = rows_in(calendars, span, after=after, limit=limit + 1)
    if len(rows) > limit:
        rows = rows[:limit]
        metadata["next_cursor"] = cursor_of(rows[-1].position)
    return EventPage(texts_of(rows, calendars), metadata, etag, uncovered=uncovered)


def get_event(*, target: EventTarget) -> dict[str, Any]:
    """One event, series or instance, as lists show it."""
    return shown(target.event, resource_of(target))


def series_resource(*, target: EventTarget) -> dict[str, Any] | None:
    """The series that a target is or belongs to; None for an event that does not recur."""
    series = _series(target)
    return series.resource if series is not None else None


def recurrence_of(*, target: EventTarget, now: dt.datetime) -> dict[str, Any] | None:
    """How the series of a target recurs: ``text`` in words, ``next``, the starts of up to five
    occurrences from now on, and ``repeat``, its form where one holds it. None for an event that
    does not recur."""
    series = _series(target)
    if series is None:
        return None
    zone, moment = series.calendar.time_zone, int(now.timestamp())
    form = recurrence.repeat_of(series.resource, calendar_zone=zone)
    return {
        "text": recurrence.in_words(series.resource, calendar_zone=zone),
        "next": _next_starts(series, zone=zone, moment=moment),
        "repeat": recurrence.form_of(form) if form else None,
    }


def _series(target: EventTarget) -> CachedEvent | None:
    series = series_of(target.event) or target.event
    return series if series.is_series else None


def _next_starts(series: CachedEvent, *, zone: str, moment: int) -> list[str]:
    """Where the rule has them, but for those that were moved or taken out one by one."""
    rows = [
        row
        for row in series.calendar.events.filter(recurring_event_id=series.event_id)
        if row.original_start and not cached_occurrences.is_cut_off(row, series)
    ]
    by_rule = recurrence.next_starts(
        series.resource,
        after=moment,
        calendar_zone=zone,
        limit=_NEXT,
        exceptions_at={cached_occurrences.slot_of(row.original_start) for row in rows},
    )
    starts = [_placed(slot, zone) for slot in by_rule]
    starts += [
        (row.start_ts_utc, row.start_date)
        for row in rows
        if row.start_ts_utc is not None and row.start_ts_utc >= moment
    ]
    coming = sorted(starts, key=lambda start: start[0])[:_NEXT]
    return [day or render_moment(start, zone) for start, day in coming]


def _placed(slot: int | str, zone: str) -> tuple[int, str | None]:
    """The instant of a slot, and its day where it is one."""
    if isinstance(slot, int):
        return slot, None
    first = dt.date.fromisoformat(slot).toordinal()
    return all_day_span(first, first + 1, zone=zone_or_utc(zone)).start, slot


def calendars_read(*, member: Member, calendar_ids: Sequence[str] | None) -> list[Calendar]:
    """The calendars a read is about, with their sync state: the named ones, else the selected.

    Raises NotFoundError, and NoGoogleAccountError for a member without any account.
    """
    if calendar_ids is not None:
        named = [calendar_of(member=member, calendar_id=each) for each in calendar_ids]
        return list({calendar.pk: calendar for calendar in named}.values())
    calendars = first_of_each(_SELECTED.run(member=member.pk))
    if not calendars and not member.google_accounts.exists():
        raise NoGoogleAccountError("Connect a Google account first.")
    return calendars


def page_metadata(
    *, member: Member, calendars: Sequence[Calendar], span: TimeSpan, now: dt.datetime
) -> Metadata:
    """What stands beside the events of a page, as ``Metadata`` describes it."""
    counts = freshness.counts_of(calendars).values()
    return {
        "last_sync": freshness.rfc3339(freshness.oldest_success(calendars)),
        "pending_count": sum(each.pending for each in counts),
        "conflict_count": sum(each.conflict for each in counts),
        "is_stale": any(freshness.is_stale(each.sync_state, now=now) for each in calendars),
        "coverage": freshness.coverage(calendars, span),
        "time_zone": member.time_zone,
        "next_cursor": None,
    }


@dataclass(frozen=True, slots=True)
class GridOccurrence:
    """One occurrence as a page needs it. Texts are empty where the event does not say.

    ``instance_id`` is set for an instance that its series stands for; ``response_status`` is the
    member's own answer.
    """

    event_id: str
    instance_id: str
    calendar_id: str
    calendar_summary: str
    background_color: str
    foreground_color: str
    summary: str
    location: str
    color_id: str
    start_ts: int
    end_ts: int
    start_date: str | None
    end_date: str | None
    local_status: str
    status: str
    transparency: str
    visibility: str
    event_type: str
    response_status: str
    has_guests: bool
    meeting_link: str
    recurring: bool


def occurrences_for_grid(
    *,
    member: Member,
    time_min: dt.datetime,
    time_max: dt.datetime,
    calendar_ids: Sequence[str] | None = None,
) -> list[GridOccurrence]:
    """The occurrences that overlap the span, by start, with what a page shows of each.

    Raises InvalidInputError, NotFoundError, NoGoogleAccountError.
    """
    span = asked_span(time_min=time_min, time_max=time_max, most_days=MOST_DAYS)
    calendars = calendars_read(member=member, calendar_ids=calendar_ids)
    return grid_of(rows_in(calendars, span), calendars)


def grid_of(rows: Iterable[Row], calendars: Iterable[Calendar]) -> list[GridOccurrence]:
    """These rows of these calendars, with what a page shows of each."""
    by_pk = {calendar.pk: calendar for calendar in calendars}
    resources = ParsedResources()
    return [_for_grid(row, by_pk[row.calendar_pk], resources.of(row)) for row in rows]


def _for_grid(row: Row, calendar: Calendar, resource: dict[str, Any]) -> GridOccurrence:
    guests = resource.get("attendees") or []
    own: dict[str, Any] = next((guest for guest in guests if guest.get("self")), {})
    return GridOccurrence(
        event_id=str(resource.get("id", "")),
        instance_id=row.instance_id,
        calendar_id=calendar.google_id,
        calendar_summary=calendar.summary,
        background_color=calendar.background_color,
        foreground_color=calendar.foreground_color,
        summary=str(resource.get("summary") or ""),
        location=str(resource.get("location") or ""),
        color_id=str(resource.get("colorId") or ""),
        start_ts=row.start_ts,
        end_ts=row.end_ts,
        start_date=row.start_date,
        end_date=row.end_date,
        local_status=row.local_status,
        status=resource.get("status", "confirmed"),
        transparency=resource.get("transparency", "opaque"),
        visibility=resource.get("visibility", "default"),
        event_type=resource.get("eventType", "default"),
        response_status=own.get("responseStatus", ""),
        has_guests=bool(resource.get("attendeesOmitted"))
        or any(not guest.get("self") for guest in guests),
        meeting_link=str(resource.get("hangoutLink") or ""),
        recurring=bool(row.instance_id or resource.get("recurringEventId")),
    )


def _etag(
    calendars: Sequence[Calendar],
    metadata: Metadata,
    span: TimeSpan,
    limit: int,
    cursor: str | None,
) -> str:
    """A strong validator that reads no event.

    It changes whenever the answer does: every write of a calendar's rows moves its revision (the
    same update is the writers' lock), every other part of the answer is hashed as it is, and the
    question too.
    """
    parts = [
        [(each.pk, each.sync_state.revision, each.time_zone) for each in calendars],
        metadata,
        [span.start, span.end, limit, cursor],
    ]
    digest = hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
    return f'"{digest}"'


def cursor_of(position: Position) -> str:
    text = f"{position.start_ts}.{position.event_pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    try:
        text = _decoded(cursor)
        start, event = (int(part) for part in text.split(".") if len(part) < 19)
    except ValueError:
        raise _refused("cursor", "This cursor is not one that a page gave.") from None
    return Position(start, event)


def _decoded(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True).decode()


def _refused(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})
