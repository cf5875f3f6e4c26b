"""Proposals: shown and not sent, approved with the rights of that moment, or swept away."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from calendars import cached_row
from calendars.commands import move
from calendars.commands.actor import Actor
from calendars.commands.events import create_event, delete_event, update_event
from calendars.commands.outbox import discard
from calendars.commands.proposals import approve, approve_all, expire
from calendars.commands.respond import Response, respond
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import NotWritableError, WrongStateError
from calendars.models import CachedEvent, Calendar, OutboxOperation
from calendars.queries.access import event_of
from calendars.queries.outbox import operations
from tests.commands.acting import SECOND, WEEKLY, actor_of, change, listed, remove, timed
from tests.factories import NOW, CalendarFactory, cached

if TYPE_CHECKING:
    from calendars.commands.events import QueuedChange

TIMES = timed("2026-03-12T10:00:00+01:00", "2026-03-12T11:00:00+01:00")
LATER = NOW + dt.timedelta(days=1)


def assistant(calendar: Calendar) -> Actor:
    return Actor(member=calendar.account.member, via="MCP token helper", proposes=True)


def target(calendar: Calendar, event_id: str) -> Any:
    member = calendar.account.member
    return event_of(member=member, calendar_id=calendar.google_id, event_id=event_id)


def propose_new(calendar: Calendar, **fields: Any) -> QueuedChange:
    return create_event(
        actor=assistant(calendar),
        calendar=calendar,
        fields={"summary": "Zoo", **TIMES, **fields},
        notify=None,
        now=NOW,
        new_id=uuid4(),
    )


def propose(
    calendar: Calendar, event_id: str, *, scope: Scope | None = None, **changes: Any
) -> QueuedChange:
    return update_event(
        actor=assistant(calendar),
        target=target(calendar, event_id),
        changes=changes,
        scope=scope,
        notify=None,
        now=NOW,
    )


def propose_delete(
    calendar: Calendar, event_id: str, *, scope: Scope | None = None
) -> QueuedChange:
    return delete_event(
        actor=assistant(calendar),
        target=target(calendar, event_id),
        scope=scope,
        notify=None,
        now=NOW,
    )


def yes(calendar: Calendar, proposed: OutboxOperation) -> OutboxOperation:
    return approve(actor=actor_of(calendar), operation=proposed, now=LATER)


def seen(calendar: Calendar) -> list[tuple[str, str]]:
    return [(event.get("summary", ""), event["_local_status"]) for event in listed(calendar)]


def statuses() -> list[str]:
    return list(OutboxOperation.objects.order_by("op_id").values_list("status", flat=True))


def woken(captured: list[Any]) -> int:
    return len(captured)


def test_a_proposed_event_is_shown_as_such_and_nobody_is_woken(
    alices_calendar: Calendar, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as calls:
        proposed = propose_new(alices_calendar)
    before = len(calls)
    with django_capture_on_commit_callbacks() as calls:
        create_event(
            actor=actor_of(alices_calendar),
            calendar=alices_calendar,
            fields={"summary": "Real", **TIMES},
            notify=None,
            now=NOW,
            new_id=uuid4(),
        )
    assert len(calls) == before + 1
    assert (proposed.operation.status, proposed.operation.actor_via) == (
        "proposed",
        "MCP token helper",
    )
    assert ("Zoo", "proposed") in seen(alices_calendar)


def test_a_proposed_edit_or_delete_changes_nothing_but_the_badge(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    cached(alices_calendar, {"id": "party", "summary": "Party"})
    change = propose(alices_calendar, "lunch", summary="Brunch", **TIMES)
    gone = propose_delete(alices_calendar, "party")
    assert change.operation.payload["summary"] == "Brunch"
    assert (change.event["summary"], change.event["_local_status"]) == ("Lunch", "proposed")
    assert gone.event["status"] == "confirmed"
    assert seen(alices_calendar) == [("Lunch", "proposed"), ("Party", "proposed")]


def test_approval_makes_it_a_change_like_any_other(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    cached(alices_calendar, {"id": "party", "summary": "Party"})
    done = [
        yes(alices_calendar, each.operation)
        for each in (
            propose_new(alices_calendar),
            propose(alices_calendar, "lunch", summary="Brunch"),
            propose_delete(alices_calendar, "party"),
        )
    ]
    assert [each.status for each in done] == ["pending"] * 3
    assert {each.actor_via for each in done} == {"MCP token helper"}
    assert {(each.approved_at, each.approved_via) for each in done} == {(LATER, "API token laptop")}
    assert seen(alices_calendar) == [("Brunch", "pending"), ("Zoo", "pending")]


def test_whoever_proposes_approves_nothing(alices_calendar: Calendar) -> None:
    proposed = propose_new(alices_calendar).operation
    with pytest.raises(WrongStateError):
        approve(actor=assistant(alices_calendar), operation=proposed, now=LATER)
    assert statuses() == ["proposed"]


def test_only_what_waits_for_it_is_approved_and_once(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch"})
    queued = change(alices_calendar, "lunch", summary="Lunch").operation
    proposed = propose_new(alices_calendar).operation
    yes(alices_calendar, proposed)
    for each in (queued, proposed):
        with pytest.raises(WrongStateError):
            yes(alices_calendar, each)


def test_declined_it_is_as_if_nothing_had_been_proposed(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    cached(alices_calendar, WEEKLY)
    before = seen(alices_calendar)
    for each in (
        propose_new(alices_calendar),
        propose(alices_calendar, "lunch", summary="Brunch"),
        propose(alices_calendar, SECOND, scope=Scope.INSTANCE, summary="Party"),
        propose_delete(alices_calendar, "weekly", scope=Scope.SERIES),
    ):
        declined = discard(actor=actor_of(alices_calendar), operation=each.operation, now=LATER)
        assert (declined.status, declined.reason) == ("cancelled", "declined")
    assert seen(alices_calendar) == before
    assert CachedEvent.objects.count() == 2


def test_whoever_proposes_may_take_proposals_back_and_nothing_else(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, {"id": "lunch"})
    queued = change(alices_calendar, "lunch", summary="Lunch").operation
    helper = assistant(alices_calendar)
    with pytest.raises(WrongStateError):
        discard(actor=helper, operation=queued, now=NOW)
    discard(actor=helper, operation=propose_new(alices_calendar).operation, now=NOW)
    assert statuses() == ["pending", "cancelled"]


def test_a_proposal_decides_nothing_that_waits_for_a_decision(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    change(alices_calendar, "lunch", summary="Brunch")
    OutboxOperation.objects.update(status="failed")
    propose(alices_calendar, "lunch", summary="Dinner")
    propose_delete(alices_calendar, "lunch")
    assert statuses() == ["failed", "proposed", "proposed"]


def test_an_edit_of_what_is_only_proposed_is_part_of_the_proposal(
    alices_calendar: Calendar,
) -> None:
    proposed = propose_new(alices_calendar)
    event_id = proposed.operation.event_id
    propose(alices_calendar, event_id, location="Gate")
    change(alices_calendar, event_id, summary="Zoo and lunch")
    assert statuses() == ["proposed"] * 3
    assert seen(alices_calendar) == [("Zoo and lunch", "proposed")]
    newest = OutboxOperation.objects.latest("op_id")
    assert yes(alices_calendar, newest).pk == newest.pk
    assert statuses() == ["pending"] * 3


def test_a_member_who_deletes_what_is_only_proposed_declines_it(alices_calendar: Calendar) -> None:
    event_id = propose_new(alices_calendar).operation.event_id
    with pytest.raises(WrongStateError, match="undo change"):
        propose_delete(alices_calendar, event_id)
    remove(alices_calendar, event_id)
    assert seen(alices_calendar) == []
    assert statuses()[0] == "cancelled"


def test_what_clashes_with_a_newer_change_becomes_a_conflict(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    title = propose(alices_calendar, "lunch", summary="Brunch").operation
    place = propose(alices_calendar, "lunch", location="Attic").operation
    same = propose(alices_calendar, "lunch", summary="Dinner").operation
    gone = propose_delete(alices_calendar, "lunch").operation
    change(alices_calendar, "lunch", summary="Dinner")
    assert yes(alices_calendar, title).status == "conflict"
    assert yes(alices_calendar, place).status == "pending"
    assert yes(alices_calendar, same).status == "pending"
    assert yes(alices_calendar, gone).status == "conflict"


def test_rights_are_those_of_the_moment_of_approval(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    proposed = propose(alices_calendar, "lunch", summary="Brunch").operation
    Calendar.objects.update(access_role="reader")
    with pytest.raises(NotWritableError):
        yes(alices_calendar, proposed)
    Calendar.objects.update(access_role="owner")
    cached_again = CachedEvent.objects.get()
    organized = {"email": "bob@example.test"}
    resource = {**cached_again.resource, "organizer": organized, "attendees": [{"email": "x@y.z"}]}
    cached_again.event_json = cached_row.dumps(resource)
    cached_again.save()
    with pytest.raises(NotWritableError):
        yes(alices_calendar, proposed)
    assert statuses() == ["proposed"]


def test_what_lost_its_event_can_only_be_declined(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    proposed = propose(alices_calendar, "lunch", summary="Brunch").operation
    CachedEvent.objects.all().delete()
    with pytest.raises(WrongStateError, match="gone"):
        yes(alices_calendar, proposed)
    discard(actor=actor_of(alices_calendar), operation=proposed, now=LATER)
    assert statuses() == ["cancelled"]


def test_two_weeks_later_it_has_expired(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    old = propose(alices_calendar, "lunch", summary="Brunch").operation
    new = propose_new(alices_calendar).operation
    end = NOW + dt.timedelta(days=14)
    OutboxOperation.objects.filter(pk=new.pk).update(created_at=end)
    member = alices_calendar.account.member
    assert len(operations(member=member, now=end - dt.timedelta(seconds=1)).operations) == 2
    assert [each.pk for each in operations(member=member, now=end).operations] == [new.pk]
    with pytest.raises(WrongStateError, match="expired"):
        approve(actor=actor_of(alices_calendar), operation=old, now=end)
    assert (expire(now=end), expire(now=end)) == (1, 0)
    old.refresh_from_db()
    assert (old.status, old.reason) == ("cancelled", "expired")
    assert seen(alices_calendar) == [("Lunch", "synced"), ("Zoo", "proposed")]


def test_several_are_approved_at_once_and_one_that_cannot_be_holds_nobody_up(
    alices_calendar: Calendar,
) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    lost = propose(alices_calendar, "lunch", summary="Brunch").operation
    CachedEvent.objects.all().delete()
    first = propose_new(alices_calendar).operation
    edit = propose(alices_calendar, first.event_id, location="Gate").operation
    decisions = approve_all(
        actor=actor_of(alices_calendar), operations=[lost, first, edit], now=LATER
    )
    assert [each.pk for each in decisions.approved] == [first.pk, edit.pk]
    [(refused, error)] = decisions.refused
    assert (refused.pk, error.code) == (lost.pk, "wrong_state")


def test_a_move_is_proposed_and_decided_as_one(alices_calendar: Calendar) -> None:
    team = CalendarFactory(account=alices_calendar.account)
    for event_id in ("lunch", "party"):
        cached(alices_calendar, {"id": event_id, "summary": event_id})
    moves = [
        move.move_event(
            actor=assistant(alices_calendar),
            target=target(alices_calendar, event_id),
            destination=team,
            notify=None,
            now=NOW,
            new_id=uuid4(),
        ).operation
        for event_id in ("lunch", "party")
    ]
    assert statuses() == ["proposed"] * 4
    assert seen(alices_calendar) == [("lunch", "proposed"), ("party", "proposed")]
    yes(alices_calendar, moves[0])
    discard(actor=actor_of(alices_calendar), operation=moves[1], now=LATER)
    assert seen(alices_calendar) == [("party", "synced")]
    assert seen(team) == [("lunch", "pending")]
    assert statuses() == ["pending", "pending", "cancelled", "cancelled"]


def test_an_answer_to_an_invitation_is_proposed(alices_calendar: Calendar) -> None:
    guests = [
        {"email": "bob@example.test", "organizer": True, "responseStatus": "accepted"},
        {"email": "alice@example.test", "self": True, "responseStatus": "needsAction"},
    ]
    organizer = {"email": "bob@example.test"}
    cached(alices_calendar, {"id": "lunch", "attendees": guests, "organizer": organizer})
    said = respond(
        actor=assistant(alices_calendar),
        target=target(alices_calendar, "lunch"),
        response=Response.ACCEPTED,
        comment=None,
        scope=None,
        notify=None,
        now=NOW,
    )
    assert said.operation.status == "proposed"
    assert said.event["attendees"] == guests
    yes(alices_calendar, said.operation)
    [event] = listed(alices_calendar)
    assert event["attendees"][1]["responseStatus"] == "accepted"


def test_an_undo_is_proposed_and_settles_nothing_undecided(alices_calendar: Calendar) -> None:
    cached(alices_calendar, {"id": "lunch", "summary": "Lunch"})
    changed = change(alices_calendar, "lunch", summary="Brunch").operation
    helper = assistant(alices_calendar)
    undone = undo(actor=helper, operation=changed, now=NOW)
    assert (undone.operation.status, undone.note.startswith("Only proposed")) == ("proposed", True)
    assert undone.event is not None
    assert undone.event["summary"] == "Brunch"
    assert statuses() == ["pending", "proposed"]
    yes(alices_calendar, undone.operation)
    assert seen(alices_calendar) == [("Lunch", "pending")]
    failed = change(alices_calendar, "lunch", location="Attic").operation
    OutboxOperation.objects.filter(pk=failed.pk).update(status="failed")
    with pytest.raises(WrongStateError):
        undo(actor=helper, operation=failed, now=NOW)
