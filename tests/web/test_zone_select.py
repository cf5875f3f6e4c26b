"""The choice of a time zone is that of Django, only faster."""

from __future__ import annotations

import pytest
from django import forms
from django.test.html import parse_html

from calendars.web.form_fields import zone_choices
from calendars.web.zone_select import ZoneSelect

CHOICES = [*zone_choices(["Europe/Berlin", "UTC"]), ("<\"of\"> & 'none'", [("<&'\">", "<&'\">")])]


@pytest.mark.parametrize("chosen", ["Europe/Berlin", "UTC", "<&'\">", "Mars/Olympus", "", None])
def test_is_written_as_by_django(chosen: str | None) -> None:
    ours, djangos = (
        widget(attrs={"class": "wide"}, choices=CHOICES).render(
            "zone", chosen, {"id": "id_zone", "required": True, "aria-invalid": "<true>"}
        )
        for widget in (ZoneSelect, forms.Select)
    )
    assert parse_html(ours) == parse_html(djangos)
