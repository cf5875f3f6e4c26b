"""Random histories of everything at once: two accounts, and calendars that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from accounts.commands import disconnect
from calendars.commands.calendars import select_calendars
from calendars.models import CachedEvent, OperationStatus, OutboxOperation
from tests.simulator.conftest import connect
from tests.sync.histories import CHOICE, run
from tests.sync.test_guest_histories import BEN, ROOM, WithGuests
from tests.sync.world import ALICE, TEAM, World

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.sync.cycle import Report

WORK, SHARED = "alice@work.test", "shared@group.calendar.google.com"
ROLES = st.sampled_from(["none", "reader", "writer"])


class TwoAccounts(World):
    """Alice has a second account, for her work."""

    def __init__(self, member: Member, **options: Any) -> None:
        super().__init__(member, **options)
        self.google.add_person(WORK, time_zone="America/New_York")
        self.work = self.connect(WORK)
        self.google.add_person(BEN)
        self.google.add_calendar(
            owner=BEN, summary="Shared", time_zone=self.time_zone, calendar_id=SHARED
        )
        self.google.share(SHARED, with_=ALICE, role="writer")
        for where in (WORK, SHARED):
            self.google.insert_event(where, self.timed(26, summary=where))
        daily = ["RRULE:FREQ=DAILY;COUNT=4"]
        self.google.insert_event(SHARED, self.timed(27, recurrence=daily))

    def cycle(self, **wish: Any) -> Report:
        """One cycle of each account, as one report."""
        report = super().cycle(**wish)
        other = self.cycle_of_work(**wish)
        report.problems += other.problems
        report.unexpected += other.unexpected
        return report

    def cycle_of_work(self, **wish: Any) -> Report:
        return self.cycle_of(self.work, **wish)

    def cached(self, calendar_id: str = ALICE) -> dict[str, CachedEvent]:
        rows = CachedEvent.objects.filter(calendar__google_id=calendar_id, calendar__deleted=False)
        return {row.event_id: row for row in rows.order_by("pk")}

    def at_google(self, calendar_id: str = ALICE) -> dict[str, dict[str, Any]]:
        """Reminders are each reader's own: those of the shared calendar are as Alice has them."""
        events = super().at_google(calendar_id)
        if calendar_id != SHARED:
            return events
        api = connect(self.google, ALICE).events()
        mine = {each: api.get(calendarId=SHARED, eventId=each).execute() for each in events}
        return {
            each: event | {"reminders": mine[each].get("reminders")}
            if "reminders" in mine[each]
            else {name: value for name, value in event.items() if name != "reminders"}
            for each, event in events.items()
        }

    def rows(self) -> list[CachedEvent]:
        rows = CachedEvent.objects.filter(calendar__deleted=False)
        return list(rows.select_related("calendar").order_by("calendar", "pk"))


class Everything(WithGuests):
    """All that Alice, her programs, her calendars and the other side can do, in any order."""

    world: TwoAccounts
    world_class = TwoAccounts
    calendars = (ALICE, TEAM, SHARED, WORK)

    @initialize()
    def ben_and_a_room(self) -> None:
        self.world.google.add_room(ROOM, name="Attic")

    @rule(which=CHOICE, where=st.sampled_from(calendars))
    def give_to_any_calendar_here(self, which: int, where: str) -> None:
        self._here(which, lambda event_id, source: self.world.move(event_id, where, source))

    @rule(which=CHOICE, where=st.sampled_from(calendars))
    def propose_to_give_away(self, which: int, where: str) -> None:
        with self._proposing():
            self.give_to_any_calendar_here(which, where)

    @rule(which=CHOICE)
    def set_back_by_sql(self, which: int) -> None:
        """As the recipe for operators has it."""
        failed = OutboxOperation.objects.filter(status=OperationStatus.FAILED)
        rows = list(failed.order_by("op_id"))
        if rows:
            chosen = rows[which % len(rows)].pk
            OutboxOperation.objects.filter(pk=chosen).update(status=OperationStatus.PENDING)

    @rule(chosen=st.sets(st.sampled_from(calendars)))
    def choose_calendars(self, chosen: set[str]) -> None:
        self._tolerating(lambda: select_calendars(member=self.world.member, google_ids=chosen))

    @rule(role=ROLES)
    def share_otherwise(self, role: str) -> None:
        self.world.google.share(SHARED, with_=ALICE, role=role)

    @rule()
    def sync_only_the_other_account(self) -> None:
        for bug in self.world.cycle_of_work().unexpected:
            raise bug

    @rule()
    def disconnect_the_other_account(self) -> None:
        disconnect(account=self.world.work, keep_cache=True)

    @rule()
    def connect_the_other_account_again(self) -> None:
        self.world.work = self.world.connect(WORK)

    def _come_to_rest(self) -> None:
        self.world.google.faults.clear()
        self.world.google.share(SHARED, with_=ALICE, role="writer")
        self.world.work = self.world.connect(WORK)
        super()._come_to_rest()
        self.world.sync(insist=True)  # one account's last change may be a copy for the other


class EverythingInNewYork(Everything):
    time_zone = "America/New_York"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("machine", "examples", "steps"), [(Everything, 8, 50), (EverythingInNewYork, 4, 50)]
)
def test_everything_at_once_ends_in_agreement(
    machine: type[Everything], examples: int, steps: int
) -> None:
    run(machine, examples=examples, steps=steps)
