"""What members and programs may give as ``recurrence``, and the sentence they get otherwise."""

from __future__ import annotations

import contextlib
import time

import pytest

from calendars.recurrence import RecurrenceError, expand, validate_rules
from tests.core.series import all_day, instant, timed

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
in_two_zones = pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])


def validate(*lines: str, zone: str = BERLIN, whole_days: bool = False) -> list[str]:
    series = all_day("2031-06-08") if whole_days else timed("2031-06-08T09:00", zone=zone)
    return validate_rules(list(lines), start=series["start"], end=series["end"], calendar_zone=zone)


def refusal(*lines: str, **more) -> str:
    with pytest.raises(RecurrenceError) as refused:
        validate(*lines, **more)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    return refused.value.code


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        (" rrule:freq=daily ", "RRULE:FREQ=DAILY"),
        ("RRULE:INTERVAL=2;FREQ=WEEKLY;BYDAY=MO", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("RRULE:FREQ=DAILY;", "RRULE:FREQ=DAILY"),
        ("RDATE;TZID=Asia/Tokyo:20310609T090000", "RDATE;TZID=Asia/Tokyo:20310609T090000"),
        ("RDATE:20310609T090000", "RDATE;TZID=Europe/Berlin:20310609T090000"),
        ("RDATE;TZID=Asia/Tokyo:20310609T090000Z", "RDATE:20310609T090000Z"),
    ],
)
def test_lines_come_back_in_one_spelling(given, normal):
    assert validate(given) == [normal]


def test_dates_of_an_all_day_series_say_that_they_are_dates():
    assert validate("RDATE:20310609, 20310610", whole_days=True) == [
        "RDATE;VALUE=DATE:20310609,20310610"
    ]


def test_the_order_of_lines_is_kept_and_repeats_go():
    lines = ["EXDATE:20310609T070000Z", "RRULE:FREQ=DAILY"]
    assert validate(*lines, "rrule:freq=daily") == lines


@in_two_zones
def test_normal_lines_stay_as_they_are(zone):
    once = validate("RDATE:20310609T090000", "rrule:count=3;freq=daily", zone=zone)
    assert validate(*once, zone=zone) == once


@in_two_zones
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RRULE:FREQ=HOURLY", "recurrence_too_frequent"),
        ("RRULE:FREQ=MINUTELY", "recurrence_too_frequent"),
        ("RRULE:FREQ=SECONDLY", "recurrence_too_frequent"),
        ("RRULE:FREQ=DAILY;COUNT=2;UNTIL=20310610T070000Z", "recurrence_count_and_until"),
        ("RRULE:FREQ=DAILY;UNTIL=20310610", "recurrence_until_type"),
        ("RRULE:FREQ=DAILY;UNTIL=20310610T090000", "recurrence_until_type"),
        ("RRULE:FREQ=DAILY;BYEASTER=1", "recurrence_unknown_part"),
        ("RRULE:FREQ=DAILY;X-MOOD=GOOD", "recurrence_unknown_part"),
        ("RRULE:FREQ=DAILY;SKIP=OMIT", "recurrence_unknown_part"),
        ("RRULE:FREQ=FORTNIGHTLY", "recurrence_syntax"),
        ("RRULE:COUNT=2", "recurrence_syntax"),
        ("RRULE:FREQ=DAILY;FREQ=DAILY", "recurrence_syntax"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "recurrence_syntax"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "recurrence_syntax"),
        ("RRULE:FREQ=DAILY;COUNT=1e3", "recurrence_syntax"),
        ("RRULE:FREQ=DAILY;COUNT=99999999999999999999", "recurrence_syntax"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", "recurrence_syntax"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "recurrence_syntax"),
        ("RRULE:FREQ=MONTHLY;BYDAY=0MO", "recurrence_syntax"),
        ("RRULE:FREQ=YEARLY;BYDAY=54MO", "recurrence_syntax"),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", "recurrence_syntax"),
        ("RRULE:FREQ=WEEKLY;WKST=1MO", "recurrence_syntax"),
        ("RRULE:FREQ=DAILY;UNTIL=20311399T000000Z", "recurrence_syntax"),
        ("RRULE:FREQ=DAILY;BYDAY", "recurrence_syntax"),
        ("RRULE:FREQ=WEEKLY;BYDAY=2MO", "recurrence_combination"),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=2;BYDAY=2MO", "recurrence_combination"),
        ("RRULE:FREQ=WEEKLY;BYMONTHDAY=13", "recurrence_combination"),
        ("RRULE:FREQ=MONTHLY;BYYEARDAY=13", "recurrence_combination"),
        ("RRULE:FREQ=MONTHLY;BYWEEKNO=13", "recurrence_combination"),
        ("RRULE:FREQ=MONTHLY;BYSETPOS=1", "recurrence_combination"),
        ("RRULE:FREQ=DAILY;UNTIL=20310607T070000Z", "recurrence_never"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "recurrence_never"),
        ("DTSTART:20310608T090000Z", "recurrence_syntax"),
        ("DTEND:20310608T090000Z", "recurrence_syntax"),
        ("every day", "recurrence_syntax"),
        ("", "recurrence_syntax"),
        ("EXDATE:20310608T070000Z", "recurrence_missing_rule"),
        ("EXRULE:FREQ=DAILY", "recurrence_missing_rule"),
        ("RDATE:soon", "recurrence_syntax"),
        ("RDATE;VALUE=DATE:20310610", "recurrence_value_type"),
        ("RDATE:20310610T090000,20310611T090000Z", "recurrence_value_type"),
        ("RDATE;VALUE=PERIOD:20310610T090000Z/PT1H", "recurrence_value_type"),
        ("RDATE;TZID=Nowhere/City:20310610T090000", "recurrence_unknown_zone"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_a_code(line, code, zone):
    assert refusal(line, zone=zone) == code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RRULE:FREQ=DAILY;UNTIL=20310610T070000Z", "recurrence_until_type"),
        ("RDATE:20310610T070000Z", "recurrence_value_type"),
    ],
)
def test_times_do_not_belong_in_an_all_day_series(line, code):
    assert refusal(line, whole_days=True) == code


def test_no_line_at_all_is_no_series():
    assert refusal() == "recurrence_missing_rule"


def test_a_series_all_of_whose_occurrences_are_excluded_is_refused():
    exdates = "EXDATE:20310608T070000Z,20310609T070000Z"
    assert refusal("RRULE:FREQ=DAILY;COUNT=2", exdates) == "recurrence_never"
    assert refusal("RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY") == "recurrence_never"


def test_a_series_whose_first_occurrence_is_far_away_is_accepted():
    line = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU"
    assert validate(line) == [line]


def test_an_rdate_before_the_start_is_an_occurrence():
    lines = ["RDATE:20300608T070000Z", "EXDATE:20310608T070000Z"]
    assert validate(*lines) == lines


@pytest.mark.parametrize(
    "lines", [["RRULE:FREQ=DAILY"] * 101, ["RDATE:" + "20310609T070000Z," * 600]]
)
def test_too_much_text_is_refused_before_it_is_read(lines):
    assert refusal(*lines) == "recurrence_too_long"


@pytest.mark.parametrize("lines", ["RRULE:FREQ=DAILY", [7], [None]])
def test_something_else_than_lines_of_text_is_refused(lines):
    series = timed("2031-06-08T09:00", zone=BERLIN)
    with pytest.raises(RecurrenceError):
        validate_rules(lines, start=series["start"], end=series["end"], calendar_zone=BERLIN)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ({}, {}),
        ({"date": "2031-06-08"}, {"dateTime": "2031-06-08T10:00:00Z"}),
        ({"dateTime": "2031-06-08T10:00:00", "timeZone": "Nowhere"}, {"date": "2031-06-08"}),
    ],
)
def test_a_start_or_end_that_cannot_be_is_refused(start, end):
    with pytest.raises(RecurrenceError) as refused:
        validate_rules(["RRULE:FREQ=DAILY"], start=start, end=end, calendar_zone=BERLIN)
    assert refused.value.code == "recurrence_start"


# -- hostile rules ------------------------------------------------------------------------------

HOURS = ",".join(map(str, range(24)))
MINUTES = ",".join(map(str, range(60)))
YEAR_DAYS = ",".join(map(str, range(1, 367)))
HOSTILE = [
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,31",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
    "FREQ=DAILY;INTERVAL=999999999",
    "FREQ=YEARLY;INTERVAL=999999999",
    "FREQ=DAILY;COUNT=999999999",
    f"FREQ=DAILY;BYHOUR={HOURS};BYMINUTE={MINUTES}",
    f"FREQ=YEARLY;BYYEARDAY={YEAR_DAYS};BYHOUR={HOURS};BYMINUTE={MINUTES}",
    f"FREQ=YEARLY;BYYEARDAY={YEAR_DAYS};BYHOUR={HOURS};BYMINUTE={MINUTES};BYSETPOS=366,-366",
    f"FREQ=DAILY;BYHOUR={HOURS};BYMINUTE={MINUTES};BYSECOND={MINUTES}",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=5",
    f"FREQ=YEARLY;BYDAY={','.join(f'{n}MO' for n in range(1, 54))};BYMONTH=2;BYMONTHDAY=30",
]
A_LONG_TIME = 2.0
"""Seconds of work: such a rule takes tens of milliseconds; without bounds, minutes or hours."""


@in_two_zones
@pytest.mark.parametrize("rule", HOSTILE)
def test_a_hostile_rule_holds_nobody_up(rule, zone):
    series = timed("1970-06-08T09:00", f"RRULE:{rule}", zone=zone)
    begin, end = instant("2031-06-01"), instant("2031-09-01")
    clock = time.thread_time()
    found = expand(series, window_start=begin, window_end=end, calendar_zone=zone)
    with contextlib.suppress(RecurrenceError):
        validate_rules(
            series["recurrence"], start=series["start"], end=series["end"], calendar_zone=zone
        )
    assert time.thread_time() - clock < A_LONG_TIME
    assert len(found) <= 10_000


def test_the_budget_ends_the_work_and_keeps_what_was_found():
    series = timed("2031-06-08T09:00", "RRULE:FREQ=DAILY;BYDAY=MO,TU", zone=BERLIN)
    bounds = {"window_start": 0, "window_end": instant("2200-01-01"), "calendar_zone": BERLIN}
    few, more = (expand(series, **bounds, budget=budget) for budget in (100, 1000))
    assert 0 < len(few) < len(more)
    assert more[: len(few)] == few


def test_many_rules_share_one_budget():
    lines = [f"RRULE:FREQ=DAILY;BYDAY=MO,TU;INTERVAL={n}" for n in range(1, 50)]
    series = timed("1970-06-08T09:00", *lines, zone=BERLIN)
    bounds = {"window_start": 0, "window_end": instant("2200-01-01"), "calendar_zone": BERLIN}
    assert len(expand(series, **bounds, budget=1000)) <= 1000


def test_the_age_of_a_rule_without_count_costs_nothing():
    series = timed("1970-06-08T09:00", "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", zone=BERLIN)
    found = expand(
        series,
        window_start=instant("2031-06-02"),
        window_end=instant("2031-06-09"),
        calendar_zone=BERLIN,
        budget=100,
    )
    assert len(found) == 5
