"""The choice of a time zone."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import flatatt

from calendars.web.markup import safe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.utils.safestring import SafeString


class ZoneSelect(forms.Select):
    """Groups of zones, written in one go.

    There are six hundred of them, and Django's own widget fills three templates for each: that was
    most of the time of the page.
    """

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, *_: Any, **__: Any
    ) -> SafeString:
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))})
        chosen = self.format_value(value)
        groups = (_group(label, zones, chosen) for label, zones in self.choices)
        return safe([f"<select{attributes}>", *groups, "</select>"])


def _group(label: str, zones: Iterable[tuple[str, str]], chosen: Collection[str]) -> str:
    options = "".join(_option(zone, words, zone in chosen) for zone, words in zones)
    return f'<optgroup label="{escape(label)}">{options}</optgroup>'


@cache
def _option(zone: str, words: str, is_chosen: bool) -> str:
    selected = " selected" if is_chosen else ""
    return f'<option value="{escape(zone)}"{selected}>{escape(words)}</option>'
