"""Changes of one occurrence and of a whole series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import InvalidInputError, ScopeRequiredError
from calendars.models import CachedEvent, OutboxOperation
from tests.commands.acting import (
    FOURTH,
    SECOND,
    WEEKLY,
    actor_of,
    change,
    listed,
    remove,
    starts,
    timed,
)
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from calendars.models import Calendar

WEDNESDAYS = [
    "2026-03-11T10:00:00+01:00",
    "2026-03-18T10:00:00+01:00",
    "2026-03-25T10:00:00+01:00",
    "2026-04-01T10:00:00+02:00",
    "2026-04-08T10:00:00+02:00",
    "2026-04-15T10:00:00+02:00",
]
MOVED: dict[str, Any] = {
    "id": SECOND,
    "recurringEventId": "weekly",
    "originalStartTime": {"dateTime": "2026-03-18T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    "summary": "Review, later",
    **timed("2026-03-18T15:00:00+01:00", "2026-03-18T16:00:00+01:00"),
}


@pytest.mark.parametrize("event_id", ["weekly", SECOND])
def test_a_recurring_target_needs_a_scope(alices_calendar: Calendar, event_id: str) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(ScopeRequiredError):
        change(alices_calendar, event_id, summary="Which?")
    with pytest.raises(ScopeRequiredError):
        remove(alices_calendar, event_id)


def test_an_exception_needs_a_scope_unless_its_series_is_not_visible(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, MOVED)
    assert change(alices_calendar, SECOND, summary="Alone").operation.status == "pending"
    cached(alices_calendar, WEEKLY)
    with pytest.raises(ScopeRequiredError):
        change(alices_calendar, SECOND, summary="Which?")


def test_one_occurrence_changes_alone(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    queued = change(alices_calendar, SECOND, scope=Scope.INSTANCE, start="2026-03-18T10:30:00")
    assert starts(alices_calendar) == [
        WEDNESDAYS[0],
        "2026-03-18T10:30:00+01:00",
        *WEDNESDAYS[2:],
    ]
    assert (queued.operation.event_id, queued.operation.lane) == (SECOND, "weekly")
    assert queued.event["id"] == SECOND
    assert queued.event["recurringEventId"] == "weekly"
    assert queued.event["originalStartTime"]["dateTime"] == WEDNESDAYS[1]
    second = change(alices_calendar, SECOND, scope=Scope.INSTANCE, summary="Second")
    assert second.event["start"]["dateTime"] == "2026-03-18T10:30:00+01:00"
    assert CachedEvent.objects.count() == 2


def test_one_occurrence_is_deleted_alone_and_undone(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    queued = remove(alices_calendar, FOURTH, scope=Scope.INSTANCE)
    assert starts(alices_calendar) == WEDNESDAYS[:3] + WEDNESDAYS[4:]
    undo(actor=actor_of(alices_calendar), operation=queued.operation, now=NOW)
    assert starts(alices_calendar) == WEDNESDAYS
    assert CachedEvent.objects.count() == 1


def test_the_whole_series_is_renamed_through_one_occurrence(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    queued = change(alices_calendar, FOURTH, scope=Scope.SERIES, summary="Retro")
    assert (queued.operation.event_id, queued.operation.payload) == ("weekly", {"summary": "Retro"})
    assert {event["summary"] for event in listed(alices_calendar)} == {"Retro"}


def test_a_series_moved_through_an_occurrence_keeps_its_wall_clock_over_a_change_of_clocks(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, WEEKLY)
    change(
        alices_calendar,
        FOURTH,
        scope=Scope.SERIES,
        start="2026-04-02T11:00:00+02:00",
        end="2026-04-02T11:45:00+02:00",
    )
    assert starts(alices_calendar) == [
        "2026-03-12T11:00:00+01:00",
        "2026-03-19T11:00:00+01:00",
        "2026-03-26T11:00:00+01:00",
        "2026-04-02T11:00:00+02:00",
        "2026-04-09T11:00:00+02:00",
        "2026-04-16T11:00:00+02:00",
    ]
    assert listed(alices_calendar)[0]["end"]["dateTime"] == "2026-03-12T11:45:00+01:00"


def test_a_series_in_new_york_follows_the_clocks_of_new_york(bobs_calendar: Calendar) -> None:
    zone = "America/New_York"
    cached(
        bobs_calendar,
        {**WEEKLY, **timed("2026-10-28T10:00:00-04:00", "2026-10-28T11:00:00-04:00", zone)},
    )
    change(
        bobs_calendar, "weekly_20261104T150000Z", scope=Scope.SERIES, start="2026-11-04T09:00:00"
    )
    first = OutboxOperation.objects.get().payload["start"]
    assert first == {"dateTime": "2026-10-28T09:00:00-04:00", "timeZone": zone}


def test_a_series_becomes_all_day_through_an_occurrence(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, SECOND, scope=Scope.SERIES, start="2026-03-19")
    payload = OutboxOperation.objects.get().payload
    assert payload["start"] == {"date": "2026-03-12"}
    assert payload["end"] == {"date": "2026-03-13"}


def test_what_a_form_shows_of_a_moved_exception_does_not_move_the_series(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, WEEKLY)
    cached(alices_calendar, MOVED)
    queued = change(
        alices_calendar,
        SECOND,
        scope=Scope.SERIES,
        summary="Review, later",
        start="2026-03-18T15:00:00",
        location="Attic",
    )
    assert queued.operation.payload == {"location": "Attic"}


def test_an_occurrence_cannot_recur_by_itself(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(InvalidInputError) as refused:
        change(alices_calendar, SECOND, scope=Scope.INSTANCE, recurrence=["RRULE:FREQ=DAILY"])
    assert list(refused.value.fields) == ["recurrence"]


def test_an_instance_of_a_series_that_google_does_not_know_yet_can_be_changed(
    alices_calendar: Calendar,
) -> None:
    from calendars.commands.events import create_event
    from tests.commands.test_create_event import NEW_ID

    create_event(
        actor=actor_of(alices_calendar),
        calendar=alices_calendar,
        fields={"start": "2026-03-11T10:00:00", "recurrence": "RRULE:FREQ=DAILY;COUNT=2"},
        notify=None,
        now=NOW,
        new_id=NEW_ID,
    )
    instance = f"local:{NEW_ID}_20260312T090000Z"
    queued = change(alices_calendar, instance, scope=Scope.INSTANCE, summary="Second")
    assert queued.operation.lane == NEW_ID.hex
    assert [event.get("summary") for event in listed(alices_calendar)] == [None, "Second"]


def test_series_of_two_zones_are_printed_in_the_calendars_own(alices_calendar: Calendar) -> None:
    other = CalendarFactory(account=alices_calendar.account, time_zone="Asia/Tokyo")
    cached(other, WEEKLY)
    (first, *_) = listed(other)
    assert first["start"] == {
        "dateTime": "2026-03-11T18:00:00+09:00",
        "timeZone": "Europe/Berlin",
    }


def test_a_series_may_be_asked_to_repeat_in_words(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, "weekly", scope=Scope.SERIES, repeat="every second Wednesday, 3 times")
    series = CachedEvent.objects.get(event_id="weekly")
    assert series.resource["recurrence"] == ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=3"]


def test_a_new_way_to_repeat_leaves_out_what_was_left_out(alices_calendar: Calendar) -> None:
    gone = "EXDATE;TZID=Europe/Berlin:20260318T100000"
    cached(alices_calendar, {**WEEKLY, "recurrence": [*WEEKLY["recurrence"], gone]})
    change(alices_calendar, "weekly", scope=Scope.SERIES, repeat={"frequency": "daily", "count": 9})
    series = CachedEvent.objects.get(event_id="weekly")
    assert series.resource["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=9", gone]


@pytest.mark.parametrize("scope", [Scope.SERIES, Scope.THIS_AND_FOLLOWING])
def test_what_was_left_out_stays_so_where_the_time_moves_with_the_way_to_repeat(
    alices_calendar: Calendar, scope: Scope
) -> None:
    left_out = "EXDATE;TZID=Europe/Berlin:20260325T100000"
    cached(alices_calendar, {**WEEKLY, "recurrence": [*WEEKLY["recurrence"], left_out]})
    remove(alices_calendar, FOURTH, scope=Scope.INSTANCE)
    times = timed("2026-03-19T15:00:00+01:00", "2026-03-19T16:00:00+01:00")
    change(alices_calendar, SECOND, scope=scope, repeat="every Thursday, 5 times", **times)
    moved = [start for start in starts(alices_calendar) if "T15" in start]
    assert "2026-03-26T15:00:00+01:00" not in moved
    assert "2026-04-02T15:00:00+02:00" not in moved
    assert len(moved) == 3


def test_an_occurrence_on_another_day_takes_the_series_there(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    times = timed("2026-03-19T10:00:00+01:00", "2026-03-19T11:00:00+01:00")
    change(alices_calendar, SECOND, scope=Scope.SERIES, repeat="every Thursday", **times)
    series = CachedEvent.objects.get(event_id="weekly")
    assert series.resource["start"]["dateTime"] == "2026-03-12T10:00:00+01:00"
    assert series.resource["recurrence"] == ["RRULE:FREQ=WEEKLY;BYDAY=TH"]


def test_a_series_may_repeat_otherwise_from_one_occurrence_on(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    change(
        alices_calendar,
        SECOND,
        scope=Scope.THIS_AND_FOLLOWING,
        repeat={"frequency": "weekly", "interval": 2, "until": "2026-04-15"},
    )
    assert starts(alices_calendar) == [
        WEDNESDAYS[0],
        WEDNESDAYS[1],
        WEDNESDAYS[3],
        WEDNESDAYS[5],
    ]


def test_a_single_occurrence_does_not_repeat_by_words_either(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(InvalidInputError) as refused:
        change(alices_calendar, SECOND, scope=Scope.INSTANCE, repeat="daily")
    assert list(refused.value.fields) == ["repeat"]


def test_a_series_may_cease_to_repeat(alices_calendar: Calendar) -> None:
    cached(alices_calendar, WEEKLY)
    change(alices_calendar, "weekly", scope=Scope.SERIES, repeat=None)
    assert not CachedEvent.objects.get(event_id="weekly").resource.get("recurrence")


@pytest.mark.parametrize("visibility", ["private", "public"])
def test_one_occurrence_cannot_be_seen_by_others_than_its_series(
    alices_calendar: Calendar, visibility: str
) -> None:
    cached(alices_calendar, WEEKLY)
    with pytest.raises(InvalidInputError) as refused:
        change(alices_calendar, SECOND, scope=Scope.INSTANCE, visibility=visibility)
    assert refused.value.fields.keys() == {"visibility"}
    change(alices_calendar, SECOND, scope=Scope.SERIES, visibility=visibility)
    assert {event["visibility"] for event in listed(alices_calendar)} == {visibility}


def test_an_occurrence_whose_series_is_not_here_may_be_made_private(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, MOVED)
    assert change(alices_calendar, SECOND, visibility="private").operation.status == "pending"


@pytest.mark.parametrize(
    ("scope", "moved"), [(Scope.SERIES, 6), (Scope.THIS_AND_FOLLOWING, 5), (Scope.INSTANCE, 1)]
)
def test_a_series_in_a_zone_that_only_google_knows_is_moved_on_the_clocks_of_its_calendar(
    alices_calendar: Calendar, scope: Scope, moved: int
) -> None:
    odd = timed("2026-03-11T10:00:00+01:00", "2026-03-11T11:00:00+01:00", "Mars/Olympus")
    cached(alices_calendar, {**WEEKLY, **odd})
    change(alices_calendar, SECOND, scope=scope, start="2026-03-18T12:00:00+01:00")
    assert [each[11:16] for each in starts(alices_calendar)].count("12:00") == moved
    assert len(starts(alices_calendar)) == 6
