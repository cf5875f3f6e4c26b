"""Requests that no page of ours sends: refused or answered like any other, never an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from calendars.models import Calendar

NO_PAGES = ["http://[::1", "http://testserver//evil.example/", "http://evil.example/", "\x01", "%"]


@pytest.mark.parametrize("page", NO_PAGES)
def test_a_page_below_that_is_none_of_ours_leads_home(
    alices: Client, alices_calendar: Calendar, page: str
) -> None:
    answer = alices.get("/calendar/event/new", HTTP_HX_CURRENT_URL=page, **HTMX)
    assert (answer.status_code, answer.context["back_url"]) == (200, "/")


@pytest.mark.parametrize("page", NO_PAGES)
def test_who_is_not_logged_in_comes_to_the_login_from_whatever_page(
    client: Client, db: None, page: str
) -> None:
    answer = client.get("/calendar/event/new", HTTP_HX_CURRENT_URL=page, **HTMX)
    assert answer.headers["HX-Redirect"].startswith("/login/?next=/")
