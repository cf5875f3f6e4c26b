"""Occurrences as JSON texts, spliced rather than parsed and printed again."""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any

import orjson

from calendars import cached_row, event_resource
from calendars.models.resource_field import unpack
from calendars.zones import rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calendars.models import Calendar
    from calendars.queries.occurrences import Row


_REMEMBERED_SERIES = 512
_REMEMBERED_EVENTS = 1_024
"""About 2 MB. Who polls a month reads again what has not changed; most of that is unpacking."""


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
            texts.append(_unpacked(bytes(row.packed))[:-1] + ending)
    return texts


@lru_cache(maxsize=_REMEMBERED_EVENTS)
def _unpacked(packed: bytes) -> str:
    """Remembered by content, so that a changed event can never be mistaken for its old self."""
    return unpack(packed)


class _SeriesText:
    """A series printed once, to which each instance adds its own id and times.

    What comes of it is ``event_resource.instance_resource``, written without building it.
    """

    _VARYING = frozenset({"id", "start", "end", "recurrence", "recurringEventId"})

    def __init__(self, packed: bytes, calendar_zone: str) -> None:
        master = json.loads(unpack(packed))
        constant = {key: value for key, value in master.items() if key not in self._VARYING}
        self._zone = event_resource.zone_or_utc(calendar_zone)
        self._start_zone, self._end_zone = (_zone_text(master.get(key)) for key in ("start", "end"))
        self._series = json.dumps(master["id"])
        self._rest = f",{cached_row.dumps(constant)[1:-1]}" if constant else ""

    def instance(self, row: Row) -> str:
        """The text of one instance, without its closing brace. It happens at its own slot."""
        if row.start_date is not None:
            start, end = f'{{"date":"{row.start_date}"}}', f'{{"date":"{row.end_date}"}}'
        else:
            start = f'{{"dateTime":"{rfc3339(row.start_ts, self._zone)}"{self._start_zone}}}'
            end = f'{{"dateTime":"{rfc3339(row.end_ts, self._zone)}"{self._end_zone}}}'
        return (
            f'{{"id":{quoted(row.instance_id)},"recurringEventId":{self._series},'
            f'"originalStartTime":{start},"start":{start},"end":{end}{self._rest}'
        )


def _zone_text(moment: Any) -> str:
    name = event_resource.zone_field(moment).get("timeZone")
    return f',"timeZone":{json.dumps(name)}' if name else ""


@lru_cache(maxsize=_REMEMBERED_SERIES)
def _series_text(packed: bytes, calendar_zone: str) -> _SeriesText:
    """Remembered by content too."""
    return _SeriesText(packed, calendar_zone)


def _ending(calendar: Calendar, local_status: str) -> str:
    own = {"calendarId": calendar.google_id, "_local_status": local_status}
    return f",{cached_row.dumps(own)[1:]}"


class ParsedResources:
    """Resources of rows, each parsed once, however often its series happens."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, Any]] = {}

    def of(self, row: Row) -> dict[str, Any]:
        """The event's resource; of an instance, that of its series."""
        if row.event_pk not in self._known:
            self._known[row.event_pk] = orjson.loads(_unpacked(bytes(row.packed)))
        return self._known[row.event_pk]
