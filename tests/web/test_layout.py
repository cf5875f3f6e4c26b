"""Where things stand in the grid: by plain values, and by properties that hold for any week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.web import layout

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = dt.date(2026, 3, 9)


@dataclass(frozen=True)
class Item:
    start_ts: int
    end_ts: int
    start_date: str | None = None
    end_date: str | None = None
    name: str = ""


def at(day: dt.date, clock: str, zone: ZoneInfo = BERLIN) -> int:
    return int(dt.datetime.combine(day, dt.time.fromisoformat(clock), zone).timestamp())


def timed(clock_from: str, clock_to: str, *, day: dt.date = MONDAY, name: str = "") -> Item:
    return Item(at(day, clock_from), at(day, clock_to), name=name)


def all_day(first: str, end: str, name: str = "") -> Item:
    start, finish = (at(dt.date.fromisoformat(day), "00:00") for day in (first, end))
    return Item(start, finish, first, end, name)


def blocks_of(column: layout.DayColumn[Item]) -> dict[str, tuple[int, int, int, int]]:
    """Name to (first row of the day, row after, first column, column after), lines from 1."""
    return {
        block.item.name: (
            cluster.row + block.row - 1,
            cluster.row + block.row - 1 + block.rows,
            block.column,
            block.column + block.columns,
        )
        for cluster in column.clusters
        for block in cluster.blocks
    }


class TestWeekOf:
    @pytest.mark.parametrize(
        ("day", "week_start", "first"),
        [
            ("2026-11-22", 0, "2026-11-16"),
            ("2026-11-22", 6, "2026-11-22"),
            ("2026-11-21", 6, "2026-11-15"),
            ("2026-11-22", 5, "2026-11-21"),
            ("2026-11-16", 0, "2026-11-16"),
        ],
    )
    def test_holds_the_day_and_begins_as_the_member_likes(
        self, day: str, week_start: int, first: str
    ) -> None:
        found = layout.week_of(dt.date.fromisoformat(day), week_start=week_start)
        assert found.isoformat() == first


class TestTimedEvents:
    def test_a_row_is_five_minutes_and_the_first_is_midnight(self) -> None:
        column = layout.day_column([timed("10:00", "11:05", name="a")], day=MONDAY, zone=BERLIN)
        assert blocks_of(column) == {"a": (121, 134, 1, 2)}

    def test_events_that_overlap_stand_side_by_side(self) -> None:
        items = [timed("10:00", "12:00", name="a"), timed("11:00", "13:00", name="b")]
        placed = blocks_of(layout.day_column(items, day=MONDAY, zone=BERLIN))
        assert placed["a"][2:] == (1, 2)
        assert placed["b"][2:] == (2, 3)

    def test_an_event_that_follows_directly_has_the_whole_width(self) -> None:
        items = [timed("10:00", "11:00", name="a"), timed("11:00", "12:00", name="b")]
        column = layout.day_column(items, day=MONDAY, zone=BERLIN)
        assert len(column.clusters) == 2
        assert {place[2:] for place in blocks_of(column).values()} == {(1, 2)}

    def test_an_event_takes_the_columns_that_are_free_beside_it(self) -> None:
        items = [
            timed("09:00", "12:00", name="long"),
            timed("09:00", "10:00", name="second"),
            timed("09:00", "10:00", name="third"),
            timed("10:30", "11:30", name="later"),
        ]
        placed = blocks_of(layout.day_column(items, day=MONDAY, zone=BERLIN))
        assert placed["later"][2:] == (2, 4)

    def test_a_short_event_is_high_enough_to_be_read_and_covers_nothing(self) -> None:
        items = [timed("10:00", "10:05", name="short"), timed("10:10", "11:00", name="next")]
        placed = blocks_of(layout.day_column(items, day=MONDAY, zone=BERLIN))
        assert placed["short"][1] - placed["short"][0] == layout.LEAST_ROWS
        assert placed["short"][2:] != placed["next"][2:]

    def test_an_event_without_length_just_before_midnight_stays_inside_its_day(self) -> None:
        column = layout.day_column([timed("23:59", "23:59", name="a")], day=MONDAY, zone=BERLIN)
        assert blocks_of(column)["a"][:2] == (289 - layout.LEAST_ROWS, 289)

    def test_an_event_across_midnight_shows_on_both_days_with_open_ends(self) -> None:
        item = Item(at(MONDAY, "22:00"), at(MONDAY + dt.timedelta(1), "02:00"), name="a")
        first, second = layout.grid([item], first=MONDAY, days=2, zone=BERLIN).days
        assert blocks_of(first)["a"][:2] == (265, 289)
        assert blocks_of(second)["a"][:2] == (1, 25)
        assert [(b.begins, b.ends) for b in first.clusters[0].blocks] == [(True, False)]
        assert [(b.begins, b.ends) for b in second.clusters[0].blocks] == [(False, True)]

    def test_an_event_that_ends_at_midnight_does_not_touch_the_next_day(self) -> None:
        item = Item(at(MONDAY, "22:00"), at(MONDAY + dt.timedelta(1), "00:00"))
        assert not layout.grid([item], first=MONDAY, days=2, zone=BERLIN).days[1].clusters

    def test_a_timed_event_of_a_day_or_more_is_a_bar(self) -> None:
        item = Item(at(MONDAY, "22:00"), at(MONDAY + dt.timedelta(2), "08:00"))
        grid = layout.grid([item], first=MONDAY, days=7, zone=BERLIN)
        assert [(bar.column, bar.columns) for bar in grid.bars] == [(1, 3)]
        assert not any(day.clusters for day in grid.days)


class TestAllDayLane:
    def test_bars_that_meet_get_lanes_of_their_own_and_share_them_where_free(self) -> None:
        items = [
            all_day("2026-03-09", "2026-03-12", "a"),
            all_day("2026-03-10", "2026-03-11", "b"),
            all_day("2026-03-12", "2026-03-13", "c"),
        ]
        found = layout.bars(items, first=MONDAY, days=7, zone=BERLIN)
        assert [(bar.item.name, bar.lane, bar.column, bar.columns) for bar in found] == [
            ("a", 1, 1, 3),
            ("b", 2, 2, 1),
            ("c", 1, 4, 1),
        ]

    def test_a_bar_is_cut_at_the_week_and_says_that_it_goes_on(self) -> None:
        found = layout.bars(
            [all_day("2026-03-01", "2026-04-01")], first=MONDAY, days=7, zone=BERLIN
        )
        assert [(b.column, b.columns, b.begins, b.ends) for b in found] == [(1, 7, False, False)]

    def test_dates_are_the_same_in_every_zone(self) -> None:
        item = all_day("2026-03-10", "2026-03-11")
        for zone in ("Pacific/Auckland", "America/Los_Angeles"):
            (bar,) = layout.bars([item], first=MONDAY, days=7, zone=ZoneInfo(zone))
            assert (bar.column, bar.columns) == (2, 1)


class TestDaysOnWhichClocksChange:
    @pytest.mark.parametrize(
        ("zone", "day", "rows", "hours"),
        [
            ("Europe/Berlin", "2026-03-29", 276, [0, 1, 3, 4]),
            ("Europe/Berlin", "2026-10-25", 300, [0, 1, 2, 2, 3]),
            ("America/New_York", "2026-11-01", 300, [0, 1, 1, 2]),
            ("Australia/Lord_Howe", "2026-04-05", 294, [0, 1, 1, 2]),
            ("America/Sao_Paulo", "2018-11-04", 276, [1, 2, 3]),
        ],
    )
    def test_the_day_has_the_length_and_the_hours_it_has(
        self, zone: str, day: str, rows: int, hours: list[int]
    ) -> None:
        column = layout.day_column([], day=dt.date.fromisoformat(day), zone=ZoneInfo(zone))
        assert column.rows == rows
        assert [slot.hour for slot in column.slots][: len(hours)] == hours
        assert sum(slot.rows for slot in column.slots) == rows
        assert column.changes_clocks

    def test_an_hour_that_comes_twice_is_marked_the_second_time(self) -> None:
        column = layout.day_column([], day=dt.date(2026, 10, 25), zone=BERLIN)
        assert [slot.hour for slot in column.slots if slot.repeated] == [2]

    def test_an_event_over_the_skipped_hour_is_as_high_as_it_is_long(self) -> None:
        day = dt.date(2026, 3, 29)
        item = timed("01:00", "04:00", day=day, name="a")
        placed = blocks_of(layout.day_column([item], day=day, zone=BERLIN))
        assert placed["a"][:2] == (13, 37)  # two hours, not three

    def test_a_date_that_a_zone_skipped_is_empty(self) -> None:
        column = layout.day_column([], day=dt.date(2011, 12, 30), zone=ZoneInfo("Pacific/Apia"))
        assert (column.rows, list(column.slots)) == (0, [])


ZONES = st.sampled_from(
    [ZoneInfo(n) for n in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")]
)
FIRSTS = st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[list[Item], dt.date, ZoneInfo]:
    zone, first = draw(ZONES), draw(FIRSTS)
    origin, _ = layout.day_span(first, zone=zone)
    starts = st.integers(origin - 86_400, origin + 8 * 86_400)
    lengths = st.one_of(st.sampled_from([0, 300, 1800, 3600]), st.integers(0, 86_399))
    drawn = draw(st.lists(st.tuples(starts, lengths), max_size=25))
    items = [Item(start, start + length, name=str(n)) for n, (start, length) in enumerate(drawn)]
    return items, first, zone


@settings(derandomize=True, max_examples=150, deadline=None)
@given(weeks())
def test_no_event_hides_another_and_each_shows_on_every_day_that_it_touches(
    week: tuple[list[Item], dt.date, ZoneInfo],
) -> None:
    items, first, zone = week
    for day in layout.grid(items, first=first, days=7, zone=zone).days:
        placed = blocks_of(day)
        here = {
            item.name
            for item in items
            if max(item.start_ts, day.start) < min(max(item.end_ts, item.start_ts + 1), day.end)
        }
        assert set(placed) == here
        cells = [
            (row, column)
            for top, bottom, left, right in placed.values()
            for row in range(top, bottom)
            for column in range(left, right)
        ]
        assert len(cells) == len(set(cells))
        assert all(1 <= row <= day.rows for row, _ in cells)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(weeks())
def test_a_cluster_is_no_wider_than_the_most_events_that_meet(
    week: tuple[list[Item], dt.date, ZoneInfo],
) -> None:
    items, first, zone = week
    for day in layout.grid(items, first=first, days=7, zone=zone).days:
        for cluster in day.clusters:
            spans = [(block.row, block.row + block.rows) for block in cluster.blocks]
            depth = max(sum(a <= top < b for a, b in spans) for top, _ in spans)
            assert max(b.column + b.columns - 1 for b in cluster.blocks) == depth


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-10, 10), st.integers(1, 15)), max_size=20),
    FIRSTS,
)
def test_no_bar_hides_another_and_each_covers_its_days(
    spans: list[tuple[int, int]], first: dt.date
) -> None:
    items = [
        all_day(
            (first + dt.timedelta(start)).isoformat(),
            (first + dt.timedelta(start + length)).isoformat(),
        )
        for start, length in spans
    ]
    found = layout.bars(items, first=first, days=7, zone=BERLIN)
    cells = [(b.lane, b.column + n) for b in found for n in range(b.columns)]
    assert len(cells) == len(set(cells))
    assert all(1 <= column <= 7 for _, column in cells)
    assert len(found) == sum(start < 7 and start + length > 0 for start, length in spans)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(FIRSTS, ZONES)
def test_the_hours_of_a_day_fill_it_without_gap(first: dt.date, zone: ZoneInfo) -> None:
    day = layout.day_column([], day=first, zone=zone)
    row = 1
    for slot in day.slots:
        assert slot.row == row
        row += slot.rows
    assert row == day.rows + 1
    assert day.rows <= layout.ROWS_OF_LONGEST_DAY


class TestClockChange:
    @pytest.mark.parametrize(
        ("zone", "day", "change"),
        [
            ("Europe/Berlin", "2026-03-29", (120, 60)),
            ("Europe/Berlin", "2026-10-25", (180, -60)),
            ("Pacific/Auckland", "2026-04-05", (180, -60)),
            ("Australia/Lord_Howe", "2026-10-04", (120, 30)),
            ("America/Havana", "2026-03-08", (0, 60)),
            ("Pacific/Honolulu", "2026-03-29", None),
        ],
    )
    def test_it_is_told_after_which_minute_clocks_show_something_else(
        self, zone: str, day: str, change: tuple[int, int] | None
    ) -> None:
        info = ZoneInfo(zone)
        column = layout.day_column([], day=dt.date.fromisoformat(day), zone=info)
        assert layout.clock_change(column, zone=info) == change
