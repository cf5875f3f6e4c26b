"""The forms of the calendar pages: what a member types, turned into the contract's input."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms

from calendars import recurrence
from calendars.commands.scope import Scope
from calendars.web import rich_text
from calendars.web.event_initial import initial_of, repeats
from calendars.web.field_words import COLOURS, reminders_in_words
from calendars.web.form_fields import TextField, addresses, clock_field, day_field, zone_choices
from calendars.web.notify_field import NotifyForm
from calendars.web.permitted import refused_fields
from calendars.web.reminders_field import RemindersField
from calendars.web.repeat_fields import (
    KEEP,
    REPEAT_FIELDS,
    REPEATS,
    RepeatFields,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.utils.safestring import SafeString

    from calendars.models import Calendar

SCOPES: Final = [
    (Scope.INSTANCE.value, "This event"),
    (Scope.THIS_AND_FOLLOWING.value, "This and following events"),
    (Scope.SERIES.value, "All events"),
]
_SCOPE_HELP: Final = "What is over stays as it was."
MOMENT_FIELDS: Final = frozenset(
    {"all_day", "start_date", "start_time", "end_date", "end_time", "time_zone"}
)
_VISIBILITIES: Final = [
    ("default", "As the calendar's other events"),
    ("public", "Public"),
    ("private", "Private"),
]
_FIELDS_OF: Final = {
    "summary": ("summary",),
    "location": ("location",),
    "description": ("description",),
    "start": tuple(sorted(MOMENT_FIELDS)),
    "recurrence": REPEAT_FIELDS,
    "conferenceData": ("add_meet", "remove_meet"),
    "reminders": ("remind", "reminders"),
    "colorId": ("color",),
    "visibility": ("visibility",),
    "transparency": ("transparency",),
}
"""The fields of the form that stand for one of Google's."""
_OF_GUESTS: Final = {
    "attendees_add": ("guests", "optional_guests"),
    "attendees_remove": ("remove_guests", "optional", "optional_shown"),
}


class EventForm(NotifyForm, RepeatFields):
    """What a new and an existing event have in common. ``zones`` are those to offer first."""

    summary = TextField(label="Title", required=False, strip=False, max_length=1_024)
    start_date = day_field("Starts")
    start_time = clock_field("at")
    end_date = day_field("Ends")
    end_time = clock_field("at")
    all_day = forms.BooleanField(label="All day", required=False)
    time_zone = forms.ChoiceField(label="Time zone of the event")
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

    def __init__(self, *args: Any, zones: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choice("time_zone").choices = zone_choices(zones)
        self._offer_reminders(None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, sentence in (
            ("start_time", "Say when it starts, or make it all day."),
            ("end_time", "Say when it ends, or make it all day."),
        ):
            if not cleaned.get("all_day") and name not in self.errors and not cleaned.get(name):
                self.add_error(name, sentence)
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's; a problem with a start or end stands beside the time if there is one."""
        timed = not self.cleaned_data.get("all_day") if hasattr(self, "cleaned_data") else False
        if timed and field == "end_date" and self.cleaned_data.get("end_date"):
            field = "end_time"
        super().add_error(field, error)

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

    def _reminders(self) -> dict[str, Any]:
        if self.cleaned_data.get("remind") != "own":
            return {"useDefault": True, "overrides": []}
        return {"useDefault": False, "overrides": self.cleaned_data["reminders"]}

    def _offer_reminders(self, calendar: Calendar | None) -> None:
        usual = ", ".join(
            reminders_in_words(
                {"useDefault": True}, defaults=calendar.default_reminders if calendar else ()
            )
        )
        default = f"As the calendar: {usual}" if calendar else "As the calendar"
        self._choice("remind").choices = [("default", default), ("own", "Own, or none")]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field


class NewEventForm(EventForm):
    """A new event in one of ``calendars``, all of them writable.

    It carries the event's id: sent again because the answer was lost, it makes no second event.
    """

    new_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    calendar = forms.ChoiceField(label="Calendar")

    def __init__(self, *args: Any, calendars: Iterable[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choice("calendar").choices = [(each.google_id, str(each)) for each in calendars]
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
            values["reminders"] = self._reminders()
        return values | self.times()


class EditEventForm(EventForm):
    """An event as it is, of which only what the member changes is sent.

    A field that was not sent at all is not changed, so that a short form can be posted too; boxes
    apart. ``refusals`` says of the fields that cannot be changed why.
    """

    scope = forms.ChoiceField(
        label="Change",
        required=False,
        choices=SCOPES,
        widget=forms.RadioSelect,
        help_text=_SCOPE_HELP,
    )
    remove_guests = forms.MultipleChoiceField(
        label="Take off the list", required=False, widget=forms.CheckboxSelectMultiple
    )
    optional = forms.MultipleChoiceField(required=False)
    optional_shown = forms.MultipleChoiceField(required=False)
    remove_meet = forms.BooleanField(label="Remove the meeting link", required=False)

    def __init__(
        self,
        *args: Any,
        resource: Mapping[str, Any],
        calendar: Calendar,
        next_url: str,
        series: Mapping[str, Any] | None = None,
        typed: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        zone = calendar.time_zone
        initial = {
            "scope": Scope.INSTANCE.value,
            **initial_of(resource, series=series, calendar_zone=zone),
            "next": next_url,
            **(typed or {}),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.resource = resource
        self._offer_reminders(calendar)
        if resource.get("recurringEventId"):
            self.fields["scope"].required = True
        else:
            del self.fields["scope"]
        if repeats(resource):
            kept = recurrence.in_words(series, calendar_zone=zone) if series else "As it does now"
            self._choice("repeat").choices = [(KEEP, kept), *REPEATS]
        people = [each for each in resource.get("attendees") or () if isinstance(each, dict)]
        keys = [key for each in people if (key := each.get("email") or each.get("id"))]
        for name in ("remove_guests", "optional", "optional_shown"):
            self._choice(name).choices = [(key, key) for key in keys]
        self.optional_before = {str(each.get("email")) for each in people if each.get("optional")}
        del self.fields["add_meet" if _has_conference(resource) else "remove_meet"]
        self.refusals = refused_fields(resource)
        self._forbid()

    @property
    def scope_chosen(self) -> Scope | None:
        if "scope" in self.fields:
            return Scope(self.cleaned_data["scope"])
        return Scope.SERIES if self.resource.get("recurrence") else None

    @property
    def removed(self) -> list[str]:
        """The guests whose box is ticked, for a form that is shown again."""
        return list(self["remove_guests"].value() or [])

    @property
    def optional_now(self) -> Collection[str]:
        """The guests whose presence is optional, as the form has it."""
        chosen = self["optional"].value()
        return self.optional_before if chosen is None else list(chosen)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("scope") == Scope.INSTANCE and "repeat" in self._changed():
            self.add_error("repeat", "Only all events together can repeat differently.")
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The fields of ``commands.events.update_event``: those that the member changed."""
        said, changed = self.cleaned_data, self._changed()
        values: dict[str, Any] = {
            name: said[name] or None
            for name in ("summary", "location", "description", "visibility", "transparency")
            if name in changed
        }
        if "color" in changed:
            values["color_id"] = said["color"] or None
        if guests := [*self.new_guests(), *self._switched()]:
            values["attendees_add"] = guests
        if said["remove_guests"]:
            values["attendees_remove"] = said["remove_guests"]
        if "repeat" in changed:
            values["recurrence"] = self.rule() or None
        values |= {name: True for name in ("add_meet", "remove_meet") if said.get(name)}
        if changed & {"remind", "reminders"}:
            values["reminders"] = self._reminders()
        return values | (self.times() if changed & MOMENT_FIELDS else {})

    def _switched(self) -> list[dict[str, Any]]:
        """Guests who are optional now and were not, or the other way round. Only those of whom the
        form had a switch, and who stay.
        """
        said = self.cleaned_data
        now, shown = set(said["optional"]), set(said["optional_shown"])
        differ = (now ^ self.optional_before) & shown - set(said["remove_guests"])
        return [{"email": each, "optional": each in now} for each in sorted(differ)]

    def _changed(self) -> set[str]:
        return {name for name in self.changed_data if name == "all_day" or self._was_sent(name)}

    def _was_sent(self, name: str) -> bool:
        parts = ("", "-amount")
        return any(f"{self.add_prefix(name)}{part}" in self.data for part in parts)

    def _forbid(self) -> None:
        """What Google would refuse is shown, but cannot be typed into."""
        for google_name in self.refusals:
            for name in _FIELDS_OF.get(google_name, ()):
                if name in self.fields:
                    self.fields[name].disabled = True
        for refusal, names in _OF_GUESTS.items():
            for name in names if refusal in self.refusals else ():
                self.fields[name].disabled = True


def _has_conference(resource: Mapping[str, Any]) -> bool:
    return bool(resource.get("conferenceData") or resource.get("hangoutLink"))
