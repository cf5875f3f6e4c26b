"""The form of a new event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms

from calendars.web.event_form import EventForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calendars.models import Calendar


class NewEventForm(EventForm):
    """A new event in one of ``calendars``, all of them writable.

    It carries the event's id: sent again because the answer was lost, it makes no second event.
    """

    new_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    calendar = forms.ChoiceField(label="Calendar")

    def __init__(self, *args: Any, calendars: Iterable[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("calendar").choices = [(each.google_id, str(each)) for each in calendars]
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
