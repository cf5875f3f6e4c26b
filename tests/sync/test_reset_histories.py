"""Random histories of series of which both sides change single occurrences and the whole.

What somebody at Google changes of an occurrence carries a mark, and no two happen at the same time
by chance. So it shows whether a request of Secretary has taken away a mark, or brought back what
was deleted, without an operation that says so.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
)

from calendars import cache, saga
from calendars.commands.conflicts import resolve
from calendars.commands.outbox import discard, retry
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import CalendarError
from calendars.models import OperationStatus, OutboxOperation
from calendars.sync.core.resets import EXCEPTIONS
from google_simulator.errors import ApiError
from tests.sync.histories import CHOICE, OPEN_FOR_PEOPLE, History, run
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLLOWING = Scope.THIS_AND_FOLLOWING
CHOICES = st.sampled_from(["mine", "theirs"])


class Resets(History):
    time_zone = "Europe/Berlin"

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)
        self.marks: set[str] = set()
        self.gone: set[dt.datetime] = set()
        self.writes = 0

    def end(self) -> None:
        self._come_to_rest()
        self.nothing_is_undone_unasked()
        assert self.world.shown_here() == self.world.shown_at_google()

    @initialize()
    def two_series(self) -> None:
        for day in (25, 26):  # clocks change on the 29th in Berlin
            body = self.world.timed(day, recurrence=["RRULE:FREQ=DAILY;COUNT=6"])
            self.world.google.insert_event(ALICE, self._at_its_own_time(body, day))
        self.world.sync()

    @rule(which=CHOICE)
    def split_here(self, which: int) -> None:
        self._here(which, lambda each: self.world.edit(each, FOLLOWING, summary=self._new("Part")))

    @rule(which=CHOICE)
    def split_and_move_here(self, which: int) -> None:
        self._here(which, lambda each: self.world.edit(each, FOLLOWING, **self._later(each)))

    @rule(which=CHOICE)
    def move_here(self, which: int) -> None:
        self._here(which, lambda each: self.world.edit(each, Scope.SERIES, **self._later(each)))

    @rule(which=CHOICE)
    def end_here(self, which: int) -> None:
        self._here(which, lambda each: self.world.delete(each, FOLLOWING))

    @rule(which=CHOICE)
    def delete_here(self, which: int) -> None:
        self._here(which, lambda each: self.world.delete(each, Scope.SERIES))

    @rule(which=CHOICE, gone=st.booleans())
    def change_one_here(self, which: int, gone: bool) -> None:
        def change(each: str) -> OutboxOperation:
            if gone:
                return self.world.delete(each, Scope.INSTANCE)
            return self.world.edit(each, Scope.INSTANCE, summary=self._new("Mine"))

        self._here(which, change)

    @rule(which=CHOICE)
    def mark_one_at_google(self, which: int) -> None:
        if each := self._there(which):
            mark = self._new("Room")
            self.world.google.patch_event(ALICE, each["id"], {"location": mark})
            self.marks.add(mark)

    @rule(which=CHOICE)
    def delete_one_at_google(self, which: int) -> None:
        if each := self._there(which):
            self.world.google.delete_event(ALICE, each["id"])
            self.gone.add(_start(each))

    @rule(which=CHOICE)
    def take_a_mark_back_at_google(self, which: int) -> None:
        marked = [each for each in self._at_google() if each.get("location")]
        if marked:
            chosen = marked[which % len(marked)]["id"]
            self.world.google.patch_event(ALICE, chosen, {"location": None})

    @rule(which=CHOICE)
    def rename_a_series_at_google(self, which: int) -> None:
        series = [each for each in self._at_google() if each.get("recurrence")]
        if series:
            title = {"summary": self._new("Theirs")}
            self.world.google.patch_event(ALICE, series[which % len(series)]["id"], title)

    @rule(back=st.integers(1, 3))
    def undo_here(self, back: int) -> None:
        newest = list(OutboxOperation.objects.order_by("-op_id")[:back])
        if newest:
            self._tolerating(lambda: undo(**self._by_alice(newest[-1])))

    @rule(which=CHOICE, choice=CHOICES)
    def decide_here(self, which: int, choice: str) -> None:
        rows = list(OutboxOperation.objects.filter(status=OperationStatus.CONFLICT).order_by("pk"))
        if rows:
            asked = self._by_alice(rows[which % len(rows)])
            self._tolerating(lambda: resolve(**asked, choice=choice))
            if choice == "mine":
                self.gone -= self._slot_of(asked["operation"])

    @rule(again=st.booleans())
    def settle_a_refusal(self, again: bool) -> None:
        failed = OutboxOperation.objects.filter(status=OperationStatus.FAILED).first()
        if failed:
            way = retry if again else discard
            self._tolerating(lambda: way(**self._by_alice(failed)))

    @rule(full=st.booleans())
    def sync(self, full: bool) -> None:
        self.world.sync(insist=True, full=full)

    @rule(method=st.sampled_from(["POST", "PATCH", "DELETE"]))
    def lose_an_answer(self, method: str) -> None:
        self.world.google.faults.drop_next(1, when="after", method=method)

    @rule(method=st.sampled_from(["POST", "PATCH", "DELETE"]))
    def refuse_a_write(self, method: str) -> None:
        self.world.google.faults.fail_next(
            1, status=403, reason="forbidden", method=method, path_contains="/events"
        )

    @rule()
    def expire_tokens(self) -> None:
        self.world.google.faults.expire_sync_tokens()

    @invariant()
    def nothing_is_undone_unasked(self) -> None:
        """A step is of Google's or of Secretary's: only what the latter takes away counts."""
        there = self.world.at_google().values()
        lost = self.marks - {each.get("location") for each in there}
        back = self.gone & {_start(each) for each in self._happening()}
        writes = len(self.world.writes())
        if writes != self.writes:
            assert lost - self._told("location") == set()
            assert self._undoes() or back - self._told("originalStartTime") == set()
        self.marks, self.gone, self.writes = self.marks - lost, self.gone - back, writes

    def _undoes(self) -> bool:
        """Whether Google has an undo: that brings back what was there when the change was asked
        for, although somebody may have deleted a part of it before the change arrived."""
        undone = OutboxOperation.objects.filter(undoes__isnull=False)
        return undone.filter(status=OperationStatus.APPLIED, attempts__gt=0).exists()

    def _slot_of(self, operation: OutboxOperation) -> set[dt.datetime]:
        """Whose edit of a deleted occurrence is to be has it back, and says so."""
        event = cache.find_event(calendar_id=operation.calendar_id, event_id=operation.event_id)
        if event is None or not event.original_start:
            return set()
        return {dt.datetime.fromtimestamp(int(event.original_start), dt.UTC)}

    def _told(self, name: str) -> set[Any]:
        """What operations were known to take away: a value, or the start of a deleted one."""
        asked = OutboxOperation.objects.exclude(status=OperationStatus.PROPOSED)
        bases = list(asked.values_list("base", flat=True))
        known = [*bases, *(each for base in bases for each in base.get(EXCEPTIONS) or ())]
        values = [each.get(name) for each in known]
        if name == "originalStartTime":
            return {dt.datetime.fromisoformat(each["dateTime"]) for each in values if each}
        return set(values)

    def _at_google(self) -> list[dict[str, Any]]:
        """In an order that does not depend on ids."""
        return sorted(self.world.at_google().values(), key=lambda each: str(each.get("start")))

    def _happening(self) -> Iterator[dict[str, Any]]:
        events = self.world.events_at_google()
        return (each for each in events if each.get("status") != "cancelled")

    def _there(self, which: int) -> dict[str, Any] | None:
        """One occurrence of a series, as Google has it."""
        found = [each for each in self._happening() if each.get("recurringEventId")]
        found.sort(key=_start)
        return found[which % len(found)] if found else None

    def _here(self, which: int, change: Callable[[str], OutboxOperation]) -> None:
        """A change of what shows here of a series from one of its occurrences on, say."""
        rows = (row for row in self.world.rows() if row.is_series)
        shown = [
            each.instance_id
            for row in rows
            for each in row.occurrences.exclude(instance_id="").order_by("start_ts", "pk")
        ]
        if shown:
            self._tolerating(lambda: change(shown[which % len(shown)]))

    def _new(self, word: str) -> str:
        return f"{word} {next(self.numbers)}"

    def _later(self, instance_id: str) -> dict[str, Any]:
        occurrence = self.world.target(instance_id).occurrence
        day = self.world.local(occurrence.span.start).day if occurrence else 27
        times = self._at_its_own_time(self.world.timed(day), day)
        return {"start": times["start"], "end": times["end"]}

    def _at_its_own_time(self, body: dict[str, Any], day: int) -> dict[str, Any]:
        hour, minute = divmod(600 + next(self.numbers), 60)
        zone = {"timeZone": self.time_zone}
        return {
            **body,
            "start": {"dateTime": f"2026-03-{day:02}T{hour:02}:{minute:02}:00", **zone},
            "end": {"dateTime": f"2026-03-{day:02}T{hour + 1:02}:{minute:02}:00", **zone},
        }

    def _by_alice(self, operation: OutboxOperation) -> dict[str, Any]:
        now = self.world.clock.now()
        return {"actor": self.world.actor, "operation": operation, "now": now}

    def _tolerating(self, change: Callable[[], Any]) -> None:
        """The member may be told that this cannot be done; then nothing happens."""
        with suppress(CalendarError, ApiError):
            change()

    def _come_to_rest(self) -> None:
        """What is left to decide is decided for Google, the newest first."""
        self.world.google.faults.clear()
        for _ in range(20):
            self.world.clock.sleep(4_000)
            self.world.sync(insist=True)
            self.nothing_is_undone_unasked()
            parked = OutboxOperation.objects.filter(status__in=OPEN_FOR_PEOPLE).order_by("-op_id")
            for operation in parked:
                asked = self._by_alice(operation)
                if operation.status == OperationStatus.CONFLICT:
                    self._tolerating(lambda asked=asked: resolve(**asked, choice="theirs"))
                else:
                    # What a later change builds on is not discarded: it is to be, after all.
                    for way in (retry,) if saga.takes_back(operation) else (discard, retry):
                        self._tolerating(lambda asked=asked, way=way: way(**asked))
        self.world.sync(full=True, insist=True)
        done = (OperationStatus.APPLIED, OperationStatus.CANCELLED)
        left = OutboxOperation.objects.exclude(status__in=done)
        assert not list(left.values_list("op_id", "op_type", "event_id", "status", "reason"))


class ResetsInAuckland(Resets):
    time_zone = "Pacific/Auckland"


def _start(event: dict[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(event["start"]["dateTime"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("machine", "examples", "steps"), [(Resets, 10, 30), (ResetsInAuckland, 3, 30)]
)
def test_nothing_that_was_changed_at_google_is_undone_without_a_word(
    machine: type[Resets], examples: int, steps: int
) -> None:
    run(machine, examples=examples, steps=steps)
