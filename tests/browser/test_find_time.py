"""Finding a time in Chromium, from the question to the event with its guests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import OutsideBusy
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers
from tests.browser.test_calendar import make
from tests.factories import CalendarFactory, GoogleAccountFactory, MemberFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_from_the_question_to_the_event_with_its_guests(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    bobs_calendar: Calendar,
    scheme: str,
    width: int,
) -> None:
    today = timezone.now().date()
    make(bobs_calendar, "Elsewhere", today, "10:00", "12:00")
    for number, name in enumerate(["Charlotte-Antoinette", "Dora", "Emil", "Friederike"]):
        member = MemberFactory(username=name.lower(), first_name=name)
        account = GoogleAccountFactory(member=member)
        theirs = CalendarFactory(account=account, google_id=account.email, primary=True)
        for days in range(3):
            day = today + dt.timedelta(days=days)
            make(theirs, f"Busy {days}", day, f"{9 + number:02}:00", f"{11 + number}:30")
    keep_around_now()
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 1400})
    sign_in(page, alice)
    page.goto("/calendar/find-time/")
    needed = page.get_by_role("group", name="Who has to be there")
    for name in ("bob", "Charlotte-Antoinette", "Dora", "Emil"):
        needed.get_by_label(name).check()
    page.get_by_role("group", name="Who may be there").get_by_label("Friederike").check()
    page.get_by_label("Free before it").select_option("15 minutes")
    page.get_by_label("People outside", exact=True).fill("zoe@elsewhere.test")
    page.get_by_role("button", name="Find times").click()
    expect(page.get_by_role("heading", name="Times that fit")).to_be_visible()
    expect(page.get_by_text("Asking Google about zoe@elsewhere.test")).to_be_visible()
    expect(page.get_by_role("heading", name="Times that fit")).to_be_in_viewport()
    picture(page, f"find-time-{width}-{scheme}")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="More options").first.click()
    form = page.get_by_role("main")
    guests = form.get_by_role("list", name="New guests").locator(".guest-name")
    expect(guests).to_have_count(6)
    expect(guests.first).to_have_text("bob@example.test")
    expect(form.get_by_label("Calendar", exact=True)).to_have_value("alice@example.test")
    form.get_by_label("Title").fill("Kick-off")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".event", has_text="Kick-off")).to_be_attached()


@pytest.mark.parametrize("with_keys", [True, False])
def test_one_click_books_and_one_more_takes_it_back(
    signed_in: Page, bobs_calendar: Calendar, with_keys: bool
) -> None:
    page = signed_in
    page.goto("/calendar/find-time/")
    page.get_by_label("What it is about").fill("Kick-off")
    page.get_by_role("group", name="Who has to be there").get_by_label("bob").check()
    page.get_by_role("button", name="Find times").click()
    expect(page.get_by_role("heading", name="Times that fit")).to_be_in_viewport()
    if with_keys:
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Book").first).to_be_focused()
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="Book").first.click()
    expect(page.locator(".event", has_text="Kick-off")).to_be_attached()
    said = page.get_by_role("status").filter(has_text="“Kick-off” is saved.")
    said.get_by_role("link", name="Undo").click()
    expect(page.locator(".event", has_text="Kick-off")).to_have_count(0)
    expect(said).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(page.locator(".event", has_text="Kick-off")).to_be_attached()


def test_who_cannot_see_it_hears_what_google_answered(
    signed_in: Page, bobs_calendar: Calendar
) -> None:
    page = signed_in
    page.goto("/calendar/find-time/")
    page.get_by_label("People outside", exact=True).fill("zoe@elsewhere.test")
    page.get_by_role("button", name="Find times").click()
    expect(page.get_by_text("Asking Google about zoe@elsewhere.test")).to_be_visible()
    heard = page.get_by_role("status").filter(has_text="Google has answered.")
    expect(heard).to_have_count(0)
    OutsideBusy.objects.update(
        problem="notFound",
        known_start=F("wanted_start"),
        known_end=F("wanted_end"),
        fetched_at=timezone.now(),
    )
    expect(heard).to_contain_text("Not known when free: zoe@elsewhere.test")
