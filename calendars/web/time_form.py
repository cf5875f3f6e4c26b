"""What is asked where a time is to be found."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms

from calendars.free_time.ranking import HoursRule
from calendars.queries.find_time import MeetingQuestion
from calendars.web.form_fields import addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Member
    from calendars.models import Calendar

_LENGTHS: Final = (
    (15, "15 minutes"),
    (30, "30 minutes"),
    (45, "45 minutes"),
    (60, "1 hour"),
    (90, "1½ hours"),
    (120, "2 hours"),
    (180, "3 hours"),
)
_BUFFERS: Final = (
    (0, "no time"),
    *((minutes, f"{minutes} minutes") for minutes in (5, 10, 15, 30)),
    (60, "1 hour"),
)
_SPANS: Final = ((1, "that day"), (3, "3 days"), (7, "a week"), (14, "two weeks"))


class TimeForm(forms.Form):
    title = forms.CharField(required=False, max_length=1_024, label="What it is about")
    people = forms.MultipleChoiceField(
        required=False, label="Who has to be there", widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        required=False,
        max_length=2_000,
        label="People outside",
        help_text="Addresses, with commas between them.",
    )
    optional_people = forms.MultipleChoiceField(
        required=False, label="Who may be there", widget=forms.CheckboxSelectMultiple
    )
    optional_others = forms.CharField(
        required=False, max_length=2_000, label="People outside who may be there"
    )
    duration = forms.TypedChoiceField(coerce=int, choices=_LENGTHS, label="How long")
    first = forms.DateField(
        label="From", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    days = forms.TypedChoiceField(coerce=int, choices=_SPANS, label="Within")
    hours = forms.ChoiceField(
        label="Working hours",
        choices=[
            (HoursRule.REQUIRED.value, "Only within them"),
            (HoursRule.PREFERRED.value, "Rather within them"),
            (HoursRule.IGNORED.value, "At any time"),
        ],
    )

    before = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, choices=_BUFFERS, label="Free before it"
    )
    after = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, choices=_BUFFERS, label="Free after it"
    )
    calendar = forms.ChoiceField(required=False, label="Book into")

    def __init__(
        self,
        *arguments: Any,
        colleagues: Sequence[tuple[str, str]],
        calendars: Sequence[Calendar],
        **options: Any,
    ) -> None:
        """``calendars`` are those that the member can book into, the usual one first."""
        super().__init__(*arguments, **options)
        self._usual_calendar = calendars[0].google_id if calendars else ""
        self._choices("calendar", [(each.google_id, str(each)) for each in calendars])
        if not calendars:
            del self.fields["calendar"]
        for name in ("people", "optional_people"):
            self._choices(name, colleagues)
        if not colleagues:
            del self.fields["people"], self.fields["optional_people"]

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)

    def clean_first(self) -> dt.date:
        day: dt.date = self.cleaned_data["first"]
        if not dt.date(2000, 1, 1) <= day <= dt.date(2100, 1, 1):
            raise forms.ValidationError("Choose a day of this century.")
        return day

    @property
    def usual_calendar(self) -> str:
        """Where it is booked unless another is chosen; empty for who can book nowhere."""
        return self._usual_calendar

    @property
    def required_people(self) -> list[str]:
        return self._named("people", "others")

    def question(self, *, member: Member) -> MeetingQuestion:
        """Of whom, for how long and when; the member who asks is always there."""
        first, days = self.cleaned_data["first"], self.cleaned_data["days"]
        required = self.required_people
        optional = self._named("optional_people", "optional_others")
        return MeetingQuestion(
            time_min=_midnight(first, member),
            time_max=_midnight(first + dt.timedelta(days=days), member),
            duration_minutes=self.cleaned_data["duration"],
            people=required,
            optional_people=[name for name in optional if name not in required],
            buffer_before_minutes=self.cleaned_data["before"] or 0,
            buffer_after_minutes=self.cleaned_data["after"] or 0,
            working_hours=HoursRule(self.cleaned_data["hours"]),
        )

    def _named(self, members: str, others: str) -> list[str]:
        names = [*self.cleaned_data.get(members, ()), *addresses(self.cleaned_data[others])]
        return list(dict.fromkeys(names))


def _midnight(day: dt.date, member: Member) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), member.zone)
