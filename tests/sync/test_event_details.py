"""Video conferences, reminders, looks and what is not ours, at the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.scope import Scope
from calendars.models import OperationStatus, OutboxOperation
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from tests.sync.world import World

OWN = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}


def state_of(world: World, event_id: str) -> str:
    request = world.seen(event_id).resource["conferenceData"]["createRequest"]
    return str(request["status"]["statusCode"])


def test_a_meet_is_asked_for_and_its_link_shown(world: World) -> None:
    world.sync()
    local_id = world.create(add_meet=True)
    world.sync()
    assert world.seen(local_id).resource["hangoutLink"].startswith("https://meet.google.com/")
    assert world.writes()[0].query["conferenceDataVersion"] == "1"
    assert world.edit(local_id, add_meet=True).status == OperationStatus.APPLIED
    world.sync()
    assert len(world.writes()) == 1


def test_a_meet_that_takes_its_time_arrives_by_itself(world: World) -> None:
    world.google.options.conference = "pending"
    world.sync()
    local_id = world.create(add_meet=True)
    world.sync()
    assert state_of(world, local_id) == "pending"
    assert "hangoutLink" not in world.seen(local_id).resource
    world.clock.sleep(3_600)
    world.sync()
    assert state_of(world, local_id) == "success"
    assert "hangoutLink" in world.seen(local_id).resource


def test_after_a_failure_a_meet_can_be_asked_for_again(world: World) -> None:
    world.google.options.conference = "failure"
    world.sync()
    local_id = world.create(add_meet=True)
    world.sync()
    assert state_of(world, local_id) == "failure"
    world.google.options.conference = "success"
    world.edit(local_id, add_meet=True)
    world.sync()
    assert state_of(world, local_id) == "success"


def test_a_conference_is_taken_away_with_its_link(world: World) -> None:
    world.sync()
    local_id = world.create(add_meet=True)
    world.sync()
    operation = world.edit(local_id, remove_meet=True)
    assert operation.payload == {"conferenceData": None}
    assert not {"conferenceData", "hangoutLink"} & world.seen(local_id).resource.keys()
    world.sync()
    [there] = world.at_google().values()
    assert not {"conferenceData", "hangoutLink"} & there.keys()
    assert world.seen(local_id).resource == there


def test_an_edit_of_something_else_leaves_the_conference(world: World) -> None:
    world.sync()
    local_id = world.create(add_meet=True)
    world.sync()
    link = world.seen(local_id).resource["hangoutLink"]
    world.edit(local_id, summary="Tea")
    world.sync()
    assert world.seen(local_id).resource["hangoutLink"] == link


@pytest.mark.parametrize("day", [True, False])
@pytest.mark.parametrize("reminders", [OWN, {"useDefault": True}, {"overrides": []}, None])
def test_reminders_arrive_as_google_keeps_them_and_are_no_conflict(
    world: World, day: bool, reminders: Any
) -> None:
    times = {"start": {"date": "2026-03-12"}, "end": {"date": "2026-03-13"}} if day else {}
    made = world.google.insert_event(ALICE, world.timed() | times)
    world.sync()
    world.edit(made["id"], reminders=reminders)
    world.google.faults.drop_next(1, when="after", method="PATCH")
    world.sync()
    world.clock.sleep(3_600)
    world.sync(insist=True)
    assert world.seen(made["id"]).resource == world.at_google()[made["id"]]
    assert not OutboxOperation.objects.exclude(status=OperationStatus.APPLIED).exists()


@pytest.mark.parametrize("start", ["2026-03-29", "2026-03-29T10:00:00"])
def test_a_new_event_has_its_usual_reminders_before_google_has_it(world: World, start: str) -> None:
    world.sync()
    end = "2026-03-30" if len(start) == len("2026-03-29") else "2026-03-29T11:00:00"
    local_id = world.create(start=start, end=end)
    before = world.seen(local_id).resource["reminders"]
    world.sync()
    assert world.seen(local_id).resource["reminders"] == before
    assert before["useDefault"] is ("T" in start)


def test_reminders_of_another_order_changed_on_both_sides_are_the_same(world: World) -> None:
    made = world.google.insert_event(ALICE, world.timed())
    world.sync()
    one, two = {"method": "popup", "minutes": 5}, {"method": "email", "minutes": 60}
    world.edit(made["id"], reminders={"overrides": [one, two]})
    theirs = {"reminders": {"useDefault": False, "overrides": [two, one]}}
    world.google.patch_event(ALICE, made["id"], theirs)
    world.sync()
    assert OutboxOperation.objects.get().status == OperationStatus.APPLIED


def test_what_is_not_ours_survives_every_edit(world: World) -> None:
    foreign = {
        "extendedProperties": {"private": {"ticket": "7"}, "shared": {"room": "b"}},
        "source": {"url": "https://x.test/", "title": "X"},
        "attachments": [{"fileUrl": "https://x.test/plan", "title": "Plan"}],
        "description": "<p>Soup &amp; <b>bread</b><script>no</script></p>",
    }
    made = world.google.insert_event(ALICE, world.timed(**foreign))
    world.sync()
    world.edit(made["id"], summary="Tea", color_id=4, guests_can_modify=True, status="tentative")
    world.sync()
    there = world.at_google()[made["id"]]
    assert {name: there[name] for name in foreign} == foreign
    assert (there["colorId"], there["guestsCanModify"], there["status"]) == ("4", True, "tentative")
    assert world.seen(made["id"]).resource == there


@pytest.mark.parametrize("start", ["2026-03-11", "2026-03-11T09:00:00"])
def test_a_series_changes_between_days_and_times_at_google_too(world: World, start: str) -> None:
    times: dict[str, Any] = {"start": {"date": "2026-03-11"}, "end": {"date": "2026-03-12"}}
    rule = ["RRULE:FREQ=DAILY;UNTIL=20260313"]
    if start == "2026-03-11":
        times, rule = world.timed(), ["RRULE:FREQ=DAILY;UNTIL=20260313T225959Z"]
    made = world.google.insert_event(ALICE, {**times, "recurrence": rule})
    world.sync()
    world.edit(made["id"], Scope.SERIES, start=start)
    before = world.starts(made["id"])
    world.sync()
    there = world.at_google()[made["id"]]
    assert ("date" in there["start"], len(before)) == (start == "2026-03-11", 3)
    assert world.seen(made["id"]).resource == there
    assert world.starts(made["id"]) == before
