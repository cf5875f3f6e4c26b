"""Who is in step with Google and who is not, since when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.models import AccountSyncState
from calendars.queries import freshness
from calendars.queries.access import calendars_of
from calendars.queries.freshness import rfc3339

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar
    from calendars.queries.freshness import Counts


def status(*, member: Member, now: dt.datetime) -> dict[str, Any]:
    """The member's accounts and calendars, and how each stands.

    An account or calendar is stale when no sync succeeded for three sync intervals.
    """
    calendars = list(calendars_of(member).select_related("sync_state").order_by("pk"))
    counts = freshness.counts_by_calendar([calendar.pk for calendar in calendars])
    accounts = [
        _account(
            account,
            [_calendar(each, counts.get(each.pk), now) for each in calendars if _in(each, account)],
        )
        for account in member.google_accounts.order_by("pk")
    ]
    return {
        "is_stale": any(account["is_stale"] for account in accounts),
        "last_sync": rfc3339(freshness.oldest_success(calendars)),
        "pending_count": sum(each.pending for each in counts.values()),
        "failed_count": sum(each.failed for each in counts.values()),
        "conflict_count": sum(each.conflict for each in counts.values()),
        "accounts": accounts,
    }


def _in(calendar: Calendar, account: GoogleAccount) -> bool:
    return calendar.account_id == account.pk


def _account(account: GoogleAccount, calendars: Sequence[dict[str, Any]]) -> dict[str, Any]:
    state = AccountSyncState.objects.filter(account=account).first()
    return {
        "email": account.email,
        "status": account.status,
        "reason": account.status_reason,
        "last_cycle": rfc3339(state.last_cycle_at) if state else None,
        "error": state.last_error if state else "",
        "writes_paused_until": rfc3339(state.writes_paused_until) if state else None,
        "is_stale": any(calendar["is_stale"] for calendar in calendars),
        "calendars": list(calendars),
    }


def _calendar(calendar: Calendar, counts: Counts | None, now: dt.datetime) -> dict[str, Any]:
    state, counts = calendar.sync_state, counts or freshness.Counts()
    return {
        "calendar_id": calendar.google_id,
        "summary": calendar.summary,
        "selected": calendar.selected,
        "status": state.status,
        "error": state.last_error,
        "last_full_sync": rfc3339(state.last_full_sync_at),
        "last_incremental_sync": rfc3339(state.last_incremental_sync_at),
        "window_start": rfc3339(state.window_start),
        "window_end": rfc3339(state.window_end),
        "is_stale": freshness.is_stale(state, now=now),
        "pending_count": counts.pending,
        "failed_count": counts.failed,
        "conflict_count": counts.conflict,
    }
