from __future__ import annotations

from dataclasses import replace

from calendars.sync.core.push_plan import Delete, Insert, Nothing, Patch, plan_push
from calendars.sync.core.types import OperationState
from tests.core.values import create, delete, event, guest, patch

ALL_DAY = {"start": {"date": "2026-03-27"}, "end": {"date": "2026-03-28"}}


def test_a_create_and_its_edits_are_one_insert() -> None:
    lane = [create(1, {"summary": "Lunch"}), patch(2, {"summary": "Tea"}, {"summary": "Lunch"})]
    assert plan_push(lane, agreed=None) == Insert((1, 2), {"summary": "Tea"}, "none")


def test_edits_are_one_patch_of_the_changed_fields_only() -> None:
    lane = [
        patch(1, {"summary": "Tea"}, {"summary": "Lunch"}),
        patch(2, {"location": None}, {"location": "Here"}),
    ]
    assert plan_push(lane, agreed=event()) == Patch(
        (1, 2), {"summary": "Tea", "location": None}, "none"
    )


def test_a_create_that_was_deleted_again_is_never_sent() -> None:
    lane = [create(1, {"summary": "Lunch"}), delete(2)]
    assert plan_push(lane, agreed=None) == Nothing(withdrawn=(1, 2))


def test_a_delete_after_a_create_that_was_tried_is_sent() -> None:
    lane = [replace(create(1, {"summary": "Lunch"}), attempts=1), delete(2)]
    assert plan_push(lane, agreed=None) == Delete((1, 2), "none")


def test_a_delete_makes_earlier_edits_moot() -> None:
    lane = [patch(1, {"summary": "Tea"}, {"summary": "Lunch"}), delete(2)]
    assert plan_push(lane, agreed=event()) == Delete((1, 2), "none")


def test_an_edit_that_was_taken_back_is_not_sent() -> None:
    lane = [
        patch(1, {"summary": "Tea"}, {"summary": "Lunch"}),
        patch(2, {"summary": "Lunch"}, {"summary": "Tea"}),
    ]
    assert plan_push(lane, agreed=event()) == Nothing(applied=(1, 2))


def test_nothing_is_folded_into_an_operation_in_flight() -> None:
    lane = [
        patch(1, {"summary": "Tea"}, {}, OperationState.IN_FLIGHT),
        patch(2, {"summary": "Dinner"}, {}),
    ]
    assert plan_push(lane, agreed=event()) is None


def test_parked_operations_are_not_sent() -> None:
    lane = [
        patch(1, {"summary": "Tea"}, {}, OperationState.FAILED),
        patch(2, {"location": "There"}, {}, OperationState.CONFLICT),
        patch(3, {"colorId": "5"}, {}, OperationState.PROPOSED),
    ]
    assert plan_push(lane, agreed=event()) is None


def test_an_edit_waits_for_its_failed_create() -> None:
    lane = [create(1, {"summary": "x"}, OperationState.FAILED), patch(2, {"summary": "y"}, {})]
    assert plan_push(lane, agreed=None) is None


def test_a_switch_to_all_day_names_what_the_time_has_to_lose() -> None:
    lane = [patch(1, ALL_DAY, {})]
    plan = plan_push(lane, agreed=event())
    assert isinstance(plan, Patch)
    assert plan.body["start"] == {"date": "2026-03-27", "dateTime": None, "timeZone": None}


def test_guests_are_sent_whole_and_merged_with_googles_list() -> None:
    agreed = event(attendees=[guest("ann@x.test", responseStatus="accepted")])
    adding = patch(
        1,
        {"attendees": [guest("ann@x.test"), guest("ben@x.test")]},
        {"attendees": [guest("ann@x.test")]},
    )
    plan = plan_push([adding], agreed=agreed)
    assert isinstance(plan, Patch)
    assert plan.body["attendees"] == [
        guest("ann@x.test", responseStatus="accepted"),
        guest("ben@x.test"),
    ]


def test_whoever_one_of_the_changes_was_for_is_told() -> None:
    lane = [patch(1, {"summary": "a"}, {}, notify="external"), patch(2, {"location": "b"}, {})]
    plan = plan_push(lane, agreed=event())
    assert isinstance(plan, Patch)
    assert plan.notify == "external"


def test_a_value_that_may_have_been_set_by_a_try_with_a_lost_answer_is_sent_again() -> None:
    tried = replace(patch(1, {"summary": "Tea"}, {"summary": "Lunch"}), attempts=1)
    back = patch(2, {"summary": "Lunch"}, {"summary": "Tea"})
    assert plan_push([tried, back], agreed=event()) == Patch((1, 2), {"summary": "Lunch"}, "none")
    fresh = replace(tried, attempts=0)
    assert plan_push([fresh, back], agreed=event()) == Nothing(applied=(1, 2))


def test_a_create_that_may_have_reached_google_is_deleted_there() -> None:
    tried = replace(create(1, event()), attempts=1)
    assert plan_push([tried, delete(2)], agreed=None) == Delete((1, 2), "none")


def test_what_keeps_an_event_asks_for_a_living_one_whatever_the_agreed_copy_says() -> None:
    keeping = patch(1, {"status": "confirmed"}, {"status": "cancelled"})
    assert plan_push([keeping], agreed=event()) == Patch((1,), {"status": "confirmed"}, "none")
