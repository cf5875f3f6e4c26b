"""The calendar for those who hear it, enlarge it, choose its colours, or want it still."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.web.words import TO
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import every_kind
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


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


@pytest.fixture
def full(alices_calendar: Calendar, alices_account: GoogleAccount, today: dt.date) -> None:
    """A week as weeks are, and today events of all looks."""
    team = CalendarFactory(account=alices_account, summary="Team", background_color="#16a765")
    keep_around_now()
    fill_week(alices_calendar, team, today - dt.timedelta(days=today.weekday()))
    every_kind(team, today)


_LOOK = """(elements, names) => elements.map(element => {
    const style = getComputedStyle(element);
    return names.map(name => style.getPropertyValue(name)).join(' ');
})"""


def look(page: Page, selector: str, *names: str) -> set[str]:
    """The computed values of all elements that a selector finds."""
    found = page.locator(selector).evaluate_all(_LOOK, list(names))
    assert found, f"nothing is {selector}"
    return set(found)


def test_with_the_colours_of_the_system_everything_can_still_be_told_apart(
    open_page: OpenPage, sign_in: SignIn, alice: Member, full: None, today: dt.date
) -> None:
    page = open_page(forced_colors="active")
    sign_in(page, alice)
    for view in ("month", "agenda", "week", "day"):
        page.goto(f"/calendar/{view}/{today}/")
        picture(page, f"forced-colours-{view}")
    left = "border-left-width"
    unlike = ["free", "declined", "needsaction", "focus", "away"]
    unlike += ["pending", "conflict", "failed", "proposed"]
    plain = f".block:not({', '.join(f'.is-{each}' for each in unlike)})"
    assert look(page, plain, left, "border-left-style") == {"4px solid"}
    assert look(page, ".block.is-free", left) == {"1px"}
    assert look(page, ".block.is-focus", left, "border-left-style") == {"6px double"}
    assert look(page, ".block.is-away", left, "border-right-width") == {"4px 4px"}
    assert look(page, ".block.is-needsaction", "border-top-style") == {"dotted"}
    assert look(page, ".now", "border-top-color") != look(page, ".slot", "border-top-color")
    page.keyboard.press("ArrowDown")
    assert look(page, ".event:focus-visible", "outline-style", "outline-width") == {"solid 3px"}
    page.goto(f"/calendar/week/{today}/")
    assert look(page, ".badge", "border-top-style") == {"solid"}
    event(page, "Training").hover()
    page.mouse.down()
    page.mouse.move(500, 500, steps=3)
    assert look(page, ".ghost", "border-top-style") == {"dashed"}
    page.keyboard.press("Escape")


def test_a_week_is_heard_day_by_day_in_the_order_of_time(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    """What a screen reader is given: regions, headings, and links that say all of an event."""
    monday = today - dt.timedelta(days=today.weekday())
    sunday = monday + dt.timedelta(days=6)
    make(alices_calendar, "Late", monday, "16:00", "17:00")
    make(alices_calendar, "Early", monday, "09:00", "09:30")
    make(alices_calendar, "Last", sunday, "08:00", "09:00")
    dates = {"start": {"date": str(sunday)}, "end": {"date": str(sunday + dt.timedelta(days=1))}}
    cached(alices_calendar, {"id": "fair0000", "summary": "Fair", **dates})
    page = signed_in
    page.goto(f"/calendar/week/{monday}/")
    title = page.locator("h1").inner_text()
    expect(page.get_by_role("main")).to_match_aria_snapshot(f"""
        - region "{title}":
          - heading /Mon {monday.day} .*/ [level=2]
          - heading /Tue .*/ [level=2]
          - text: All day
          - link "Fair , {sunday.day} {sunday:%b}, Alice"
          - region /Mon {monday.day} .*/:
            - link "Early , 09:00{TO}09:30, Alice"
            - link "Late 16:00{TO}17:00 , Alice"
          - region /Sun {sunday.day} .*/:
            - link "Last 08:00{TO}09:00 , Alice"
    """)
    expect(page.get_by_role("region", name=title).get_by_role("link")).to_have_count(11)


def test_twice_as_large_nothing_is_lost_or_lies_over_another(
    open_page: OpenPage, sign_in: SignIn, alice: Member, full: None, today: dt.date
) -> None:
    """A zoom of 200% is a window of half the width with twice the pixels."""
    page = open_page(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    sign_in(page, alice)
    for address in (
        f"/calendar/week/{today}/",
        f"/calendar/month/{today}/",
        f"/calendar/agenda/{today}/",
        "/calendar/find-time/",
    ):
        page.goto(address)
        picture(page, f"zoom-{address.split('/')[2]}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(f"/calendar/day/{today}/")
    page.keyboard.press("c")
    save = page.get_by_role("dialog").get_by_role("button", name="Save")
    save.scroll_into_view_if_needed()
    expect(save).to_be_in_viewport(ratio=1)


def test_who_wants_it_still_sees_nothing_move(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar, today: dt.date
) -> None:
    make(alices_calendar, "Planning", today, "10:00", "11:00")
    keep_around_now()
    page = open_page(reduced_motion="reduce")
    sign_in(page, alice)
    page.goto(f"/calendar/day/{today}/")
    event(page, "Planning").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".toast")).to_contain_text("is now on")
    moving = "document.getAnimations().filter(each => each.effect.getTiming().duration > 1).length"
    assert page.evaluate(moving) == 0
