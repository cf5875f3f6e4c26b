"""axe-core finds no barrier in whatever comes over a page, light or dark, wide or narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import CachedEvent, LocalStatus, OutboxOperation
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers, barriers_in_all_looks
from tests.browser.test_calendar import event, make
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


@pytest.fixture
def review(alices_calendar: Calendar, today: dt.date) -> CachedEvent:
    """Recurs, has guests, a link, a place, and a description."""
    keep_around_now()
    moments = {
        edge: {"dateTime": f"{today}T{clock}:00:00", "timeZone": "America/New_York"}
        for edge, clock in (("start", "04"), ("end", "05"))
    }
    about: dict[str, Any] = {
        "summary": "Review",
        "location": "Lighthouse",
        "description": "<b>Agenda</b> and <a href='https://example.test/'>notes</a>",
        "hangoutLink": "https://meet.example.test/abc",
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        "attendees": [
            {"email": "alice@example.test", "self": True, "responseStatus": "accepted"},
            {"email": "zoe@elsewhere.test", "responseStatus": "tentative", "comment": "Late"},
        ],
    }
    return cached(alices_calendar, {"id": "review00", **about, **moments})


def in_conflict(event: CachedEvent, member: Member) -> None:
    CachedEvent.objects.filter(pk=event.pk).update(local_status=LocalStatus.CONFLICT)
    OutboxOperation.objects.create(
        calendar=event.calendar,
        event_id=event.event_id,
        lane=event.event_id,
        op_type="patch",
        payload={"summary": "My planning"},
        base={"summary": "Old planning"},
        status="conflict",
        created_at=timezone.now(),
        actor=member,
        actor_via="web",
    )


def test_no_dialog_has_a_barrier(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    alices_account: GoogleAccount,
    review: CachedEvent,
    today: dt.date,
) -> None:
    CalendarFactory(account=alices_account, summary="Team")
    in_conflict(make(alices_calendar, "Planning", today, "14:00", "15:00"), alice)
    keep_around_now()
    page = open_page(timezone_id="Europe/Lisbon")
    sign_in(page, alice)
    page.goto(f"/calendar/day/{today}/")
    found: list[str] = []
    dialog = page.get_by_role("dialog")

    def look(name: str) -> None:
        expect(dialog).to_have_accessible_name(name)
        picture(page, f"dialog-{name.lower().replace(' ', '-').strip('?')}")
        found.extend(f"{name}: {barrier}" for barrier in barriers_in_all_looks(page))

    def close() -> None:
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()

    expect(page.get_by_role("form", name="Time zone")).to_be_visible()
    found += barriers_in_all_looks(page)
    page.get_by_role("button", name="Keep").click()
    page.keyboard.press("c")
    look("New event")
    dialog.get_by_role("button", name="More options").click()
    expect(dialog.get_by_label("Where")).to_be_visible()
    look("New event")
    close()
    for key, name in (("?", "Keys"), ("g", "Go to a date")):
        page.keyboard.press(key)
        look(name)
        close()
    event(page, "Review").click()
    look("Review")
    for link, name in (
        ("History", "History"),
        ("Duplicate", "Duplicate “Review”"),
        ("Move", "Move “Review”"),
        ("Edit", "Edit event"),
    ):
        dialog.get_by_role("link", name=link).click()
        look(name)
        close()
        event(page, "Review").click()
        expect(dialog).to_have_accessible_name("Review")
    dialog.get_by_role("button", name="Delete").click()
    look("Delete “Review”?")
    close()
    event(page, "Planning").click()
    look("Planning")
    close()
    event(page, "Review").focus()
    page.keyboard.press("Alt+ArrowDown")
    look("“Review” repeats and has guests")
    dialog.get_by_role("button", name="This event", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("is now on")
    found += barriers(page)
    page.get_by_role("searchbox").fill("review")
    expect(page.locator("#search-panel")).to_be_visible()
    found += barriers(page)
    page.get_by_role("button", name="settings and log out").click()
    expect(page.locator("#member-menu")).to_be_visible()
    found += barriers_in_all_looks(page)
    assert found == []
