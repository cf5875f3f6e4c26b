"""Guests are merged person by person, so that nobody's answer is wiped (trap 18). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    People = Sequence[Mapping[str, Any]]


def person_key(person: Mapping[str, Any]) -> str:
    """Who somebody is: the address in lower case, else Google's profile id."""
    return str(person.get("email") or person.get("id") or "").lower()


def merged(*, base: People, mine: People, theirs: People) -> list[dict[str, Any]]:
    """Their list with my changes since ``base`` laid over it, in their order, new ones last."""
    before, wanted = _by_key(base), _by_key(mine)
    result = []
    for person in theirs:
        key = person_key(person)
        if key in before and key not in wanted:
            continue
        result.append({**person, **_changes(before.get(key), wanted.get(key))})
    present = {person_key(person) for person in theirs}
    result += [
        dict(person)
        for key, person in wanted.items()
        if key not in present and (key not in before or _changes(before[key], person))
    ]
    return result


def clash(*, base: People, mine: People, theirs: People) -> bool:
    """Whether both sides changed the same fact of the same person to different values."""
    before, wanted, now = _by_key(base), _by_key(mine), _by_key(theirs)
    return any(
        fact in _changes(before[key], now[key]) and now[key].get(fact) != value
        for key in before.keys() & wanted.keys() & now.keys()
        for fact, value in _changes(before[key], wanted[key]).items()
    )


def _by_key(people: People) -> dict[str, Mapping[str, Any]]:
    return {person_key(person): person for person in people}


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """What ``after`` says differently; a fact it does not mention is left as it is."""
    if after is None:
        return {}
    known = before or {}
    return {
        fact: value for fact, value in after.items() if fact != "email" and known.get(fact) != value
    }
