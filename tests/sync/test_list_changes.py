"""Subscribing, hiding, colouring and removing: here at once, at Google with the next cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calendars.commands import calendar_list
from calendars.commands.actor import Actor
from calendars.errors import (
    InvalidInputError,
    NoGoogleAccountError,
    NotFoundError,
    NotWritableError,
)
from calendars.models import Calendar, CalendarListChange, ListChangeStatus
from calendars.queries.access import calendar_of, calendars_of
from calendars.queries.calendar_list import calendar_entries, list_changes
from google_simulator.errors import ApiError
from tests.sync.world import ALICE, NOW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from accounts.models import Member
    from tests.sync.world import World

BEN = "ben@example.test"
LIST_SCOPE = "https://www.googleapis.com/auth/calendar.calendarlist"
WHOLE_SCOPE = "https://www.googleapis.com/auth/calendar"


@pytest.fixture
def team(world: World) -> str:
    """Ben's second calendar, on Alice's list."""
    world.google.add_person(BEN)
    team = world.google.add_calendar(owner=BEN, summary="Team")
    world.google.share(team, with_=ALICE, role="writer")
    world.sync(insist=True)
    return team


@pytest.fixture
def public(world: World, team: str) -> str:
    """A calendar that everybody may read and that is on nobody's list but Ben's."""
    public = world.google.add_calendar(owner=BEN, summary="Holidays")
    world.google.open_to_all(public, role="reader")
    world.google.insert_event(public, world.timed())
    return public


def change(world: World, google_id: str, **changes: Any) -> list[CalendarListChange]:
    return calendar_list.change_entry(
        actor=world.actor, google_id=google_id, now=world.clock.now(), **changes
    )


def subscribe(world: World, google_id: str, account: str | None = None) -> CalendarListChange:
    (queued,) = calendar_list.subscribe(
        actor=world.actor, google_id=google_id, account_email=account, now=world.clock.now()
    )
    return queued


def remove(world: World, google_id: str) -> None:
    calendar_list.remove(actor=world.actor, google_id=google_id, now=world.clock.now())


def entry(world: World, google_id: str, person: str = ALICE) -> Mapping[str, Any]:
    return world.google.list_entry(person, google_id)


def shown(world: World) -> set[str]:
    return set(calendars_of(world.member).values_list("google_id", flat=True))


def test_a_subscription_shows_with_its_events_after_one_cycle(world: World, public: str) -> None:
    queued = subscribe(world, public)
    assert public not in shown(world)
    assert world.sync().succeeded
    calendar = calendar_of(member=world.member, calendar_id=public)
    assert (calendar.summary, calendar.selected, calendar.writable) == ("Holidays", True, False)
    assert calendar.events.count() == 1
    queued.refresh_from_db()
    assert queued.status == ListChangeStatus.APPLIED


@pytest.mark.parametrize("google_id", ["nobody@nowhere.test", BEN])
def test_what_google_does_not_show_is_refused_with_a_sentence(
    world: World, team: str, google_id: str
) -> None:
    subscribe(world, google_id)
    assert world.sync().succeeded
    assert google_id not in shown(world)
    (refused,) = list_changes(member=world.member)
    assert (refused["status"], refused["kind"]) == ("failed", "subscribe")
    assert refused["error"].startswith("Google has no calendar of this address")


def test_hiding_takes_it_out_of_view_and_showing_brings_it_back(world: World, team: str) -> None:
    change(world, team, hidden=True)
    calendar = calendar_of(member=world.member, calendar_id=team)
    assert (calendar.hidden, calendar.selected) == (True, False)
    world.sync(insist=True)
    assert entry(world, team)["hidden"] is True
    change(world, team, hidden=False)
    world.sync(insist=True)
    calendar.refresh_from_db()
    assert (calendar.hidden, calendar.selected) == (False, True)
    assert "hidden" not in entry(world, team)


def test_a_colour_shows_at_once_and_outlives_a_reading_of_the_list_before_it_is_sent(
    world: World, team: str
) -> None:
    change(world, team, background_color="#112233")
    world.google.faults.fail_next(20, status=503, method="PATCH", path_contains="calendarList")
    world.sync(insist=True)
    calendar = calendar_of(member=world.member, calendar_id=team)
    assert (calendar.background_color, calendar.foreground_color) == ("#112233", "#ffffff")
    assert CalendarListChange.objects.get().status == ListChangeStatus.PENDING
    world.google.faults.clear()
    assert world.sync().succeeded
    assert entry(world, team)["backgroundColor"] == "#112233"
    calendar.refresh_from_db()
    assert calendar.background_color == "#112233"


@pytest.mark.parametrize(("background", "text"), [("#fdfd96", "#000000"), ("#301934", "#ffffff")])
def test_the_text_stays_readable_on_the_colour(
    world: World, team: str, background: str, text: str
) -> None:
    (queued,) = change(world, team, background_color=background)
    assert queued.payload["foregroundColor"] == text


def test_a_removed_calendar_disappears_at_once_and_for_good(world: World, team: str) -> None:
    remove(world, team)
    assert team not in shown(world)
    world.sync(insist=True)
    world.sync(insist=True)
    assert team not in shown(world)
    with pytest.raises(ApiError):
        entry(world, team)


def test_removing_twice_elsewhere_and_here_ends_well(world: World, team: str) -> None:
    remove(world, team)
    world.google.share(team, with_=ALICE, role="none")
    assert world.sync().succeeded
    assert CalendarListChange.objects.get().status == ListChangeStatus.APPLIED


def test_a_calendar_that_google_does_not_let_go_comes_back_with_the_reason(
    world: World, team: str
) -> None:
    world.google.faults.fail_next(
        1, status=403, reason="cannotUnsubscribeFromOwnedCalendar", method="DELETE"
    )
    remove(world, team)
    world.sync()
    assert team in shown(world)
    entries = calendar_entries(member=world.member, now=world.clock.now())
    (refused,) = [each["list_change"] for each in entries if each["calendar_id"] == team]
    assert (refused["status"], refused["kind"]) == ("failed", "remove")
    assert "hide it" in refused["error"]


def test_an_owned_calendar_can_be_hidden_but_not_removed(world: World, team: str) -> None:
    own = world.google.add_calendar(owner=ALICE, summary="Own")
    world.sync(insist=True)
    for google_id in ("primary", own):
        with pytest.raises(NotWritableError, match="hide it"):
            remove(world, google_id)
    change(world, own, hidden=True)
    world.sync()
    assert entry(world, own)["hidden"] is True


def test_a_calendar_of_two_accounts_is_changed_and_removed_in_both(world: World, team: str) -> None:
    dana = "dana@example.test"
    world.google.add_person(dana)
    world.google.share(team, with_=dana, role="reader")
    first = world.account
    world.account = world.connect(dana)
    world.sync()
    assert len(change(world, team, background_color="#445566")) == 2
    world.sync()
    world.account = first
    world.sync()
    for person in (ALICE, dana):
        assert entry(world, team, person)["backgroundColor"] == "#445566"
    remove(world, team)
    assert not Calendar.objects.filter(google_id=team, deleted=False).exists()


def test_a_missing_permission_is_told_at_once_where_it_is_known(world: World, team: str) -> None:
    world.account.scopes = [LIST_SCOPE + ".readonly"]
    world.account.save()
    for attempt in (
        lambda: change(world, team, hidden=True),
        lambda: remove(world, team),
        lambda: subscribe(world, BEN),
    ):
        with pytest.raises(NotWritableError, match="Connect the account again"):
            attempt()
    assert not CalendarListChange.objects.exists()
    assert team in shown(world)


def test_a_permission_that_google_finds_missing_is_a_reason_and_not_a_lost_account(
    world: World, team: str
) -> None:
    may_change = [LIST_SCOPE, WHOLE_SCOPE, f"{WHOLE_SCOPE}.app.created"]
    world.google.faults.withhold_scopes(ALICE, may_change)
    change(world, team, hidden=True)
    made = world.google.insert_event(ALICE, world.timed())
    assert world.sync().succeeded
    world.account.refresh_from_db()
    assert world.account.status == "connected"
    assert made["id"] in world.cached()
    assert "Connect the account again" in CalendarListChange.objects.get().error
    assert not calendar_of(member=world.member, calendar_id=team).hidden


def test_a_cycle_without_changes_does_not_ask(world: World, team: str) -> None:
    before = len(world.google.requests)
    world.sync()
    assert all("calendarList" not in each.path for each in list(world.google.requests)[before:])


class TestAccess:
    """Alice's lists are nobody else's."""

    def test_others_cannot_change_them(
        self, world: World, team: str, bob: Member, charlie: Member
    ) -> None:
        for stranger, error in ((bob, NotFoundError), (charlie, NotFoundError)):
            actor = Actor(member=stranger, via="web")
            with pytest.raises(error):
                calendar_list.change_entry(actor=actor, google_id=team, hidden=True, now=NOW)
            with pytest.raises(error):
                calendar_list.remove(actor=actor, google_id=team, now=NOW)
            with pytest.raises(NoGoogleAccountError):
                calendar_list.subscribe(actor=actor, google_id=team, account_email=None, now=NOW)
            with pytest.raises(InvalidInputError):
                calendar_list.subscribe(actor=actor, google_id=team, account_email=ALICE, now=NOW)
            assert list_changes(member=stranger) == []
        assert not CalendarListChange.objects.exists()

    def test_nothing_to_change_and_what_is_there_already_are_refused(
        self, world: World, team: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            change(world, team)
        with pytest.raises(InvalidInputError):
            subscribe(world, team)
        with pytest.raises(InvalidInputError):
            subscribe(world, "primary")
