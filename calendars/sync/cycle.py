"""One sync cycle of one account: flush the outbox, then pull what changed."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calendars.sync import mishaps
from calendars.sync.busy_times import BusyTimes
from calendars.sync.core.retry import WRITES_PAUSED_SECONDS
from calendars.sync.flush import Flush
from calendars.sync.in_step import InStep
from calendars.sync.list_changes import ListChanges
from calendars.sync.patience import Patience
from calendars.sync.ports import (
    BusyError,
    GatewayError,
    GoneError,
    LeaseLostError,
    RateLimitedError,
    RefusedError,
    SyncTokenInvalidError,
    WritesPausedError,
)
from calendars.sync.pull import Pull

if TYPE_CHECKING:
    from collections.abc import Callable

    from calendars.sync.ports import Applied, CalendarToSync, Clock, Due, Gateway, Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a cycle is asked for.

    ``full`` lists the whole window; ``calendar_id`` (Google's) keeps to one calendar;
    ``insist`` goes ahead although something rests after an error, and reads the calendar list.
    """

    full: bool = False
    calendar_id: str | None = None
    insist: bool = False


@dataclass(slots=True)
class Report:
    """How a cycle went. ``problems`` are sentences; a cycle without any succeeded.

    ``unexpected`` are bugs that were met: they stop nothing but what met them.
    """

    calendars: int = 0
    changes: int = 0
    conflicts: int = 0
    skipped: bool = False
    problems: list[str] = field(default_factory=list)
    unexpected: list[Exception] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        return not self.problems and not self.skipped

    def met(self, error: Exception, where: str) -> None:
        """Log a bug and keep it for whoever looks at the report."""
        mishaps.log(error, where=where)
        self.unexpected.append(error)
        self.problems.append(mishaps.SENTENCE)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle of one account with everything it needs from outside."""

    store: Store
    gateway: Gateway
    clock: Clock
    random: Callable[[], float]
    new_id: Callable[[], str]

    def run(self, wish: Wish) -> Report:
        """Take the lease, sync, give the lease back. Expected failures end in the report."""
        report = Report()
        if not self.store.take_lease(now=self.clock.now()):
            report.skipped = True
            return report
        logger.info("=== Starting sync cycle ===")
        try:
            self._guarded(wish, report)
        except LeaseLostError:
            report.problems.append("Another worker took over this account.")
        finally:
            self.store.release_lease()
        logger.info("=== Sync cycle completed ===")
        return report

    def _guarded(self, wish: Wish, report: Report) -> None:
        try:
            self._steps(wish, report)
        except GatewayError as error:
            now = self.clock.now()
            later = isinstance(error, BusyError)
            until = self._patience.later(error, attempts=6) if later else None
            self.store.account_failed(error=error, until=until, now=now)
            report.problems.append(error.detail)
            logger.warning("Sync cycle stopped: %s", error.code)
        else:
            self.store.finish(now=self.clock.now())

    @property
    def _patience(self) -> Patience:
        return Patience(clock=self.clock, random=self.random)

    def _steps(self, wish: Wish, report: Report) -> None:
        now = self.clock.now()
        due = self.store.due(now=now)
        if due.operations or due.lost_operations:
            self.store.recover(now=now)
        in_step = InStep(self.store, self.clock, lambda each: self._catch_up(each, wish, report))
        if list_due := wish.insist or due.calendar_list:
            self._apart("the calendar list", self._read_calendar_list, report)
        if list_due or due.operations or due.lost_operations:  # a list may bring calendars back
            self._apart("the outbox", lambda: self._flush(wish, due, in_step, report), report)
        if due.list_changes:
            self._apart("changes of the calendar list", self._send_list_changes, report)
        if due.busy_times:
            busy = BusyTimes(self.store, self.gateway, self.clock, self._patience)
            self._apart("busy times", busy.run, report)
        calendars = self.store.calendars(
            google_id=wish.calendar_id, insist=wish.insist, now=self.clock.now()
        )
        for calendar in calendars:
            if calendar.google_id not in in_step.failed:
                report.calendars += self._pull(calendar, wish.full, report) is not None

    def _apart(self, where: str, step: Callable[[], None], report: Report) -> None:
        """A bug that one step meets does not keep the others from being taken."""
        try:
            step()
        except (GatewayError, LeaseLostError):
            raise
        except Exception as error:
            report.met(error, where)

    def _read_calendar_list(self) -> None:
        entries = self._patience.ask(self.gateway.list_calendars)
        self.store.save_calendar_list(entries, now=self.clock.now())

    def _send_list_changes(self) -> None:
        if ListChanges(self.store, self.gateway, self.clock, self._patience).run():
            self._read_calendar_list()

    def _flush(self, wish: Wish, due: Due, in_step: InStep, report: Report) -> None:
        if due.writes_paused and not wish.insist:
            return
        flush = Flush(
            self.store,
            self.gateway,
            self.clock,
            self._patience,
            self.new_id,
            self._read_calendar_list,
            in_step,
            report.met,
        )
        try:
            sent = flush.run(google_id=wish.calendar_id, insist=wish.insist)
        except WritesPausedError as error:
            now = self.clock.now()
            until = now + dt.timedelta(seconds=WRITES_PAUSED_SECONDS)
            self.store.pause_writes(error=error, until=until, now=now)
            report.problems.append(error.detail)
        else:
            if not sent:
                report.problems.append("Some changes could not be sent; the outbox says why.")

    def _catch_up(self, google_id: str, wish: Wish, report: Report) -> bool:
        """Pull one calendar before something is sent to it; False where that cannot be done now."""
        now = self.clock.now()
        found = self.store.calendars(google_id=google_id, insist=wish.insist, now=now)
        pulled = [self._pull(calendar, False, report) for calendar in found]
        return any(applied is not None and not applied.refused for applied in pulled)

    def _pull(self, calendar: CalendarToSync, full: bool, report: Report) -> Applied | None:
        """One calendar's own trouble does not keep the others from being pulled; None for such."""
        pull = Pull(self.store, self.gateway, self.clock, self._patience)
        try:
            applied = pull.run(calendar, full=full)
        except RateLimitedError:
            raise
        except (BusyError, GoneError, RefusedError, SyncTokenInvalidError) as error:
            until = self._patience.later(error, attempts=5)
            self._calendar_failed(calendar, error.detail, until, report)
        except (GatewayError, LeaseLostError):
            raise
        except Exception as error:
            report.met(error, calendar.google_id)
            until = self._patience.some_time(attempts=mishaps.ATTEMPTS)
            self._calendar_failed(calendar, mishaps.SENTENCE, until, report)
        else:
            self._count(calendar, applied, report)
            return applied
        return None

    def _count(self, calendar: CalendarToSync, applied: Applied, report: Report) -> None:
        report.changes += applied.changes
        report.conflicts += applied.conflicts
        if applied.refused:
            sentence = (
                f"Google suddenly no longer lists {applied.refused} events of this calendar. "
                "They are kept until the next sync finds the same."
            )
            self._calendar_failed(calendar, sentence, None, report)

    def _calendar_failed(
        self, calendar: CalendarToSync, sentence: str, until: dt.datetime | None, report: Report
    ) -> None:
        self.store.calendar_failed(calendar.pk, error=sentence, until=until, now=self.clock.now())
        report.problems.append(f"{calendar.google_id}: {sentence}")
        logger.warning("Sync of %s failed", calendar.google_id)
