"""Day and week: days with hours, side by side."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from calendars.web import layout, markup
from calendars.web.addresses import address
from calendars.web.overlay import overlays_of
from calendars.web.style_classes import place
from calendars.web.views.live import LiveView
from calendars.web.views.shell import cards, create_url, moments, shell, substance, today_of
from calendars.web.words import (
    TO,
    Reader,
    clock_face,
    days_title,
    place_of,
    reader_of,
    zone_letters,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from accounts.models import Member
    from calendars.web.cards import Card
    from calendars.web.overlay import Overlay

    Column = layout.DayColumn[Card]

_HOUR = 3600
_LANES_IN_SIGHT = 6  # keep in step with .bars.is-full of days.css
_HOURS_BEFORE_WORK = 2
_HOURS_IN_SIGHT = 10  # on a small screen
_HOUR_ROWS = _HOUR // layout.ROW_SECONDS


def day_view(*, member: Member, day: dt.date, now: dt.datetime) -> LiveView:
    return _view("calendar-day", member=member, day=day, first=day, days=1, now=now)


def week_view(*, member: Member, day: dt.date, now: dt.datetime) -> LiveView:
    """The week that holds ``day``, from the weekday on which the member's weeks start."""
    first = layout.week_of(day, week_start=member.week_start)
    return _view("calendar-week", member=member, day=day, first=first, days=7, now=now)


def _view(
    view_name: str, *, member: Member, day: dt.date, first: dt.date, days: int, now: dt.datetime
) -> LiveView:
    last = first + dt.timedelta(days=days - 1)
    found = cards(member, first=first, days=days, now=now)
    grid = layout.grid(found, first=first, days=days, zone=member.zone)
    frame = shell(
        member=member,
        view_name=view_name,
        day=day,
        shown=(first, last),
        steps=(day - dt.timedelta(days=days), day + dt.timedelta(days=days)),
        now=now,
    )
    start, end = moments(first, days, zone=member.zone)
    overlays = overlays_of(frame["people"], member=member, time_min=start, time_max=end, now=now)
    url = address(view_name, day)
    reference = _reference(grid.days, today_of(member, now))
    context = {
        "span_class": f"days-{days} with-{len(overlays)}",
        "has_hours": True,
        "second": _second_zone(member, reference),
        "zone_short": zone_letters(member.zone, reference.date),
        "zone": member.time_zone,
        "hours": _hours(reference, member, alone=days == 1),
        "days": [
            {
                **_day(
                    column, member=member, now=now, url=url, view_name=view_name, alone=days == 1
                ),
                "strips": _strips(column, overlays, reader_of(member)),
                "second_note": _second_note(column, member=member, reference=reference),
            }
            for column in grid.days
        ],
        "has_many_lanes": any(bar.lane > _LANES_IN_SIGHT for bar in grid.bars),
        "begins": place(row=_begins(member, grid.days, now) * _HOUR_ROWS + 1),
        "bars": markup.safe(markup.bar(bar, first=first, view_url=url) for bar in grid.bars),
    }
    return LiveView(
        url=url,
        drawn=render_to_string("calendar/_days.html", context),
        substance=(substance(found, first=first, last=last, zone=member.zone), overlays),
        context={**frame, "title": days_title(first, last)},
    )


def _reference(columns: Sequence[Column], today: dt.date) -> Column:
    """The day that the hours beside the grid are those of."""
    return next((column for column in columns if column.date == today), columns[0])


def _hours(reference: Column, member: Member, *, alone: bool) -> str:
    """The hours beside the grid: of a plain day, for a week has one scale, or of the only day."""
    twelve, second = member.hour_format == "12", member.second_zone
    if alone:
        hours = [(slot.row, slot.rows, slot.hour, slot.start) for slot in reference.slots]
    else:
        hours = [
            (hour * _HOUR_ROWS + 1, _HOUR_ROWS, hour, reference.start + hour * _HOUR)
            for hour in range(24)
        ]
    return markup.safe(
        markup.hour(
            row=row,
            rows=rows,
            label=clock_face(hour, 0, twelve),
            second=Reader(second, twelve).clock_at(start) if second else "",
        )
        for row, rows, hour, start in hours
    )


def _begins(member: Member, columns: Sequence[Column], now: dt.datetime) -> int:
    """The hour from which one looks at a view: a little before work, unless now is out of sight."""
    begins = max(member.working_day_start.hour - _HOURS_BEFORE_WORK, 0)
    if not any(column.start <= now.timestamp() < column.end for column in columns):
        return begins
    hour = now.astimezone(member.zone).hour
    if hour <= begins:
        return max(hour - 1, 0)
    return max(begins, hour - _HOURS_IN_SIGHT + 2)


def _second_zone(member: Member, reference: Column) -> dict[str, str] | None:
    zone = member.second_zone
    if zone is None:
        return None
    return {"name": zone.key, "short": zone_letters(zone, reference.date), "city": place_of(zone)}


def _second_note(column: Column, *, member: Member, reference: Column) -> str:
    """On days on which the zones stand otherwise to each other than the hours show."""
    zone = member.second_zone
    if zone is None or _apart(member.zone, zone, column.date) == _apart(
        member.zone, zone, reference.date
    ):
        return ""
    reader = reader_of(member)
    noon = dt.datetime.combine(column.date, dt.time(12), member.zone)
    there = Reader(zone, reader.twelve).clock(noon.astimezone(zone))
    return f"{reader.clock(noon)} is {there} in {place_of(zone)}"


def _apart(one: ZoneInfo, other: ZoneInfo, day: dt.date) -> dt.timedelta:
    noon = dt.datetime.combine(day, dt.time(12), one)
    return (noon.utcoffset() or dt.timedelta()) - (
        noon.astimezone(other).utcoffset() or dt.timedelta()
    )


def _day(
    column: Column,
    *,
    member: Member,
    now: dt.datetime,
    url: str,
    view_name: str,
    alone: bool,
) -> dict[str, Any]:
    instant = int(now.timestamp())
    today = column.start <= instant < column.end
    row = layout.row_at(instant, start=column.start)
    return {
        "date": column.date.isoformat(),
        "weekday": f"{column.date:%a}",
        "number": column.date.day,
        "month": f"{column.date:%B %Y}",
        "id": f"d{column.date}",
        "url": address("calendar-agenda" if alone else "calendar-day", column.date),
        "is_today": today,
        "is_past": column.end <= instant,
        "now_class": place(row=row) if today else "",
        "length_note": _length_note(column),
        "clocks": layout.clock_change(column, zone=member.zone),
        "works": _works(column, member),
        "slots": _slots(
            column, member=member, create=create_url(view_name, column.date), alone=alone
        ),
        "clusters": markup.safe(_clusters(column, url)),
    }


def _clusters(column: Column, url: str) -> list[str]:
    parts: list[str] = []
    for cluster in column.clusters:
        parts.append(f'<div class="cluster {place(row=cluster.row, rows=cluster.rows)}">')
        parts += [markup.block(block, day=column.date, view_url=url) for block in cluster.blocks]
        parts.append("</div>")
    return parts


def _strips(column: Column, overlays: Sequence[Overlay], reader: Reader) -> str:
    """Beside the events of a day, when each of the shown colleagues is busy."""
    parts = []
    for overlay in overlays:
        for spans, known in ((overlay.busy, True), (overlay.unknown, False)):
            for start, end in spans:
                rows = layout.rows_of(start, end, column=column)
                if rows is None:
                    continue
                begins, ends = max(start, column.start), min(end, column.end)
                when = f"{reader.clock_at(begins)}{TO}{reader.clock_at(ends)}"
                parts.append(
                    markup.busy_strip(
                        overlay.person, row=rows[0], rows=rows[1], when=when, known=known
                    )
                )
    return markup.safe(parts)


def _slots(column: Column, *, member: Member, create: str, alone: bool) -> str:
    """The hours of a day. Where clocks change they are named in the day, for it has its own."""
    twelve = member.hour_format == "12"
    return markup.safe(
        markup.slot(
            slot,
            day=column.date,
            label=clock_face(slot.hour, 0, twelve),
            shows_label=column.changes_clocks and not alone,
            create_url=create,
        )
        for slot in column.slots
    )


def _works(column: Column, member: Member) -> str:
    """Where the working hours of a day are, empty on a free one."""
    if column.date.weekday() not in member.working_days:
        return ""
    row, rows = layout.rows_between(
        member.working_day_start, member.working_day_end, column=column, zone=member.zone
    )
    return place(row=row, rows=rows) if rows > 0 else ""


def _length_note(column: Column) -> str:
    if not column.changes_clocks:
        return ""
    hours = (column.end - column.start) / _HOUR
    return f"{hours:g} hours" if hours else "Skipped here"
