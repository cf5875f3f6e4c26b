"""The whole installation at a glance, for operators: who is stale, since when, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, F, Q

from accounts.models import AccountStatus, GoogleAccount
from calendars.models import Calendar, CalendarSyncState, OperationStatus, OutboxOperation
from calendars.queries import freshness
from calendars.queries.outbox import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from calendars.models import AccountSyncState

_PAUSED = "Google takes no changes of this account for now."
MOST_ROWS = 200
"""Of each table: when the worker is down everything is stale, and a page of it is enough."""


@dataclass(frozen=True, slots=True)
class AccountTrouble:
    """An account that needs attention. ``since``: its last cycle that went well, if any did."""

    account: GoogleAccount
    since: dt.datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class StaleCalendar:
    """A calendar without a sync for three intervals. ``since``: its last one, if there was one."""

    calendar: Calendar
    since: dt.datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Google did not take some changes, and how many they are."""

    error: str
    number: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Accounts that are not disconnected, with their calendars and open operations.

    The lists are cut at MOST_ROWS, the counts are not. ``operations`` is by status; the refusals
    are the failed ones of them by their reason, the most frequent first.
    """

    account_count: int
    calendar_count: int
    trouble_count: int
    stale_count: int
    troubles: list[AccountTrouble]
    stale: list[StaleCalendar]
    operations: Mapping[str, int]
    refusals: list[Refusal]


def overview(*, now: dt.datetime) -> Overview:
    """How the installation stands, in a fixed number of queries."""
    accounts = GoogleAccount.objects.exclude(status=AccountStatus.DISCONNECTED)
    calendars = Calendar.objects.filter(deleted=False, account__in=accounts)
    troubled = _troubled(accounts, now=now)
    stale = stale_states(now=now).filter(calendar__in=calendars)
    return Overview(
        account_count=accounts.count(),
        calendar_count=calendars.count(),
        trouble_count=troubled.count(),
        stale_count=stale.count(),
        troubles=[
            AccountTrouble(
                account=account,
                since=state.last_cycle_at if (state := _state_of(account)) else None,
                why=_why_account(account, now=now),
            )
            for account in troubled.select_related("member", "sync_state").order_by("pk")[
                :MOST_ROWS
            ]
        ],
        stale=[
            StaleCalendar(
                calendar=state.calendar,
                since=freshness.last_success(state),
                why=state.last_error or _why_account(state.calendar.account, now=now),
            )
            for state in stale.select_related(
                "calendar__account__member", "calendar__account__sync_state"
            ).order_by(F("last_incremental_sync_at").asc(nulls_first=True), "pk")[:MOST_ROWS]
        ],
        operations=_open_operations(),
        refusals=_refusals(),
    )


def stale_states(*, now: dt.datetime) -> QuerySet[CalendarSyncState]:
    """The sync states that ``freshness.is_stale`` calls stale."""
    limit = _limit(now)
    return CalendarSyncState.objects.exclude(
        Q(last_full_sync_at__gte=limit) | Q(last_incremental_sync_at__gte=limit)
    )


def _troubled(accounts: QuerySet[GoogleAccount], *, now: dt.datetime) -> QuerySet[GoogleAccount]:
    return accounts.filter(
        Q(status=AccountStatus.RECONNECT)
        | Q(sync_state__isnull=True)
        | ~Q(sync_state__last_error="")
        | Q(sync_state__writes_paused_until__gt=now)
        | Q(sync_state__last_cycle_at__isnull=True)
        | Q(sync_state__last_cycle_at__lt=_limit(now))
    )


def _why_account(account: GoogleAccount, *, now: dt.datetime) -> str:
    """The first cause that an operator has to see to."""
    state = _state_of(account)
    if not settings.CALENDAR_ENABLED:
        return "Synchronisation is switched off: CALENDAR_ENABLED."
    if account.status == AccountStatus.RECONNECT:
        return account.status_reason or "The member has to connect the account again."
    if not account.member.is_active:
        return "The member is not active."
    if state is not None and state.writes_paused_until and state.writes_paused_until > now:
        left = -(-(state.writes_paused_until - now) // dt.timedelta(minutes=1))
        return f"{state.last_error or _PAUSED} Changes are sent again in {left} min."
    if state is not None and state.last_error:
        return state.last_error
    if state is not None and state.last_cycle_at and state.last_cycle_at >= _limit(now):
        return "It waits for its turn."
    return "No worker has synced it. Do worker and beat run?"


def _state_of(account: GoogleAccount) -> AccountSyncState | None:
    return getattr(account, "sync_state", None)


def _open_operations() -> dict[str, int]:
    rows = (
        OutboxOperation.objects.filter(status__in=OPEN)
        .values_list("status")
        .annotate(number=Count("pk"))
        .order_by("status")
    )
    return dict(rows)


def _refusals() -> list[Refusal]:
    rows = (
        OutboxOperation.objects.filter(status=OperationStatus.FAILED)
        .values_list("error")
        .annotate(number=Count("pk"))
        .order_by("-number", "error")
    )
    return [Refusal(*row) for row in rows[:MOST_ROWS]]


def _limit(now: dt.datetime) -> dt.datetime:
    intervals = freshness.STALE_AFTER_INTERVALS * settings.CALENDAR_SYNC_INTERVAL_SECONDS
    return now - dt.timedelta(seconds=intervals)
