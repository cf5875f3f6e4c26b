"""Month: bars for what takes days, pills for the rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from calendars.web import layout, markup
from calendars.web.addresses import address
from calendars.web.style_classes import place
from calendars.web.views.live import LiveView
from calendars.web.views.shell import cards, create_url, shell, today_of

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.web.cards import Card


def month_view(*, member: Member, day: dt.date, now: dt.datetime) -> LiveView:
    """The month that holds ``day``, in whole weeks."""
    first, last = month_dates(day, member=member)
    found = cards(member, first=first, days=(last - first).days + 1, now=now)
    weeks = layout.month(found, day=day, week_start=member.week_start, zone=member.zone)
    url, today = address("calendar-month", day), today_of(member, now)
    context = {
        "weekdays": [each.date for each in weeks[0].days],
        "weeks": [_week(week, day=day, today=today, url=url) for week in weeks],
    }
    month = day.replace(day=1)
    return LiveView(
        url=url,
        drawn=render_to_string("calendar/_month.html", context),
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
    first = week.days[0].date
    return {
        "number": first.isocalendar().week if first.weekday() == 0 else "",
        "days": [
            {
                "date": each.date,
                "column": place(column=column),
                "is_other": each.date.month != day.month,
                "is_today": each.date == today,
                "is_weekend": each.date.weekday() > 4,
                "url": address("calendar-day", each.date),
                "create_url": f"{create_url('calendar-month', day)}&start={each.date}",
                "hidden": [{"lanes": n, "count": count} for n, count in each.hidden.items()],
            }
            for column, each in enumerate(week.days, start=1)
        ],
        "bars": markup.safe(
            markup.month_bar(bar, first=first, view_url=url)
            for bar in sorted(week.bars, key=lambda bar: (bar.bar.column, bar.bar.lane))
            if bar.bar.lane <= layout.MOST_LANES
        ),
    }
