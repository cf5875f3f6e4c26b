"""The whole editor in Chromium: what was typed is kept, dates appear while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import OutboxOperation
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def editor(page: Page, title: str) -> Locator:
    """The whole editor of a new event with this title."""
    page.get_by_role("link", name="Create", exact=True).locator("visible=true").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("button", name="More options").click()
    expect(dialog.get_by_label("Where")).to_be_visible()
    expect(dialog.get_by_label("Title")).to_have_value(title)
    return dialog


def test_a_series_with_guests_is_made_changed_and_taken_back(signed_in: Page) -> None:
    page = signed_in
    dialog = editor(page, "Retro")
    dialog.get_by_label("Repeats", exact=True).first.select_option("custom")
    dialog.get_by_label("Every", exact=True).fill("2")
    dates = dialog.locator("#repeat-preview li")
    expect(dates).to_have_count(6)
    expect(dialog.locator("#repeat-preview")).to_contain_text("Every second")
    dialog.get_by_label("Guests", exact=True).fill("bob@example.test")
    description = dialog.get_by_role("textbox", name="Description")
    dialog.get_by_role("button", name="Bold").click()
    description.press_sequentially("Bring")
    dialog.get_by_role("button", name="Bold").click()
    description.press_sequentially(" <ideas>")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#announce")).to_contain_text("“Retro” is saved. The guests are told.")

    page.locator(".event", has_text="Retro").first.click()
    expect(dialog.locator(".rich b")).to_have_text("Bring")
    expect(dialog.locator(".rich")).to_have_text("Bring <ideas>")
    dialog.get_by_role("link", name="Edit").click()
    expect(dialog.get_by_role("textbox", name="Description")).to_have_text("Bring <ideas>")
    dialog.get_by_label("This and following events").check()
    dialog.get_by_label("Remove bob@example.test").check()
    dialog.get_by_label("Where").fill("Room 4")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    page.locator(".event", has_text="Retro").first.click()
    expect(dialog).to_contain_text("Room 4")
    expect(dialog).not_to_contain_text("bob@example.test")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    page.locator(".event", has_text="Retro").first.click()
    expect(dialog).to_contain_text("bob@example.test")
    assert OutboxOperation.objects.count() >= 3


def test_a_small_form_stands_beside_the_hour_that_was_clicked(signed_in: Page) -> None:
    page = signed_in
    day = timezone.now().date()
    slot = page.locator(f'.slot[href$="start={day}T15:00"]')
    slot.click(position={"x": 20, "y": 6})
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Starts at")).to_have_value("15:00")
    form, hour = dialog.bounding_box(), slot.bounding_box()
    assert form is not None
    assert hour is not None
    assert form["x"] >= hour["x"] + hour["width"] or form["x"] + form["width"] <= hour["x"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_it_fits_the_window_and_has_no_barrier(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    width: int,
    scheme: str,
) -> None:
    keep_around_now()
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    sign_in(page, alice)
    dialog = editor(page, "Retro")
    dialog.get_by_label("Repeats", exact=True).first.select_option("custom")
    dialog.get_by_label("Own, or none").check()
    expect(dialog.locator("#repeat-preview li")).to_have_count(6)
    picture(page, f"editor-{width}-{scheme}")
    assert barriers(page) == []
    assert dialog.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
