"""Colleagues may be named by their usernames wherever guests are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from calendars.commands.guest_list import ADD, REMOVE
from calendars.event_input import MOST_GUESTS
from calendars.queries.people import addresses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Member

_USERNAME = re.compile(r"[\w.+-]{1,150}")
_LISTS = ("attendees", ADD, REMOVE)


def with_addresses(fields: Mapping[str, Any], *, member: Member) -> Mapping[str, Any]:
    """Fields as they were sent, with a colleague's main address in the place of each username.

    Only what cannot be an address is taken for one; who is nobody's stays as it is, for whoever
    reads the fields to refuse.
    """
    names = {name for each in _LISTS for name in _usernames(fields.get(each))}
    if not names:
        return fields
    known = addresses_of(member=member, usernames=names)
    return {
        name: [_named(entry, known) for entry in value]
        if name in _LISTS and isinstance(value, list)
        else value
        for name, value in fields.items()
    }


def _usernames(guests: object) -> Iterator[str]:
    if not isinstance(guests, list) or len(guests) > MOST_GUESTS:
        return
    for entry in guests:
        name = entry.get("email") if isinstance(entry, Mapping) else entry
        if isinstance(name, str) and _USERNAME.fullmatch(name):
            yield name


def _named(entry: object, known: Mapping[str, str]) -> object:
    if isinstance(entry, Mapping):
        address = known.get(str(entry.get("email")))
        return {**entry, "email": address} if address else entry
    return known.get(entry, entry) if isinstance(entry, str) else entry
