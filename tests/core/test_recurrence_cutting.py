"""A series in two parts has exactly the occurrences that it had as one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import recurrence
from calendars.event_resource import original_start_of

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def series(*lines: str, start: str = "2026-03-11T10:00:00", zone: str = BERLIN) -> dict[str, Any]:
    if "T" not in start:
        return {"start": {"date": start}, "end": {"date": _next(start)}, "recurrence": list(lines)}
    end = start[:11] + f"{int(start[11:13]) + 1:02}" + start[13:]
    return {
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
        "recurrence": list(lines),
    }


def _next(day: str) -> str:
    return f"{day[:8]}{int(day[8:]) + 1:02}"


def slots(master: dict[str, Any], zone: str = BERLIN) -> list[int | str]:
    found = recurrence.expand(
        master, window_start=0, window_end=1_900_000_000, calendar_zone=zone, limit=80
    )
    return [each.original_start for each in found]


def parts(master: dict[str, Any], slot: int | str, zone: str = BERLIN) -> tuple[Any, Any]:
    divided = recurrence.cut(master, slot=slot, calendar_zone=zone)
    times = recurrence.times_at(master, slot=divided.start, calendar_zone=zone)
    return {**master, "recurrence": divided.head}, {**master, **times, "recurrence": divided.tail}


def at(text: str) -> int | str:
    slot = original_start_of(text)
    assert slot is not None
    return slot


@pytest.mark.parametrize(
    ("lines", "head", "tail"),
    [
        (
            ["RRULE:FREQ=WEEKLY;COUNT=6"],
            ["RRULE:FREQ=WEEKLY;UNTIL=20260331T215959Z"],
            ["RRULE:FREQ=WEEKLY;COUNT=3"],
        ),
        (
            ["RRULE:FREQ=WEEKLY"],
            ["RRULE:FREQ=WEEKLY;UNTIL=20260331T215959Z"],
            ["RRULE:FREQ=WEEKLY"],
        ),
        (
            ["RRULE:FREQ=WEEKLY;UNTIL=20260415T080000Z"],
            ["RRULE:FREQ=WEEKLY;UNTIL=20260331T215959Z"],
            ["RRULE:FREQ=WEEKLY;UNTIL=20260415T080000Z"],
        ),
        (
            [
                "RRULE:FREQ=WEEKLY",
                "EXDATE;TZID=Europe/Berlin:20260318T100000,20260408T100000",
                "RDATE:20260312T090000Z",
            ],
            [
                "RRULE:FREQ=WEEKLY;UNTIL=20260331T215959Z",
                "EXDATE;TZID=Europe/Berlin:20260318T100000",
                "RDATE:20260312T090000Z",
            ],
            ["RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20260408T100000"],
        ),
    ],
)
def test_every_line_goes_to_its_side(lines: list[str], head: list[str], tail: list[str]) -> None:
    divided = recurrence.cut(series(*lines), slot=at("20260401T080000Z"), calendar_zone=BERLIN)
    assert (divided.head, divided.tail) == (head, tail)
    assert divided.start == at("20260401T080000Z")


def test_a_series_of_whole_days_ends_on_a_date() -> None:
    master = series("RRULE:FREQ=DAILY;COUNT=9", start="2026-03-26")
    divided = recurrence.cut(master, slot="2026-03-30", calendar_zone=NEW_YORK)
    assert divided.head == ["RRULE:FREQ=DAILY;UNTIL=20260329"]
    assert divided.tail == ["RRULE:FREQ=DAILY;COUNT=5"]


def test_the_end_is_the_evening_before_in_the_series_own_zone() -> None:
    master = series("RRULE:FREQ=DAILY", start="2026-03-05T22:00:00", zone=NEW_YORK)
    divided = recurrence.cut(master, slot=at("20260311T020000Z"), calendar_zone=BERLIN)
    assert divided.head == ["RRULE:FREQ=DAILY;UNTIL=20260310T035959Z"]


def test_what_happens_earlier_on_the_day_of_the_cut_stays() -> None:
    master = series("RRULE:FREQ=DAILY;BYHOUR=10,15")
    head, tail = parts(master, at("20260313T140000Z"))
    assert head["recurrence"] == ["RRULE:FREQ=DAILY;BYHOUR=10,15;UNTIL=20260313T135959Z"]
    assert len(slots(head)) == 5
    assert slots(master)[5:20] == slots(tail)[:15]


def test_excluded_occurrences_count_towards_count() -> None:
    master = series("RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260312T090000Z")
    _, tail = parts(master, at("20260313T090000Z"))
    assert tail["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=3"]


def test_the_last_occurrence_is_an_event_of_its_own() -> None:
    divided = recurrence.cut(
        series("RDATE:20260315T090000Z"), slot=at("20260315T090000Z"), calendar_zone=BERLIN
    )
    assert divided.tail == []
    assert divided.head == ["RDATE:20260311T090000Z"]


def test_a_date_out_of_step_does_not_put_the_rule_out_of_step() -> None:
    master = series("RRULE:FREQ=WEEKLY;INTERVAL=2", "RDATE:20260319T150000Z")
    divided = recurrence.cut(master, slot=at("20260319T150000Z"), calendar_zone=BERLIN)
    assert divided.start == at("20260325T090000Z")
    assert divided.tail == ["RRULE:FREQ=WEEKLY;INTERVAL=2", "RDATE:20260319T150000Z"]


def test_exclusions_are_not_left_without_a_rule() -> None:
    """Google refuses a series of nothing but EXDATEs."""
    lines = ["RDATE;TZID=Europe/Berlin:20260330T100000,20260423T100000"]
    lines += ["EXDATE;TZID=Europe/Berlin:20260325T100000"]
    head, tail = parts(series(*lines), at("20260330T080000Z"))
    assert head["recurrence"] == ["RDATE:20260311T090000Z", lines[1]]
    assert (slots(head), len(slots(tail))) == ([at("20260311T090000Z")], 2)


def test_a_start_that_comes_after_an_added_date_is_not_kept_by_the_head() -> None:
    """Google lists the start of a series beside any rule: cut there, it would happen twice."""
    lines = ["RRULE:FREQ=WEEKLY", "RDATE;TZID=Europe/Berlin:20260305T150000"]
    head, tail = parts(series(*lines), at("20260311T090000Z"))
    assert head["recurrence"] == [lines[1], "EXDATE:20260311T090000Z"]
    assert slots(head) == [at("20260305T140000Z")]
    assert tail["recurrence"] == ["RRULE:FREQ=WEEKLY"]


def test_two_rules_are_divided_where_both_go_on() -> None:
    master = series("RRULE:FREQ=WEEKLY;BYDAY=WE", "RRULE:FREQ=MONTHLY;BYMONTHDAY=20")
    head, tail = parts(master, at("20260320T090000Z"))
    whole = slots(master)
    assert slots(head) == whole[:2]
    assert slots(tail)[:40] == whole[2:42]


def test_rules_that_lean_on_the_start_cannot_be_divided_elsewhere() -> None:
    master = series("RRULE:FREQ=WEEKLY;INTERVAL=2", "RRULE:FREQ=MONTHLY")
    with pytest.raises(recurrence.RecurrenceError):
        recurrence.cut(master, slot=at("20260325T090000Z"), calendar_zone=BERLIN)


@pytest.mark.parametrize(
    ("slot", "earlier"), [("20260311T090000Z", False), ("20260318T090000Z", True)]
)
def test_it_is_known_whether_something_happens_before(slot: str, earlier: bool) -> None:
    master = series("RRULE:FREQ=WEEKLY")
    assert recurrence.has_earlier(master, slot=at(slot), calendar_zone=BERLIN) is earlier
    first = [at("20260311T090000Z")]
    assert not recurrence.has_earlier(
        master, slot=at("20260318T090000Z"), calendar_zone=BERLIN, cancelled=first
    )


RULES = st.builds(
    lambda freq, interval, end: f"RRULE:FREQ={freq};INTERVAL={interval}{end}",
    st.sampled_from(
        [
            "DAILY",
            "WEEKLY",
            "WEEKLY;BYDAY=SU,WE,SA",
            "WEEKLY;WKST=SU;BYDAY=SU,WE",
            "MONTHLY",
            "MONTHLY;BYDAY=-1SU",
            "MONTHLY;BYMONTHDAY=31,-1",
            "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "YEARLY;BYMONTH=3,10;BYDAY=4SU",
            "DAILY;BYHOUR=2,10",
        ]
    ),
    st.integers(1, 3),
    st.sampled_from(["", ";COUNT=12", ";COUNT=30", ";UNTIL=20270101T000000Z"]),
)
EXTRA = st.lists(
    st.sampled_from(
        [
            "EXDATE:20260325T090000Z",
            "EXDATE;TZID=Europe/Berlin:20260329T100000,20260405T100000",
            "RDATE:20260401T170000Z,20260402T170000Z",
            "RDATE;TZID=Europe/Berlin:20261025T023000",
        ]
    ),
    max_size=2,
    unique=True,
)


def test_a_rule_that_has_counted_out_is_not_prolonged_by_a_cut_after_it() -> None:
    master = series("RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260401T170000Z,20260402T170000Z")
    head, tail = parts(master, at("20260402T170000Z"))
    assert head["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260401T170000Z"]
    assert slots(tail) == [at("20260402T170000Z")]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    rule=RULES,
    extra=EXTRA,
    zone=st.sampled_from([BERLIN, NEW_YORK, "Pacific/Auckland"]),
    day=st.sampled_from(["2026-03-11T02:30:00", "2026-03-29T02:30:00", "2026-01-31T10:00:00"]),
    which=st.integers(1, 25),
)
def test_head_and_tail_have_together_what_the_whole_has(
    rule: str, extra: list[str], zone: str, day: str, which: int
) -> None:
    master = series(rule, *extra, start=day, zone=zone)
    whole = slots(master)
    if len(whole) < 2:
        return
    slot = whole[1 + which % (len(whole) - 1)]
    head, tail = parts(master, slot)
    before = [each for each in whole if each < slot]
    assert slots(head) == before
    assert recurrence.cut_between(master, head, calendar_zone=zone) == slot
    assert recurrence.has_tail(master, of=master, cut=slot, calendar_zone=zone)
    assert not recurrence.has_tail(head, of=master, cut=slot, calendar_zone=zone)
    assert slots(tail)[: len(whole) - len(before)] == whole[len(before) :]
