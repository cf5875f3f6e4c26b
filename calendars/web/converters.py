"""What may stand in an address. A value that does not fit is an address that does not exist."""

from __future__ import annotations

from datetime import date

from calendars.event_input import FIRST_YEAR, LAST_YEAR


class DayConverter:
    """A date as YYYY-MM-DD; a year inside those of events, for a page shows days around it."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return self._in_range(date.fromisoformat(value))

    def to_url(self, value: date) -> str:
        return self._in_range(value).isoformat()

    def _in_range(self, day: date) -> date:
        if not FIRST_YEAR < day.year < LAST_YEAR:
            raise ValueError(f"{day} is too far away")
        return day


class GoogleIdConverter:
    """An id of a calendar or an event. A slash in it travels escaped, for it parts addresses."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("%2F", "/").replace("%25", "%")

    def to_url(self, value: str) -> str:
        return value.replace("%", "%25").replace("/", "%2F")


class ViewConverter:
    """One of the views of the calendar."""

    regex = "day|week|month|agenda"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
