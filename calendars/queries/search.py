"""Finding events by the words in them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from calendars.errors import InvalidInputError
from calendars.models.resource_field import unpack
from calendars.queries import freshness
from calendars.queries.events import (
    MOST_DAYS,
    MOST_EVENTS,
    EventPage,
    calendars_read,
    cursor_of,
    page_metadata,
    position_of,
)
from calendars.queries.occurrences import rows_in
from calendars.queries.spans import asked_span
from calendars.queries.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from accounts.models import Member
    from calendars.queries.occurrences import Row
    from calendars.queries.spans import TimeSpan

MOST_WORDS = 20
_A_YEAR = dt.timedelta(days=365)


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
    """Occurrences whose event holds every word of ``q``, by start, whatever the letters' case.

    Looked at are title, description, place, guests and organizer; from a year ago to a year ahead
    where the span does not say. Raises InvalidInputError, NotFoundError, NoGoogleAccountError.
    """
    words = _words(q)
    if not 1 <= limit <= MOST_EVENTS:
        raise _refused("limit", f"limit is a number from 1 to {MOST_EVENTS}.")
    after = position_of(cursor)
    span = _span(time_min, time_max, now)
    calendars = calendars_read(member=member, calendar_ids=calendar_ids)
    metadata = page_metadata(member=member, calendars=calendars, span=span, now=now)
    found = _Found(words)
    rows = [row for row in rows_in(calendars, span, after=after) if found.holds(row)]
    if len(rows) > limit:
        rows = rows[:limit]
        metadata["next_cursor"] = cursor_of(rows[-1].position)
    uncovered = [each for each in calendars if not freshness.covers(each, span)]
    return EventPage(texts_of(rows, calendars), metadata, etag="", uncovered=uncovered)


def _span(time_min: dt.datetime | None, time_max: dt.datetime | None, now: dt.datetime) -> TimeSpan:
    try:
        start = time_min or (time_max or now) - _A_YEAR
        end = time_max or (time_min or now) + _A_YEAR
    except OverflowError:
        raise _refused("time_min", "This time is too far away.") from None
    return asked_span(time_min=start, time_max=end, most_days=MOST_DAYS)


class _Found:
    """Which events hold the words; each is looked at once."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._known: dict[int, bool] = {}

    def holds(self, row: Row) -> bool:
        if row.event_pk not in self._known:
            self._known[row.event_pk] = self._holds(unpack(row.packed))
        return self._known[row.event_pk]

    def _holds(self, text: str) -> bool:
        folded = text.casefold()
        if not all(word in folded for word in self.words if word.isalnum()):
            return False
        searched = "\n".join(_searched(json.loads(text))).casefold()
        return all(word in searched for word in self.words)


def _searched(resource: dict[str, Any]) -> Iterator[str]:
    for name in ("summary", "description", "location"):
        yield str(resource.get(name) or "")
    for person in [resource.get("organizer") or {}, *(resource.get("attendees") or [])]:
        yield f"{person.get('displayName', '')} {person.get('email', '')}"


def _words(q: str) -> list[str]:
    words = q.casefold().split()
    if not words:
        raise _refused("q", "Say what to search for.")
    if len(words) > MOST_WORDS:
        raise _refused("q", f"{MOST_WORDS} words can be searched for at once.")
    return words


def _refused(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={name: sentence})
