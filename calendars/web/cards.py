"""One occurrence as a page shows it: words, signs and classes. Pure but for the addresses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from calendars.made_ids import google_id_of
from calendars.models import LocalStatus
from calendars.web.style_classes import tint
from calendars.web.words import UNTITLED

if TYPE_CHECKING:
    import datetime as dt

    from calendars.queries.events import GridOccurrence
    from calendars.web.words import Reader


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
_RECURRING: Final = Sign("↻", "Repeats", "recurring")
_MEETING: Final = Sign("▷", "Has a meeting link", "meeting")
_GUESTS: Final = Sign("⚇", "Has guests", "guests")
_PRIVATE: Final = Sign("⚿", "Private", "private")
_TYPES: Final = {
    "outOfOffice": Sign("⏏", "Out of office", "away"),
    "focusTime": Sign("◉", "Focus time", "focus"),
    "workingLocation": Sign("⌂", "Working location", "place"),
    "birthday": Sign("✽", "Birthday", "birthday"),
}
_ANSWERS: Final = {
    "declined": Sign("⊘", "Declined", "declined"),
    "tentative": Sign("?", "Maybe", "maybe"),
    "needsAction": Sign("?", "Not answered", "maybe"),
}
_PASSING: Final = ("is-pending", "is-past")
_MAYBE: Final = Sign("?", "Tentative", "maybe")


@dataclass(frozen=True, slots=True)
class Card:
    """``key`` is an id for the page, ``begins`` the clock at the start, ``notes`` what only the
    look would tell otherwise.
    """

    start_ts: int
    end_ts: int
    start_date: str | None
    end_date: str | None
    key: str
    url: str
    title: str
    when: str
    begins: str
    place: str
    calendar: str
    classes: str
    badge: Sign | None
    signs: tuple[Sign, ...]
    notes: str


def card_of(occurrence: GridOccurrence, *, reader: Reader, now: dt.datetime) -> Card:
    """``occurrence`` in words for its reader."""
    event_id = occurrence.instance_id or occurrence.event_id
    timed = occurrence.start_date is None
    return Card(
        start_ts=occurrence.start_ts,
        end_ts=occurrence.end_ts,
        start_date=occurrence.start_date,
        end_date=occurrence.end_date,
        key=key_of(occurrence.calendar_id, event_id),
        url=_url(occurrence.calendar_id, event_id),
        title=occurrence.summary or ("Busy" if _is_private(occurrence) else UNTITLED),
        when=reader.when(occurrence),
        begins=reader.clock_at(occurrence.start_ts) if timed else "",
        place=occurrence.location,
        calendar=occurrence.calendar_summary,
        classes=_classes(occurrence, past=occurrence.end_ts <= now.timestamp()),
        badge=BADGES.get(occurrence.local_status),
        signs=_signs(occurrence),
        notes="Free" if timed and _is_free(occurrence) else "",
    )


def substance_of(card: Card) -> tuple[object, ...]:
    """What a member would call a change, were it another.

    Not that it has reached Google by now, nor that it is over.
    """
    badge = card.badge.kind if card.badge else ""
    looks = [name for name in card.classes.split() if name not in _PASSING]
    return (
        *(card.key, card.start_ts, card.end_ts, card.start_date, card.end_date),
        *(card.title, card.place, card.calendar, looks, card.signs),
        "" if badge == "pending" else badge,
    )


@lru_cache(maxsize=8192)
def key_of(calendar_id: str, event_id: str) -> str:
    """How a page names the event, wherever it is drawn, before and after Google has it."""
    return blake2s(f"{calendar_id} {google_id_of(event_id)}".encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=8192)
def _url(calendar_id: str, event_id: str) -> str:
    return reverse("event-card", args=[calendar_id, event_id])


def _classes(occurrence: GridOccurrence, *, past: bool) -> str:
    names = [
        tint(
            calendar_colour=occurrence.background_color,
            event_colour_id=occurrence.color_id,
        )
    ]
    if occurrence.response_status in _ANSWERS:
        names.append(f"is-{occurrence.response_status.lower()}")
    elif occurrence.status == "tentative":
        names.append("is-tentative")
    if occurrence.event_type in _TYPES:
        names.append(f"is-{_TYPES[occurrence.event_type].kind}")
    elif _is_free(occurrence):
        names.append("is-free")
    if occurrence.local_status != LocalStatus.SYNCED:
        names.append(f"is-{occurrence.local_status}")
    if past:
        names.append("is-past")
    return " ".join(names)


def _is_private(occurrence: GridOccurrence) -> bool:
    return occurrence.visibility in ("private", "confidential")


def _is_free(occurrence: GridOccurrence) -> bool:
    return occurrence.transparency == "transparent"


def _signs(occurrence: GridOccurrence) -> tuple[Sign, ...]:
    """What an event is first, then how the member stands to it, then what hangs on it."""
    answer = _ANSWERS.get(occurrence.response_status)
    if answer is None and occurrence.status == "tentative":
        answer = _MAYBE
    offered = (
        _TYPES.get(occurrence.event_type),
        answer,
        _PRIVATE if _is_private(occurrence) else None,
        _RECURRING if occurrence.recurring else None,
        _MEETING if occurrence.meeting_link else None,
        _GUESTS if occurrence.has_guests else None,
    )
    return tuple(sign for sign in offered if sign is not None)
