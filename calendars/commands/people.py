"""Which colleagues a member sees beside their own calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.errors import InvalidInputError
from calendars.event_input import shown
from calendars.queries.access import colleagues_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import Member

MOST_SHOWN = 6
"""More would leave no room for one's own events."""


def show_people(*, member: Member, usernames: Collection[str]) -> None:
    """Show when exactly these colleagues are busy. Unknown names and too many are refused."""
    wanted = set(usernames)
    if len(wanted) > MOST_SHOWN:
        raise _refused(f"At most {MOST_SHOWN} people can be shown at a time.")
    known = set(colleagues_of(member).values_list("username", flat=True))
    if unknown := sorted(wanted - known):
        raise _refused(f"There is no colleague {', '.join(shown(each) for each in unknown)[:300]}.")
    member.shown_people = sorted(wanted)
    member.save(update_fields=["shown_people"])


def _refused(sentence: str) -> InvalidInputError:
    return InvalidInputError(sentence, fields={"people": sentence})
