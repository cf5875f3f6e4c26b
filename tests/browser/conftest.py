"""Chromium on a live server. Nothing here leaves this machine."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from calendars.models import CalendarSyncState
from tests import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
    from pytest_django.live_server_helper import LiveServer

    from accounts.models import Member
    from calendars.models import Calendar

    OpenPage = Callable[..., Page]

SCREENSHOTS = Path(settings.BASE_DIR) / "var" / "screenshots"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


NOON: Final = dt.datetime(2026, 3, 11, 11, tzinfo=dt.UTC)
"""When every test begins, here and in the browser: a Wednesday, far from the ends of its day, week
and month, so that no test depends on when it is run."""

_CLOCK = """offset => {
    const RealDate = Date;
    window.Date = class extends RealDate {
        constructor(...parts) { super(...(parts.length ? parts : [RealDate.now() + offset])); }
        static now() { return RealDate.now() + offset; }
    };
}"""


@pytest.fixture(autouse=True)
def clock_ahead(monkeypatch: pytest.MonkeyPatch) -> dt.timedelta:
    """It is noon, and time goes on from there; by how much the clocks are ahead of the real one."""
    really = timezone.now
    ahead = NOON - really()
    monkeypatch.setattr(timezone, "now", lambda: really() + ahead)
    return ahead


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Tests marked ``browser`` run only where Chromium was found; see ``tests.services``."""
    chromium = services.chromium()
    assert chromium is not None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        # Playwright keeps an event loop in this thread; Django's ORM would refuse to run there.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield browser
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        browser.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complains about: errors, refused styles and scripts, missing files."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(
    browser: Browser, live_server: LiveServer, complaints: list[str], clock_ahead: dt.timedelta
) -> Iterator[OpenPage]:
    """Opens a page of a fresh session; takes the options of Playwright's ``new_context``."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        usual = {
            "base_url": live_server.url,
            "viewport": {"width": 1280, "height": 800},
            "reduced_motion": "reduce",
        }
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(5_000)
        context.set_default_navigation_timeout(20_000)  # slow machines: no behaviour is meant
        contexts.append(context)
        context.add_init_script(f"({_CLOCK})({clock_ahead / dt.timedelta(milliseconds=1)})")
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _listen(message, complaints))
        return page

    yield open_one
    for context in contexts:
        context.close()


_NO_FAULTS: Final = ("status of 422", "htmx:sendAbort", "htmx:afterRequest")
"""What Chromium or htmx call an error and is none: a form that is refused, a question that a newer
one took the place of. Where a request really fails, htmx says ``sendError`` too."""


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    is_fault = not any(each in message.text for each in _NO_FAULTS)
    if message.type in ("error", "warning") and is_fault:
        complaints.append(message.text)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[..., None]:
    """Makes a page one of a member who is logged in, and opens this member's week."""

    def enter(page: Page, member: Member, url: str = live_server.url) -> None:
        client = Client()
        client.force_login(member)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": value, "url": url}])
        page.goto("/")

    return enter


@pytest.fixture
def signed_in(
    page: Page, alice: Member, alices_calendar: Calendar, sign_in: Callable[..., None]
) -> Page:
    """Alice before her week."""
    keep_around_now()
    sign_in(page, alice)
    return page


def keep_around_now() -> None:
    """Let the cached window lie around the now at which browsers look."""
    now = timezone.now()
    CalendarSyncState.objects.update(
        window_start=now - dt.timedelta(days=40),
        window_end=now + dt.timedelta(days=90),
        last_incremental_sync_at=now,
    )


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like in ``var/screenshots``.

    With its caret: to hide it, Playwright would put a style into the page against our policy.
    """
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), caret="initial")
