"""Month: bars for what takes days, pills for the rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from calendars.web import layout, markup
from calendars.web.addresses import address
from calendars.web.views.live import LiveView
from calendars.web.views.shell import cards, create_url, shell, substance, today_of

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.web.cards import Card

_WEEKEND = (5, 6)


def month_view(*, member: Member, day: dt.date, now: dt.datetime) -> LiveView:
    """The month that holds ``day``, in whole weeks."""
    first, last = month_dates(day, member=member)
    found = cards(member, first=first, days=(last - first).days + 1, now=now)
    weeks = layout.month(found, day=day, week_start=member.week_start, zone=member.zone)
    url, today = address("calendar-month", day), today_of(member, now)
    context = {
        "weekdays": [f"{each.date:%a}" for each in weeks[0].days],
        "weeks": [_week(week, day=day, today=today, url=url) for week in weeks],
    }
    month = day.replace(day=1)
    return LiveView(
        url=url,
        drawn=render_to_string("calendar/_month.html", context),
        substance=substance(found, first=first, last=last, zone=member.zone),
        context={
            **shell(
                member=member,
                view_name="calendar-month",
                day=day,
                shown=(first, last),
                steps=(month - dt.timedelta(days=1), month + dt.timedelta(days=31)),
                now=now,
            ),
            "title": f"{day:%B %Y}",
        },
    )


def month_dates(day: dt.date, *, member: Member) -> tuple[dt.date, dt.date]:
    weeks = layout.weeks_of(day, week_start=member.week_start)
    return weeks[0][0], weeks[-1][-1]


def _week(
    week: layout.MonthWeek[Card], *, day: dt.date, today: dt.date, url: str
) -> dict[str, Any]:
    first, create = week.days[0].date, create_url("calendar-month", day)
    in_order = sorted(week.bars, key=lambda bar: (bar.bar.column, bar.bar.lane))
    return {
        "first": f"{first.day} {first:%B}",
        "days": markup.safe(
            markup.month_day(
                each.date,
                column=column,
                classes=_classes(each.date, day, today),
                create_url=create,
            )
            for column, each in enumerate(week.days, start=1)
        ),
        "bars": markup.safe(
            markup.month_bar(bar, first=first, view_url=url)
            for bar in in_order
            if bar.bar.lane <= layout.MOST_LANES
        ),
        "more": markup.safe(
            markup.month_more(each.date, column=column, lanes=lanes, count=count)
            for column, each in enumerate(week.days, start=1)
            for lanes, count in each.hidden.items()
        ),
    }


def _classes(date: dt.date, day: dt.date, today: dt.date) -> str:
    names = [
        ("is-other", date.month != day.month),
        ("is-today", date == today),
        ("is-weekend", date.weekday() in _WEEKEND),
    ]
    return "".join(f" {name}" for name, holds in names if holds)
