from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.sync.core.compare import (
    CHANGED_THERE,
    DELETED_THERE,
    EDITED_BOTH,
    Comparison,
    compare,
)
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.types import Operation, OperationState
from tests.core.values import create, delete, event, guest, patch

CANCELLED = {"id": "e1", "status": "cancelled"}
LATER = {"dateTime": "2026-03-27T14:00:00+01:00", "timeZone": "Europe/Berlin"}
EVENING = {"dateTime": "2026-03-27T20:00:00+01:00", "timeZone": "Europe/Berlin"}


def verdict(incoming: dict, *operations: Operation, agreed: dict | None = None) -> Comparison:
    return compare(agreed=agreed or event(), incoming=incoming, operations=operations)


def test_a_change_of_another_field_leaves_the_lane_waiting() -> None:
    waiting = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    assert verdict(event(location="There"), waiting) == Comparison()


def test_the_same_value_at_google_means_the_edit_is_done() -> None:
    waiting = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    assert verdict(event(summary="Tea"), waiting).settled == {1}


def test_another_value_of_the_same_field_is_a_conflict() -> None:
    waiting = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    assert verdict(event(summary="Dinner"), waiting).conflicts == {1: EDITED_BOTH}


def test_start_end_and_zone_are_one_field() -> None:
    waiting = patch(1, {"end": LATER}, {"end": event()["end"]})
    moved = event(start={**event()["start"], "dateTime": "2026-03-27T11:00:00+01:00"})
    assert verdict(moved, waiting).conflicts == {1: EDITED_BOTH}


def test_recurrence_belongs_to_time() -> None:
    agreed = event(recurrence=["RRULE:FREQ=DAILY"])
    waiting = patch(1, {"recurrence": ["RRULE:FREQ=WEEKLY"]}, {"recurrence": agreed["recurrence"]})
    moved = {**agreed, "start": LATER, "end": EVENING}
    assert verdict(moved, waiting, agreed=agreed).conflicts == {1: EDITED_BOTH}


def test_a_time_printed_with_another_offset_is_no_change() -> None:
    waiting = patch(1, {"end": LATER}, {"end": event()["end"]})
    same = event(start={"dateTime": "2026-03-27T11:00:00Z", "timeZone": "Europe/Berlin"})
    assert verdict(same, waiting) == Comparison()


def test_a_lost_reply_settles_the_edits_up_to_the_value_that_google_has() -> None:
    first = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    second = patch(2, {"summary": "Dinner"}, {"summary": "Tea"})
    assert verdict(event(summary="Tea"), first, second) == Comparison(frozenset({1}))


def test_an_edit_that_takes_back_a_part_of_an_earlier_one_does_not_settle_it() -> None:
    start, end = event()["start"], event()["end"]
    moved = patch(1, {"start": LATER, "end": EVENING}, {"start": start, "end": end})
    shorter = patch(2, {"end": end}, {"end": EVENING})
    assert verdict(event(location="There"), moved, shorter) == Comparison()


def test_an_answer_taken_back_does_not_settle_the_comment_that_came_with_it() -> None:
    asked, said = guest("ben@x.test"), guest("ben@x.test", comment="Late")
    accepted = {**said, "responseStatus": "accepted"}
    first = patch(1, {"attendees": [accepted]}, {"attendees": [asked]})
    second = patch(2, {"attendees": [said]}, {"attendees": [accepted]})
    agreed = event(attendees=[asked])
    assert verdict({**agreed, "location": "There"}, first, second, agreed=agreed) == Comparison()
    there = {**agreed, "attendees": [accepted]}
    assert verdict(there, first, second, agreed=agreed).settled == {1}
    there = {**agreed, "attendees": [said]}
    assert verdict(there, first, second, agreed=agreed).settled == {1, 2}


def test_a_guest_added_and_removed_again_has_to_go_where_google_has_them() -> None:
    ben = guest("ben@x.test")
    first = patch(1, {"attendees": [ben]}, {"attendees": []})
    second = patch(2, {"attendees": []}, {"attendees": [ben]})
    assert verdict(event(attendees=[ben]), first, second).settled == {1}
    assert verdict(event(location="There"), first, second).settled == {1, 2}


def test_all_edits_of_a_field_in_conflict_are_in_conflict() -> None:
    first = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    second = patch(2, {"summary": "Dinner", "location": "x"}, {"summary": "Tea"})
    third = patch(3, {"location": "y"}, {"location": "x"})
    found = verdict(event(summary="Brunch"), first, second, third)
    assert found.conflicts == {1: EDITED_BOTH, 2: EDITED_BOTH}


def test_an_edit_is_settled_only_when_each_of_its_fields_is() -> None:
    waiting = patch(
        1, {"summary": "Tea", "location": "There"}, {"summary": "Lunch", "location": "Here"}
    )
    assert verdict(event(summary="Tea"), waiting) == Comparison()


def test_an_edit_against_a_delete_at_google_is_a_conflict() -> None:
    waiting = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    assert verdict(CANCELLED, waiting).conflicts == {1: DELETED_THERE}


def test_a_delete_against_an_edit_at_google_is_a_conflict() -> None:
    assert verdict(event(summary="Dinner"), delete(1)).conflicts == {1: CHANGED_THERE}


def test_a_delete_stands_against_what_it_began_from_whatever_followed_here_since() -> None:
    gone = replace(delete(1), base=event())
    assert verdict(event(), gone, agreed=event(end=EVENING)) == Comparison()
    there = event(location="There")
    assert verdict(there, gone, agreed=event(end=EVENING)).conflicts == {1: CHANGED_THERE}


def test_a_delete_stands_when_only_what_google_sets_has_moved() -> None:
    incoming = event(etag='"2"', updated="2026-03-01T00:00:00.000Z", sequence=3)
    assert verdict(incoming, delete(1)) == Comparison()


def test_an_answer_of_a_guest_does_not_stop_a_delete() -> None:
    agreed = event(attendees=[guest("ann@x.test")])
    incoming = event(attendees=[guest("ann@x.test", responseStatus="accepted")])
    assert verdict(incoming, delete(1), agreed=agreed) == Comparison()


def test_deleted_on_both_sides_is_done() -> None:
    waiting = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    assert verdict(CANCELLED, waiting, delete(2)).settled == {1, 2}


def test_a_create_that_google_has_is_done_and_later_edits_wait() -> None:
    made = create(1, {"summary": "Lunch"})
    edited = patch(2, {"summary": "Tea"}, {"summary": "Lunch"})
    found = compare(agreed=None, incoming=event(), operations=[made, edited])
    assert found == Comparison(frozenset({1}))


def test_guests_changed_on_both_sides_merge_unless_it_is_the_same_fact_of_the_same_person() -> None:
    before = [guest("ann@x.test")]
    adding = patch(1, {"attendees": [*before, guest("ben@x.test")]}, {"attendees": before})
    agreed = event(attendees=before)
    answered = event(attendees=[guest("ann@x.test", responseStatus="accepted")])
    assert verdict(answered, adding, agreed=agreed) == Comparison()
    declining = patch(
        2,
        {"attendees": [guest("ann@x.test", responseStatus="declined")]},
        {"attendees": before},
    )
    assert verdict(answered, declining, agreed=agreed).conflicts == {2: EDITED_BOTH}


def test_a_conflict_stays_one_until_google_has_its_value() -> None:
    parked = patch(1, {"summary": "Tea"}, {"summary": "Lunch"}, OperationState.CONFLICT)
    assert verdict(event(summary="Brunch"), parked) == Comparison()
    assert verdict(event(summary="Tea"), parked).settled == {1}


def test_a_conflict_is_open_again_once_google_is_back_at_what_the_edit_began_from() -> None:
    parked = patch(1, {"summary": "Tea"}, {"summary": "Lunch"}, OperationState.CONFLICT)
    later = patch(2, {"summary": "Dinner"}, {"summary": "Tea"}, OperationState.CONFLICT)
    found = verdict(event(), parked, later, agreed=event(summary="Brunch"))
    assert found == Comparison(reopened=frozenset({1, 2}))


def test_a_conflict_stays_while_one_of_its_fields_is_disputed() -> None:
    payload, base = {"summary": "Tea", "location": "There"}, {"summary": "Lunch", "location": None}
    parked = patch(1, payload, base, OperationState.CONFLICT)
    there = event(location="Elsewhere")
    assert verdict(there, parked, agreed=event(summary="Brunch", location="Elsewhere")) == (
        Comparison()
    )


def test_a_change_taken_back_before_it_was_sent_gives_way_to_google() -> None:
    edit = patch(1, {"summary": "Tea"}, {"summary": "Lunch"})
    back = patch(2, {"summary": "Lunch"}, {"summary": "Tea"})
    assert verdict(event(summary="Dinner"), edit, back) == Comparison(frozenset({1, 2}))


def test_what_restores_an_instance_is_not_stopped_by_its_being_deleted() -> None:
    back = patch(1, {"status": "confirmed"}, {"status": "cancelled"})
    stub = {"id": "e1", "status": "cancelled"}
    assert verdict({**stub, "recurringEventId": "e"}, back) == Comparison()
    assert verdict(stub, back).conflicts == {1: DELETED_THERE}


values = st.sampled_from(["Lunch", "Tea", "Dinner"])


@given(base=values, mine=values, theirs=values)
@settings(derandomize=True)
def test_each_edit_is_settled_waiting_or_in_conflict_by_its_three_values(
    base: str, mine: str, theirs: str
) -> None:
    waiting = patch(1, {"summary": mine}, {"summary": base})
    found = verdict(event(summary=theirs), waiting, agreed=event(summary=base))
    assert (1 in found.settled) == (mine == theirs)
    assert (1 in found.conflicts) == (theirs not in (mine, base))


@given(st.dictionaries(st.sampled_from(["summary", "location"]), values, min_size=1))
@settings(derandomize=True)
def test_comparing_again_after_storing_decides_nothing_new(theirs: dict) -> None:
    incoming = apply_patch(event(), theirs)
    waiting = patch(1, {"description": "mine"}, {"description": None})
    assert verdict(incoming, waiting, agreed=incoming) == Comparison()
