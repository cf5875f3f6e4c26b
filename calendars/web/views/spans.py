"""The pages that show a span of time: week and agenda."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import accounts_of
from calendars.commands.calendars import want_span
from calendars.queries import freshness
from calendars.queries.access import calendars_of
from calendars.queries.events import calendars_read, occurrences_for_grid
from calendars.queries.spans import asked_span
from calendars.web import layout
from calendars.web.cards import card_of
from calendars.web.edge import MemberRequest, member_page
from calendars.web.notices import notices_of
from calendars.web.style_classes import place
from calendars.web.views.live import LiveView, answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from django.http import HttpResponse

    from accounts.models import Member
    from calendars.web.cards import Card

AGENDA_DAYS = 14


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    return redirect("calendar-week", day=_today(request.user, timezone.now()))


@require_safe
@member_page
def week(request: MemberRequest, day: dt.date) -> HttpResponse:
    return _span_page(request, week_view, day)


@require_safe
@member_page
def agenda(request: MemberRequest, day: dt.date) -> HttpResponse:
    return _span_page(request, agenda_view, day)


def week_view(*, member: Member, day: dt.date, now: dt.datetime) -> LiveView:
    """The week that holds ``day``, from the weekday on which the member's weeks start."""
    first, last = shown_dates("calendar-week", day, member=member)
    cards = _cards(member, first=first, days=7, now=now)
    grid = layout.grid(cards, first=first, days=7, zone=member.zone)
    context = _common(member, "calendar-week", day=day, first=first, days=7, now=now)
    return LiveView(
        url=_address("calendar-week", day),
        fragment="calendar/_week.html",
        context=context
        | {
            "title": _title(first, last),
            "zone": member.time_zone,
            "zone_short": _zone_name(member, first),
            "hours": [
                {"label": f"{hour:02}:00", "place": place(row=hour * 12 + 1, rows=12)}
                for hour in range(24)
            ],
            "days": [_week_day(column, member=member, now=now) for column in grid.days],
            "bars": [_bar(bar) for bar in grid.bars],
        },
    )


def agenda_view(*, member: Member, day: dt.date, now: dt.datetime) -> LiveView:
    """Two weeks from ``day``, by day; days without events are left out, but for today."""
    cards = _cards(member, first=day, days=AGENDA_DAYS, now=now)
    today = _today(member, now)
    dates = [day + dt.timedelta(days=count) for count in range(AGENDA_DAYS)]
    by_date: dict[dt.date, list[Card]] = {date: [] for date in dates}
    for card in sorted(cards, key=lambda card: (card.start_date is None, card.start_ts)):
        begin, finish = layout.dates_of(card, zone=member.zone)
        for date in dates:
            if begin <= date <= finish:
                by_date[date].append(card)
    context = _common(member, "calendar-agenda", day=day, first=day, days=AGENDA_DAYS, now=now)
    return LiveView(
        url=_address("calendar-agenda", day),
        fragment="calendar/_agenda.html",
        context=context
        | {
            "title": _title(day, dates[-1]),
            "days": [
                {"date": date, "is_today": date == today, "cards": found}
                for date, found in by_date.items()
                if found or date == today
            ],
            "is_empty": not cards,
            "empty_sentence": "No events are known in these two weeks."
            if context["notices"]
            else "No events in these two weeks.",
        },
    )


def shown_dates(view_name: str, day: dt.date, *, member: Member) -> tuple[dt.date, dt.date]:
    """First and last date of a view of ``day``."""
    if view_name == "calendar-week":
        first = layout.week_of(day, week_start=member.week_start)
        return first, first + dt.timedelta(days=6)
    return day, day + dt.timedelta(days=AGENDA_DAYS - 1)


def _span_page(request: MemberRequest, view: Callable[..., LiveView], day: dt.date) -> HttpResponse:
    if not accounts_of(request.user).exists():
        return render(request, "calendar/empty.html")
    return answer(request, view(member=request.user, day=day, now=timezone.now()))


def _cards(member: Member, *, first: dt.date, days: int, now: dt.datetime) -> list[Card]:
    # A day wider on both sides: all-day events stand at midnights of their calendar's zone, which
    # may be a day from the member's. The layout leaves out what does not touch the days shown.
    start, end = _moments(first - dt.timedelta(days=1), days + 2, zone=member.zone)
    found = occurrences_for_grid(member=member, time_min=start, time_max=end)
    return [card_of(occurrence, zone=member.zone, now=now) for occurrence in found]


def _moments(first: dt.date, days: int, *, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    begin, _ = layout.day_span(first, zone=zone)
    end, _ = layout.day_span(first + dt.timedelta(days=days), zone=zone)
    return dt.datetime.fromtimestamp(begin, dt.UTC), dt.datetime.fromtimestamp(end, dt.UTC)


def _common(
    member: Member, view_name: str, *, day: dt.date, first: dt.date, days: int, now: dt.datetime
) -> dict[str, Any]:
    here = _address(view_name, day)
    start, end = _moments(first, days, zone=member.zone)
    shown = calendars_read(member=member, calendar_ids=None)
    span = asked_span(time_min=start, time_max=end, most_days=days + 3)
    uncovered = [calendar for calendar in shown if not freshness.covers(calendar, span)]
    want_span(calendars=uncovered, time_min=start, time_max=end, now=now)
    return {
        "view_name": view_name,
        "today_url": _address(view_name, _today(member, now)),
        "previous_url": _address_or_none(view_name, first - dt.timedelta(days=days)),
        "next_url": _address_or_none(view_name, first + dt.timedelta(days=days)),
        "week_url": _address("calendar-week", day),
        "agenda_url": _address("calendar-agenda", day),
        "create_url": f"{reverse('event-create')}?{urlencode({'next': here})}",
        "notices": notices_of(
            shown=shown,
            known_count=len(shown) or calendars_of(member).count(),
            coverage=freshness.coverage(shown, span),
            zone=member.zone,
        ),
    }


def _week_day(
    column: layout.DayColumn[Card], *, member: Member, now: dt.datetime
) -> dict[str, Any]:
    instant = int(now.timestamp())
    today = column.start <= instant < column.end
    return {
        "date": column.date,
        "agenda_url": _address_or_none("calendar-agenda", column.date) or "",
        "is_today": today,
        "is_past": column.end <= instant,
        "now_class": place(row=layout.row_at(instant, start=column.start)) if today else "",
        "length_note": _length_note(column),
        "slots": [_slot(slot, column.date, member) for slot in column.slots],
        "clusters": [
            {
                "place": place(row=cluster.row, rows=cluster.rows),
                "blocks": [_block(block) for block in cluster.blocks],
            }
            for cluster in column.clusters
        ],
    }


def _slot(slot: layout.Slot, day: dt.date, member: Member) -> dict[str, Any]:
    opens, closes = member.working_day_start.hour, member.working_day_end.hour
    label = f"{slot.hour:02}:00"
    return {
        "place": place(row=slot.row, rows=slot.rows),
        "label": f"{label} again" if slot.repeated else label,
        "start": f"{day.isoformat()}T{label}",
        "works": day.weekday() in member.working_days and opens <= slot.hour < closes,
    }


def _block(block: layout.Block[Card]) -> dict[str, Any]:
    return {
        "item": block.item,
        "rows": block.rows,
        "begins": block.begins,
        "ends": block.ends,
        "place": place(row=block.row, rows=block.rows, column=block.column, columns=block.columns),
    }


def _bar(bar: layout.Bar[Card]) -> dict[str, Any]:
    return {
        "item": bar.item,
        "begins": bar.begins,
        "ends": bar.ends,
        "place": place(row=bar.lane, column=bar.column, columns=bar.columns),
    }


def _length_note(column: layout.DayColumn[Card]) -> str:
    if not column.changes_clocks:
        return ""
    hours = (column.end - column.start) / 3600
    return f"{hours:g} hours" if hours else "Skipped here"


def _today(member: Member, now: dt.datetime) -> dt.date:
    return now.astimezone(member.zone).date()


def _zone_name(member: Member, first: dt.date) -> str:
    noon = dt.datetime.combine(first, dt.time(12), member.zone)
    return noon.tzname() or member.time_zone


def _title(first: dt.date, last: dt.date) -> str:
    dash = " \N{EN DASH} "
    if first.year != last.year:
        return f"{first:%-d %b %Y}{dash}{last:%-d %b %Y}"
    if first.month != last.month:
        return f"{first:%-d %b}{dash}{last:%-d %b %Y}"
    return f"{first.day}{dash}{last:%-d %B %Y}"


def _address(view_name: str, day: dt.date) -> str:
    return reverse(view_name, args=[day])


def _address_or_none(view_name: str, day: dt.date) -> str | None:
    """None where the years end that addresses can name."""
    try:
        return _address(view_name, day)
    except NoReverseMatch:
        return None


VIEWS: dict[str, Callable[..., LiveView]] = {
    "calendar-week": week_view,
    "calendar-agenda": agenda_view,
}
