"""Which events take up the time of the calendar they are in: the rule of Google's freeBusy.

An event counts unless something here says that it does not. So a tentative event counts, and an
invitation that waits for an answer or was answered "maybe", and out-of-office and focus time. An
all-day event counts like any other: Google's own client makes them transparent unless told
otherwise, and then they do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEVER = frozenset({"workingLocation", "birthday"})
"""Google has these transparent always (google-calendar-api.md section 3.7)."""


def takes_time(resource: Mapping[str, Any]) -> bool:
    """Whether an event makes its calendar busy: neither cancelled, free nor declined there.

    The own answer is that of the guest marked ``self``, which is the calendar and not the login
    (trap 17): what Alice declined does not free the team's calendar.
    """
    if resource.get("status") == "cancelled" or resource.get("transparency") == "transparent":
        return False
    if resource.get("eventType") in _NEVER:
        return False
    return not any(
        guest.get("self") and guest.get("responseStatus") == "declined"
        for guest in resource.get("attendees") or []
    )
