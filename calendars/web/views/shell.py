"""What stands around every view of the calendar: steps, views, side bar, notices."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from calendars.commands.calendars import is_within_reach, want_span
from calendars.queries import freshness, sync_health
from calendars.queries.access import first_of_each
from calendars.queries.events import occurrences_for_grid
from calendars.queries.spans import asked_span
from calendars.web import layout
from calendars.web.addresses import address, views_of
from calendars.web.cards import card_of, substance_of
from calendars.web.chip import chip_for
from calendars.web.notices import notices_of
from calendars.web.overlay import people_of
from calendars.web.sidebar import filling, groups_of, small_month
from calendars.web.words import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from accounts.models import Member
    from calendars.web.cards import Card

_STEP_WORDS = {
    "calendar-day": "day",
    "calendar-week": "week",
    "calendar-month": "month",
    "calendar-agenda": "two weeks",
}


def shell(
    *,
    member: Member,
    view_name: str,
    day: dt.date,
    shown: tuple[dt.date, dt.date],
    steps: tuple[dt.date, dt.date],
    now: dt.datetime,
) -> dict[str, Any]:
    """The context around a view of ``day`` that shows some dates, both inclusive.

    ``steps`` are the days that Earlier and Later lead to.
    """
    today = today_of(member, now)
    standing = sync_health.standing_of(member)
    calendars = first_of_each(standing.entries)
    coming = filling(calendars)
    notices, complete = _notices(member, calendars, shown, now=now)
    return {
        "view_name": view_name,
        "step_word": _STEP_WORDS[view_name],
        "today": today,
        "today_url": address(view_name, today),
        "previous_url": address(view_name, steps[0]),
        "next_url": address(view_name, steps[1]),
        "views": views_of(day, view_name),
        "create_url": create_url(view_name, day),
        "create_day": today if shown[0] <= today <= shown[1] else shown[0],
        "month": small_month(
            month=day, view_name=view_name, at=day, shown=shown, today=today, member=member
        ),
        "chip": chip_for(sync_health.status_of(standing, now=now), now=now),
        "groups": groups_of(standing.accounts, calendars, now=now),
        "people": people_of(member),
        "notices": notices,
        "filling": coming,
        "poll_seconds": 10 if complete and not coming else 2,
        "zone": member.time_zone,
        "has_calendars": bool(calendars),
    }


@lru_cache(maxsize=8192)
def create_url(view_name: str, day: dt.date) -> str:
    return f"{reverse('event-create')}?{urlencode({'next': address(view_name, day)})}"


def cards(member: Member, *, first: dt.date, days: int, now: dt.datetime) -> list[Card]:
    """What happens on the days from ``first``, and a little around them."""
    # A day wider on both sides: all-day events stand at midnights of their calendar's zone, which
    # may be a day from the member's. The layout leaves out what does not touch the days shown.
    start, end = moments(first - dt.timedelta(days=1), days + 2, zone=member.zone)
    reader = reader_of(member)
    found = occurrences_for_grid(member=member, time_min=start, time_max=end)
    return [card_of(occurrence, reader=reader, now=now) for occurrence in found]


def substance(
    found: Iterable[Card], *, first: dt.date, last: dt.date, zone: ZoneInfo
) -> list[object]:
    """What happens from ``first`` to ``last``, for ``LiveView.substance``."""
    return [
        substance_of(card)
        for card, (begin, end) in ((card, layout.dates_of(card, zone=zone)) for card in found)
        if begin <= last and end >= first
    ]


def moments(first: dt.date, days: int, *, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    begin, _ = layout.day_span(first, zone=zone)
    end, _ = layout.day_span(first + dt.timedelta(days=days), zone=zone)
    return dt.datetime.fromtimestamp(begin, dt.UTC), dt.datetime.fromtimestamp(end, dt.UTC)


def today_of(member: Member, now: dt.datetime) -> dt.date:
    return now.astimezone(member.zone).date()


def _notices(
    member: Member, calendars: list[Any], shown: tuple[dt.date, dt.date], *, now: dt.datetime
) -> tuple[list[Any], bool]:
    """Sentences about what is not known of the dates, and whether all of it is.

    What is not is wished for here, so it comes by itself unless it is too far away.
    """
    days = (shown[1] - shown[0]).days + 1
    start, end = moments(shown[0], days, zone=member.zone)
    span = asked_span(time_min=start, time_max=end, most_days=days + 3)
    read = [calendar for calendar in calendars if calendar.selected]
    uncovered = [calendar for calendar in read if not freshness.covers(calendar, span)]
    want_span(calendars=uncovered, time_min=start, time_max=end, now=now)
    notices = notices_of(
        shown=read,
        known_count=len(calendars),
        coverage=freshness.coverage(read, span),
        zone=member.zone,
        is_coming=is_within_reach(time_min=start, time_max=end, now=now),
    )
    return notices, not uncovered
