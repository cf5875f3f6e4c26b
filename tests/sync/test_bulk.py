"""Rows written by the thousand live beside rows written one by one."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import transaction

from calendars import bulk, cached_row
from calendars.models import CachedEvent
from tests.factories import CalendarFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def test_keys_of_rows_written_at_once_are_never_given_again() -> None:
    calendar = CalendarFactory()
    saved = [_row(calendar, f"saved{number}") for number in range(3)]
    saved[0].save()
    with transaction.atomic():
        written = [_row(calendar, f"written{number}") for number in range(3)]
        for key, row in zip(bulk.new_keys(3), written, strict=True):
            row.pk = key
        bulk.insert_events(iter(written))
    saved[1].save()
    with transaction.atomic():
        bulk.upsert_events(calendar, [saved[2]])
    assert len({row.pk for row in (*saved, *written)}) == 6
    for row in written:
        assert json.loads(CachedEvent.objects.get(pk=row.pk).event_json) == {"id": row.event_id}


def _row(calendar: object, event_id: str) -> CachedEvent:
    row = cached_row.new_event(calendar=calendar, event_id=event_id, local_id=None)  # type: ignore[arg-type]
    row.event_json, row.cached_at = json.dumps({"id": event_id}), NOW
    return row
