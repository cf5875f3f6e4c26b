"""The pictures of the README and the docs: ``python -m tests.pictures`` beside a fresh demo.

Start ``make demo`` with an empty ``var/demo`` first; ``PORT`` and ``SIMULATOR_PORT`` say where.
Everything is the product itself as Ann sees it in the week after the current one. The tour is a row
of such pictures, played slowly.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import urllib.request
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from secretary_project.demo import PASSWORD
from tests import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

SECRETARY = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
GOOGLE = f"http://127.0.0.1:{os.environ.get('SIMULATOR_PORT', '9009')}/control"
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
COLOURS = 160
ANN = "ann@example.test"
LONG, SHORT = 2_600, 900  # milliseconds


def main() -> None:
    """Write every picture into ``docs/pictures``."""
    expect.set_options(timeout=60_000)
    FOLDER.mkdir(parents=True, exist_ok=True)
    day = dt.datetime.now().astimezone().date()
    monday = day + dt.timedelta(days=7 - day.weekday())
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=services.chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in ("light", "dark"):
            _stills(_ann(chromium, color_scheme=scheme), scheme, monday)
        phone = _ann(chromium, viewport={"width": 390, "height": 760}, device_scale_factor=2)
        phone.goto(f"/calendar/agenda/{monday}/")
        _keep(phone, "phone")
        _write_tour(list(_tour(_ann(chromium, viewport={"width": 1080, "height": 680}), monday)))
        chromium.close()


def _ann(chromium: Browser, **options: Any) -> Page:
    """A page of Ann's, logged in."""
    usual = {"base_url": SECRETARY, "viewport": {"width": 1280, "height": 800}}
    context = chromium.new_context(
        **{
            **usual,
            "locale": "en-GB",
            "timezone_id": "Europe/Berlin",
            "reduced_motion": "reduce",
            **options,
        }
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#sync-chip")).to_be_visible()
    return page


def _stills(page: Page, scheme: str, monday: dt.date) -> None:
    page.goto(f"/calendar/week/{monday}/")
    _keep(page, f"week-{scheme}")
    _event(page, "Kick-off of the quarter").first.click()
    expect(page.get_by_role("dialog").get_by_role("heading").first).to_be_visible()
    _keep(page, f"card-{scheme}")
    page.goto(f"/calendar/month/{monday + dt.timedelta(days=14)}/")
    _keep(page, f"month-{scheme}")


def _tour(page: Page, monday: dt.date) -> Iterator[tuple[bytes, int]]:
    """Google goes away, work goes on; both sides change one event, and Ann decides."""
    wednesday = monday + dt.timedelta(days=2)
    page.goto(f"/calendar/week/{monday}/")
    yield _frame(page), LONG
    _google("offline")
    page.locator(f'.slot[href$="start={wednesday}T11:00"]').click(position={"x": 20, "y": 6})
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_be_focused()
    yield _frame(page), SHORT
    for text in ("Plan", "Plan the laun", "Plan the launch"):
        dialog.get_by_label("Title").fill(text)
        yield _frame(page), SHORT
    dialog.get_by_role("button", name="Save").click()
    expect(_event(page, "Plan the launch")).to_contain_text("Pending")
    yield _frame(page), LONG
    page.locator("#sync-chip").filter(has_text="unreachable").wait_for()
    yield _frame(page), LONG
    _google("online")
    page.keyboard.press("r")
    expect(_event(page, "Plan the launch")).not_to_contain_text("Pending")
    yield _frame(page), LONG
    yield from _conflict(page)


def _conflict(page: Page) -> Iterator[tuple[bytes, int]]:
    _google("offline")
    _event(page, "Plan the launch").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="Edit").click()
    dialog.get_by_label("Title").fill("Plan the launch party")
    yield _frame(page), LONG
    dialog.get_by_role("button", name="Save").click()
    expect(_event(page, "Plan the launch party")).to_contain_text("Pending")
    yield _frame(page), SHORT
    there = next(each for each in _events() if each.get("summary") == "Plan the launch")
    change = {"calendar": ANN, "event": there["id"], "summary": "Plan the launch, smaller"}
    _google("events/patch", **change)
    _google("online")
    page.keyboard.press("r")
    expect(page.locator(".event", has_text="smaller")).to_contain_text("Conflict")
    yield _frame(page), LONG
    page.locator("#sync-chip").click()
    yield _frame(page), LONG
    _keep(page, "conflict")
    page.get_by_role("button", name="Keep mine").first.click()
    yield _frame(page), LONG


def _write_tour(frames: list[tuple[bytes, int]]) -> None:
    """One animated picture; each frame stays as many milliseconds as it says."""
    pictures = [Image.open(BytesIO(data)).convert("RGB") for data, _ in frames]
    pictures[0].save(
        FOLDER / "tour.webp",
        save_all=True,
        append_images=pictures[1:],
        duration=[milliseconds for _, milliseconds in frames],
        loop=0,
        quality=70,
        method=6,
    )


def _frame(page: Page) -> bytes:
    page.wait_for_timeout(250)
    return page.screenshot()


def _keep(page: Page, name: str) -> None:
    """A picture of few colours is a fifth as large and looks the same."""
    picture = Image.open(BytesIO(_frame(page))).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def _event(page: Page, title: str) -> Locator:
    return page.locator(".event", has=page.get_by_text(title, exact=True))


def _events() -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{GOOGLE}/state.json", timeout=20) as answer:
        calendars = json.load(answer)["calendars"]
    return [dict(event) for each in calendars if each["id"] == ANN for event in each["events"]]


def _google(action: str, **values: str) -> None:
    """Do something at Google behind Secretary's back."""
    request = urllib.request.Request(
        f"{GOOGLE}/{action}",
        data=json.dumps(values).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    urllib.request.urlopen(request, timeout=20).close()


if __name__ == "__main__":
    main()
