"""One grid over all accounts: a Google calendar that two of them have is one calendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from accounts.models import AccountStatus
from calendars.commands.calendars import choose_default_calendar, select_calendars
from calendars.errors import InvalidInputError, NoGoogleAccountError
from calendars.models import Calendar
from calendars.queries.access import (
    calendar_for_new_events,
    calendar_of,
    calendars_of,
    each_once,
    event_of,
)
from calendars.queries.availability import freebusy
from calendars.queries.calendar_list import calendar_entries, calendar_settings
from calendars.queries.events import list_events, occurrences_for_grid
from calendars.queries.search import search_events
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory, cached

if TYPE_CHECKING:
    from accounts.models import GoogleAccount, Member

TEAM = "team@group.calendar.google.com"
SPAN = {"time_min": NOW, "time_max": NOW + dt.timedelta(days=3)}


@pytest.fixture
def second_account(alice: Member, alices_calendar: Calendar) -> GoogleAccount:
    return GoogleAccountFactory(member=alice, email="alice@private.test")


@pytest.fixture
def seen_twice(
    alices_calendar: Calendar, second_account: GoogleAccount
) -> tuple[Calendar, Calendar]:
    """The team's calendar: the older account may read it, the newer one may write to it."""
    reads = CalendarFactory(
        account=alices_calendar.account, google_id=TEAM, access_role="reader", summary="Team"
    )
    writes = CalendarFactory(account=second_account, google_id=TEAM, access_role="writer")
    for entry in (reads, writes):
        cached(entry, {"id": "standup", "summary": "Stand-up"})
    return reads, writes


def listed(member: Member) -> list[str]:
    page = list_events(member=member, **SPAN, calendar_ids=None, limit=10, cursor=None, now=NOW)
    return page.items


def test_lists_grids_search_and_busy_time_show_it_once(
    alice: Member, seen_twice: tuple[Calendar, Calendar], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        assert len(listed(alice)) == 1
    assert len(occurrences_for_grid(member=alice, **SPAN)) == 1
    assert len(search_events(member=alice, q="stand-up", now=NOW).items) == 1
    busy = freebusy(member=alice, **SPAN, now=NOW).body
    assert [name for name, each in busy["calendars"].items() if each["busy"]] == [TEAM]
    assert len(busy["metadata"]["coverage"]["calendars"]) == 2


def test_what_is_shown_is_what_is_changed(
    alice: Member, seen_twice: tuple[Calendar, Calendar]
) -> None:
    _, writes = seen_twice
    assert writes in each_once(calendars_of(alice))
    assert calendar_of(member=alice, calendar_id=TEAM) == writes
    target = event_of(member=alice, calendar_id=TEAM, event_id="standup")
    assert target.event.calendar == writes


@pytest.mark.parametrize(
    ("roles", "statuses", "preferred"),
    [
        (("owner", "reader"), ("connected", "connected"), 0),
        (("writer", "owner"), ("connected", "connected"), 0),
        (("reader", "writerWithoutPrivateAccess"), ("connected", "connected"), 1),
        (("owner", "reader"), ("reconnect", "connected"), 0),
        (("owner", "reader"), ("disconnected", "connected"), 1),
    ],
)
def test_the_entry_that_is_in_step_and_may_write_is_preferred(
    alice: Member,
    seen_twice: tuple[Calendar, Calendar],
    roles: tuple[str, str],
    statuses: tuple[str, str],
    preferred: int,
) -> None:
    for entry, role, status in zip(seen_twice, roles, statuses, strict=True):
        entry.access_role, entry.account.status = role, status
        entry.save()
        entry.account.save()
    assert calendar_of(member=alice, calendar_id=TEAM) == seen_twice[preferred]
    assert seen_twice[preferred] in each_once(calendars_of(alice))
    assert seen_twice[1 - preferred] not in each_once(calendars_of(alice))


def test_the_list_has_it_once_and_names_both_accounts(
    alice: Member, seen_twice: tuple[Calendar, Calendar]
) -> None:
    entries = calendar_entries(member=alice, now=NOW)
    assert [entry["calendar_id"] for entry in entries] == ["alice@example.test", TEAM]
    team = entries[1]
    assert (team["account"], team["writable"]) == ("alice@private.test", True)
    assert team["accounts"] == ["alice@example.test", "alice@private.test"]


def test_a_choice_holds_for_the_calendar_whichever_account_has_it(
    alice: Member, seen_twice: tuple[Calendar, Calendar]
) -> None:
    select_calendars(member=alice, google_ids=["alice@example.test"])
    assert not Calendar.objects.filter(google_id=TEAM, selected=True).exists()
    assert listed(alice) == []


def test_primary_stays_that_of_the_first_account_even_without_a_grant(
    alice: Member, alices_calendar: Calendar, second_account: GoogleAccount
) -> None:
    CalendarFactory(account=second_account, google_id="alice@private.test", primary=True)
    alices_calendar.account.status = AccountStatus.DISCONNECTED
    alices_calendar.account.save()
    assert calendar_of(member=alice, calendar_id="primary") == alices_calendar


class TestDefaultCalendar:
    """Where an event goes that names no calendar."""

    def test_it_is_the_primary_one_until_the_member_chooses(
        self, alice: Member, seen_twice: tuple[Calendar, Calendar], alices_calendar: Calendar
    ) -> None:
        assert calendar_for_new_events(alice) == alices_calendar
        assert not calendar_settings(member=alice)["default_is_chosen"]
        choose_default_calendar(member=alice, google_id=TEAM)
        assert calendar_for_new_events(alice) == seen_twice[1]
        assert calendar_settings(member=alice) == {
            "selected_calendar_ids": ["alice@example.test", TEAM],
            "default_calendar_id": TEAM,
            "default_is_chosen": True,
        }
        choose_default_calendar(member=alice, google_id="")
        assert calendar_for_new_events(alice) == alices_calendar

    def test_a_choice_that_cannot_take_events_any_more_is_passed_over(
        self, alice: Member, seen_twice: tuple[Calendar, Calendar], alices_calendar: Calendar
    ) -> None:
        choose_default_calendar(member=alice, google_id=TEAM)
        Calendar.objects.filter(google_id=TEAM).update(access_role="reader")
        assert calendar_for_new_events(alice) == alices_calendar
        Calendar.objects.filter(google_id=TEAM).update(access_role="writer", deleted=True)
        assert calendar_for_new_events(alice) == alices_calendar
        assert not calendar_settings(member=alice)["default_is_chosen"]

    def test_with_the_first_account_disconnected_it_is_one_that_takes_events(
        self, alice: Member, seen_twice: tuple[Calendar, Calendar], alices_calendar: Calendar
    ) -> None:
        alices_calendar.account.status = AccountStatus.DISCONNECTED
        alices_calendar.account.save()
        assert calendar_for_new_events(alice) == seen_twice[1]

    @pytest.mark.parametrize("google_id", ["bob@example.test", "reads@example.test", "nonsense\0"])
    def test_only_an_own_calendar_that_takes_events_can_be_chosen(
        self,
        alice: Member,
        alices_calendar: Calendar,
        bobs_calendar: Calendar,
        google_id: str,
    ) -> None:
        CalendarFactory(
            account=alices_calendar.account, google_id="reads@example.test", access_role="reader"
        )
        with pytest.raises(InvalidInputError) as refused:
            choose_default_calendar(member=alice, google_id=google_id)
        assert list(refused.value.fields) == ["default_calendar_id"]
        alice.refresh_from_db()
        assert alice.default_calendar == ""

    def test_without_an_account_there_is_none(self, charlie: Member) -> None:
        with pytest.raises(NoGoogleAccountError):
            calendar_for_new_events(charlie)
        assert calendar_settings(member=charlie)["default_calendar_id"] is None
