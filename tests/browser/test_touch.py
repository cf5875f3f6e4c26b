"""A phone in Chromium: everything has room for a finger, and nothing hides anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import keep_around_now
from tests.browser.test_calendar import make

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What is pressed and is smaller than 24 pixels; a box counts with its label, a link among words
# is as high as they are, and days and events are as large as their time.
_SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .filter((each) => !each.closest('p:has(+ *), p:not(.actions), dd, .skip, [aria-hidden=true]'))
    .filter((each) => !each.matches('.event, .more, [type=hidden], .visually-hidden'))
    .map((each) => each.closest('label') ?? each)
    .filter((each) => Math.min(each.offsetWidth, each.offsetHeight) < 24)
    .map((each) => `${each.outerHTML.slice(0, 120)} ${each.offsetWidth}x${each.offsetHeight}`)"""


@pytest.fixture
def phone(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
) -> Page:
    keep_around_now()
    make(alices_calendar, "Planning", timezone.now().date(), "10:00", "11:00")
    page = open_page(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    sign_in(page, alice)
    return page


def test_what_a_finger_presses_is_large_enough_and_no_page_is_too_wide(phone: Page) -> None:
    today = timezone.now().date()
    for address in (
        f"/calendar/day/{today}/",
        f"/calendar/month/{today}/",
        f"/calendar/agenda/{today}/",
        "/calendar/event/new",
        "/calendar/find-time/",
        "/settings/profile/",
        "/settings/calendar/",
        "/settings/tokens/",
    ):
        phone.goto(address)
        assert phone.evaluate(_SMALL) == [], address
        assert phone.evaluate("document.documentElement.scrollWidth") == 360, address


def test_the_toast_leaves_the_button_that_creates(phone: Page) -> None:
    create = phone.locator(".create-again")
    create.tap()
    dialog = phone.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Walk")
    dialog.get_by_role("button", name="Save").tap()
    toast = phone.locator(".toast")
    expect(toast).to_contain_text("is saved")
    said, button = toast.bounding_box(), create.bounding_box()
    assert said is not None
    assert button is not None
    assert said["x"] + said["width"] <= button["x"]


def test_the_long_editor_begins_with_its_head_and_without_the_keyboard(phone: Page) -> None:
    phone.goto(f"/calendar/day/{timezone.now().date()}/")
    phone.get_by_role("link", name="Planning").tap()
    phone.get_by_role("link", name="Edit").tap()
    head = phone.get_by_role("heading", name="Edit event")
    expect(head).to_be_focused()
    assert phone.locator("#dialog").evaluate("each => each.scrollTop") == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_the_offer_of_another_zone_hides_nothing_and_no_toast_hides_it(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    width: int,
) -> None:
    keep_around_now()
    page = open_page(
        has_touch=True, viewport={"width": width, "height": 740}, timezone_id="Pacific/Honolulu"
    )
    sign_in(page, alice)
    offer = page.get_by_role("form", name="Time zone")
    expect(offer).to_be_visible()
    page.get_by_role("link", name="Create", exact=True).locator("visible=true").tap()
    page.get_by_label("Title").fill("Coffee with somebody who comes from rather far away")
    page.get_by_role("button", name="Save").tap()
    expect(page.locator(".toast")).to_be_visible()
    page.get_by_role("link", name="Month", exact=True).tap(trial=True)
    page.locator(".toast").get_by_role("button", name="Undo").tap(trial=True)
    for button in offer.get_by_role("button").all():
        button.tap(trial=True)
