"""Pulling what changed: fetch every page, decide, store rows and token together (rules 5 and 6)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calendars.sync.core.pull_plan import newest_by_id
from calendars.sync.listed import Listed
from calendars.sync.ports import BusyError, GoneError, Listing, SyncTokenInvalidError

if TYPE_CHECKING:
    import datetime as dt

    from calendars.sync.patience import Patience
    from calendars.sync.ports import (
        Applied,
        CalendarToSync,
        Clock,
        EventsPage,
        Gateway,
        Store,
    )

logger = logging.getLogger(__name__)

_ENDLESS = "Google's list of this calendar does not end; Secretary tries again by itself."


@dataclass(frozen=True, slots=True)
class Pull:
    """Pulls the calendars of one account."""

    store: Store
    gateway: Gateway
    clock: Clock
    patience: Patience

    def run(self, calendar: CalendarToSync, *, full: bool) -> Applied:
        """Bring one calendar up to date: what changed, or the whole window.

        A token that Google no longer takes leads to a full sync by itself, once. Before a full
        sync that is only due, what changed is pulled as well: so what is known beyond the window
        stays true.
        """
        token_good = calendar.sync_token is not None and self._changes(calendar)
        if token_good and not (full or calendar.full_due):
            return token_good
        return self._whole_window(calendar, chain_kept=bool(token_good))

    def _changes(self, calendar: CalendarToSync) -> Applied | None:
        """What changed since the token; None when the token is not valid any more."""
        try:
            listing = self._fetch(calendar, sync_token=calendar.sync_token, window=None)
        except SyncTokenInvalidError:
            logger.info("Sync token of %s is no longer valid", calendar.google_id)
            return None
        logger.info("Incremental sync for %s: %d changes", calendar.google_id, len(listing.items))
        return self.store.apply_listing(calendar, listing, now=self.clock.now())

    def _whole_window(self, calendar: CalendarToSync, *, chain_kept: bool) -> Applied:
        start, end = calendar.window
        if not chain_kept:  # what is known beyond the window would have no other way to change
            end = max(end, self.store.known_until(calendar, now=self.clock.now()))
        window = (start, end)
        listing = self._fetch(calendar, sync_token=None, window=window)
        logger.info("Full sync for %s: fetched %d events", calendar.google_id, len(listing.items))
        applied = self.store.apply_listing(calendar, listing, now=self.clock.now())
        for event_pk, event_id in applied.unlisted:
            self._look_at(calendar, event_pk, event_id)
        return applied

    def _look_at(self, calendar: CalendarToSync, event_pk: int, event_id: str) -> None:
        """Read one event by itself, and take what Google says of it."""
        try:
            resource = self.patience.ask(
                lambda: self.gateway.get_event(calendar_id=calendar.google_id, event_id=event_id)
            )
        except GoneError:
            self.store.take_absence(event_pk, now=self.clock.now())
        else:
            self.store.take_incoming(event_pk, resource, now=self.clock.now())

    def _fetch(
        self,
        calendar: CalendarToSync,
        *,
        sync_token: str | None,
        window: tuple[dt.datetime, dt.datetime] | None,
    ) -> Listing:
        listed = Listed()
        page_token: str | None = None
        page_tokens: set[str | None] = set()
        while page_token not in page_tokens:
            page_tokens.add(page_token)
            page = self._page(calendar, sync_token, window, page_token)
            listed.update(newest_by_id(page.items))
            page_token = page.next_page_token
            if not page_token:  # only the last page has the sync token, empty pages come (trap 2)
                return Listing(listed, page.next_sync_token, window)
            del page  # or two pages would be in memory at once
            self.store.keep_lease(now=self.clock.now())
        raise BusyError(_ENDLESS)

    def _page(
        self,
        calendar: CalendarToSync,
        sync_token: str | None,
        window: tuple[dt.datetime, dt.datetime] | None,
        page_token: str | None,
    ) -> EventsPage:
        return self.patience.ask(
            lambda: self.gateway.list_events(
                calendar_id=calendar.google_id,
                sync_token=sync_token,
                window=window,
                page_token=page_token,
            )
        )
