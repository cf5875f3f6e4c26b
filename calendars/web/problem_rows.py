"""Two versions of an event side by side: a row for each field that people know. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from calendars.sync.core.values import changed_units, fields_of, unit_of
from calendars.web.field_words import LABELS, in_words
from calendars.web.words import TO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from calendars.web.words import Reader

TOLD_OF_ALL: Final = frozenset({"time", "location", "description", "attendees"})
"""What is told of an event that is wanted, or unwanted, as a whole; its title stands above."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one field, or all that say when, is in the two versions. ``differs`` is marked."""

    unit: str
    label: str
    one: str
    other: str
    differs: bool


def rows_of(
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    known: Mapping[str, Any],
    *,
    reader: Reader,
    only: Iterable[str] | None = None,
    marked: bool = False,
) -> list[Row]:
    """A row for each unit that people know, in reading order; differing ones are ``marked``."""
    names = [*one, *(name for name in other if name not in one)]
    units = dict.fromkeys(unit_of(name) for name in LABELS if name in names)
    differing = changed_units(one, other) if marked else set()
    return [
        Row(
            unit=unit,
            label="When" if unit == "time" else LABELS[unit],
            one=_said(unit, one, known, reader),
            other=_said(unit, other, known, reader),
            differs=unit in differing,
        )
        for unit in units
        if only is None or (unit in only and any(other.get(each) for each in fields_of(unit)))
    ]


def when_of(event: Mapping[str, Any], *, reader: Reader) -> str:
    """When an event is, and whether a series or one of its occurrences is meant; may be empty."""
    rule = event.get("recurrence")
    if rule and not event.get("recurringEventId"):
        said = in_words("recurrence", rule, event=event, reader=reader)
        return f"All events of the series: {said[:1].lower()}{said[1:]}"
    edges = {name: event[name] for name in ("start", "end") if event.get(name)}
    if not edges and (slot := event.get("originalStartTime")):
        edges = {"start": slot}
    said = _said("time", edges, event, reader) if edges else ""
    return f"{said}, one of a series" if said and event.get("recurringEventId") else said


def _said(unit: str, values: Mapping[str, Any], known: Mapping[str, Any], reader: Reader) -> str:
    if not values:
        return ""
    event = {**known, **values}
    if unit != "time":
        return in_words(unit, values.get(unit), event=event, reader=reader)
    edges = [
        in_words(name, event[name], event=event, reader=reader)
        for name in ("start", "end")
        if event.get(name)
    ]
    said = [_from_to(*edges)] if len(edges) == 2 else edges
    if "recurrence" in values:
        rule = in_words("recurrence", values["recurrence"], event=event, reader=reader)
        said.append(rule if values["recurrence"] else "Does not repeat")
    return "\n".join(said)


def _from_to(start: str, end: str) -> str:
    """The day is told once where both are on it."""
    day, _, clock = end.partition(", ")
    if start == end:
        return start
    return start + TO + (clock if clock and start.startswith(f"{day}, ") else end)
