from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from calendars.sync.core.retry import later_delay, quick_delay
from calendars.sync.ports import BusyError, GatewayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from calendars.sync.ports import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Asks again while Google is busy. Safe for every request: each of ours can be repeated.

    ``random`` gives a number from 0 to 1.
    """

    clock: Clock
    random: Callable[[], float]

    def ask(self, request: Callable[[], T]) -> T:
        """The answer, after a few quick tries; the last BusyError when they did not help."""
        tries = 0
        while True:
            try:
                return request()
            except BusyError as error:
                tries += 1
                delay = quick_delay(
                    tries=tries, retry_after=error.retry_after, jitter=self.random()
                )
                if delay is None:
                    raise
                self.clock.sleep(delay)

    def later(self, error: GatewayError, *, attempts: int) -> dt.datetime:
        """When a later cycle may try again."""
        return self.some_time(attempts=attempts, retry_after=error.retry_after)

    def some_time(self, *, attempts: int, retry_after: float | None = None) -> dt.datetime:
        """When to come back to what failed this often."""
        seconds = later_delay(attempts=attempts, retry_after=retry_after, jitter=self.random())
        return self.clock.now() + dt.timedelta(seconds=seconds)
