"""Reading events: pages of them, the grid of a web page, and a single one."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from calendars import cache, event_resource, recurrence
from calendars.errors import InvalidInputError, NoGoogleAccountError
from calendars.models.resource_field import unpack
from calendars.queries import freshness
from calendars.queries.access import calendar_of, calendars_of
from calendars.queries.occurrences import Position, rows_in
from calendars.queries.shape import resource_of, shown
from calendars.queries.spans import asked_span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from accounts.models import Member
    from calendars.models import Calendar
    from calendars.queries.access import EventTarget
    from calendars.queries.occurrences import Row
    from calendars.queries.spans import TimeSpan

MOST_EVENTS = 2_500
MOST_DAYS = 1_100


@dataclass(frozen=True, slots=True)
class Metadata:
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
    metadata: dict[str, Any]
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
    after = _position(cursor)
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
        metadata["next_cursor"] = _cursor(rows[-1].position)
    return EventPage(texts_of(rows, calendars), metadata, etag, uncovered=uncovered)


def get_event(*, target: EventTarget) -> dict[str, Any]:
    """One event, series or instance, as lists show it."""
    return shown(target.event, resource_of(target))


def calendars_read(*, member: Member, calendar_ids: Sequence[str] | None) -> list[Calendar]:
    """The calendars a read is about, with their sync state: the named ones, else the selected.

    Raises NotFoundError, and NoGoogleAccountError for a member without any account.
    """
    if calendar_ids is not None:
        named = [calendar_of(member=member, calendar_id=each) for each in calendar_ids]
        return list({calendar.pk: calendar for calendar in named}.values())
    chosen = calendars_of(member).filter(selected=True).select_related("sync_state")
    calendars = list(chosen.order_by("pk"))
    if not calendars and not member.google_accounts.exists():
        raise NoGoogleAccountError("Connect a Google account first.")
    return calendars


def page_metadata(
    *, member: Member, calendars: Sequence[Calendar], span: TimeSpan, now: dt.datetime
) -> dict[str, Any]:
    """What stands beside the events of a page, as ``Metadata`` describes it."""
    counts = freshness.counts_by_calendar([calendar.pk for calendar in calendars]).values()
    return {
        "last_sync": freshness.rfc3339(freshness.oldest_success(calendars)),
        "pending_count": sum(each.pending for each in counts),
        "conflict_count": sum(each.conflict for each in counts),
        "is_stale": any(freshness.is_stale(each.sync_state, now=now) for each in calendars),
        "coverage": freshness.coverage(calendars, span),
        "time_zone": member.time_zone,
        "next_cursor": None,
    }


def texts_of(rows: Sequence[Row], calendars: Sequence[Calendar]) -> list[str]:
    """Each occurrence as JSON text. Single events are spliced, never parsed; a series is parsed
    once, however often it happens.
    """
    by_pk = {calendar.pk: calendar for calendar in calendars}
    endings: dict[tuple[int, str], str] = {}
    series: dict[int, _SeriesText] = {}
    texts = []
    for row in rows:
        ending = endings.get((row.calendar_pk, row.local_status))
        if ending is None:
            ending = _ending(by_pk[row.calendar_pk], row.local_status)
            endings[row.calendar_pk, row.local_status] = ending
        if not row.instance_id:
            texts.append(unpack(row.packed)[:-1] + ending)
            continue
        if row.event_pk not in series:
            series[row.event_pk] = _SeriesText(row, by_pk[row.calendar_pk].time_zone)
        texts.append(series[row.event_pk].instance(row) + ending)
    return texts


class _SeriesText:
    """A series printed once, to which each instance adds its own id and times."""

    _VARYING = frozenset({"id", "start", "end", "recurrence", "recurringEventId"})

    def __init__(self, row: Row, calendar_zone: str) -> None:
        master = json.loads(unpack(row.packed))
        self.zone = calendar_zone
        self.varying = {key: master[key] for key in master.keys() & self._VARYING}
        constant = {key: value for key, value in master.items() if key not in self._VARYING}
        self.rest = f",{cache.dumps(constant)[1:-1]}" if constant else ""

    def instance(self, row: Row) -> str:
        """The text of one instance, without its closing brace."""
        own = event_resource.instance_resource(
            self.varying, occurrence=occurrence_of(row), calendar_zone=self.zone
        )
        return cache.dumps(own)[:-1] + self.rest


def occurrence_of(row: Row) -> recurrence.Occurrence:
    """A row as the occurrence of a series it stands for: it happens at its own slot."""
    return recurrence.Occurrence(
        row.start_date if row.start_date is not None else row.start_ts,
        event_resource.Span(row.start_ts, row.end_ts, row.start_date, row.end_date),
    )


def _ending(calendar: Calendar, local_status: str) -> str:
    own = {"calendarId": calendar.google_id, "_local_status": local_status}
    return f",{cache.dumps(own)[1:]}"


def _etag(
    calendars: Sequence[Calendar],
    metadata: dict[str, Any],
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


def _cursor(position: Position) -> str:
    text = f"{position.start_ts}.{position.event_pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        start, event = (int(part) for part in text.split(".") if len(part) < 19)
    except ValueError:
        raise _refused("cursor", "This cursor is not one that a page gave.") from None
    return Position(start, event)


def _refused(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})
