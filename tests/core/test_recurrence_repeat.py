"""A rule as people choose it in an editor: into lines and back without loss."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.recurrence import (
    RecurrenceError,
    Repeat,
    in_words,
    next_starts,
    repeat_of,
    validate_rules,
    with_repeat,
)
from tests.core.series import all_day, instant, local, occurrences, timed

if TYPE_CHECKING:
    from calendars.recurrence.repeat import Unit

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
ZONES = (BERLIN, NEW_YORK, "Asia/Beirut", "Pacific/Auckland", "America/Asuncion")
UNITS: tuple[Unit, ...] = ("daily", "weekly", "monthly", "yearly")
in_two_zones = pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
TUESDAY, FRIDAY = 1, 4


def repeating(repeat: Repeat, series: dict[str, Any], zone: str = BERLIN) -> dict[str, Any]:
    lines = with_repeat([], repeat, start=series["start"], calendar_zone=zone)
    return {**series, "recurrence": lines}


@st.composite
def repeats(draw: st.DrawFn) -> Repeat:
    frequency = draw(st.sampled_from(UNITS))
    nth = day = None
    weekdays: tuple[int, ...] = ()
    if frequency == "weekly":
        weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6)))))
    elif frequency in {"monthly", "yearly"} and draw(st.booleans()):
        nth, weekdays = draw(st.sampled_from([1, 2, 3, 4, 5, -1])), (draw(st.integers(0, 6)),)
    elif frequency == "monthly":
        day = draw(st.none() | st.sampled_from([-1, *range(1, 32)]))
    last_days = st.dates(dt.date(2026, 1, 1), dt.date(2040, 1, 1))
    until, count = draw(
        st.tuples(st.none(), st.none() | st.integers(1, 9_999)) | st.tuples(last_days, st.none())
    )
    interval = draw(st.integers(1, 5) | st.integers(1, 9_999))
    return Repeat(frequency, interval, weekdays, nth, day, until, count)


days = st.dates(dt.date(2026, 1, 1), dt.date(2032, 12, 31)) | st.just(dt.date(2028, 2, 29))
clocks = st.times().map(lambda clock: f"{clock:%H:%M:%S}")


@settings(derandomize=True, deadline=None, max_examples=400)
@given(repeats(), days, st.none() | clocks, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_what_was_chosen_comes_back(
    repeat: Repeat, start: dt.date, clock: str | None, zone: str, calendar_zone: str
) -> None:
    series = timed(f"{start}T{clock}", zone=zone) if clock else all_day(str(start))
    assert repeat_of(repeating(repeat, series, calendar_zone), calendar_zone=calendar_zone) == (
        repeat
    )


@pytest.mark.parametrize(
    ("repeat", "rule", "words"),
    [
        (Repeat("daily"), "FREQ=DAILY", "Every day"),
        (Repeat("daily", 3, count=4), "FREQ=DAILY;INTERVAL=3;COUNT=4", "Every 3 days, 4 times"),
        (Repeat("weekly"), "FREQ=WEEKLY", "Every Tuesday"),
        (
            Repeat("weekly", 2, weekdays=(TUESDAY,), until=dt.date(2026, 5, 5)),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20260505T215959Z",
            "Every second Tuesday until 5 May 2026",
        ),
        (
            Repeat("weekly", weekdays=(0, 1, 2, 3, 4)),
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "Every weekday",
        ),
        (Repeat("monthly"), "FREQ=MONTHLY", "Every month on day 10"),
        (Repeat("monthly", day=15), "FREQ=MONTHLY;BYMONTHDAY=15", "Every month on day 15"),
        (Repeat("monthly", day=-1), "FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on the last day"),
        (
            Repeat("monthly", nth=2, weekdays=(TUESDAY,)),
            "FREQ=MONTHLY;BYDAY=2TU",
            "Every month on the second Tuesday",
        ),
        (
            Repeat("monthly", nth=-1, weekdays=(FRIDAY,)),
            "FREQ=MONTHLY;BYDAY=-1FR",
            "Every month on the last Friday",
        ),
        (Repeat("yearly"), "FREQ=YEARLY", "Every year on day 10 of March"),
        (
            Repeat("yearly", nth=2, weekdays=(TUESDAY,)),
            "FREQ=YEARLY;BYMONTH=3;BYDAY=2TU",
            "Every year on the second Tuesday of March",
        ),
    ],
)
def test_a_choice_becomes_a_rule_and_a_sentence(repeat: Repeat, rule: str, words: str) -> None:
    series = repeating(repeat, timed("2026-03-10T10:00", zone=BERLIN))
    assert series["recurrence"] == [f"RRULE:{rule}"]
    assert in_words(series, calendar_zone=BERLIN) == words
    times = {name: series[name] for name in ("start", "end")}
    assert (
        validate_rules(series["recurrence"], **times, calendar_zone=BERLIN)
        == (series["recurrence"])
    )


@in_two_zones
@pytest.mark.parametrize("clock", ["00:00", "01:30", "02:30", "12:00", "23:59"])
@pytest.mark.parametrize("last", ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"])
def test_the_last_day_is_one_of_the_series_also_when_the_clocks_change(
    zone: str, clock: str, last: str
) -> None:
    repeat = Repeat("daily", until=dt.date.fromisoformat(last))
    series = repeating(repeat, timed(f"2026-03-01T{clock}", zone=zone), NEW_YORK)
    assert local(occurrences(series), zone)[-1][:10] == last


@in_two_zones
def test_an_all_day_series_ends_on_its_date_wherever_the_calendar_is(zone: str) -> None:
    series = repeating(Repeat("daily", until=dt.date(2026, 3, 29)), all_day("2026-03-27"), zone)
    assert series["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20260329"]
    found = occurrences(series, zone=zone)
    assert [each.original_start for each in found] == ["2026-03-27", "2026-03-28", "2026-03-29"]


def test_the_end_is_told_in_the_zone_of_the_series_and_not_of_the_calendar() -> None:
    repeat = Repeat("daily", until=dt.date(2026, 7, 10))
    series = repeating(repeat, timed("2026-07-01T22:00", zone=NEW_YORK), BERLIN)
    assert series["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20260711T035959Z"]


def test_a_birthday_on_the_29th_of_february_comes_every_year() -> None:
    series = repeating(Repeat("yearly"), all_day("2028-02-29"))
    assert series["recurrence"] == ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]
    found = [each.original_start for each in occurrences(series, end="2033-01-01")]
    assert found == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
    assert in_words(series, calendar_zone=BERLIN) == "Every year on the last day of February"


@pytest.mark.parametrize(
    ("rule", "repeat"),
    [
        ("FREQ=DAILY;BYDAY=FR,TU", Repeat("weekly", weekdays=(TUESDAY, FRIDAY))),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU", Repeat("weekly", 2, weekdays=(TUESDAY,))),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=SU,TU", Repeat("weekly", weekdays=(TUESDAY, 6))),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1", Repeat("monthly", nth=-1, weekdays=(TUESDAY,))),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=10", Repeat("yearly")),
        ("FREQ=YEARLY;BYMONTH=3", Repeat("yearly")),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=TU;BYSETPOS=2",
            Repeat("yearly", nth=2, weekdays=(TUESDAY,)),
        ),
        (
            "FREQ=DAILY;UNTIL=20260505T080000Z",
            Repeat("daily", until=dt.date(2026, 5, 5)),
        ),
        (
            "FREQ=DAILY;UNTIL=20260505T075959Z",
            Repeat("daily", until=dt.date(2026, 5, 4)),
        ),
    ],
)
def test_other_spellings_of_the_same_are_read(rule: str, repeat: Repeat) -> None:
    """The series is at ten in Berlin, which is eight in UTC in May."""
    series = timed("2026-03-10T10:00", f"RRULE:{rule}", zone=BERLIN)
    assert repeat_of(series, calendar_zone=NEW_YORK) == repeat
    written = repeating(repeat, series, NEW_YORK)
    assert occurrences(series, end="2030-01-01") == occurrences(written, end="2030-01-01")


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("RDATE:20260311T090000Z",),
        ("RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY"),
        ("RRULE:FREQ=DAILY", "EXRULE:FREQ=MONTHLY"),
        ("RRULE:FREQ=DAILY;BYHOUR=9,15",),
        ("RRULE:FREQ=DAILY;BYMONTH=3",),
        ("RRULE:FREQ=DAILY;INTERVAL=2;BYDAY=MO",),
        ("RRULE:FREQ=DAILY;COUNT=10000",),
        ("RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260505T080000Z",),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU",),
        ("RRULE:FREQ=WEEKLY;BYMONTH=3",),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15",),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-2",),
        ("RRULE:FREQ=MONTHLY;BYDAY=TU",),
        ("RRULE:FREQ=MONTHLY;BYDAY=-2TU",),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",),
        ("RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",),
        ("RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=2TU",),
        ("RRULE:FREQ=YEARLY;BYDAY=2TU",),
        ("RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=11",),
        ("RRULE:FREQ=YEARLY;BYMONTHDAY=10",),
        ("RRULE:FREQ=YEARLY;BYYEARDAY=100",),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=11",),
    ],
)
def test_a_rule_that_says_more_is_left_alone(lines: tuple[str, ...]) -> None:
    series = timed("2026-03-10T10:00", *lines, zone=BERLIN)
    assert repeat_of(series, calendar_zone=BERLIN) is None


def test_a_rule_of_leap_days_only_is_left_alone() -> None:
    series = all_day("2028-02-29", "RRULE:FREQ=YEARLY")
    assert repeat_of(series, calendar_zone=BERLIN) is None


@pytest.mark.parametrize("until", ["00010101T000000Z", "99991231T235959Z"])
@pytest.mark.parametrize("zone", [NEW_YORK, "Pacific/Auckland"])
def test_an_end_at_the_edge_of_time_is_read(until: str, zone: str) -> None:
    series = timed("2026-03-10T10:00", f"RRULE:FREQ=DAILY;UNTIL={until}", zone=zone)
    found = repeat_of(series, calendar_zone=zone)
    assert found is not None
    assert found.until is not None
    assert in_words(series, calendar_zone=zone).startswith("Every day until ")


def test_single_dates_beside_the_rule_stay() -> None:
    series = timed("2026-03-10T10:00", zone=BERLIN)
    lines = ["exdate:20260317T090000Z", "RRULE:FREQ=DAILY", "RDATE:20260318T090000Z"]
    written = with_repeat(lines, Repeat("weekly"), start=series["start"], calendar_zone=BERLIN)
    assert written == ["RRULE:FREQ=WEEKLY", lines[0], lines[2]]
    assert repeat_of({**series, "recurrence": written}, calendar_zone=BERLIN) == Repeat("weekly")


def test_without_a_start_there_is_no_rule() -> None:
    with pytest.raises(RecurrenceError):
        with_repeat([], Repeat("daily"), start={}, calendar_zone=BERLIN)


@in_two_zones
def test_the_next_starts_are_told_however_long_each_lasts(zone: str) -> None:
    series = timed("2026-03-01T09:00", "RRULE:FREQ=DAILY", zone=zone, minutes=60 * 24 * 30)
    after = instant("2026-10-24T10:00", zone)
    found = next_starts(series, after=after, calendar_zone=zone, limit=2)
    assert found == [instant(f"2026-10-{day}T09:00", zone) for day in (25, 26)]
    assert next_starts(
        series, after=after, calendar_zone=zone, limit=2, exceptions_at=found[:1]
    ) == [found[1], instant("2026-10-27T09:00", zone)]


def test_the_next_dates_of_an_all_day_series_are_dates() -> None:
    series = all_day("2026-03-01", "RRULE:FREQ=WEEKLY;COUNT=3", days=20)
    after = instant("2026-03-02T10:00", BERLIN)
    found = next_starts(series, after=after, calendar_zone=BERLIN)
    assert found == ["2026-03-08", "2026-03-15"]
