"""What changes elsewhere shows in an open tab by itself, quickly and without disturbing anybody."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from django.db import connections, transaction
from django.utils import timezone
from playwright.sync_api import expect

from calendars import cache
from calendars.models import CachedEvent
from secretary_project.asgi_handler import OneStepHandler
from tests.browser.conftest import keep_around_now
from tests.factories import cached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

    Enter = Callable[[Page, Member, str], None]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOON = 2_000
"""Milliseconds from the cache to the open tab."""


@pytest.fixture
def asgi_url(transactional_db: None) -> Iterator[str]:
    """The product on an ASGI server, where a page can be told of changes."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            OneStepHandler(threads=4),
            host="127.0.0.1",
            port=port,
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
    connections.close_all()


def happens(calendar: Calendar, title: str) -> None:
    """A change arrives in the cache, as the worker would have brought it."""
    today = timezone.now().date()
    times = {
        edge: {"dateTime": f"{today}T{clock}:00", "timeZone": "Europe/Berlin"}
        for edge, clock in (("start", "10:00"), ("end", "11:00"))
    }
    with transaction.atomic():
        cache.lock(calendar.pk)
        event_id = f"{title.lower().replace(' ', '')}0000"
        cached(calendar, {"id": event_id, "summary": title, **times})


@pytest.fixture
def open_tab(
    asgi_url: str,
    open_page: OpenPage,
    alice: Member,
    alices_calendar: Calendar,
    sign_in: Enter,
) -> Callable[[], Page]:
    keep_around_now()

    def open_one() -> Page:
        page = open_page(base_url=asgi_url)
        sign_in(page, alice, asgi_url)
        with page.expect_response("**/calendar/stream"):
            page.goto(f"/calendar/week/{timezone.now().date()}/")
        return page

    return open_one


def test_a_change_shows_in_every_open_tab_without_a_reload(
    open_tab: Callable[[], Page], alices_calendar: Calendar
) -> None:
    tabs = [open_tab(), open_tab()]
    for tab in tabs:
        tab.evaluate("window.stillHere = true; document.getElementById('scroller').scrollTop = 120")
    happens(alices_calendar, "Gruppe")
    for tab in tabs:
        expect(tab.get_by_text("Gruppe").first).to_be_visible(timeout=SOON)
        assert tab.evaluate("window.stillHere")
        assert tab.evaluate("document.getElementById('scroller').scrollTop") == 120


def test_nothing_moves_under_an_open_form(
    open_tab: Callable[[], Page], alices_calendar: Calendar
) -> None:
    tab = open_tab()
    tab.get_by_role("link", name="Create", exact=True).click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Half typed")
    happens(alices_calendar, "Probe")
    expect(dialog.get_by_text("changed elsewhere")).to_be_visible(timeout=SOON)
    expect(tab.get_by_text("Probe")).to_have_count(0)
    expect(dialog.get_by_label("Title")).to_have_value("Half typed")
    tab.keyboard.press("Escape")
    expect(tab.get_by_text("Probe").first).to_be_visible(timeout=SOON)


def test_an_open_form_says_nothing_while_the_view_stays_the_same(
    open_tab: Callable[[], Page],
) -> None:
    tab = open_tab()
    with tab.expect_response("**/calendar/event/new**"):
        tab.keyboard.press("c")
    expect(tab.get_by_role("dialog")).to_be_visible()
    with tab.expect_response("**/calendar/week/**") as answer:
        tab.evaluate("document.dispatchEvent(new Event('answering-again'))")
    assert answer.value.status == 204
    expect(tab.locator("#changed-elsewhere")).to_be_hidden()


def test_an_open_form_says_nothing_of_a_badge_that_goes_and_still_hears_what_comes_after(
    open_tab: Callable[[], Page], alices_calendar: Calendar
) -> None:
    happens(alices_calendar, "Gruppe")
    CachedEvent.objects.update(local_status="pending")
    tab = open_tab()
    tab.keyboard.press("c")
    expect(tab.get_by_role("dialog")).to_be_visible()
    with tab.expect_response("**/calendar/week/**") as answer, transaction.atomic():
        cache.lock(alices_calendar.pk)
        CachedEvent.objects.update(local_status="synced")
    assert answer.value.status == 200
    expect(tab.locator(".badge.pending")).to_have_count(1)
    expect(tab.locator("#changed-elsewhere")).to_be_hidden()
    happens(alices_calendar, "Probe")
    expect(tab.locator("#changed-elsewhere")).to_be_visible(timeout=SOON)
    tab.keyboard.press("Escape")
    expect(tab.get_by_text("Probe").first).to_be_visible(timeout=SOON)
    expect(tab.locator(".badge.pending")).to_have_count(0)


def test_nothing_moves_under_a_drag(
    open_tab: Callable[[], Page], alices_calendar: Calendar
) -> None:
    tab = open_tab()
    box = tab.locator(".day").first.bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + 20, 300)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 20, 380, steps=4)
    expect(tab.locator(".ghost")).to_have_count(1)
    happens(alices_calendar, "Probe")
    heard = tab.locator("#changed-elsewhere:not([hidden])")
    expect(heard).to_have_count(1, timeout=SOON)
    expect(tab.locator(".ghost")).to_have_count(1)
    expect(tab.get_by_text("Probe")).to_have_count(0)
    tab.keyboard.press("Escape")
    expect(tab.get_by_text("Probe").first).to_be_visible(timeout=SOON)


def test_a_tab_that_is_told_of_changes_asks_only_once_a_minute(
    open_tab: Callable[[], Page],
) -> None:
    tab = open_tab()
    tab.clock.install()
    with tab.expect_response("**/calendar/stream"):
        tab.reload()
    with tab.expect_response("**/calendar/week/**"):  # what it missed while it loaded
        tab.clock.run_for(1_000)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.clock.run_for(40_000)
    assert [url for url in asked if "/calendar/week/" in url] == []
    with tab.expect_request("**/calendar/week/**"):
        tab.clock.run_for(40_000)
