"""The zone of times that name none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.zones import find_zone

if TYPE_CHECKING:
    from accounts.models import Member
    from calendars.models import Calendar


def zone_for(calendar: Calendar, member: Member) -> str:
    """The calendar's zone, else the member's; never the server's (rule 10)."""
    for name in (calendar.time_zone, member.time_zone):
        if name and find_zone(name) is not None:
            return name
    return "UTC"
