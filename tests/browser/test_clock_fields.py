"""Times of day in forms, with the list of times that scripts put under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import picture
from tests.browser.test_barriers import barriers
from tests.web.test_clock_fields import READ

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from accounts.models import Member
    from calendars.models import Calendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/calendar/event/new?start=2026-03-12T14:00"


@pytest.fixture
def new_event(signed_in: Page) -> Page:
    signed_in.goto(NEW)
    return signed_in


def moments(page: Page) -> list[str]:
    names = ("start_date", "start_time", "end_date", "end_time")
    return [page.locator(f"[name={name}]").input_value() for name in names]


def option(page: Page, name: str) -> Locator:
    return page.get_by_role("option", name=name, exact=True)


def test_scripts_read_times_like_the_server(signed_in: Page) -> None:
    read = signed_in.evaluate(
        "async (texts) => { const { readClock } = await import('/static/js/clock_words.js');"
        "return texts.map((text) => readClock(text)); }",
        list(READ),
    )
    minutes = [int(at[:2]) * 60 + int(at[3:]) if at else None for at in READ.values()]
    assert dict(zip(READ, read, strict=True)) == dict(zip(READ, minutes, strict=True))


def test_the_end_is_chosen_by_how_long_the_event_is(new_event: Page) -> None:
    page = new_event
    page.get_by_label("Ends at").click()
    expect(page.get_by_role("option").first).to_have_text("14:15 (15 min)")
    picture(page, "clock-list")
    assert barriers(page) == []
    option(page, "15:30 (1 h 30 min)").click()
    assert moments(page) == ["2026-03-12", "14:00", "2026-03-12", "15:30"]
    page.get_by_label("Ends at").click()
    option(page, "00:30 (10 h 30 min)").click()
    assert moments(page) == ["2026-03-12", "14:00", "2026-03-13", "00:30"]
    expect(page.get_by_text("Friday 13 March")).to_be_visible()


def test_the_end_goes_with_the_start(new_event: Page) -> None:
    page = new_event
    page.get_by_label("Starts at").fill("2330")
    page.keyboard.press("Tab")
    assert moments(page) == ["2026-03-12", "23:30", "2026-03-13", "00:30"]
    page.get_by_label("Starts on").fill("2026-04-01")
    page.keyboard.press("Tab")
    assert moments(page) == ["2026-04-01", "23:30", "2026-04-02", "00:30"]
    page.get_by_label("All day").check()
    page.get_by_label("Starts on").fill("2026-04-06")
    page.keyboard.press("Tab")
    assert page.get_by_label("Ends on").input_value() == "2026-04-07"


def test_the_list_works_from_the_keyboard(new_event: Page) -> None:
    page = new_event
    start = page.get_by_label("Starts at")
    start.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_text("14:00")
    page.keyboard.press("ArrowDown")
    assert start.get_attribute("aria-activedescendant") == option(page, "14:15").get_attribute("id")
    page.keyboard.press("Enter")
    assert moments(page)[1::2] == ["14:15", "15:15"]
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(start).to_have_attribute("aria-expanded", "false")
    assert moments(page)[1] == "14:15"


def test_over_the_calendar_escape_closes_the_list_first(signed_in: Page) -> None:
    page = signed_in
    page.keyboard.press("c")
    page.get_by_label("Starts at").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_who_counts_to_twelve_reads_and_types_so(
    page: Page, alice: Member, alices_calendar: Calendar, sign_in: Callable[[Page, Member], None]
) -> None:
    alice.hour_format = "12"
    alice.save()
    sign_in(page, alice)
    page.goto(NEW)
    assert moments(page)[1::2] == ["2 pm", "3 pm"]
    page.get_by_label("Ends at").fill("4")
    page.keyboard.press("Tab")
    assert moments(page)[3] == "4 pm"
    page.get_by_label("Starts at").fill("10:15")
    page.keyboard.press("Tab")
    assert moments(page)[1::2] == ["10:15 am", "12:15 pm"]
