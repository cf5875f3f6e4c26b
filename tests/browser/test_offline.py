"""Without an answer from Secretary: nothing typed is lost, nothing seen goes, and it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import OutboxOperation
from tests.browser.conftest import picture
from tests.browser.test_barriers import barriers
from tests.browser.test_calendar import event, make

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from calendars.models import Calendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEANT = ("net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
"""What Chromium and htmx say when a test cuts them off from the server."""
CUT_OFF = "Secretary cannot be reached. You see what was here last"


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert [each for each in found if not any(text in each for text in MEANT)] == []


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


def test_what_was_typed_while_the_server_was_away_is_kept_and_saved_later(signed_in: Page) -> None:
    page = signed_in
    page.get_by_role("link", name="Create", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Written on a train")
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("What you typed is kept here")
    expect(dialog.get_by_label("Title")).to_have_value("Written on a train")
    expect(page.get_by_text(CUT_OFF)).to_be_visible()
    picture(page, "offline-dialog")
    assert barriers(page) == []
    page.context.set_offline(False)
    expect(page.get_by_text(CUT_OFF)).to_be_hidden()
    expect(dialog.get_by_role("alert")).to_be_hidden()
    expect(dialog.get_by_label("Title")).to_have_value("Written on a train")
    dialog.get_by_role("button", name="Save").click()
    expect(event(page, "Written on a train")).to_contain_text("Pending")
    assert OutboxOperation.objects.count() == 1


def test_while_the_server_is_away_the_calendar_stays_and_boxes_go_back(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    page = signed_in
    make(alices_calendar, "Planning", today, "10:00", "11:00")
    page.reload()
    address = page.url
    page.context.set_offline(True)
    expect(page.get_by_text(CUT_OFF)).to_be_visible()
    box = page.get_by_role("checkbox", name="Alice")
    box.click()
    expect(page.locator(".toast")).to_contain_text("nothing was changed")
    expect(box).to_be_checked()
    page.get_by_role("link", name="Next week").click()
    expect(page.locator(".toast")).to_contain_text("What you see here stays")
    expect(event(page, "Planning")).to_be_visible()
    assert page.url == address
    make(alices_calendar, "New meanwhile", today, "12:00", "13:00")
    page.context.set_offline(False)
    expect(event(page, "New meanwhile")).to_be_visible()
    expect(page.get_by_text(CUT_OFF)).to_be_hidden()


def test_in_the_list_of_what_waits_a_click_that_arrives_nowhere_says_so(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    page = signed_in
    row = make(alices_calendar, "Planning", today, "10:00", "11:00")
    OutboxOperation.objects.create(
        calendar=alices_calendar,
        event_id=row.event_id,
        lane=row.event_id,
        op_type="patch",
        status="failed",
        created_at=timezone.now(),
    )
    page.goto("/calendar/problems/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".toast")).to_contain_text("nothing was changed")
    expect(page.get_by_text(CUT_OFF)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(CUT_OFF)).to_be_hidden()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status").last).to_contain_text("Google is asked again.")
