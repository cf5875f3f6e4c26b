"""Who may do what on a calendar: roles and how they compare."""

from __future__ import annotations

from google_simulator.errors import needs_role, not_found
from google_simulator.world import ROLES, Calendar, World


def role_of(calendar: Calendar, email: str) -> str:
    """The strongest role that the calendar's rules give this person."""
    if calendar.owner == email:
        return "owner"
    domain = email.rpartition("@")[2]
    found = [
        calendar.acl[key].role
        for key in (f"user:{email}", f"domain:{domain}", "default")
        if key in calendar.acl
    ]
    return max(found, key=ROLES.index, default="none")


def at_least(role: str, wanted: str) -> bool:
    """Whether a role includes another."""
    return ROLES.index(role) >= ROLES.index(wanted)


def resolve(world: World, calendar_id: str, email: str) -> Calendar:
    """The calendar behind a path's id, `primary` included, if the person may know of it.

    404 for a calendar that is not shared with them: Google does not tell it from a missing one.
    """
    calendar = world.calendar(email if calendar_id == "primary" else calendar_id)
    if role_of(calendar, email) == "none":
        raise not_found()
    return calendar


def require(calendar: Calendar, email: str, wanted: str) -> None:
    """403 requiredAccessLevel unless the person has at least that role."""
    role = role_of(calendar, email)
    if wanted == "writer" and role == "writerWithoutPrivateAccess":
        return
    if not at_least(role, wanted):
        raise needs_role(wanted)
