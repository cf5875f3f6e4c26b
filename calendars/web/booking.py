"""A time that was found as the form of a new event, to be filled in or sent at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from calendars.web.words import Reader

_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Booking:
    """What is known of the event besides its time.

    ``calendar`` is empty for who can book nowhere.
    """

    title: str
    calendar: str
    guests: Sequence[str]
    optional: Sequence[str]

    def as_query(self, start: dt.datetime, end: dt.datetime, back: str) -> list[tuple[str, str]]:
        """For the form of a new event."""
        query = [
            ("start", f"{start:%Y-%m-%dT%H:%M}"),
            ("end", f"{end:%Y-%m-%dT%H:%M}"),
            ("title", self.title),
            ("calendar", self.calendar),
            *(("guest", each) for each in self.guests),
            *(("optional_guest", each) for each in self.optional),
            ("next", back),
        ]
        return [(name, value) for name, value in query if value]

    def as_form(
        self, start: dt.datetime, end: dt.datetime, back: str, reader: Reader
    ) -> dict[str, str]:
        """That form as it would be sent; sent twice, it books once."""
        moments = {"start": start, "end": end}
        return {
            "new_id": str(uuid4()),
            "summary": self.title,
            "calendar": self.calendar,
            "guests": "\n".join(self.guests),
            "optional_guests": "\n".join(self.optional),
            "time_zone": reader.zone.key,
            **{f"{edge}_date": f"{at:%Y-%m-%d}" for edge, at in moments.items()},
            **{f"{edge}_time": reader.clock(at) for edge, at in moments.items()},
            "next": back,
        }


def meeting_with(others: Sequence[Mapping[str, Any]]) -> str:
    """How an event is called that nobody gave a title."""
    names = [str(each["display_name"]) for each in others]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} more"]
    said = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    return f"Meeting with {said}" if said else "Meeting"
