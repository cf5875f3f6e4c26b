"""What all random histories have in common: a world of their own, and how they end."""

from __future__ import annotations

from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from accounts.models import Member
from calendars.commands.scope import Scope
from calendars.google.client import use_transport
from calendars.models import OperationStatus
from tests.factories import MemberFactory
from tests.sync.world import World

TITLES = st.sampled_from(["Lunch", "Tea", "Dinner", "Walk"])
PLACES = st.sampled_from([None, "Here", "There"])
DAYS = st.integers(25, 31)  # clocks change on the 29th in Berlin
CHOICE = st.integers(0, 10_000)
SCOPES = st.sampled_from([Scope.INSTANCE, Scope.THIS_AND_FOLLOWING, Scope.SERIES])
OPEN_FOR_PEOPLE = (OperationStatus.CONFLICT, OperationStatus.FAILED)
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


class History(RuleBasedStateMachine):
    """What happens in Alice's world, in any order. Whatever did, ``end`` brings it to rest and
    checks what has to hold then."""

    time_zone = "Europe/Berlin"
    world_class = World

    def __init__(self) -> None:
        super().__init__()
        Member.objects.all().delete()
        self.world = self.world_class(MemberFactory(username="alice"), time_zone=self.time_zone)
        self.transport = use_transport(self.world.google.http)
        self.transport.__enter__()

    def end(self) -> None:
        raise NotImplementedError

    def teardown(self) -> None:
        try:
            self.end()
        finally:
            self.transport.__exit__(None, None, None)


def run(machine: type[RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """So many histories of at most so many steps, the same ones each time.

    On PostgreSQL a third: they are those of SQLite, only the statements differ.
    """
    if connection.vendor == "postgresql":
        examples = -(-examples // 3)
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking takes minutes; the steps are printed anyway
        suppress_health_check=_QUIET,
    )
    run_state_machine_as_test(machine, settings=how)
