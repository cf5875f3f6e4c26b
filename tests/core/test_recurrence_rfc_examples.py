"""Every example of RFC 5545 section 3.8.5.3, there in New York, here in a second zone too.

Days are written as ``1997: 9/2 9/4``. Where the RFC's list is endless its beginning is compared.
"""

from __future__ import annotations

import pytest

from calendars.recurrence import RecurrenceError, validate_rules
from tests.core.series import local, occurrences, timed

ZONES = ("America/New_York", "Europe/Berlin")
EVERY_DAY = "SU,MO,TU,WE,TH,FR,SA"
JANUARIES = " ".join(
    f"{year}: {' '.join(f'1/{day}' for day in range(1, 32))}" for year in (1998, 1999, 2000)
)
UNTIL_DECEMBER_24 = " ".join(
    ["1997:"]
    + [f"9/{day}" for day in range(2, 31)]
    + [f"10/{day}" for day in range(1, 32)]
    + [f"11/{day}" for day in range(1, 31)]
    + [f"12/{day}" for day in range(1, 24)]
)
TUESDAYS = "1997: 9/2 9/9 9/16 9/23 9/30 10/7 10/14 10/21 10/28 11/4"

FINITE = [
    ("1997-09-02", "DAILY;COUNT=10", "1997: 9/2 9/3 9/4 9/5 9/6 9/7 9/8 9/9 9/10 9/11"),
    ("1997-09-02", "DAILY;UNTIL=19971224T000000Z", UNTIL_DECEMBER_24),
    ("1997-09-02", "DAILY;INTERVAL=10;COUNT=5", "1997: 9/2 9/12 9/22 10/2 10/12"),
    ("1998-01-01", f"YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY={EVERY_DAY}", JANUARIES),
    ("1998-01-01", "DAILY;UNTIL=20000131T140000Z;BYMONTH=1", JANUARIES),
    ("1997-09-02", "WEEKLY;COUNT=10", TUESDAYS),
    (
        "1997-09-02",
        "WEEKLY;UNTIL=19971224T000000Z",
        f"{TUESDAYS} 11/11 11/18 11/25 12/2 12/9 12/16 12/23",
    ),
    (
        "1997-09-02",
        "WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997: 9/2 9/4 9/9 9/11 9/16 9/18 9/23 9/25 9/30 10/2",
    ),
    (
        "1997-09-02",
        "WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "1997: 9/2 9/4 9/9 9/11 9/16 9/18 9/23 9/25 9/30 10/2",
    ),
    (
        "1997-09-01",
        "WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        (
            "1997: 9/1 9/3 9/5 9/15 9/17 9/19 9/29 10/1 10/3 10/13 10/15 10/17 10/27 10/29 10/31"
            " 11/10 11/12 11/14 11/24 11/26 11/28 12/8 12/10 12/12 12/22"
        ),
    ),
    (
        "1997-09-02",
        "WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "1997: 9/2 9/4 9/16 9/18 9/30 10/2 10/14 10/16",
    ),
    (
        "1997-09-05",
        "MONTHLY;COUNT=10;BYDAY=1FR",
        "1997: 9/5 10/3 11/7 12/5 1998: 1/2 2/6 3/6 4/3 5/1 6/5",
    ),
    ("1997-09-05", "MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997: 9/5 10/3 11/7 12/5"),
    (
        "1997-09-07",
        "MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997: 9/7 9/28 11/2 11/30 1998: 1/4 1/25 3/1 3/29 5/3 5/31",
    ),
    (
        "1997-09-22",
        "MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997: 9/22 10/20 11/17 12/22 1998: 1/19 2/16",
    ),
    (
        "1997-09-02",
        "MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997: 9/2 9/15 10/2 10/15 11/2 11/15 12/2 12/15 1998: 1/2 1/15",
    ),
    (
        "1997-09-30",
        "MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997: 9/30 10/1 10/31 11/1 11/30 12/1 12/31 1998: 1/1 1/31 2/1",
    ),
    (
        "1997-09-10",
        "MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997: 9/10 9/11 9/12 9/13 9/14 9/15 1999: 3/10 3/11 3/12 3/13",
    ),
    (
        "1997-06-10",
        "YEARLY;COUNT=10;BYMONTH=6,7",
        "1997: 6/10 7/10 1998: 6/10 7/10 1999: 6/10 7/10 2000: 6/10 7/10 2001: 6/10 7/10",
    ),
    (
        "1997-03-10",
        "YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997: 3/10 1999: 1/10 2/10 3/10 2001: 1/10 2/10 3/10 2003: 1/10 2/10 3/10",
    ),
    (
        "1997-01-01",
        "YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997: 1/1 4/10 7/19 2000: 1/1 4/9 7/18 2003: 1/1 4/10 7/19 2006: 1/1",
    ),
    (
        "1997-09-04",
        "MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997: 9/4 10/7 11/6",
    ),
    (
        "1997-08-05",
        "WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997: 8/5 8/10 8/19 8/24",
    ),
    (
        "1997-08-05",
        "WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997: 8/5 8/17 8/19 8/31",
    ),
    ("2007-01-15", "MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007: 1/15 1/30 2/15 3/15 3/30"),
]

ENDLESS = [
    ("1997-09-02", "DAILY;INTERVAL=2", "1997: 9/2 9/4 9/6 9/8 9/10 9/12 9/14 9/16 9/18 9/20 9/22"),
    (
        "1997-09-02",
        "WEEKLY;INTERVAL=2;WKST=SU",
        "1997: 9/2 9/16 9/30 10/14 10/28 11/11 11/25 12/9 12/23 1998: 1/6 1/20 2/3 2/17",
    ),
    (
        "1997-09-28",
        "MONTHLY;BYMONTHDAY=-3",
        "1997: 9/28 10/29 11/28 12/29 1998: 1/29 2/26",
    ),
    (
        "1997-09-02",
        "MONTHLY;INTERVAL=2;BYDAY=TU",
        (
            "1997: 9/2 9/9 9/16 9/23 9/30 11/4 11/11 11/18 11/25"
            " 1998: 1/6 1/13 1/20 1/27 3/3 3/10 3/17 3/24 3/31"
        ),
    ),
    ("1997-05-19", "YEARLY;BYDAY=20MO", "1997: 5/19 1998: 5/18 1999: 5/17"),
    ("1997-05-12", "YEARLY;BYWEEKNO=20;BYDAY=MO", "1997: 5/12 1998: 5/11 1999: 5/17"),
    (
        "1997-03-13",
        "YEARLY;BYMONTH=3;BYDAY=TH",
        "1997: 3/13 3/20 3/27 1998: 3/5 3/12 3/19 3/26 1999: 3/4 3/11 3/18 3/25",
    ),
    (
        "1997-06-05",
        "YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        (
            "1997: 6/5 6/12 6/19 6/26 7/3 7/10 7/17 7/24 7/31 8/7 8/14 8/21 8/28"
            " 1998: 6/4 6/11 6/18 6/25 7/2 7/9 7/16 7/23 7/30 8/6 8/13 8/20 8/27"
        ),
    ),
    (
        "1997-09-13",
        "MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997: 9/13 10/11 11/8 12/13 1998: 1/10 2/7 3/7 4/11 5/9 6/13",
    ),
    (
        "1996-11-05",
        "YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996: 11/5 2000: 11/7 2004: 11/2",
    ),
    (
        "1997-09-29",
        "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997: 9/29 10/30 11/27 12/30 1998: 1/29 2/26 3/30",
    ),
]

TOO_FREQUENT = [
    "HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
    "MINUTELY;INTERVAL=15;COUNT=6",
    "MINUTELY;INTERVAL=90;COUNT=4",
    "MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
]


def days(text: str) -> list[str]:
    found, year = [], ""
    for word in text.split():
        if word.endswith(":"):
            year = word[:-1]
            continue
        month, day = word.split("/")
        found.append(f"{year}-{int(month):02}-{int(day):02}")
    return found


def nine_o_clock(text: str) -> list[str]:
    return [f"{day}T09:00" for day in days(text)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("start", "rule", "expected"), FINITE, ids=[row[1] for row in FINITE])
def test_a_finite_example_gives_the_days_of_the_rfc(start, rule, expected, zone):
    series = timed(f"{start}T09:00", f"RRULE:FREQ={rule}", zone=zone)
    assert local(occurrences(series, zone=zone), zone) == nine_o_clock(expected)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("start", "rule", "expected"), ENDLESS, ids=[row[1] for row in ENDLESS])
def test_an_endless_example_begins_with_the_days_of_the_rfc(start, rule, expected, zone):
    series = timed(f"{start}T09:00", f"RRULE:FREQ={rule}", zone=zone)
    wanted = nine_o_clock(expected)
    assert local(occurrences(series, zone=zone, limit=len(wanted)), zone) == wanted


@pytest.mark.parametrize("zone", ZONES)
def test_every_friday_the_thirteenth_leaves_its_start_out_by_exdate(zone):
    series = timed(
        "1997-09-02T09:00",
        f"EXDATE;TZID={zone}:19970902T090000",
        "RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        zone=zone,
    )
    wanted = nine_o_clock("1998: 2/13 3/13 11/13 1999: 8/13 2000: 10/13")
    assert local(occurrences(series, zone=zone, limit=5), zone) == wanted


@pytest.mark.parametrize("zone", ZONES)
def test_every_twenty_minutes_of_the_working_day_runs_from_nine_to_sixteen_forty(zone):
    rule = "RRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40"
    series = timed("1997-09-02T09:00", rule, zone=zone, minutes=5)
    found = local(occurrences(series, zone=zone, limit=48), zone)
    clock = [f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 20, 40)]
    assert found == [f"1997-09-0{day}T{time}" for day in (2, 3) for time in clock]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rule", TOO_FREQUENT)
def test_the_hourly_and_faster_examples_are_refused_as_google_does(rule, zone):
    series = timed("1997-09-02T09:00", zone=zone)
    with pytest.raises(RecurrenceError) as refusal:
        validate_rules(
            [f"RRULE:FREQ={rule}"],
            start=series["start"],
            end=series["end"],
            calendar_zone=zone,
        )
    assert refusal.value.code == "recurrence_too_frequent"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rule", [row[1] for row in FINITE + ENDLESS])
def test_every_other_example_is_accepted_as_it_is(rule, zone):
    series = timed("1996-01-01T09:00", zone=zone)
    lines = [f"RRULE:FREQ={rule}"]
    accepted = validate_rules(lines, start=series["start"], end=series["end"], calendar_zone=zone)
    assert accepted == lines
