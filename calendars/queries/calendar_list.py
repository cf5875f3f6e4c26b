"""The calendars of a member over all their accounts, each once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from calendars.errors import NoGoogleAccountError, NotFoundError
from calendars.models import Calendar, CalendarListChange, ListChangeStatus
from calendars.queries import freshness
from calendars.queries.access import calendar_for_new_events, calendars_of, each_once

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from accounts.models import Member


MOST_CHANGES = 100
_OPEN = (ListChangeStatus.PENDING, ListChangeStatus.FAILED)


def calendar_entries(*, member: Member, now: dt.datetime) -> list[dict[str, Any]]:
    """What the member may know of each calendar, by account, the primary one first."""
    found = calendars_of(member).select_related("account", "sync_state")
    calendars = sorted(
        each_once(found), key=lambda each: (each.account_id, not each.primary, each.pk)
    )
    accounts = _accounts_by_calendar(member)
    default = _default_id(member)
    changes = {
        (row.account_id, row.google_id): list_change_entry(row)
        for row in open_changes(member=member)
    }
    return [
        _entry(each, accounts=accounts[each.google_id], default=default, now=now)
        | {"list_change": changes.get((each.account_id, each.google_id))}
        for each in calendars
    ]


def list_changes(*, member: Member) -> list[dict[str, Any]]:
    """The latest changes of the lists of the member's accounts, newest first."""
    rows = CalendarListChange.objects.filter(account__member=member).select_related("account")
    return [list_change_entry(row) for row in rows.order_by("-pk")[:MOST_CHANGES]]


def list_change_entry(change: CalendarListChange) -> dict[str, Any]:
    """A queued change of a calendar list as it is shown."""
    return {
        "change_id": change.pk,
        "calendar_id": change.google_id,
        "account": change.account.email,
        "kind": str(change.kind),
        "fields": change.payload,
        "status": str(change.status),
        "created_at": freshness.rfc3339(change.created_at),
        "settled_at": freshness.rfc3339(change.settled_at),
        "error": change.error,
        "reason": change.reason,
    }


def open_changes(*, member: Member) -> list[CalendarListChange]:
    """The last change of each entry where it waits or was refused, newest first."""
    last: dict[tuple[int, str], CalendarListChange] = {}
    rows = CalendarListChange.objects.filter(account__member=member).select_related("account")
    for row in rows.order_by("-pk")[:MOST_CHANGES]:
        last.setdefault((row.account_id, row.google_id), row)
    return [row for row in last.values() if row.status in _OPEN]


def calendar_names(*, member: Member) -> dict[str, str]:
    """The names of the member's calendars by id; of those too that have left the list."""
    rows = Calendar.objects.filter(account__member=member).exclude(summary="")
    return dict(rows.values_list("google_id", "summary"))


def list_change_of(*, member: Member, pk: int) -> CalendarListChange:
    """One of the member's. Raises NotFoundError."""
    rows = CalendarListChange.objects.filter(account__member=member).select_related("account")
    change = rows.filter(pk=pk).first()
    if change is None:
        raise NotFoundError("There is no such change of the calendar list.")
    return change


def calendar_settings(*, member: Member) -> dict[str, Any]:
    """The choices of the member: ``selected_calendar_ids`` and where new events go.

    ``default_calendar_id`` is the calendar that is used now, None where no calendar takes events;
    ``default_is_chosen`` says whether the member has named it.
    """
    shown = each_once(calendars_of(member).filter(selected=True))
    default = _default_id(member)
    return {
        "selected_calendar_ids": [each.google_id for each in shown],
        "default_calendar_id": default,
        "default_is_chosen": default is not None and default == member.default_calendar,
    }


def _default_id(member: Member) -> str | None:
    try:
        calendar = calendar_for_new_events(member)
    except (NotFoundError, NoGoogleAccountError):
        return None
    return calendar.google_id if calendar.takes_events else None


def _accounts_by_calendar(member: Member) -> dict[str, list[str]]:
    entries = calendars_of(member).order_by("account_id")
    found: dict[str, list[str]] = defaultdict(list)
    for google_id, account in entries.values_list("google_id", "account__email"):
        found[google_id].append(account)
    return found


def _entry(
    calendar: Calendar, *, accounts: Sequence[str], default: str | None, now: dt.datetime
) -> dict[str, Any]:
    return {
        "calendar_id": calendar.google_id,
        "summary": calendar.summary,
        "description": calendar.description,
        "time_zone": calendar.time_zone,
        "access_role": calendar.access_role,
        "writable": calendar.writable,
        "primary": calendar.primary,
        "is_default": calendar.google_id == default,
        "selected": calendar.selected,
        "hidden": calendar.hidden,
        "color_id": calendar.color_id,
        "background_color": calendar.background_color,
        "foreground_color": calendar.foreground_color,
        "account": calendar.account.email,
        "account_status": str(calendar.account.status),
        "accounts": list(accounts),
        "last_sync": freshness.rfc3339(freshness.last_success(calendar.sync_state)),
        "is_stale": freshness.is_stale(calendar.sync_state, now=now),
    }
