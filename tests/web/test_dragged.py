"""Where an event is after it was dragged, by values, in two zones and over changes of clocks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from calendars.web.layout import Days, Edge, Hours, Place, Shift, dragged, place_of

if TYPE_CHECKING:
    from calendars.web.layout import When

BERLIN = ZoneInfo("Europe/Berlin")
AUCKLAND = ZoneInfo("Pacific/Auckland")
HONOLULU = ZoneInfo("Pacific/Honolulu")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> int:
    wall = dt.datetime.fromisoformat(text)
    return int(wall.replace(tzinfo=zone, fold=fold).timestamp())


def hours(start: str, end: str, zone: ZoneInfo = BERLIN) -> Hours:
    return Hours(at(start, zone), at(end, zone))


def drag(when: When, to: Shift | Place, edge: Edge = Edge.WHOLE, zone: ZoneInfo = BERLIN) -> When:
    return dragged(when, to, edge=edge, zone=zone, default_length=1800)


MEETING = hours("2026-03-11T10:00", "2026-03-11T11:00")
TRIP = Days(day("2026-03-11"), day("2026-03-14"))


class TestMoving:
    def test_a_place_in_the_grid_is_a_day_and_minutes_since_it_began(self) -> None:
        to = Place(day("2026-03-13"), 14 * 60 + 15)
        assert drag(MEETING, to) == hours("2026-03-13T14:15", "2026-03-13T15:15")

    def test_the_same_place_is_another_instant_for_somebody_elsewhere(self) -> None:
        to = Place(day("2026-03-13"), 9 * 60)
        assert drag(MEETING, to, zone=AUCKLAND) == hours(
            "2026-03-13T09:00", "2026-03-13T10:00", AUCKLAND
        )
        assert drag(MEETING, to, zone=HONOLULU) == hours(
            "2026-03-13T09:00", "2026-03-13T10:00", HONOLULU
        )

    def test_after_a_gap_the_same_place_is_an_hour_later_on_the_clock(self) -> None:
        assert drag(MEETING, Place(day("2026-03-29"), 9 * 60)) == hours(
            "2026-03-29T10:00", "2026-03-29T11:00"
        )

    def test_both_hours_of_a_clock_set_back_are_places(self) -> None:
        first = drag(MEETING, Place(day("2026-10-25"), 2 * 60))
        second = drag(MEETING, Place(day("2026-10-25"), 3 * 60))
        assert first == Hours(at("2026-10-25T02:00"), at("2026-10-25T02:00", fold=1))
        assert second == Hours(at("2026-10-25T02:00", fold=1), at("2026-10-25T03:00"))

    def test_the_part_after_midnight_takes_the_rest_with_it(self) -> None:
        night = hours("2026-03-11T22:00", "2026-03-12T02:00")
        to = Place(day("2026-03-14"), 30, part=day("2026-03-12"))
        assert drag(night, to) == hours("2026-03-13T22:30", "2026-03-14T02:30")

    def test_a_day_further_is_the_same_time_of_day_over_a_change_of_clocks(self) -> None:
        sunday_before = hours("2026-03-28T10:00", "2026-03-28T11:00")
        assert drag(sunday_before, Shift(days=1)) == hours("2026-03-29T10:00", "2026-03-29T11:00")

    def test_an_hour_that_the_clocks_skip_is_the_one_after(self) -> None:
        early = hours("2026-03-28T02:30", "2026-03-28T03:00")
        assert drag(early, Shift(days=1)) == hours("2026-03-29T03:30", "2026-03-29T04:00")

    def test_a_night_keeps_its_length_and_a_journey_its_clock(self) -> None:
        night = hours("2026-03-27T22:00", "2026-03-28T06:00")
        assert drag(night, Shift(days=1)) == hours("2026-03-28T22:00", "2026-03-29T07:00")
        journey = hours("2026-03-26T22:00", "2026-03-28T06:00")
        assert drag(journey, Shift(days=1)) == hours("2026-03-27T22:00", "2026-03-29T06:00")

    def test_minutes_are_those_of_a_stopwatch(self) -> None:
        before = hours("2026-03-29T01:45", "2026-03-29T03:15")
        assert drag(before, Shift(minutes=15)) == hours("2026-03-29T03:00", "2026-03-29T03:30")

    def test_days_move_by_days_wherever_one_is(self) -> None:
        moved = Days(day("2026-03-10"), day("2026-03-13"))
        assert drag(TRIP, Shift(days=-1)) == moved
        assert drag(TRIP, Shift(days=-1, minutes=30), zone=AUCKLAND) == moved


class TestBetweenLaneAndGrid:
    def test_a_meeting_in_the_lane_takes_the_day(self) -> None:
        assert drag(MEETING, Place(day("2026-03-13"), None)) == Days(
            day("2026-03-13"), day("2026-03-14")
        )

    def test_a_journey_in_the_lane_takes_the_days_that_it_touches(self) -> None:
        journey = hours("2026-03-11T22:00", "2026-03-13T06:00")
        assert drag(journey, Place(day("2026-03-12"), None)) == Days(
            day("2026-03-12"), day("2026-03-15")
        )

    def test_days_in_the_grid_are_as_long_as_new_events(self) -> None:
        assert drag(TRIP, Place(day("2026-03-13"), 600)) == hours(
            "2026-03-13T10:00", "2026-03-13T10:30"
        )


class TestResizing:
    def test_an_edge_goes_to_its_place_and_the_other_stays(self) -> None:
        assert drag(MEETING, Place(day("2026-03-11"), 690), Edge.END) == hours(
            "2026-03-11T10:00", "2026-03-11T11:30"
        )
        assert drag(MEETING, Place(day("2026-03-11"), 570), Edge.START) == hours(
            "2026-03-11T09:30", "2026-03-11T11:00"
        )
        assert drag(TRIP, Place(day("2026-03-15"), None), Edge.END) == Days(
            day("2026-03-11"), day("2026-03-16")
        )

    def test_the_end_of_a_day_is_a_place_of_it(self) -> None:
        assert drag(MEETING, Place(day("2026-03-11"), 24 * 60), Edge.END) == hours(
            "2026-03-11T10:00", "2026-03-12T00:00"
        )

    @pytest.mark.parametrize("edge", [Edge.START, Edge.END])
    def test_an_edge_stops_short_of_the_other(self, edge: Edge) -> None:
        beyond = Shift(minutes=900 if edge is Edge.START else -900)
        short = drag(MEETING, beyond, edge)
        assert isinstance(short, Hours)
        assert short.end - short.start == 900
        far = Shift(days=9 if edge is Edge.START else -9)
        one = drag(TRIP, far, edge)
        assert isinstance(one, Days)
        assert one.after - one.first == dt.timedelta(days=1)

    def test_what_is_shorter_than_a_snap_already_does_not_grow_by_it(self) -> None:
        brief = hours("2026-03-11T10:00", "2026-03-11T10:05")
        assert drag(brief, Shift(minutes=-15), Edge.END) == brief


class TestPlaceOf:
    @pytest.mark.parametrize(
        ("instant", "zone", "place"),
        [
            (at("2026-03-29T10:00"), BERLIN, ("2026-03-29", 540)),
            (at("2026-10-25T10:00"), BERLIN, ("2026-10-25", 660)),
            (at("2026-10-25T10:00"), HONOLULU, ("2026-10-24", 23 * 60)),
            (at("2026-04-05T12:00", AUCKLAND), AUCKLAND, ("2026-04-05", 780)),
        ],
    )
    def test_it_is_where_the_column_shows_the_instant(
        self, instant: int, zone: ZoneInfo, place: tuple[str, int]
    ) -> None:
        assert place_of(instant, zone=zone) == (day(place[0]), place[1])
