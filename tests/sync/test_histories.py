"""Random histories: whatever happens in whatever order, both sides agree once it is quiet."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
)

from calendars import lanes
from calendars.commands.conflicts import resolve
from calendars.commands.outbox import discard, retry
from calendars.commands.proposals import approve, decline, expire
from calendars.commands.scope import Scope
from calendars.commands.undo import undo
from calendars.errors import CalendarError
from calendars.made_ids import google_id_of
from calendars.models import LocalStatus, OperationStatus, OutboxOperation
from calendars.search_words import words_of
from calendars.sync.core.proposals import LASTS
from calendars.sync.core.settling import Choice
from calendars.sync.store import DjangoStore
from google_simulator import expansion
from google_simulator.errors import ApiError
from google_simulator.series import instance_id
from tests.sync.histories import CHOICE, DAYS, OPEN_FOR_PEOPLE, PLACES, SCOPES, TITLES, History, run
from tests.sync.world import ALICE, NOW, TEAM, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOURS = st.integers(8, 18)
RECURRENCE = st.sampled_from(
    [None, None, ["RRULE:FREQ=DAILY;COUNT=4"], ["RRULE:FREQ=WEEKLY;BYDAY=SA,WE,SU;COUNT=5"]]
)
INSTANCE = st.integers(0, 5)


class TwoSides(History):
    """Alice edits here, somebody edits at Google, and everything that can go wrong does."""

    time_zone = "Europe/Berlin"
    world_class = World
    calendars: tuple[str, ...] = (ALICE, TEAM)

    def __init__(self) -> None:
        super().__init__()
        self.world.add_team()
        self.made_here: list[str] = []
        self.written: dict[int, dict[str, Any]] = {}
        self.marks: set[str] = set()
        self.rooms = count()
        self.writes_seen = 0

    def end(self) -> None:
        self._come_to_rest()
        self._both_sides_agree()
        self._lists_agree()
        self._nothing_is_lost()
        self._nothing_is_there_twice()
        self._one_more_cycle_sends_nothing()

    @initialize(title=TITLES, day=DAYS)
    def first_sync(self, title: str, day: int) -> None:
        self.world.google.insert_event(ALICE, self.world.timed(day, summary=title))
        self.world.sync()

    @rule(title=TITLES, day=DAYS, hour=HOURS, recurrence=RECURRENCE)
    def create_here(self, title: str, day: int, hour: int, recurrence: list[str] | None) -> None:
        times = self.world.timed(day, hour, summary=title)
        extra = {"recurrence": recurrence} if recurrence else {}
        self.made_here.append(self.world.create(**times, **extra))

    @rule(which=CHOICE, title=TITLES)
    def rename_here(self, which: int, title: str) -> None:
        self._here(
            which,
            lambda event_id, where: self.world.edit(
                event_id, Scope.SERIES, calendar_id=where, summary=title
            ),
        )

    @rule(which=CHOICE, title=TITLES, place=PLACES)
    def edit_two_fields_here(self, which: int, title: str, place: str | None) -> None:
        self._here(
            which,
            lambda event_id, where: self.world.edit(
                event_id, Scope.SERIES, calendar_id=where, summary=title, location=place
            ),
        )

    @rule(which=CHOICE, day=DAYS, hour=HOURS)
    def move_here(self, which: int, day: int, hour: int) -> None:
        times = self.world.timed(day, hour)
        self._here(
            which,
            lambda event_id, where: self.world.edit(
                event_id, Scope.SERIES, calendar_id=where, start=times["start"], end=times["end"]
            ),
        )

    @rule(which=CHOICE)
    def give_to_the_other_calendar_here(self, which: int) -> None:
        self._here(
            which,
            lambda event_id, where: self.world.move(
                event_id, ALICE if where == TEAM else TEAM, where
            ),
        )

    @rule(which=CHOICE)
    def delete_here(self, which: int) -> None:
        self._here(
            which,
            lambda event_id, where: self.world.delete(event_id, Scope.SERIES, calendar_id=where),
        )

    @rule(which=CHOICE, instance=INSTANCE, scope=SCOPES, title=TITLES, place=PLACES)
    def rename_from_an_instance_here(
        self, which: int, instance: int, scope: Scope, title: str, place: str | None
    ) -> None:
        self._at_instance(
            which,
            instance,
            lambda slot: self.world.edit(slot.instance_id, scope, summary=title, location=place),
        )

    @rule(
        which=CHOICE,
        instance=INSTANCE,
        scope=SCOPES,
        days=st.integers(-1, 1),
        hour=st.integers(0, 22),
    )
    def move_from_an_instance_here(
        self, which: int, instance: int, scope: Scope, days: int, hour: int
    ) -> None:
        def move(slot: Any) -> OutboxOperation:
            day = self.world.local(slot.start_ts) + dt.timedelta(days=days)
            start, end = (f"{day:%Y-%m-%d}T{each:02}:30:00" for each in (hour, hour + 1))
            return self.world.edit(slot.instance_id, scope, start=start, end=end)

        self._at_instance(which, instance, move)

    @rule(which=CHOICE, instance=INSTANCE, scope=SCOPES)
    def delete_from_an_instance_here(self, which: int, instance: int, scope: Scope) -> None:
        self._at_instance(which, instance, lambda slot: self.world.delete(slot.instance_id, scope))

    @rule(title=TITLES, day=DAYS, recurrence=RECURRENCE)
    def create_at_google(self, title: str, day: int, recurrence: list[str] | None) -> None:
        extra = {"recurrence": recurrence} if recurrence else {}
        self.world.google.insert_event(ALICE, self.world.timed(day, summary=title, **extra))

    @rule(which=CHOICE, title=TITLES)
    def rename_at_google(self, which: int, title: str) -> None:
        if event_id := self._pick_at_google(which):
            self.world.google.patch_event(ALICE, event_id, {"summary": title})

    @rule(which=CHOICE, day=DAYS, hour=HOURS)
    def move_at_google(self, which: int, day: int, hour: int) -> None:
        times = self.world.timed(day, hour)
        if event_id := self._pick_at_google(which):
            self.world.google.patch_event(
                ALICE, event_id, {"start": times["start"], "end": times["end"]}
            )

    @rule(which=CHOICE)
    def delete_at_google(self, which: int) -> None:
        if event_id := self._pick_at_google(which):
            self.world.google.delete_event(ALICE, event_id)

    @rule(which=CHOICE, instance=st.integers(0, 3))
    def cancel_an_instance_at_google(self, which: int, instance: int) -> None:
        series = [e for e in self.world.at_google().values() if e.get("recurrence")]
        if series:
            chosen = series[which % len(series)]
            row = self.world.cached().get(chosen["id"])
            known = row.occurrences.order_by("start_ts") if row else []
            if known:
                slot = known[instance % len(known)]
                self._tolerating(lambda: self.world.google.delete_event(ALICE, slot.instance_id))

    @rule(which=CHOICE, instance=INSTANCE)
    def mark_an_instance_at_google(self, which: int, instance: int) -> None:
        """Somebody changes one occurrence, so that it can be told from all else."""
        series = [e for e in self.world.at_google().values() if e.get("recurrence")]
        if not series:
            return
        chosen = series[which % len(series)]
        until = int(NOW.timestamp()) + 80 * 86_400
        slots = expansion.slots(chosen, calendar_zone=self.world.time_zone, until=until)
        mark = f"Room {next(self.rooms)}"
        if slots and self._tolerating(
            lambda: self.world.google.patch_event(
                ALICE, instance_id(chosen, slots[instance % len(slots)]), {"location": mark}
            )
        ):
            self.marks.add(mark)

    @rule(which=CHOICE)
    def retry_here(self, which: int) -> None:
        if operation := self._pick_operation(which):
            self._tolerating(lambda: retry(**self._by_alice(operation)))

    @rule(which=CHOICE)
    def discard_here(self, which: int) -> None:
        if operation := self._pick_operation(which):
            self._tolerating(lambda: discard(**self._by_alice(operation)))
            self.written.pop(operation.op_id, None)

    @rule(which=CHOICE)
    def undo_here(self, which: int) -> None:
        """Any change there ever was, whatever became of it; undos among them."""
        rows = list(OutboxOperation.objects.order_by("op_id"))
        if rows:
            self._undo(rows[which % len(rows)])

    @rule(back=st.integers(1, 3))
    def undo_one_of_the_newest_here(self, back: int) -> None:
        newest = list(OutboxOperation.objects.order_by("-op_id")[:back])
        if newest:
            self._undo(newest[-1])

    @rule(which=CHOICE, title=TITLES, gone=st.booleans())
    def propose_a_change(self, which: int, title: str, gone: bool) -> None:
        def ask(event_id: str, where: str) -> OutboxOperation:
            if gone:
                return self.world.delete(event_id, Scope.SERIES, calendar_id=where)
            return self.world.edit(event_id, Scope.SERIES, calendar_id=where, summary=title)

        with self._proposing():
            self._here(which, ask)

    @rule(which=CHOICE, instance=INSTANCE, scope=SCOPES, title=TITLES, gone=st.booleans())
    def propose_from_an_instance(
        self, which: int, instance: int, scope: Scope, title: str, gone: bool
    ) -> None:
        def ask(slot: Any) -> OutboxOperation:
            if gone:
                return self.world.delete(slot.instance_id, scope)
            return self.world.edit(slot.instance_id, scope, summary=title)

        with self._proposing():
            self._at_instance(which, instance, ask)

    @rule(which=CHOICE, title=TITLES, day=DAYS, recurrence=RECURRENCE)
    def propose_an_event_or_a_move(
        self, which: int, title: str, day: int, recurrence: list[str] | None
    ) -> None:
        with self._proposing():
            if recurrence:
                self.give_to_the_other_calendar_here(which)
            else:
                self.world.create(**self.world.timed(day, summary=title))

    @rule(which=CHOICE)
    def propose_an_undo(self, which: int) -> None:
        with self._proposing():
            self.undo_here(which)

    @rule(which=CHOICE)
    def approve_here(self, which: int) -> None:
        if proposal := self._pick_proposal(which):
            self._tolerating(lambda: approve(**self._by_alice(proposal)))

    @rule(which=CHOICE)
    def decline_here(self, which: int) -> None:
        if proposal := self._pick_proposal(which):
            self._tolerating(lambda: decline(**self._by_alice(proposal)))

    @rule()
    def proposals_expire(self) -> None:
        expire(now=self.world.clock.now() + LASTS)

    @rule(which=CHOICE, choice=st.sampled_from(list(Choice)))
    def resolve_here(self, which: int, choice: Any) -> None:
        rows = list(OutboxOperation.objects.filter(status=OperationStatus.CONFLICT).order_by("pk"))
        if rows:
            operation = rows[which % len(rows)]
            fields = sorted(operation.payload)[:1] if choice is Choice.MERGE else None
            asked = self._by_alice(operation)
            self._tolerating(lambda: resolve(**asked, choice=choice, fields=fields))

    @rule(which=CHOICE, instance=st.integers(0, 3))
    def delete_an_instance_here(self, which: int, instance: int) -> None:
        series = [row for row in self.world.cached().values() if row.is_series]
        if series:
            slots = series[which % len(series)].occurrences.order_by("start_ts")
            known = [slot.instance_id for slot in slots]
            if known:
                chosen = known[instance % len(known)]
                self._tolerating(lambda: self.world.delete(chosen, Scope.INSTANCE))

    @rule()
    def sync(self) -> None:
        self.world.sync()

    @rule()
    def sync_with_insistence(self) -> None:
        self.world.sync(insist=True)

    @rule()
    def full_sync(self) -> None:
        self.world.sync(full=True)

    @rule(
        method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", None]),
        when=st.sampled_from(["before", "after"]),
    )
    def lose_a_connection(self, method: str | None, when: Any) -> None:
        self.world.google.faults.drop_next(1, when=when, method=method)

    @rule(
        status=st.sampled_from([500, 503, 429]),
        times=st.integers(1, 4),
        when=st.sampled_from(["before", "after"]),
    )
    def fail_for_a_while(self, status: int, times: int, when: Any) -> None:
        reason = "rateLimitExceeded" if status == 429 else "backendError"
        if status == 429:
            when = "before"
        self.world.google.faults.fail_next(times, status=status, reason=reason, when=when)

    @rule(method=st.sampled_from(["POST", "PATCH", "DELETE"]))
    def refuse_a_write(self, method: str) -> None:
        self.world.google.faults.fail_next(
            1, status=403, reason="forbidden", method=method, path_contains="/events"
        )

    @rule()
    def expire_tokens(self) -> None:
        self.world.google.faults.expire_sync_tokens()

    @rule()
    def expire_access(self) -> None:
        self.world.google.faults.expire_access_tokens()

    @rule()
    def a_worker_dies_holding_everything(self) -> None:
        dead = DjangoStore(account_id=self.world.account.pk, holder="dead")
        now = self.world.clock.now()
        if dead.take_lease(now=now):
            waiting = OutboxOperation.objects.filter(status=OperationStatus.PENDING)
            dead.claim([operation.op_id for operation in waiting.order_by("op_id")[:2]], now=now)
        self.world.clock.sleep(200)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.world.clock.sleep(hours * 600)

    @invariant()
    def a_badge_says_what_the_outbox_knows(self) -> None:
        if not hasattr(self, "world") or not self.world.account.calendars.exists():
            return
        for row in self.world.rows():
            if row.local_status == LocalStatus.SYNCED:
                assert row.agreed is not None

    @invariant()
    def search_knows_the_words_that_show(self) -> None:
        if not hasattr(self, "world"):
            return
        for row in self.world.rows():
            gone = row.resource.get("status") == "cancelled"
            assert row.words == ("" if gone else words_of(row.resource))

    @invariant()
    def what_is_marked_at_google_is_not_lost_unasked(self) -> None:
        """Secretary's requests take away only what an operation says that it was known to."""
        if not hasattr(self, "world"):
            return
        there = {
            event.get("location")
            for where in self.calendars
            for event in self.world.google.live_events(where)
        }
        lost, writes = self.marks - there, len(self.world.writes())
        if writes != self.writes_seen:
            asked = OutboxOperation.objects.exclude(status=OperationStatus.PROPOSED)
            known = str(list(asked.values_list("base", flat=True)))
            assert {mark for mark in lost if f"'{mark}'" not in known} == set()
        self.marks -= lost
        self.writes_seen = writes

    def _here(self, which: int, change: Callable[[str, str], OutboxOperation]) -> None:
        rows = [row for row in self.world.rows() if not row.recurring_event_id]
        if not rows:
            return
        row = rows[which % len(rows)]
        chosen, where = row.local_id or row.event_id, row.calendar.google_id
        operation = self._tolerating(lambda: change(chosen, where))
        if operation is not None:
            self.written[operation.op_id] = dict(operation.payload)

    def _undo(self, operation: OutboxOperation) -> None:
        self._tolerating(lambda: undo(**self._by_alice(operation)))

    def _at_instance(
        self, which: int, instance: int, change: Callable[[Any], OutboxOperation]
    ) -> None:
        rows = [row for row in self.world.cached().values() if row.is_series]
        slots = list(rows[which % len(rows)].occurrences.order_by("start_ts")) if rows else []
        if not slots:
            return
        slot = slots[instance % len(slots)]
        operation = self._tolerating(lambda: change(slot))
        if operation is not None:
            self.written[operation.op_id] = dict(operation.payload)

    def _tolerating(self, change: Callable[[], Any]) -> Any:
        """An event may be gone by now; then the member is told and nothing happens."""
        try:
            return change()
        except (CalendarError, ApiError):
            return None

    def _by_alice(self, operation: OutboxOperation) -> dict[str, Any]:
        return {
            "actor": self.world.actor,
            "operation": operation,
            "now": self.world.clock.now(),
        }

    def _pick_at_google(self, which: int) -> str | None:
        ids = [e["id"] for e in self.world.at_google().values() if "recurringEventId" not in e]
        return ids[which % len(ids)] if ids else None

    def _pick_proposal(self, which: int) -> OutboxOperation | None:
        proposed = OutboxOperation.objects.filter(status=OperationStatus.PROPOSED)
        rows = list(proposed.order_by("op_id"))
        return rows[which % len(rows)] if rows else None

    @contextmanager
    def _proposing(self) -> Iterator[None]:
        """What Alice does meanwhile, a program asks her for."""
        asking = replace(self.world.actor, via="MCP token helper", proposes=True)
        with mock.patch.object(World, "actor", asking):
            yield

    def _pick_operation(self, which: int) -> OutboxOperation | None:
        rows = list(OutboxOperation.objects.filter(status__in=OPEN_FOR_PEOPLE).order_by("op_id"))
        return rows[which % len(rows)] if rows else None

    def _come_to_rest(self) -> None:
        self.proposals_expire()
        assert not OutboxOperation.objects.filter(status=OperationStatus.PROPOSED).exists()
        self.world.google.faults.clear()
        self.world.clock.sleep(7_200)
        for _ in range(6):
            report = self.world.sync(insist=True)
            self.world.clock.sleep(1_000)
            if report.succeeded and not self._waiting():
                break
        assert not self._waiting(), self._waiting()

    def _waiting(self) -> list[tuple[Any, ...]]:
        states = (OperationStatus.PENDING, OperationStatus.IN_FLIGHT)
        rows = OutboxOperation.objects.filter(status__in=states).exclude(lane__in=self._stuck())
        return list(rows.values_list("op_id", "op_type", "event_id", "status", "error"))

    def _stuck(self) -> set[str]:
        """Lanes in which everything waits for a person: behind a create that was refused, a step
        that is parked, or a saga with a step that waits in such a lane."""
        parked = OutboxOperation.objects.filter(status__in=OPEN_FOR_PEOPLE)
        unmade = parked.filter(op_type="create")
        stuck = set(unmade.values_list("lane", flat=True))
        stuck |= set(parked.filter(saga__isnull=False).values_list("lane", flat=True))
        open_steps = OutboxOperation.objects.filter(
            saga__isnull=False, status__in=lanes.OPEN_STATUSES
        )
        for _ in range(5):
            held = open_steps.filter(lane__in=stuck).values("saga")
            fellows = OutboxOperation.objects.filter(saga__in=held)
            stuck |= set(fellows.values_list("lane", flat=True))
        return stuck

    def _both_sides_agree(self) -> None:
        for calendar_id in self.calendars:
            self._agree_in(calendar_id)

    def _agree_in(self, calendar_id: str) -> None:
        there = self.world.at_google(calendar_id)
        parked = set(
            OutboxOperation.objects.filter(status__in=OPEN_FOR_PEOPLE).values_list(
                "lane", flat=True
            )
        )
        here = {
            event_id: row
            for event_id, row in self.world.cached(calendar_id).items()
            if lanes.lane_of(row) not in parked and not row.event_id.startswith("local:")
        }
        expected = {
            event_id: event
            for event_id, event in there.items()
            if str(event.get("recurringEventId") or event_id) not in parked
        }
        assert set(here) == set(expected)
        for event_id, row in here.items():
            assert row.local_status == LocalStatus.SYNCED
            assert row.resource == expected[event_id], event_id

    def _lists_agree(self) -> None:
        """Where nothing is parked, Google shows what Alice sees: nothing twice, nothing missing."""
        if not OutboxOperation.objects.filter(status__in=OPEN_FOR_PEOPLE).exists():
            assert self.world.shown_here() == self.world.shown_at_google()

    def _nothing_is_lost(self) -> None:
        """Each local write is applied, or visibly parked or withdrawn with its values kept."""
        for op_id, payload in self.written.items():
            operation = OutboxOperation.objects.get(op_id=op_id)
            assert operation.payload == payload
            assert operation.status in OperationStatus.values
        for local_id in self.made_here:
            ids = [e["id"] for e in self.world.at_google().values()]
            assert len(ids) == len(set(ids))
            assert local_id.startswith("local:")

    def _nothing_is_there_twice(self) -> None:
        """An event that was made anew is not there beside the one whose delete was undone."""
        there = self.world.at_google()
        for anew in OutboxOperation.objects.filter(
            op_type="create", status=OperationStatus.APPLIED, undoes__op_type="delete"
        ).select_related("undoes"):
            assert not (anew.lane in there and google_id_of(anew.undoes.event_id) in there)

    def _one_more_cycle_sends_nothing(self) -> None:
        before = len(self.world.writes())
        self.world.sync(insist=True)
        self.world.sync(insist=True, full=True)
        assert len(self.world.writes()) == before


class TwoSidesInAuckland(TwoSides):
    time_zone = "Pacific/Auckland"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("machine", "examples", "steps"),
    [(TwoSides, 25, 40), (TwoSidesInAuckland, 10, 40), (TwoSides, 2, 250)],
)
def test_both_sides_agree_once_it_is_quiet(
    machine: type[TwoSides], examples: int, steps: int
) -> None:
    run(machine, examples=examples, steps=steps)
