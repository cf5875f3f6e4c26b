"""Who of the guests is told: one question that several forms ask."""

from __future__ import annotations

from typing import Final

from django import forms

from calendars.models import Notify

TELLS: Final = [
    ("", "All of them, as usual"),
    (Notify.EXTERNAL.value, "Only those without Google Calendar"),
    (Notify.NONE.value, "Nobody"),
]
_HELP: Final = (
    "Usually Google writes to all guests, but not where only your own reminders, colour or "
    "busy time change. If nobody is told, guests who do not use Google Calendar never learn of it."
)


class NotifyForm(forms.Form):
    """A form that may ask whom to tell."""

    tell = forms.ChoiceField(label="Tell guests", required=False, choices=TELLS, help_text=_HELP)

    @property
    def notify(self) -> Notify | None:
        """None for what is usual."""
        said = self.cleaned_data.get("tell")
        return Notify(said) if said else None
