"""One occurrence as a page shows it: words, signs and classes. Pure but for the addresses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from calendars.models import LocalStatus
from calendars.web.layout import dates_of
from calendars.web.style_classes import tint

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from calendars.queries.events import GridOccurrence
    from calendars.web.layout import Placed


@dataclass(frozen=True, slots=True)
class Sign:
    """A symbol with its word, so that neither colour nor shape has to be understood."""

    symbol: str
    word: str
    kind: str


BADGES: Final[dict[str, Sign]] = {
    LocalStatus.PENDING: Sign("⏱", "Pending", "pending"),
    LocalStatus.CONFLICT: Sign("⚠", "Conflict", "conflict"),
    LocalStatus.FAILED: Sign("✕", "Not saved", "failed"),
    LocalStatus.PROPOSED: Sign("✋", "Proposed", "proposed"),
}
_TO: Final = " \N{EN DASH} "
_RECURRING: Final = Sign("↻", "Repeats", "recurring")
_MEETING: Final = Sign("▷", "Has a meeting link", "meeting")
_GUESTS: Final = Sign("⚇", "Has guests", "guests")
_PRIVATE: Final = Sign("⚿", "Private", "private")
_TYPES: Final = {"outOfOffice": "Out of office", "focusTime": "Focus time"}
_ANSWERS: Final = {"declined": "Declined", "tentative": "Maybe", "needsAction": "Not answered"}


@dataclass(frozen=True, slots=True)
class Card:
    """``key`` is an id for the page, ``notes`` what only the look would tell otherwise."""

    start_ts: int
    end_ts: int
    start_date: str | None
    end_date: str | None
    key: str
    url: str
    title: str
    when: str
    place: str
    calendar: str
    classes: str
    badge: Sign | None
    signs: tuple[Sign, ...]
    notes: str


def card_of(occurrence: GridOccurrence, *, zone: ZoneInfo, now: dt.datetime) -> Card:
    """``occurrence`` in words, its times in ``zone``."""
    event_id = occurrence.instance_id or occurrence.event_id
    identity = f"{occurrence.calendar_id} {event_id}".encode()
    return Card(
        start_ts=occurrence.start_ts,
        end_ts=occurrence.end_ts,
        start_date=occurrence.start_date,
        end_date=occurrence.end_date,
        key=blake2s(identity, digest_size=8).hexdigest(),
        url=reverse("event-edit", args=[occurrence.calendar_id, event_id]),
        title=occurrence.summary or ("Busy" if _is_private(occurrence) else "(No title)"),
        when=when_of(occurrence, zone=zone),
        place=occurrence.location,
        calendar=occurrence.calendar_summary,
        classes=_classes(occurrence, past=occurrence.end_ts <= now.timestamp()),
        badge=BADGES.get(occurrence.local_status),
        signs=_signs(occurrence),
        notes=", ".join(_notes(occurrence)),
    )


def when_of(item: Placed, *, zone: ZoneInfo, dated: bool = False) -> str:
    """The time in words short enough for a block: with dates if it takes days, or if asked."""
    first, last = dates_of(item, zone=zone)
    if item.start_date is not None:
        days = _day(first) if first == last else _day(first) + _TO + _day(last)
        return "All day" if first == last and not dated else days
    start = dt.datetime.fromtimestamp(item.start_ts, zone)
    end = dt.datetime.fromtimestamp(item.end_ts, zone)
    if first == last:
        return f"{f'{_day(first)}, ' if dated else ''}{start:%H:%M}{_TO}{end:%H:%M}"
    return f"{_day(first)} {start:%H:%M}{_TO}{_day(end.date())} {end:%H:%M}"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"


def _classes(occurrence: GridOccurrence, *, past: bool) -> str:
    names = [
        tint(
            calendar_colour=occurrence.background_color,
            event_colour_id=occurrence.color_id,
        )
    ]
    if occurrence.response_status in ("declined", "tentative", "needsAction"):
        names.append(f"is-{occurrence.response_status.lower()}")
    if occurrence.transparency == "transparent":
        names.append("is-free")
    if occurrence.event_type in _TYPES:
        names.append("is-away")
    if occurrence.local_status != LocalStatus.SYNCED:
        names.append(f"is-{occurrence.local_status}")
    if past:
        names.append("is-past")
    return " ".join(names)


def _is_private(occurrence: GridOccurrence) -> bool:
    return occurrence.visibility in ("private", "confidential")


def _signs(occurrence: GridOccurrence) -> tuple[Sign, ...]:
    offered = (
        (_PRIVATE, _is_private(occurrence)),
        (_RECURRING, occurrence.recurring),
        (_MEETING, bool(occurrence.meeting_link)),
        (_GUESTS, occurrence.has_guests),
    )
    return tuple(sign for sign, shows in offered if shows)


def _notes(occurrence: GridOccurrence) -> list[str]:
    notes = [_TYPES.get(occurrence.event_type, ""), _ANSWERS.get(occurrence.response_status, "")]
    if occurrence.transparency == "transparent" and occurrence.start_date is None:
        notes.append("Free")
    return [note for note in notes if note]
