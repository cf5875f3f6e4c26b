"""Guests at the simulator: answers reach the organizer, and nobody else's is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.respond import Response
from calendars.commands.scope import Scope
from calendars.models import LocalStatus, OperationStatus, OutboxOperation
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World

BEN, CLEO = "ben@example.test", "cleo@example.test"


def answers(event: dict[str, Any]) -> dict[str, str]:
    return {guest["email"]: guest["responseStatus"] for guest in event["attendees"]}


def invited(world: World, *others: str, **fields: Any) -> str:
    """Ben invites Alice and others; the event's id."""
    world.google.add_person(BEN)
    people = [{"email": email} for email in (ALICE, *others)]
    made = world.google.insert_event(BEN, world.timed(attendees=people, **fields))
    world.sync()
    return str(made["id"])


def test_an_answer_reaches_the_organizer_and_reverts_no_other(world: World) -> None:
    world.google.add_person(CLEO)
    event_id = invited(world, CLEO)
    world.respond(event_id, Response.ACCEPTED, comment="Late")
    world.google.patch_event(
        CLEO, event_id, {"attendees": [{"email": CLEO, "responseStatus": "declined"}]}, by=CLEO
    )
    world.sync()
    world.sync()
    main = world.google.get_event(BEN, event_id)
    assert answers(main) == {ALICE: "accepted", CLEO: "declined"}
    assert main["attendees"][0]["comment"] == "Late"
    assert world.seen(event_id).local_status == LocalStatus.SYNCED
    assert world.seen(event_id).resource == world.at_google()[event_id]


def test_an_answer_travels_alone(world: World) -> None:
    event_id = invited(world, *(f"g{n}@example.test" for n in range(250)))
    world.respond(event_id, Response.DECLINED)
    world.sync()
    [sent] = world.writes()
    assert [guest["email"] for guest in sent.body["attendees"]] == [ALICE]
    assert sent.body["attendeesOmitted"] is True
    assert len(world.google.get_event(BEN, event_id)["attendees"]) == 251


def test_one_meeting_of_somebody_elses_series_can_be_declined(world: World) -> None:
    event_id = invited(world, recurrence=["RRULE:FREQ=DAILY;COUNT=4"])
    one = f"{event_id}_20260312T090000Z"
    world.respond(event_id, Response.ACCEPTED, scope=Scope.SERIES)
    world.respond(one, Response.DECLINED, scope=Scope.INSTANCE)
    world.sync()
    world.sync()
    assert answers(world.google.get_event(BEN, event_id)) == {ALICE: "accepted"}
    assert answers(world.google.get_event(BEN, one)) == {ALICE: "declined"}
    assert not OutboxOperation.objects.exclude(status=OperationStatus.APPLIED).exists()


def test_the_same_answer_given_meanwhile_elsewhere_is_done_already(world: World) -> None:
    event_id = invited(world)
    operation = world.respond(event_id, Response.ACCEPTED)
    mine = {"attendees": [{"email": ALICE, "responseStatus": "accepted"}]}
    world.google.patch_event(ALICE, event_id, mine)
    world.sync()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.APPLIED


def test_another_answer_given_meanwhile_elsewhere_is_a_conflict(world: World) -> None:
    event_id = invited(world)
    operation = world.respond(event_id, Response.ACCEPTED)
    mine = {"attendees": [{"email": ALICE, "responseStatus": "declined"}]}
    world.google.patch_event(ALICE, event_id, mine)
    world.sync()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.CONFLICT
    assert answers(world.seen(event_id).resource)[ALICE] == "declined"


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_whose_reply_is_lost_is_given_once(world: World, when: Any) -> None:
    event_id = invited(world)
    world.respond(event_id, Response.TENTATIVE, comment="Perhaps")
    world.google.faults.drop_next(1, when=when, method="PATCH")
    world.sync()
    world.clock.sleep(3_600)
    world.sync(insist=True)
    assert answers(world.google.get_event(BEN, event_id)) == {ALICE: "tentative"}
    assert world.seen(event_id).local_status == LocalStatus.SYNCED


def test_guests_are_invited_beside_two_hundred_whose_answers_stay(world: World) -> None:
    crowd = [
        {"email": f"g{n}@example.test", "responseStatus": "accepted", "comment": str(n)}
        for n in range(220)
    ]
    made = world.google.insert_event(ALICE, world.timed(attendees=crowd))
    world.sync()
    world.edit(made["id"], attendees_add=[CLEO], attendees_remove=["g7@example.test"])
    world.google.patch_event(ALICE, made["id"], {"summary": "Party"})
    world.sync()
    world.sync()
    there = {guest["email"]: guest for guest in world.at_google()[made["id"]]["attendees"]}
    assert CLEO in there
    assert "g7@example.test" not in there
    assert all(there[each["email"]]["comment"] == each["comment"] for each in crowd[8:])
    assert world.seen(made["id"]).resource == world.at_google()[made["id"]]


def test_a_guest_of_somebody_elses_event_can_invite_others(world: World) -> None:
    event_id = invited(world)
    world.edit(event_id, attendees_add=[CLEO])
    world.sync()
    world.sync()
    assert answers(world.google.get_event(BEN, event_id)).keys() == {ALICE, CLEO}


def test_a_room_is_a_guest_who_answers_later(world: World) -> None:
    room = world.google.add_room("room@resource.calendar.google.com", name="Attic")
    world.sync()
    local_id = world.create(attendees=[{"email": room, "resource": True}])
    world.sync()
    assert answers(world.seen(local_id).resource) == {room: "needsAction"}
    world.clock.sleep(3_600)
    world.sync()
    assert answers(world.seen(local_id).resource) == {room: "accepted"}
