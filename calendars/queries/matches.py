"""Which events hold the words of a question, best first: the one place that reads the index.

Hits are *things*: a single event, or a series together with its exceptions. They are ranked by
how near they are to the moment of asking, the past counting double; a hit whose title holds all
words counts as ninety days nearer. So the next dentist comes before the last one, and both before
a meeting whose notes mention a dentist.

The database orders rows and nothing more: to group all hits of a common word would cost several
times as much. A row that came twice, or whose series was better placed, is passed over here.

PostgreSQL looks for the first page of a single word around the moment first. All hits of a common
word lie in most pages of the table, the nearest fifty in a few; where they do not fill the page,
all are ranked. Several words have fewer hits, and most of the time goes into the index.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from calendars.models import LONG_SECONDS
from calendars.search_index import EVENTS, FULL_TEXT, LASTING, TIMES, VECTOR
from calendars.search_words import TITLE_MARK, holds
from secretary_project.prepared_query import among, prepared_cursor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from calendars.models import Calendar
    from calendars.queries.spans import TimeSpan
    from calendars.search_words import Wanted

_ENDLESS: Final = 2**40
_NOT_IN_TITLE: Final = 90 * 86_400
_AROUND: Final = 60 * 86_400
"""The distance up to which a first page is looked for first."""
_MATCHING: Final = {
    "postgresql": f"{EVENTS} WHERE {VECTOR} @@ CAST(%s AS tsquery)",
    "sqlite": (
        f"{EVENTS} INDEXED BY {TIMES} "  # noqa: S608 - a third of the time of the wide rows
        f"WHERE id IN (SELECT rowid FROM {FULL_TEXT} WHERE {FULL_TEXT} MATCH %s)"
    ),
}
_ENDS: Final = f"CASE WHEN is_series THEN COALESCE(last_ts_utc, {_ENDLESS}) ELSE end_ts_utc END"
_DISTANCE: Final = f"""
    CASE WHEN start_ts_utc > %s THEN start_ts_utc - %s
         WHEN {_ENDS} < %s THEN 2 * (%s - {_ENDS})
         ELSE 0 END
"""
_IN_SPAN: Final = f"start_ts_utc < %s AND {_ENDS} >= %s"
_STARTS_AROUND: Final = f"AND calendar_id {{calendars}} AND (start_ts_utc >= %s OR {LASTING})"
"""Says no more than ``_IN_SPAN``, but an index can be used for it."""
_THING: Final = "CASE recurring_event_id WHEN '' THEN event_id ELSE recurring_event_id END"
_RECURS: Final = "(is_series OR recurring_event_id <> '')"
_HALF: Final = f"""
    SELECT distance, {{penalty}} AS penalty, id FROM (
        SELECT id, {{penalty}} + {_DISTANCE} AS distance
        FROM {{matching}} AND {_IN_SPAN} {{around}}
    ) held
    {{after}}
    ORDER BY distance, id LIMIT %s
"""  # noqa: S608 - only names and numbers of our own are put into these texts
_AFTER: Final = "WHERE distance > %s OR (distance = %s AND id > %s)"
_BOTH: Final = f"""
    SELECT placed.distance - penalty, penalty, placed.id, calendar_id, {_THING}, {_RECURS}, words
    FROM (SELECT * FROM ({{titles}}) t UNION ALL SELECT * FROM ({{others}}) o) placed
    JOIN {EVENTS} events ON events.id = placed.id
    ORDER BY placed.distance, placed.id LIMIT %s
"""  # noqa: S608 - see above
# SQLite uses the index of exceptions only where its condition is repeated word for word.
_FAMILIES: Final = f"""
    SELECT {_DISTANCE}, 0, id, calendar_id, {_THING}, {_RECURS}, words
    FROM {EVENTS}
    WHERE id IN (
        SELECT id FROM {EVENTS} WHERE calendar_id {{calendars}} AND event_id {{things}}
        UNION ALL
        SELECT id FROM {EVENTS} WHERE calendar_id {{calendars}}
           AND NOT (recurring_event_id = '') AND recurring_event_id {{things}}
    ) AND {_IN_SPAN}
"""  # noqa: S608 - see above


class Place(NamedTuple):
    """Where a hit stands in the order of all hits. ``key`` decides between equals."""

    distance: int
    key: int


class Match(NamedTuple):
    """One hit, with the primary keys of those of its events that hold the words."""

    place: Place
    events: list[int]


class _Asked(NamedTuple):
    calendars: Sequence[Calendar]
    wanted: Sequence[Wanted]
    span: TimeSpan
    near: int
    after: Place
    limit: int


class _Row(NamedTuple):
    distance: int
    penalty: int
    pk: int
    calendar_pk: int
    thing: str
    recurs: bool
    words: str

    @property
    def listed(self) -> Place:
        """Where the database put it."""
        return Place(self.distance + self.penalty, self.pk)

    def deserved(self, wanted: Sequence[Wanted]) -> Place:
        """Where it stands, if it is a hit: a row with a hit in its title is listed twice."""
        penalty = 0 if holds(self.words, wanted, mark=TITLE_MARK) else _NOT_IN_TITLE
        return Place(self.distance + penalty, self.pk)


BEFORE_ALL: Final = Place(-1, 0)


def matches(
    calendars: Sequence[Calendar],
    wanted: Sequence[Wanted],
    span: TimeSpan,
    *,
    near: int,
    after: Place,
    limit: int,
) -> tuple[list[Match], Place | None]:
    """Hits that may happen in the span, in order from the one after ``after``, and the place from
    which to go on; None after the last one.

    ``near`` is the epoch second from which distance is told. At most ``limit`` hits, and fewer
    where rows were passed over. A series is a hit if it goes on in the span, even where it has no
    occurrence there. ``wanted`` is not empty.
    """
    if not calendars:
        return [], None
    rows = _candidates(_Asked(calendars, wanted, span, near, after, limit))
    families = _families([row for row in rows if row.recurs], wanted, span, near)
    found = []
    for row in rows:
        family = families.get((row.calendar_pk, row.thing), [row])
        if row.listed == min(each.deserved(wanted) for each in family):
            found.append(Match(row.listed, [each.pk for each in family]))
    return found, rows[-1].listed if len(rows) == limit else None


def _candidates(asked: _Asked) -> list[_Row]:
    if connection.vendor == "postgresql" and asked.after == BEFORE_ALL and len(asked.wanted) == 1:
        rows = _listed(asked, around=_AROUND)
        if len(rows) == asked.limit and rows[-1].listed.distance < _NOT_IN_TITLE + _AROUND:
            return rows  # what was not looked at comes behind all of them
    return _listed(asked)


def _listed(asked: _Asked, *, around: int | None = None) -> list[_Row]:
    """The next rows; ``around``: those without a hit in their title only up to that distance."""
    titles, values = _half(asked, mark=TITLE_MARK, penalty=0, around=None)
    others, more_values = _half(asked, mark="", penalty=_NOT_IN_TITLE, around=around)
    statement = _BOTH.format(titles=titles, others=others)
    return _rows(statement, [*values, *more_values, asked.limit])


def _half(asked: _Asked, *, mark: str, penalty: int, around: int | None) -> tuple[str, list[Any]]:
    """SQL of the rows with hits in their title or anywhere, and its values."""
    start, end = asked.span.start, asked.span.end
    condition, keys = "", list[Any]()
    if around is not None:
        start, end = max(start, asked.near - around // 2), min(end, asked.near + around)
        calendars, keys = among(calendar.pk for calendar in asked.calendars)
        condition = _STARTS_AROUND.format(calendars=calendars)
        keys.append(start - LONG_SECONDS)
    goes_on = asked.after != BEFORE_ALL  # else a comparison for nothing, for every hit
    statement = _HALF.format(
        matching=_MATCHING[connection.vendor],
        around=condition,
        after=_AFTER if goes_on else "",
        penalty=penalty,
    )
    values = [*[asked.near] * 4, _question(asked.calendars, asked.wanted, mark), end, start, *keys]
    if goes_on:
        values += [asked.after.distance, *asked.after]
    return statement, [*values, asked.limit]


def _families(
    rows: Sequence[_Row], wanted: Sequence[Wanted], span: TimeSpan, near: int
) -> dict[tuple[int, str], list[_Row]]:
    """The rows of these rows' series that are hits themselves, by calendar and series."""
    if not rows:
        return {}
    calendars, keys = among({row.calendar_pk for row in rows})
    things, names = among(sorted({row.thing for row in rows}))
    statement = _FAMILIES.format(calendars=calendars, things=things)
    values = [*[near] * 4, *keys, *names, *keys, *names, span.end, span.start]
    families = defaultdict(list)
    for each in _rows(statement, values):
        if holds(each.words, wanted):
            families[each.calendar_pk, each.thing].append(each)
    return families


def _rows(statement: str, values: Sequence[Any]) -> list[_Row]:
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        return list(map(_Row._make, cursor.fetchall()))


def _question(calendars: Iterable[Calendar], wanted: Sequence[Wanted], mark: str) -> str:
    """The words in the language of the database: all of them, in one of the calendars.

    Words hold letters and digits only, so that nothing in them can be taken for an operator.
    """
    postgresql = connection.vendor == "postgresql"
    and_, or_ = (" & ", " | ") if postgresql else (" AND ", " OR ")
    term, beginning = ("'{}'", "'{}':*") if postgresql else ('"{}"', '"{}"*')
    in_each = []
    for calendar in calendars:
        tag = f"{int(calendar.pk)}.{mark}"
        forms = (
            [beginning.format(tag + word.beginning)]
            + ([term.format(tag + word.whole)] if word.whole else [])
            for word in wanted
        )
        in_each.append(f"({and_.join(f'({or_.join(each)})' for each in forms)})")
    return or_.join(in_each)
