"""RRULE, RDATE, EXRULE and EXDATE together, the window, exceptions, and all-day series."""

from __future__ import annotations

import datetime as dt

import pytest

from calendars.recurrence import expand
from tests.core.series import all_day, dates, instant, local, occurrences, timed

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"
in_two_zones = pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])


def starts(series, *, zone: str, **more) -> list[str]:
    return local(occurrences(series, zone=zone, **more), zone)


# -- the start --------------------------------------------------------------------------------


@in_two_zones
def test_a_start_that_does_not_match_is_listed_and_not_counted(zone):
    series = timed("2031-01-01T09:00", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", zone=zone)
    days = ["2031-01-01", "2031-01-06", "2031-01-13", "2031-01-20"]
    assert starts(series, zone=zone) == [f"{day}T09:00" for day in days]


@in_two_zones
def test_a_start_that_matches_is_counted(zone):
    series = timed("2031-01-06T09:00", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2", zone=zone)
    assert starts(series, zone=zone) == ["2031-01-06T09:00", "2031-01-13T09:00"]


@in_two_zones
def test_a_series_cut_before_its_start_has_no_occurrence(zone):
    series = timed("2031-01-06T09:00", "RRULE:FREQ=DAILY;UNTIL=20310105T225959Z", zone=zone)
    assert starts(series, zone=zone) == []


@in_two_zones
def test_only_dates_without_a_rule_are_a_series_too(zone):
    series = timed("2031-01-06T09:00", f"RDATE;TZID={zone}:20310301T120000", zone=zone)
    assert starts(series, zone=zone) == ["2031-01-06T09:00", "2031-03-01T12:00"]


# -- UNTIL ------------------------------------------------------------------------------------


@in_two_zones
@pytest.mark.parametrize("inclusive", [True, False])
def test_until_in_utc_is_inclusive_to_the_second(zone, inclusive):
    last = instant("2031-06-10T09:00", zone) - (not inclusive)
    until = _compact(last)
    series = timed("2031-06-08T09:00", f"RRULE:FREQ=DAILY;UNTIL={until}", zone=zone)
    assert len(starts(series, zone=zone)) == (3 if inclusive else 2)


def _compact(epoch: int) -> str:
    return dt.datetime.fromtimestamp(epoch, dt.UTC).strftime("%Y%m%dT%H%M%SZ")


@in_two_zones
def test_until_as_a_date_takes_the_whole_local_day(zone):
    series = timed("2031-06-08T23:30", "RRULE:FREQ=DAILY;UNTIL=20310610", zone=zone)
    assert starts(series, zone=zone)[-1] == "2031-06-10T23:30"


@in_two_zones
def test_until_without_a_zone_is_a_wall_time_of_the_series(zone):
    series = timed("2031-06-08T09:00", "RRULE:FREQ=DAILY;UNTIL=20310610T090000", zone=zone)
    assert starts(series, zone=zone)[-1] == "2031-06-10T09:00"


@in_two_zones
@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231", "99991231T235959"])
def test_until_in_the_last_year_there_is_means_for_ever(zone, until):
    series = timed("2031-06-08T09:00", f"RRULE:FREQ=DAILY;UNTIL={until}", zone=zone)
    assert len(starts(series, zone=zone, begin="2099-01-01", end="2099-01-08")) == 7


@pytest.mark.parametrize("until", ["20310610", "20310610T000000Z", "20310610T235959Z"])
def test_until_of_an_all_day_series_takes_the_day_it_names(until):
    series = all_day("2031-06-08", f"RRULE:FREQ=DAILY;UNTIL={until}")
    for zone in (BERLIN, AUCKLAND):
        assert dates(occurrences(series, zone=zone))[-1] == "2031-06-10"


# -- RDATE and EXDATE -------------------------------------------------------------------------


@in_two_zones
@pytest.mark.parametrize(
    "form",
    ["RDATE;TZID={zone}:{local}", "RDATE:{utc}", "RDATE:{local}", 'RDATE;TZID="{zone}":{local}'],
)
def test_an_rdate_is_added_in_each_of_its_forms(zone, form):
    line = form.format(
        zone=zone, local="20310615T093000", utc=_compact(instant("2031-06-15T09:30", zone))
    )
    series = timed("2031-06-08T09:00", "RRULE:FREQ=DAILY;COUNT=2", line, zone=zone)
    assert starts(series, zone=zone)[-1] == "2031-06-15T09:30"


@in_two_zones
@pytest.mark.parametrize("form", ["EXDATE;TZID={zone}:{local}", "EXDATE:{utc}", "EXDATE:{local}"])
def test_an_exdate_removes_in_each_of_its_forms(zone, form):
    line = form.format(
        zone=zone, local="20310609T090000", utc=_compact(instant("2031-06-09T09:00", zone))
    )
    series = timed("2031-06-08T09:00", "RRULE:FREQ=DAILY;COUNT=3", line, zone=zone)
    assert starts(series, zone=zone) == ["2031-06-08T09:00", "2031-06-10T09:00"]


def test_an_exdate_of_another_zone_names_the_instant():
    lines = ("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Asia/Tokyo:20310609T160000")
    series = timed("2031-06-08T09:00", *lines, zone=BERLIN)
    assert starts(series, zone=BERLIN) == ["2031-06-08T09:00", "2031-06-10T09:00"]


@in_two_zones
def test_an_exdate_that_is_only_a_date_has_no_effect_on_a_timed_series(zone):
    lines = ("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20310609")
    assert len(starts(timed("2031-06-08T09:00", *lines, zone=zone), zone=zone)) == 3


@in_two_zones
def test_an_rdate_on_a_slot_of_the_rule_is_listed_once(zone):
    lines = ("RRULE:FREQ=DAILY;COUNT=2", f"RDATE;TZID={zone}:20310609T090000")
    assert len(starts(timed("2031-06-08T09:00", *lines, zone=zone), zone=zone)) == 2


@in_two_zones
def test_an_exdate_wins_over_an_rdate(zone):
    lines = (f"RDATE;TZID={zone}:20310620T090000", f"EXDATE;TZID={zone}:20310620T090000")
    assert starts(timed("2031-06-08T09:00", *lines, zone=zone), zone=zone) == ["2031-06-08T09:00"]


def test_the_example_of_googles_guide_for_an_all_day_series():
    series = all_day(
        "2015-06-01",
        "EXDATE;VALUE=DATE:20150610",
        "RDATE;VALUE=DATE:20150609,20150611",
        "RRULE:FREQ=DAILY;UNTIL=20150628;INTERVAL=3",
    )
    days = (1, 4, 7, 9, 11, 13, 16, 19, 22, 25, 28)
    for zone in (BERLIN, AUCKLAND):
        assert dates(occurrences(series, zone=zone)) == [f"2015-06-{day:02}" for day in days]


@in_two_zones
def test_several_rules_are_united(zone):
    lines = ("RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=2")
    found = starts(timed("2031-06-08T09:00", *lines, zone=zone), zone=zone)
    assert [start[:10] for start in found] == ["2031-06-08", "2031-06-11", "2031-06-15"]


@in_two_zones
def test_an_exrule_takes_its_times_away(zone):
    lines = ("RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2")
    found = starts(timed("2031-06-08T09:00", *lines, zone=zone), zone=zone)
    assert [start[:10] for start in found] == ["2031-06-09", "2031-06-11"]


@in_two_zones
def test_a_period_is_read_by_its_start(zone):
    series = timed("2031-06-08T09:00", "RDATE;VALUE=PERIOD:20310701T120000Z/PT3H", zone=zone)
    assert occurrences(series, zone=zone)[1].span.start == instant("2031-07-01T12:00")


@in_two_zones
@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=HOURLY",
        "RRULE:FREQ=DAILY;BYEASTER=1",
        "RRULE:",
        "RRULE",
        "FREQ=DAILY",
        "RDATE:tomorrow",
        "RRULE:FREQ=DAILY;UNTIL=20311399",
        "RRULE:FREQ=DAILY;COUNT=0",
        "X-NOTE:hello",
        "",
    ],
)
def test_a_line_nobody_can_read_leaves_the_start(zone, line):
    assert starts(timed("2031-06-08T09:00", line, zone=zone), zone=zone) == ["2031-06-08T09:00"]


@pytest.mark.parametrize(
    "value", [["RRULE:FREQ=DAILY;COUNT=2", None, 7], ("RRULE:FREQ=DAILY;COUNT=2",)]
)
def test_odd_things_between_the_lines_are_passed_over(value):
    series = timed("2031-06-08T09:00", zone=BERLIN) | {"recurrence": value}
    assert len(starts(series, zone=BERLIN)) == 2


# -- what other libraries stumble over ---------------------------------------------------------


@in_two_zones
def test_numbered_and_plain_days_can_be_mixed(zone):
    rule = "RRULE:FREQ=MONTHLY;BYDAY=1MO,FR;COUNT=6"
    found = starts(timed("2031-06-02T09:00", rule, zone=zone), zone=zone)
    days = ["06-02", "06-06", "06-13", "06-20", "06-27", "07-04"]
    assert found == [f"2031-{day}T09:00" for day in days]


@in_two_zones
def test_weekly_positions_choose_from_the_whole_first_week(zone):
    rule = "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1;COUNT=3"
    found = starts(timed("2031-06-05T09:00", rule, zone=zone), zone=zone)
    assert found == [f"2031-06-{day:02}T09:00" for day in (5, 6, 13, 20)]


@in_two_zones
def test_a_first_week_whose_position_lies_before_the_start_gives_nothing(zone):
    rule = "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=2"
    found = starts(timed("2031-06-04T09:00", rule, zone=zone), zone=zone)
    assert found == [f"2031-06-{day:02}T09:00" for day in (4, 9, 16)]


def test_a_birthday_on_the_29th_of_february_comes_on_the_last_of_february():
    rule = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"
    found = dates(occurrences(all_day("2028-02-29", rule), end="2033-01-01", zone=BERLIN))
    assert found == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


@in_two_zones
def test_a_week_number_without_a_day_takes_the_weekday_of_the_start(zone):
    rule = "RRULE:FREQ=YEARLY;BYWEEKNO=20;COUNT=3"
    found = starts(timed("2031-05-14T09:00", rule, zone=zone), zone=zone)
    assert found == ["2031-05-14T09:00", "2032-05-12T09:00", "2033-05-18T09:00"]


@in_two_zones
def test_week_one_may_begin_in_december(zone):
    rule = "RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3"
    found = starts(timed("2029-01-01T09:00", rule, zone=zone), zone=zone)
    assert found == ["2029-01-01T09:00", "2029-12-31T09:00", "2030-12-30T09:00"]


# -- the window --------------------------------------------------------------------------------


def window(series, start: str, end: str, zone: str) -> list[str]:
    return starts(series, zone=zone, begin=start, end=end)


@in_two_zones
def test_the_window_takes_what_overlaps_it_and_nothing_that_only_touches_it(zone):
    series = timed("2031-06-01T09:00", "RRULE:FREQ=DAILY", zone=zone, minutes=60)
    assert window(series, "2031-06-10T10:00", "2031-06-11T09:00", zone) == []
    assert window(series, "2031-06-10T09:59", "2031-06-11T09:00", zone) == ["2031-06-10T09:00"]
    assert window(series, "2031-06-10T10:00", "2031-06-11T09:01", zone) == ["2031-06-11T09:00"]


@in_two_zones
def test_an_occurrence_without_length_belongs_to_the_window_it_starts_in(zone):
    series = timed("2031-06-01T09:00", "RRULE:FREQ=DAILY", zone=zone, minutes=0)
    assert window(series, "2031-06-10T09:00", "2031-06-10T10:00", zone) == ["2031-06-10T09:00"]
    assert window(series, "2031-06-10T08:00", "2031-06-10T09:00", zone) == []


@in_two_zones
def test_a_long_occurrence_begun_long_before_the_window_belongs_to_it(zone):
    series = timed("2031-01-01T09:00", "RRULE:FREQ=YEARLY", zone=zone, minutes=200 * 1440)
    assert window(series, "2033-07-01T00:00", "2033-07-02T00:00", zone) == ["2033-01-01T09:00"]


@in_two_zones
def test_an_empty_window_holds_nothing(zone):
    series = timed("2031-06-01T09:00", "RRULE:FREQ=DAILY", zone=zone)
    assert window(series, "2031-06-10T09:30", "2031-06-10T09:30", zone) == []
    assert window(series, "2031-06-10T09:30", "2031-06-01T09:30", zone) == []


@in_two_zones
def test_the_limit_keeps_the_earliest(zone):
    series = timed("2031-06-01T09:00", "RRULE:FREQ=DAILY", zone=zone)
    found = starts(series, zone=zone, begin="2031-07-01", limit=2)
    assert found == ["2031-07-01T09:00", "2031-07-02T09:00"]


@pytest.mark.parametrize(
    ("zone", "first"), [(BERLIN, "2031-06-09T22:00"), (AUCKLAND, "2031-06-09T12:00")]
)
def test_an_all_day_series_is_placed_at_the_midnights_of_the_calendar(zone, first):
    series = all_day("2031-06-10", "RRULE:FREQ=DAILY;COUNT=2", days=2)
    found = occurrences(series, zone=zone)
    assert found[0].span.start == instant(first)
    assert [(item.span.start_date, item.span.end_date) for item in found] == [
        ("2031-06-10", "2031-06-12"),
        ("2031-06-11", "2031-06-13"),
    ]


@pytest.mark.parametrize("zone", [BERLIN, AUCKLAND, "America/Los_Angeles"])
def test_an_all_day_occurrence_touches_no_window_of_the_next_local_day(zone):
    series = all_day("2031-06-10", "RRULE:FREQ=WEEKLY")
    assert dates(occurrences(series, begin="2031-06-11", end="2031-06-17", zone=zone)) == []
    assert dates(occurrences(series, begin="2031-06-10", end="2031-06-11", zone=zone)) == [
        "2031-06-10"
    ]


@pytest.mark.parametrize("zone", [BERLIN, "America/Sao_Paulo"])
def test_an_all_day_rule_ignores_hours(zone):
    series = all_day("2018-11-03", "RRULE:FREQ=DAILY;BYHOUR=9,10;COUNT=3")
    assert dates(occurrences(series, zone=zone)) == ["2018-11-03", "2018-11-04", "2018-11-05"]


def test_a_day_that_begins_at_one_o_clock_is_placed_there():
    series = all_day("2018-11-03", "RRULE:FREQ=DAILY;COUNT=3")
    found = local(occurrences(series, zone="America/Sao_Paulo"), "America/Sao_Paulo")
    assert found == ["2018-11-03T00:00", "2018-11-04T01:00", "2018-11-05T00:00"]


# -- exceptions --------------------------------------------------------------------------------


@in_two_zones
def test_slots_of_exceptions_are_left_out(zone):
    series = timed("2031-06-08T09:00", "RRULE:FREQ=DAILY;COUNT=3", zone=zone)
    gone = instant("2031-06-09T09:00", zone)
    found = starts(series, zone=zone, exceptions_at=[gone])
    assert found == ["2031-06-08T09:00", "2031-06-10T09:00"]


def test_slots_of_all_day_exceptions_are_left_out():
    series = all_day("2031-06-08", "RRULE:FREQ=DAILY;COUNT=3")
    for zone in (BERLIN, AUCKLAND):
        found = dates(occurrences(series, zone=zone, exceptions_at={"2031-06-08"}))
        assert found == ["2031-06-09", "2031-06-10"]


@in_two_zones
def test_an_exception_does_not_use_up_the_limit(zone):
    series = timed("2031-06-08T09:00", "RRULE:FREQ=DAILY", zone=zone)
    gone = [instant("2031-06-08T09:00", zone)]
    assert starts(series, zone=zone, exceptions_at=gone, limit=1) == ["2031-06-09T09:00"]


# -- what is no series -------------------------------------------------------------------------


@in_two_zones
def test_a_single_event_has_its_one_occurrence(zone):
    single = timed("2031-06-08T09:00", zone=zone)
    begin = instant("2031-06-08T09:00", zone)
    found = occurrences(single, zone=zone)
    assert [(item.original_start, item.span.start) for item in found] == [(begin, begin)]


@in_two_zones
def test_a_moved_exception_keeps_its_slot(zone):
    moved = timed("2031-06-08T15:00", zone=zone) | {
        "recurringEventId": "series",
        "originalStartTime": {"dateTime": "2031-06-08T09:00:00", "timeZone": zone},
    }
    (found,) = occurrences(moved, zone=zone)
    assert found.original_start == instant("2031-06-08T09:00", zone)
    assert found.span.start == instant("2031-06-08T15:00", zone)


@pytest.mark.parametrize(
    "resource",
    [
        {"id": "x", "status": "cancelled"},
        {"id": "x", "recurrence": ["RRULE:FREQ=DAILY"]},
        {"start": {"dateTime": "0000-12-29T00:00:00.000Z"}, "recurrence": ["RRULE:FREQ=DAILY"]},
        {},
    ],
)
def test_a_resource_without_a_usable_start_has_no_occurrence(resource):
    assert expand(resource, window_start=0, window_end=2**33, calendar_zone=BERLIN) == []


def test_a_cancelled_series_has_no_occurrence():
    series = timed("2031-06-08T09:00", "RRULE:FREQ=DAILY", zone=BERLIN) | {"status": "cancelled"}
    assert starts(series, zone=BERLIN) == []
