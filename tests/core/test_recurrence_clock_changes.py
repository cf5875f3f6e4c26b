"""What a series does on the nights in which clocks change."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.core.series import instant, local, occurrences, timed

# zone, first day, wall time that the change skips, day of the change, wall time shown instead
GAPS = [
    ("Europe/Berlin", "2031-03-28", "02:30", "2031-03-30", "03:30"),
    ("America/New_York", "2031-03-07", "02:30", "2031-03-09", "03:30"),
    ("Pacific/Auckland", "2031-09-26", "02:30", "2031-09-28", "03:30"),
    ("Australia/Lord_Howe", "2031-10-03", "02:10", "2031-10-05", "02:40"),
]
# zone, first day, wall time that comes twice, day of the change, the first of the two in UTC
REPEATS = [
    ("Europe/Berlin", "2031-10-24", "02:30", "2031-10-26", "2031-10-26T00:30"),
    ("America/New_York", "2031-10-31", "01:30", "2031-11-02", "2031-11-02T05:30"),
    ("Pacific/Auckland", "2031-04-04", "02:30", "2031-04-06", "2031-04-05T13:30"),
    ("Australia/Lord_Howe", "2031-04-04", "01:40", "2031-04-06", "2031-04-05T14:40"),
]
NIGHTS = [
    ("Europe/Berlin", "2031-03-29", "2031-10-25"),
    ("America/New_York", "2031-03-08", "2031-11-01"),
    ("Pacific/Auckland", "2031-09-27", "2031-04-05"),
    ("Australia/Lord_Howe", "2031-10-04", "2031-04-05"),
]
MINUTE = 60


@pytest.mark.parametrize(("zone", "first", "skipped", "day", "shown"), GAPS)
def test_a_skipped_time_is_shown_later_by_the_gap_and_only_that_day(
    zone, first, skipped, day, shown
):
    series = timed(f"{first}T{skipped}", "RRULE:FREQ=DAILY;COUNT=4", zone=zone)
    found = local(occurrences(series, zone=zone), zone)
    assert len(found) == 4
    assert found[2] == f"{day}T{shown}"
    assert [start[11:] for start in (found[0], found[1], found[3])] == [skipped] * 3


@pytest.mark.parametrize(("zone", "first", "twice", "day", "utc"), REPEATS)
def test_a_repeated_time_is_the_first_of_the_two(zone, first, twice, day, utc):
    series = timed(f"{first}T{twice}", "RRULE:FREQ=DAILY;COUNT=4", zone=zone)
    found = occurrences(series, zone=zone)
    assert local(found, zone)[2] == f"{day}T{twice}"
    assert found[2].span.start == instant(utc)


@pytest.mark.parametrize(("zone", "first", "twice", "day", "utc"), REPEATS)
def test_an_exdate_in_a_repeated_hour_removes_the_occurrence(zone, first, twice, day, utc):
    series = timed(
        f"{first}T{twice}",
        "RRULE:FREQ=DAILY;COUNT=4",
        f"EXDATE;TZID={zone}:{day.replace('-', '')}T{twice.replace(':', '')}00",
        zone=zone,
    )
    found = local(occurrences(series, zone=zone), zone)
    assert len(found) == 3
    assert f"{day}T{twice}" not in found


@pytest.mark.parametrize(("zone", "first", "twice", "day", "utc"), REPEATS)
def test_a_start_in_the_second_of_two_equal_hours_stays_there(zone, first, twice, day, utc):
    shift = 30 if zone == "Australia/Lord_Howe" else 60
    second = instant(utc) + shift * MINUTE
    series = timed(f"{day}T{twice}", "RRULE:FREQ=DAILY;COUNT=2", zone=zone)
    for key in ("start", "end"):
        series[key] = {"dateTime": _in_utc(second), "timeZone": zone}
    found = occurrences(series, zone=zone)
    assert found[0].span.start == second
    assert local(found, zone)[1][11:] == twice
    assert len(found) == 2


def _in_utc(epoch: int) -> str:
    return dt.datetime.fromtimestamp(epoch, dt.UTC).isoformat()


@pytest.mark.parametrize(("zone", "spring", "autumn"), NIGHTS)
@pytest.mark.parametrize("season", ["spring", "autumn"])
def test_a_night_keeps_its_exact_length_over_a_change_of_clocks(zone, spring, autumn, season):
    night = {"spring": spring, "autumn": autumn}[season]
    first = dt.date.fromisoformat(night) - dt.timedelta(days=2)
    series = timed(f"{first}T22:00", "RRULE:FREQ=DAILY;COUNT=4", zone=zone, minutes=480)
    found = occurrences(series, zone=zone)
    assert {item.span.end - item.span.start for item in found} == {480 * MINUTE}
    assert {start[11:] for start in local(found, zone)} == {"22:00"}


@pytest.mark.parametrize(("zone", "spring", "autumn"), NIGHTS)
def test_the_wall_time_stays_through_the_whole_year(zone, spring, autumn):
    series = timed("2031-01-01T09:15", "RRULE:FREQ=DAILY;COUNT=365", zone=zone)
    found = local(occurrences(series, zone=zone), zone)
    assert len(found) == 365
    assert {start[11:] for start in found} == {"09:15"}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_rule_runs_in_the_zone_of_the_series_and_not_in_the_offset_printed(zone):
    series = timed("2031-01-06T20:00", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=30", zone=zone)
    series["start"]["dateTime"] = _in_utc(instant("2031-01-06T20:00", zone))
    found = local(occurrences(series, zone="Pacific/Auckland"), zone)
    assert len(found) == 30
    assert {start[11:] for start in found} == {"20:00"}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_a_series_that_names_no_zone_runs_in_the_calendars(zone):
    series = timed("2031-01-06T20:00", "RRULE:FREQ=MONTHLY;COUNT=12", zone=zone)
    for key in ("start", "end"):
        del series[key]["timeZone"]
    assert {start[11:] for start in local(occurrences(series, zone=zone), zone)} == {"20:00"}


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "Nowhere/City", "", 7, "../../x"])
def test_a_zone_nobody_knows_is_replaced_by_the_calendars(name):
    series = timed("2031-01-06T20:00", "RRULE:FREQ=MONTHLY;COUNT=12", zone="Europe/Berlin")
    series["start"]["timeZone"] = name
    found = local(occurrences(series, zone="Europe/Berlin"), "Europe/Berlin")
    assert {start[11:] for start in found} == {"20:00"}


def test_two_times_that_a_gap_makes_one_are_listed_once():
    rule = "RRULE:FREQ=DAILY;BYHOUR=2,3;COUNT=6"
    series = timed("2031-03-29T02:30", rule, zone="Europe/Berlin", minutes=15)
    found = local(occurrences(series, zone="Europe/Berlin"), "Europe/Berlin")
    assert found == [
        "2031-03-29T02:30",
        "2031-03-29T03:30",
        "2031-03-30T03:30",
        "2031-03-31T02:30",
        "2031-03-31T03:30",
    ]
