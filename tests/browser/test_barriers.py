"""axe-core finds no barrier on any page, light or dark, wide or narrow."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.utils import timezone

from accounts.models import ApiToken
from tests.browser.conftest import keep_around_now
from tests.browser.test_calendar import fill_week, make
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


_OF_COLOURS = ["color-contrast", "link-in-text-block"]
_LOOKS: Final = (
    (1280, "light", None),
    (1280, "dark", _OF_COLOURS),
    (360, "dark", None),
    (360, "light", _OF_COLOURS),
)
"""Widths and schemes, and the rules that can find something new there."""


def barriers(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe finds: rule, element, reason. The colours of its result are those computed."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})})",
        rules,
    )
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def barriers_in_all_looks(page: Page) -> list[str]:
    """What axe finds wide and narrow, light and dark, on a page that is loaded once."""
    found = []
    for width, scheme, rules in _LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        in_scheme(page, scheme)
        found += [f"{width} {scheme} {each}" for each in barriers(page, rules=rules)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    page.set_viewport_size({"width": 1280, "height": 800})
    in_scheme(page, "light")
    return found


def in_scheme(page: Page, scheme: Any) -> None:
    """Light or dark, once it is drawn so."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def every_kind(calendar: Calendar, day: dt.date) -> None:
    """Events of all looks on one day."""
    kinds: list[dict[str, Any]] = [
        {"transparency": "transparent"},
        {"status": "tentative"},
        {"visibility": "private"},
        {"eventType": "outOfOffice"},
        {"eventType": "focusTime"},
        {"attendees": [{"self": True, "responseStatus": "declined"}, {"email": "b@example.test"}]},
        {"attendees": [{"self": True, "responseStatus": "needsAction"}]},
    ]
    for number, kind in enumerate(kinds):
        make(calendar, f"Kind {number}", day, f"{8 + number:02}:00", f"{9 + number:02}:30")
        for colour in ("5", "8", "11"):
            hours = {
                edge: {"dateTime": f"{day}T{hour:02}:00:00+01:00"}
                for edge, hour in (("start", 8 + number), ("end", 9 + number))
            }
            event = {"id": f"kind{number}c{colour}", "summary": "Kind", "colorId": colour}
            cached(calendar, {**event, **kind}, **hours)


def test_no_page_has_a_barrier(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    alices_account: GoogleAccount,
    bobs_calendar: Calendar,
    today: dt.date,
) -> None:
    team = CalendarFactory(account=alices_account, summary="Team", background_color="#fbe983")
    keep_around_now()
    fill_week(alices_calendar, team, today)
    every_kind(team, today)
    alice.second_time_zone, alice.shown_people = "America/New_York", ["bob"]
    alice.save()
    make(bobs_calendar, "Elsewhere", today, "10:00", "12:00")
    ApiToken.objects.create(
        member=alice, name="laptop", digest="0", scope="read", created_at=timezone.now()
    )
    page = open_page()
    page.goto("/login/")
    found = barriers_in_all_looks(page)
    sign_in(page, alice)
    for address in (
        f"/calendar/day/{today}/",
        f"/calendar/week/{today}/",
        f"/calendar/month/{today}/",
        f"/calendar/agenda/{today}/",
        "/calendar/week/2099-01-01/",
        "/calendar/event/new",
        "/calendar/problems/",
        "/calendar/changes/",
        "/calendar/find-time/",
        "/settings/profile/",
        "/settings/calendar/",
        "/settings/sync/",
        "/settings/accounts/",
        "/settings/tokens/",
        "/password/",
    ):
        page.goto(address)
        found += barriers_in_all_looks(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/calendar/week/{today}/")
    page.get_by_role("button", name="Calendars and months").click()
    for scheme in ("light", "dark"):
        in_scheme(page, scheme)
        found += barriers(page)
    assert found == []
