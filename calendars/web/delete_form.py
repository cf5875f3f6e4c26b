"""What there is to ask before an event is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from calendars.commands.scope import Scope
from calendars.commands.telling import has_guests
from calendars.sync.core.push_plan import is_copy
from calendars.web.event_form import SCOPES
from calendars.web.notify_field import NotifyForm

if TYPE_CHECKING:
    from collections.abc import Mapping


class DeleteForm(NotifyForm):
    """Which occurrences go, and who is told. Other forms post here too: ``sure`` is its own."""

    which = forms.ChoiceField(label="Which events?", choices=SCOPES, widget=forms.RadioSelect)
    sure = forms.CharField(required=False, initial="yes", widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    is_series = False

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

    @property
    def scope_chosen(self) -> Scope | None:
        if "which" in self.fields:
            return Scope(self.cleaned_data["which"])
        return Scope.SERIES if self.is_series else None
