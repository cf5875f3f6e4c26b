"""What Google is asked about people's time: few requests, none that it refuses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calendars.sync.core.busy_plan import (
    LONGEST_SECONDS,
    MOST_ADDRESSES,
    BusyQuestion,
    BusyWish,
    askable,
    plan_questions,
)

DAY = 86_400


def test_people_wanted_for_the_same_time_are_one_question() -> None:
    wishes = [BusyWish("a", 0, DAY), BusyWish("b", DAY, 2 * DAY), BusyWish("c", 0, DAY)]
    assert plan_questions(wishes) == [
        BusyQuestion(("a", "c"), 0, DAY),
        BusyQuestion(("b",), DAY, 2 * DAY),
    ]


def test_nobody_wanted_is_no_question() -> None:
    assert plan_questions([]) == []


@given(st.integers(1, 130), st.integers(1, 200 * DAY))
def test_no_question_is_larger_than_google_takes(people: int, seconds: int) -> None:
    names = [f"p{number}" for number in range(people)]
    questions = plan_questions(BusyWish(name, 0, seconds) for name in names)
    assert [name for each in questions for name in each.addresses] == names
    assert all(len(each.addresses) <= MOST_ADDRESSES for each in questions)
    assert all(0 < each.end - each.start <= LONGEST_SECONDS < 90 * DAY for each in questions)


@given(st.integers(-(10**9), 4 * 10**9), st.integers(1, 400 * DAY))
def test_a_span_is_asked_in_whole_days(start: int, length: int) -> None:
    begin, end = askable(start, start + length)
    assert (begin % DAY, end % DAY) == (0, 0)
    assert begin <= start < end
    assert end >= min(start + length, begin + LONGEST_SECONDS)
    assert end - begin <= LONGEST_SECONDS
