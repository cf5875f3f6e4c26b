"""Sending the outbox: load a lane, decide, send, store the outcome. One event after another.

Each request is repeatable: a create carries an id of ours, a patch and a delete carry If-Match,
so an answer that got lost shows when the same thing is asked again (rules 1 and 3).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calendars.sync import mishaps
from calendars.sync.core.push_plan import (
    Delete,
    Insert,
    Move,
    Nothing,
    Patch,
    is_copy,
    plan_push,
)
from calendars.sync.ports import (
    BusyError,
    GatewayError,
    GoneError,
    IdTakenError,
    LeaseLostError,
    PreconditionFailedError,
    RateLimitedError,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from calendars.sync.core.push_plan import Request
    from calendars.sync.in_step import InStep
    from calendars.sync.patience import Patience
    from calendars.sync.ports import Clock, Gateway, Lane, Store

logger = logging.getLogger(__name__)

_ROUNDS = 4
"""How often one lane is compared and sent again in one cycle: never a blind loop on 412."""
_PASSES = 4
"""How often one cycle looks for lanes: some wait for others, some come into being meanwhile."""

_COPY_THERE = "The other calendar has a copy of this event already."
_NO_DESTINATION = "The other calendar is not there any more."


@dataclass(frozen=True, slots=True)
class Flush:
    """Sends the outbox of one account.

    ``new_id`` makes ids for events whose own is taken; ``read_calendar_list`` asks Google for the
    account's calendars and stores them; ``in_step`` pulls a calendar before what resets occurrences
    is sent; ``unexpected`` is told of a bug, and of where it was met.
    """

    store: Store
    gateway: Gateway
    clock: Clock
    patience: Patience
    new_id: Callable[[], str]
    read_calendar_list: Callable[[], None]
    in_step: InStep
    unexpected: Callable[[Exception, str], None]

    def run(self, *, google_id: str | None, insist: bool) -> bool:
        """Send every lane that is due; False when one of them could not be sent.

        Errors that concern the whole account are raised; what was under way is pending again.
        """
        outcomes: dict[int, bool] = {}
        for number in range(_PASSES):
            count, lanes = self.store.pending_lanes(
                google_id=google_id, insist=insist, now=self.clock.now()
            )
            if count and not number:
                logger.info("Processing %d pending outbox operations", count)
                self.store.drop_placeless(now=self.clock.now())
            due = [event_pk for event_pk in lanes if outcomes.get(event_pk, True)]
            if not due:
                break
            outcomes |= {event_pk: self._apart(event_pk) for event_pk in due}
        return all(outcomes.values())

    def _apart(self, event_pk: int) -> bool:
        """A bug that one event meets keeps no other from being sent."""
        try:
            return self._push(event_pk)
        except (GatewayError, LeaseLostError):
            raise
        except Exception as error:
            self.unexpected(error, f"the changes of event {event_pk}")
            until = self.patience.some_time(attempts=mishaps.ATTEMPTS)
            self.store.set_aside(
                event_pk, error=mishaps.SENTENCE, until=until, now=self.clock.now()
            )
            return False

    def _push(self, event_pk: int) -> bool:
        """False when something could not be sent; what waits for another event is no failure."""
        for _ in range(_ROUNDS):
            lane = self.store.lane(event_pk)
            if lane is None:
                return True
            plan = plan_push(lane.operations, agreed=lane.agreed, held=lane.held)
            if plan is None:
                return True
            if isinstance(plan, Nothing):
                self.store.settle(
                    event_pk,
                    applied=plan.applied,
                    withdrawn=plan.withdrawn,
                    now=self.clock.now(),
                )
                return True
            if self._has_to_know_more(lane, plan):
                if not self.in_step.bring(lane.calendar_google_id):
                    return False
                continue
            if not self.store.claim(plan.operations, now=self.clock.now()):
                continue
            if (done := self._attempt(lane, plan)) is not None:
                return done
        return False

    def _has_to_know_more(self, lane: Lane, plan: Request) -> bool:
        """Whether this takes occurrences from a series that may have been changed meanwhile."""
        resets = not lane.resets.isdisjoint(plan.operations)
        return resets and lane.calendar_google_id not in self.in_step.known

    def _attempt(self, lane: Lane, plan: Request) -> bool | None:
        """True: done; False: not this time; None: things changed, look at the lane again."""
        try:
            if isinstance(plan, Insert) and plan.arrives and self._has_arrived(lane, plan):
                return None
            resource = self._send(lane, plan)
        except RefusedError as error:
            return self._refused(lane, plan, error)
        except GoneError as error:
            return self._gone(lane, plan, error)
        except GatewayError as error:
            return self._interrupted(lane, plan, error)
        self.store.sent(lane.event_pk, plan.operations, resource=resource, now=self.clock.now())
        return True

    def _refused(self, lane: Lane, plan: Request, error: RefusedError) -> bool | None:
        """A change of a deleted event may be refused as if it were not allowed (trap 12)."""
        if isinstance(plan, Patch) and error.reason == "forbidden":
            try:
                resource = self._get(lane.calendar_google_id, lane.event_id)
            except GatewayError as other:
                return self._interrupted(lane, plan, other)
            if resource is not None and resource.get("status") == "cancelled":
                self.store.release(plan.operations, now=self.clock.now())
                self._take(lane, plan, resource)
                return None
        self.store.fail(lane.event_pk, plan.operations, error=error, now=self.clock.now())
        return False

    def _interrupted(self, lane: Lane, plan: Request, error: GatewayError) -> bool | None:
        now = self.clock.now()
        if isinstance(error, (PreconditionFailedError, IdTakenError)):
            self.store.release(plan.operations, now=now)
            if isinstance(plan, Move):
                return self._look_for_moved(lane, plan, error)
            self._look_again(lane, plan)
            return None
        if isinstance(error, BusyError) and not isinstance(error, RateLimitedError):
            return self._postponed(lane, plan, error)
        self.store.release(plan.operations, now=now)
        raise error

    def _gone(self, lane: Lane, plan: Request, error: GoneError) -> bool | None:
        """410, or a 404: that may mean the whole calendar, which only the calendar list tells."""
        try:
            listed = error.reason == "deleted" or self._is_listed(lane)
        except GatewayError as other:
            return self._interrupted(lane, plan, other)
        if not listed:
            return False
        if isinstance(plan, Insert):
            return self._postponed(lane, plan, error)
        now = self.clock.now()
        if isinstance(plan, Delete):  # what is gone already has reached its aim
            self.store.sent(lane.event_pk, plan.operations, resource=None, now=now)
            return True
        self.store.release(plan.operations, now=now)
        if isinstance(plan, Move):
            return self._look_for_moved(lane, plan, error)
        self._look_again(lane, plan)
        return None

    def _is_listed(self, lane: Lane) -> bool:
        """Whether the calendar is still there; if not, its changes are parked."""
        self.read_calendar_list()
        return self.store.has_calendar(lane.calendar_google_id)

    def _postponed(self, lane: Lane, plan: Request, error: GatewayError) -> bool:
        attempts = max(op.attempts for op in lane.operations) + 1
        until = self.patience.later(error, attempts=attempts)
        self.store.postpone(plan.operations, error=error, until=until, now=self.clock.now())
        return False

    def _send(self, lane: Lane, plan: Request) -> dict[str, Any] | None:
        calendar_id, event_id = lane.calendar_google_id, lane.event_id
        if isinstance(plan, Insert):
            body = {"id": event_id, **plan.body}
            return self.patience.ask(
                lambda: self.gateway.insert_event(
                    calendar_id=calendar_id, body=body, notify=plan.notify
                )
            )
        if isinstance(plan, Patch):
            return self.patience.ask(
                lambda: self.gateway.patch_event(
                    calendar_id=calendar_id,
                    event_id=event_id,
                    body=plan.body,
                    etag=lane.etag,
                    notify=plan.notify,
                )
            )
        if isinstance(plan, Move):
            self.patience.ask(
                lambda: self.gateway.move_event(
                    calendar_id=calendar_id,
                    event_id=event_id,
                    destination=plan.destination,
                    etag=lane.etag,
                    notify=plan.notify,
                )
            )
            return None
        self.patience.ask(
            lambda: self.gateway.delete_event(
                calendar_id=calendar_id, event_id=event_id, etag=lane.etag, notify=plan.notify
            )
        )
        return None

    def _has_arrived(self, lane: Lane, plan: Insert) -> bool:
        """Take what a move brought here; False where there is nothing, so that it is inserted."""
        resource = self._get(lane.calendar_google_id, lane.event_id)
        if resource is None:
            return False
        self.store.release(plan.operations, now=self.clock.now())
        if resource.get("status") == "cancelled":
            self.store.lost(lane.event_pk, plan.operations, now=self.clock.now())
        else:
            self.store.take_incoming(lane.event_pk, resource, now=self.clock.now())
        return True

    def _look_for_moved(self, lane: Lane, plan: Move, error: GatewayError) -> bool | None:
        """It did not move: because it has done so before, was changed, or is not there any more."""
        there = self._get(plan.destination, lane.event_id)
        if there is not None and there.get("status") != "cancelled" and not is_copy(there):
            now = self.clock.now()
            self.store.sent(lane.event_pk, plan.operations, resource=None, now=now)
            return True
        here = self._get(lane.calendar_google_id, lane.event_id)
        if here is None or here.get("status") == "cancelled":
            self.store.lost(lane.event_pk, plan.operations, now=self.clock.now())
            return None
        if isinstance(error, PreconditionFailedError):
            self.store.take_incoming(lane.event_pk, here, now=self.clock.now())
            return None
        taken = isinstance(error, IdTakenError)
        sentence = _COPY_THERE if taken else _NO_DESTINATION
        self.store.claim(plan.operations, now=self.clock.now())
        self.store.fail(
            lane.event_pk, plan.operations, error=RefusedError(sentence), now=self.clock.now()
        )
        return False

    def _look_again(self, lane: Lane, plan: Request) -> None:
        """Read the event and compare: a lost reply, somebody else's change, or a deleted id."""
        self._take(lane, plan, self._get(lane.calendar_google_id, lane.event_id))

    def _take(self, lane: Lane, plan: Request, resource: dict[str, Any] | None) -> None:
        gone = resource is None or resource.get("status") == "cancelled"
        if isinstance(plan, Insert) and gone:
            self.store.give_fresh_id(lane.event_pk, google_id=self.new_id(), now=self.clock.now())
        elif resource is None:
            self.store.take_absence(lane.event_pk, now=self.clock.now())
        else:
            self.store.take_incoming(lane.event_pk, resource, now=self.clock.now())

    def _get(self, calendar_id: str, event_id: str) -> dict[str, Any] | None:
        self.in_step.forget(calendar_id)
        try:
            return self.patience.ask(
                lambda: self.gateway.get_event(calendar_id=calendar_id, event_id=event_id)
            )
        except GoneError:
            return None
