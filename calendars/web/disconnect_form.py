from __future__ import annotations

from typing import Any

from django import forms

from calendars.web.words import plural


class DisconnectForm(forms.Form):
    """What becomes of what is cached. ``unsent`` is how many changes Google does not have; an
    account that is not connected any more can only be removed.
    """

    cache = forms.ChoiceField(
        label="Its calendars and events in Secretary", initial="keep", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, unsent: int, is_connected: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cache"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        changes = plural(unsent, "change")
        kept = f"; {changes} for Google wait until you connect it again" if unsent else ""
        lost = f", and with them {changes} that Google does not have" if unsent else ""
        field.choices = [
            ("keep", f"Keep them readable as they are now{kept}"),
            ("delete", f"Delete them here{lost}. At Google they stay as they are"),
        ]
        if not is_connected:
            field.choices = field.choices[1:]
            field.initial = "delete"
