"""Where a member can make events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.errors import NotWritableError
from calendars.queries import access

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar


def calendars_for_new_events(member: Member) -> list[Calendar]:
    """Those that take events, the one to offer first in front, then primary ones, then by name.

    Raises NotWritableError where there is none, NoGoogleAccountError.
    """
    entries = access.calendars_of(member).select_related("account")
    calendars = [each for each in access.each_once(entries) if each.takes_events]
    if not calendars:
        raise NotWritableError("None of your calendars lets you make events yet.")
    first = access.calendar_for_new_events(member)
    return sorted(
        calendars,
        key=lambda each: (each.pk != first.pk, not each.primary, str(each).lower()),
    )
