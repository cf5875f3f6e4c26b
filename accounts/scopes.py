"""Which permissions Secretary asks Google for, and what a member loses without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_PREFIX = "https://www.googleapis.com/auth/"
_EVENTS = _PREFIX + "calendar.events"
_CALENDAR_LIST = _PREFIX + "calendar.calendarlist.readonly"
_FREE_BUSY = _PREFIX + "calendar.freebusy"

_LIST_CHANGES = _PREFIX + "calendar.calendarlist"

REQUIRED_SCOPES: tuple[str, ...] = (_EVENTS, _CALENDAR_LIST, _FREE_BUSY)
"""The least with which events of all calendars sync both ways and free time can be found."""

ASKED_SCOPES: tuple[str, ...] = (*REQUIRED_SCOPES, _LIST_CHANGES)
"""With the last one members can also subscribe to calendars, hide and colour them from here."""

_COVERED_BY = {
    _EVENTS: {_EVENTS, _PREFIX + "calendar"},
    _CALENDAR_LIST: {
        _CALENDAR_LIST,
        _PREFIX + "calendar.calendarlist",
        _PREFIX + "calendar.readonly",
        _PREFIX + "calendar",
    },
    _FREE_BUSY: {
        _FREE_BUSY,
        _PREFIX + "calendar.events.freebusy",
        _PREFIX + "calendar.readonly",
        _PREFIX + "calendar",
    },
}
_LOST_WITHOUT = {
    _EVENTS: "Secretary may not see and edit events, so nothing can be synchronised.",
    _CALENDAR_LIST: "Secretary may not see which calendars you have, so none can be shown.",
    _FREE_BUSY: "Secretary may not ask when other people are busy, so it cannot find a time "
    "with people outside the team.",
}


def missing_scopes(granted: Collection[str]) -> list[str]:
    """The required scopes that no granted one covers.

    None where nothing is known to be granted: a token file need not name its scopes.
    """
    if not granted:
        return []
    return [scope for scope in REQUIRED_SCOPES if not _COVERED_BY[scope] & set(granted)]


def allows_free_busy(granted: Collection[str]) -> bool:
    """Whether Google may be asked when people are busy; yes where nothing is known of the grant."""
    return _FREE_BUSY not in missing_scopes(granted)


def allows_list_changes(granted: Collection[str]) -> bool:
    """Whether the calendar list may be changed; yes where nothing is known of the grant."""
    return not granted or bool({_LIST_CHANGES, _PREFIX + "calendar"} & set(granted))


def explain_missing(granted: Collection[str]) -> list[str]:
    """One sentence for each required scope that was not granted."""
    return [_LOST_WITHOUT[scope] for scope in missing_scopes(granted)]
