from __future__ import annotations

import datetime as dt
from threading import Thread
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils import timezone

from accounts.models import Member, TokenScope

if TYPE_CHECKING:
    from collections.abc import Callable

    _MemberForm = forms.ModelForm[Member]
else:
    _MemberForm = forms.ModelForm  # Django's class takes no type argument at run time

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST_TOKEN_LIFE = dt.timedelta(days=36_500)


class WorkingDaysField(forms.TypedMultipleChoiceField):
    """Boxes for the days of the week; a list of numbers, 0 for Monday."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=list(enumerate(_WEEKDAYS)), coerce=int, **options)


class ProfileForm(_MemberForm):
    working_days = WorkingDaysField()
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
        fields = (
            "time_zone",
            "second_time_zone",
            "hour_format",
            "week_start",
            "working_days",
            "working_day_start",
            "working_day_end",
            "default_view",
            "default_duration",
            "shares_busy_time",
        )
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
            "working_day_start": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "working_day_end": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

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


class TimeZoneForm(_MemberForm):
    """Only the zone: for the offer to take the browser's."""

    class Meta:
        model = Member
        fields = ("time_zone",)


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="What it is for, for example: laptop.")
    scope = forms.ChoiceField(
        choices=[
            (TokenScope.READ, "Read: see calendars and events"),
            (TokenScope.PROPOSE, "Propose: also suggest changes that you approve"),
            (TokenScope.WRITE, "Write: also change events"),
        ],
    )
    last_day = forms.DateField(
        required=False,
        label="Last day",
        help_text="The token works to the end of this day. Without one it works until revoked.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_last_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["last_day"]
        if day is None:
            return None
        today = timezone.localdate()
        if not today <= day <= today + _LONGEST_TOKEN_LIFE:
            raise forms.ValidationError("Choose today or a later day within a hundred years.")
        return day

    def expires_at(self) -> dt.datetime | None:
        """The end of the last day in the member's zone."""
        day = self.cleaned_data["last_day"]
        if day is None:
            return None
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
        return timezone.make_aware(midnight)


class DisconnectForm(forms.Form):
    cache = forms.ChoiceField(
        label="Calendars and events in Secretary",
        choices=[
            ("keep", "Keep them readable as they are now"),
            ("delete", "Delete them, with changes that Google has not received yet"),
        ],
        initial="keep",
        widget=forms.RadioSelect,
    )


class PasswordResetForm(auth_forms.PasswordResetForm):
    """Sends the mail beside the request: its duration must not tell whether an address exists."""

    def send_mail(self, *arguments: Any, **options: Any) -> None:
        in_background(lambda: super(PasswordResetForm, self).send_mail(*arguments, **options))


def in_background(work: Callable[[], None]) -> None:
    Thread(target=work).start()
