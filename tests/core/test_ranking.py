"""Slots for a meeting: what is left, in which order, and why."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.free_time.hours import WorkingHours
from calendars.free_time.ranking import (
    STEP,
    HoursRule,
    Participant,
    Reason,
    Why,
    Wish,
    common_hours,
    ranked_slots,
)
from calendars.free_time.spans import TimeSpan, merged

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HOUR, DAY = 3_600, 86_400
WEEKDAYS = frozenset(range(5))


def at(text: str, zone: ZoneInfo = BERLIN) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


WEDNESDAY = at("2026-03-11")
SPAN = TimeSpan(WEDNESDAY, WEDNESDAY + DAY)


def hours(zone: ZoneInfo = BERLIN, start: int = 9, end: int = 17) -> WorkingHours:
    return WorkingHours(zone, WEEKDAYS, start * HOUR, end * HOUR)


def clock(hour: float, until: float) -> TimeSpan:
    return TimeSpan(WEDNESDAY + round(hour * HOUR), WEDNESDAY + round(until * HOUR))


def person(
    name: str,
    *busy: TimeSpan,
    required: bool = True,
    unknown: tuple[TimeSpan, ...] = (),
    works: WorkingHours | None = None,
) -> Participant:
    return Participant(name, required, merged(busy), merged(unknown), works)


def found(
    *people: Participant, span: TimeSpan = SPAN, length: float = 1, **wish: object
) -> list[tuple[float, list[Why]]]:
    """Each slot's hour of the day and the reasons of its rank."""
    asked = Wish(span, round(length * HOUR), on_grid=WEDNESDAY, **wish)  # type: ignore[arg-type]
    return [
        ((slot.span.start - WEDNESDAY) / HOUR, [reason.why for reason in slot.reasons])
        for slot in ranked_slots(people, asked)
    ]


def test_slots_lie_in_the_working_hours_and_between_what_is_busy() -> None:
    alice = person("alice", clock(10, 12), clock(13, 16.5), works=hours())
    assert [hour for hour, _ in found(alice)] == [12, 9]


def test_the_edge_of_a_working_day_ranks_lower_and_the_earliest_is_called_so() -> None:
    slots = found(person("alice", clock(11, 16), works=hours()), limit=3)
    assert slots == [
        (9.5, [Why.EVERYONE_FREE]),
        (16, [Why.EVERYONE_FREE, Why.EDGE_OF_HOURS]),
    ]
    first = found(person("alice", clock(10, 17), works=hours()))
    assert first == [(9, [Why.EVERYONE_FREE, Why.EDGE_OF_HOURS, Why.EARLIEST])]


def test_required_people_are_never_busy_optional_ones_rank_lower() -> None:
    bob = person("bob", clock(0, 15), required=False, works=hours())
    slots = found(person("alice", works=hours()), bob)
    assert slots[0] == (15, [Why.EVERYONE_FREE])
    assert (9.5, [Why.REQUIRED_FREE, Why.OPTIONAL_BUSY]) in slots[1:]


def test_what_is_unknown_is_never_called_free_and_ranks_last() -> None:
    carol = person("carol", unknown=(clock(0, 14),))
    slots = found(person("alice", works=hours()), carol, limit=50)
    known = [(hour, why) for hour, why in slots if Why.UNKNOWN not in why]
    assert [hour for hour, _ in known] == [14, 15, 16]
    assert slots[: len(known)] == known
    assert all(Why.EVERYONE_FREE not in why for hour, why in slots if hour < 14)
    assert all(Why.REQUIRED_FREE not in why for hour, why in slots if hour < 14)


def test_of_whom_it_is_unknown_is_named() -> None:
    carol = person("carol", unknown=(SPAN,))
    dave = person("dave", unknown=(SPAN,), required=False)
    (slot,) = ranked_slots([carol, dave], Wish(SPAN, HOUR, limit=1))
    assert slot.unknown == ["carol", "dave"]
    assert slot.reasons[:2] == (
        Reason(Why.UNKNOWN, ("carol",)),
        Reason(Why.OPTIONAL_UNKNOWN, ("dave",)),
    )


def test_buffers_keep_distance_from_what_is_busy_and_not_from_the_days_ends() -> None:
    alice = person("alice", clock(10, 11), clock(13, 17), works=hours())
    slots = found(alice, length=0.5, before=30 * 60, after=15 * 60)
    assert [hour for hour, _ in slots] == [11.5, 12, 9]


def test_hours_of_two_zones_meet_where_both_work() -> None:
    """Between 8 and 29 March New York is five hours behind Berlin, else six."""
    people = [person("alice", works=hours()), person("bob", works=hours(NEW_YORK))]
    assert common_hours(people, SPAN) == [clock(14, 17)]
    later = TimeSpan(at("2026-04-01"), at("2026-04-02"))
    assert common_hours(people, later) == [TimeSpan(at("2026-04-01T15:00"), at("2026-04-01T17:00"))]
    assert [hour for hour, _ in found(*people)] == [14.5, 15.5]


def test_without_common_hours_there_is_a_slot_only_where_hours_are_a_preference() -> None:
    tokyo = WorkingHours(ZoneInfo("Asia/Tokyo"), WEEKDAYS, 9 * HOUR, 17 * HOUR)
    people = [person("alice", works=hours()), person("kenji", works=tokyo)]
    assert found(*people) == []
    slots = found(*people, hours=HoursRule.PREFERRED)
    assert slots[0] == (8, [Why.EVERYONE_FREE, Why.OUTSIDE_HOURS, Why.EDGE_OF_HOURS])
    assert slots[-1][1] == [Why.EVERYONE_FREE, Why.OUTSIDE_HOURS]
    assert found(*people, hours=HoursRule.IGNORED)[0] == (0, [Why.EVERYONE_FREE, Why.EARLIEST])


@pytest.mark.parametrize("day", ["2026-03-11", "2026-03-27", "2026-10-23"])
@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_outside_the_hours_what_is_nearer_to_them_ranks_higher(day: str, zone: ZoneInfo) -> None:
    """Before and after the working day, also before a weekend on which clocks change."""
    midnight = at(day, zone)
    full = TimeSpan(at(f"{day}T09:00", zone), at(f"{day}T17:00", zone))
    wish = Wish(TimeSpan(midnight, midnight + DAY), HOUR, hours=HoursRule.PREFERRED, limit=4)
    slots = ranked_slots([person("alice", full, works=hours(zone))], wish)
    begun = [(slot.span.start - midnight) / HOUR for slot in slots]
    assert begun == [8, 17, 7, 18]


def test_optional_people_do_not_narrow_the_hours() -> None:
    bob = person("bob", required=False, works=hours(NEW_YORK))
    slots = found(person("alice", works=hours()), bob, limit=50)
    assert slots[0][0] == 14
    assert any(Why.OUTSIDE_HOURS in why and hour < 14 for hour, why in slots)


@pytest.mark.parametrize(("day", "first"), [("2026-03-29", 2), ("2026-10-25", 3)])
def test_slots_keep_to_quarters_of_the_wall_clock_on_days_of_a_change(day: str, first: int) -> None:
    start = at(day)
    wish = Wish(TimeSpan(start + first * HOUR + 60, start + 6 * HOUR), HOUR, on_grid=start)
    slot = ranked_slots([person("alice")], wish)[0]
    assert dt.datetime.fromtimestamp(slot.span.start, BERLIN).minute % 15 == 0


def test_slots_follow_the_quarters_of_a_zone_with_odd_minutes() -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    midnight = at("2026-03-11", kathmandu)
    wish = Wish(TimeSpan(midnight + 7 * 60, midnight + DAY), HOUR, on_grid=midnight)
    slot = ranked_slots([person("alice")], wish)[0]
    assert slot.span.start == midnight + STEP


def test_a_meeting_longer_than_the_span_has_no_slot() -> None:
    assert found(person("alice"), length=25) == []


SPANS = st.builds(
    lambda start, length: TimeSpan(WEDNESDAY + 300 * start, WEDNESDAY + 300 * (start + length)),
    st.integers(-20, 300),
    st.integers(1, 40),
)
PEOPLE = st.lists(
    st.builds(
        lambda number, required, busy, unknown, works: Participant(
            f"p{number}", required, merged(busy), merged(unknown), hours() if works else None
        ),
        st.integers(0, 99),
        st.booleans(),
        st.lists(SPANS, max_size=6),
        st.lists(SPANS, max_size=3),
        st.booleans(),
    ),
    max_size=4,
    unique_by=lambda each: each.name,
)


@given(PEOPLE, st.integers(1, 8), st.integers(0, 4), st.integers(0, 4), st.sampled_from(HoursRule))
def test_no_slot_breaks_a_promise(
    people: list[Participant], quarters: int, before: int, after: int, rule: HoursRule
) -> None:
    wish = Wish(SPAN, quarters * STEP, before * 300, after * 300, rule, WEDNESDAY, limit=50)
    slots = ranked_slots(people, wish)
    for slot in slots:
        begin, end = slot.span.start - wish.before, slot.span.end + wish.after
        assert SPAN.start <= slot.span.start
        assert slot.span.end <= SPAN.end
        assert (slot.span.start - WEDNESDAY) % STEP == 0
        for each in people:
            busy = any(span.start < end and begin < span.end for span in each.busy)
            unknown = any(span.start < end and begin < span.end for span in each.unknown)
            assert not (busy and each.required)
            assert (each.name in slot.unknown) is (unknown and not busy)
        claims = {reason.why for reason in slot.reasons}
        assert not (slot.unknown and Why.EVERYONE_FREE in claims)
    taken = sorted(slot.span.start for slot in slots)
    assert all(later - earlier >= wish.length for earlier, later in pairwise(taken))
