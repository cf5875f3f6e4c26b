"""What events say in Chromium where there is little room."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.web.words import TO
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_calendar import make
from tests.factories import cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLES = [
    "Launch check-in with everybody",
    "Donaudampfschifffahrt",
    "One on one",
    "Quarterly planning of the whole team",
]
# Of each block how far its lowest line goes below it, and the words of its title that are broken
# other than by a hyphen, for which not every browser has the words of a language.
_TEXT = """blocks => blocks.map(block => {
    const words = block.querySelector('.words');
    words.style.hyphens = 'manual';
    const title = words.querySelector('.title').firstChild;
    const linesOf = (word) => {
        const range = document.createRange();
        range.setStart(title, title.data.indexOf(word));
        range.setEnd(title, range.startOffset + word.length);
        return range.getClientRects().length;
    };
    const [text, whole] = [words, block].map((each) => each.getBoundingClientRect());
    return {
        below: Math.max(0, text.bottom - whole.bottom),
        broken: title.data.split(/[ -]/).filter((word) => linesOf(word) > 1),
    };
})"""


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


@pytest.mark.parametrize(
    ("width", "scheme", "titles"), [(1280, "light", TITLES), (360, "dark", TITLES[:3])]
)
def test_where_events_overlap_no_word_is_broken_and_all_of_it_is_said(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    today: dt.date,
    width: int,
    scheme: str,
    titles: list[str],
) -> None:
    keep_around_now()
    for number, title in enumerate(titles):
        make(alices_calendar, title, today, "09:00", f"{10 + number}:15")
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sign_in(page, alice)
    page.goto(f"/calendar/week/{today}/")
    blocks = page.locator(".block:not(.is-short)")
    expect(blocks).to_have_count(len(titles))
    picture(page, f"overlaps-{width}-{scheme}")
    for each in blocks.evaluate_all(_TEXT):
        assert each == {"below": 0, "broken": []}
    for number, title in enumerate(titles):
        link = page.get_by_role("link", name=title)
        whole = f"{title} 09:00{TO}{10 + number}:15"
        expect(link).to_have_accessible_name(f"{whole} , Alice")
        link.hover()
        expect(link).to_have_attribute("title", f"{whole}, Alice")


def test_in_a_month_a_title_ends_with_an_ellipsis_before_its_signs_are_cut(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    make(alices_calendar, TITLES[-1], today, "09:00", "10:00")
    page = signed_in
    page.goto(f"/calendar/month/{today}/")
    pill = page.locator(".pill")
    title = pill.locator(".title")
    assert title.evaluate("each => each.scrollWidth > each.clientWidth")
    assert title.evaluate("each => getComputedStyle(each).textOverflow") == "ellipsis"
    assert pill.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_the_title_of_a_long_bar_stays_in_sight_where_days_are_scrolled_sideways(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
) -> None:
    monday = dt.date(2026, 3, 9)
    days = {"start": {"date": f"{monday}"}, "end": {"date": "2026-03-15"}}
    cached(alices_calendar, {"id": "trip", "summary": "Trip", **days})
    page = open_page(viewport={"width": 360, "height": 740})
    sign_in(page, alice)
    page.goto(f"/calendar/week/{monday}/")
    title = page.locator(".bar .title")
    page.locator("#scroller").evaluate("area => { area.scrollLeft = 300 }")
    expect(title).to_be_in_viewport(ratio=1)
    corner, words = page.locator(".lane .corner").bounding_box(), title.bounding_box()
    assert corner is not None
    assert words is not None
    assert words["x"] >= corner["x"] + corner["width"]


def test_what_a_long_event_says_stays_in_sight(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    make(alices_calendar, "Training", today, "09:00", "17:00")
    page = signed_in
    page.goto(f"/calendar/week/{today}/")
    title = page.locator(".block .title")
    for top in (8, 13):
        page.locator("#scroller").evaluate(f"area => {{ area.scrollTop = {top} * 48 }}")
        head, words = page.locator(".days-top").bounding_box(), title.bounding_box()
        assert head is not None
        assert words is not None
        assert words["y"] >= head["y"] + head["height"]
        expect(title).to_be_in_viewport(ratio=1)
