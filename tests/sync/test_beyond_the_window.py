"""Looking beyond the cached window: what is known shows, the rest is fetched and appears."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from calendars.commands.calendars import want_span
from calendars.models import CalendarSyncState
from calendars.queries.events import EventPage, list_events

if TYPE_CHECKING:
    from tests.sync.world import World

YEARLY = ["RRULE:FREQ=MONTHLY;BYMONTHDAY=11"]


def look(world: World, start: dt.datetime, days: int = 7) -> EventPage:
    """A list as the API and the pages ask for it: whatever is not covered is wanted."""
    now, end = world.clock.now(), start + dt.timedelta(days=days)
    page = list_events(
        member=world.member,
        time_min=start,
        time_max=end,
        calendar_ids=None,
        limit=100,
        cursor=None,
        now=now,
    )
    want_span(calendars=page.uncovered, time_min=start, time_max=end, now=now)
    return page


def full_lists(world: World) -> int:
    """How often the whole window was asked for."""
    return sum("timeMin" in str(request.query) for request in world.google.requests)


def timed(day: dt.datetime, **more: Any) -> dict[str, Any]:
    start = day + dt.timedelta(days=1, hours=10)
    moments = {
        name: {"dateTime": at.isoformat(), "timeZone": "Europe/Berlin"}
        for name, at in (("start", start), ("end", start + dt.timedelta(hours=1)))
    }
    return {"summary": "Far", **moments, **more}


@pytest.mark.parametrize("days", [-300, 200, 700])
def test_what_is_not_cached_is_called_unknown_and_appears_after_the_next_cycle(
    world: World, days: int
) -> None:
    there = world.clock.now().replace(hour=0) + dt.timedelta(days=days)
    world.sync()
    world.google.insert_event("alice@example.test", timed(there))
    CalendarSyncState.objects.update(sync_token=None)
    world.sync()
    page = look(world, there)
    assert page.metadata["coverage"]["complete"] is False
    assert page.uncovered
    world.sync()
    page = look(world, there)
    assert len(page.items) == 1
    assert page.metadata["coverage"]["complete"] is True
    assert not page.uncovered


def test_known_series_show_at_once_before_anything_is_fetched(world: World) -> None:
    world.google.insert_event("alice@example.test", world.timed(recurrence=YEARLY))
    world.sync()
    there = world.clock.now() + dt.timedelta(days=400)
    page = look(world, there, days=31)
    assert len(page.items) == 1
    assert page.metadata["coverage"]["complete"] is False


def test_more_than_two_years_away_stays_unknown_and_is_not_asked_for_again_and_again(
    world: World,
) -> None:
    world.sync()
    there = world.clock.now() + dt.timedelta(days=700)
    look(world, there, days=90)
    world.sync()
    before = full_lists(world)
    for _ in range(3):
        world.clock.advance(dt.timedelta(minutes=5))
        page = look(world, there, days=90)
        assert page.metadata["coverage"]["complete"] is False
        world.sync()
    assert full_lists(world) == before
    farther = look(world, world.clock.now() + dt.timedelta(days=900))
    assert (farther.items, farther.metadata["coverage"]["complete"]) == ([], False)
    world.sync()
    assert full_lists(world) == before


def test_what_nobody_looks_at_any_more_leaves_the_window_again(world: World) -> None:
    world.sync()
    there = world.clock.now() + dt.timedelta(days=300)
    look(world, there)
    world.sync()
    assert look(world, there).metadata["coverage"]["complete"] is True
    world.clock.advance(dt.timedelta(days=8))
    world.sync()
    assert look(world, there).metadata["coverage"]["complete"] is False
