"""A member's day with the calendar in Chromium. Every page has to keep the browser quiet."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import CachedEvent, Calendar, LocalStatus, OutboxOperation
from calendars.web.words import TO
from tests.browser.conftest import keep_around_now, picture
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from accounts.models import GoogleAccount, Member
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


def make(calendar: Calendar, summary: str, day: dt.date, start: str, end: str) -> CachedEvent:
    moment = {
        edge: {"dateTime": f"{day}T{clock}:00", "timeZone": "Europe/Berlin"}
        for edge, clock in (("start", start), ("end", end))
    }
    event_id = re.sub(r"[^a-v0-9]", "", summary.lower())
    return cached(calendar, {"id": f"{event_id}0000", "summary": summary, **moment})


def event(page: Page, title: str) -> Locator:
    return page.locator(".event", has=page.get_by_text(title, exact=True))


def test_an_event_is_made_changed_and_deleted_in_place(signed_in: Page) -> None:
    page = signed_in
    address = page.url
    page.get_by_role("link", name="Create", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_be_focused()
    dialog.get_by_label("Title").fill("Team lunch")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(event(page, "Team lunch")).to_contain_text("Pending")
    expect(page.locator("#sync-chip")).to_contain_text("1 change waiting")

    event(page, "Team lunch").click()
    expect(dialog.get_by_role("heading", name="Team lunch")).to_be_focused()
    dialog.get_by_role("link", name="Edit").click()
    dialog.get_by_label("Title").fill("Long lunch")
    dialog.get_by_role("button", name="Save").click()
    expect(event(page, "Long lunch")).to_contain_text("Pending")
    expect(event(page, "Team lunch")).to_have_count(0)

    event(page, "Long lunch").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(event(page, "Long lunch")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("“Long lunch” is deleted.")
    assert page.url == address


def test_a_mistake_is_told_in_the_dialog_and_nothing_typed_is_lost(signed_in: Page) -> None:
    page = signed_in
    page.get_by_role("link", name="Create", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Backwards")
    dialog.get_by_label("Ends on").fill("2020-01-01")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".errorlist")).to_be_visible()
    expect(dialog.get_by_label("Title")).to_have_value("Backwards")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert not OutboxOperation.objects.exists()


def test_a_click_on_half_an_hour_makes_an_event_then(signed_in: Page, today: dt.date) -> None:
    page = signed_in
    hour = page.locator(f'.slot[href$="start={today}T15:00"]')
    for y, clock in ((6, "15:00"), (40, "15:30")):
        hour.click(position={"x": 20, "y": y})
        expect(page.get_by_role("dialog").get_by_label("Starts at")).to_have_value(clock)
        expect(page.locator(".ghost")).to_contain_text(clock)
        page.keyboard.press("Escape")


def test_while_a_form_is_filled_the_view_shows_where_the_event_would_be(
    signed_in: Page, today: dt.date
) -> None:
    page = signed_in
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    for edge in ("Starts", "Ends"):  # late in the evening a new event would end tomorrow
        dialog.get_by_label(f"{edge} on").fill(str(today))
    dialog.get_by_label("Starts at").fill("09:00")
    dialog.get_by_label("Ends at").fill("11:30")
    dialog.get_by_label("Title").fill("Lunch with Zoe")
    ghost = page.locator(".ghost")
    expect(ghost).to_contain_text(f"Lunch with Zoe{today:%a} {today.day}")
    expect(ghost).to_contain_text(f"09:00{TO}11:30")
    picture(page, "new-event-light")
    dialog.get_by_label("All day").check()
    expect(page.locator(".bars .ghost")).to_contain_text("all day")
    page.keyboard.press("Escape")
    expect(ghost).to_have_count(0)


def test_a_badge_vanishes_by_itself_and_the_scroll_stays(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    page = signed_in
    make(alices_calendar, "Planning", today, "10:00", "11:00")
    CachedEvent.objects.update(local_status=LocalStatus.PENDING)
    page.reload()
    expect(event(page, "Planning")).to_contain_text("Pending")
    page.locator("#scroller").evaluate("area => { area.scrollTop = 123 }")
    CachedEvent.objects.update(local_status=LocalStatus.SYNCED)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(event(page, "Planning")).not_to_contain_text("Pending")
    assert page.locator("#scroller").evaluate("area => area.scrollTop") == 123


def test_a_series_asks_which_events_are_to_be_deleted(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    page = signed_in
    start = today - dt.timedelta(days=today.weekday())
    rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=7"]}
    moments = {
        edge: {"dateTime": f"{start}T{clock}:00:00", "timeZone": "Europe/Berlin"}
        for edge, clock in (("start", "09"), ("end", "10"))
    }
    cached(alices_calendar, {"id": "standup00", "summary": "Stand-up", **rule, **moments})
    page.reload()
    expect(event(page, "Stand-up")).to_have_count(7)
    event(page, "Stand-up").nth(3).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Delete").click()
    dialog.get_by_label("This event", exact=True).check()
    dialog.get_by_role("button", name="Delete").click()
    expect(event(page, "Stand-up")).to_have_count(6)


def test_without_scripts_everything_works_by_links_and_forms(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
) -> None:
    keep_around_now()
    page = open_page(java_script_enabled=False)
    sign_in(page, alice)
    page.get_by_role("link", name="Create", exact=True).click()
    page.get_by_label("Title").fill("Plain lunch")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Plain lunch” is saved.")).to_be_visible()
    expect(event(page, "Plain lunch")).to_contain_text("Pending")
    event(page, "Plain lunch").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Title").fill("Plainer lunch")
    page.get_by_role("button", name="Save").click()
    event(page, "Plainer lunch").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Plainer lunch” is deleted.")).to_be_visible()
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(event(page, "Plainer lunch")).to_be_visible()
    page.goto("/settings/calendar/")
    page.get_by_role("checkbox", name="Alice").uncheck()
    page.get_by_role("button", name="Show the marked ones").click()
    page.goto("/")
    expect(page.get_by_text("All of your calendars are hidden.")).to_be_visible()


def test_the_form_of_the_login_leads_to_the_week(
    page: Page, alice: Member, alices_calendar: Calendar
) -> None:
    page.goto("/")
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password", exact=True).fill("a-long-passphrase")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/calendar/week/"))


def test_a_failed_change_and_a_conflict_are_settled_by_buttons(
    signed_in: Page, alice: Member, alices_calendar: Calendar, today: dt.date
) -> None:
    page = signed_in
    planning = make(alices_calendar, "Planning", today, "10:00", "11:00")
    for status, title in (("conflict", "My planning"), ("failed", "Refused planning")):
        OutboxOperation.objects.create(
            calendar=alices_calendar,
            event_id=planning.event_id,
            lane=planning.event_id,
            op_type="patch",
            payload={"summary": title},
            base={"summary": "Old planning"},
            status=status,
            error="You may not change this." if status == "failed" else "",
            created_at=timezone.now(),
            actor=alice,
            actor_via="web",
        )
    page.reload()
    page.get_by_role("link", name="2 changes need you").click()
    picture(page, "problems-light")
    page.get_by_role("button", name="Keep Google's").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_is_wider_than_the_window(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    alices_account: GoogleAccount,
    today: dt.date,
    scheme: str,
    width: int,
) -> None:
    team = CalendarFactory(account=alices_account, summary="Team", background_color="#16a765")
    keep_around_now()
    fill_week(alices_calendar, team, today - dt.timedelta(days=today.weekday()))
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    sign_in(page, alice)
    for name, address in (
        ("week", "/"),
        ("day", f"/calendar/day/{today}/"),
        ("month", f"/calendar/month/{today}/"),
        ("agenda", f"/calendar/agenda/{today}/"),
        ("new", "/calendar/event/new"),
        ("settings", "/settings/calendar/"),
        ("problems", "/calendar/problems/"),
    ):
        page.goto(address)
        picture(page, f"{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def fill_week(own: Calendar, team: Calendar, monday: dt.date) -> None:
    """A week as weeks are: overlaps, a night, days, answers, badges."""

    def day(number: int) -> dt.date:
        return monday + dt.timedelta(days=number)

    make(own, "Planning the next quarter", day(1), "10:00", "12:00")
    make(team, "Design review", day(1), "11:00", "12:30")
    make(team, "Interview", day(1), "11:30", "12:00")
    make(own, "Call", day(2), "15:00", "15:10")
    make(own, "Training", day(3), "09:00", "17:00")
    for status, title in (("pending", "Interview"), ("conflict", "Training"), ("failed", "Call")):
        event_id = re.sub(r"[^a-v0-9]", "", title.lower()) + "0000"
        CachedEvent.objects.filter(event_id=event_id).update(local_status=status)
    dates = {"start": {"date": str(day(2))}, "end": {"date": str(day(5))}}
    cached(team, {"id": "fair0000", "summary": "Fair in a faraway town", **dates})
    night = {
        "start": {"dateTime": f"{day(4)}T22:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"{day(5)}T08:30:00", "timeZone": "Europe/Berlin"},
    }
    cached(own, {"id": "night0000", "summary": "Night train", **night})


def test_calendars_are_hidden_and_shown_at_once(
    signed_in: Page,
    alices_calendar: Calendar,
    alices_account: GoogleAccount,
    today: dt.date,
) -> None:
    page = signed_in
    team = CalendarFactory(account=alices_account, summary="Team", background_color="#16a765")
    keep_around_now()
    make(team, "Demo", today, "10:00", "11:00")
    page.goto("/settings/calendar/")
    page.get_by_label("Team").uncheck()
    expect(page.get_by_role("status")).to_contain_text("The calendar shows 1 of 2.")
    page.goto("/")
    expect(event(page, "Demo")).to_have_count(0)
    page.goto("/settings/calendar/")
    expect(page.get_by_label("Team")).not_to_be_checked()
    page.get_by_label("Team").check()
    expect(page.get_by_role("status")).to_contain_text("The calendar shows 2 of 2.")
    page.goto("/")
    expect(event(page, "Demo")).to_be_visible()
