"""What events say in Chromium where there is little room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.web.words import TO
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_calendar import make

if TYPE_CHECKING:
    import datetime as dt
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
# Of each block the text that is drawn: how far it goes beyond the block, and its lowest line.
_OVERFLOW = """blocks => blocks.map(block => {
    const box = block.getBoundingClientRect();
    const words = block.querySelector('.words');
    const shown = words.getBoundingClientRect();
    return {
        across: words.scrollWidth - words.clientWidth,
        below: Math.max(0, shown.bottom - box.bottom),
    };
})"""


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


@pytest.mark.parametrize(
    ("width", "scheme", "titles"), [(1280, "light", TITLES), (360, "dark", TITLES[:3])]
)
def test_where_events_overlap_no_line_is_cut_and_all_of_it_is_said(
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
    for each in blocks.evaluate_all(_OVERFLOW):
        assert each == {"across": 0, "below": 0}
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
