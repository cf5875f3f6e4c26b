"""Agenda: a list by day, which grows as one reads on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string

from calendars.web import layout, markup
from calendars.web.addresses import address
from calendars.web.views.live import LiveView
from calendars.web.views.shell import cards, shell, substance, today_of
from calendars.web.words import days_title

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.web.cards import Card

AGENDA_DAYS: Final = 14
_ENOUGH_ROWS: Final = 5
MOST_DAYS: Final = 26 * AGENDA_DAYS
"""A year. Then Later leads on, for a page has to end somewhere."""


def agenda_view(
    *, member: Member, day: dt.date, now: dt.datetime, days: int = AGENDA_DAYS
) -> LiveView:
    """``days`` from ``day``, those without events left out, but for today."""
    last = day + dt.timedelta(days=days - 1)
    found = cards(member, first=day, days=days, now=now)
    frame = shell(
        member=member,
        view_name="calendar-agenda",
        day=day,
        shown=(day, last),
        steps=(day - dt.timedelta(days=AGENDA_DAYS), last + dt.timedelta(days=1)),
        now=now,
    )
    page = address("calendar-agenda", day)
    url = page if days == AGENDA_DAYS else f"{page}?days={days}"
    today = today_of(member, now)
    by_date = _by_date(found, day, last, member)
    context = {
        "days": [
            {
                "date": date,
                "is_today": date == today,
                "is_past": date < today,
                "url": address("calendar-day", date),
                "rows": markup.safe(markup.row(card, day=date, view_url=page) for card in cards_of),
            }
            for date, cards_of in by_date.items()
            if cards_of or date == today
        ],
        "empty_sentence": "" if any(by_date.values()) else _nothing(frame["notices"], days),
        "more_url": f"{page}?days={_more(days, by_date)}" if days < MOST_DAYS else "",
        "later_url": frame["next_url"],
        "last": last,
    }
    return LiveView(
        url=url,
        drawn=render_to_string("calendar/_agenda.html", context),
        substance=substance(found, first=day, last=last, zone=member.zone),
        context={**frame, "title": days_title(day, last)},
    )


def _by_date(
    found: list[Card], first: dt.date, last: dt.date, member: Member
) -> dict[dt.date, list[Card]]:
    dates = [first + dt.timedelta(days=count) for count in range((last - first).days + 1)]
    by_date: dict[dt.date, list[Card]] = {date: [] for date in dates}
    for card in sorted(found, key=lambda card: (card.start_date is None, card.start_ts)):
        begin, finish = layout.dates_of(card, zone=member.zone)
        for count in range((min(finish, last) - max(begin, first)).days + 1):
            by_date[max(begin, first) + dt.timedelta(days=count)].append(card)
    return by_date


def _more(days: int, by_date: dict[dt.date, list[Card]]) -> int:
    """How many days to show next: of a time with little in it many, not a few again and again."""
    lately = sum(len(cards_of) for cards_of in list(by_date.values())[-AGENDA_DAYS:])
    return min(days + (AGENDA_DAYS if lately >= _ENOUGH_ROWS else days), MOST_DAYS)


def _nothing(notices: list[object], days: int) -> str:
    weeks = "these two weeks" if days == AGENDA_DAYS else f"these {days // 7} weeks"
    return f"No events are known in {weeks}." if notices else f"No events in {weeks}."
