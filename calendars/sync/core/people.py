"""Guests are merged person by person, so that nobody's answer is wiped (trap 18). Pure.

A change of a guest list is kept as two short lists: the people concerned as they were (``base``)
and as they are to be (``mine``). Whoever is in neither is not concerned. In ``base`` only: removed.
In ``mine`` only: added. In both: what differs is what was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    People = Sequence[Mapping[str, Any]]

ANSWER = frozenset({"responseStatus", "comment", "additionalGuests"})
"""What a guest says; nobody else says it for them."""
_NAMES = frozenset({"email", "id"})


def person_key(person: Mapping[str, Any]) -> str:
    """Who somebody is: the address in lower case, else Google's profile id."""
    return str(person.get("email") or person.get("id") or "").lower()


def delta(*, base: People, mine: People) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The people of both lists that the change from ``base`` to ``mine`` is about.

    A fact that somebody loses is null in the second list.
    """
    before = _by_key(base)
    wanted = {
        key: {**dict.fromkeys(before.get(key, ())), **person}
        for key, person in _by_key(mine).items()
    }
    changed = {
        key for key, person in wanted.items() if key not in before or _changes(before[key], person)
    }
    return (
        [dict(each) for key, each in before.items() if key in changed or key not in wanted],
        [each for key, each in wanted.items() if key in changed],
    )


def concerned(*, base: People, mine: People, theirs: People) -> list[dict[str, Any]]:
    """Those of their list that a change is about."""
    keys = _by_key(base).keys() | _by_key(mine).keys()
    return [dict(person) for person in theirs if person_key(person) in keys]


def merged(*, base: People, mine: People, theirs: People) -> list[dict[str, Any]]:
    """Their list with my changes since ``base`` laid over it, in their order, new ones last.

    Somebody whom both sides added keeps the answer given there. A fact that is null goes.
    """
    before, wanted = _by_key(base), _by_key(mine)
    result = []
    for person in theirs:
        key = person_key(person)
        if key in before and key not in wanted:
            continue
        news = _changes(before.get(key), wanted.get(key))
        if key not in before:
            news = {fact: value for fact, value in news.items() if fact not in ANSWER}
        result.append(_told({**person, **news}))
    present = {person_key(person) for person in theirs}
    result += [
        _told(person)
        for key, person in wanted.items()
        if key not in present and (key not in before or _changes(before[key], person))
    ]
    return result


def joined(
    first: tuple[People, People], then: tuple[People, People]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Two changes, each ``base`` and ``mine``, as the one change from before the first to after
    the second. Somebody added by the first and removed by the second is in neither."""
    (base, mine), (later_base, later_mine) = (
        tuple(map(_by_key, change)) for change in (first, then)
    )
    added = mine.keys() - base.keys()
    before = {key: each for key, each in later_base.items() if key not in added} | base
    gone = later_base.keys() - later_mine.keys()
    after = {key: each for key, each in mine.items() if key not in gone} | later_mine
    return list(before.values()), list(after.values())


def clash(*, base: People, mine: People, theirs: People, agreed: People) -> bool:
    """Whether both sides changed the same fact of the same person to different values.

    Changing somebody of the ``agreed`` list whom the other side removed is a clash too: an answer
    of a guest who is no longer invited must not bring the guest back by itself.
    """
    before, wanted, now = _by_key(base), _by_key(mine), _by_key(theirs)
    removed = _by_key(agreed).keys() - now.keys()
    for key in before.keys() & wanted.keys():
        news = _changes(before[key], wanted[key])
        if news and key in removed:
            return True
        changed = _changes(before[key], now.get(key))
        if any(fact in changed and now[key].get(fact) != value for fact, value in news.items()):
            return True
    return False


def sent_by_guest(*, before: People, after: People, truncated: bool) -> dict[str, Any]:
    """``attendees`` of a PATCH to a guest's own copy (section 3.4).

    Only the rows that differ travel, with the mark that the others are left out, so that no
    other answer can be reverted. Only where somebody was added or removed the whole list is
    needed; of a ``truncated`` list never, for it would throw out everybody it does not name.
    """
    old, new = _by_key(before), _by_key(after)
    if old.keys() != new.keys() and not truncated:
        return {"attendees": list(after)}
    rows = [
        {**({"comment": ""} if old.get(key, {}).get("comment") else {}), **person}
        for key, person in new.items()
        if person != old.get(key)
    ]
    return {"attendees": rows, "attendeesOmitted": True}


def _by_key(people: People) -> dict[str, Mapping[str, Any]]:
    return {person_key(person): person for person in people}


def _told(person: Mapping[str, Any]) -> dict[str, Any]:
    return {fact: value for fact, value in person.items() if value is not None}


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """What ``after`` says differently; a fact it does not mention is left as it is."""
    if after is None:
        return {}
    known = before or {}
    return {
        fact: value
        for fact, value in after.items()
        if fact not in _NAMES and known.get(fact) != value
    }
