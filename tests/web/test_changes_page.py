"""What was changed lately: each wish once, with a way back, also where the event is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from calendars.commands.actor import Actor
from calendars.commands.events import create_event
from calendars.commands.move import move_event
from calendars.commands.scope import Scope
from calendars.models import OperationStatus, OutboxOperation
from calendars.queries.access import event_of
from tests.commands.acting import change, remove, timed
from tests.factories import NOW, CalendarFactory, GoogleAccountFactory, cached

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import Member
    from calendars.models import Calendar

PAGE = "/calendar/changes/"
LUNCH = {"id": "lunch", "summary": "Lunch"}
DAILY = {**LUNCH, "id": "daily", "recurrence": ["RRULE:FREQ=DAILY;COUNT=9"]}


def told(client: Client) -> list[tuple[str, ...]]:
    """The title of each and what was done."""
    items = client.get(PAGE).text.split("<li>")[1:]
    return [
        (_text(item, "<h2>(.*?)</h2>"), _text(item, 'class="change-what">([^<]*)'))
        for item in items
    ]


def _text(item: str, pattern: str) -> str:
    found = re.search(pattern, item, re.DOTALL)
    return re.sub("<[^>]+>", "", found[1]).strip() if found else ""


def test_a_deletion_that_google_has_is_taken_back_from_there(
    alices: Client, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, LUNCH)
    remove(alices_calendar, "lunch")
    OutboxOperation.objects.update(status=OperationStatus.APPLIED)
    assert told(alices) == [("Lunch", "You deleted this event")]
    undo = f"/calendar/undo/{OutboxOperation.objects.get().op_id}"
    assert f'action="{undo}"' in alices.get(PAGE).text
    answer = alices.post(undo, {"next": PAGE}, follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    assert "The event is back. " in answer.text
    assert told(alices)[0] == ("Lunch", "You brought this event back")


def test_newest_first_with_the_name_the_event_has_now(
    alices: Client, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", location="Roof")
    change(alices_calendar, "lunch", summary="Dinner")
    assert told(alices) == [
        ("Dinner", "You changed the title"),
        ("Dinner", "You changed the place"),
    ]


@pytest.mark.parametrize("same_account", [True, False])
def test_a_move_is_one_change(
    alices: Client, alice: Member, alices_calendar: Calendar, same_account: bool
) -> None:
    account = (
        alices_calendar.account
        if same_account
        else GoogleAccountFactory(member=alice, email="second@example.test")
    )
    team = CalendarFactory(account=account, google_id="team@x.test", summary="Team")
    cached(alices_calendar, LUNCH)
    move_event(
        actor=Actor(alice, "web"),
        target=event_of(member=alice, calendar_id="primary", event_id="lunch"),
        destination=team,
        notify=None,
        now=NOW,
        new_id=UUID(int=4),
    )
    assert told(alices) == [("Lunch", "You moved it to another calendar")]


def test_a_change_of_this_and_the_following_events_is_one_change(
    alices: Client, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, DAILY)
    first = "daily_20260313T090000Z"
    change(alices_calendar, first, scope=Scope.THIS_AND_FOLLOWING, summary="Long lunch")
    assert told(alices) == [("Long lunch", "You changed this and the following events")]


def test_what_is_only_proposed_waits_elsewhere(
    alices: Client, alice: Member, alices_calendar: Calendar
) -> None:
    create_event(
        actor=Actor(alice, "MCP token helper", proposes=True),
        calendar=alices_calendar,
        fields={
            "summary": "Zoo",
            **timed("2026-03-12T10:00:00+01:00", "2026-03-12T11:00:00+01:00"),
        },
        notify=None,
        now=NOW,
        new_id=UUID(int=7),
    )
    assert told(alices) == [("", "")]
    assert "Nothing was changed here yet." in alices.get(PAGE).text


def test_changes_of_others_are_not_there(
    client: Client, bob: Member, bobs_calendar: Calendar, alices_calendar: Calendar
) -> None:
    cached(alices_calendar, LUNCH)
    change(alices_calendar, "lunch", summary="Dinner")
    client.force_login(bob)
    assert "Dinner" not in client.get(PAGE).text


def test_the_statements_do_not_grow_with_the_changes(
    alices: Client, alices_calendar: Calendar, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        cached(alices_calendar, {"id": f"lunch{number}", "summary": "Lunch"})
        change(alices_calendar, f"lunch{number}", location="Roof")
    with django_assert_max_num_queries(8):
        assert len(told(alices)) == 12
