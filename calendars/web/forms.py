"""The forms of the calendar pages: what a member types, turned into the contract's input."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from calendars.commands.scope import Scope
from calendars.commands.telling import has_guests
from calendars.event_input import FIRST_YEAR, LAST_YEAR
from calendars.event_resource import read_moment, zone_or_utc
from calendars.sync.core.push_plan import is_copy
from calendars.web.notify_field import NotifyForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from calendars.models import Calendar

KEEP: Final = "keep"
SCOPES: Final = [
    (Scope.INSTANCE.value, "This event"),
    (Scope.THIS_AND_FOLLOWING.value, "This and following events"),
    (Scope.SERIES.value, "All events"),
]
SCOPE_HELP: Final = (
    "With a new time or rule, following events that were changed by themselves follow the series "
    "again. What is over stays as it was."
)
_RULES: Final = {
    "daily": "RRULE:FREQ=DAILY",
    "weekdays": "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "RRULE:FREQ=WEEKLY",
    "monthly": "RRULE:FREQ=MONTHLY",
    "yearly": "RRULE:FREQ=YEARLY",
}
_REPEATS: Final = [
    ("", "Does not repeat"),
    ("daily", "Every day"),
    ("weekdays", "Monday to Friday"),
    ("weekly", "Every week"),
    ("monthly", "Every month"),
    ("yearly", "Every year"),
]
_TIME_FIELDS: Final = frozenset(
    {"all_day", "start_date", "start_time", "end_date", "end_time", "time_zone"}
)
_GUEST_FACTS: Final = frozenset(
    {"email", "displayName", "comment", "optional", "resource", "additionalGuests"}
    | {"responseStatus", "id", "self", "organizer"}
)


class _TextField(forms.CharField):
    """Text whose line ends are one character, whatever the browser sends."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


def day_field(label: str) -> forms.DateField:
    """A day in a year that events can have."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[
            MinValueValidator(dt.date(FIRST_YEAR, 1, 1), f"The year is at least {FIRST_YEAR}."),
            MaxValueValidator(dt.date(LAST_YEAR, 12, 30), f"The year is at most {LAST_YEAR}."),
        ],
    )


def clock_field(label: str) -> forms.TimeField:
    """A time of day; a form says itself whether it has to be given."""
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )


class EventForm(forms.Form):
    """What a new and an existing event have in common. ``zones`` are the names on offer."""

    summary = _TextField(label="Title", required=False, strip=False, max_length=1_024)
    start_date = day_field("Starts")
    start_time = clock_field("at")
    end_date = day_field("Ends")
    end_time = clock_field("at")
    all_day = forms.BooleanField(label="All day", required=False)
    repeat = forms.ChoiceField(label="Repeats", required=False, choices=_REPEATS)
    time_zone = forms.ChoiceField(label="Time zone")
    location = _TextField(label="Where", required=False, strip=False, max_length=1_024)
    guests = _TextField(
        label="Guests",
        required=False,
        help_text="Addresses, one in a line",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    description = _TextField(
        label="Description",
        required=False,
        strip=False,
        max_length=8_192,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zones: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choice("time_zone").choices = [(name, name.replace("_", " ")) for name in zones]

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

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field


class NewEventForm(EventForm):
    """A new event in one of ``calendars``, all of them writable."""

    calendar = forms.ChoiceField(label="Calendar")
    field_order = ("summary", "calendar")

    def __init__(self, *args: Any, calendars: Iterable[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choice("calendar").choices = [(each.google_id, str(each)) for each in calendars]

    def contract_input(self) -> dict[str, Any]:
        """The fields of ``commands.events.create_event``."""
        said = self.cleaned_data
        values = {name: said[name] for name in ("summary", "location", "description") if said[name]}
        if said["guests"]:
            values["attendees"] = _addresses(said["guests"])
        if said["repeat"]:
            values["recurrence"] = [_RULES[said["repeat"]]]
        return values | self.times()


class EditEventForm(EventForm):
    """An event as it is, of which only what the member changes is sent."""

    scope = forms.ChoiceField(
        label="Change",
        required=False,
        choices=SCOPES,
        initial=Scope.INSTANCE.value,
        widget=forms.RadioSelect,
        help_text=SCOPE_HELP,
    )

    def __init__(
        self,
        *args: Any,
        resource: Mapping[str, Any],
        calendar: Calendar,
        next_url: str,
        **kwargs: Any,
    ) -> None:
        initial = initial_of(resource, calendar_zone=calendar.time_zone)
        super().__init__(*args, initial={**initial, "next": next_url}, **kwargs)
        self.resource = resource
        if resource.get("recurringEventId"):
            self.fields["scope"].required = True
        else:
            del self.fields["scope"]
        if repeats(resource):
            self._choice("repeat").choices = [(KEEP, "As it does now"), *_REPEATS]
        if not _all_have_addresses(resource):
            self.fields["guests"].disabled = True

    @property
    def scope_chosen(self) -> Scope | None:
        if "scope" in self.fields:
            return Scope(self.cleaned_data["scope"])
        return Scope.SERIES if self.resource.get("recurrence") else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("scope") == Scope.INSTANCE and cleaned.get("repeat") != KEEP:
            self.add_error("repeat", "Only all events together can repeat differently.")
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The fields of ``commands.events.update_event``: those that the member changed."""
        said, changed = self.cleaned_data, set(self.changed_data)
        values: dict[str, Any] = {
            name: said[name] or None
            for name in ("summary", "location", "description")
            if name in changed
        }
        if "guests" in changed:
            values["attendees"] = _guests(said["guests"], known=self.resource.get("attendees"))
        if "repeat" in changed:
            values["recurrence"] = [_RULES[said["repeat"]]] if said["repeat"] else None
        return values | (self.times() if changed & _TIME_FIELDS else {})


class DeleteForm(NotifyForm):
    """What there is to ask before an event goes. Other forms post here too: ``sure`` is its own."""

    which = forms.ChoiceField(label="Which events?", choices=SCOPES, widget=forms.RadioSelect)
    sure = forms.CharField(required=False, initial="yes", widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(
        cls, data: Mapping[str, Any], *, resource: Mapping[str, Any], next_url: str
    ) -> DeleteForm:
        """Bound where there is nothing to ask, or where it has been answered."""
        recurs, tells = bool(resource.get("recurringEventId")), has_guests(resource)
        asks = recurs or tells
        form = cls(
            data if "sure" in data or not asks else None,
            initial={"next": next_url, "which": Scope.INSTANCE.value},
        )
        form.is_series = bool(resource.get("recurrence"))
        if not recurs:
            del form.fields["which"]
        if not tells or is_copy(resource):
            del form.fields["tell"]
        return form

    is_series = False

    @property
    def scope_chosen(self) -> Scope | None:
        if "which" in self.fields:
            return Scope(self.cleaned_data["which"])
        return Scope.SERIES if self.is_series else None


def repeats(resource: Mapping[str, Any]) -> bool:
    """Whether the event is a series or an instance of one."""
    return bool(resource.get("recurrence") or resource.get("recurringEventId"))


def zone_of(resource: Mapping[str, Any], *, calendar_zone: str) -> str:
    """The zone in which the event's times are meant."""
    start = read_moment(resource.get("start"), default_zone=calendar_zone)
    return zone_or_utc(start.zone if start and start.zone else calendar_zone).key


def initial_of(resource: Mapping[str, Any], *, calendar_zone: str) -> dict[str, Any]:
    """An event as the form shows it, in the zone in which its times are meant."""
    zone = zone_of(resource, calendar_zone=calendar_zone)
    shown = {
        "summary": resource.get("summary", ""),
        "location": resource.get("location", ""),
        "description": resource.get("description", "").replace("\r\n", "\n"),
        "guests": "\n".join(
            person["email"] for person in resource.get("attendees") or () if "email" in person
        ),
        "repeat": KEEP if repeats(resource) else "",
        "time_zone": zone,
    }
    for edge in ("start", "end"):
        shown |= _initial_moment(edge, resource.get(edge), ZoneInfo(zone))
    return shown


def _initial_moment(edge: str, value: Any, zone: ZoneInfo) -> dict[str, Any]:
    moment = read_moment(value, default_zone=zone.key)
    if moment is None:
        return {}
    if moment.date is not None:
        last = moment.date - dt.timedelta(days=1 if edge == "end" else 0)
        return {f"{edge}_date": last, "all_day": True}
    wall = dt.datetime.fromtimestamp(moment.instant or 0, zone)
    return {
        f"{edge}_date": wall.date(),
        f"{edge}_time": wall.time().replace(second=0, microsecond=0),
    }


def _addresses(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in re.split(r"[\s,;]+", text) if word))


def _guests(text: str, *, known: Sequence[Mapping[str, Any]] | None) -> list[Any]:
    """The guests by address; those who were there keep their answer and name."""
    people = {person["email"].lower(): person for person in known or ()}
    return [
        {fact: value for fact, value in people[address.lower()].items() if fact in _GUEST_FACTS}
        if address.lower() in people
        else address
        for address in _addresses(text)
    ]


def _all_have_addresses(resource: Mapping[str, Any]) -> bool:
    """Whether a list of addresses can say who is invited (Google may leave guests out)."""
    people = resource.get("attendees") or ()
    return not resource.get("attendeesOmitted") and all("email" in person for person in people)
