"""Random histories of a calendar list: once it is quiet, it is the same here and at Google."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from calendars.commands import calendar_list
from calendars.errors import CalendarError
from calendars.models import CalendarListChange, ListChangeStatus
from google_simulator.errors import ApiError
from tests.sync.histories import History, run
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from collections.abc import Callable

BEN = "ben@example.test"
WHICH = st.integers(0, 2)
COLOURS = st.sampled_from(["#112233", "#aabbcc", "#e67c73"])


class TwoLists(History):
    """Alice changes her list here and at Google, Ben what he shares, and requests fail."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: dict[str, str] = {}
        self.world.google.add_person(BEN)
        self.known = [
            self.world.google.add_calendar(owner=owner, summary=f"{owner} {number}")
            for number, owner in enumerate([ALICE, BEN, BEN])
        ]
        for google_id in self.known[1:]:
            self.world.google.share(google_id, with_=ALICE, role="writer")
        self.world.sync()

    def end(self) -> None:
        self._come_to_rest()
        self._both_lists_agree()

    @rule(which=WHICH, hidden=st.booleans())
    def hide_or_show_here(self, which: int, hidden: bool) -> None:
        self._here(calendar_list.change_entry, which, hidden=hidden)

    @rule(which=WHICH, colour=COLOURS)
    def colour_here(self, which: int, colour: str) -> None:
        if self._here(calendar_list.change_entry, which, background_color=colour):
            self.wanted[self.known[which]] = colour

    @rule(which=WHICH)
    def remove_here(self, which: int) -> None:
        self._here(calendar_list.remove, which)

    @rule(which=WHICH)
    def subscribe_here(self, which: int) -> None:
        self._here(calendar_list.subscribe, which, account_email=None)

    @rule(which=WHICH, hidden=st.booleans())
    def hide_or_show_there(self, which: int, hidden: bool) -> None:
        self._there(which, {"hidden": hidden})

    @rule(which=WHICH, colour=COLOURS)
    def colour_there(self, which: int, colour: str) -> None:
        self.wanted.pop(self.known[which], None)
        self._there(which, {"backgroundColor": colour})

    @rule(which=st.integers(1, 2), role=st.sampled_from(["none", "reader", "writer"]))
    def share_otherwise(self, which: int, role: str) -> None:
        self.world.google.share(self.known[which], with_=ALICE, role=role)

    @rule(rate=st.sampled_from([0.0, 0.2, 0.6]))
    def requests_fail(self, rate: float) -> None:
        self.world.google.faults.random_faults(rate)

    @rule(method=st.sampled_from(["PATCH", "POST", "DELETE"]))
    def changes_of_the_list_fail(self, method: str) -> None:
        self.world.google.faults.fail_next(
            5, status=503, method=method, path_contains="calendarList"
        )

    @rule(insist=st.booleans())
    def sync(self, insist: bool) -> None:
        self.world.clock.advance(dt.timedelta(minutes=1))
        self.world.sync(insist=insist)

    def _here(self, command: Callable[..., Any], which: int, **wish: Any) -> bool:
        try:
            command(
                actor=self.world.actor,
                google_id=self.known[which],
                now=self.world.clock.now(),
                **wish,
            )
        except CalendarError:
            return False  # refused at once and with a sentence
        return True

    def _there(self, which: int, changes: dict[str, Any]) -> None:
        try:
            self.world.google.change_list_entry(ALICE, self.known[which], changes)
        except ApiError:
            return  # it is not on the list there

    def _come_to_rest(self) -> None:
        self.world.google.faults.clear()
        for _ in range(2):
            self.world.clock.advance(dt.timedelta(hours=2))
            self.world.sync(insist=True)

    def _both_lists_agree(self) -> None:
        assert not CalendarListChange.objects.filter(status=ListChangeStatus.PENDING).exists()
        here = {
            row.google_id: (row.hidden, row.background_color)
            for row in self.world.account.calendars.filter(deleted=False)
        }
        there = {}
        for google_id in [ALICE, *self.known]:
            try:
                entry = self.world.google.list_entry(ALICE, google_id)
            except ApiError:
                continue
            there[google_id] = (bool(entry.get("hidden")), entry["backgroundColor"])
        assert here == there
        refused = CalendarListChange.objects.filter(status=ListChangeStatus.FAILED)
        assert all(change.error for change in refused)
        lost = {change.google_id for change in refused}
        for google_id, colour in self.wanted.items():
            assert google_id in lost or google_id not in there or there[google_id][1] == colour


@pytest.mark.django_db
def test_both_lists_agree_after_any_history() -> None:
    run(TwoLists, examples=15, steps=12)
