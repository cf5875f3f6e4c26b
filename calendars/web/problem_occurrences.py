"""What a change in conflict would give up of single occurrences, as a table for people. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from calendars.event_resource import read_moment
from calendars.sync.core.settling import Choice
from calendars.web.problem_rows import Row, rows_of
from calendars.web.words import days_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.web.problem_telling import Problem
    from calendars.web.words import Reader

_HEADS: Final = ("With your change", "At Google now")
_MOST_TOLD: Final = 10


def told_of_occurrences(
    problem: Problem, occurrences: Sequence[Mapping[str, Any]], reader: Reader
) -> Problem:
    """The problem of a conflict with the occurrences that it is about; the same where it is about
    the event itself. ``occurrences`` are those of ``queries.outbox``."""
    if not occurrences:
        return problem
    labels = {Choice.MINE: "Change anyway", Choice.THEIRS: "Keep Google's"}
    if _deletes(occurrences):
        labels[Choice.MINE] = "Delete anyway"
    return replace(
        problem,
        sentence=_sentence(occurrences),
        heads=_HEADS,
        rows=_rows(occurrences, reader),
        actions=[replace(each, label=labels[Choice(each.name)]) for each in problem.actions],
    )


def _sentence(occurrences: Sequence[Mapping[str, Any]]) -> str:
    several = len(occurrences) != 1
    number = f"{len(occurrences)} events" if several else "One event"
    were, them = ("were", "them") if several else ("was", "it")
    would = f"delete {them}" if _deletes(occurrences) else "undo that"
    return (
        f"{number} of this series {were} changed at Google meanwhile. "
        f"Your change of the series would {would}, so it waits until you choose."
    )


def _rows(occurrences: Sequence[Mapping[str, Any]], reader: Reader) -> list[Row]:
    """A row for each of the first of them; the last one counts the others."""
    rows = [_row(each, reader) for each in occurrences[:_MOST_TOLD]]
    if (left := len(occurrences) - len(rows)) > 0:
        rows.append(Row("more", f"And {left} more", "", "", differs=False))
    return rows


def _row(occurrence: Mapping[str, Any], reader: Reader) -> Row:
    mine = "Deleted" if occurrence["deleted_by_mine"] else "As the series"
    return Row(
        unit=occurrence["event_id"],
        label=_when(occurrence["original_start"], reader),
        one=mine,
        other=_theirs(occurrence, reader),
        differs=False,
    )


def _theirs(occurrence: Mapping[str, Any], reader: Reader) -> str:
    if occurrence["start"] is None:
        return "Deleted"
    theirs = occurrence["theirs"]
    said = [
        f"{row.label}: {row.other or '(nothing)'}"
        for row in rows_of({}, theirs, theirs, reader=reader)
    ]
    return "\n".join(said) or str(occurrence["summary"] or "Changed")


def _when(moment: Mapping[str, Any], reader: Reader) -> str:
    known = read_moment(moment, default_zone=reader.zone.key)
    if known is None:
        return ""
    if known.date is not None:
        return days_title(known.date, known.date)
    wall = dt.datetime.fromtimestamp(known.instant or 0, reader.zone)
    return f"{days_title(wall.date(), wall.date())}, {reader.clock(wall)}"


def _deletes(occurrences: Sequence[Mapping[str, Any]]) -> bool:
    return any(each["deleted_by_mine"] for each in occurrences)
