"""Rules at random: against python-dateutil, and a far window against the way there on foot."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from types import SimpleNamespace
from unittest.mock import patch

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.recurrence import RecurrenceError, expand
from calendars.recurrence.rule import parse_rule
from calendars.recurrence.validation import validate_rules
from calendars.recurrence.walls import walls
from tests.core.series import timed

PLENTY = 10**7
SHORT_TIME = SimpleNamespace(**{**vars(dt), "MAXYEAR": 2060})
"""For python-dateutil, which looks for a rule that never matches until the last year there is."""
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

unhurried = settings(derandomize=True, deadline=None, max_examples=150)


def _list(draw, values, most=3) -> str:
    chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True))
    return ",".join(map(str, chosen))


def _signed(highest: int) -> list[int]:
    return [n for n in range(-highest, highest + 1) if n]


@st.composite
def rules(draw, with_count: bool = True, plain: bool = False) -> str:
    """A rule that RFC 5545 allows; ``plain`` leaves out what python-dateutil gets wrong: numbered
    beside plain days, WEEKLY with BYSETPOS, BYWEEKNO without BYDAY."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {
        "FREQ": freq,
        "INTERVAL": draw(st.sampled_from([1, 1, 2, 3, 7])),
        "WKST": draw(st.sampled_from(DAYS)),
    }
    maybe = st.integers(0, 2).map(lambda n: n == 0)
    if draw(maybe):
        parts["BYMONTH"] = _list(draw, range(1, 13))
    if freq != "WEEKLY" and draw(maybe):
        parts["BYMONTHDAY"] = _list(draw, _signed(31))
    weeks = freq == "YEARLY" and draw(maybe)
    if weeks:
        parts["BYWEEKNO"] = _list(draw, _signed(53))
    if freq == "YEARLY" and draw(maybe):
        parts["BYYEARDAY"] = _list(draw, _signed(366), most=20)
    if draw(st.booleans()) or (weeks and plain):
        parts["BYDAY"] = _weekdays(
            draw, freq, numbered=not weeks, short="BYMONTH" in parts, plain=plain
        )
    if draw(maybe):
        parts["BYHOUR"] = _list(draw, range(24))
    if not (plain and freq == "WEEKLY") and len(parts) > 3 and draw(maybe):
        parts["BYSETPOS"] = _list(draw, [-2, -1, 1, 2, 3])
    if with_count and draw(maybe):
        parts["COUNT"] = draw(st.integers(1, 40))
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _weekdays(draw, freq: str, *, numbered: bool, short: bool, plain: bool) -> str:
    days = _list(draw, DAYS).split(",")
    if freq not in {"MONTHLY", "YEARLY"} or not numbered or not draw(st.booleans()):
        return ",".join(days)
    numbers = _signed(5 if freq == "MONTHLY" or short else 53)
    choices = numbers if plain else [*numbers[-5:], ""]
    return ",".join(f"{draw(st.sampled_from(choices))}{day}" for day in days)


starts = st.datetimes(
    dt.datetime.fromisoformat("1999-01-01"), dt.datetime.fromisoformat("2031-12-31")
).map(lambda moment: moment.replace(minute=30, second=0, microsecond=0))


def ours(rule: str, start: dt.datetime, first: dt.datetime, last: dt.datetime) -> list[dt.datetime]:
    found = walls(
        parse_rule(rule),
        start=(start.toordinal(), start.hour * 3600 + start.minute * 60),
        first_day=first.toordinal(),
        last_day=last.toordinal(),
        budget=PLENTY,
    )
    return [dt.datetime.fromordinal(day) + dt.timedelta(seconds=second) for day, second in found]


@unhurried
@given(rule=rules(plain=True), start=starts, after=st.integers(0, 1500), days=st.integers(1, 900))
def test_wall_times_are_those_of_a_second_implementation(rule, start, after, days):
    first = start + dt.timedelta(days=after)
    last = first + dt.timedelta(days=days)
    end = dt.datetime.combine(last.date(), dt.time.max)
    bare = ";".join(part for part in rule.split(";") if not part.startswith("COUNT"))
    theirs = rrulestr(bare, dtstart=start).replace(until=end)
    with patch("dateutil.rrule.datetime", SHORT_TIME):
        found = list(islice(theirs, parse_rule(rule).count))
    wanted = [moment for moment in found if moment.date() >= first.date()]
    assert ours(rule, start, first, last) == wanted


@unhurried
@given(rule=rules(), start=starts, after=st.integers(0, 9000), days=st.integers(1, 400))
def test_entering_a_rule_late_gives_what_walking_it_from_the_start_gives(rule, start, after, days):
    first = start + dt.timedelta(days=after)
    last = first + dt.timedelta(days=days)
    walked = ours(rule, start, start, last)
    assert ours(rule, start, first, last) == [m for m in walked if m.date() >= first.date()]


@unhurried
@given(
    rule=rules(),
    start=starts,
    zone=st.sampled_from(ZONES),
    minutes=st.integers(0, 4000),
    after=st.integers(0, 3000),
    days=st.integers(1, 60),
)
def test_a_window_is_a_cut_out_of_the_whole_series(rule, start, zone, minutes, after, days):
    series = timed(start.isoformat(), f"RRULE:{rule}", zone=zone, minutes=minutes)
    begin = int(start.replace(tzinfo=dt.UTC).timestamp()) + after * 86400
    end = begin + days * 86400
    far = {"calendar_zone": zone, "limit": PLENTY, "budget": PLENTY}
    whole = expand(series, window_start=0, window_end=end, **far)
    cut = [
        item
        for item in whole
        if item.span.end > begin or (item.span.start == item.span.end == begin)
    ]
    assert expand(series, window_start=begin, window_end=end, **far) == cut


@unhurried
@given(rule=rules(), start=starts, zone=st.sampled_from(ZONES))
def test_occurrences_ascend_without_repeats_and_keep_their_length(rule, start, zone):
    series = timed(start.isoformat(), f"RRULE:{rule}", zone=zone, minutes=90)
    begin = int(start.replace(tzinfo=dt.UTC).timestamp()) - 86400
    found = expand(series, window_start=begin, window_end=begin + 10**8, calendar_zone=zone)
    slots = [item.original_start for item in found]
    assert slots == sorted(set(slots))
    assert {item.span.end - item.span.start for item in found} <= {90 * 60}


@settings(unhurried, max_examples=50)
@given(rule=rules(), start=starts, zone=st.sampled_from(ZONES))
def test_what_is_accepted_happens_and_is_accepted_again(rule, start, zone):
    series = timed(start.isoformat(), zone=zone)
    ends = {"start": series["start"], "end": series["end"], "calendar_zone": zone}
    try:
        normal = validate_rules([f"RRULE:{rule}"], **ends)
    except RecurrenceError as error:
        refused = error
    else:
        assert validate_rules(normal, **ends) == normal
        return
    assert refused.code == "recurrence_never"


@unhurried
@given(
    st.lists(st.text(max_size=60) | st.from_regex(r"(RRULE|EXDATE|RDATE)[:;][A-Z0-9=;,:]{0,40}")),
    st.sampled_from(ZONES),
)
def test_no_text_makes_reading_fail_and_input_fails_only_with_a_sentence(lines, zone):
    series = timed("2031-06-08T09:00", *lines, zone=zone)
    expand(series, window_start=0, window_end=2**31, calendar_zone=zone)
    sentence = "."
    try:
        validate_rules(lines, start=series["start"], end=series["end"], calendar_zone=zone)
    except RecurrenceError as refused:
        sentence = str(refused)
    assert sentence.endswith(".")
