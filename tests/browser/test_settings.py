"""The settings in Chromium: applied in place, taken back, without barriers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from calendars.models import CalendarListChange
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers
from tests.factories import CalendarFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

    SignIn = Callable[[Page, Member], None]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team(alices_account: GoogleAccount, alices_calendar: Calendar) -> Calendar:
    return CalendarFactory(
        account=alices_account,
        google_id="team@example.test",
        access_role="writer",
        background_color="#16a765",
    )


def test_a_box_applies_at_once_and_keeps_the_focus(signed_in: Page, team: Calendar) -> None:
    page = signed_in
    page.goto("/settings/calendar/")
    box = page.get_by_role("checkbox", name="Team")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("#announce")).to_have_text("The calendar shows 1 of 2.")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#announce")).to_have_text("The calendar shows 2 of 2.")
    team.refresh_from_db()
    assert team.selected


def test_a_colour_is_chosen_by_keyboard_and_taken_back(signed_in: Page, team: Calendar) -> None:
    page = signed_in
    page.goto("/settings/calendar/")
    opener = page.get_by_role("link", name="Change… Team")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Blueberry").focus()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("radio", name="Lavender")).to_be_checked()
    expect(dialog.get_by_role("radio", name="Lavender")).to_have_css("opacity", "0")  # its swatch
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    listed = page.locator(".listed", has_text="Team")
    expect(listed).to_contain_text("Google gets the new colour next.")
    expect(listed.locator(".swatch")).to_have_class(re.compile("tint-17"))
    page.get_by_role("button", name="Undo").click()
    expect(listed.locator(".swatch")).not_to_have_class(re.compile("tint-17"))
    assert CalendarListChange.objects.count() == 2


def test_a_calendar_is_removed_and_brought_back(signed_in: Page, team: Calendar) -> None:
    page = signed_in
    page.goto("/settings/calendar/")
    page.get_by_role("link", name="Change… Team").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("checkbox", name="Team")).to_have_count(0)
    expect(page.locator("#live")).to_contain_text("Team: leaves your list at Google next.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#live")).to_contain_text("Team: appears as soon as")


def test_a_wrong_address_is_said_beside_the_field_and_kept(signed_in: Page) -> None:
    page = signed_in
    page.goto("/settings/calendar/")
    field = page.get_by_label("Address of the calendar")
    field.fill("holidays")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator("#subscribe")).to_contain_text("looks like an address")
    expect(field).to_have_value("holidays")
    field.fill("holidays@example.test")
    field.press("Enter")
    expect(page.locator("#live")).to_contain_text("holidays@example.test: appears as soon as")
    expect(field).to_have_value("")


def test_without_scripts_a_calendar_is_coloured_on_a_page_of_its_own(
    open_page: OpenPage, sign_in: SignIn, alice: Member, team: Calendar
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, alice)
    page.goto("/settings/calendar/")
    page.get_by_role("link", name="Change… Team").click()
    page.get_by_text("Tomato", exact=True).click(force=True)
    page.get_by_role("button", name="Save the colour").click()
    expect(page.get_by_text("“Team” has a new colour.")).to_be_visible()
    expect(page).to_have_url(re.compile("/settings/calendar/$"))


def test_the_profile_proposes_the_zone_of_the_browser(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar
) -> None:
    page = open_page(timezone_id="Europe/Lisbon")
    sign_in(page, alice)
    page.goto("/settings/profile/")
    offer = page.get_by_text("This browser is in Europe/Lisbon.")
    expect(offer).to_be_visible()
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_label("Time zone", exact=True)).to_have_value("Europe/Lisbon")
    expect(offer).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Lisbon"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark"), (640, "light")])
def test_the_settings_fit_the_window_and_have_no_barrier(
    open_page: OpenPage,
    sign_in: SignIn,
    alice: Member,
    team: Calendar,
    width: int,
    scheme: str,
) -> None:
    """640 is what is left of 1280 at a zoom of 200%."""
    keep_around_now()
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    sign_in(page, alice)
    found = []
    for name in ("accounts", "sync", "tokens", "profile", "calendar"):
        page.goto(f"/settings/{name}/")
        picture(page, f"settings-{name}-{width}-{scheme}")
        found += barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("link", name="Change… Team").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Remove")).to_be_visible()
    picture(page, f"settings-list-entry-{width}-{scheme}")
    assert dialog.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    assert [*found, *barriers(page)] == []
