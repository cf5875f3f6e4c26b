"""The same events far apart, and the days on which clocks change, as pictures and in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from calendars.models import CalendarSyncState
from calendars.web.words import TO
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_calendar import event
from tests.factories import CalendarFactory, GoogleAccountFactory, cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

    SignIn = Callable[[Page, Member], None]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEAM = "team@group.calendar.google.com"


def timed(calendar: Calendar, title: str, start: str, hours: float) -> None:
    """An event that was made in Berlin, from an instant on (RFC 3339)."""
    begin = dt.datetime.fromisoformat(start)
    moments = {"start": begin, "end": begin + dt.timedelta(hours=hours)}
    times = {
        edge: {"dateTime": at.isoformat(), "timeZone": "Europe/Berlin"}
        for edge, at in moments.items()
    }
    name = "".join(each for each in title.lower() if each in "abcdefghijklmnopqrstuv")
    cached(calendar, {"id": f"{name}000", "summary": title, **times})


def known(start: str, end: str) -> None:
    """Let the cached window be these days."""
    keep_around_now()
    CalendarSyncState.objects.update(window_start=f"{start}T00:00Z", window_end=f"{end}T00:00Z")


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return {**found, "right": found["x"] + found["width"]}  # type: ignore[dict-item]


def on(page: Page, day: str) -> Locator:
    return page.locator(f'.day[data-day="{day}"] .event')


def test_auckland_and_honolulu_see_the_same_events_in_their_own_days(
    open_page: OpenPage, sign_in: SignIn, alice: Member, bob: Member
) -> None:
    seen = {}
    for member, zone in ((alice, "Pacific/Auckland"), (bob, "Pacific/Honolulu")):
        member.time_zone = zone
        member.save()
        account = GoogleAccountFactory(member=member, email=f"{member.username}@example.test")
        team = CalendarFactory(account=account, google_id=TEAM, time_zone="Europe/Berlin")
        timed(team, "Stand-up", "2026-12-09T21:30:00+00:00", 0.75)
        timed(team, "Night watch", "2026-12-10T08:00:00+00:00", 6)
        dates = {"start": {"date": "2026-12-10"}, "end": {"date": "2026-12-12"}}
        cached(team, {"id": "offsite0", "summary": "Offsite", **dates})
        known("2026-11-01", "2027-01-31")
        page = open_page(timezone_id=zone)
        sign_in(page, member)
        page.goto("/calendar/week/2026-12-10/")
        picture(page, f"week-in-{zone.rpartition('/')[2].lower()}")
        seen[zone] = page
    auckland, honolulu = seen.values()
    expect(on(auckland, "2026-12-10")).to_contain_text([f"10:30{TO}11:15", f"21:00{TO}"])
    expect(on(auckland, "2026-12-11")).to_contain_text(["Night watch"])
    expect(on(honolulu, "2026-12-09")).to_contain_text([f"11:30{TO}12:15", f"22:00{TO}"])
    expect(on(honolulu, "2026-12-10")).to_contain_text(["Night watch"])
    for page in seen.values():
        first, last = (box(page.locator(f"#d2026-12-{day}")) for day in ("10", "11"))
        offsite = box(event(page, "Offsite"))
        assert first["x"] <= offsite["x"] < first["right"]
        assert last["x"] < offsite["right"] <= last["right"] + 1


@pytest.mark.parametrize(
    ("zone", "day", "hours", "scheme"),
    [
        ("Europe/Berlin", "2026-10-25", 25, "light"),
        ("Europe/Berlin", "2027-03-28", 23, "dark"),
        ("Pacific/Auckland", "2027-04-04", 25, "light"),
    ],
)
def test_a_day_on_which_clocks_change_is_as_long_as_it_is(
    open_page: OpenPage,
    sign_in: SignIn,
    alice: Member,
    alices_calendar: Calendar,
    zone: str,
    day: str,
    hours: int,
    scheme: str,
) -> None:
    alice.time_zone = zone
    alice.save()
    start = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), alice.zone)
    for title, after in (("Early bird", 0.5), ("Through the change", 1.5), ("Late", hours - 1)):
        instant = start.astimezone(dt.UTC) + dt.timedelta(hours=after)
        timed(
            alices_calendar, title, instant.isoformat(), 1 if title != "Through the change" else 2
        )
    known("2026-10-01", "2027-05-01")
    page = open_page(color_scheme=scheme, timezone_id=zone)
    sign_in(page, alice)
    for view in ("week", "day"):
        page.goto(f"/calendar/{view}/{day}/")
        page.locator("#scroller").evaluate("area => { area.scrollTop = 0 }")
        picture(page, f"{view}-of-{hours}-hours-{zone.rpartition('/')[2].lower()}")
        expect(page.locator(f"#d{day}")).to_contain_text(f"{hours} hours")
        column = page.locator(f'.day[data-day="{day}"]')
        hour = box(column.locator(".slot").first)["height"]
        through, late = (
            box(column.locator(".event", has_text=title)) for title in ("Through", "Late")
        )
        assert round((late["y"] - box(column)["y"]) / hour) == hours - 1
        assert round(through["height"]) == round(2 * hour - 2)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/Stockholm"])
def test_who_has_the_clocks_of_the_browser_hears_nothing_of_zones(
    open_page: OpenPage, sign_in: SignIn, alice: Member, alices_calendar: Calendar, zone: str
) -> None:
    keep_around_now()
    page = open_page(timezone_id=zone)
    sign_in(page, alice)
    expect(page.locator("#live .days")).to_be_visible()
    expect(page.get_by_role("form", name="Time zone")).to_be_hidden()
