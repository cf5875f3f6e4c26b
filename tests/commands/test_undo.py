"""Taking back what Google was not told of, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import NotFoundError, NotWritableError, WrongStateError
from calendars.models import OutboxOperation
from calendars.queries.access import operation_of
from tests.commands.acting import SECOND, WEEKLY, actor_of, change, listed, remove, starts
from tests.factories import NOW, cached

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.commands.undone import Undone
    from calendars.models import Calendar

LUNCH = {"id": "lunch", "summary": "Lunch"}


def take_back(calendar: Calendar, operation: OutboxOperation) -> Undone:
    return undo(actor=actor_of(calendar), operation=operation, now=NOW)


@pytest.fixture
def edited(alices_calendar: Calendar) -> OutboxOperation:
    cached(alices_calendar, LUNCH)
    return change(alices_calendar, "lunch", summary="Brunch").operation


def test_one_edit_is_undone_and_the_others_stay(
    alices_calendar: Calendar, edited: OutboxOperation
) -> None:
    change(alices_calendar, "lunch", location="Roof")
    take_back(alices_calendar, edited)
    (event,) = listed(alices_calendar)
    assert (event["summary"], event["location"]) == ("Lunch", "Roof")
    assert event["_local_status"] == "pending"
    edited.refresh_from_db()
    assert (edited.status, edited.reason) == ("cancelled", "undone")


def test_an_undo_says_who_undid_what_and_by_which_way(
    alices_calendar: Calendar, edited: OutboxOperation
) -> None:
    operation = take_back(alices_calendar, edited).operation
    assert (operation.undoes, operation.actor) == (edited, alices_calendar.account.member)
    assert operation.actor_via == "API token laptop"
    assert (operation.payload, operation.base) == ({"summary": "Lunch"}, {"summary": "Brunch"})


@pytest.mark.parametrize(
    ("state", "word"), [("failed", "refused"), ("conflict", "stays"), ("proposed", "before")]
)
def test_what_is_parked_is_taken_back_as_if_discarded(
    alices_calendar: Calendar, edited: OutboxOperation, state: str, word: str
) -> None:
    OutboxOperation.objects.update(status=state)
    undone = take_back(alices_calendar, edited)
    assert word in undone.note
    assert undone.event is not None
    assert (undone.event["summary"], undone.event["_local_status"]) == ("Lunch", "synced")


def test_a_calendar_that_may_only_be_read_now_lets_waiting_changes_go_but_takes_no_opposite(
    alices_calendar: Calendar, edited: OutboxOperation
) -> None:
    change(alices_calendar, "lunch", location="Roof")
    other = OutboxOperation.objects.latest("op_id")
    alices_calendar.access_role = "reader"
    alices_calendar.save()
    take_back(alices_calendar, edited)
    OutboxOperation.objects.filter(pk=other.pk).update(status="applied")
    with pytest.raises(NotWritableError):
        take_back(alices_calendar, other)


def test_a_delete_keeps_what_is_needed_to_make_the_event_anew(alices_calendar: Calendar) -> None:
    cached(alices_calendar, LUNCH)
    operation = remove(alices_calendar, "lunch").operation
    assert operation.base["summary"] == "Lunch"
    assert "start" in operation.base


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "The event is back, under a new id."),
        (
            {"attendees": [{"email": "alice@example.test", "self": True}]},
            "The event is back, under a new id.",
        ),
        (
            {"attendees": [{"email": "bob@example.test"}]},
            "The event is back, under a new id. Its guests are invited anew.",
        ),
        (
            {"attendeesOmitted": True},
            (
                "The event is back, under a new id. "
                "Google showed only a part of its guests here: the others have to be invited again."
            ),
        ),
        (
            {"hangoutLink": "https://meet.test/x"},
            "The event is back, under a new id. Its meeting link has to be added again.",
        ),
    ],
)
def test_what_does_not_come_back_with_a_deleted_event_is_told_where_there_was_any(
    alices_calendar: Calendar, fields: dict[str, Any], told: str
) -> None:
    cached(alices_calendar, {**LUNCH, **fields})
    operation = remove(alices_calendar, "lunch").operation
    OutboxOperation.objects.update(status="applied")
    assert take_back(alices_calendar, operation).note == told


def test_a_change_that_changed_nothing_has_nothing_to_take_back(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, LUNCH)
    operation = change(alices_calendar, "lunch", summary="Lunch").operation
    with pytest.raises(WrongStateError, match="already"):
        take_back(alices_calendar, operation)


def test_changes_of_other_members_are_not_found(bob: Member, edited: OutboxOperation) -> None:
    with pytest.raises(NotFoundError):
        operation_of(member=bob, op_id=edited.op_id)


def test_the_database_takes_no_second_undo_and_no_undo_of_itself(
    alices_calendar: Calendar, edited: OutboxOperation
) -> None:
    record = take_back(alices_calendar, edited).operation
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxOperation.objects.filter(pk=record.pk).update(undoes=record.pk)
    second = change(alices_calendar, "lunch", summary="Tea").operation
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxOperation.objects.filter(pk=second.pk).update(undoes=edited.pk)


@pytest.mark.parametrize("deleted", [False, True])
def test_a_change_of_an_occurrence_that_was_taken_back_unsent_can_be_had_again(
    alices_calendar: Calendar, deleted: bool
) -> None:
    cached(alices_calendar, WEEKLY)
    before = starts(alices_calendar)
    if deleted:
        first = remove(alices_calendar, SECOND, scope=Scope.INSTANCE)
    else:
        first = change(alices_calendar, SECOND, scope=Scope.INSTANCE, start="2026-03-18T12:00")
    changed = starts(alices_calendar)
    back = take_back(alices_calendar, first.operation)
    assert starts(alices_calendar) == before
    again = take_back(alices_calendar, back.operation)
    assert starts(alices_calendar) == changed
    take_back(alices_calendar, again.operation)
    assert starts(alices_calendar) == before
