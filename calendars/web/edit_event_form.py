"""The form of an event that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from calendars import recurrence
from calendars.commands.scope import Scope
from calendars.web.event_form import MOMENT_FIELDS, SCOPES, EventForm
from calendars.web.event_initial import initial_of, repeats
from calendars.web.field_words import usual_reminders
from calendars.web.permitted import refused_fields
from calendars.web.repeat_fields import KEEP, REPEAT_FIELDS, REPEATS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from calendars.models import Calendar

_SCOPE_HELP: Final = "What is over stays as it was."
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
        self.offer_reminders(usual_reminders(calendar.default_reminders))
        if resource.get("recurringEventId"):
            self.fields["scope"].required = True
        else:
            del self.fields["scope"]
        if repeats(resource):
            kept = recurrence.in_words(series, calendar_zone=zone) if series else "As it does now"
            self.choice("repeat").choices = [(KEEP, kept), *REPEATS]
        people = [each for each in resource.get("attendees") or () if isinstance(each, dict)]
        keys = [key for each in people if (key := each.get("email") or each.get("id"))]
        for name in ("remove_guests", "optional", "optional_shown"):
            self.choice(name).choices = [(key, key) for key in keys]
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
            values["reminders"] = self.chosen_reminders()
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
