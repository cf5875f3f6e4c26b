"""Forms that ask when and where an event is to be again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from calendars.commands.telling import has_guests
from calendars.web.clock_field import clock_field, set_clocks
from calendars.web.event_initial import initial_of
from calendars.web.form_fields import day_field
from calendars.web.notify_field import NotifyForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from calendars.models import Calendar


class MoveForm(NotifyForm):
    """Which of ``calendars`` an event of ``source`` goes to."""

    calendar = forms.ChoiceField(label="To calendar")
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("calendar", "tell")

    def __init__(
        self,
        data: Any = None,
        *,
        calendars: Iterable[Calendar],
        source: Calendar,
        asks_whom_to_tell: bool,
        next_url: str,
    ) -> None:
        super().__init__(data, initial={"next": next_url})
        self.fields["calendar"] = _calendar_field("To calendar", calendars, source)
        if not asks_whom_to_tell:
            del self.fields["tell"]


class DuplicateForm(NotifyForm):
    """When the copy of ``resource`` happens, and in which of ``calendars``."""

    start_date = day_field("On")
    start_time = clock_field("At")
    calendar = forms.ChoiceField(label="In calendar")
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("start_date", "start_time", "calendar", "tell")

    def __init__(
        self,
        data: Any = None,
        *,
        resource: Mapping[str, Any],
        calendars: list[Calendar],
        source: Calendar,
        twelve: bool,
        next_url: str,
    ) -> None:
        known = initial_of(resource, calendar_zone=source.time_zone)
        offered = source.google_id in {each.google_id for each in calendars}
        initial = {
            "start_date": known.get("start_date"),
            "start_time": known.get("start_time"),
            "calendar": source.google_id if offered else None,
            "next": next_url,
        }
        super().__init__(data, initial=initial)
        set_clocks(self, twelve=twelve)
        self._zone = known["time_zone"]
        self.fields["calendar"] = _calendar_field("In calendar", calendars, source)
        if known.get("all_day"):
            del self.fields["start_time"]
        else:
            self.fields["start_time"].required = True
        if not has_guests(resource):
            del self.fields["tell"]

    def changes(self) -> dict[str, Any]:
        """The fields of ``commands.duplicate``: a new start, if there is one."""
        if not {"start_date", "start_time"} & set(self.changed_data):
            return {}
        said = self.cleaned_data
        if "start_time" not in self.fields:
            return {"start": {"date": said["start_date"].isoformat()}}
        wall = dt.datetime.combine(said["start_date"], said["start_time"])
        return {"start": {"dateTime": wall.isoformat(), "timeZone": self._zone}}


def _calendar_field(
    label: str, calendars: Iterable[Calendar], source: Calendar
) -> forms.ChoiceField:
    """Calendars of other accounts say so, for that makes a difference."""
    choices = [
        (
            each.google_id,
            str(each) if each.account_id == source.account_id else f"{each} ({each.account})",
        )
        for each in calendars
    ]
    return forms.ChoiceField(label=label, choices=choices)
