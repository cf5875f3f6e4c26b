"""The forms of the calendar lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from calendars.web.shared_address import address_in
from calendars.web.style_classes import CALENDAR_COLOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLOUR_NAMES: Final = (
    "Cocoa",
    "Flamingo",
    "Tomato",
    "Tangerine",
    "Pumpkin",
    "Mango",
    "Eucalyptus",
    "Basil",
    "Pistachio",
    "Avocado",
    "Citron",
    "Banana",
    "Sage",
    "Peacock",
    "Cobalt",
    "Blueberry",
    "Lavender",
    "Wisteria",
    "Graphite",
    "Birch",
    "Radicchio",
    "Cherry blossom",
    "Grape",
    "Amethyst",
)
"""As Google's pages call them, in the order of their ids."""

_LONGEST_ADDRESS: Final = 320


class SubscribeForm(forms.Form):
    """``accounts`` are the addresses of those that can take another calendar."""

    calendar = forms.CharField(
        label="Address of the calendar",
        max_length=2_000,
        help_text="As its owner finds it at Google, in the calendar's settings under “Integrate "
        "calendar”: an e-mail address, one that ends in calendar.google.com, or a link to share.",
        widget=forms.TextInput(
            attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    account = forms.ChoiceField(label="On the list of")

    def __init__(self, *args: Any, accounts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(each, each) for each in accounts]
        if len(accounts) == 1:
            field.widget, field.initial = forms.HiddenInput(), accounts[0]

    def clean_calendar(self) -> str:
        address = address_in(self.cleaned_data["calendar"])
        if not address or len(address) > _LONGEST_ADDRESS:
            raise forms.ValidationError("This link names no calendar at Google.")
        return address


class ColourForm(forms.Form):
    """One of Google's colours for calendars by the number of its class, or ``exact``, any other."""

    colour = forms.ChoiceField(
        label="Colour",
        required=False,
        choices=[*zip(CALENDAR_COLOURS, _COLOUR_NAMES, strict=True), ("", "Another colour")],
        widget=forms.RadioSelect,
    )
    exact = forms.RegexField(
        "^#[0-9a-fA-F]{6}$",
        label="Another colour",
        required=False,
        widget=forms.TextInput(attrs={"type": "color"}),
    )

    @property
    def background(self) -> str | None:
        """The colour that was chosen; None where none was."""
        if not self.is_valid():
            return None
        number = self.cleaned_data["colour"]
        return f"#{CALENDAR_COLOURS[number]}" if number else self.cleaned_data["exact"] or None
