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
    words = _words(q)
    if not 1 <= limit <= MOST_EVENTS:
        raise _refused("limit", f"limit is a number from 1 to {MOST_EVENTS}.")
    place = _read(cursor) if cursor is not None else _Cursor(int(now.timestamp()), BEFORE_ALL)
    span = _span(time_min, time_max, now)
    calendars = calendars_read(member=member, calendar_ids=calendar_ids)
    metadata = page_metadata(member=member, calendars=calendars, span=span, now=now)
    rows, last = _Search(calendars, words, span, place.near).page(place.after, limit)
    if last is not None:
        metadata["next_cursor"] = _written(_Cursor(place.near, last))
    uncovered = [each for each in calendars if not freshness.covers(each, span)]
    return EventPage(texts_of(rows, calendars), metadata, etag="", uncovered=uncovered)


@dataclass(frozen=True, slots=True)
class _Search:
    """One question, asked in portions until a page is full."""

    calendars: Sequence[Calendar]
    words: Sequence[Wanted]
    span: TimeSpan
    near: int

    def page(self, after: Place, limit: int) -> tuple[list[Row], Place | None]:
        """The rows of a page, and the place after which the next one begins if there is one."""
        rows: list[Row] = []
        for _ in range(_MOST_ROUNDS):
            hits, last = matches(
                self.calendars,
                self.words,
                self.span,
                near=self.near,
                after=after,
                limit=limit + 1,
            )
            for hit, shown in self._shown(hits):
                if rows and len(rows) + len(shown) > limit:
                    return rows, after
                rows += shown[:limit]
                after = hit.place
            if last is None:
                return rows, None
            after = last
        return rows, after

    def _shown(self, hits: Sequence[Match]) -> Iterable[tuple[Match, list[Row]]]:
        events = [event for hit in hits for event in hit.events]
        found = nearest_rows(
            self.calendars, events, self.span, near=self.near, most=MOST_OF_A_SERIES
        )
        for hit in hits:
            rows = [row for event in hit.events for row in found[event]]
            rows.sort(key=lambda row: abs(row.start_ts - self.near))
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
