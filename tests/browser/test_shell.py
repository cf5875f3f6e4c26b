"""The shell in Chromium: what it does with little room, at once, and without jumping."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.web.words import TO
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_calendar import event, fill_week, make
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

    SignIn = Callable[[Page, Member], None]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_SHIFTS = """new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) { sum += entry.value; }
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => setTimeout(() => resolve(sum), 100));
})"""


_CHIP = """text => {
    const chip = document.getElementById("sync-chip");
    chip.className = "chip warning";
    delete chip.dataset.since;
    chip.querySelector(".chip-text").textContent = text;
}"""
_CUT = """["h1", ".chip", ".switch", ".member"].filter(part => {
    const each = document.querySelector(`.topbar ${part}`);
    const { right, width } = each.getBoundingClientRect();
    const across = each.scrollWidth > each.clientWidth + 1;
    const down = each.scrollHeight > each.clientHeight + 1;
    const isHigh = part === ".chip" && each.offsetHeight > 40;
    return across || down || isHigh || right > innerWidth || width < 8;
})"""


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


def test_boxes_beside_the_view_apply_at_once_and_keep_the_focus(
    signed_in: Page, alices_calendar: Calendar, alices_account: GoogleAccount, today: dt.date
) -> None:
    page = signed_in
    team = CalendarFactory(account=alices_account, summary="Team", background_color="#16a765")
    keep_around_now()
    make(team, "Demo", today, "10:00", "11:00")
    page.reload()
    expect(event(page, "Demo")).to_have_count(1)
    box = page.get_by_role("checkbox", name=re.compile("^Team"))
    box.uncheck()
    expect(event(page, "Demo")).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(event(page, "Demo")).to_have_count(1)


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_without_scripts_the_week_begins_before_work_and_scrolls_freely(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar, motion: str
) -> None:
    for number in range(4):
        day = {edge: {"date": f"2026-03-1{2 + step}"} for step, edge in enumerate(("start", "end"))}
        cached(alices_calendar, {"id": f"lane{number}", "summary": f"Lane {number}", **day})
    keep_around_now()
    page = open_page(java_script_enabled=False, reduced_motion=motion)
    sign_in(page, alice)
    page.wait_for_timeout(500)
    head, seven = page.locator(".days-top"), page.get_by_text("07:00", exact=True).first
    below, first = head.bounding_box(), seven.bounding_box()
    assert below is not None
    assert first is not None
    assert -10 <= first["y"] - (below["y"] + below["height"]) <= 30
    page.locator("#scroller").hover()
    page.mouse.wheel(0, -4_000)
    page.wait_for_timeout(300)
    expect(page.get_by_text("01:00", exact=True).first).to_be_in_viewport()


def test_from_week_to_week_the_view_stays_where_one_has_scrolled_and_only_then(
    page: Page, sign_in: SignIn, alice: Member, alices_calendar: Calendar
) -> None:
    alice.time_zone = "Pacific/Honolulu"  # one in the morning
    alice.save()
    keep_around_now()
    sign_in(page, alice)
    first = page.get_by_text("01:00", exact=True).first
    seven = page.get_by_text("07:00", exact=True).first
    expect(first).to_be_in_viewport()
    page.keyboard.press("n")
    page.wait_for_url("**/2026-03-18/")
    expect(seven).to_be_in_viewport()
    expect(first).not_to_be_in_viewport()
    page.locator("#scroller").hover()
    page.mouse.wheel(0, 5_000)
    expect(seven).not_to_be_in_viewport()
    page.keyboard.press("n")
    page.wait_for_url("**/2026-03-25/")
    expect(page.get_by_text("23:00", exact=True).first).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 768, 1000, 1280])
def test_the_bar_has_room_for_its_title_and_for_all_that_the_chip_may_say(
    signed_in: Page, alice: Member, width: int
) -> None:
    page = signed_in
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/calendar/week/2026-12-30/")
    expect(page.locator("h1")).to_have_text(f"28 Dec 2026{TO}3 Jan 2027")
    for text in ("12 changes need you", "Google unreachable, your changes are safe"):
        page.evaluate(_CHIP, text)
        assert page.evaluate(_CUT) == []
    picture(page, f"bar-{width}")


def test_the_small_month_turns_in_place_and_leads_to_days(signed_in: Page) -> None:
    page = signed_in
    address = page.url
    page.get_by_role("link", name="Next month").click()
    coming = (timezone.now().date().replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    expect(page.get_by_role("heading", name=f"{coming:%B %Y}")).to_be_visible()
    expect(page.get_by_role("link", name="Next month")).to_be_focused()
    assert page.url == address
    page.get_by_role("link", name=f"{coming:%A} 1 {coming:%B %Y}").click()
    expect(page).to_have_url(re.compile(f"/calendar/week/{coming}/"))


def test_on_a_phone_the_side_bar_is_a_drawer_even_without_scripts(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar
) -> None:
    keep_around_now()
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(page, alice)
    side = page.get_by_role("complementary", name="Months and calendars")
    expect(side).to_be_hidden()
    page.get_by_role("button", name="Calendars and months").click()
    expect(side).to_be_visible()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_side_bar_folds_away_and_stays_so_without_jumping(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar, *, scripts: bool
) -> None:
    keep_around_now()
    page = open_page(java_script_enabled=scripts)
    sign_in(page, alice)
    side = page.get_by_role("complementary", name="Months and calendars")
    fold = page.get_by_role("button", name="Calendars and months")
    expect(side).to_be_visible()
    fold.click()
    expect(side).to_be_hidden()
    expect(fold).to_have_attribute("aria-expanded", "false")
    picture(page, "side-folded")
    page.reload()
    expect(side).to_be_hidden()
    if scripts:
        assert page.evaluate(_SHIFTS) == 0
    expect(page.get_by_role("link", name="Create", exact=True)).to_be_visible()
    fold.click()
    expect(side).to_be_visible()
    page.reload()
    expect(side).to_be_visible()


def test_a_browser_elsewhere_is_offered_its_zone_and_a_no_is_kept(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar
) -> None:
    keep_around_now()
    page = open_page(timezone_id="Europe/Lisbon")
    sign_in(page, alice)
    offer = page.get_by_role("form", name="Time zone")
    expect(offer).to_contain_text("You seem to be in Lisbon.")
    other = page.context.new_page()
    other.goto("/")
    also = other.get_by_role("form", name="Time zone")
    expect(also).to_be_visible()
    offer.get_by_role("button", name="Keep Berlin").click()
    expect(also).to_be_hidden()
    page.reload()
    expect(offer).to_be_hidden()
    page.evaluate("""localStorage.setItem('secretary.zones-kept', JSON.stringify([
        ...JSON.parse(localStorage.getItem('secretary.zones-kept')), 'Europe/Berlin in Asia/Tokyo',
    ]))""")
    page.reload()
    expect(offer).to_be_hidden()
    page.evaluate("localStorage.clear()")
    page.reload()
    offer.get_by_role("button", name="Switch to Lisbon").click()
    expect(page.get_by_text("Times are shown in Europe/Lisbon now.")).to_be_visible()
    expect(offer).to_be_hidden()


def test_a_page_that_is_left_open_learns_of_midnight_and_of_the_members_zone(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar, today: dt.date
) -> None:
    keep_around_now()
    page = open_page(timezone_id="Europe/Berlin")
    sign_in(page, alice)
    shown, known = page.locator("#small-month [aria-current]"), page.locator("#today-seen")
    alice.time_zone = "Pacific/Kiritimati"  # tomorrow
    alice.save()
    page.evaluate("document.body.dispatchEvent(new Event('calendar-changed'))")
    tomorrow = today + dt.timedelta(days=1)
    expect(shown).to_have_attribute("href", f"/calendar/week/{tomorrow}/")
    expect(page.locator("#today")).to_have_attribute("href", f"/calendar/week/{tomorrow}/")
    expect(known).to_have_value(f"{tomorrow} Pacific/Kiritimati")
    offer = page.get_by_role("form", name="Time zone")
    expect(offer).to_contain_text("You seem to be in Berlin. Times are shown as in Kiritimati.")
    page.keyboard.press("t")
    expect(page).to_have_url(f"/calendar/week/{tomorrow}/")


def test_the_agenda_grows_when_its_end_comes_into_sight(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    page = signed_in
    make(alices_calendar, "In three weeks", today + dt.timedelta(days=21), "10:00", "11:00")
    page.goto(f"/calendar/agenda/{today}/")
    expect(event(page, "In three weeks")).to_be_visible()
    expect(page).to_have_url(re.compile("days="))
    page.reload()
    expect(event(page, "In three weeks")).to_be_visible()


def test_a_card_gives_the_focus_back_to_its_event_though_the_agenda_grew_under_it(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    page = signed_in
    for number in range(14):
        day = today + dt.timedelta(days=number)
        make(alices_calendar, f"Event {number}", day, "10:00", "11:00")
    make(alices_calendar, "In three weeks", today + dt.timedelta(days=21), "10:00", "11:00")
    page.goto(f"/calendar/agenda/{today}/")
    expect(event(page, "In three weeks")).to_have_count(0)
    event(page, "Event 1").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.locator("#scroller").evaluate("area => { area.scrollTop = area.scrollHeight }")
    expect(event(page, "In three weeks")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(event(page, "Event 1")).to_be_focused()


@pytest.mark.parametrize("height", [520, 700, 1_000])
def test_in_a_month_of_any_height_what_shows_and_what_is_counted_is_all(
    open_page: OpenPage,
    sign_in: SignIn,
    alice: Member,
    alices_calendar: Calendar,
    today: dt.date,
    height: int,
) -> None:
    keep_around_now()
    for number in range(9):
        make(
            alices_calendar, f"Event {number}", today, f"{9 + number:02}:00", f"{9 + number:02}:30"
        )
    page = open_page(viewport={"width": 1280, "height": height})
    sign_in(page, alice)
    page.goto(f"/calendar/month/{today}/")
    shown = page.locator(".month .event:visible").count()
    more = page.locator(".month .more:visible")
    hidden = int(re.findall(r"\d+", more.inner_text())[0]) if more.count() else 0
    assert shown + hidden == 9
    assert shown >= 2


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_nothing_jumps_after_the_first_paint(
    open_page: OpenPage,
    sign_in: SignIn,
    alice: Member,
    alices_calendar: Calendar,
    alices_account: GoogleAccount,
    today: dt.date,
    view: str,
) -> None:
    team = CalendarFactory(account=alices_account, summary="Team")
    keep_around_now()
    fill_week(alices_calendar, team, today - dt.timedelta(days=today.weekday()))
    page = open_page()
    sign_in(page, alice)
    page.goto(f"/calendar/{view}/{today}/")
    assert page.evaluate(_SHIFTS) == 0
