"""A day with the keyboard alone, in Chromium."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import CachedEvent, OutboxOperation
from calendars.web.words import TO
from tests.browser.conftest import picture
from tests.browser.test_barriers import barriers
from tests.browser.test_calendar import event, make
from tests.browser.test_drag import times
from tests.factories import cached

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from calendars.models import Calendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def monday() -> dt.date:
    today = timezone.now().date()
    return today - dt.timedelta(days=today.weekday())


@pytest.fixture
def planning(alices_calendar: Calendar, monday: dt.date) -> CachedEvent:
    return make(alices_calendar, "Planning", monday + dt.timedelta(days=1), "10:00", "11:00")


def open_week(page: Page, day: dt.date) -> None:
    page.goto(f"/calendar/week/{day}/")


def test_letters_lead_from_view_to_view(signed_in: Page, monday: dt.date) -> None:
    page, today = signed_in, timezone.now().date()
    open_week(page, monday)
    for key, address in (
        ("n", f"/week/{monday + dt.timedelta(days=7)}/"),
        ("k", f"/week/{monday}/"),
        ("m", f"/month/{monday}/"),
        ("d", f"/day/{monday}/"),
        ("j", f"/day/{monday + dt.timedelta(days=1)}/"),
        ("p", f"/day/{monday}/"),
        ("a", f"/agenda/{monday}/"),
        ("w", f"/week/{monday}/"),
        ("t", f"/week/{today}/"),
    ):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(re.escape(address)))
        page.wait_for_load_state()


def test_letters_open_what_they_stand_for_but_not_while_typing(
    signed_in: Page, monday: dt.date
) -> None:
    page = signed_in
    dialog = page.get_by_role("dialog")
    page.keyboard.press("c")
    expect(dialog.get_by_label("Title")).to_be_focused()
    page.keyboard.type("dwmatcz?/")
    expect(dialog.get_by_label("Title")).to_have_value("dwmatcz?/")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("g")
    dialog.get_by_label("Date").fill("2027-05-01")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/week/2027-05-01/"))
    page.wait_for_load_state()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("wt")
    expect(page.get_by_role("searchbox")).to_have_value("wt")
    page.get_by_role("searchbox").blur()
    page.keyboard.press("r")
    expect(page.get_by_text("Google is being asked.")).to_be_visible()


def test_the_list_of_keys_has_no_barrier_and_can_turn_letters_off(signed_in: Page) -> None:
    page = signed_in
    dialog = page.get_by_role("dialog")
    page.keyboard.press("?")
    expect(dialog.get_by_role("heading", name="Keys")).to_be_visible()
    picture(page, "keys")
    assert barriers(page) == []
    dialog.get_by_label("Letters are shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("c")
    page.get_by_role("link", name="Keys").click()
    expect(dialog.get_by_label("Letters are shortcuts")).not_to_be_checked()
    dialog.get_by_label("Letters are shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(dialog.get_by_label("Title")).to_be_focused()


def test_arrows_walk_through_the_events_in_order_of_time(
    signed_in: Page, alices_calendar: Calendar, planning: CachedEvent, monday: dt.date
) -> None:
    page = signed_in
    tuesday = monday + dt.timedelta(days=1)
    make(alices_calendar, "Lunch", tuesday, "12:00", "13:00")
    make(alices_calendar, "Review", monday + dt.timedelta(days=2), "12:00", "13:00")
    days = {"start": {"date": str(tuesday)}, "end": {"date": str(tuesday + dt.timedelta(days=1))}}
    cached(alices_calendar, {"id": "fair00000", "summary": "Fair", **days})
    open_week(page, monday)
    event(page, "Planning").focus()
    for key, title in (
        ("ArrowDown", "Lunch"),
        ("ArrowRight", "Review"),
        ("ArrowLeft", "Lunch"),
        ("Home", "Fair"),
        ("ArrowDown", "Planning"),
        ("End", "Review"),
        ("ArrowDown", "Review"),
    ):
        page.keyboard.press(key)
        expect(event(page, title)).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Review")).to_be_visible()
    page.keyboard.press("e")
    expect(dialog.get_by_label("Title")).to_have_value("Review")


def test_alt_and_arrows_move_the_event_when_alt_is_let_go(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page, day = signed_in, monday + dt.timedelta(days=2)
    open_week(page, monday)
    event(page, "Planning").focus()
    page.keyboard.down("Alt")
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".ghost")).to_contain_text(f"10:15{TO}11:15")
    expect(page.locator("#announce")).to_contain_text(f"Planning: Wed {day.day}")
    assert not OutboxOperation.objects.exists()
    page.keyboard.up("Alt")
    expect(event(page, "Planning")).to_contain_text("Pending")
    expect(event(page, "Planning")).to_be_focused()
    expect(page.locator(".ghost, .is-dragging")).to_have_count(0)
    assert times() == (f"{day}T10:15", f"{day}T11:15")
    OutboxOperation.objects.all().delete()
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(event(page, "Planning")).to_contain_text("11:30")
    assert times() == ("", f"{day}T11:30")


def test_escape_leaves_the_event_where_it_was(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page = signed_in
    open_week(page, monday)
    event(page, "Planning").focus()
    page.keyboard.down("Alt")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".ghost")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.up("Alt")
    expect(page.locator(".ghost, .is-dragging")).to_have_count(0)
    expect(event(page, "Planning")).to_be_focused()
    assert not OutboxOperation.objects.exists()


def test_delete_takes_the_event_away_and_z_brings_it_back(
    signed_in: Page, alices_calendar: Calendar, planning: CachedEvent, monday: dt.date
) -> None:
    page = signed_in
    make(alices_calendar, "Lunch", monday + dt.timedelta(days=1), "12:00", "13:00")
    open_week(page, monday)
    event(page, "Planning").focus()
    page.keyboard.press("Delete")
    expect(event(page, "Planning")).to_have_count(0)
    expect(event(page, "Lunch")).to_be_focused()
    page.keyboard.press("z")
    expect(event(page, "Planning")).to_have_count(1)


def test_a_form_is_answered_in_place_however_soon_enter_is_pressed(signed_in: Page) -> None:
    page = signed_in
    page.evaluate("""document.addEventListener("htmx:afterSwap", () => setTimeout(() => {
        const form = document.querySelector("#dialog-body form");
        form.elements.summary.value = "At once";
        form.requestSubmit();
    }), { once: true });
    window.stillHere = true;""")
    page.keyboard.press("c")
    expect(event(page, "At once")).to_have_count(1)
    assert page.evaluate("window.stillHere")


def test_z_says_in_passing_that_there_is_nothing_to_undo(signed_in: Page) -> None:
    page = signed_in
    page.keyboard.press("z")
    expect(page.locator("#announce")).to_contain_text("Nothing to undo")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_over_a_change_of_clocks_a_day_further_is_the_same_time(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    """Berlin's clocks go on on 28 March 2027."""
    page, day = signed_in, dt.date(2027, 3, 27)
    make(alices_calendar, "Planning", day, "10:00", "11:00")
    open_week(page, day)
    event(page, "Planning").focus()
    page.keyboard.down("Alt")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".ghost")).to_contain_text(f"Sun 28 Mar, 10:00{TO}11:00")
    page.keyboard.up("Alt")
    expect(event(page, "Planning")).to_contain_text("Pending")
    assert times() == ("2027-03-28T10:00", "2027-03-28T11:00")


def test_the_small_month_is_one_stop_and_arrows_walk_through_its_days(
    signed_in: Page, monday: dt.date
) -> None:
    page, today = signed_in, timezone.now().date()
    open_week(page, monday)
    page.locator("#small-month-forth").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#small-month [aria-current]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    sixth = today + dt.timedelta(days=6)
    expect(page.locator(f'#small-month [href$="/{sixth}/"]')).to_be_focused()
    page.keyboard.press("PageDown")
    following = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    expect(page.get_by_role("heading", name=f"{following:%B %Y}")).to_be_visible()
    expect(page.locator("#small-month td :focus")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator("#small-month :focus")).to_have_count(0)


def test_from_nowhere_an_arrow_leads_to_what_comes_next(
    signed_in: Page, alices_calendar: Calendar, planning: CachedEvent, monday: dt.date
) -> None:
    page = signed_in
    make(alices_calendar, "Next", monday + dt.timedelta(days=8), "10:00", "11:00")
    open_week(page, monday + dt.timedelta(days=7))
    page.keyboard.press("ArrowDown")
    expect(event(page, "Next")).to_be_focused()


def test_a_new_event_has_the_focus_and_goes_with_the_next_key(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    page = signed_in
    page.goto(f"/calendar/week/{timezone.now().date()}/")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog").get_by_label("Title")).to_be_focused()
    page.keyboard.type("Groceries")
    page.keyboard.press("Enter")
    expect(event(page, "Groceries")).to_be_focused()
    page.keyboard.press("Delete")
    expect(event(page, "Groceries")).to_have_count(0)


@pytest.mark.parametrize("answer", ["This and following events", "All events", "Delete"])
def test_after_a_question_about_a_series_the_focus_is_where_the_event_was(
    signed_in: Page, alices_calendar: Calendar, monday: dt.date, answer: str
) -> None:
    """Also where the event goes by another name since, or is gone."""
    page, wednesday = signed_in, monday + dt.timedelta(days=2)
    noon, one = (
        {"dateTime": f"{monday}T{clock}:00", "timeZone": "Europe/Berlin"}
        for clock in ("12:00", "13:00")
    )
    series = {"id": "lunch0000", "summary": "Lunch", "recurrence": ["RRULE:FREQ=DAILY;COUNT=7"]}
    cached(alices_calendar, {**series, "start": noon, "end": one})
    open_week(page, monday)
    page.locator(f'.day[data-day="{wednesday}"] .event').focus()
    if answer == "Delete":
        page.keyboard.press("Delete")
    else:
        page.keyboard.down("Alt")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".ghost")).to_be_visible()
        page.keyboard.up("Alt")
    page.get_by_role("dialog").get_by_role("button", name=answer).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#live .event:focus")).to_have_count(1)
    beside = (1, 3) if answer == "Delete" else (2,)
    days = [(monday + dt.timedelta(days=number)).isoformat() for number in beside]
    assert page.evaluate("document.activeElement.closest('.day').dataset.day") in days
