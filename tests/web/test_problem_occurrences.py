"""A change of a series that would undo what was changed at Google meanwhile, as a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import Calendar, OperationStatus, OperationType, OutboxOperation
from calendars.sync.core.resets import OCCURRENCES_CHANGED
from calendars.web.words import TO
from tests.commands.acting import FOURTH, SECOND, WEEKLY, timed
from tests.factories import NOW, cached
from tests.web.test_problems_page import PAGE, act, cells, said

if TYPE_CHECKING:
    from django.test import Client

CUT = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=1"]}


@pytest.fixture
def series(alices_calendar: Calendar) -> Calendar:
    cached(alices_calendar, WEEKLY)
    return alices_calendar


def exception(calendar: Calendar, event_id: str, **fields: Any) -> None:
    day = {SECOND: "2026-03-18T10:00:00+01:00", FOURTH: "2026-04-01T10:00:00+02:00"}[event_id]
    end = day.replace("T10", "T11")
    slot = {"recurringEventId": "weekly", "originalStartTime": timed(day, end)["start"]}
    cached(calendar, {"id": event_id, "summary": "Review", **timed(day, end), **slot, **fields})


def parked(calendar: Calendar, **fields: Any) -> OutboxOperation:
    return OutboxOperation.objects.create(
        **{
            "calendar": calendar,
            "event_id": "weekly",
            "lane": "weekly",
            "op_type": OperationType.PATCH,
            "payload": CUT,
            "base": {"recurrence": WEEKLY["recurrence"]},
            "status": OperationStatus.CONFLICT,
            "reason": OCCURRENCES_CHANGED,
            "created_at": NOW,
            "actor": calendar.account.member,
            "actor_via": "web",
            **fields,
        }
    )


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="row">([^<]*)', page)


def test_each_event_in_question_has_a_row_by_its_place_in_the_series(
    alices: Client, series: Calendar
) -> None:
    exception(series, SECOND, location="Attic", summary="Offsite")
    exception(series, FOURTH, **timed("2026-04-02T14:00:00+02:00", "2026-04-02T15:00:00+02:00"))
    parked(series)
    page = said(alices)
    assert "2 events of this series were changed at Google meanwhile" in page
    assert "would delete them" in page
    assert heads(page) == ["Wed 18 Mar 2026, 10:00", "Wed 1 Apr 2026, 10:00"]
    assert "Title: Offsite<br>Where: Attic" in page
    assert cells(page)[-2:] == ["Deleted", f"When: Thu 2 Apr 2026, 14:00{TO}15:00"]


def test_what_goes_on_follows_the_series_and_what_is_deleted_at_google_says_so(
    alices: Client, series: Calendar
) -> None:
    exception(series, SECOND, status="cancelled")
    parked(series, payload=timed("2026-03-12T10:00:00+01:00", "2026-03-12T11:00:00+01:00"))
    page = said(alices)
    assert "One event of this series was changed at Google meanwhile" in page
    assert "would undo that" in page
    assert cells(page) == ["As the series", "Deleted"]
    assert "Change anyway" in page


def test_many_are_counted(alices: Client, series: Calendar) -> None:
    daily = {**WEEKLY, "id": "daily", "recurrence": ["RRULE:FREQ=DAILY;COUNT=20"]}
    cached(series, daily)
    for day in range(12, 26):
        slot = timed(f"2026-03-{day}T10:00:00+01:00", f"2026-03-{day}T11:00:00+01:00")
        ids = {"id": f"daily_202603{day}T090000Z", "recurringEventId": "daily"}
        cached(series, {**ids, **slot, "originalStartTime": slot["start"], "summary": "Changed"})
    parked(
        series, event_id="daily", lane="daily", payload={"recurrence": ["RRULE:FREQ=DAILY;COUNT=1"]}
    )
    page = said(alices)
    assert "14 events of this series" in page
    assert len(heads(page)) == 11
    assert heads(page)[-1] == "And 4 more"


@pytest.mark.parametrize(("choice", "sent"), [("mine", 1), ("theirs", 0)])
def test_it_is_decided_there(alices: Client, series: Calendar, choice: str, sent: int) -> None:
    exception(series, SECOND, location="Attic")
    operation = parked(series)
    page = said(alices)
    assert f'formaction="{PAGE}{operation.op_id}/{choice}"' in page
    assert "Keep both" not in page
    act(alices, operation, choice)
    waiting = OutboxOperation.objects.filter(status=OperationStatus.PENDING)
    assert waiting.count() == sent
    assert not OutboxOperation.objects.filter(status=OperationStatus.CONFLICT).exists()
