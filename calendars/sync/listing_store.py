"""Storing what a pull brought: rows, occurrences and token together (rules 5 and 6)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max, Q

from calendars import cache
from calendars.models import Calendar, CalendarSyncState, LocalStatus, SyncStatus
from calendars.sync.lease import Leased
from calendars.sync.listing_application import ListingApplication
from calendars.sync.ports import CalendarToSync
from calendars.window import WISH_LASTS, ordinary_window

if TYPE_CHECKING:
    from calendars.sync.ports import Applied, Listing

_FARTHEST = dt.timedelta(days=3_660)


class ListingStore(Leased):
    """Listings of one account's calendars. What each method promises stands in ``ports.Store``."""

    def calendars(
        self, *, google_id: str | None, insist: bool, now: dt.datetime
    ) -> list[CalendarToSync]:
        states = CalendarSyncState.objects.select_related("calendar").filter(
            calendar__account_id=self.account_id, calendar__deleted=False
        )
        if google_id is not None:
            states = states.filter(google_calendar_id=google_id)
        if not insist:
            states = states.filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
        return [_to_sync(state, now=now) for state in states.order_by("-calendar__primary", "pk")]

    def apply_listing(
        self, calendar: CalendarToSync, listing: Listing, *, now: dt.datetime
    ) -> Applied:
        with self.writing(now=now):
            row = Calendar.objects.select_related("account").get(pk=calendar.pk)
            cache.lock(row)
            return ListingApplication(row, calendar, listing, now=now).apply()

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
    known = state.calendar.events.filter(local_status=LocalStatus.SYNCED).aggregate(
        last=Max("end_ts_utc")
    )["last"]
    farthest = int((now + _FARTHEST).timestamp())
    return CalendarToSync(
        pk=state.pk,
        google_id=state.google_calendar_id,
        sync_token=state.sync_token or None,
        window=(start, end),
        listing_until=dt.datetime.fromtimestamp(min(known or 0, farthest) + 1, dt.UTC),
        full_due=_full_due(state, window=(start, end), now=now),
        mass_delete_seen=state.mass_delete_seen_at is not None,
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
