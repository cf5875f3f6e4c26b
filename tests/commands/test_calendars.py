"""Choosing calendars and asking the worker for more."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.calendars import request_sync, select_calendars, want_span
from calendars.errors import InvalidInputError
from calendars.models import Calendar, CalendarSyncState
from calendars.queries.access import calendars_of
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory

if TYPE_CHECKING:
    from accounts.models import Member

DAY = dt.timedelta(days=1)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    accounts: list[int] = []

    def wake(*, account_id: int) -> None:
        accounts.append(account_id)

    monkeypatch.setattr("calendars.commands.calendars.wake", wake)
    monkeypatch.setattr("calendars.commands.queue.wake", wake)
    return accounts


def test_exactly_the_chosen_calendars_are_shown(alice: Member, alices_calendar: Calendar) -> None:
    other = CalendarFactory(account=alices_calendar.account, selected=False)
    select_calendars(member=alice, google_ids=[other.google_id])
    assert list(calendars_of(alice).filter(selected=True)) == [other]


def test_calendars_of_others_cannot_be_chosen(
    alice: Member, alices_calendar: Calendar, bobs_calendar: Calendar
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        select_calendars(member=alice, google_ids=["bob@example.test"])
    assert "bob@example.test" in refused.value.fields["selected_calendar_ids"]
    assert set(Calendar.objects.values_list("selected", flat=True)) == {True}


def test_the_worker_is_asked_for_each_connected_account(
    alice: Member,
    alices_calendar: Calendar,
    bobs_calendar: Calendar,
    woken: list[int],
    django_capture_on_commit_callbacks: Any,
) -> None:
    GoogleAccountFactory(member=alice, email="old@example.test", status="reconnect")
    with django_capture_on_commit_callbacks(execute=True):
        assert request_sync(member=alice, full=True, now=NOW) == 1
    assert woken == [alices_calendar.account_id]
    tokens = dict(CalendarSyncState.objects.values_list("calendar_id", "sync_token"))
    assert tokens == {alices_calendar.pk: None, bobs_calendar.pk: "token"}


def test_a_look_beyond_the_window_is_remembered_and_wakes_the_worker(
    alices_calendar: Calendar, woken: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        want(alices_calendar, NOW, NOW + 200 * DAY)
    state = CalendarSyncState.objects.get()
    assert (state.wanted_start, state.wanted_end, state.wanted_at) == (NOW, NOW + 200 * DAY, NOW)
    assert woken == [alices_calendar.account_id]


def test_wishes_reach_two_years_at_most_and_add_up(alices_calendar: Calendar) -> None:
    want(alices_calendar, NOW - 300 * DAY, NOW)
    want(alices_calendar, NOW, NOW + 4000 * DAY, now=NOW + dt.timedelta(minutes=1))
    state = CalendarSyncState.objects.get()
    assert state.wanted_start == NOW - 300 * DAY
    assert state.wanted_end == NOW.replace(hour=0) + 730 * DAY


def test_the_same_wish_is_written_once_a_minute_at_most_and_another_one_at_once(
    alices_calendar: Calendar, django_assert_num_queries: Any
) -> None:
    later = NOW + dt.timedelta(seconds=59)
    want(alices_calendar, NOW, NOW + 200 * DAY)
    with django_assert_num_queries(0):
        want(alices_calendar, NOW + DAY, NOW + 200 * DAY, now=later)
    want(alices_calendar, NOW, NOW + 300 * DAY, now=later)
    assert CalendarSyncState.objects.get().wanted_end == NOW + 300 * DAY


def test_an_old_wish_is_forgotten_by_the_next_one(alices_calendar: Calendar) -> None:
    want(alices_calendar, NOW, NOW + 700 * DAY)
    want(alices_calendar, NOW, NOW + 120 * DAY, now=NOW + 8 * DAY)
    assert CalendarSyncState.objects.get().wanted_end == NOW + 120 * DAY


@pytest.mark.parametrize(("start", "end"), [(NOW, NOW + DAY), (NOW + 2000 * DAY, NOW + 2001 * DAY)])
def test_what_is_covered_or_too_far_is_not_asked_for(
    alices_calendar: Calendar,
    start: dt.datetime,
    end: dt.datetime,
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(0):
        want(alices_calendar, start, end)


def want(
    calendar: Calendar, start: dt.datetime, end: dt.datetime, *, now: dt.datetime = NOW
) -> None:
    want_span(calendars=[calendar], time_min=start, time_max=end, now=now)
