"""Occurrences as JSON texts, spliced rather than parsed and printed again."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from calendars import cache, event_resource, recurrence
from calendars.models.resource_field import unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calendars.models import Calendar
    from calendars.queries.occurrences import Row


_REMEMBERED_SERIES = 512


def texts_of(rows: Sequence[Row], calendars: Sequence[Calendar]) -> list[str]:
    """Each occurrence as JSON text. Single events are spliced, never parsed; a series is parsed
    once, however often it happens.
    """
    by_pk = {calendar.pk: calendar for calendar in calendars}
    endings: dict[tuple[int, str], str] = {}
    texts = []
    for row in rows:
        ending = endings.get((row.calendar_pk, row.local_status))
        if ending is None:
            ending = _ending(by_pk[row.calendar_pk], row.local_status)
            endings[row.calendar_pk, row.local_status] = ending
        if row.instance_id:
            series = _series_text(bytes(row.packed), by_pk[row.calendar_pk].time_zone)
            texts.append(series.instance(row) + ending)
        else:
            texts.append(unpack(row.packed)[:-1] + ending)
    return texts


class _SeriesText:
    """A series printed once, to which each instance adds its own id and times."""

    _VARYING = frozenset({"id", "start", "end", "recurrence", "recurringEventId"})

    def __init__(self, packed: bytes, calendar_zone: str) -> None:
        master = json.loads(unpack(packed))
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


@lru_cache(maxsize=_REMEMBERED_SERIES)
def _series_text(packed: bytes, calendar_zone: str) -> _SeriesText:
    """Remembered by content, so that a changed series can never be mistaken for its old self."""
    return _SeriesText(packed, calendar_zone)


def occurrence_of(row: Row) -> recurrence.Occurrence:
    """A row as the occurrence of a series it stands for: it happens at its own slot."""
    return recurrence.Occurrence(
        row.start_date if row.start_date is not None else row.start_ts,
        event_resource.Span(row.start_ts, row.end_ts, row.start_date, row.end_date),
    )


def _ending(calendar: Calendar, local_status: str) -> str:
    own = {"calendarId": calendar.google_id, "_local_status": local_status}
    return f",{cache.dumps(own)[1:]}"


class ParsedResources:
    """Resources of rows, each parsed once, however often its series happens."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, Any]] = {}

    def of(self, row: Row) -> dict[str, Any]:
        """The event's resource; of an instance, that of its series."""
        if row.event_pk not in self._known:
            self._known[row.event_pk] = json.loads(unpack(row.packed))
        return self._known[row.event_pk]
