"""How a member likes to see time, and where new events go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms

from accounts.forms import WorkingDaysField
from accounts.models import Member
from calendars.web.clock_field import ClockField, set_clocks
from calendars.web.words import reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms.boundfield import BoundField

    from calendars.models import Calendar

    _MemberForm = forms.ModelForm[Member]
else:
    _MemberForm = forms.ModelForm  # Django's class takes no type argument at run time

_SECTIONS: Final = (
    ("time", "Time", ("time_zone", "second_time_zone")),
    ("look", "Look", ("hour_format", "week_start", "default_view")),
    ("new-events", "New events", ("default_calendar", "default_duration")),
    (
        "availability",
        "Availability",
        ("working_days", "working_day_start", "working_day_end", "shares_busy_time"),
    ),
)


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    fields: Sequence[BoundField]


class ProfileForm(_MemberForm):
    """``calendars`` are those that new events can go to; the first is where they go now."""

    working_days = WorkingDaysField(
        help_text="Outside working days and hours the week is shaded, and times for meetings are "
        "sought inside them."
    )
    default_calendar = forms.ChoiceField(label="New events go to", required=False)
    default_duration = forms.TypedChoiceField(
        coerce=int,
        label="New events last",
        choices=[
            (15, "15 minutes"),
            (30, "30 minutes"),
            (45, "45 minutes"),
            (60, "1 hour"),
            (90, "1½ hours"),
            (120, "2 hours"),
        ],
    )

    class Meta:
        model = Member
        fields = tuple(name for _, _, names in _SECTIONS for name in names)
        labels = {
            "second_time_zone": "Second time zone",
            "hour_format": "Times are written as",
            "default_view": "The calendar opens with",
            "shares_busy_time": "Colleagues may see when I am busy, never with what",
            "week_start": "Weeks start on",
            "working_day_start": "Working day starts",
            "working_day_end": "Working day ends",
        }
        help_texts = {
            "time_zone": "All times are shown in this zone, for example Europe/Berlin.",
            "second_time_zone": "Its hours stand beside yours in the day and the week. "
            "Leave it empty for none.",
        }
        widgets = {
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
            "second_time_zone": forms.TextInput(
                attrs={"list": "time-zones", "autocomplete": "off"}
            ),
        }
        field_classes = {"working_day_start": ClockField, "working_day_end": ClockField}

    def __init__(self, *args: Any, calendars: Sequence[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_clocks(self, twelve=reader_of(self.instance).twelve)
        field = self.fields["default_calendar"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        now = f" (now {calendars[0]})" if calendars and not self.instance.default_calendar else ""
        field.choices = [
            ("", f"Secretary's choice{now}"),
            *((each.google_id, _named(each, calendars)) for each in calendars),
        ]

    @property
    def sections(self) -> list[Section]:
        return [
            Section(key, title, [self[name] for name in names]) for key, title, names in _SECTIONS
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("working_day_start"), values.get("working_day_end")
        if start and end and end <= start:
            self.add_error("working_day_end", "The working day ends after it starts.")
        if values.get("second_time_zone") and values["second_time_zone"] == values.get("time_zone"):
            self.add_error("second_time_zone", "This is your first zone already.")
        return values

    def save(self, commit: bool = True) -> Member:
        """Writes only what the form shows, whatever else changed the member meanwhile."""
        member = super().save(commit=False)
        if commit:
            member.save(update_fields=self.Meta.fields)
        return member


def _named(calendar: Calendar, among: Sequence[Calendar]) -> str:
    """With its account where several accounts take events."""
    several = len({each.account_id for each in among}) > 1
    return f"{calendar} ({calendar.account})" if several else str(calendar)
