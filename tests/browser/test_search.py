"""Searching in Chromium: with the mouse, with the keyboard, on a phone."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import CachedEvent
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers
from tests.browser.test_calendar import make
from tests.factories import cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

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


def test_a_long_title_has_a_line_of_its_own(signed_in: Page, alices_calendar: Calendar) -> None:
    page = signed_in
    title = "Quarterly planning of the whole infrastructure department with auditors from outside"
    place = "Conference room Lighthouse, third floor, Main Street 12, Hamburg"
    cached(alices_calendar, {"id": "plan0", "summary": title, "location": place})
    page.get_by_role("searchbox").fill("infra")
    row = page.locator("#search-panel .row")
    expect(row).to_have_count(1)
    box, shown = row.bounding_box(), row.locator(".title").bounding_box()
    assert box is not None
    assert shown is not None
    assert box["height"] < 60
    assert shown["width"] > 0.8 * box["width"]


def far_plan(calendar: Calendar) -> dt.date:
    """In another week, at an hour that is not in sight at first."""
    day = timezone.now().date() + dt.timedelta(days=21)
    make(calendar, "Budget decision", day, "22:00", "23:00")
    return day


def test_what_is_found_in_another_week_opens_there_beside_its_event(
    signed_in: Page, plans: None, alices_calendar: Calendar
) -> None:
    page, day = signed_in, far_plan(alices_calendar)
    page.goto(f"/calendar/week/{timezone.now().date()}/")
    page.get_by_role("searchbox").press_sequentially("budget dec")
    expect(page.locator("#search-panel").get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/calendar/week/{day}/?card=**")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Budget decision")).to_be_focused()
    event = page.locator("#live .event", has_text="Budget decision")
    expect(event).to_be_in_viewport(ratio=1)
    card, block = dialog.bounding_box(), event.bounding_box()
    assert card is not None
    assert block is not None
    assert card["x"] >= block["x"] + block["width"] or card["x"] + card["width"] <= block["x"]
    picture(page, "search-another-week")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(event).to_be_focused()
    expect(page).to_have_url(f"/calendar/week/{day}/")
    page.go_back()
    expect(page).to_have_url(f"/calendar/week/{timezone.now().date()}/")


def test_what_is_done_to_it_there_stays_in_the_page(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    page, day = signed_in, far_plan(alices_calendar)
    event_id = CachedEvent.objects.get(calendar=alices_calendar).event_id
    page.goto(f"/calendar/week/{day}/?card=/calendar/event/alice@example.test/{event_id}/")
    page.evaluate("window.stillHere = true")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#announce")).to_contain_text("“Budget decision” is deleted.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#live .event")).to_have_count(0)
    assert page.evaluate("window.stillHere")


def test_without_scripts_it_stands_in_a_corner_and_the_event_has_the_focus(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
) -> None:
    day = far_plan(alices_calendar)
    keep_around_now()
    page = open_page(java_script_enabled=False)
    sign_in(page, alice)
    page.goto("/calendar/search/?q=budget")
    page.get_by_role("link", name="Budget decision").click()
    expect(page).to_have_url(re.compile(f"/calendar/week/{day}/"))
    event = page.locator("#live .event", has_text="Budget decision")
    expect(event).to_be_focused()
    expect(event).to_be_in_viewport()
    expect(page.get_by_role("dialog")).to_contain_text("Budget decision")
    picture(page, "search-without-scripts")
    page.get_by_role("link", name="Close").click()
    expect(page).to_have_url(f"/calendar/week/{day}/")
    expect(page.get_by_role("dialog")).to_have_count(0)


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


@pytest.mark.parametrize(
    ("address", "found"), [("/calendar/search/", "#live"), ("/", "#search-panel")]
)
def test_what_is_typed_before_the_scripts_are_there_is_searched_for(
    signed_in: Page, plans: None, address: str, found: str
) -> None:
    page = signed_in
    held: list[Route] = []
    page.route("**/htmx*.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    page.get_by_role("searchbox").press_sequentially("budget")
    page.wait_for_timeout(300)
    held[0].continue_()
    expect(page.locator(found).get_by_role("listitem")).to_have_count(2)


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
