"""How clients may write points in time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from calendars.api.times import days_later, read_moment, start_of_day

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-12T09:00:00Z", utc(2026, 1, 12, 9)),
        ("2026-01-12T09:00:00-08:00", utc(2026, 1, 12, 17)),
        ("2026-01-12T09:00:00.123456789+0100", utc(2026, 1, 12, 8, 0, 0, 123456)),
        ("2026-01-12T09:00", utc(2026, 1, 12, 8)),
        ("2026-07-12 09:00", utc(2026, 7, 12, 7)),
        ("2026-07-12", utc(2026, 7, 11, 22)),
        ("2026-01-12T09:00:00 01:00", utc(2026, 1, 12, 8)),
    ],
)
def test_an_offset_fixes_the_instant_and_what_has_none_is_in_the_given_zone(
    text: str, expected: dt.datetime
) -> None:
    assert read_moment(text, zone=BERLIN) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "1768212000",
        "2026-W03",
        "2026-02-30",
        "2026-01-12T25:00Z",
        "2026-01-12T09:00+99:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-12:00",
        "٢٠٢٦-01-12",
        "2026-01-12T09:00Z\n",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$|\.\)"):
        read_moment(text, zone=BERLIN)


def test_today_starts_at_the_members_midnight() -> None:
    late_in_utc = utc(2026, 3, 10, 23, 30)
    assert start_of_day(late_in_utc, zone=BERLIN) == dt.datetime(2026, 3, 11, tzinfo=BERLIN)


def test_a_week_over_the_change_of_clocks_ends_at_the_same_wall_time() -> None:
    end = days_later(utc(2026, 3, 26, 23), 7, zone=BERLIN)
    assert end.astimezone(dt.UTC) == utc(2026, 4, 2, 22)
