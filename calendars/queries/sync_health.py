"""Who is in step with Google and who is not, since when and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.models import GoogleAccount
from calendars.queries import freshness
from calendars.queries.access import entries_of
from calendars.queries.freshness import rfc3339
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from accounts.models import Member
    from calendars.models import AccountSyncState, Calendar
    from calendars.queries.freshness import Counts

_ACCOUNTS = PreparedQuery(
    lambda member: (
        GoogleAccount.objects.filter(member=member).select_related("sync_state").order_by("pk")
    ),
    "member",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a member's accounts, in their order, and of their calendars.

    ``entries`` is ``access.entries_of``: a calendar of several accounts is there several times.
    """

    accounts: list[GoogleAccount]
    entries: list[Calendar]


def standing_of(member: Member) -> Standing:
    return Standing(_ACCOUNTS.run(member=member.pk), entries_of(member))


def status(*, member: Member, now: dt.datetime) -> dict[str, Any]:
    """The member's accounts and calendars, and how each stands.

    An account or calendar is stale when no sync succeeded for three sync intervals.
    """
    return status_of(standing_of(member), now=now)


def status_of(standing: Standing, *, now: dt.datetime) -> dict[str, Any]:
    """``status`` of what has been read already."""
    calendars = sorted(standing.entries, key=lambda calendar: calendar.pk)
    counts = freshness.counts_of(calendars)
    accounts = [
        _account(
            account,
            [_calendar(each, counts[each.pk], now) for each in calendars if _in(each, account)],
        )
        for account in standing.accounts
    ]
    return {
        "is_stale": any(account["is_stale"] for account in accounts),
        "last_sync": rfc3339(freshness.oldest_success(calendars)),
        "pending_count": sum(each.pending for each in counts.values()),
        "failed_count": sum(each.failed for each in counts.values()),
        "conflict_count": sum(each.conflict for each in counts.values()),
        "proposed_count": sum(each.proposed for each in counts.values()),
        "accounts": accounts,
    }


def _in(calendar: Calendar, account: GoogleAccount) -> bool:
    return calendar.account_id == account.pk


def _account(account: GoogleAccount, calendars: Sequence[dict[str, Any]]) -> dict[str, Any]:
    state: AccountSyncState | None = getattr(account, "sync_state", None)
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


def _calendar(calendar: Calendar, counts: Counts, now: dt.datetime) -> dict[str, Any]:
    state = calendar.sync_state
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
