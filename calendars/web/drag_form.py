"""What a drag asks for, and an event's time before and after it. Pure but for the form."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms

from calendars.commands.scope import Scope
from calendars.commands.telling import has_guests
from calendars.errors import InvalidInputError
from calendars.event_input import FIRST_YEAR, LAST_YEAR
from calendars.event_resource import read_moment, render_moment, zone_or_utc
from calendars.web.event_form import SCOPES
from calendars.web.layout import Days, Edge, Hours, Place, Shift, When
from calendars.web.notify_field import NotifyForm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

_LONGEST_DAY: Final = 26 * 60
_MOST_DAYS: Final = 400


class DragForm(NotifyForm):
    """Where an event goes: to a place, or further by days and minutes.

    ``day`` with ``minute`` is a place in the grid, ``day`` with ``all_day`` one in the lane;
    ``part`` is the day whose part of the event was held. ``edge`` is start or end when only that
    goes there. Of a recurring event a ``scope`` says which occurrences are meant, and where there
    are guests ``tell`` says which of them hear of it: both are asked for unless they are said.
    """

    edge = forms.ChoiceField(
        required=False,
        choices=[(each.value, each.name) for each in Edge],
        widget=forms.HiddenInput,
    )
    day = forms.DateField(required=False, widget=forms.HiddenInput)
    minute = forms.IntegerField(
        required=False, min_value=0, max_value=_LONGEST_DAY, widget=forms.HiddenInput
    )
    part = forms.DateField(required=False, widget=forms.HiddenInput)
    all_day = forms.BooleanField(required=False, widget=forms.HiddenInput)
    days = forms.IntegerField(
        required=False, min_value=-_MOST_DAYS, max_value=_MOST_DAYS, widget=forms.HiddenInput
    )
    minutes = forms.IntegerField(
        required=False, min_value=-_LONGEST_DAY, max_value=_LONGEST_DAY, widget=forms.HiddenInput
    )
    scope = forms.ChoiceField(label="Which events?", choices=SCOPES)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, resource: Mapping[str, Any]) -> None:
        super().__init__(data)
        if not resource.get("recurringEventId"):
            del self.fields["scope"]
        if not has_guests(resource):
            del self.fields["tell"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("day", "part"):
            day = cleaned.get(name)
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, f"The year is from {FIRST_YEAR} to {LAST_YEAR}.")
        if cleaned.get("day") and cleaned.get("minute") is None and not cleaned.get("all_day"):
            self.add_error("minute", "Say at which minute of the day, or that it is all day.")
        if not self.errors.keys() - {"scope"} and not self._says_something(cleaned):
            self.add_error("day", "Say where the event goes.")
        return cleaned

    @property
    def only_asks(self) -> bool:
        """Whether nothing is wrong but that the member has not answered yet."""
        unsaid = "tell" in self.fields and "tell" not in self.data
        return self.errors.keys() == {"scope"} or (unsaid and not self.errors)

    @property
    def edge_held(self) -> Edge:
        return Edge(self.cleaned_data["edge"])

    @property
    def scope_chosen(self) -> Scope | None:
        return Scope(self.cleaned_data["scope"]) if "scope" in self.fields else None

    def wanted(self) -> Shift | Place:
        said = self.cleaned_data
        if said["day"] is None:
            return Shift(days=said["days"] or 0, minutes=said["minutes"] or 0)
        return Place(said["day"], None if said["all_day"] else said["minute"], said["part"])

    @staticmethod
    def _says_something(cleaned: Mapping[str, Any]) -> bool:
        return bool(cleaned.get("day") or cleaned.get("days") or cleaned.get("minutes"))


def when_of(resource: Mapping[str, Any], *, calendar_zone: str) -> When:
    """When an event is. Raises InvalidInputError where that cannot be understood."""
    start, end = (
        read_moment(resource.get(edge), default_zone=calendar_zone) for edge in ("start", "end")
    )
    if start is not None and end is not None:
        if start.date is not None and end.date is not None:
            return Days(start.date, max(end.date, start.date + dt.timedelta(days=1)))
        if start.instant is not None and end.instant is not None:
            return Hours(start.instant, max(start.instant, end.instant))
    raise InvalidInputError("The time of this event cannot be understood: open it to change it.")


def times_of(
    when: When, *, before: Mapping[str, Any], calendar_zone: str, zone: ZoneInfo
) -> dict[str, Any]:
    """Start and end in Google's shape, each in the zone it was in, a former all-day one in
    ``zone``.
    """
    if isinstance(when, Days):
        return {
            "start": {"date": when.first.isoformat()},
            "end": {"date": when.after.isoformat()},
        }
    times = {}
    for edge, instant in (("start", when.start), ("end", when.end)):
        moment = read_moment(before.get(edge), default_zone=calendar_zone)
        timed = moment is not None and moment.date is None
        name = (moment.zone if moment and timed and moment.zone else None) or (
            calendar_zone if timed else zone.key
        )
        known = zone_or_utc(name)
        times[edge] = {"dateTime": render_moment(instant, known), "timeZone": known.key}
    return times
