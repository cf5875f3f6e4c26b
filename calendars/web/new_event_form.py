"""The form of a new event."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms

from calendars.web.event_form import EventForm
from calendars.web.field_words import usual_reminders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calendars.models import Calendar


class CalendarSelect(forms.Select):
    """Each option carries the ``reminders`` of its calendar, for scripts that name them."""

    reminders: Mapping[str, str] = MappingProxyType({})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-reminders"] = self.reminders.get(str(value), "")
        return option


class NewEventForm(EventForm):
    """A new event in one of ``calendars``, all of them writable.

    It carries the event's id: sent again because the answer was lost, it makes no second event.
    """

    new_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    calendar = forms.ChoiceField(label="Calendar", widget=CalendarSelect)

    def __init__(self, *args: Any, calendars: Sequence[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = {each.google_id: usual_reminders(each.default_reminders) for each in calendars}
        self.choice("calendar").choices = [(each.google_id, str(each)) for each in calendars]
        self.choice("calendar").widget.reminders = usual
        chosen = self["calendar"].value() or next(iter(usual), None)
        if chosen in usual:
            self.offer_reminders(usual[chosen])
        self.fields["guests"].label = "Guests"
        self.fields["optional_guests"].label = "Optional guests"

    def contract_input(self) -> dict[str, Any]:
        """The fields of ``commands.events.create_event``."""
        said = self.cleaned_data
        values = {
            name: said[name]
            for name in ("summary", "location", "description", "visibility", "transparency")
            if said[name]
        }
        if guests := self.new_guests():
            values["attendees"] = guests
        if rule := self.rule():
            values["recurrence"] = rule
        if said["color"]:
            values["color_id"] = said["color"]
        if said["add_meet"]:
            values["add_meet"] = True
        if said["remind"] == "own":
            values["reminders"] = self.chosen_reminders()
        return values | self.times()
