"""One look at the database for all open pages of a process, however many there are.

A thread looks while pages are open: as often as the bell rings, with one statement for everybody
who is watching. It ends with the last page.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

from calendars.bell import bell
from calendars.queries.changes import versions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from calendars.bell import Bell

    Look = Callable[[Collection[int]], Mapping[int, str]]

logger = logging.getLogger(__name__)

MOST_PAGES_OF_ONE = 24


class Watcher:
    """One open page. ``version`` is the newest it was told; only its event loop reads it."""

    def __init__(self, *, member_pk: int, version: str) -> None:
        self.member_pk = member_pk
        self.version = version
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()

    async def next_version(self, *, seconds: float) -> str | None:
        """The next version, or None when nothing changed for so long."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return None
        self._changed.clear()
        return self.version

    def tell(self, version: str) -> None:
        """From any thread. A loop that has just ended has no page any more."""
        if version != self.version:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._take, version)

    def _take(self, version: str) -> None:
        self.version = version
        self._changed.set()


class Hub:
    """The watchers of this process. ``look`` gives the versions of members by their keys."""

    def __init__(self, *, look: Look, make_bell: Callable[[], Bell]) -> None:
        self._look = look
        self._make_bell = make_bell
        self._bell: Bell | None = None
        self._watchers: set[Watcher] = set()
        self._lock = threading.Lock()
        self._looking = False

    def is_full_for(self, member_pk: int) -> bool:
        """Whether this member has so many pages open that one more would only cost."""
        with self._lock:
            return sum(each.member_pk == member_pk for each in self._watchers) >= MOST_PAGES_OF_ONE

    def open(self, watcher: Watcher) -> None:
        with self._lock:
            self._watchers.add(watcher)
            if self._looking:
                return
            self._looking = True
        threading.Thread(target=self._work, name="hub", daemon=True).start()

    def close(self, watcher: Watcher) -> None:
        with self._lock:
            self._watchers.discard(watcher)
            if self._bell is not None:
                self._bell.stir()

    def _work(self) -> None:
        ringing = self._bell = self._make_bell()
        try:
            while watchers := self._still_watching():
                self._tell(watchers)
                ringing.wait()
        finally:
            connection.close()

    def _still_watching(self) -> list[Watcher]:
        with self._lock:
            self._looking = bool(self._watchers)
            return list(self._watchers)

    def _tell(self, watchers: Collection[Watcher]) -> None:
        try:
            versions = self._look({each.member_pk for each in watchers})
        except DatabaseError as error:
            logger.warning("Open pages cannot be kept up to date (%s)", type(error).__name__)
            connection.close()
            return
        for each in watchers:
            each.tell(versions.get(each.member_pk, each.version))


hub = Hub(look=versions_of, make_bell=bell)
