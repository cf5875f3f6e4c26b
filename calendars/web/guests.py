"""The guests of an event as a card shows them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from calendars.web.cards import Sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHOWN_AT_ONCE: Final = 6
_ANSWERS: Final = {
    "accepted": Sign("✓", "Yes", "done"),
    "declined": Sign("⊘", "No", "declined"),
    "tentative": Sign("?", "Maybe", "maybe"),
    "needsAction": Sign("…", "No answer yet", "pending"),
}
_COUNTED: Final = (
    ("accepted", "yes"),
    ("tentative", "maybe"),
    ("declined", "no"),
    ("needsAction", "waiting"),
)


@dataclass(frozen=True, slots=True)
class Guest:
    """``key`` names the guest in a form; ``facts`` stand behind the name. Whether a guest is
    optional can be changed where ``can_be_optional``.
    """

    key: str
    name: str
    address: str
    answer: Sign
    facts: str
    comment: str
    is_self: bool
    is_organizer: bool
    is_optional: bool
    can_be_optional: bool

    @property
    def all_facts(self) -> str:
        return ", ".join(filter(None, [self.facts, "optional" if self.is_optional else ""]))


@dataclass(frozen=True, slots=True)
class Guests:
    """``first`` are shown, ``folded`` on demand; ``counts`` says how many answered what."""

    counts: str
    first: Sequence[Guest]
    folded: Sequence[Guest]
    note: str


def guests_of(resource: Mapping[str, Any]) -> Guests | None:
    """None where nobody is invited. The organizer first, then who comes, rooms last."""
    people = [each for each in resource.get("attendees") or () if isinstance(each, dict)]
    if not people:
        return None
    everybody = [guest_of(each) for each in sorted(people, key=_rank)]
    cut = SHOWN_AT_ONCE if len(everybody) > SHOWN_AT_ONCE + 1 else len(everybody)
    omitted = resource.get("attendeesOmitted")
    return Guests(
        counts=_counts(people),
        first=everybody[:cut],
        folded=everybody[cut:],
        note="Google shows only a part of the guest list here." if omitted else "",
    )


def guest_of(person: Mapping[str, Any]) -> Guest:
    address = str(person.get("email") or "")
    more = person.get("additionalGuests") or 0
    facts = (
        "organizer" if person.get("organizer") else "",
        "you" if person.get("self") else "",
        "room" if person.get("resource") else "",
        f"and {more} more" if more else "",
    )
    return Guest(
        key=address or str(person.get("id") or ""),
        name=str(person.get("displayName") or address or "A guest without an address"),
        address=address if person.get("displayName") else "",
        answer=_ANSWERS.get(str(person.get("responseStatus")), _ANSWERS["needsAction"]),
        facts=", ".join(fact for fact in facts if fact),
        comment=str(person.get("comment") or ""),
        is_self=bool(person.get("self")),
        is_organizer=bool(person.get("organizer")),
        is_optional=bool(person.get("optional")),
        can_be_optional=bool(address) and not (person.get("organizer") or person.get("resource")),
    )


def _rank(person: Mapping[str, Any]) -> tuple[bool, bool, int, str]:
    answers = [name for name, _ in _COUNTED]
    answer = person.get("responseStatus")
    return (
        bool(person.get("resource")),
        not person.get("organizer"),
        answers.index(answer) if answer in answers else len(answers),
        str(person.get("displayName") or person.get("email") or "").lower(),
    )


def _counts(people: Sequence[Mapping[str, Any]]) -> str:
    """``5 guests: 2 yes, 1 maybe, 2 waiting``; rooms are no guests."""
    guests = [each for each in people if not each.get("resource")]
    rooms = len(people) - len(guests)
    number = sum(1 + int(each.get("additionalGuests") or 0) for each in guests)
    answers = [
        f"{count} {word}"
        for name, word in _COUNTED
        if (count := sum(each.get("responseStatus", "needsAction") == name for each in guests))
    ]
    said = f"{number} {'guest' if number == 1 else 'guests'}" if guests else ""
    said = f"{said}: {', '.join(answers)}" if answers else said
    room = f"{rooms} {'room' if rooms == 1 else 'rooms'}" if rooms else ""
    return ", ".join(part for part in (said, room) if part)
