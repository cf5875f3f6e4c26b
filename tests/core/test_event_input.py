"""What members and programs send becomes Google's fields, or is refused with a sentence."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.commands.event_body import new_body
from calendars.errors import CalendarError, InvalidInputError, UnknownParameterError
from calendars.event_input import google_fields

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
TODAY = dt.date(2026, 1, 10)


def fields_of(zone: str = BERLIN, **values: Any) -> dict[str, Any]:
    return google_fields(values, default_zone=zone)


def sentence_about(name: str, **values: Any) -> str:
    with pytest.raises(InvalidInputError) as refused:
        fields_of(**values)
    assert list(refused.value.fields) == [name]
    return refused.value.fields[name]


@pytest.mark.parametrize(
    ("zone", "sent", "stored"),
    [
        (BERLIN, "2026-01-15T10:00:00", "2026-01-15T10:00:00+01:00"),
        (NEW_YORK, "2026-01-15T10:00:00", "2026-01-15T10:00:00-05:00"),
        (BERLIN, "2026-01-15T10:00:00-08:00", "2026-01-15T19:00:00+01:00"),
        (NEW_YORK, "2026-01-15T10:00Z", "2026-01-15T05:00:00-05:00"),
        # The night in which an hour is skipped, and the one in which an hour comes twice
        (BERLIN, "2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"),
        (NEW_YORK, "2026-03-08T02:30:00", "2026-03-08T03:30:00-04:00"),
        (BERLIN, "2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),
        (NEW_YORK, "2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00"),
        (BERLIN, "2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_an_offset_fixes_the_instant_and_without_one_it_is_wall_time_of_the_calendar(
    zone: str, sent: str, stored: str
) -> None:
    assert fields_of(zone, start=sent) == {"start": {"dateTime": stored, "timeZone": zone}}


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_an_offset_does_not_move_an_event_to_another_zone(zone: str) -> None:
    sent = {"start": "2026-01-15T10:00:00Z", "end": "2026-01-15T11:00:00"}
    tokyo = {"start": "Asia/Tokyo", "end": "Asia/Tokyo"}
    fields = google_fields(sent, default_zone=zone, own_zones=tokyo)
    assert [fields[edge]["timeZone"] for edge in ("start", "end")] == ["Asia/Tokyo", zone]
    named = google_fields({**sent, "timezone": "UTC"}, default_zone=zone, own_zones=tokyo)
    assert named["start"]["timeZone"] == "UTC"


def test_a_named_zone_says_how_naive_times_are_meant_and_is_kept() -> None:
    fields = fields_of(start="2026-07-01T09:00:00", end="2026-07-01T17:00:00Z", timezone=NEW_YORK)
    assert fields == {
        "start": {"dateTime": "2026-07-01T15:00:00+02:00", "timeZone": NEW_YORK},
        "end": {"dateTime": "2026-07-01T19:00:00+02:00", "timeZone": NEW_YORK},
    }


def test_a_bare_date_is_all_day_and_the_end_is_exclusive() -> None:
    assert fields_of(start_time="2026-05-01", end_time="2026-05-02") == {
        "start": {"date": "2026-05-01"},
        "end": {"date": "2026-05-02"},
    }


def test_google_shapes_are_taken_too() -> None:
    fields = fields_of(
        start={"dateTime": "2026-07-01T09:00:00", "timeZone": NEW_YORK, "date": None},
        colorId="11",
    )
    assert fields == {
        "start": {"dateTime": "2026-07-01T15:00:00+02:00", "timeZone": NEW_YORK},
        "colorId": "11",
    }


def test_null_clears() -> None:
    fields = fields_of(
        summary=None,
        description="",
        recurrence=None,
        attendees=None,
        color_id=None,
        transparency=None,
        visibility=None,
        reminders=None,
        add_meet=None,
    )
    assert fields == {
        "summary": None,
        "description": None,
        "recurrence": None,
        "attendees": [],
        "colorId": None,
        "transparency": "opaque",
        "visibility": "default",
        "reminders": {"useDefault": True, "overrides": []},
    }


def test_guests_are_addresses_or_objects() -> None:
    fields = fields_of(
        attendees=[
            "bob@example.test",
            {"email": "Room@example.test", "resource": True, "self": True, "optional": None},
        ]
    )
    assert fields["attendees"] == [
        {"email": "bob@example.test"},
        {"email": "Room@example.test", "resource": True},
    ]


def test_reminders_always_have_both_keys() -> None:
    once = {"method": "popup", "minutes": 10}
    assert fields_of(reminders={"overrides": [once, once]})["reminders"] == {
        "useDefault": False,
        "overrides": [once],
    }
    assert fields_of(reminders={"useDefault": False})["reminders"]["overrides"] == []


def test_unknown_fields_are_refused_by_name() -> None:
    with pytest.raises(UnknownParameterError) as refused:
        fields_of(summary="Lunch", sumary="Lunch", **{"\ud800": 1})
    assert list(refused.value.fields) == ["\\ud800", "sumary"]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidInputError) as refused:
        fields_of(summary=5, start="tomorrow", color_id=12, timezone="Mars/Olympus")
    assert set(refused.value.fields) == {"summary", "start", "color_id", "timezone"}


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("summary", "x" * 1025, "1025 characters"),
        ("summary", "a\x00b", "cannot be stored"),
        ("description", "\ud800", "cannot be stored"),
        ("description", "x" * 8193, "8192"),
        ("location", ["here"], "text"),
        ("start", None, "time as text"),
        ("start", "tomorrow", "YYYY-MM-DD"),
        ("start", "2026-02-30", "no such date"),
        ("start", "2026-02-01T25:00:00", "no such"),
        ("start", "9999-12-31T23:00:00Z", "too far away"),
        ("start", "2201-01-01T00:00:00", "between 1900 and 2200"),
        ("start", "1899-12-31", "between 1900 and 2200"),
        ("start", {"date": "2026-01-01", "dateTime": "2026-01-01T00:00:00Z"}, "not both"),
        ("start", {"day": "2026-01-01"}, "no day"),
        ("start", 1_767_225_600, "time as text"),
        ("timezone", "Mars/Olympus", "not known"),
        ("timezone", "localtime", "not known"),
        ("timezone", BERLIN, "send them with it"),
        ("recurrence", {"freq": "daily"}, "list of lines"),
        ("recurrence", [5], "text"),
        ("attendees", "bob@example.test", "list"),
        ("attendees", ["bob@example.test", "Bob@Example.test"], "twice"),
        ("attendees", ["bob"], "bob is no e-mail address, and no colleague's username."),
        ("attendees", [{"displayName": "Bob"}], "Guest 1 has no e-mail address."),
        ("attendees", [{"email": "bob@example.test", "optional": "yes"}], "true or false"),
        ("attendees", [{"email": "bob@example.test", "vip": True}], "no vip"),
        ("attendees", ["bob@example.test"] * 1001, "1000 are allowed"),
        ("reminders", {"useDefault": True, "overrides": [{"method": "popup", "minutes": 1}]}, "or"),
        ("reminders", {"overrides": [{"method": "popup", "minutes": n} for n in range(6)]}, "5"),
        ("reminders", {"overrides": [{"method": "sms", "minutes": 1}]}, "popup or email"),
        ("reminders", {"overrides": [{"method": "popup", "minutes": 40321}]}, "40320"),
        ("reminders", {"overrides": [{"method": "popup", "minutes": True}]}, "40320"),
        ("reminders", {}, "object"),
        ("transparency", "busy", "opaque, transparent"),
        ("visibility", {"a": 1}, "default, public"),
        ("color_id", "0", "1 to 11"),
        ("color_id", True, "1 to 11"),
        ("add_meet", "yes", "true or false"),
    ],
)
def test_what_cannot_be_accepted_is_refused_with_a_sentence(
    name: str, value: Any, part: str
) -> None:
    assert part in sentence_about(name, **{name: value})


def test_two_names_of_one_field_are_not_both_taken() -> None:
    assert "twice" in sentence_about(
        "start_time", start="2026-01-15T10:00:00", start_time="2026-01-15T11:00:00"
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("end", {"start": "2026-01-15T10:00:00", "end": "2026-01-15T09:59:59"}),
        ("end", {"start": "2026-01-15", "end": "2026-01-15"}),
        ("end", {"start": "2026-01-15", "end": "2026-01-15T10:00:00"}),
        ("start", {"summary": "When?"}),
        ("recurrence", {"start": "2026-01-15", "recurrence": ["RRULE:FREQ=SOMETIMES"]}),
        ("recurrence", {"start": "2026-01-15", "recurrence": ["RRULE:FREQ=HOURLY"]}),
        ("repeat", {"start": "2026-01-15", "repeat": "when the moon is full"}),
        ("repeat", {"start": "2026-01-15", "repeat": {"frequency": "hourly"}}),
        ("repeat", {"start": "2026-01-15", "repeat": "every Friday"}),
        ("repeat", {"start": "2026-01-15", "repeat": "daily until 2026-01-14"}),
        ("repeat", {"start": "2026-01-15", "repeat": ["daily"]}),
        ("repeat", {"start": "2026-01-15", "repeat": "daily\ud800"}),
        (
            "repeat",
            {"start": "2026-01-15", "recurrence": ["RRULE:FREQ=DAILY"], "repeat": "daily"},
        ),
    ],
)
def test_an_impossible_new_event_is_refused(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        new_body(values, zone=BERLIN, request_id="r", today=TODAY)
    assert list(refused.value.fields) == [name]


@pytest.mark.parametrize(
    ("repeat", "line"),
    [
        (
            "every second Thursday until 5 May",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20260506T035959Z",
        ),
        ({"frequency": "monthly", "nth": 3, "weekdays": ["thursday"]}, "FREQ=MONTHLY;BYDAY=3TH"),
    ],
)
def test_how_it_repeats_may_be_a_form_or_a_phrase(repeat: Any, line: str) -> None:
    values = {"start": "2026-01-15T10:00:00", "timezone": NEW_YORK, "repeat": repeat}
    body = new_body(values, zone=BERLIN, request_id="r", today=TODAY)
    assert body["recurrence"] == [f"RRULE:{line}"]
    assert "repeat" not in body


def test_a_rule_that_begins_on_another_day_names_it() -> None:
    values = {"start": "2026-01-15T23:00:00", "timezone": NEW_YORK, "repeat": "every Friday"}
    with pytest.raises(InvalidInputError) as refused:
        new_body(values, zone=BERLIN, request_id="r", today=TODAY)
    assert "starts on Thursday, 2026-01-15" in refused.value.fields["repeat"]
    assert "begin on Friday, 2026-01-16" in refused.value.fields["repeat"]


def test_an_event_may_have_no_length() -> None:
    values = {"start": "2026-01-15T10:00:00", "end": "2026-01-15T10:00:00"}
    body = new_body(values, zone=BERLIN, request_id="r", today=TODAY)
    assert body["start"] == body["end"]


def test_without_an_end_it_lasts_an_hour_even_over_a_change_of_clocks() -> None:
    body = new_body({"start": "2026-03-29T01:30:00"}, zone=BERLIN, request_id="r", today=TODAY)
    assert body["end"]["dateTime"] == "2026-03-29T03:30:00+02:00"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-01-15", "2026-01-15T10:00:00", "RRULE:FREQ=DAILY", "a@b.test"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["date", "dateTime", "timeZone", "email", "overrides", "minutes"])
            | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
NAMES = [
    "summary",
    "start",
    "end",
    "timezone",
    "description",
    "attendees",
    "recurrence",
    "reminders",
    "transparency",
    "visibility",
    "color_id",
    "add_meet",
]


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING), st.booleans())
def test_whatever_is_sent_becomes_an_event_or_a_refusal(
    values: dict[str, Any], with_start: bool
) -> None:
    if with_start:
        values = {**values, "start": "2026-01-15T10:00:00"}
    try:
        body = new_body(values, zone=BERLIN, request_id="r", today=TODAY)
    except CalendarError as refused:
        json.dumps(refused.fields, ensure_ascii=False).encode()
    else:
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
