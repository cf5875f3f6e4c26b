"""Where events stand in a month, and what shows with little room."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.web import layout
from tests.web.test_layout import BERLIN, Item, all_day, timed

MARCH = dt.date(2026, 3, 11)


def week_with(items: list[Item], day: dt.date = MARCH) -> layout.MonthWeek[Item]:
    weeks = layout.month(items, day=day, week_start=0, zone=BERLIN)
    return next(week for week in weeks if day in [each.date for each in week.days])


def places(week: layout.MonthWeek[Item]) -> dict[str, tuple[int, int, int]]:
    return {b.bar.item.name: (b.bar.lane, b.bar.column, b.bar.columns) for b in week.bars}


class TestWeeks:
    def test_a_month_has_the_weeks_that_it_touches(self) -> None:
        weeks = layout.weeks_of(MARCH, week_start=0)
        assert (weeks[0][0], weeks[-1][-1]) == (dt.date(2026, 2, 23), dt.date(2026, 4, 5))

    def test_a_february_that_fits_has_four(self) -> None:
        assert len(layout.weeks_of(dt.date(2027, 2, 10), week_start=0)) == 4

    def test_weeks_start_where_the_member_likes(self) -> None:
        assert layout.weeks_of(MARCH, week_start=6)[0][0] == dt.date(2026, 3, 1)


class TestLanes:
    def test_what_takes_days_comes_first_then_days_then_times(self) -> None:
        items = [
            timed("09:00", "10:00", day=MARCH, name="early"),
            timed("08:00", "09:00", day=MARCH, name="earlier"),
            all_day("2026-03-11", "2026-03-12", "day"),
            all_day("2026-03-10", "2026-03-13", "fair"),
        ]
        assert places(week_with(items)) == {
            "fair": (1, 2, 3),
            "day": (2, 3, 1),
            "earlier": (3, 3, 1),
            "early": (4, 3, 1),
        }

    def test_a_lane_that_is_free_on_a_day_is_used_there(self) -> None:
        items = [
            all_day("2026-03-09", "2026-03-11", "a"),
            all_day("2026-03-10", "2026-03-12", "b"),
            timed("09:00", "10:00", day=dt.date(2026, 3, 11), name="pill"),
        ]
        assert places(week_with(items))["pill"] == (1, 3, 1)

    def test_an_event_over_midnight_is_a_bar_over_both_days(self) -> None:
        night = Item(
            timed("22:00", "23:00", day=MARCH).start_ts,
            timed("02:00", "03:00", day=MARCH + dt.timedelta(1)).start_ts,
            name="night",
        )
        assert places(week_with([night]))["night"] == (1, 3, 2)

    def test_an_event_over_the_end_of_a_week_goes_on_in_the_next(self) -> None:
        weeks = layout.month(
            [all_day("2026-03-14", "2026-03-18", "trip")], day=MARCH, week_start=0, zone=BERLIN
        )
        found = [b.bar for week in weeks for b in week.bars]
        assert [(b.column, b.columns, b.begins, b.ends) for b in found] == [
            (6, 2, True, False),
            (1, 2, False, True),
        ]


class TestLittleRoom:
    def test_everything_shows_where_it_fits_exactly(self) -> None:
        items = [timed(f"{hour:02}:00", f"{hour:02}:30", day=MARCH) for hour in range(8, 11)]
        week = week_with(items)
        assert 3 not in week.days[2].hidden
        assert week.days[2].hidden[2] == 2  # one shows, the second lane says "+2 more"

    def test_a_bar_that_has_to_go_is_counted_on_each_of_its_days(self) -> None:
        items = [
            all_day("2026-03-10", "2026-03-12", "a"),
            all_day("2026-03-10", "2026-03-12", "b"),
            *(timed(f"{hour:02}:00", f"{hour:02}:30", day=MARCH) for hour in range(8, 11)),
        ]
        week = week_with(items)
        assert week.days[1].hidden[2] == 1  # b, for Wednesday needs its lane for "+4 more"
        assert week.days[2].hidden[2] == 4


ZONES = st.sampled_from(
    [ZoneInfo(n) for n in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
)
SPANS = st.lists(
    st.tuples(st.integers(-40, 40), st.integers(0, 23), st.integers(0, 200), st.booleans()),
    max_size=30,
)


def item_of(number: int, span: tuple[int, int, int, bool], zone: ZoneInfo) -> Item:
    offset, hour, hours, whole_days = span
    day = MARCH + dt.timedelta(days=offset)
    if whole_days:
        end = day + dt.timedelta(days=hours // 24 + 1)
        return all_day(day.isoformat(), end.isoformat(), str(number))
    start = int(dt.datetime.combine(day, dt.time(hour), zone).timestamp())
    return Item(start, start + hours * 3600, name=str(number))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(SPANS, ZONES, st.sampled_from([0, 5, 6]))
def test_every_event_is_on_each_of_its_days_and_none_hides_another(
    spans: list[tuple[int, int, int, bool]], zone: ZoneInfo, week_start: int
) -> None:
    items = [item_of(number, span, zone) for number, span in enumerate(spans)]
    for week in layout.month(items, day=MARCH, week_start=week_start, zone=zone):
        cells = [
            (b.bar.lane, column)
            for b in week.bars
            for column in range(b.bar.column, b.bar.column + b.bar.columns)
        ]
        assert len(cells) == len(set(cells))
        for column, day in enumerate(week.days, start=1):
            here = {
                item.name
                for item in items
                if (dates := layout.dates_of(item, zone=zone))[0] <= day.date <= dates[1]
            }
            placed = {
                b.bar.item.name
                for b in week.bars
                if b.bar.column <= column < b.bar.column + b.bar.columns
            }
            assert placed == here


@settings(derandomize=True, max_examples=150, deadline=None)
@given(SPANS)
def test_with_any_number_of_lanes_what_shows_fits_and_the_rest_is_counted(
    spans: list[tuple[int, int, int, bool]],
) -> None:
    items = [item_of(number, span, BERLIN) for number, span in enumerate(spans)]
    for week in layout.month(items, day=MARCH, week_start=0, zone=BERLIN):
        for lanes in range(1, layout.MOST_LANES + 1):
            for column, day in enumerate(week.days, start=1):
                here = [
                    b for b in week.bars if b.bar.column <= column < b.bar.column + b.bar.columns
                ]
                shown = [b.bar.lane for b in here if b.hidden_up_to < lanes]
                hidden = day.hidden.get(lanes, 0)
                assert len(shown) + hidden == len(here)
                assert max(shown, default=0) <= (lanes - 1 if hidden else lanes)
