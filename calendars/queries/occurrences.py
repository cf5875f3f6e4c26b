"""What happens in a span: the one range read that lists, pages and availability are made of.

Written in SQL because it is the read that has to be fast: two index ranges, no model instances,
and the resource still packed, so that a series is unpacked once however often it happens.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from calendars import cache
from calendars.models import LONG_SECONDS, CachedEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from calendars.models import Calendar, Occurrence
    from calendars.queries.spans import TimeSpan

_COLUMNS = (
    "start_ts, event_id, end_ts, start_date, end_date, instance_id, calendar_id"
)
_ORDINARY = """
    SELECT {columns} FROM calendar_occurrences
    WHERE calendar_id IN ({calendars}) AND start_ts > %s AND start_ts < %s AND end_ts > %s
"""
_LONG = f"""
    SELECT {{columns}} FROM calendar_occurrences
    WHERE calendar_id IN ({{calendars}}) AND end_ts > (start_ts + {LONG_SECONDS})
      AND start_ts <= %s AND end_ts > %s
"""


class Row(NamedTuple):
    """One occurrence. ``packed`` is the event's (or its series') resource as stored.

    ``instance_id`` is empty unless the occurrence is rendered from its series.
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


class Position(NamedTuple):
    """A place in the order of rows: by start, then by event."""

    start_ts: int
    event_pk: int


def rows_in(
    calendars: Sequence[Calendar],
    span: TimeSpan,
    *,
    after: Position | None = None,
    limit: int | None = None,
) -> list[Row]:
    """The occurrences that overlap the span, in order, those of uncovered time expanded now."""
    stored = _stored(calendars, span, after=after, limit=limit)
