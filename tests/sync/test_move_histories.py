"""Random histories of moves: between calendars and accounts, there and back, answers lost.

Every event has a title of its own that nobody changes. Whatever happens to a move, in the end its
event is in exactly one calendar, and Google and Secretary agree on which.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from calendars import saga
from calendars.commands.conflicts import resolve
from calendars.commands.outbox import discard, retry
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import CalendarError
from calendars.models import CachedEvent, OperationStatus, OutboxOperation
from tests.sync.histories import CHOICE, DAYS, OPEN_FOR_PEOPLE, PLACES, History, run
from tests.sync.test_all_histories import SHARED, WORK, TwoAccounts
from tests.sync.world import ALICE, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

CALENDARS = (ALICE, TEAM, SHARED, WORK)
WHERE = st.sampled_from(CALENDARS)
RECURRENCE = st.sampled_from([None, None, ["RRULE:FREQ=DAILY;COUNT=4"]])
STEPS = ("move", "create", "delete")


class Moves(History):
    world: TwoAccounts
    world_class = TwoAccounts

    def __init__(self) -> None:
        super().__init__()
        self.world.add_team()
        self.titles = {WORK, SHARED}

    def end(self) -> None:
        self._come_to_rest()
        self._each_event_is_in_one_place()
        self._both_sides_agree()

    @initialize()
    def first_sync(self) -> None:
        for where in (ALICE, TEAM):
            self.create_at_google(where, 26, None)
        self.world.google.patch_event(SHARED, self._series_of_the_shared(), {"summary": "Daily"})
        self.titles.add("Daily")
        self.world.sync()

    @rule(where=WHERE, day=DAYS, recurrence=RECURRENCE)
    def create_at_google(self, where: str, day: int, recurrence: list[str] | None) -> None:
        extra = {"recurrence": recurrence} if recurrence else {}
        event = self.world.timed(day, summary=self._new_title(), **extra)
        self.world.google.insert_event(where, event)

    @rule(day=DAYS, recurrence=RECURRENCE)
    def create_here(self, day: int, recurrence: list[str] | None) -> None:
        extra = {"recurrence": recurrence} if recurrence else {}
        self.world.create(**self.world.timed(day, summary=self._new_title()), **extra)

    @rule(which=CHOICE, where=WHERE)
    def move(self, which: int, where: str) -> None:
        self._here(which, lambda event_id, source: self.world.move(event_id, where, source))

    @rule(which=CHOICE)
    def move_back(self, which: int) -> None:
        """To where its newest move came from."""
        moves = list(OutboxOperation.objects.filter(op_type="move").order_by("-op_id")[:3])
        if moves:
            move = moves[which % len(moves)]
            here, there = move.payload["destination"], move.base["destination"]
            self._tolerating(lambda: self.world.move(move.event_id, there, here))

    @rule(which=CHOICE, place=PLACES)
    def edit_here(self, which: int, place: str | None) -> None:
        self._here(
            which,
            lambda event_id, source: self.world.edit(
                event_id, Scope.SERIES, calendar_id=source, location=place
            ),
        )

    @rule(which=CHOICE, instance=st.integers(0, 3), place=PLACES)
    def edit_an_occurrence_here(self, which: int, instance: int, place: str | None) -> None:
        rows = [row for row in self.world.rows() if row.is_series and row.occurrences.exists()]
        if rows:
            row = rows[which % len(rows)]
            slots = list(row.occurrences.order_by("start_ts"))
            chosen, where = slots[instance % len(slots)].instance_id, row.calendar.google_id
            self._tolerating(
                lambda: self.world.edit(chosen, Scope.INSTANCE, calendar_id=where, location=place)
            )

    @rule(which=CHOICE, place=PLACES)
    def edit_at_google(self, which: int, place: str | None) -> None:
        found = [(where, event_id) for where in CALENDARS for event_id in sorted(self._live(where))]
        where, event_id = found[which % len(found)]
        self.world.google.patch_event(where, event_id, {"location": place or ""})

    @rule(back=st.integers(1, 6), way=st.sampled_from([undo, undo, discard, retry]))
    def think_again(self, back: int, way: Callable[..., Any]) -> None:
        """About one of the newest steps of a move, or whatever else it is."""
        newest = list(OutboxOperation.objects.filter(op_type__in=STEPS).order_by("-op_id")[:back])
        if newest:
            self._decide(way, newest[-1])

    @rule(which=CHOICE, way=st.sampled_from([retry, discard, undo]))
    def decide_what_was_refused(self, which: int, way: Callable[..., Any]) -> None:
        rows = list(OutboxOperation.objects.filter(status=OperationStatus.FAILED))
        if rows:
            self._decide(way, rows[which % len(rows)])

    @rule(which=CHOICE, choice=st.sampled_from(["mine", "theirs"]))
    def resolve(self, which: int, choice: str) -> None:
        rows = list(OutboxOperation.objects.filter(status=OperationStatus.CONFLICT))
        if rows:
            self._decide(resolve, rows[which % len(rows)], choice=choice)

    @rule(when=st.sampled_from(["before", "after"]))
    def lose_the_answer_to_a_move(self, when: Any) -> None:
        self.world.google.faults.drop_next(1, when=when, path_contains="/move")

    @rule(when=st.sampled_from(["before", "after"]), method=st.sampled_from(["POST", "DELETE"]))
    def lose_an_answer(self, when: Any, method: str) -> None:
        self.world.google.faults.drop_next(1, when=when, method=method)

    @rule(
        times=st.integers(1, 4),
        when=st.sampled_from(["before", "after"]),
        method=st.sampled_from(["POST", "DELETE"]),
    )
    def fail_for_a_while(self, times: int, when: Any, method: str) -> None:
        self.world.google.faults.fail_next(
            times, status=503, reason="backendError", when=when, method=method
        )

    @rule(method=st.sampled_from(["POST", "DELETE"]))
    def refuse_a_write(self, method: str) -> None:
        self.world.google.faults.fail_next(
            1, status=403, reason="forbidden", method=method, path_contains="/events"
        )

    @rule()
    def sync(self) -> None:
        self.world.sync()

    @rule()
    def sync_with_insistence(self) -> None:
        self.world.sync(insist=True)

    @rule()
    def sync_only_the_other_account(self) -> None:
        for bug in self.world.cycle_of_work().unexpected:
            raise bug

    @rule()
    def full_sync(self) -> None:
        self.world.sync(full=True)

    def _new_title(self) -> str:
        self.titles.add(title := f"Event {len(self.titles)}")
        return title

    def _series_of_the_shared(self) -> str:
        return next(
            each["id"] for each in self.world.at_google(SHARED).values() if each.get("recurrence")
        )

    def _here(self, which: int, change: Callable[[str, str], Any]) -> None:
        rows = [row for row in self.world.rows() if not row.recurring_event_id]
        if rows:
            row = rows[which % len(rows)]
            chosen, where = row.local_id or row.event_id, row.calendar.google_id
            self._tolerating(lambda: change(chosen, where))

    def _decide(self, way: Callable[..., Any], operation: OutboxOperation, **how: Any) -> None:
        """Whoever lets a copy that is deleted again stand has both: that is no history of ours."""
        takes_back = operation.op_type == "delete" and (
            operation.undoes_id is not None or not operation.step
        )
        if takes_back and way is resolve:
            how["choice"] = "mine"
        now = self.world.clock.now()
        self._tolerating(lambda: way(actor=self.world.actor, operation=operation, now=now, **how))

    def _tolerating(self, change: Callable[[], Any]) -> None:
        """The member may be told that this cannot be done; then nothing happens."""
        with suppress(CalendarError):
            change()

    def _live(self, where: str) -> dict[str, dict[str, Any]]:
        return {
            event_id: event
            for event_id, event in self.world.at_google(where).items()
            if event["status"] != "cancelled" and "recurringEventId" not in event
        }

    def _come_to_rest(self) -> None:
        """What was refused or is in conflict is given up, until nothing is left to decide."""
        self.world.google.faults.clear()
        for _ in range(12):
            self.world.clock.sleep(4_000)
            self.world.sync(insist=True)
            parked = OutboxOperation.objects.filter(status__in=OPEN_FOR_PEOPLE).order_by("op_id")
            if (operation := parked.first()) is not None:
                if operation.status == OperationStatus.CONFLICT:
                    self._decide(resolve, operation, choice="theirs")
                else:
                    self._decide(retry if saga.takes_back(operation) else discard, operation)
        self.world.sync(full=True, insist=True)
        done = (OperationStatus.APPLIED, OperationStatus.CANCELLED)
        left = OutboxOperation.objects.exclude(status__in=done)
        assert not list(left.values_list("op_id", "op_type", "event_id", "status", "reason"))

    def _each_event_is_in_one_place(self) -> None:
        places: dict[str, list[str]] = {}
        for where in CALENDARS:
            for event in self._live(where).values():
                places.setdefault(event["summary"], []).append(where)
        assert {title: where for title, where in places.items() if len(where) > 1} == {}
        assert self.titles - places.keys() <= self._taken_back()

    def _taken_back(self) -> set[str]:
        """What was made here and given up or undone; nothing else may be missing."""
        made = OutboxOperation.objects.filter(op_type="create", step=0)
        gone = made.filter(Q(status=OperationStatus.CANCELLED) | Q(undone_by__isnull=False))
        return {str(each.payload["summary"]) for each in gone}

    def _both_sides_agree(self) -> None:
        for where in CALENDARS:
            rows = CachedEvent.objects.filter(calendar__google_id=where)
            here = {row.event_id for row in rows if row.start_ts_utc and not row.recurring_event_id}
            assert here == self._live(where).keys()


@pytest.mark.django_db
@pytest.mark.parametrize(("examples", "steps"), [(8, 40), (1, 150)])
def test_a_moved_event_is_in_one_place_once_it_is_quiet(examples: int, steps: int) -> None:
    run(Moves, examples=examples, steps=steps)
