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


class PasswordResetForm(auth_forms.PasswordResetForm):
    """Sends the mail beside the request: its duration must not tell whether an address exists."""

    def send_mail(self, *arguments: Any, **options: Any) -> None:
        in_background(lambda: super(PasswordResetForm, self).send_mail(*arguments, **options))


def in_background(work: Callable[[], None]) -> None:
    Thread(target=work).start()
