"""The card of an event over the calendar, and taking back what was done from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers
from tests.browser.test_calendar import make
from tests.factories import cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def invite(calendar: Calendar) -> None:
    """A meeting today to which somebody else invites, with all that a card can show."""
    day = timezone.now().date()
    moments = {
        edge: {"dateTime": f"{day}T{clock}:00", "timeZone": "Europe/Berlin"}
        for edge, clock in (("start", "10:00"), ("end", "11:00"))
    }
    bob = {"email": "bob@example.test", "displayName": "Bob"}
    guests = [
        {**bob, "organizer": True, "responseStatus": "accepted", "comment": "I bring cake"},
        {"email": "alice@example.test", "self": True, "responseStatus": "needsAction"},
        *({"email": f"guest{n}@example.test", "responseStatus": "declined"} for n in range(9)),
    ]
    cached(
        calendar,
        {
            "id": "review0000",
            "summary": "Design review",
            "location": "Lighthouse",
            "description": "<b>Bring</b> ideas",
            "hangoutLink": "https://meet.example.test/abc",
            "organizer": bob,
            "attendees": guests,
            **moments,
        },
    )


def event(page: Page, title: str) -> Locator:
    return page.locator(".event", has=page.get_by_text(title, exact=True))


def test_an_invitation_is_answered_and_the_answer_taken_back_by_keyboard(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    page = signed_in
    invite(alices_calendar)
    page.reload()
    event(page, "Design review").click()
    dialog = page.get_by_role("dialog", name="Design review")
    expect(dialog.get_by_role("heading", name="Design review")).to_be_focused()
    expect(dialog).to_contain_text("I bring cake")
    page.keyboard.press("Escape")
    expect(event(page, "Design review")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_text("With a comment").click()
    dialog.get_by_label("Comment for the organizer").fill("Five minutes late")
    dialog.get_by_role("button", name="Maybe").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("status").first).to_contain_text("is answered with maybe")
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    event(page, "Design review").click()
    expect(dialog.get_by_role("button", name="Maybe")).to_have_attribute("aria-pressed", "false")
    dialog.get_by_role("link", name="History").click()
    expect(page.get_by_role("dialog", name="History")).to_contain_text("You answered with maybe")


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
    invite(alices_calendar)
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    sign_in(page, alice)
    page.goto(f"/calendar/day/{timezone.now().date()}/")
    event(page, "Design review").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("5 more").click()
    box = dialog.bounding_box() or {"x": -1.0, "y": -1.0, "width": 0.0, "height": 0.0}
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 740
    picture(page, f"card-{width}-{scheme}")
    found = barriers(page)
    for action in ("Duplicate", "History"):
        dialog.get_by_role("link", name=action).click()
        dialog.get_by_role("heading", name=action).wait_for()
        found += barriers(page)
        page.keyboard.press("Escape")
        event(page, "Design review").click()
    dialog.get_by_role("button", name="Delete").click()
    dialog.get_by_text("the event leaves this calendar").wait_for()
    found += barriers(page)
    assert found == []


def test_every_page_in_the_dialog_is_closed_by_its_cross(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    keep_around_now()
    invite(alices_calendar)
    page = signed_in
    page.goto(f"/calendar/day/{timezone.now().date()}/")
    dialog = page.get_by_role("dialog")
    for action in ("Edit", "Duplicate", "History"):
        event(page, "Design review").click()
        dialog.get_by_role("link", name=action).click()
        dialog.get_by_role("heading", name=action).wait_for()
        dialog.get_by_role("link", name="Close").click()
        expect(dialog).to_be_hidden()
        expect(event(page, "Design review")).to_have_count(1)


@pytest.mark.parametrize("view", ["day", "week", "agenda"])
@pytest.mark.parametrize("clock", ["08:00", "17:00"])
def test_the_card_leaves_its_event_in_sight(
    signed_in: Page, alices_calendar: Calendar, view: str, clock: str
) -> None:
    page, day = signed_in, timezone.now().date()
    for number in range(9):  # so that the agenda is long
        make(alices_calendar, f"Before {number}", day, "07:00", "07:30")
    make(alices_calendar, "Tea", day, clock, f"{clock[:3]}45")
    page.goto(f"/calendar/{view}/{day}/")
    expect(page.locator("#onward")).to_have_count(0)  # the agenda has grown as far as it does
    tea = event(page, "Tea")
    tea.click()
    card = page.get_by_role("dialog").bounding_box()
    shown = tea.bounding_box()
    assert card is not None
    assert shown is not None
    across = card["x"] >= shown["x"] + shown["width"] or card["x"] + card["width"] <= shown["x"]
    down = card["y"] >= shown["y"] + shown["height"] or card["y"] + card["height"] <= shown["y"]
    assert across or down
    side = page.locator("#side").bounding_box()
    assert side is not None
    assert card["x"] >= side["x"] + side["width"]


def test_the_card_opens_where_the_view_is_drawn_anew_while_it_is_asked_for(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    page, day = signed_in, timezone.now().date()
    make(alices_calendar, "Tea", day, "10:00", "11:00")
    page.goto(f"/calendar/week/{day}/")
    held: list[Route] = []
    page.route("**/calendar/event/**", lambda route: held.append(route))
    event(page, "Tea").click()
    make(alices_calendar, "Cake", day, "12:00", "13:00")
    page.evaluate("document.body.dispatchEvent(new Event('calendar-changed'))")
    expect(event(page, "Cake")).to_have_count(1)
    held[0].continue_()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Tea")
    card, shown = dialog.bounding_box(), event(page, "Tea").bounding_box()
    assert card is not None
    assert shown is not None
    assert card["x"] + card["width"] <= shown["x"] or card["x"] >= shown["x"] + shown["width"]
