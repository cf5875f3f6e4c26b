"""Which calendars a member shows, and asking the worker for more."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from accounts.models import AccountStatus
from calendars.commands import queue
from calendars.errors import InvalidInputError, NotFoundError, SwitchedOffError
from calendars.event_input import shown
from calendars.models import AccountSyncState, CalendarSyncState
from calendars.queries.access import PRIMARY, calendar_of, calendars_of
from calendars.sync.nudge import wake
from calendars.window import WISH_LASTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from accounts.models import Member
    from calendars.models import Calendar

FARTHEST = dt.timedelta(days=2 * 365)
_WISHES_APART = dt.timedelta(minutes=1)


def select_calendars(*, member: Member, google_ids: Collection[str]) -> None:
    """Show exactly these calendars; ``primary`` is one of them, as everywhere. Unknown ids are
    refused by name, changing nothing."""
    wanted = set(google_ids)
    if PRIMARY in wanted:
        primary = calendar_of(member=member, calendar_id=PRIMARY).google_id
        wanted = wanted - {PRIMARY} | {primary}
    calendars = list(calendars_of(member))
    unknown = sorted(wanted - {calendar.google_id for calendar in calendars})
    if unknown:
        named = ", ".join(shown(each) for each in unknown)
        raise InvalidInputError(
            "Some of these are not your calendars.",
            fields={"selected_calendar_ids": f"There is no calendar {named[:300]}."},
        )
    with transaction.atomic():
        for calendar in calendars:
            selected = calendar.google_id in wanted
            if calendar.selected != selected:
                calendar.selected = selected
                calendar.save(update_fields=["selected"])


def choose_default_calendar(*, member: Member, google_id: str) -> None:
    """New events go there unless they say otherwise; empty leaves the choice to Secretary.

    Raises InvalidInputError for a calendar that is not the member's or cannot be written to.
    """
    member.default_calendar = _for_events(member, google_id).google_id if google_id else ""
    member.save(update_fields=["default_calendar"])


def request_sync(*, member: Member, full: bool = False, now: dt.datetime) -> int:  # noqa: ARG001
    """Wake the worker for each connected account of the member; how many these are.

    The calendar list is read too, which otherwise is not in every cycle: somebody may have just
    shared a calendar. ``full`` has every calendar listed anew. Raises SwitchedOffError where
    nothing synchronises.
    """
    if not settings.CALENDAR_ENABLED:
        raise SwitchedOffError(
            "Synchronisation is switched off here (CALENDAR_ENABLED). Changes wait until it is on."
        )
    accounts = member.google_accounts.filter(status=AccountStatus.CONNECTED)
    account_ids = list(accounts.values_list("pk", flat=True))
    with transaction.atomic():
        if full:
            CalendarSyncState.objects.filter(calendar__account_id__in=account_ids).update(
                sync_token=None
            )
        states = AccountSyncState.objects.filter(account_id__in=account_ids)
        states.update(calendar_list_synced_at=None)
        for account_id in account_ids:
            _wake_after_commit(account_id)
    return len(account_ids)


def want_span(
    *,
    calendars: Iterable[Calendar],
    time_min: dt.datetime,
    time_max: dt.datetime,
    now: dt.datetime,
) -> None:
    """Somebody looked beyond the cached window of these calendars: have it extended.

    At most two years to either side of today, and the same is written at most once a minute.
    Wishes add up until nobody has looked for a while.
    """
    first, last = _reach(now)
    start, end = max(time_min, first), min(time_max, last)
    if start >= end:
        return
    for calendar in calendars:
        state = calendar.sync_state
        if _holds(state, start, end) or _wished_lately(state, start, end, now=now):
            continue
        forgotten = state.wanted_at is None or state.wanted_at <= now - WISH_LASTS
        before = (None, None) if forgotten else (state.wanted_start, state.wanted_end)
        state.wanted_start = min(start, before[0] or start)
        state.wanted_end = max(end, before[1] or end)
        state.wanted_at = now
        with transaction.atomic():
            state.save(update_fields=["wanted_start", "wanted_end", "wanted_at"])
            queue.wake_after_commit(calendar)


def is_within_reach(*, time_min: dt.datetime, time_max: dt.datetime, now: dt.datetime) -> bool:
    """Whether ``want_span`` can have all of the span extended."""
    first, last = _reach(now)
    return first <= time_min and time_max <= last


def _reach(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    today = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - FARTHEST, today + FARTHEST


def _for_events(member: Member, google_id: str) -> Calendar:
    with suppress(NotFoundError):
        calendar = calendar_of(member=member, calendar_id=google_id)
        if calendar.takes_events:
            return calendar
    sentence = f"You cannot make events in a calendar {shown(google_id)[:300]}."
    raise InvalidInputError(sentence, fields={"default_calendar_id": sentence})


def _holds(state: CalendarSyncState, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether the window has it all; a wish that is not fulfilled yet is made again."""
    window_start, window_end = state.window_start, state.window_end
    if window_start is None or window_end is None:
        return False
    return window_start <= start and end <= window_end


def _wished_lately(
    state: CalendarSyncState, start: dt.datetime, end: dt.datetime, *, now: dt.datetime
) -> bool:
    if not (state.wanted_at and state.wanted_start and state.wanted_end):
        return False
    lately = now - state.wanted_at < _WISHES_APART
    return lately and state.wanted_start <= start and end <= state.wanted_end


def _wake_after_commit(account_id: int) -> None:
    transaction.on_commit(lambda: wake(account_id=account_id))
