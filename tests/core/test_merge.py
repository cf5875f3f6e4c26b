from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.sync.core.merge import apply_patch, changed_fields, view_of
from calendars.sync.core.types import EventStatus, OperationState
from tests.core.values import create, delete, event, guest, patch

FIELDS = ("summary", "location", "description", "colorId", "visibility")
texts = st.sampled_from(["a", "b", "c"])
edits = st.dictionaries(st.sampled_from(FIELDS), st.one_of(st.none(), texts), max_size=4)


def test_a_proposal_changes_nothing_but_the_badge() -> None:
    proposed = OperationState.PROPOSED
    title = patch(1, {"summary": "Tea"}, {"summary": "Lunch"}, proposed)
    assert view_of(event(), [title]).resource == event()
    assert view_of(event(), [title]).status is EventStatus.PROPOSED
    assert view_of(event(), [delete(2, proposed)]).resource == event()
    place = patch(3, {"location": "There"}, {"location": "Here"})
    both = view_of(event(), [title, place])
    assert both.resource == event(location="There")
    assert both.status is EventStatus.PENDING


def test_a_proposed_event_is_shown_with_all_that_is_proposed_of_it() -> None:
    proposed = OperationState.PROPOSED
    made, title = create(1, event(), proposed), patch(2, {"summary": "Tea"}, {}, proposed)
    view = view_of(None, [made, title])
    assert (view.resource, view.status) == (event(summary="Tea"), EventStatus.PROPOSED)
    approved = create(1, event())
    assert view_of(None, [approved, title]).resource == event()


def test_null_removes_a_field_and_other_values_replace_it() -> None:
    assert apply_patch(event(), {"location": None, "summary": "Tea"}) == {
        **{key: value for key, value in event().items() if key != "location"},
        "summary": "Tea",
    }


def test_a_guest_added_here_joins_those_that_google_knows_now() -> None:
    before = [guest("ann@x.test")]
    theirs = event(attendees=[guest("ann@x.test", responseStatus="accepted"), guest("cleo@x.test")])
    mine = {"attendees": [guest("ann@x.test"), guest("ben@x.test")]}
    merged = apply_patch(theirs, mine, {"attendees": before})
    assert [person["email"] for person in merged["attendees"]] == [
        "ann@x.test",
        "cleo@x.test",
        "ben@x.test",
    ]


def test_nobodys_answer_is_wiped_by_a_change_of_the_guest_list() -> None:
    theirs = event(attendees=[guest("ann@x.test", responseStatus="accepted", unknownFlag=True)])
    mine = {"attendees": [guest("ann@x.test"), guest("ben@x.test")]}
    merged = apply_patch(theirs, mine, {"attendees": [guest("ann@x.test")]})
    assert merged["attendees"][0]["responseStatus"] == "accepted"
    assert merged["attendees"][0]["unknownFlag"] is True


def test_a_guest_removed_here_goes_although_they_answered_meanwhile() -> None:
    theirs = event(attendees=[guest("Ann@x.test", responseStatus="accepted")])
    merged = apply_patch(theirs, {"attendees": []}, {"attendees": [guest("ann@x.test")]})
    assert merged["attendees"] == []


def test_extended_properties_merge_key_by_key() -> None:
    theirs = event(extendedProperties={"private": {"other": "1", "mine": "1"}})
    merged = apply_patch(theirs, {"extendedProperties": {"private": {"mine": "2"}}})
    assert merged["extendedProperties"] == {"private": {"other": "1", "mine": "2"}}


def test_an_edit_keeps_only_fields_that_really_differ() -> None:
    wanted = {
        "summary": "Lunch",
        "location": "There",
        "description": None,
        "transparency": "opaque",
        "start": {"dateTime": "2026-03-27T11:00:00Z", "timeZone": "Europe/Berlin"},
    }
    assert changed_fields(event(), wanted) == ({"location": "There"}, {"location": "Here"})


def test_the_same_instant_in_another_zone_is_a_change() -> None:
    start = {"dateTime": "2026-03-27T11:00:00Z", "timeZone": "America/New_York"}
    assert changed_fields(event(), {"start": start})[0] == {"start": start}


def test_the_view_lays_waiting_edits_over_the_agreed_copy_in_order() -> None:
    view = view_of(
        event(),
        [
            patch(1, {"summary": "Tea"}, {"summary": "Lunch"}),
            patch(2, {"summary": "Dinner"}, {"summary": "Tea"}),
        ],
    )
    assert view.resource == event(summary="Dinner")
    assert view.status is EventStatus.PENDING


def test_a_waiting_delete_leaves_nothing_to_see() -> None:
    assert view_of(event(), [delete(1)]).resource is None


def test_a_refused_delete_brings_the_event_back_with_its_badge() -> None:
    view = view_of(event(), [delete(1, OperationState.FAILED)])
    assert (view.resource, view.status) == (event(), EventStatus.FAILED)


def test_a_refused_edit_still_shows_what_the_member_wrote() -> None:
    view = view_of(event(), [patch(1, {"summary": "Tea"}, {}, OperationState.FAILED)])
    assert view.resource == event(summary="Tea")
    assert view.status is EventStatus.FAILED


def test_googles_version_shows_where_a_change_is_in_conflict() -> None:
    view = view_of(event(), [patch(1, {"summary": "Tea"}, {}, OperationState.CONFLICT)])
    assert (view.resource, view.status) == (event(), EventStatus.CONFLICT)


def test_an_event_that_google_does_not_have_is_what_its_create_says() -> None:
    assert view_of(None, [create(1, {"summary": "New"})]).resource == {"summary": "New"}


def test_nothing_open_shows_the_agreed_copy_as_synced() -> None:
    assert view_of(event(), []).status is EventStatus.SYNCED


@given(edits, edits)
@settings(derandomize=True)
def test_edits_of_disjoint_fields_give_the_same_in_either_order(one: dict, other: dict) -> None:
    other = {field: value for field, value in other.items() if field not in one}
    assert apply_patch(apply_patch(event(), one), other) == apply_patch(
        apply_patch(event(), other), one
    )


@given(edits)
@settings(derandomize=True)
def test_an_edit_laid_over_twice_changes_nothing_more(edit: dict) -> None:
    once = apply_patch(event(), edit)
    assert apply_patch(once, edit) == once
    assert changed_fields(once, edit) == ({}, {})


@given(edits)
@settings(derandomize=True)
def test_merging_never_invents_a_value(edit: dict) -> None:
    merged = apply_patch(event(), edit)
    for field, value in merged.items():
        assert value in (event().get(field), edit.get(field))


def test_a_deleted_instance_shows_again_once_it_is_to_be_restored() -> None:
    back = patch(
        1, {"status": "confirmed", "summary": "Feast"}, {"status": "cancelled", "summary": "Lunch"}
    )
    view = view_of(event(status="cancelled"), [back])
    assert view.resource == event(summary="Feast")
    assert view.status is EventStatus.PENDING


def test_an_event_whose_create_is_parked_with_a_conflict_elsewhere_is_not_shown() -> None:
    assert view_of(None, [create(1, {"summary": "Tail"}, OperationState.CONFLICT)]).resource is None
