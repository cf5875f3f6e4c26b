"""Knowing all that Google has of a series before something is taken from its occurrences.

The outbox is emptied before the calendars are pulled. A change that resets occurrences (see
``core.resets``) must not be sent on what was known a cycle ago: its calendar is pulled first, once
a cycle for all such changes. What happens between that pull and the sending shows as well: any
change of an occurrence gives its series another etag (google-calendar-api.md 3.1 and 6.3), the
change is sent with If-Match, and where that fails the calendar is pulled again before the next try.
Reading one event alone therefore ends the knowledge: its etag may be newer than what is known of
its occurrences.

What is left is what Google never told: exceptions beyond the window, until it lists them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from calendars.sync.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class InStep:
    """Which calendars of one account are up to date in this cycle, by Google's ids.

    ``pull`` brings one up to date and says whether it could.
    """

    store: Store
    clock: Clock
    pull: Callable[[str], bool]
    known: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    """Those not to be pulled again in this cycle."""

    def bring(self, google_id: str) -> bool:
        """Pull the calendar and park what clashes with what that brings; False if it cannot be
        pulled now."""
        if google_id in self.failed:
            return False
        if not self.pull(google_id):
            self.failed.add(google_id)
            return False
        self.store.review(google_id, now=self.clock.now())
        self.known.add(google_id)
        return True

    def forget(self, google_id: str) -> None:
        """One of its events was read alone."""
        self.known.discard(google_id)
