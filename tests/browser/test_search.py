"""Searching in Chromium: with the mouse, with the keyboard, on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers
from tests.browser.test_calendar import make

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plans(alices_calendar: Calendar) -> None:
    today = timezone.now().date()
    make(alices_calendar, "Budget plan", today, "10:00", "11:00")
    make(alices_calendar, "Budget review", today, "12:00", "13:00")
    keep_around_now()


def test_one_types_and_opens_what_is_found_with_the_keyboard(signed_in: Page, plans: None) -> None:
    page, address = signed_in, signed_in.url
    field, panel = page.get_by_role("searchbox"), page.locator("#search-panel")
    field.press_sequentially("bud")
    expect(panel.get_by_role("listitem")).to_have_count(2)
    picture(page, "search-panel-light")
    assert barriers(page) == []
    field.press("Escape")
    expect(panel).to_be_hidden()
    expect(field).to_be_focused()
    field.press_sequentially("get rev")
    expect(panel.get_by_role("listitem")).to_have_count(1)
    field.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(panel).to_be_hidden()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    expect(panel.get_by_role("listitem")).to_have_count(1)
    expect(panel).to_be_visible()
    assert page.url == address


def test_a_panel_closes_when_one_goes_on_elsewhere(signed_in: Page, plans: None) -> None:
    page = signed_in
    field, panel = page.get_by_role("searchbox"), page.locator("#search-panel")
    field.fill("nothing like it")
    expect(panel).to_contain_text("Nothing found")
    page.get_by_role("link", name="Today", exact=True).focus()
    expect(panel).to_be_hidden()
    field.focus()
    expect(panel).to_be_visible()
    field.fill("")
    expect(panel).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_a_page_for_it(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    plans: None,
    scheme: str,
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": 360, "height": 740})
    sign_in(page, alice)
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").press_sequentially("budget")
    expect(page.locator("#live").get_by_role("listitem")).to_have_count(2)
    expect(page).to_have_url("/calendar/search/?q=budget")
    picture(page, f"search-phone-{scheme}")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Budget plan").click()
    expect(page.get_by_role("dialog")).to_be_visible()
