"""An odd row of Google loses what is odd about it, and nothing else (trap 7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.sync.core.row_shape import calendar_row, event_row, is_calendar, is_row
from tests.core.values import event, guest

WORDS = st.sampled_from(["x", "date", "dateTime", "email", "overrides", "private"])
JSON = st.recursive(
    st.sampled_from([None, True, 5, "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["status", "summary", "start", "end", "recurrence", "attendees", "reminders", "organizer"]
FIELDS += ["originalStartTime", "recurringEventId", "extendedProperties", "conferenceData", "etag"]


def test_an_ordinary_row_is_kept_as_it_is() -> None:
    row = event(attendees=[guest("ann@x.test")], reminders={"useDefault": True}, unknown=[None])
    assert event_row(row) is row


@pytest.mark.parametrize(
    ("odd", "left"),
    [
        ({"start": 5}, {}),
        ({"summary": None}, {}),
        ({"start": {"dateTime": 5, "timeZone": "UTC"}}, {"start": {"timeZone": "UTC"}}),
        ({"recurrence": "RRULE:FREQ=DAILY"}, {}),
        ({"recurrence": [None, "RRULE:FREQ=DAILY"]}, {"recurrence": ["RRULE:FREQ=DAILY"]}),
        ({"attendees": [None, {"email": 5, "self": True}]}, {"attendees": [{"self": True}]}),
        ({"reminders": {"overrides": [5]}}, {"reminders": {"overrides": []}}),
        ({"etag": "9" * 500}, {}),
        ({"recurringEventId": "9" * 5_000}, {}),
        ({"somethingNew": [None, 5]}, {"somethingNew": [None, 5]}),
    ],
)
def test_what_has_an_impossible_type_is_left_out(odd: dict[str, Any], left: dict[str, Any]) -> None:
    assert event_row({"id": "e1", **odd}) == {"id": "e1", **left}


@pytest.mark.parametrize(
    "row", [None, 5, "x", [], {}, {"id": None}, {"id": ""}, {"id": "x" * 2000}]
)
def test_what_has_no_usable_id_is_no_row(row: Any) -> None:
    assert not is_row(row)


def test_an_entry_of_the_calendar_list_is_an_address_with_fields_of_its_types() -> None:
    ordinary = {
        "id": "ann@x.test",
        "defaultReminders": [{"method": "popup", "minutes": 5}],
        "new": 1,
    }
    assert calendar_row(ordinary) is ordinary
    odd = {"id": "ann@x.test", "summary": None, "timeZone": [], "primary": "yes", "new": 1}
    assert calendar_row(odd) == {"id": "ann@x.test", "new": 1}
    assert not is_calendar({"id": "x" * 321})


@given(odd=st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_a_row_that_was_looked_through_is_in_order(odd: dict[str, Any]) -> None:
    once = event_row({"id": "e1", **odd})
    assert event_row(once) is once
    assert once["id"] == "e1"
