"""Storing what a pull brought: rows, occurrences and token together (rules 5 and 6)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max

from calendars.locks import lock_calendar
from calendars.models import (
    CachedEvent,
    Calendar,
    CalendarSyncState,
    LocalStatus,
    SyncStatus,
)
from calendars.queries.freshness import is_stale
from calendars.sync.lease import Leased
from calendars.sync.listing_application import ListingApplication
from calendars.sync.ports import Applied, CalendarToSync, LeaseLostError
from calendars.window import WISH_LASTS, ordinary_window
from secretary_project.prepared_query import PreparedQuery, change

if TYPE_CHECKING:
    from calendars.sync.ports import Listing

_FARTHEST = dt.timedelta(days=3_660)

_STATES = PreparedQuery(
    lambda account: CalendarSyncState.objects.filter(
        calendar__account_id=account, calendar__deleted=False
    ).order_by("-calendar__primary", "pk"),
    "account",
)
_IN_STEP = """
    UPDATE calendar_sync_state SET sync_token = %s, last_incremental_sync_at = %s
    WHERE calendar_ref = %s AND EXISTS (
        SELECT 1 FROM account_sync_state WHERE account_id = %s AND lease_holder = %s
    )
"""


class ListingStore(Leased):
    """Listings of one account's calendars. What each method promises stands in ``ports.Store``."""

    def calendars(
        self, *, google_id: str | None, insist: bool, now: dt.datetime
    ) -> list[CalendarToSync]:
        return [
            _to_sync(state, now=now)
            for state in _STATES.run(account=self.account_id)
            if google_id in (None, state.google_calendar_id)
            and (insist or state.next_attempt_at is None or state.next_attempt_at <= now)
        ]

    def known_until(self, calendar: CalendarToSync, *, now: dt.datetime) -> dt.datetime:
        synced = CachedEvent.objects.filter(
            calendar_id=calendar.pk, local_status=LocalStatus.SYNCED
        )
        known = synced.aggregate(last=Max("end_ts_utc"))["last"]
        farthest = int((now + _FARTHEST).timestamp())
        return dt.datetime.fromtimestamp(min(known or 0, farthest) + 1, dt.UTC)

    def apply_listing(
        self, calendar: CalendarToSync, listing: Listing, *, now: dt.datetime
    ) -> Applied:
        if calendar.fresh and listing.window is None and not listing.items:
            self._nothing_new(calendar, listing, now=now)
            return Applied()
        with self.writing(now=now):
            row = Calendar.objects.select_related("account").get(pk=calendar.pk)
            lock_calendar(row)
            return ListingApplication(row, calendar, listing, now=now).apply()

    def _nothing_new(self, calendar: CalendarToSync, listing: Listing, *, now: dt.datetime) -> None:
        """Most pulls: one statement, and nobody who reads or watches the calendar is woken."""
        if not self.is_fresh(now=now):
            self.keep_lease(now=now)
        mine = (self.account_id, self.holder)
        if change(_IN_STEP, listing.sync_token, now, calendar.pk, *mine) != 1:
            raise LeaseLostError

    def calendar_failed(
        self, calendar_pk: int, *, error: str, until: dt.datetime | None, now: dt.datetime
    ) -> None:
        with self.writing(now=now):
            state = CalendarSyncState.objects.get(pk=calendar_pk)
            state.status = SyncStatus.ERROR
            state.last_error = error
            state.failure_count += 1
            state.next_attempt_at = until
            state.save(update_fields=["status", "last_error", "failure_count", "next_attempt_at"])


def _to_sync(state: CalendarSyncState, *, now: dt.datetime) -> CalendarToSync:
    start, end = ordinary_window(now=now)
    if state.wanted_at and state.wanted_at > now - WISH_LASTS:
        start = min(start, state.wanted_start or start)
        end = max(end, state.wanted_end or end)
    return CalendarToSync(
        pk=state.pk,
        google_id=state.google_calendar_id,
        sync_token=state.sync_token or None,
        window=(start, end),
        full_due=_full_due(state, window=(start, end), now=now),
        mass_delete_seen=state.mass_delete_seen_at is not None,
        fresh=state.status == SyncStatus.OK and not is_stale(state, now=now),
    )


def _full_due(
    state: CalendarSyncState, *, window: tuple[dt.datetime, dt.datetime], now: dt.datetime
) -> bool:
    if not state.last_full_sync_at or not state.window_start or not state.window_end:
        return True
    every = dt.timedelta(hours=settings.CALENDAR_FULL_SYNC_INTERVAL_HOURS)
    if state.last_full_sync_at <= now - every:
        return True
    wanted = state.wanted_at is not None and state.wanted_at >= state.last_full_sync_at
    return wanted and (window[0] < state.window_start or window[1] > state.window_end)
