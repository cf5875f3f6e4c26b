"""Lists: what happens in a span, in order, with how far the answer can be trusted."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from calendars import cache
from calendars.errors import InvalidInputError, NoGoogleAccountError, NotFoundError
from calendars.models import CalendarSyncState, Occurrence
from calendars.queries.events import list_events, occurrences_for_grid
from tests.commands.acting import WEEKLY, change, remove, timed
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar
    from calendars.queries.events import EventPage

DAY = dt.timedelta(days=1)


def page(
    member: Member,
    start: dt.datetime = NOW,
    end: dt.datetime | None = None,
    **more: Any,
) -> EventPage:
    question: dict[str, Any] = {"calendar_ids": None, "limit": 100, "cursor": None, "now": NOW}
    question |= more
    return list_events(member=member, time_min=start, time_max=end or start + 7 * DAY, **question)


def ids(found: EventPage) -> list[str]:
    return [json.loads(text)["id"] for text in found.items]


def at(day: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)


def test_single_events_are_given_as_they_are_stored(
    alice: Member, alices_calendar: Calendar
) -> None:
    event = cached(alices_calendar, {"id": "lunch", "summary": 'Caf\u00e9 "Z" \u2615'})
    (text,) = page(alice).items
    assert json.loads(text) == {
        **event.resource,
        "calendarId": "alice@example.test",
        "_local_status": "synced",
    }


def test_an_instance_has_googles_shape(alice: Member, alices_calendar: Calendar) -> None:
    master = cached(alices_calendar, {**WEEKLY, "iCalUID": "weekly@google.com"}).resource
    (text,) = page(alice).items
    when = {"dateTime": "2026-03-11T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    del master["recurrence"]
    assert json.loads(text) == {
        **master,
        "id": "weekly_20260311T090000Z",
        "recurringEventId": "weekly",
        "originalStartTime": when,
        "start": when,
        "end": {"dateTime": "2026-03-11T11:00:00+01:00", "timeZone": "Europe/Berlin"},
        "calendarId": "alice@example.test",
        "_local_status": "synced",
    }


def test_an_all_day_instance_has_dates_only(alice: Member, alices_calendar: Calendar) -> None:
    days = {"start": {"date": "2026-03-11"}, "end": {"date": "2026-03-13"}}
    cached(alices_calendar, {**WEEKLY, **days})
    event = json.loads(page(alice).items[0])
    assert event["id"] == "weekly_20260311"
    assert event["originalStartTime"] == {"date": "2026-03-11"}
    assert (event["start"], event["end"]) == (days["start"], days["end"])


@pytest.mark.parametrize(
    ("start", "end", "listed"),
    [
        (at(11, 8), at(11, 9), False),  # it starts when the span ends
        (at(11, 8), at(11, 10), True),
        (at(11, 10), at(11, 12), False),  # it ends when the span starts
        (at(11, 9), at(11, 12), True),
    ],
)
def test_the_span_is_half_open(
    alice: Member, alices_calendar: Calendar, start: dt.datetime, end: dt.datetime, listed: bool
) -> None:
    cached(alices_calendar, {"id": "ten"})
    assert bool(page(alice, start, end).items) is listed


def test_all_day_events_are_placed_in_their_calendars_zone(
    alice: Member, bob: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    for calendar in (alices_calendar, bobs_calendar):
        cached(
            calendar, {"id": "fair", "start": {"date": "2026-03-12"}, "end": {"date": "2026-03-13"}}
        )
    before_midnight_utc = at(11, 23), at(12) - dt.timedelta(minutes=1)
    assert ids(page(alice, *before_midnight_utc)) == ["fair"]
    assert ids(page(bob, *before_midnight_utc)) == []
    assert ids(page(bob, at(13, 3), at(13, 4))) == ["fair"]  # New York is at UTC-4 by then


def test_a_long_event_is_found_from_its_middle(alice: Member, alices_calendar: Calendar) -> None:
    cached(
        alices_calendar,
        {"id": "leave", "start": {"date": "2025-06-01"}, "end": {"date": "2026-06-01"}},
    )
    assert ids(page(alice)) == ["leave"]


def test_events_of_all_selected_calendars_come_in_order_of_start(
    alice: Member, alices_calendar: Calendar
) -> None:
    other = CalendarFactory(account=alices_calendar.account)
    hidden = CalendarFactory(account=alices_calendar.account, selected=False)
    cached(
        alices_calendar,
        {"id": "noon", **timed("2026-03-11T12:00:00+01:00", "2026-03-11T13:00:00+01:00")},
    )
    cached(other, {"id": "ten"})
    cached(hidden, {"id": "unseen"})
    assert ids(page(alice)) == ["ten", "noon"]
    assert ids(page(alice, calendar_ids=[hidden.google_id])) == ["unseen"]


def test_pages_follow_each_other_without_gap_or_repetition(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {**WEEKLY, "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]})
    for number in range(4):
        cached(alices_calendar, {"id": f"same{number}"})
    cached(
        alices_calendar,
        {"id": "leave", "start": {"date": "2026-03-01"}, "end": {"date": "2026-04-01"}},
    )
    whole = ids(page(alice))
    assert len(whole) == 10
    for size in (1, 3, 4, 10):
        found, cursor = [], None
        while True:
            part = page(alice, limit=size, cursor=cursor)
            assert len(part.items) <= size
            found += ids(part)
            cursor = part.metadata["next_cursor"]
            if cursor is None:
                break
        assert found == whole


@pytest.mark.parametrize("cursor", ["", "x", "\ud800", "MTIz", "MS4y.", "9" * 400])
def test_a_strange_cursor_is_refused(alice: Member, alices_calendar: Calendar, cursor: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        page(alice, cursor=cursor)
    assert list(refused.value.fields) == ["cursor"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"end": NOW}, "time_max"),
        ({"end": NOW + 4000 * DAY}, "time_max"),
        ({"end": dt.datetime(2026, 3, 20)}, "time_max"),  # noqa: DTZ001 - what is refused
        ({"start": dt.datetime.min.replace(tzinfo=dt.UTC), "end": NOW}, "time_min"),
        ({"limit": 0}, "limit"),
        ({"limit": 2501}, "limit"),
    ],
)
def test_an_impossible_question_is_refused(
    alice: Member, alices_calendar: Calendar, question: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        page(alice, **question)
    assert list(refused.value.fields) == [field]


def test_without_an_account_there_is_no_list(charlie: Member) -> None:
    with pytest.raises(NoGoogleAccountError):
        page(charlie)


def test_calendars_of_others_are_not_found(
    bob: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    with pytest.raises(NotFoundError):
        page(bob, calendar_ids=["bob@example.test", "alice@example.test"])


def test_the_window_is_told_and_beyond_it_series_go_on(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {**WEEKLY, "recurrence": ["RRULE:FREQ=WEEKLY"]})
    inside = page(alice)
    assert inside.metadata["coverage"]["complete"] is True
    assert inside.uncovered == []
    across = page(alice, NOW + 80 * DAY, NOW + 110 * DAY)
    assert ids(across) == [
        "weekly_20260603T080000Z",
        "weekly_20260610T080000Z",
        "weekly_20260617T080000Z",
        "weekly_20260624T080000Z",
    ]
    assert across.uncovered == [alices_calendar]
    assert across.metadata["coverage"] == {
        "complete": False,
        "covered_from": "2026-02-08T09:00:00Z",
        "covered_to": "2026-06-08T09:00:00Z",
        "calendars": [
            {
                "calendar_id": "alice@example.test",
                "complete": False,
                "window_start": "2026-02-08T09:00:00Z",
                "window_end": "2026-06-08T09:00:00Z",
            }
        ],
    }


def test_beyond_the_window_an_exception_still_stands_for_its_slot(
    alice: Member, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, {**WEEKLY, "recurrence": ["RRULE:FREQ=WEEKLY"]})
    cached(
        alices_calendar,
        {
            "id": "weekly_20260617T080000Z",
            "recurringEventId": "weekly",
            "originalStartTime": {"dateTime": "2026-06-17T10:00:00+02:00"},
            **timed("2026-06-18T10:00:00+02:00", "2026-06-18T11:00:00+02:00"),
        },
    )
    starts = [
        json.loads(text)["start"]["dateTime"]
        for text in page(alice, NOW + 95 * DAY, NOW + 105 * DAY, limit=1).items
    ]
    assert starts == ["2026-06-18T10:00:00+02:00"]


def test_pages_go_on_beyond_the_window(alice: Member, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {**WEEKLY, "recurrence": ["RRULE:FREQ=DAILY"]})
    span = NOW + 85 * DAY, NOW + 95 * DAY
    whole = ids(page(alice, *span))
    found, cursor = [], None
    while True:
        part = page(alice, *span, limit=3, cursor=cursor)
        found += ids(part)
        cursor = part.metadata["next_cursor"]
        if cursor is None:
            break
    assert found == whole
    assert len(set(whole)) == 10


def test_a_calendar_that_was_never_synced_is_neither_fresh_nor_covered(
    alice: Member, alices_calendar: Calendar
) -> None:
    CalendarSyncState.objects.update(
        window_start=None, window_end=None, last_full_sync_at=None, last_incremental_sync_at=None
    )
    metadata = page(alice).metadata
    assert (metadata["last_sync"], metadata["is_stale"]) == (None, True)
    assert metadata["coverage"]["complete"] is False
    assert metadata["coverage"]["covered_from"] is None


def test_a_list_is_stale_after_three_intervals_without_success(
    alice: Member, alices_calendar: Calendar, settings: Any
) -> None:
    settings.CALENDAR_SYNC_INTERVAL_SECONDS = 60
    assert page(alice, now=NOW + dt.timedelta(seconds=180)).metadata["is_stale"] is False
    assert page(alice, now=NOW + dt.timedelta(seconds=181)).metadata["is_stale"] is True


def test_open_operations_are_counted(alice: Member, alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch"})
    change(alices_calendar, "lunch", summary="Lunch")
    change(alices_calendar, "lunch", summary="Brunch").operation.__class__.objects.filter(
        payload__summary="Lunch"
    ).update(status="conflict")
    for named in (None, [alices_calendar.google_id]):
        metadata = page(alice, calendar_ids=named).metadata
        assert (metadata["pending_count"], metadata["conflict_count"]) == (1, 1)


def test_the_etag_stands_while_nothing_changes_and_then_nothing_is_read(
    alice: Member, alices_calendar: Calendar, django_assert_num_queries: Any
) -> None:
    cached(alices_calendar, {"id": "lunch"})
    first = page(alice)
    with django_assert_num_queries(1):
        again = page(alice, known_etag=first.etag)
    assert (again.unchanged, again.items, again.etag) == (True, [], first.etag)
    with django_assert_num_queries(2):
        assert page(alice, known_etag='"other"').unchanged is False


def test_the_etag_changes_with_every_part_of_the_answer(
    alice: Member, alices_calendar: Calendar
) -> None:
    seen = {page(alice).etag}

    def assert_new(**question: Any) -> None:
        etag = page(alice, **question).etag
        assert etag not in seen
        seen.add(etag)

    cache.lock(alices_calendar.pk)
    assert_new()
    change_me = cached(alices_calendar, {"id": "lunch"})
    change(alices_calendar, "lunch", summary="Lunch")
    assert_new()
    remove(alices_calendar, change_me.event_id)
    assert_new()
    CalendarSyncState.objects.update(last_incremental_sync_at=NOW + DAY)
    assert_new()
    assert_new(now=NOW + 9 * DAY)
    alice.time_zone = "Asia/Tokyo"
    assert_new()
    assert_new(limit=7)
    assert_new(end=NOW + DAY)


def test_a_week_is_read_in_two_queries_however_many_calendars(
    alice: Member, alices_calendar: Calendar, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        calendar = CalendarFactory(account=alices_calendar.account)
        cached(calendar, {**WEEKLY, "id": f"weekly{number}"})
    with django_assert_num_queries(2):
        assert len(page(alice).items) == 5


def test_who_sees_but_a_part_of_a_large_guest_list_sees_that_there_are_guests(
    alice: Member, alices_calendar: Calendar
) -> None:
    own = [{"email": "alice@example.test", "self": True}]
    cached(alices_calendar, {**WEEKLY, "attendees": own, "attendeesOmitted": True})
    (shown,) = occurrences_for_grid(member=alice, time_min=NOW, time_max=NOW + 7 * DAY)
    assert shown.has_guests


def test_the_grid_has_what_a_page_shows(alice: Member, alices_calendar: Calendar) -> None:
    cached(
        alices_calendar,
        {
            **WEEKLY,
            "location": "Attic",
            "hangoutLink": "https://meet.google.com/abc",
            "visibility": "private",
            "attendees": [
                {"email": "alice@example.test", "self": True, "responseStatus": "tentative"},
                {"email": "bob@example.test"},
            ],
        },
    )
    (shown,) = occurrences_for_grid(member=alice, time_min=NOW, time_max=NOW + 7 * DAY)
    assert (shown.event_id, shown.instance_id) == ("weekly", "weekly_20260311T090000Z")
    assert (shown.summary, shown.location, shown.visibility) == ("Review", "Attic", "private")
    assert (shown.response_status, shown.has_guests, shown.recurring) == ("tentative", True, True)
    assert shown.meeting_link == "https://meet.google.com/abc"
    assert shown.calendar_id == "alice@example.test"
    assert shown.start_ts == Occurrence.objects.order_by("start_ts")[0].start_ts
