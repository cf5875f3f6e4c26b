"""What a conflict leaves to choose, and what each choice wants."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.sync.core.settling import (
    Choice,
    ConflictKind,
    WishError,
    choices,
    kind_of,
    mine_of,
    wishes,
)
from tests.core.values import event, guest

PAYLOAD = {"summary": "Tea", "start": {}, "end": {}}


def test_a_conflict_is_named_after_what_each_side_did() -> None:
    assert kind_of(is_delete=False, agreed=event()) is ConflictKind.EDIT_EDIT
    assert kind_of(is_delete=True, agreed=event()) is ConflictKind.DELETE_EDIT
    for gone in (None, {}, event(status="cancelled")):
        assert kind_of(is_delete=False, agreed=gone) is ConflictKind.EDIT_DELETE


def test_only_two_edits_can_be_merged_or_both_be_kept() -> None:
    assert list(choices(ConflictKind.EDIT_EDIT)) == list(Choice)
    for kind in (ConflictKind.EDIT_DELETE, ConflictKind.DELETE_EDIT):
        assert list(choices(kind)) == [Choice.MINE, Choice.THEIRS]


def test_a_step_of_a_saga_cannot_become_an_event_of_its_own() -> None:
    assert Choice.BOTH not in choices(ConflictKind.EDIT_EDIT, of_saga=True)


def test_what_would_reset_occurrences_is_done_as_asked_or_not_at_all() -> None:
    for kind in (ConflictKind.EDIT_EDIT, ConflictKind.DELETE_EDIT):
        possible = choices(kind, of_occurrences=True, of_saga=True)
        assert list(possible) == [Choice.MINE, Choice.THEIRS]
        assert "occurrences" in possible[Choice.MINE]


def test_a_split_of_what_was_divided_otherwise_since_can_only_be_given_up() -> None:
    assert list(choices(ConflictKind.EDIT_EDIT, of_saga=True, cut_elsewhere=True)) == [
        Choice.THEIRS
    ]


def test_what_is_forgotten_can_only_be_given_up() -> None:
    for kind in ConflictKind:
        assert list(choices(kind, known=False, of_instance=True)) == [Choice.THEIRS]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], {}),
        (["summary"], {"summary": "mine"}),
        (["end"], {"start": "mine", "end": "mine"}),
        ({"time": "theirs"}, {"start": "theirs", "end": "theirs"}),
        ({"start": "mine", "end": "14:00"}, {"start": "mine", "end": "14:00"}),
        ({"start": "9:00"}, {"start": "9:00"}),
        ({"summary": "mine", "time": "mine"}, {"summary": "mine", "start": "mine", "end": "mine"}),
    ],
)
def test_a_wish_for_one_of_the_times_is_one_for_all_of_them(
    fields: Any, expected: dict[str, Any]
) -> None:
    assert wishes(fields, PAYLOAD) == expected


@pytest.mark.parametrize(
    "fields",
    [
        ["location"],
        ["recurrence"],
        {"start": "mine", "end": "theirs"},
        {"time": "9:00"},
        ["\ud800" * 1_000],
    ],
)
def test_a_wish_that_means_nothing_is_refused(fields: Any) -> None:
    with pytest.raises(WishError) as refused:
        wishes(fields, PAYLOAD)
    assert len(str(refused.value)) < 100


def test_time_is_not_in_conflict_where_none_of_its_fields_is() -> None:
    with pytest.raises(WishError):
        wishes(["time"], {"summary": "Tea"})


def test_mine_keeps_the_answers_that_google_has_by_now() -> None:
    payload, base = {"attendees": [guest("ben@x.test")]}, {"attendees": []}
    answered = guest("ann@x.test", responseStatus="accepted")
    mine = mine_of(payload, base, event(attendees=[answered]))
    assert mine == {"attendees": [answered, guest("ben@x.test")]}


names = st.sampled_from(["summary", "start", "end", "time"])
wish = st.sampled_from(["mine", "theirs", "x"])


@given(st.dictionaries(names, wish))
@settings(derandomize=True)
def test_wishes_are_refused_or_speak_of_fields_in_conflict_only(fields: dict[str, str]) -> None:
    try:
        found = wishes(fields, PAYLOAD)
    except WishError:
        return
    assert found.keys() <= PAYLOAD.keys()
    assert all(found[name] == said for name, said in fields.items() if said == "x")
