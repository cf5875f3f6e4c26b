"""What a change of the guest list comes to, person by person. Pure.

google-calendar-api.md section 3.4. A list that is sent replaces the one at Google, so what arrives
here is always turned into the whole list as it is to become.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calendars.errors import InvalidInputError
from calendars.event_input import MOST_GUESTS
from calendars.event_input import shown as as_text
from calendars.sync.core.people import ANSWER, merged, person_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.event_resource import Resource

    Person = Mapping[str, Any]

ADD, REMOVE = "attendees_add", "attendees_remove"


def settled(current: Resource, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted fields with one whole guest list in the place of any form of it.

    A list names whom to keep, ``attendees_add`` and ``attendees_remove`` only the difference.
    Answers of guests who are on the list already stay as they are, but for the calendar's own:
    a program that sends back an older copy of the list must not take an answer back. Guests
    without an address cannot be named by a list and stay. Raises InvalidInputError.
    """
    result = {name: value for name, value in wanted.items() if name not in (ADD, REMOVE)}
    named = {"attendees", ADD, REMOVE} & wanted.keys()
    if not named:
        return result
    if "attendees" in named and len(named) > 1:
        raise _invalid("attendees", f"Send either the whole list or {ADD} and {REMOVE}.")
    before = current.get("attendees") or []
    if "attendees" in named:
        mine = [*(wanted["attendees"] or []), *(each for each in before if not each.get("email"))]
    else:
        mine = _changed(before, add=wanted.get(ADD) or [], remove=wanted.get(REMOVE) or [])
    after = merged(base=before, mine=_answers_kept(before, mine), theirs=before)
    if len(after) > max(MOST_GUESTS, len(before)):
        raise _invalid(min(named), f"These are {len(after)} guests; {MOST_GUESTS} are allowed.")
    result["attendees"] = after
    return result


def own_row(resource: Resource, *, addresses: Sequence[str]) -> dict[str, Any] | None:
    """The calendar's own entry in the guest list, else that of the first of the addresses there.

    ``self`` is relative to the calendar: on a shared one nobody's entry carries it (trap 17).
    """
    people = {person_key(person): dict(person) for person in resource.get("attendees") or []}
    marked = next((person for person in people.values() if person.get("self")), None)
    known = (people.get(address.lower()) for address in addresses)
    return marked or next((person for person in known if person is not None), None)


def _changed(
    before: Sequence[Person], *, add: Sequence[Person], remove: Sequence[str]
) -> list[Person]:
    gone = {address.lower() for address in remove}
    for person in add:
        if person_key(person) in gone:
            sentence = f"{as_text(person['email'])} is to be added and removed."
            raise _invalid(REMOVE, sentence)
    new = {person_key(person): person for person in add}
    kept = [
        {**person, **new.pop(person_key(person), {})}
        for person in before
        if person_key(person) not in gone
    ]
    return [*kept, *new.values()]


def _answers_kept(before: Sequence[Person], mine: Sequence[Person]) -> list[Person]:
    known = {person_key(person): person for person in before}
    return [
        person
        if known.get(person_key(person), person).get("self") or person_key(person) not in known
        else {fact: value for fact, value in person.items() if fact not in ANSWER}
        for person in mine
    ]


def _invalid(name: str, sentence: str) -> InvalidInputError:
    return InvalidInputError("Some fields cannot be accepted.", fields={name: sentence})
