"""What is listed at the edges of a span: here as at Google."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from calendars.google.client import use_transport
from calendars.queries.events import list_events
from tests.simulator.conftest import connect, follow
from tests.sync.world import ALICE, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Member

DAYS = range(-7, 130, 7)
"""Within the window of 90 days and beyond it."""


@pytest.fixture(params=["Europe/Berlin", "America/New_York"])
def zoned(request: pytest.FixtureRequest, alice: Member) -> Iterator[World]:
    world = World(alice, time_zone=request.param)
    with use_transport(world.google.http):
        yield world


def instant(world: World, **fields: Any) -> dict[str, Any]:
    """An event without length at ten o'clock on the 11th of March."""
    times = world.timed(11, 10)
    return {**times, "end": times["start"], **fields}


def both(world: World, since: dt.datetime, until: dt.datetime) -> list[list[str]]:
    page = list_events(
        member=world.member,
        time_min=since,
        time_max=until,
        calendar_ids=["primary"],
        limit=100,
        cursor=None,
        now=world.clock.now(),
    )
    items, _, _ = follow(
        connect(world.google, ALICE),
        calendarId="primary",
        singleEvents=True,
        timeMin=since.isoformat(),
        timeMax=until.isoformat(),
    )
    here = [json.loads(text) for text in page.items]
    return [sorted(event["id"] for event in side) for side in (here, items)]


def test_an_event_without_length_ends_where_it_starts_and_the_first_bound_is_exclusive(
    zoned: World,
) -> None:
    zoned.google.insert_event(ALICE, instant(zoned))
    zoned.google.insert_event(ALICE, instant(zoned, recurrence=["RRULE:FREQ=WEEKLY"]))
    zoned.sync()
    first = dt.datetime(2026, 3, 11, 10, tzinfo=ZoneInfo(zoned.time_zone))
    minute, found = dt.timedelta(minutes=1), []
    for days in DAYS:
        start = first + dt.timedelta(days=days)
        for since, until in ((start, start + minute), (start - minute, start + minute)):
            here, google = both(zoned, since, until)
            assert here == google
            found.append(len(here))
    assert max(found[1::2]) == 2
    assert not any(found[::2])


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["RRULE:FREQ=DAILY;UNTIL=20260310T000000Z"], []),
        (["RRULE:FREQ=DAILY;UNTIL=20260310T000000Z", "RDATE:20260314T090000Z"], [14]),
        (["RRULE:FREQ=DAILY;UNTIL=20260310T000000Z", "RRULE:FREQ=DAILY;COUNT=1"], [11]),
        (["RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260314T000000Z"], [11, 13]),
    ],
)
def test_a_series_whose_rules_all_ended_before_its_start_does_not_start(
    zoned: World, lines: list[str], days: list[int]
) -> None:
    zoned.google.insert_event(ALICE, zoned.timed(11, recurrence=lines))
    zoned.sync()
    assert zoned.shown_here() == zoned.shown_at_google()
    assert [int(start[8:10]) for start, *_ in zoned.shown_here()] == days
