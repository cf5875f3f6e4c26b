"""What a listing holds until its last page has come."""

from __future__ import annotations

from calendars.sync.listed import Listed

EVENT = {
    "id": "a",
    "etag": '"1"',
    "summary": "Käse 🧀",
    "sequence": 0,
    "attendees": [{"email": "b"}],
}
CANCELLED = {"id": "a", "etag": '"2"', "status": "cancelled"}


def test_a_resource_comes_back_as_it_was_given() -> None:
    listed = Listed({"a": EVENT})
    assert (listed["a"], list(listed), len(listed)) == (EVENT, ["a"], 1)
    assert "a" in listed
    assert listed.get("b") is None


def test_what_is_done_to_a_resource_stays_outside_the_listing() -> None:
    listed = Listed({"a": EVENT})
    listed["a"]["attendees"].clear()
    assert listed["a"] == EVENT


def test_of_two_resources_with_one_id_the_later_one_counts() -> None:
    listed = Listed({"a": EVENT})
    listed.update({"a": CANCELLED})
    assert (listed["a"], listed.is_cancelled("a"), listed.has("a", etag='"2"')) == (
        CANCELLED,
        True,
        True,
    )
    listed.update({"a": EVENT})
    assert (listed.is_cancelled("a"), listed.has("a", etag='"2"')) == (False, False)


def test_an_event_without_an_etag_is_never_known_already() -> None:
    assert not Listed({"a": {"id": "a"}}).has("a", etag="")
    assert not Listed({"a": {"id": "a", "etag": ""}}).has("a", etag="")
