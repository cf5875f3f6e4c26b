"""Alice sees what is hers; for Bob and Charlie it is as if it did not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.events import create_event
from calendars.commands.scope import Scope
from calendars.errors import AlreadyDeletedError, NoGoogleAccountError, NotFoundError
from calendars.models import CachedEvent, OutboxOperation
from calendars.queries.access import calendar_of, calendars_of, event_of, operation_of
from calendars.queries.events import get_event
from tests.commands.acting import SECOND, WEEKLY, actor_of, change, remove
from tests.commands.test_create_event import EVENT_ID, NEW_ID
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar

HERS = "alice@example.test"


@pytest.fixture
def others(
    bob: Member, charlie: Member, bobs_calendar: Calendar, alices_calendar: Calendar
) -> tuple[Member, Member]:
    return bob, charlie


def test_a_member_sees_the_calendars_of_the_own_accounts_only(
    alice: Member, others: tuple[Member, Member], alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    bob, charlie = others
    assert list(calendars_of(alice)) == [alices_calendar]
    assert list(calendars_of(bob)) == [bobs_calendar]
    assert not calendars_of(charlie).exists()


def test_calendars_events_and_operations_of_others_do_not_exist(
    alice: Member, others: tuple[Member, Member], alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    operation = change(alices_calendar, SECOND, scope=Scope.SERIES, summary="Mine").operation
    assert operation_of(member=alice, op_id=operation.op_id) == operation
    for stranger in others:
        with pytest.raises(NotFoundError):
            calendar_of(member=stranger, calendar_id=HERS)
        for event_id in ("weekly", SECOND):
            with pytest.raises(NotFoundError):
                event_of(member=stranger, calendar_id=HERS, event_id=event_id)
        with pytest.raises(NotFoundError):
            operation_of(member=stranger, op_id=operation.op_id)


def test_an_event_of_another_calendar_is_not_found_in_ones_own(
    bob: Member, others: tuple[Member, Member], alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(NotFoundError):
        event_of(member=bob, calendar_id="primary", event_id="weekly")


def test_primary_is_the_own_calendar_and_needs_an_account(
    others: tuple[Member, Member], bobs_calendar: Calendar
) -> None:
    bob, charlie = others
    assert calendar_of(member=bob, calendar_id="primary") == bobs_calendar
    with pytest.raises(NoGoogleAccountError):
        calendar_of(member=charlie, calendar_id="primary")


def test_a_shared_calendar_is_taken_from_the_account_that_may_write(
    alice: Member, alices_calendar: Calendar
) -> None:
    team = "team@group.calendar.google.com"
    CalendarFactory(account=alices_calendar.account, google_id=team, access_role="reader")
    second = GoogleAccountFactory(member=alice, email="alice@work.test")
    writable = CalendarFactory(account=second, google_id=team, access_role="writer")
    assert calendar_of(member=alice, calendar_id=team) == writable


def test_a_calendar_that_left_the_list_is_gone(alice: Member, alices_calendar: Calendar) -> None:
    alices_calendar.deleted = True
    alices_calendar.save()
    with pytest.raises(NotFoundError):
        calendar_of(member=alice, calendar_id=HERS)


@pytest.mark.parametrize("odd", ["", "\x00", "\ud800", "a" * 5000, "weekly_20261399T000000Z"])
def test_odd_ids_are_not_found(alice: Member, alices_calendar: Calendar, odd: str) -> None:
    with pytest.raises(NotFoundError):
        calendar_of(member=alice, calendar_id=odd)
    with pytest.raises(NotFoundError):
        event_of(member=alice, calendar_id="primary", event_id=odd)


@pytest.mark.parametrize("odd", [0, -1, 2**63, 10**30])
def test_odd_numbers_of_operations_are_not_found(alice: Member, odd: int) -> None:
    with pytest.raises(NotFoundError):
        operation_of(member=alice, op_id=odd)


def test_the_local_id_resolves_for_ever(alice: Member, alices_calendar: Calendar) -> None:
    create_event(
        actor=actor_of(alices_calendar),
        calendar=alices_calendar,
        fields={"start": "2026-03-11T10:00:00", "recurrence": "RRULE:FREQ=DAILY;COUNT=2"},
        notify=None,
        now=NOW,
        new_id=NEW_ID,
    )
    CachedEvent.objects.update(event_id=NEW_ID.hex)
    whole = event_of(member=alice, calendar_id="primary", event_id=EVENT_ID)
    assert whole.event.event_id == NEW_ID.hex
    second = f"{EVENT_ID}_20260312T090000Z"
    instance = event_of(member=alice, calendar_id="primary", event_id=second)
    assert instance.instance_id == f"{NEW_ID.hex}_20260312T090000Z"


def test_a_slot_that_the_series_does_not_have_is_not_found(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(NotFoundError):
        event_of(member=alice, calendar_id="primary", event_id="weekly_20260318T093000Z")


@pytest.mark.parametrize(
    ("series", "instance", "start"),
    [
        (WEEKLY, SECOND, {"dateTime": "2026-03-18T10:00:00+01:00", "timeZone": "Europe/Berlin"}),
        (
            {
                **WEEKLY,
                "id": "base_R20260310T090000",
            },
            "base_20260318T090000Z",
            {"dateTime": "2026-03-18T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        ),
        (
            {**WEEKLY, "start": {"date": "2026-03-11"}, "end": {"date": "2026-03-12"}},
            "weekly_20260318",
            {"date": "2026-03-18"},
        ),
    ],
)
def test_an_instance_of_a_series_is_found_by_googles_id(
    alice: Member,
    alices_calendar: Calendar,
    series: dict[str, Any],
    instance: str,
    start: dict[str, str],
) -> None:
    cached(alices_calendar, series)
    target = event_of(member=alice, calendar_id="primary", event_id=instance)
    event = get_event(target=target)
    assert (event["id"], event["recurringEventId"]) == (instance, series["id"])
    assert event["start"] == event["originalStartTime"] == start
    assert "recurrence" not in event


def test_what_waits_to_be_deleted_is_said_to_be_deleted(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {"id": "lunch"})
    remove(alices_calendar, "lunch")
    with pytest.raises(AlreadyDeletedError):
        event_of(member=alice, calendar_id="primary", event_id="lunch")
    assert OutboxOperation.objects.count() == 1
