"""Texts of instances say exactly what the instances themselves would."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from calendars import event_resource, recurrence
from calendars.models.resource_field import pack
from calendars.queries.occurrences import Row
from calendars.queries.texts import texts_of

if TYPE_CHECKING:
    from calendars.models import Calendar

_MORE = {"summary": 'Übung "A" 🎹', "description": "line\nbreak", "status": "confirmed"}
_BEGIN = dt.datetime(2026, 3, 27, 9, 30, tzinfo=ZoneInfo("America/New_York"))
SERIES: list[dict[str, Any]] = [
    {
        "id": "timed",
        "start": {"dateTime": _BEGIN.isoformat(), "timeZone": "America/New_York"},
        "end": {
            "dateTime": (_BEGIN + dt.timedelta(hours=20)).isoformat(),
            "timeZone": "Asia/Kolkata",
        },
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],  # Berlin changes its clocks on the third day
        **_MORE,
    },
    {
        "id": "no_zone",
        "start": {"dateTime": "2026-03-27T09:30:00Z"},
        "end": {"dateTime": "2026-03-27T09:30:00Z"},
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
    },
    {
        "id": "all_day_R20260327",
        "start": {"date": "2026-03-27"},
        "end": {"date": "2026-03-29"},
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        **_MORE,
    },
]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Australia/Lord_Howe", "Not/AZone"])
@pytest.mark.parametrize("master", SERIES, ids=lambda master: str(master["id"]))
def test_each_instance_reads_as_the_virtual_instance_it_stands_for(
    alices_calendar: Calendar, master: dict[str, Any], zone: str
) -> None:
    alices_calendar.time_zone = zone
    found = list(
        recurrence.expand(
            master, window_start=1_770_000_000, window_end=1_790_000_000, calendar_zone=zone
        )
    )
    packed = pack(json.dumps(master, ensure_ascii=False))
    rows = [_row(alices_calendar, master, each, packed) for each in found]
    own = {"calendarId": alices_calendar.google_id, "_local_status": "synced"}
    assert len(found) == 5
    assert [json.loads(text) for text in texts_of(rows, [alices_calendar])] == [
        event_resource.instance_resource(master, occurrence=each, calendar_zone=zone) | own
        for each in found
    ]


def _row(
    calendar: Calendar, master: dict[str, Any], found: recurrence.Occurrence, packed: bytes
) -> Row:
    span = found.span
    instance = event_resource.instance_id(master_id=master["id"], original=found.original_start)
    return Row(
        span.start,
        1,
        span.end,
        span.start_date,
        span.end_date,
        instance,
        calendar.pk,
        "synced",
        packed,
    )
