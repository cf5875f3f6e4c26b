from __future__ import annotations

import pytest

from calendars.recurrence import in_words
from tests.core.test_recurrence_cutting import BERLIN, NEW_YORK, series


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=4", "Every 3 days, 4 times"),
        ("FREQ=WEEKLY", "Every Wednesday"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20260505T215959Z",
            "Every second Tuesday until 5 May 2026",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every week on Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=SU", "Every 3 weeks on Sunday"),
        ("FREQ=MONTHLY", "Every month on day 11"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on the last day"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE", "Every second month on the second Wednesday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Every month on the last Friday"),
        ("FREQ=YEARLY", "Every year on day 11 of March"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "Every year on the fourth Thursday of November"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
            "By a rule that is not easily said in words, 3 times",
        ),
        ("FREQ=YEARLY;BYYEARDAY=100", "By a rule that is not easily said in words"),
        ("FREQ=DAILY;BYHOUR=9,15", "By a rule that is not easily said in words"),
    ],
)
def test_a_rule_is_said_in_a_sentence(rule: str, words: str) -> None:
    assert in_words(series(f"RRULE:{rule}"), calendar_zone=BERLIN) == words


def test_single_dates_are_mentioned() -> None:
    lines = ("RRULE:FREQ=WEEKLY", "EXDATE:20260318T090000Z", "RDATE:20260319T090000Z")
    assert in_words(series(*lines), calendar_zone=BERLIN) == (
        "Every Wednesday, and on some dates besides, but not on some dates"
    )
    assert in_words(series(lines[2]), calendar_zone=BERLIN) == "On single dates"


def test_the_end_is_told_in_the_zone_of_the_series() -> None:
    until = "RRULE:FREQ=DAILY;UNTIL=20260505T020000Z"
    assert in_words(series(until, zone=NEW_YORK), calendar_zone=BERLIN).endswith("4 May 2026")
    days = series("RRULE:FREQ=DAILY;UNTIL=20260505", start="2026-03-11")
    assert in_words(days, calendar_zone=NEW_YORK) == "Every day until 5 May 2026"
