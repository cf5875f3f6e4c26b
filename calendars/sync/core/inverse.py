"""Taking a change back. Pure.

A change is undone against the event as it is now, field by field and guest by guest: what still is
as the change left it becomes again what it was before. What somebody changed since stays as it is,
for an undo must not take away what others did afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calendars.sync.core import people
from calendars.sync.core.merge import apply_patch
from calendars.sync.core.values import same_field, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from calendars.sync.core.types import Resource

    Part = tuple[dict[str, Any], dict[str, Any], list[str]]

_UNSAID = {"responseStatus": "needsAction"}


@dataclass(frozen=True, slots=True)
class Inverse:
    """``payload`` and ``base`` of the patch that takes a change back.

    ``kept`` are the fields that stay as they are because somebody changed them since. With neither
    payload nor ``kept`` everything is as it was before already.
    """

    payload: dict[str, Any]
    base: dict[str, Any]
    kept: tuple[str, ...] = ()


def inverse_of_patch(*, payload: Resource, base: Resource, current: Resource) -> Inverse:
    """What takes back a patch of ``payload`` over ``base``, the event being ``current``."""
    wanted: dict[str, Any] = {}
    before: dict[str, Any] = {}
    kept: list[str] = []
    for fields in _by_unit(payload):
        if fields == ["attendees"]:
            theirs, mine, changed = _guests(payload, base, current)
        else:
            theirs, mine, changed = _values(fields, payload, base, current)
        wanted |= mine
        before |= theirs
        kept += changed
    return Inverse(wanted, before, tuple(kept))


def changed_by(payloads: Iterable[Mapping[str, Any]]) -> set[str]:
    """The units that any of these payloads speaks of."""
    return {unit_of(name) for payload in payloads for name in payload}


def _by_unit(payload: Iterable[str]) -> Iterable[list[str]]:
    units: dict[str, list[str]] = {}
    for name in payload:
        units.setdefault(unit_of(name), []).append(name)
    return units.values()


def _values(fields: Sequence[str], payload: Resource, base: Resource, current: Resource) -> Part:
    left = apply_patch(base, {name: payload[name] for name in fields})
    if all(same_field(name, current.get(name), base.get(name)) for name in fields):
        return {}, {}, []
    if not all(same_field(name, current.get(name), left.get(name)) for name in fields):
        return {}, {}, list(fields)
    now = {name: current.get(name) for name in fields}
    return now, {name: base.get(name) for name in fields}, []


def _guests(payload: Resource, base: Resource, current: Resource) -> Part:
    """Whoever was added goes, whoever was removed is invited again, facts become what they were.

    ``mine`` and ``theirs`` name only the people concerned. A fact that was absent becomes null,
    which takes it away.
    """
    before, after = _people(base), _people(payload)
    now = _people(current)
    mine = [person for key, person in before.items() if key not in after and key not in now]
    theirs = [now[key] for key in after if key not in before and key in now]
    kept = False
    for key in before.keys() & after.keys():
        facts = _changed_facts(before[key], after[key])
        present = now.get(key)
        if present is not None and _agree(present, before[key], facts):
            continue
        if present is None or not _agree(present, after[key], facts):
            kept = True
            continue
        theirs.append(present)
        mine.append({**present, **{fact: before[key].get(fact) for fact in facts}})
    changed = ["attendees"] if kept else []
    if not mine and not theirs:
        return {}, {}, changed
    return {"attendees": theirs}, {"attendees": mine}, changed


def _agree(one: Resource, other: Resource, facts: Sequence[str]) -> bool:
    return all((one.get(f) or _UNSAID.get(f)) == (other.get(f) or _UNSAID.get(f)) for f in facts)


def _people(resource: Resource) -> dict[str, Resource]:
    return {people.person_key(person): person for person in resource.get("attendees") or []}


def _changed_facts(before: Resource, after: Resource) -> list[str]:
    return [
        fact
        for fact, value in after.items()
        if fact not in ("email", "id") and before.get(fact) != value
    ]
