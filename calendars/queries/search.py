"""Finding events by the words in them."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from calendars.errors import InvalidInputError
from calendars.queries import freshness
from calendars.queries.events import (
    MOST_DAYS,
    MOST_EVENTS,
    EventPage,
    calendars_read,
    grid_of,
    page_metadata,
)
from calendars.queries.matches import BEFORE_ALL, Place, matches
from calendars.queries.nearest import nearest_rows
from calendars.queries.spans import asked_span
from calendars.queries.texts import texts_of
from calendars.search_words import wanted_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import Member
    from calendars.models import Calendar
    from calendars.queries.events import GridOccurrence, Metadata
    from calendars.queries.matches import Match
    from calendars.queries.occurrences import Row
    from calendars.queries.spans import TimeSpan
    from calendars.search_words import Wanted

MOST_WORDS = 20
MOST_OF_A_SERIES = 3
"""How many occurrences stand for a series, so that a daily one does not fill the page."""
_A_YEAR = dt.timedelta(days=365)
_MOST_ROUNDS = 5
_LARGEST = 2**53


class _Cursor(NamedTuple):
    """``near`` is kept from page to page, or the order would shift while somebody reads on."""

    near: int
    after: Place


def search_events(
    *,
    member: Member,
    q: str,
    time_min: dt.datetime | None = None,
    time_max: dt.datetime | None = None,
    calendar_ids: Sequence[str] | None = None,
    limit: int = 50,
    cursor: str | None = None,
    now: dt.datetime,
) -> EventPage:
    """Occurrences whose event holds a word that begins with each word of ``q``, best first.

    Searched are title, place, description and guests; case, accents and the spelling of umlauts
    do not matter (``search_words``), and ``matches`` says what is better. A series is shown by
    its nearest occurrences, together. From a year ago to a year ahead where the span does not
    say. A page may be short, even empty, where another one follows: ``next_cursor`` tells. Raises
    InvalidInputError, NotFoundError, NoGoogleAccountError.
    """
    if not 1 <= limit <= MOST_EVENTS:
        raise _refused("limit", f"limit is a number from 1 to {MOST_EVENTS}.")
    asked = _asked(member, q, _span(time_min, time_max, now), calendar_ids, cursor, now=now)
    groups, metadata = _answered(asked, member, limit, now=now)
    rows = [row for group in groups for row in group]
    uncovered = [each for each in asked.calendars if not freshness.covers(each, asked.span)]
    return EventPage(texts_of(rows, asked.calendars), metadata, etag="", uncovered=uncovered)


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of the web shows: each event or series once, by its nearest occurrence."""

    occurrences: list[GridOccurrence]
    calendar_count: int
    metadata: Metadata


def search_for_page(
    *, member: Member, q: str, limit: int, cursor: str | None = None, now: dt.datetime
) -> Found:
    """``search_events`` over a year to either side, in the calendars that the member shows.

    Of a series the next occurrence stands for all, or the last one if there is none to come.
    """
    asked = _asked(member, q, _span(None, None, now), None, cursor, now=now)
    groups, metadata = _answered(asked, member, limit, now=now)
    rows = [_speaking(group, int(now.timestamp())) for group in groups if group]
    return Found(grid_of(rows, asked.calendars), len(asked.calendars), metadata)


def _speaking(rows: Sequence[Row], now: int) -> Row:
    ahead = [row for row in rows if row.end_ts > now]
    return min(ahead or rows, key=lambda row: abs(row.start_ts - now))


def _asked(
    member: Member,
    q: str,
    span: TimeSpan,
    calendar_ids: Sequence[str] | None,
    cursor: str | None,
    *,
    now: dt.datetime,
) -> _Search:
    place = _read(cursor) if cursor is not None else _Cursor(int(now.timestamp()), BEFORE_ALL)
    words = _words(q)
    calendars = calendars_read(member=member, calendar_ids=calendar_ids)
    return _Search(calendars, words, span, place)


def _answered(
    asked: _Search, member: Member, limit: int, *, now: dt.datetime
) -> tuple[list[list[Row]], Metadata]:
    metadata = page_metadata(member=member, calendars=asked.calendars, span=asked.span, now=now)
    groups, last = asked.page(limit)
    if last is not None:
        metadata["next_cursor"] = _written(_Cursor(asked.place.near, last))
    return groups, metadata


@dataclass(frozen=True, slots=True)
class _Search:
    """One question, asked in portions until a page is full."""

    calendars: Sequence[Calendar]
    words: Sequence[Wanted]
    span: TimeSpan
    place: _Cursor

    def page(self, limit: int) -> tuple[list[list[Row]], Place | None]:
        """The rows of a page by event, at most so many, and the place after which the next one
        begins if there is one.
        """
        groups: list[list[Row]] = []
        room, after = limit, self.place.after
        for _ in range(_MOST_ROUNDS):
            hits, last = matches(
                self.calendars,
                self.words,
                self.span,
                near=self.place.near,
                after=after,
                limit=limit + 1,
            )
            for hit, shown in self._shown(hits):
                if groups and len(shown) > room:
                    return groups, after
                groups += [shown[:limit]] if shown else []
                room -= len(shown)
                after = hit.place
            if last is None:
                return groups, None
            after = last
        return groups, after

    def _shown(self, hits: Sequence[Match]) -> Iterable[tuple[Match, list[Row]]]:
        events = [event for hit in hits for event in hit.events]
        found = nearest_rows(
            self.calendars, events, self.span, near=self.place.near, most=MOST_OF_A_SERIES
        )
        for hit in hits:
            if len(hit.events) == 1:
                yield hit, found[hit.events[0]]
                continue
            rows = [row for event in hit.events for row in found[event]]
            rows.sort(key=lambda row: abs(row.start_ts - self.place.near))
            yield hit, sorted(rows[:MOST_OF_A_SERIES], key=lambda row: row.position)


def _span(time_min: dt.datetime | None, time_max: dt.datetime | None, now: dt.datetime) -> TimeSpan:
    try:
        start = time_min or (time_max or now) - _A_YEAR
        end = time_max or (time_min or now) + _A_YEAR
    except OverflowError:
        raise _refused("time_min", "This time is too far away.") from None
    return asked_span(time_min=start, time_max=end, most_days=MOST_DAYS)


def _words(q: str) -> list[Wanted]:
    words = wanted_words(q)
    if not words:
        raise _refused("q", "Say what to search for: a word of letters or digits.")
    if len(words) > MOST_WORDS:
        raise _refused("q", f"{MOST_WORDS} words can be searched for at once.")
    return words


def _written(cursor: _Cursor) -> str:
    text = f"{cursor.near}.{cursor.after.distance}.{cursor.after.key}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> _Cursor:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        near, distance, key = (int(part) for part in text.split(".") if len(part) < 19)
        if max(abs(near), abs(distance), abs(key)) > _LARGEST:
            raise ValueError
    except ValueError:
        raise _refused("cursor", "This cursor is not one that a page gave.") from None
    return _Cursor(near, Place(distance, key))


def _refused(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})
