"""Taking a change back, field by field and guest by guest."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.sync.core.inverse import Inverse, inverse_of_patch
from calendars.sync.core.merge import apply_patch, changed_fields
from tests.core.values import event, guest

BEN = guest("ben@x.test")
ANN = guest("ann@x.test")
FIELDS = ("summary", "location", "description", "colorId")
texts = st.sampled_from(["a", "b", "c"])
edits = st.dictionaries(st.sampled_from(FIELDS), st.one_of(st.none(), texts), max_size=4)


def undone(payload: dict, base: dict, current: dict) -> Inverse:
    return inverse_of_patch(payload=payload, base=base, current=current)


def test_what_is_as_the_change_left_it_becomes_what_it_was() -> None:
    payload = {"summary": "Tea", "location": None}
    base = {"summary": "Lunch", "location": "Here"}
    current = apply_patch(event(), payload, base)
    assert undone(payload, base, current) == Inverse(base, {"summary": "Tea", "location": None})


def test_what_was_changed_since_stays_and_is_named() -> None:
    payload, base = {"summary": "Tea", "location": "There"}, {"summary": "Lunch", "location": None}
    found = undone(payload, base, event(summary="Dinner", location="There"))
    assert found == Inverse({"location": None}, {"location": "There"}, ("summary",))


def test_what_is_as_before_already_is_neither_sent_nor_named() -> None:
    assert undone({"summary": "Tea"}, {"summary": "Lunch"}, event()) == Inverse({}, {})


def test_start_and_end_are_taken_back_together_or_not_at_all() -> None:
    before = event()
    moved = {
        "start": {"dateTime": "2026-03-29T12:00:00+02:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-29T13:00:00+02:00", "timeZone": "Europe/Berlin"},
    }
    base = {name: before[name] for name in moved}
    assert undone(moved, base, event(**moved)).payload == base
    longer = event(**moved, location="There")
    longer["end"] = {"dateTime": "2026-03-29T15:00:00+02:00", "timeZone": "Europe/Berlin"}
    assert undone(moved, base, longer) == Inverse({}, {}, ("start", "end"))


def test_a_time_that_google_prints_in_another_offset_is_the_same_time() -> None:
    payload = {"start": {"dateTime": "2026-10-25T03:30:00+01:00", "timeZone": "Europe/Berlin"}}
    base = {"start": {"date": "2026-10-25"}}
    printed = {"dateTime": "2026-10-25T15:30:00+13:00", "timeZone": "Europe/Berlin"}
    assert undone(payload, base, event(start=printed)).payload == base


def test_an_invited_guest_is_taken_off_again_whatever_was_answered() -> None:
    added = {"attendees": [BEN]}
    answered = guest("ben@x.test", responseStatus="accepted")
    found = undone(added, {"attendees": []}, event(attendees=[ANN, answered]))
    assert found == Inverse({"attendees": []}, {"attendees": [answered]})
    left = apply_patch(event(attendees=[ANN, answered]), found.payload, found.base)
    assert left["attendees"] == [ANN]


def test_a_guest_taken_off_is_invited_again_beside_those_of_now() -> None:
    found = undone({"attendees": []}, {"attendees": [BEN]}, event(attendees=[ANN]))
    left = apply_patch(event(attendees=[ANN]), found.payload, found.base)
    assert left["attendees"] == [ANN, BEN]


def test_an_answer_becomes_what_it_was_and_one_given_since_stays() -> None:
    said = {"attendees": [guest("ben@x.test", responseStatus="accepted")]}
    base = {"attendees": [BEN]}
    found = undone(said, base, event(attendees=[ANN, *said["attendees"]]))
    assert found.payload == {"attendees": [BEN]}
    since = event(attendees=[guest("ben@x.test", responseStatus="declined")])
    assert undone(said, base, since) == Inverse({}, {}, ("attendees",))


def test_a_guest_who_was_invited_again_since_is_left_alone() -> None:
    assert undone({"attendees": []}, {"attendees": [BEN]}, event(attendees=[BEN])) == Inverse(
        {}, {}
    )


def test_a_changed_guest_who_is_gone_by_now_does_not_come_back() -> None:
    payload = {"attendees": [guest("ben@x.test", optional=True)]}
    assert undone(payload, {"attendees": [BEN]}, event(attendees=[ANN])).kept == ("attendees",)


@given(edits, edits)
@settings(derandomize=True)
def test_an_undo_of_an_undo_is_the_change_itself(before: dict, wanted: dict) -> None:
    old = apply_patch(event(), before)
    payload, base = changed_fields(old, wanted)
    new = apply_patch(old, payload, base)
    back = undone(payload, base, new)
    assert apply_patch(new, back.payload, back.base) == old
    again = undone(back.payload, back.base, old)
    assert apply_patch(old, again.payload, again.base) == new


@given(edits, edits, edits)
@settings(derandomize=True)
def test_nothing_that_was_changed_since_is_touched(a: dict, b: dict, since: dict) -> None:
    old = apply_patch(event(), a)
    payload, base = changed_fields(old, b)
    new = apply_patch(old, payload, base)
    now = apply_patch(new, since)
    back = undone(payload, base, now)
    for name, value in apply_patch(now, back.payload, back.base).items():
        assert value in (now.get(name), old.get(name))
        if now.get(name) != new.get(name):
            assert value == now.get(name)
