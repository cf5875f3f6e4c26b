"""Google's event JSON read into moments and spans, and instances made of a series."""

from __future__ import annotations

import copy
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import event_input
from calendars.event_resource import (
    EDITABLE_FIELDS,
    Moment,
    ResourceError,
    instance_id,
    instance_resource,
    is_cancelled,
    is_instance,
    is_series,
    original_start,
    original_start_of,
    parse_moment,
    render_moment,
    span_of,
    split_instance_id,
    unit_of,
)
from calendars.recurrence import expand
from calendars.zones import find_zone, instant_of, wall_of
from tests.core.series import all_day, instant, occurrences, timed

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"
NOON = instant("2031-06-08T12:00")


# -- moments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        {"dateTime": "2031-06-08T12:00:00Z"},
        {"dateTime": "2031-06-08t12:00:00z"},
        {"dateTime": "2031-06-08T12:00:00.999Z"},
        {"dateTime": "2031-06-08T14:00:00+02:00"},
        {"dateTime": "2031-06-08T14:00+02:00"},
        {"dateTime": "2031-06-08T14:00:00+02:00", "timeZone": NEW_YORK},
        {"dateTime": "2031-06-08T08:00:00", "timeZone": NEW_YORK},
        {"dateTime": "2031-06-08T14:00:00"},
        {"dateTime": "2031-06-08T14:00:00", "date": None, "timeZone": None},
    ],
)
def test_an_offset_fixes_the_instant_and_without_one_the_zone_does(value):
    moment = parse_moment(value, default_zone=BERLIN)
    assert moment == Moment(date=None, instant=NOON, zone=value.get("timeZone"))


@pytest.mark.parametrize("zone", [BERLIN, AUCKLAND])
def test_a_date_stays_a_date_in_every_zone(zone):
    moment = parse_moment({"date": "2031-06-08", "dateTime": None}, default_zone=zone)
    assert moment == Moment(date=dt.date(2031, 6, 8), instant=None, zone=None)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "2031-06-08",
        [],
        {},
        {"date": None, "dateTime": None},
        {"date": "2031-06-08", "dateTime": "2031-06-08T12:00:00Z"},
        {"date": "2031-6-8"},
        {"date": "2031-02-29"},
        {"date": "20310608"},
        {"date": "0000-12-29"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"date": 20310608},
        {"date": "2031-06-08\n"},
        {"date": "٢٠٣١-٠٦-٠٨"},
        {"dateTime": ""},
        {"dateTime": "2031-06-08"},
        {"dateTime": "2031-06-08T25:00:00Z"},
        {"dateTime": "2031-06-08T23:59:60Z"},
        {"dateTime": "2031-06-08 12:00:00Z"},
        {"dateTime": "2031-W23-7T12:00:00Z"},
        {"dateTime": "2031-06-08T12:00:00+25:00"},
        {"dateTime": "0000-12-29T00:00:00.000Z"},
        {"dateTime": "0001-01-01T00:00:00+14:00"},
        {"dateTime": "9999-12-31T23:59:59-12:00"},
        {"dateTime": "9999-12-31T23:59:59"},
        {"dateTime": 1},
        {"dateTime": "2031-06-08T12:00:00Z", "timeZone": "Middle/Earth"},
        {"dateTime": "2031-06-08T12:00:00", "timeZone": ""},
        {"dateTime": "2031-06-08T12:00:00", "timeZone": 7},
        {"dateTime": "2031-06-08T12:00:00", "timeZone": "localtime"},
        {"dateTime": "2031-06-08T12:00:00", "timeZone": "right/Europe/Berlin"},
        {"dateTime": "2031-06-08T12:00:00", "timeZone": "../etc/passwd"},
        {"dateTime": "2031-06-08T12:00:00", "timeZone": "x" * 5000},
        {"dateTime": "2031-06-08T12:00:00", "timeZone": "a\0b"},
    ],
)
def test_what_is_no_moment_is_refused_with_a_sentence(value):
    with pytest.raises(ResourceError) as refused:
        parse_moment(value, default_zone=BERLIN)
    assert str(refused.value).endswith(".")
    assert refused.value.code == "invalid_time"


def test_a_default_zone_nobody_knows_is_refused_too():
    with pytest.raises(ResourceError):
        parse_moment({"dateTime": "2031-06-08T12:00:00"}, default_zone="Middle/Earth")


@pytest.mark.parametrize(
    ("wall", "zone", "utc"),
    [
        ("2031-03-30T02:30:00", BERLIN, "2031-03-30T01:30"),
        ("2031-10-26T02:30:00", BERLIN, "2031-10-26T00:30"),
        ("2031-03-09T02:30:00", NEW_YORK, "2031-03-09T07:30"),
        ("2031-11-02T01:30:00", NEW_YORK, "2031-11-02T05:30"),
        ("2031-10-05T02:10:00", "Australia/Lord_Howe", "2031-10-04T15:40"),
    ],
)
def test_a_skipped_wall_time_is_later_by_the_gap_and_a_repeated_one_the_first(wall, zone, utc):
    moment = parse_moment({"dateTime": wall, "timeZone": zone}, default_zone="UTC")
    assert moment.instant == instant(utc)


# -- spans --------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_a_timed_event_has_its_instants_whatever_the_calendars_zone(zone):
    span = span_of(timed("2031-06-08T14:00", zone=BERLIN), calendar_zone=zone)
    assert span is not None
    assert (span.start, span.end) == (NOON, NOON + 3600)
    assert (span.start_date, span.end_date) == (None, None)


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        (BERLIN, "2031-03-29T23:00", 23),
        (AUCKLAND, "2031-03-29T11:00", 24),
        ("UTC", "2031-03-30T00:00", 24),
    ],
)
def test_an_all_day_event_spans_the_midnights_of_the_calendars_zone(zone, start, hours):
    span = span_of(all_day("2031-03-30"), calendar_zone=zone)
    assert span is not None
    assert (span.start, span.end) == (instant(start), instant(start) + hours * 3600)
    assert (span.start_date, span.end_date) == ("2031-03-30", "2031-03-31")


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize(
    "end",
    [None, {}, "soon", {"dateTime": "2031-06-08T13:59:00+02:00"}, {"date": "2031-06-08"}, 7],
)
def test_a_missing_or_impossible_end_is_the_start(end, zone):
    span = span_of(timed("2031-06-08T14:00", zone=BERLIN) | {"end": end}, calendar_zone=zone)
    assert span is not None
    assert (span.start, span.end) == (NOON, NOON)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize(
    "end", [None, {"date": "2031-06-08"}, {"date": "2031-06-01"}, {"date": "x"}]
)
def test_an_all_day_event_lasts_a_day_at_least(end, zone):
    span = span_of(all_day("2031-06-08") | {"end": end}, calendar_zone=zone)
    assert span is not None
    assert (span.start_date, span.end_date) == ("2031-06-08", "2031-06-09")


@pytest.mark.parametrize(
    "resource",
    [
        {"kind": "calendar#event", "id": "x", "status": "cancelled"},
        {"id": "x_20310608T120000Z", "status": "cancelled", "recurringEventId": "x"},
        {"start": None},
        {"start": "2031-06-08"},
        {"start": {"dateTime": "0000-12-29T00:00:00.000Z"}},
        {"start": {"date": "0000-12-29"}},
        {"start": {"date": "2031-99-99"}},
        {"start": {"dateTime": {"nested": True}}},
        {"start": {"timeZone": BERLIN}},
    ],
)
def test_a_row_without_a_usable_start_has_no_span(resource):
    assert span_of(resource, calendar_zone=BERLIN) is None


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "GMT+02:00", 7, "", "Mars"])
@pytest.mark.parametrize("zone", [BERLIN, "Nowhere", ""])
def test_an_unknown_zone_does_not_hide_an_event(name, zone):
    resource = timed("2031-06-08T14:00", zone=BERLIN)
    resource["start"]["timeZone"] = name
    span = span_of(resource, calendar_zone=zone)
    assert span is not None
    assert span.start == NOON


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner, max_size=2)
    ),
    max_leaves=4,
)
time_texts = (
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{5,8}(Z|[+-][0-9:]{5})?)?") | json_values
)
ends = json_values | st.fixed_dictionaries(
    {},
    optional={
        "date": time_texts,
        "dateTime": time_texts,
        "timeZone": json_values | st.sampled_from([BERLIN, NEW_YORK, "UTC"]),
    },
)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(
    start=ends, end=ends, lines=json_values, original=ends, zone=st.sampled_from([BERLIN, AUCKLAND])
)
def test_no_row_of_google_makes_reading_fail(start, end, lines, original, zone):
    resource = {"start": start, "end": end, "recurrence": lines, "originalStartTime": original}
    span = span_of(resource, calendar_zone=zone)
    assert span is None or span.start <= span.end
    original_start(resource, calendar_zone=zone)
    for found in expand(resource, window_start=0, window_end=2**31, calendar_zone=zone):
        assert found.span.start <= found.span.end


# -- kinds and ids ------------------------------------------------------------------------------

BASE = "0a1b2c3d4e5f6g7h8i9jaabbcc"
SPLIT = f"{BASE}_R20250327T123000"


@pytest.mark.parametrize(
    ("resource", "series", "instance"),
    [
        ({"id": BASE}, False, False),
        ({"id": BASE, "recurrence": ["RRULE:FREQ=DAILY"]}, True, False),
        ({"id": SPLIT, "recurrence": ["RRULE:FREQ=DAILY"]}, True, False),
        ({"id": SPLIT, "status": "cancelled"}, False, False),
        ({"id": f"{BASE}_20310328T150000Z", "recurringEventId": BASE}, False, True),
        ({"id": "somebodys", "recurringEventId": "unseen"}, False, True),
        ({"id": f"{BASE}_20310328T150000Z", "status": "cancelled"}, False, True),
        ({"id": f"{BASE}_20310328", "status": "cancelled"}, False, True),
        ({"status": "cancelled"}, False, False),
        ({"id": 7}, False, False),
    ],
)
def test_masters_and_instances_are_told_apart(resource, series, instance):
    assert (is_series(resource), is_instance(resource)) == (series, instance)
    assert is_cancelled(resource) == (resource.get("status") == "cancelled")


@pytest.mark.parametrize(
    ("original", "suffix"),
    [
        (instant("2031-03-28T15:00"), "20310328T150000Z"),
        ("2031-03-28", "20310328"),
        (Moment(None, instant("2031-03-28T15:00"), NEW_YORK), "20310328T150000Z"),
        (Moment(dt.date(2031, 3, 28), None, None), "20310328"),
        (instant("0900-03-28T15:00"), "09000328T150000Z"),
    ],
)
@pytest.mark.parametrize("master", [BASE, SPLIT, f"{BASE}_R20250327"])
def test_an_instance_is_numbered_from_the_base_by_its_slot_in_utc(master, original, suffix):
    assert instance_id(master_id=master, original=original) == f"{BASE}_{suffix}"


def test_an_instance_of_a_local_series_can_be_named_too():
    master = "local:7f9c24e8-3b12-4ef1-9e15-0d9b1d1f0c3a"
    name = instance_id(master_id=master, original="2031-03-28")
    assert split_instance_id(name) == (master, "20310328")


@pytest.mark.parametrize(
    ("event_id", "parts"),
    [
        (f"{BASE}_20310328T150000Z", (BASE, "20310328T150000Z")),
        (f"{BASE}_20310328", (BASE, "20310328")),
        (f"{SPLIT}_20310328T150000Z", (SPLIT, "20310328T150000Z")),
        (BASE, None),
        (SPLIT, None),
        (f"{BASE}_R20250327", None),
        (f"{BASE}_20310328T150000", None),
        ("_20310328", None),
        ("", None),
    ],
)
def test_an_instance_id_splits_at_its_last_underscore(event_id, parts):
    assert split_instance_id(event_id) == parts


@pytest.mark.parametrize(
    ("suffix", "slot"),
    [
        ("20310328T150000Z", instant("2031-03-28T15:00")),
        ("20310328", "2031-03-28"),
        ("20311328", None),
        ("20310328T250000Z", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_a_suffix_names_the_slot(suffix, slot):
    assert original_start_of(suffix) == slot


def test_a_cancelled_stub_that_lost_its_original_start_still_names_its_slot():
    stub = {"id": f"{BASE}_20310328T150000Z", "status": "cancelled"}
    for zone in (BERLIN, NEW_YORK):
        assert original_start(stub, calendar_zone=zone) == instant("2031-03-28T15:00")
        assert original_start({"id": BASE}, calendar_zone=zone) is None


def test_an_original_start_is_read_before_the_id():
    exception = {
        "id": f"{BASE}_20310328T150000Z",
        "originalStartTime": {"dateTime": "2031-03-28T16:00:00", "timeZone": BERLIN},
    }
    assert original_start(exception, calendar_zone=NEW_YORK) == instant("2031-03-28T15:00")


# -- virtual instances --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar_zone", "offset"), [(BERLIN, "+02:00"), (NEW_YORK, "-04:00"), ("UTC", "Z")]
)
def test_an_instance_prints_the_calendars_offset_and_keeps_the_zone_of_the_series(
    calendar_zone, offset
):
    master = timed("2031-06-08T14:00", "RRULE:FREQ=DAILY;COUNT=2", zone=BERLIN)
    master |= {"id": SPLIT, "summary": "Team", "iCalUID": "u", "unknown": {"kept": 1}}
    before = copy.deepcopy(master)
    second = occurrences(master, zone=calendar_zone)[1]
    found = instance_resource(master, occurrence=second, calendar_zone=calendar_zone)
    assert found["id"] == f"{BASE}_20310609T120000Z"
    assert found["recurringEventId"] == SPLIT
    assert found["start"]["dateTime"].endswith(offset)
    assert found["start"]["timeZone"] == found["end"]["timeZone"] == BERLIN
    assert found["originalStartTime"] == found["start"]
    assert span_of(found, calendar_zone=calendar_zone) == second.span
    assert "recurrence" not in found
    assert (found["summary"], found["iCalUID"], found["unknown"]) == ("Team", "u", {"kept": 1})
    assert master == before


def test_an_all_day_instance_has_dates_only():
    master = all_day("2031-06-08", "RRULE:FREQ=WEEKLY", days=2)
    for zone in (BERLIN, AUCKLAND):
        second = occurrences(master, zone=zone, limit=2)[1]
        found = instance_resource(master, occurrence=second, calendar_zone=zone)
        assert found["id"] == "series_20310615"
        assert found["start"] == found["originalStartTime"] == {"date": "2031-06-15"}
        assert found["end"] == {"date": "2031-06-17"}


@pytest.mark.parametrize(
    ("epoch", "zone", "text"),
    [
        (NOON, BERLIN, "2031-06-08T14:00:00+02:00"),
        (NOON, NEW_YORK, "2031-06-08T08:00:00-04:00"),
        (NOON, ZoneInfo("Asia/Kolkata"), "2031-06-08T17:30:00+05:30"),
        (NOON, "UTC", "2031-06-08T12:00:00Z"),
        (NOON, "Europe/London", "2031-06-08T13:00:00+01:00"),
        (instant("2031-01-08T12:00"), "Europe/London", "2031-01-08T12:00:00Z"),
        (NOON, "Middle/Earth", "2031-06-08T12:00:00Z"),
        (instant("1850-06-08T12:00"), BERLIN, "1850-06-08T12:00:00Z"),
        (instant("0900-06-08T12:00"), BERLIN, "0900-06-08T12:00:00Z"),
    ],
)
def test_a_moment_is_printed_with_an_offset_that_rfc_3339_allows(epoch, zone, text):
    assert render_moment(epoch, zone) == text


# -- units --------------------------------------------------------------------------------------


def test_times_and_recurrence_are_one_unit_and_everything_else_its_own():
    assert {unit_of(name) for name in ("start", "end", "recurrence", "start.dateTime")} == {"time"}
    assert unit_of("summary") == "summary"
    assert unit_of("extendedProperties.private.colour") == "extendedProperties"


def test_what_the_server_sets_is_not_editable():
    server = {"id", "etag", "created", "updated", "htmlLink", "recurringEventId", "iCalUID"}
    assert not server & EDITABLE_FIELDS
    assert event_input.WRITTEN_FIELDS == EDITABLE_FIELDS


# -- zones --------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    wall=st.datetimes(
        dt.datetime.fromisoformat("1900-01-01"), dt.datetime.fromisoformat("2100-01-01")
    ),
    name=st.sampled_from([BERLIN, NEW_YORK, AUCKLAND, "Australia/Lord_Howe", "America/Sao_Paulo"]),
)
def test_wall_times_become_the_instants_that_the_zone_database_says(wall, name):
    zone, wall = ZoneInfo(name), wall.replace(microsecond=0, fold=0)
    seconds = wall.hour * 3600 + wall.minute * 60 + wall.second
    found = instant_of(wall.toordinal(), seconds, zone)
    assert found == round(wall.replace(tzinfo=zone).timestamp())
    shown = dt.datetime.fromtimestamp(found, zone)
    assert wall_of(found, zone)[0] == shown.toordinal()


@pytest.mark.parametrize("name", ["Europe", "posix/UTC", "Factory", "posixrules", "/etc/localtime"])
def test_what_is_no_zone_of_the_world_is_not_found(name):
    assert find_zone(name) is None
