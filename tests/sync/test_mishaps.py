"""A bug that one event or calendar meets stops nothing but that, and shows without any content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calendars.models import CalendarSyncState, OperationStatus, OutboxOperation, SyncStatus
from calendars.sync import mishaps
from calendars.sync.calendar_list_store import CalendarListStore
from calendars.sync.lane_store import LaneStore
from calendars.sync.listing_application import ListingApplication
from tests.sync.world import ALICE, TEAM

if TYPE_CHECKING:
    from tests.sync.world import World

SECRET = "Talk about the merger"


def broken(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, which: Any = lambda *_: True
) -> None:
    """Have a method fail as only a bug does; ``which`` says for what it does."""
    sound = getattr(owner, name)

    def failing(self: Any, *args: Any, **options: Any) -> Any:
        if which(self, *args):
            raise KeyError(SECRET)
        return sound(self, *args, **options)

    monkeypatch.setattr(owner, name, failing)


def rest(world: World) -> None:
    world.clock.sleep(1_000)


def test_a_bug_met_in_one_calendar_does_not_keep_the_others_from_being_pulled(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.add_team()
    world.sync()
    ours = world.google.insert_event(ALICE, world.timed(summary=SECRET))["id"]
    theirs = world.google.insert_event(TEAM, world.timed())["id"]
    with monkeypatch.context() as patched:
        of_alice = lambda listing, *_: listing.calendar.google_id == ALICE  # noqa: E731
        broken(patched, ListingApplication, "apply", which=of_alice)
        report = world.cycle()
    assert not report.succeeded
    assert theirs in world.cached(TEAM)
    state = CalendarSyncState.objects.get(google_calendar_id=ALICE)
    assert (state.status, state.last_error) == (SyncStatus.ERROR, mishaps.SENTENCE)
    told = next(each.getMessage() for each in caplog.records if each.name == mishaps.__name__)
    assert "KeyError" in told
    assert "in apply_listing" in told
    assert SECRET not in caplog.text
    rest(world)
    assert world.sync().succeeded
    assert ours in world.cached()


@pytest.mark.parametrize(
    ("method", "left"),
    [
        ("lane", (OperationStatus.PENDING, mishaps.SENTENCE)),
        ("sent", (OperationStatus.APPLIED, "")),  # the pull of the same cycle finds it
    ],
    ids=["before sending", "after sending"],
)
def test_a_bug_met_with_one_event_does_not_keep_the_others_from_being_sent(
    world: World, monkeypatch: pytest.MonkeyPatch, method: str, left: tuple[str, str]
) -> None:
    world.sync()
    world.create(summary=SECRET)
    world.create(summary="Tea")
    first, second = OutboxOperation.objects.order_by("op_id")
    unlucky = world.seen(first.event_id).pk
    with monkeypatch.context() as patched:
        broken(patched, LaneStore, method, which=lambda _, event_pk, *__: event_pk == unlucky)
        assert not world.cycle().succeeded
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.status == OperationStatus.APPLIED
    assert (first.status, first.error) == left
    rest(world)
    assert world.sync().succeeded
    assert sorted(event["summary"] for event in world.at_google().values()) == [SECRET, "Tea"]


def test_a_bug_met_with_the_calendar_list_keeps_nothing_else_from_being_synced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sync()
    world.create(summary="Tea")
    arrived = world.google.insert_event(ALICE, world.timed())["id"]
    broken(monkeypatch, CalendarListStore, "save_calendar_list")
    report = world.cycle(insist=True)
    assert [type(bug) for bug in report.unexpected] == [KeyError]
    assert arrived in world.cached()
    assert "Tea" in {event["summary"] for event in world.at_google().values()}
