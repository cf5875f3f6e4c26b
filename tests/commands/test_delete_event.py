"""Deleting: gone at once, back with its reason if Google refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calendars import cache
from calendars.commands.outbox import discard
from calendars.commands.scope import Scope
from calendars.errors import AlreadyDeletedError
from calendars.models import CachedEvent, OutboxOperation
from tests.commands.acting import SECOND, WEEKLY, actor_of, change, listed, remove, timed
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from calendars.models import Calendar

LUNCH = {"id": "lunch", "summary": "Lunch"}


def test_a_deleted_event_is_gone_at_once(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    queued = remove(alices_calendar, "lunch")
    assert listed(alices_calendar) == []
    assert (queued.operation.op_type, queued.operation.payload) == ("delete", {})
    assert (queued.event["summary"], queued.event["status"]) == ("Lunch", "cancelled")
    assert queued.event["_local_status"] == "pending"


def test_it_comes_back_when_google_refuses(alices_calendar: Calendar) -> None:
    event = cached(alices_calendar, LUNCH)
    remove(alices_calendar, "lunch")
    OutboxOperation.objects.update(status="failed", error="Not yours.")
    event.refresh_from_db()
    cache.refresh(event, now=NOW)
    assert [(each["id"], each["_local_status"]) for each in listed(alices_calendar)] == [
        ("lunch", "failed")
    ]


def test_it_cannot_be_deleted_or_changed_again(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    remove(alices_calendar, "lunch")
    with pytest.raises(AlreadyDeletedError):
        remove(alices_calendar, "lunch")
    with pytest.raises(AlreadyDeletedError):
        change(alices_calendar, "lunch", summary="Still there?")


def test_a_failed_edit_is_given_up_with_the_event(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    edit = change(alices_calendar, "lunch", summary="Late lunch").operation
    OutboxOperation.objects.update(status="failed")
    remove(alices_calendar, "lunch")
    edit.refresh_from_db()
    assert (edit.status, edit.reason) == ("cancelled", "superseded")


def test_a_series_goes_with_its_exceptions_and_comes_back_with_them(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, WEEKLY)
    cached(
        alices_calendar,
        {
            "id": SECOND,
            "recurringEventId": "weekly",
            "originalStartTime": {"dateTime": "2026-03-18T10:00:00+01:00"},
            **timed("2026-03-18T15:00:00+01:00", "2026-03-18T16:00:00+01:00"),
        },
    )
    before = [event["id"] for event in listed(alices_calendar)]
    queued = remove(alices_calendar, SECOND, scope=Scope.SERIES)
    assert listed(alices_calendar) == []
    with pytest.raises(AlreadyDeletedError):
        change(alices_calendar, SECOND, scope=Scope.INSTANCE, summary="Alone?")
    discard(actor=actor_of(alices_calendar), operation=queued.operation, now=NOW)
    assert [event["id"] for event in listed(alices_calendar)] == before
    assert CachedEvent.objects.count() == 2
