"""HTML of what a page shows by the dozen: events, hours, slots, days of a small month.

Everything else is a template. These were templates too: a week of 60 events cost 26 ms of processor
time as such and 14 ms like this, with more on the page.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from django.utils.safestring import SafeString, mark_safe

from calendars.web.addresses import address
from calendars.web.style_classes import lines, place
from calendars.web.words import long_day, short_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calendars.web.cards import Card, Sign
    from calendars.web.layout import Bar, Block, MonthBar, Slot
    from calendars.web.overlay import Colleague

_SHORT_ROWS: Final = 9
"""Below it a block has one line for everything."""


def safe(parts: Iterable[str]) -> SafeString:
    """Parts that were made here, or escaped."""
    return mark_safe("".join(parts))  # noqa: S308


def block(placed: Block[Card], *, day: dt.date, view_url: str) -> str:
    """An event of a day with hours."""
    card = placed.item
    short = placed.rows < _SHORT_ROWS
    clock, unseen = (card.begins, _unseen(card, card.when)) if short else (card.when, _unseen(card))
    unheard = ' aria-hidden="true"' if short else ""
    where = f'<span class="where">{escape(card.place)}</span>' if card.place else ""
    position = place(row=placed.row, rows=placed.rows, column=placed.column, columns=placed.columns)
    return (
        f'<a class="event block {card.classes} {position}'
        f'{" is-short" if short else lines(placed.rows)}{_ends(placed)}" '
        f'id="e{day:%m%d}-{card.key}" href="{escape(card.url)}?next={view_url}">'
        f'<span class="words">{badge(card.badge)}<span class="title">{escape(card.title)}</span> '
        f'<span class="when"{unheard}>{clock}</span>'
        f"{_signs(card.signs)}{where}</span>{unseen}</a>"
    )


def bar(placed: Bar[Card], *, first: dt.date, view_url: str) -> str:
    """An event of the all-day lane over the days from ``first``."""
    card = placed.item
    position = place(row=placed.lane, column=placed.column, columns=placed.columns)
    return (
        f'<a class="event bar {card.classes} {position}{_ends(placed)}" id="b-{card.key}" '
        f'href="{escape(card.url)}?next={view_url}">{badge(card.badge)}'
        f'<span class="title">{escape(card.title)}</span>{_signs(card.signs)}'
        f"{_unseen(card, _dated(card, placed, first))}</a>"
    )


def month_bar(placed: MonthBar[Card], *, first: dt.date, view_url: str) -> str:
    """An event of a month: a bar if it takes days, else a pill with its time."""
    bar, card = placed.bar, placed.bar.item
    position = place(row=bar.lane + 1, column=bar.column, columns=bar.columns)
    spans = card.start_date is not None or bar.columns > 1 or not (bar.begins and bar.ends)
    clock = "" if spans else f'<span class="when">{card.begins}</span> '
    hides = f" t{placed.hidden_up_to}" if placed.hidden_up_to else ""
    return (
        f'<a class="event {"bar" if spans else "pill"} {card.classes} {position}{hides}'
        f'{_ends(bar)}" id="m{first:%m%d}-{card.key}" href="{escape(card.url)}?next={view_url}">'
        f'{badge(card.badge)}{clock}<span class="title">{escape(card.title)}</span>'
        f"{_signs(card.signs)}{_unseen(card, _dated(card, bar, first))}</a>"
    )


def month_day(day: dt.date, *, column: int, classes: str, create_url: str) -> str:
    """A day of a month: where a click makes an event, and its number. ``classes`` start blank."""
    place_class = place(column=column)
    month = f'<span class="month-name" aria-hidden="true"> {day:%b}</span>' if day.day == 1 else ""
    today = ", today" if "is-today" in classes else ""
    return (
        f'<a class="month-slot {place_class}{classes}" tabindex="-1" aria-hidden="true" '
        f'href="{create_url}&amp;start={day}"></a>'
        f'<h2 class="month-day {place_class}{classes}">'
        f'<a href="{address("calendar-day", day)}" hx-boost="false">'
        f'<span class="number">{day.day}</span>{month}'
        f'<span class="visually-hidden"> {day:%B}{today}</span></a></h2>'
    )


def month_more(day: dt.date, *, column: int, lanes: int, count: int) -> str:
    """What a day hides where just so many lanes fit."""
    return (
        f'<a class="more k{lanes} {place(column=column)}" href="{address("calendar-day", day)}" '
        f'hx-boost="false">+{count}<span class="word"> more</span>'
        f'<span class="visually-hidden"> on {day.day} {day:%B}</span></a>'
    )


def row(card: Card, *, day: dt.date, view_url: str) -> str:
    """An event of the agenda."""
    texts = (card.notes, card.place, card.calendar)
    about = " · ".join(escape(text) for text in texts if text)
    words = "".join(f'<span class="word">{sign.word}</span>' for sign in card.signs)
    return (
        f'<li><a class="event row {card.classes}" id="a{day:%m%d}-{card.key}" '
        f'href="{escape(card.url)}?next={view_url}"><span class="when">{card.when}</span>'
        f'<span class="what"><span class="title">{escape(card.title)}</span> '
        f"{badge(card.badge)}{_signs(card.signs)}"
        f'<span class="visually-hidden">{words}</span></span>'
        f'<span class="where">{about}</span></a></li>'
    )


def hour(*, row: int, rows: int, label: str, second: str) -> str:
    """An hour beside the days; ``second`` is the same in a second zone, if there is one."""
    beside = f'<span class="second">{second}</span>' if second else ""
    return f'<div class="hour {place(row=row, rows=rows)}">{beside}<span>{label}</span></div>'


def slot(each: Slot, *, day: dt.date, label: str, shows_label: bool, create_url: str) -> str:
    """An hour of a day, on which a click makes an event. Who hears the page has Create for that."""
    text = f"<span>{label} again</span>" if each.repeated else f"<span>{label}</span>"
    return (
        f'<a class="slot {place(row=each.row, rows=each.rows)}" tabindex="-1" aria-hidden="true" '
        f'href="{create_url}&amp;start={day}T{each.hour:02}:00">{text if shows_label else ""}</a>'
    )


def busy_strip(person: Colleague, *, row: int, rows: int, when: str, known: bool) -> str:
    """A part of a day at whose side somebody else is busy, or may be."""
    says = f"{person.name} is busy" if known else f"Not known whether {person.name} is busy"
    return (
        f'<li class="strip {person.tint} n{person.lane} {place(row=row, rows=rows)}'
        f'{"" if known else " is-unknown"}" title="{escape(says)}, {when}">'
        f'<span aria-hidden="true">{escape(person.name[:1])}</span>'
        f'<span class="visually-hidden">{escape(says)}, {when}</span></li>'
    )


def small_day(day: dt.date, *, url: str, classes: str, is_today: bool) -> str:
    """A day of the small month in the side bar."""
    link = f' href="{url}"' if url else ""
    today = ' aria-current="date"' if is_today else ""
    return f'<td><a class="{classes}"{link}{today} aria-label="{long_day(day)}">{day.day}</a></td>'


def badge(sign: Sign | None) -> str:
    """The mark of an event that Google does not have as it is here."""
    if sign is None:
        return ""
    return (
        f'<span class="badge {sign.kind}" title="{sign.word}"><i class="icon {sign.kind}" '
        f'aria-hidden="true">{sign.symbol}</i><span class="word">{sign.word}</span></span> '
    )


@lru_cache(maxsize=256)
def _signs(signs: tuple[Sign, ...]) -> str:
    """Small pictures; their words stand in what is not seen."""
    if not signs:
        return ""
    icons = "".join(
        f'<i class="icon {sign.kind}" title="{sign.word}" aria-hidden="true"></i>' for sign in signs
    )
    return f' <span class="signs">{icons}</span>'


def _unseen(card: Card, *more: str) -> str:
    words = (*more, card.calendar, card.notes, *(sign.word for sign in card.signs))
    text = ", ".join(escape(word) for word in words if word)
    return f'<span class="visually-hidden">, {text}</span>'


def _ends(placed: Block[Card] | Bar[Card]) -> str:
    return f"{'' if placed.begins else ' goes-back'}{'' if placed.ends else ' goes-on'}"


def _dated(card: Card, bar: Bar[Card], first: dt.date) -> str:
    day = short_day(first + dt.timedelta(days=bar.column - 1))
    return day if card.when == "All day" else f"{day}, {card.when}"
