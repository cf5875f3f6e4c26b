"""The window: the span of time that is cached."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from calendars.models import CalendarSyncState

if TYPE_CHECKING:
    from calendars.models import Calendar


WISH_LASTS = dt.timedelta(days=7)
"""So long what somebody looked at beyond the ordinary window stays cached after the last look."""


def ordinary_window(*, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The configured window around now, out to whole days of UTC.

    Whole days, so that it moves once a day and series are not expanded anew at each sync.
    """
    today = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        today - dt.timedelta(days=settings.CALENDAR_WINDOW_PAST_DAYS),
        today + dt.timedelta(days=settings.CALENDAR_WINDOW_FUTURE_DAYS + 1),
    )


def window_of(calendar: Calendar, *, now: dt.datetime) -> tuple[int, int]:
    """The cached window of a calendar as epoch seconds; the ordinary one before its first sync."""
    state = CalendarSyncState.objects.filter(calendar=calendar).first()
    start, end = ordinary_window(now=now)
    if state is not None and state.window_start and state.window_end:
        start, end = state.window_start, state.window_end
    return int(start.timestamp()), int(end.timestamp())
