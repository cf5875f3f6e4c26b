"""Whom a member may want to invite: people of the team, and guests and rooms of cached events."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from accounts.queries import accounts_of
from calendars.models import CachedEvent
from calendars.queries.access import calendars_of, colleagues_of
from calendars.queries.matches import BEFORE_ALL, matches
from calendars.queries.people import display_name, main_address
from calendars.queries.spans import TimeSpan
from calendars.search_words import holds, wanted_words, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import Member
    from calendars.search_words import Wanted

MOST_SUGGESTED: Final = 8
_LONGEST: Final = 100
_MOST_EVENTS: Final = 60
"""Read for one suggestion: the nearest in time, which is where the people of today are."""
_ROOMS: Final = "@resource.calendar.google.com"
_REACH: Final = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``name`` is empty where nobody has told one; ``is_colleague``: has a login here."""

    address: str
    name: str
    is_colleague: bool = False

    @property
    def is_room(self) -> bool:
        return self.address.lower().endswith(_ROOMS)


def suggested_guests(
    *, member: Member, typed: str, without: Iterable[str] = (), now: dt.datetime
) -> list[Suggestion]:
    """People of whom a word of name or address begins with each word that was typed.

    Colleagues first, then those whom the member meets most; nobody ``without``, and not the member.
    """
    wanted = wanted_words(typed[:_LONGEST])
    if not wanted:
        return []
    left_out = {each.lower() for each in without}
    left_out |= {each.email.lower() for each in accounts_of(member)}
    team = [each for each in _team(member) if _fits(each, wanted)]
    found: dict[str, Suggestion] = {}
    for each in [*team, *_met(member, wanted, now=now)]:
        if each.address.lower() not in left_out:
            found.setdefault(each.address.lower(), each)
    return list(found.values())[:MOST_SUGGESTED]


def _team(member: Member) -> list[Suggestion]:
    people = colleagues_of(member).order_by("first_name", "last_name", "username")
    with_accounts = people.prefetch_related("google_accounts")
    return [
        Suggestion(address, display_name(person), is_colleague=True)
        for person in with_accounts
        if (address := main_address(person))
    ]


def _met(member: Member, wanted: Sequence[Wanted], *, now: dt.datetime) -> list[Suggestion]:
    """Guests of events that hold the words, the most frequent first."""
    near, reach = int(now.timestamp()), int(_REACH.total_seconds())
    span = TimeSpan(near - reach, near + reach)
    calendars = list(calendars_of(member))
    hits, _ = matches(calendars, wanted, span, near=near, after=BEFORE_ALL, limit=_MOST_EVENTS)
    events = CachedEvent.objects.filter(pk__in=[pk for hit in hits for pk in hit.events[:1]])
    names: dict[str, str] = {}
    count: Counter[str] = Counter()
    for event in events:
        for person in event.resource.get("attendees") or ():
            if person.get("email") and not person.get("self"):
                count[person["email"]] += 1
                names[person["email"]] = names.get(person["email"]) or person.get("displayName", "")
    people = [Suggestion(email, names[email]) for email, _ in count.most_common()]
    return [each for each in people if _fits(each, wanted)]


def _fits(person: Suggestion, wanted: Sequence[Wanted]) -> bool:
    guest = {"displayName": person.name, "email": person.address}
    return holds(words_of({"attendees": [guest]}), wanted)
