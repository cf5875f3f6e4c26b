"""The bar beside the views: a small month, and the calendars by account with their freshness."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from accounts.models import AccountStatus
from calendars.queries import freshness
from calendars.web import layout, markup
from calendars.web.addresses import address
from calendars.web.chip import ago
from calendars.web.style_classes import tint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.safestring import SafeString

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar

_WEEKS: Final = 6
"""Always so many, so that nothing below jumps when months change."""
_PAUSED: Final[dict[str, str]] = {
    AccountStatus.RECONNECT: "Paused: reconnect",
    AccountStatus.DISCONNECTED: "Disconnected",
}


@dataclass(frozen=True, slots=True)
class ShownCalendar:
    """A calendar with its box. ``note`` says how old it is, ``stale`` that this is too old."""

    pk: int
    google_id: str
    name: str
    tint: str
    selected: bool
    note: str
    stale: bool
    read_only: bool


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """``paused`` says why nothing of the account is kept in step with Google; mostly empty."""

    name: str
    paused: str
    calendars: Sequence[ShownCalendar]


@dataclass(frozen=True, slots=True)
class SmallMonth:
    """With the first days of the months around it; their addresses are empty where years end."""

    title: str
    view: str
    at: dt.date
    previous: dt.date
    previous_url: str
    following: dt.date
    following_url: str
    weekdays: Sequence[tuple[str, str]]
    rows: SafeString


def groups_of(
    accounts: Iterable[GoogleAccount], calendars: Sequence[Calendar], *, now: dt.datetime
) -> list[AccountGroup]:
    """Accounts in their order, each with its calendars: its own first, the others by name.

    Left out is what is hidden in Google's list, unless it is shown here.
    """
    ordered = sorted(calendars, key=lambda each: (not each.primary, str(each).lower()))
    return [
        AccountGroup(
            name=str(account),
            paused=_PAUSED.get(account.status, ""),
            calendars=[
                shown_calendar(each, now=now)
                for each in ordered
                if each.account_id == account.pk and (each.selected or not each.hidden)
            ],
        )
        for account in accounts
    ]


def small_month(
    *,
    month: dt.date,
    view_name: str,
    at: dt.date,
    shown: tuple[dt.date, dt.date],
    today: dt.date,
    member: Member,
) -> SmallMonth:
    """The month of ``month`` for a view that shows the dates of ``shown``, both inclusive."""
    weeks = layout.weeks_of(month, week_start=member.week_start, weeks=_WEEKS)
    first = month.replace(day=1)
    previous = (first - dt.timedelta(days=1)).replace(day=1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return SmallMonth(
        title=f"{first:%B %Y}",
        view=view_name.removeprefix("calendar-"),
        at=at,
        previous=previous,
        previous_url=address(view_name, previous),
        following=following,
        following_url=address(view_name, following),
        weekdays=[(f"{day:%A}", f"{day:%A}"[0]) for day in weeks[0]],
        rows=markup.safe(
            f"<tr>{''.join(_small_day(day, first, view_name, shown, today) for day in week)}</tr>"
            for week in weeks
        ),
    )


def _small_day(
    day: dt.date, first: dt.date, view_name: str, shown: tuple[dt.date, dt.date], today: dt.date
) -> str:
    names = [
        ("is-other", day.month != first.month),
        ("is-shown", view_name != "calendar-month" and shown[0] <= day <= shown[1]),
        ("is-today", day == today),
    ]
    return markup.small_day(
        day,
        url=address(view_name, day),
        classes=" ".join(name for name, holds in names if holds),
        is_today=day == today,
    )


def shown_calendar(calendar: Calendar, *, now: dt.datetime) -> ShownCalendar:
    at = freshness.last_success(calendar.sync_state)
    return ShownCalendar(
        pk=calendar.pk,
        google_id=calendar.google_id,
        name=str(calendar),
        tint=tint(calendar_colour=calendar.background_color),
        selected=calendar.selected,
        note="not here yet" if at is None else ago(now - at),
        stale=freshness.is_stale(calendar.sync_state, now=now),
        read_only=not calendar.writable,
    )


def filling(calendars: Sequence[Calendar]) -> dict[str, Any] | None:
    """How many calendars have arrived, while some have not."""
    here = sum(freshness.last_success(each.sync_state) is not None for each in calendars)
    return {"here": here, "all": len(calendars)} if here < len(calendars) else None
