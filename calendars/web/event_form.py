"""What the forms of a new and an existing event have in common: what a member types, turned into
the contract's input.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django import forms

from calendars.commands.scope import Scope
from calendars.web import rich_text
from calendars.web.clock_field import clock_field, read_clock, set_clocks
from calendars.web.field_words import COLOURS
from calendars.web.form_fields import TextField, addresses, day_field, zone_choices
from calendars.web.notify_field import NotifyForm
from calendars.web.reminders_field import RemindersField
from calendars.web.repeat_fields import RepeatFields
from calendars.web.zone_select import ZoneSelect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString


SCOPES: Final = [
    (Scope.INSTANCE.value, "This event"),
    (Scope.THIS_AND_FOLLOWING.value, "This and following events"),
    (Scope.SERIES.value, "All events"),
]
MOMENT_FIELDS: Final = frozenset(
    {"all_day", "start_date", "start_time", "end_date", "end_time", "time_zone"}
)
_REMINDERS: Final = [("default", "As the calendar"), ("own", "Own, or none")]
_VISIBILITIES: Final = [
    ("default", "As the calendar's other events"),
    ("public", "Public"),
    ("private", "Private"),
]


class EventForm(NotifyForm, RepeatFields):
    """What a new and an existing event have in common. ``zones`` are those to offer first;
    ``twelve`` says that the member counts hours to twelve.
    """

    summary = TextField(label="Title", required=False, strip=False, max_length=1_024)
    start_date = day_field("Starts")
    start_time = clock_field("at")
    end_date = day_field("Ends")
    end_time = clock_field("at")
    all_day = forms.BooleanField(label="All day", required=False)
    time_zone = forms.ChoiceField(label="Time zone of the event", widget=ZoneSelect)
    location = TextField(label="Where", required=False, strip=False, max_length=1_024)
    guests = TextField(
        label="Add guests",
        required=False,
        help_text="Addresses or usernames of colleagues, one in a line",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    optional_guests = TextField(
        label="Add optional guests",
        required=False,
        help_text="Those without whom it takes place too",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    add_meet = forms.BooleanField(label="Add a Google Meet link", required=False)
    description = TextField(
        label="Description",
        required=False,
        strip=False,
        max_length=8_192,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    remind = forms.ChoiceField(
        label="Reminders", required=False, initial="default", widget=forms.RadioSelect
    )
    reminders = RemindersField(label="Own reminders", required=False)
    color = forms.ChoiceField(
        label="Colour",
        required=False,
        choices=[("", "Calendar's"), *COLOURS.items()],
        widget=forms.RadioSelect,
        initial="",
    )
    visibility = forms.ChoiceField(label="Visibility", required=False, choices=_VISIBILITIES)
    transparency = forms.ChoiceField(
        label="Shown as",
        required=False,
        choices=[("opaque", "Busy"), ("transparent", "Free")],
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zones: Sequence[str], twelve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_clocks(self, twelve=twelve)
        self._twelve = twelve
        self.choice("time_zone").choices = zone_choices(zones)
        self.choice("remind").choices = _REMINDERS

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, sentence in (
            ("start_time", "Say when it starts, or make it all day."),
            ("end_time", "Say when it ends, or make it all day."),
        ):
            if not cleaned.get("all_day") and name not in self.errors and not cleaned.get(name):
                self.add_error(name, sentence)
        if self._twelve:
            self._guess_half_of(cleaned)
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's; a problem with a start or end stands beside the time if there is one."""
        timed = not self.cleaned_data.get("all_day") if hasattr(self, "cleaned_data") else False
        if timed and field == "end_date" and self.cleaned_data.get("end_date"):
            field = "end_time"
        super().add_error(field, error)

    def _guess_half_of(self, cleaned: dict[str, Any]) -> None:
        """An end without am or pm is the one after the start."""
        start, end = cleaned.get("start_time"), cleaned.get("end_time")
        same_day = cleaned.get("start_date") == cleaned.get("end_date")
        if start and end and same_day and "end_time" in self.changed_data:
            cleaned["end_time"] = read_clock(str(self["end_time"].data), after=start)

    def times(self) -> dict[str, Any]:
        """Start and end in Google's shape; the last day of an all-day event is in the event."""
        said = self.cleaned_data
        if said["all_day"]:
            after = said["end_date"] + dt.timedelta(days=1)
            return {
                "start": {"date": said["start_date"].isoformat()},
                "end": {"date": after.isoformat()},
            }
        return {
            edge: {
                "dateTime": f"{said[f'{edge}_date']}T{said[f'{edge}_time']:%H:%M:%S}",
                "timeZone": said["time_zone"],
            }
            for edge in ("start", "end")
        }

    @property
    def description_shown(self) -> SafeString:
        """The description as it looks, safe to be shown."""
        return rich_text.description(str(self["description"].value() or ""))

    @property
    def days_said(self) -> dict[str, str]:
        """On which weekday it starts and ends: a date field has the order of the browser."""
        return {edge: self._day_said(f"{edge}_date") for edge in ("start", "end")}

    def _day_said(self, name: str) -> str:
        try:
            day = self.fields[name].to_python(self[name].value())
        except forms.ValidationError:
            return ""
        return f"{day:%A} {day.day} {day:%B}" if day else ""

    @property
    def is_timed(self) -> bool:
        """Whether what was typed is enough to say when the event is."""
        return not self.errors.keys() & MOMENT_FIELDS

    def rule(self) -> list[str]:
        """The recurrence lines that were chosen; none for what does not repeat or stays."""
        said = self.cleaned_data
        return self.lines(
            first=said["start_date"], zone=ZoneInfo(said["time_zone"]), all_day=said["all_day"]
        )

    def new_guests(self) -> list[dict[str, Any]]:
        """Who is invited; whoever stands in both fields is optional."""
        optional = addresses(self.cleaned_data["optional_guests"])
        known = {each.lower() for each in optional}
        needed = addresses(self.cleaned_data["guests"])
        return [
            *({"email": each} for each in needed if each.lower() not in known),
            *({"email": each, "optional": True} for each in optional),
        ]

    def chosen_reminders(self) -> dict[str, Any]:
        if self.cleaned_data.get("remind") != "own":
            return {"useDefault": True, "overrides": []}
        return {"useDefault": False, "overrides": self.cleaned_data["reminders"]}

    def offer_reminders(self, usual: str) -> None:
        """``usual`` are the reminders that the event has where it has none of its own."""
        self.choice("remind").choices = [("default", f"As the calendar: {usual}"), *_REMINDERS[1:]]

    def choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field
