"""Time as an argument: the simulator asks a clock, never the machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the simulator needs to know about time."""

    def now(self) -> datetime:
        """The present instant, zone-aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let the given time pass."""
        ...


class SystemClock:
    """The machine's clock: for the demo."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)


class FrozenClock:
    """A clock that moves only when told to: for tests. `sleep` moves it instead of waiting."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs a zone-aware instant")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The instant that was set last, in UTC."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on by that many seconds at once."""
        self._now += timedelta(seconds=seconds)

    def advance(self, delta: timedelta) -> None:
        """Move on by `delta`."""
        self._now += delta
