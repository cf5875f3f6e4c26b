"""Answering invitations: the own entry alone, here at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands import telling
from calendars.commands.respond import Response, respond
from calendars.commands.scope import Scope
from calendars.errors import (
    InvalidInputError,
    NotInvitedError,
    NotWritableError,
    ScopeRequiredError,
)
from calendars.models import Notify, OutboxOperation
from calendars.queries.access import event_of
from tests.commands.acting import SECOND, WEEKLY, actor_of, change
from tests.commands.test_guests import ALICE, OURS, THEIRS
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from calendars.commands.events import QueuedChange
    from calendars.models import Calendar

OWN = {"email": ALICE, "self": True, "responseStatus": "needsAction"}


def answer(
    calendar: Calendar,
    event_id: str = "lunch",
    *,
    response: Response = Response.ACCEPTED,
    comment: str | None = None,
    scope: Scope | None = None,
    notify: Notify | None = None,
) -> QueuedChange:
    return respond(
        actor=actor_of(calendar),
        target=event_of(
            member=calendar.account.member, calendar_id=calendar.google_id, event_id=event_id
        ),
        response=response,
        comment=comment,
        scope=scope,
        notify=notify,
        now=NOW,
    )


@pytest.mark.parametrize("response", list(Response)[:3])
def test_an_answer_is_shown_at_once_and_concerns_only_the_own_entry(
    alices_calendar: Calendar, response: Response
) -> None:
    cached(alices_calendar, THEIRS)
    queued = answer(alices_calendar, response=response, comment="Ten minutes late")
    assert queued.event["attendees"] == [
        THEIRS["attendees"][0],
        {**OWN, "responseStatus": response.value, "comment": "Ten minutes late"},
    ]
    assert queued.event["_local_status"] == "pending"
    assert [each["email"] for each in queued.operation.payload["attendees"]] == [ALICE]
    assert (queued.operation.notify, queued.notes) == ("all", (telling.ANSWER_TOLD,))


@pytest.mark.parametrize(
    ("notify", "notes"),
    [(None, (telling.ANSWER_TOLD,)), (Notify.ALL, ()), (Notify.NONE, (telling.ANSWER_UNTOLD,))],
)
def test_the_organizer_hears_of_it_also_where_nobody_else_is_on_the_list(
    alices_calendar: Calendar, notify: Notify | None, notes: tuple[str, ...]
) -> None:
    cached(alices_calendar, {**THEIRS, "attendees": THEIRS["attendees"][1:]})
    queued = answer(alices_calendar, notify=notify)
    assert (queued.operation.notify, queued.notes) == (notify or "all", notes)


def test_an_answer_can_be_taken_back_and_a_comment_too(alices_calendar: Calendar) -> None:
    cached(alices_calendar, THEIRS)
    answer(alices_calendar, comment="Gladly")
    assert answer(alices_calendar, response=Response.TENTATIVE).event["attendees"][1] == {
        **OWN,
        "responseStatus": "tentative",
        "comment": "Gladly",
    }
    back = answer(alices_calendar, response=Response.NEEDS_ACTION, comment="")
    assert back.event["attendees"][1] == OWN


def test_the_same_answer_again_queues_nothing(alices_calendar: Calendar) -> None:
    cached(alices_calendar, THEIRS)
    first = answer(alices_calendar)
    assert answer(alices_calendar).operation == first.operation
    assert OutboxOperation.objects.count() == 1


def test_an_organizer_on_the_list_may_answer(alices_calendar: Calendar) -> None:
    cached(alices_calendar, OURS)
    queued = answer(alices_calendar, response=Response.DECLINED)
    assert queued.event["attendees"][0]["responseStatus"] == "declined"
    assert queued.event["attendees"][1] == OURS["attendees"][1]


@pytest.mark.parametrize(
    ("resource", "word"),
    [
        ({**OURS, "attendees": OURS["attendees"][1:]}, "You organize"),
        ({"id": "lunch"}, "You organize"),
        ({**THEIRS, "attendees": THEIRS["attendees"][:1]}, "not on this event's guest list"),
    ],
)
def test_who_is_not_on_the_list_has_nothing_to_answer(
    alices_calendar: Calendar, resource: dict[str, Any], word: str
) -> None:
    cached(alices_calendar, resource)
    with pytest.raises(NotInvitedError, match=word):
        answer(alices_calendar)
    assert not OutboxOperation.objects.exists()


def test_on_a_shared_calendar_the_members_own_entry_is_found_by_address(
    alices_calendar: Calendar,
) -> None:
    team = CalendarFactory(account=alices_calendar.account, google_id="team@group.test")
    people = [{"email": "Alice@Example.test"}, {"email": "bob@example.test"}]
    cached(team, {"id": "lunch", "organizer": {"self": True}, "attendees": people})
    queued = answer(team)
    assert queued.event["attendees"] == [{**people[0], "responseStatus": "accepted"}, people[1]]


def test_of_a_list_that_google_shortened_the_own_answer_can_be_given(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, {**THEIRS, "attendees": [OWN], "attendeesOmitted": True})
    assert answer(alices_calendar).operation.status == "pending"


def test_an_invitation_to_a_series_is_answered_for_one_or_for_all(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, {**WEEKLY, **{k: THEIRS[k] for k in ("organizer", "attendees")}})
    with pytest.raises(ScopeRequiredError):
        answer(alices_calendar, SECOND)
    with pytest.raises(InvalidInputError, match="one instance or for the whole series"):
        answer(alices_calendar, SECOND, scope=Scope.THIS_AND_FOLLOWING)
    one = answer(alices_calendar, SECOND, scope=Scope.INSTANCE, response=Response.DECLINED)
    assert (one.operation.event_id, one.operation.lane) == (SECOND, "weekly")
    assert one.event["attendees"][1]["responseStatus"] == "declined"
    every = answer(alices_calendar, SECOND, scope=Scope.SERIES)
    assert every.operation.event_id == "weekly"
    assert every.event["attendees"][1]["responseStatus"] == "accepted"


def test_an_answer_and_an_edit_wait_side_by_side(alices_calendar: Calendar) -> None:
    cached(alices_calendar, THEIRS)
    answer(alices_calendar)
    queued = change(alices_calendar, "lunch", color_id=4)
    assert queued.event["attendees"][1]["responseStatus"] == "accepted"


@pytest.mark.parametrize("role", ["reader", "freeBusyReader"])
def test_on_a_calendar_of_a_reader_nothing_can_be_answered(
    alices_calendar: Calendar, role: str
) -> None:
    alices_calendar.access_role = role
    alices_calendar.save()
    cached(alices_calendar, THEIRS)
    with pytest.raises(NotWritableError):
        answer(alices_calendar)


def test_a_comment_has_an_end(alices_calendar: Calendar) -> None:
    cached(alices_calendar, THEIRS)
    with pytest.raises(InvalidInputError) as refused:
        answer(alices_calendar, comment="x" * 1_025)
    assert list(refused.value.fields) == ["comment"]


@pytest.mark.parametrize("comment", ["late\0", "\ud800"])
def test_a_comment_that_no_database_holds_is_refused(
    alices_calendar: Calendar, comment: str
) -> None:
    cached(alices_calendar, THEIRS)
    with pytest.raises(InvalidInputError) as refused:
        answer(alices_calendar, comment=comment)
    assert list(refused.value.fields) == ["comment"]
