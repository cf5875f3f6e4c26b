"""What happens in a span: the one range read that lists, pages and availability are made of.

Written in SQL because it is the read that has to be fast: two index ranges, no model instances,
and resources still packed, so that a series is unpacked once however often it happens.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from calendars import cached_occurrences
from calendars.models import LONG_SECONDS, CachedEvent
from calendars.models.resource_field import pack
from calendars.queries.spans import TimeSpan
from secretary_project.prepared_query import among, prepared_cursor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from calendars.models import Calendar

COLUMNS = "start_ts, event_id, end_ts, start_date, end_date, instance_id, calendar_id"
_ORDINARY = f"""
    SELECT {COLUMNS} FROM calendar_occurrences
    WHERE calendar_id {{among}} AND start_ts >= %s AND start_ts < %s AND end_ts > %s
"""  # noqa: S608 - the only things put into these texts are numbers of our own
_LONG = f"""
    SELECT {COLUMNS} FROM calendar_occurrences
    WHERE calendar_id {{among}} AND start_ts >= %s AND start_ts < %s AND end_ts > %s
      AND end_ts > (start_ts + {LONG_SECONDS})
"""  # noqa: S608 - see above
_WITH_EVENTS = {
    "postgresql": """
        SELECT o.*, e.* FROM ({chosen}) o CROSS JOIN LATERAL (
            SELECT local_status, event_json FROM calendar_events_cache WHERE id = o.event_id LIMIT 1
        ) e
        ORDER BY o.start_ts, o.event_id
    """,
    "sqlite": """
        SELECT o.*, e.local_status, e.event_json
        FROM ({chosen}) o CROSS JOIN calendar_events_cache e
        WHERE e.id = o.event_id
        ORDER BY o.start_ts, o.event_id
    """,
}
_EARLIEST = -(2**62)


class Position(NamedTuple):
    """A place in the order of rows: by start, then by event."""

    start_ts: int
    event_pk: int


class Row(NamedTuple):
    """One occurrence. ``packed`` is the event's resource as stored, that of a series for each of
    its instances; ``instance_id`` is empty where the resource is the occurrence's own.
    """

    start_ts: int
    event_pk: int
    end_ts: int
    start_date: str | None
    end_date: str | None
    instance_id: str
    calendar_pk: int
    local_status: str
    packed: bytes

    @property
    def position(self) -> Position:
        return Position(self.start_ts, self.event_pk)


def rows_in(
    calendars: Sequence[Calendar],
    span: TimeSpan,
    *,
    after: Position | None = None,
    limit: int | None = None,
) -> list[Row]:
    """The occurrences that overlap the span, in order; series beyond the window are expanded now.

    Listed when start < span.end and end > span.start. ``calendars`` come with their sync state.
    """
    if not calendars:
        return []
    rows = _stored(calendars, span, after=after, limit=limit)
    beyond = [row for calendar in calendars for row in _beyond_window(calendar, span)]
    if not beyond:
        return rows
    known = {(row.event_pk, row.start_ts) for row in rows}
    rows += [
        row
        for row in beyond
        if row.position not in known
        and row.end_ts > span.start
        and (after is None or row.position > after)
    ]
    rows.sort(key=lambda row: row.position)
    return rows[:limit]


def _stored(
    calendars: Sequence[Calendar], span: TimeSpan, *, after: Position | None, limit: int | None
) -> list[Row]:
    """Ordinary occurrences start at most LONG_SECONDS before the span; the rest have an index."""
    look_back = span.start - LONG_SECONDS
    begin = max(look_back, after.start_ts) if after else look_back
    condition, keys = among(calendar.pk for calendar in calendars)
    parts = [(_ORDINARY, [begin, span.end, span.start])]
    if begin <= look_back:
        since = after.start_ts if after else _EARLIEST
        parts.append((_LONG, [since, look_back, span.start]))
    union = " UNION ALL ".join(part.format(among=condition) for part, _ in parts)
    values: list[Any] = [value for _, bounds in parts for value in (*keys, *bounds)]
    chosen = f"SELECT * FROM ({union}) both_ranges"  # noqa: S608 - see above
    if after is not None:
        chosen += " WHERE start_ts > %s OR (start_ts = %s AND event_id > %s)"
        values += [after.start_ts, after.start_ts, after.event_pk]
    chosen += " ORDER BY start_ts, event_id"
    if limit is not None:
        chosen += " LIMIT %s"
        values.append(limit)
    return fetched(chosen, values)


def fetched(chosen: str, values: list[Any]) -> list[Row]:
    """The rows of a statement that chooses ``COLUMNS``, in order, with what is shown of them.

    Events are looked up one by one: a plain join tempts PostgreSQL to read the whole table, and
    SQLite to begin there unless it is told CROSS.
    """
    with prepared_cursor(binary=True) as cursor:
        cursor.execute(_WITH_EVENTS[connection.vendor].format(chosen=chosen), values)
        return list(map(Row._make, cursor.fetchall()))


def _beyond_window(calendar: Calendar, span: TimeSpan) -> Iterator[Row]:
    """Occurrences of known series in the parts of the span that the window does not cover.

    Single events need none of this: theirs are stored wherever they are.
    """
    parts = list(uncovered(calendar, span))
    if not parts:
        return
    series = CachedEvent.objects.filter(
        calendar=calendar, is_series=True, start_ts_utc__lt=span.end
    )
    yield from expanded(list(series), calendar, parts, exceptions_at(calendar))


def expanded(
    series: Iterable[CachedEvent],
    calendar: Calendar,
    parts: Sequence[TimeSpan],
    exceptions: Mapping[str, Collection[int | str]],
) -> Iterator[Row]:
    """The occurrences of these series in parts of time for which none are stored."""
    for event in series:
        packed = pack(event.event_json)
        for part in parts:
            for found in cached_occurrences.occurrences_of(
                event,
                calendar_zone=calendar.time_zone,
                window=(part.start, part.end),
                exceptions_at=exceptions.get(event.event_id, ()),
            ):
                yield Row(
                    found.start_ts,
                    event.pk,
                    found.end_ts,
                    found.start_date,
                    found.end_date,
                    found.instance_id,
                    calendar.pk,
                    event.local_status,
                    packed,
                )


def uncovered(calendar: Calendar, span: TimeSpan) -> Iterator[TimeSpan]:
    """The parts of the span that the calendar's window does not cover."""
    state = calendar.sync_state
    if state.window_start is None or state.window_end is None:
        yield span
        return
    first, last = int(state.window_start.timestamp()), int(state.window_end.timestamp())
    if span.start < first:
        yield TimeSpan(span.start, min(span.end, first))
    if span.end > last:
        yield TimeSpan(max(span.start, last), span.end)


def exceptions_at(
    calendar: Calendar, series: Collection[str] | None = None
) -> dict[str, list[int | str]]:
    """The slots for which exceptions stand, by series; of all series unless some are named."""
    rows = CachedEvent.objects.filter(calendar=calendar).exclude(recurring_event_id="")
    if series is not None:
        rows = rows.filter(recurring_event_id__in=series)
    found: dict[str, list[int | str]] = defaultdict(list)
    for series_id, slot in rows.values_list("recurring_event_id", "original_start"):
        if slot:
            found[series_id].append(cached_occurrences.slot_of(slot))
    return found
