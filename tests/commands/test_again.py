"""An edit that was given up can be asked for once more, over the event as it is then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars import cache
from calendars.commands.again import ask_again
from calendars.commands.conflicts import resolve
from calendars.commands.outbox import discard
from calendars.errors import CalendarError, WrongStateError
from calendars.models import OperationStatus, OutboxOperation
from tests.commands.acting import actor_of, change, listed, remove
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from calendars.models import Calendar

LUNCH = {"id": "lunch", "summary": "Lunch", "location": "Attic"}
ANN, BEN = {"email": "ann@x.test"}, {"email": "ben@x.test"}


def given_up(calendar: Calendar, *, way: str = "discard", **changes: Any) -> OutboxOperation:
    """An edit that Google did not take, and nobody wanted any more."""
    operation = change(calendar, "lunch", **changes).operation
    parked = OperationStatus.FAILED if way == "discard" else OperationStatus.CONFLICT
    OutboxOperation.objects.update(status=parked)
    actor = actor_of(calendar)
    if way == "discard":
        discard(actor=actor, operation=operation, now=NOW)
    else:
        resolve(actor=actor, operation=operation, choice="theirs", now=NOW)
    operation.refresh_from_db()
    return operation


def at_google(calendar: Calendar, **fields: Any) -> None:
    row = cache.find_event(calendar_id=calendar.pk, event_id="lunch")
    assert row is not None
    cache.save_event(row, agreed={**row.resource, **fields}, etag='"2"', operations=[], now=NOW)


@pytest.mark.parametrize("way", ["discard", "theirs"])
def test_what_was_changed_since_stays(alices_calendar: Calendar, way: str) -> None:
    cached(alices_calendar, LUNCH)
    operation = given_up(alices_calendar, way=way, summary="Dinner")
    at_google(alices_calendar, location="Roof")
    again = ask_again(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    assert again.operation.payload == {"summary": "Dinner"}
    (event,) = listed(alices_calendar)
    assert (event["summary"], event["location"]) == ("Dinner", "Roof")


def test_guests_are_merged_into_those_of_now(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {**LUNCH, "attendees": [ANN]})
    operation = given_up(alices_calendar, attendees=[ANN, {"email": "zoe@x.test"}])
    at_google(alices_calendar, attendees=[ANN, BEN])
    ask_again(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    (event,) = listed(alices_calendar)
    emails = {guest["email"] for guest in event["attendees"]}
    assert emails == {"ann@x.test", "ben@x.test", "zoe@x.test"}


def test_what_is_so_already_or_was_not_given_up_is_refused(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    operation = given_up(alices_calendar, summary="Dinner")
    again = ask_again(actor=actor_of(alices_calendar), operation=operation, now=NOW)
    for each, sentence in ((operation, "already"), (again.operation, "not given up")):
        with pytest.raises(WrongStateError, match=sentence):
            ask_again(actor=actor_of(alices_calendar), operation=each, now=NOW)


def test_an_event_that_is_gone_is_not_changed(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    operation = given_up(alices_calendar, summary="Dinner")
    remove(alices_calendar, "lunch")
    with pytest.raises(CalendarError, match="deleted"):
        ask_again(actor=actor_of(alices_calendar), operation=operation, now=NOW)
