"""The window: the span of time that is cached."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from calendars.models import CalendarSyncState

if TYPE_CHECKING:
    from calendars.models import Calendar


def ordinary_window(*, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The configured window around now, whole seconds."""
    now = now.replace(microsecond=0)
    return (
        now - dt.timedelta(days=settings.CALENDAR_WINDOW_PAST_DAYS),
        now + dt.timedelta(days=settings.CALENDAR_WINDOW_FUTURE_DAYS),
    )


def window_of(calendar: Calendar, *, now: dt.datetime) -> tuple[int, int]:
    """The cached window of a calendar as epoch seconds; the ordinary one before its first sync."""
    state = CalendarSyncState.objects.filter(calendar=calendar).first()
    start, end = ordinary_window(now=now)
    if state is not None and state.window_start and state.window_end:
        start, end = state.window_start, state.window_end
    return int(start.timestamp()), int(end.timestamp())
