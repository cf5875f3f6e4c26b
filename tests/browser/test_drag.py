"""Dragging in Chromium: with the mouse, with a finger, in two zones, over a change of clocks."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.models import CachedEvent, OutboxOperation
from calendars.web.words import TO
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_calendar import event, make
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROW = 4
"""Pixels of five minutes."""


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


@pytest.fixture
def monday(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=today.weekday())


@pytest.fixture
def planning(alices_calendar: Calendar, monday: dt.date) -> CachedEvent:
    """On the Tuesday of this week from ten to eleven in Berlin."""
    return make(alices_calendar, "Planning", monday + dt.timedelta(days=1), "10:00", "11:00")


def open_week(page: Page, day: dt.date) -> None:
    page.goto(f"/calendar/week/{day}/")
    page.locator("#scroller").evaluate("area => { area.scrollTop = 8 * 48 }")


def spot(page: Page, day: dt.date, clock: str) -> tuple[float, float]:
    """Where a time of a plain day is on the screen."""
    box = page.locator(f'.day[data-day="{day}"]').bounding_box()
    assert box is not None
    hour, minute = map(int, clock.split(":"))
    return box["x"] + box["width"] / 3, box["y"] + (hour * 60 + minute) / 5 * ROW


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(
    page: Page, start: tuple[float, float], *way: tuple[float, float], rest: float = 0
) -> None:
    """Press and drag, resting for so many milliseconds on the way; the button stays down."""
    page.mouse.move(*start)
    page.mouse.down()
    x, y = start
    for to_x, to_y in way:
        for part in (0.25, 0.5, 0.75, 1):
            page.mouse.move(x + (to_x - x) * part, y + (to_y - y) * part)
            page.wait_for_timeout(rest)
        x, y = to_x, to_y


def times() -> tuple[str, str]:
    payload: dict[str, Any] = OutboxOperation.objects.get().payload
    start, end = (payload.get(edge, {}) for edge in ("start", "end"))
    return tuple(each.get("dateTime", each.get("date", ""))[:16] for each in (start, end))  # type: ignore[return-value]


def test_a_press_on_a_free_place_and_a_drag_make_an_event(signed_in: Page, monday: dt.date) -> None:
    page, day = signed_in, monday + dt.timedelta(days=2)
    open_week(page, monday)
    pull(page, spot(page, day, "13:04"), spot(page, day, "14:25"))
    expect(page.locator(".ghost").first).to_contain_text(f"13:00{TO}14:30")
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Starts at")).to_have_value("13:00")
    expect(dialog.get_by_label("Ends at")).to_have_value("14:30")
    page.keyboard.press("Escape")
    expect(page.locator(".ghost")).to_have_count(0)
    bars = page.locator(".bars").bounding_box()
    assert bars is not None
    pull(
        page,
        (bars["x"] + bars["width"] * 0.5, bars["y"] + 10),
        (bars["x"] + bars["width"] * 0.7, bars["y"] + 10),
    )
    page.mouse.up()
    expect(dialog.get_by_label("All day")).to_be_checked()
    expect(dialog.get_by_label("Ends on")).to_have_value(str(monday + dt.timedelta(days=4)))


def test_an_event_is_dragged_across_days_and_its_ghost_says_where(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page, day = signed_in, monday + dt.timedelta(days=3)
    open_week(page, monday)
    x, y = middle(event(page, "Planning"))
    there = spot(page, day, "12:40")
    pull(page, (x, y), there)
    expect(page.locator(".ghost").first).to_contain_text(f"Thu {day.day}")
    expect(page.locator(".ghost").first).to_contain_text(f"12:15{TO}13:15")
    expect(page.locator(".is-dragging")).to_have_count(1)
    picture(page, "drag-week")
    page.mouse.up()
    expect(event(page, "Planning")).to_contain_text("Pending")
    expect(page.locator(f'.day[data-day="{day}"] .event')).to_contain_text("12:15")
    expect(page.locator(".ghost, .is-dragging")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert times() == (f"{day}T12:15", f"{day}T13:15")


def test_an_edge_is_dragged_and_escape_gives_up(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page, day = signed_in, monday + dt.timedelta(days=1)
    open_week(page, monday)
    x, end = spot(page, day, "11:00")
    pull(page, (x, end - 3), (x, end + 90))
    page.keyboard.press("Escape")
    expect(page.locator(".ghost, .is-dragging")).to_have_count(0)
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not OutboxOperation.objects.exists()
    pull(page, (x, end - 3), (x, end + 3 * ROW * 3))
    expect(page.locator(".ghost").first).to_contain_text(f"10:00{TO}11:45")
    page.mouse.up()
    expect(event(page, "Planning")).to_contain_text("Pending")
    assert times() == ("", f"{day}T11:45")


def test_between_the_hours_and_the_lane(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page, day = signed_in, monday + dt.timedelta(days=4)
    open_week(page, monday)
    lane = page.locator(".bars").bounding_box()
    assert lane is not None
    in_lane = (spot(page, day, "10:00")[0], lane["y"] + 10)
    pull(page, middle(event(page, "Planning")), in_lane)
    expect(page.locator(".ghost.bar")).to_contain_text("all day")
    page.mouse.up()
    expect(page.locator(".lane .event")).to_contain_text("Planning")
    assert times() == (str(day), str(day + dt.timedelta(days=1)))
    OutboxOperation.objects.all().delete()
    pull(page, middle(page.locator(".lane .event")), spot(page, monday, "9:05"))
    page.mouse.up()
    expect(page.locator(f'.day[data-day="{monday}"] .event')).to_contain_text("Planning")
    assert times()[0] == f"{monday}T09:00"


def test_a_slow_hand_from_the_lane_does_not_scroll_the_hours_away(
    signed_in: Page, alices_calendar: Calendar, monday: dt.date
) -> None:
    days = {"start": {"date": f"{monday}"}, "end": {"date": f"{monday + dt.timedelta(days=1)}"}}
    cached(alices_calendar, {"id": "trip", "summary": "Trip", **days})
    page = signed_in
    open_week(page, monday)
    x, y = spot(page, monday, "9:05")
    pull(page, middle(page.locator(".lane .event")), (x, y - 30), (x, y), rest=400)
    page.mouse.up()
    expect(page.locator(f'.day[data-day="{monday}"] .event')).to_contain_text("Trip")
    assert times()[0] == f"{monday}T09:00"


def test_in_a_month_an_event_keeps_its_time_of_day(
    signed_in: Page, alices_calendar: Calendar, today: dt.date
) -> None:
    day = today.replace(day=11)
    make(alices_calendar, "Planning", day, "10:00", "11:00")
    page, there = signed_in, day + dt.timedelta(days=7)
    page.goto(f"/calendar/month/{day}/")
    target = page.locator(f'.month-slot[href$="start={there}"]')
    pull(page, middle(event(page, "Planning")), middle(target))
    expect(page.locator(".ghost").first).to_contain_text(f"10:00{TO}11:00")
    picture(page, "drag-month")
    page.mouse.up()
    expect(event(page, "Planning")).to_contain_text("Pending")
    assert times() == (f"{there}T10:00", f"{there}T11:00")


def test_a_series_asks_which_events_are_meant(
    signed_in: Page, alices_calendar: Calendar, monday: dt.date
) -> None:
    moments = {
        edge: {"dateTime": f"{monday}T{clock}:00:00", "timeZone": "Europe/Berlin"}
        for edge, clock in (("start", "09"), ("end", "10"))
    }
    rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
    cached(alices_calendar, {"id": "standup00", "summary": "Stand-up", **rule, **moments})
    page, third = signed_in, monday + dt.timedelta(days=2)
    open_week(page, monday)
    there = spot(page, third, "11:35")
    pull(page, middle(event(page, "Stand-up").nth(2)), there)
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("“Stand-up” repeats")
    expect(page.locator(".ghost")).to_contain_text("11:00")
    picture(page, "drag-scope")
    dialog.get_by_role("link", name="Cancel").click()
    expect(page.locator(".ghost")).to_have_count(0)
    assert not OutboxOperation.objects.exists()
    pull(page, middle(event(page, "Stand-up").nth(2)), there)
    page.mouse.up()
    dialog.get_by_role("button", name="This event", exact=True).click()
    expect(page.locator(f'.day[data-day="{third}"] .event')).to_contain_text("11:00")
    expect(page.get_by_text(f"09:00{TO}10:00")).to_have_count(4)
    expect(page.locator(".ghost")).to_have_count(0)


def test_guests_are_told_of_a_drag_as_the_member_answers(
    signed_in: Page, alices_calendar: Calendar, monday: dt.date
) -> None:
    moments = {
        edge: {"dateTime": f"{monday}T{clock}:00:00", "timeZone": "Europe/Berlin"}
        for edge, clock in (("start", "09"), ("end", "10"))
    }
    guests = {"attendees": [{"email": "zoe@elsewhere.test", "responseStatus": "accepted"}]}
    rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
    cached(alices_calendar, {"id": "review00", "summary": "Review", **guests, **moments})
    hours = {
        edge: {**moment, "dateTime": moment["dateTime"].replace("T09", "T08").replace("T10", "T09")}
        for edge, moment in moments.items()
    }
    cached(alices_calendar, {"id": "standup00", "summary": "Stand-up", **guests, **rule, **hours})
    page = signed_in
    open_week(page, monday)
    pull(page, middle(event(page, "Review")), spot(page, monday, "13:35"))
    page.mouse.up()
    dialog = page.get_by_role("dialog", name="“Review” has guests")
    expect(dialog.get_by_role("button", name="All of them, as usual")).to_be_focused()
    picture(page, "drag-guests")
    dialog.get_by_role("button", name="Nobody").click()
    expect(event(page, "Review")).to_contain_text("13:00")
    expect(page.locator(".toast")).to_contain_text("No guest is told")
    assert OutboxOperation.objects.get().notify == "none"
    pull(page, middle(event(page, "Stand-up").first), spot(page, monday, "11:35"))
    page.mouse.up()
    dialog = page.get_by_role("dialog", name="“Stand-up” repeats and has guests")
    dialog.get_by_label("Tell guests").select_option("Only those without Google Calendar")
    picture(page, "drag-guests-of-a-series")
    dialog.get_by_role("button", name="This event", exact=True).click()
    expect(page.locator(f'.day[data-day="{monday}"] .event', has_text="11:00")).to_have_count(1)
    assert OutboxOperation.objects.get(notify="external").event_id.startswith("standup00_")


def test_what_cannot_be_moved_says_why(
    signed_in: Page, alices_account: GoogleAccount, monday: dt.date
) -> None:
    readers = CalendarFactory(account=alices_account, access_role="reader")
    keep_around_now()
    make(readers, "Planning", monday, "10:00", "11:00")
    page = signed_in
    open_week(page, monday)
    pull(page, middle(event(page, "Planning")), spot(page, monday, "13:00"))
    expect(page.get_by_role("status").first).to_contain_text("may read this calendar")
    expect(page.locator(".ghost, .is-dragging")).to_have_count(0)
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_be_hidden()


def finger(page: Page) -> Callable[..., None]:
    """Sends touch events: a kind, and where the finger is."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    return touch


def test_a_finger_has_to_press_a_moment(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    planning: CachedEvent,
    monday: dt.date,
) -> None:
    keep_around_now()
    page = open_page(has_touch=True, is_mobile=True, viewport={"width": 400, "height": 740})
    sign_in(page, alice)
    day = monday + dt.timedelta(days=1)
    page.goto(f"/calendar/day/{day}/")
    page.locator("#scroller").evaluate("area => { area.scrollTop = 8 * 48 }")
    touch = finger(page)
    x, y = middle(event(page, "Planning"))
    touch("touchStart", (x, y))
    expect(page.locator(".is-dragging")).to_have_count(1)
    for step in range(1, 7):
        touch("touchMove", (x, y + step * 12))
    expect(page.locator(".ghost").first).to_contain_text(f"11:30{TO}12:30")
    touch("touchEnd")
    expect(event(page, "Planning")).to_contain_text("11:30")
    assert times() == (f"{day}T11:30", f"{day}T12:30")


def test_near_a_border_the_view_goes_on(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page = signed_in
    open_week(page, monday)
    area = page.locator("#scroller").bounding_box()
    assert area is not None
    x, y = middle(event(page, "Planning"))
    pull(page, (x, y), (x, area["y"] + area["height"] - 8))
    expect(page.locator(".ghost").first).to_contain_text(" 23:")
    page.keyboard.press("Escape")


def at_side(page: Page, side: str) -> tuple[float, float]:
    """Where a drag is held for the page to turn: over the hours, or at the right border."""
    area = page.locator("#scroller").bounding_box()
    assert area is not None
    x = area["x"] + (20 if side == "left" else area["width"] - 8)
    return x, area["y"] + area["height"] / 2


def test_held_at_a_side_a_drag_turns_the_page_and_goes_on(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page, later = signed_in, monday + dt.timedelta(days=8)
    open_week(page, monday)
    pull(page, middle(event(page, "Planning")), at_side(page, "right"))
    expect(page.locator(".calendar[data-turns=on]")).to_have_count(1)
    picture(page, "drag-turns")
    expect(page).to_have_url(re.compile(f"/week/{monday + dt.timedelta(days=7)}/"))
    expect(page.locator("h1")).to_contain_text(f"{monday + dt.timedelta(days=7):%-d}")
    expect(page.locator("#small-month .is-shown").first).to_have_text(
        f"{monday + dt.timedelta(days=7):%-d}"
    )
    page.mouse.move(*spot(page, later, "12:40"), steps=4)
    expect(page.locator(".ghost").first).to_contain_text(f"12:15{TO}13:15")
    page.mouse.up()
    expect(page.locator(f'.day[data-day="{later}"] .event')).to_contain_text("Pending")
    expect(page.locator(".ghost, .is-dragging, .held")).to_have_count(0)
    assert times() == (f"{later}T12:15", f"{later}T13:15")
    page.go_back()
    expect(page.locator(f'.day[data-day="{monday}"]')).to_have_count(1)


def test_escape_comes_back_to_the_page_where_the_drag_began(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page = signed_in
    open_week(page, monday)
    address = page.url
    pull(page, middle(event(page, "Planning")), at_side(page, "left"))
    expect(page).to_have_url(re.compile(f"/week/{monday - dt.timedelta(days=7)}/"))
    expect(page.locator(".is-dragging")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page).to_have_url(address)
    expect(event(page, "Planning")).to_be_visible()
    expect(page.locator(".ghost, .is-dragging, .held")).to_have_count(0)
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not OutboxOperation.objects.exists()


def test_alt_and_arrows_go_on_in_the_next_week_and_escape_comes_back(
    signed_in: Page, planning: CachedEvent, monday: dt.date
) -> None:
    page, later = signed_in, monday + dt.timedelta(days=8)
    open_week(page, monday)
    address = page.url
    for ends in ("Escape", ""):
        event(page, "Planning").focus()
        page.keyboard.down("Alt")
        for _ in range(7):
            page.keyboard.press("ArrowRight")
        expect(page.locator(f'.day[data-day="{later}"] .ghost')).to_contain_text("10:00")
        if ends:
            page.keyboard.press(ends)
            expect(page).to_have_url(address)
        page.keyboard.up("Alt")
        expect(event(page, "Planning")).to_be_focused()
    expect(page.locator(f'.day[data-day="{later}"] .event')).to_contain_text("Pending")
    assert times() == (f"{later}T10:00", f"{later}T11:00")


def test_a_finger_turns_the_page_too(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    planning: CachedEvent,
    monday: dt.date,
) -> None:
    keep_around_now()
    page = open_page(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    sign_in(page, alice)
    day = monday + dt.timedelta(days=1)
    page.goto(f"/calendar/day/{day}/")
    page.locator("#scroller").evaluate("area => { area.scrollTop = 8 * 48 }")
    touch = finger(page)
    x, y = middle(event(page, "Planning"))
    touch("touchStart", (x, y))
    expect(page.locator(".is-dragging")).to_have_count(1)
    for step in range(1, 9):
        touch("touchMove", (x + (350 - x) * step / 8, y))
    expect(page).to_have_url(re.compile(f"/day/{day + dt.timedelta(days=1)}/"))
    for step in range(1, 9):
        touch("touchMove", (350 - step * 18, y + step * 9))
    expect(page.locator(".ghost").first).to_contain_text(f"11:30{TO}12:30")
    touch("touchEnd")
    expect(event(page, "Planning")).to_contain_text("11:30")
    assert times()[0] == f"{day + dt.timedelta(days=1)}T11:30"


@pytest.mark.parametrize(
    ("zone", "day", "clock", "start"),
    [
        ("Pacific/Auckland", "2027-04-04", "9:32", "2027-04-03T22:00"),
        ("Pacific/Honolulu", "2027-03-28", "9:32", "2027-03-28T21:00"),
        ("Europe/Berlin", "2027-03-28", "9:32", "2027-03-28T10:00"),
    ],
)
def test_one_event_is_dragged_in_the_days_of_each_member(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    alices_calendar: Calendar,
    zone: str,
    day: str,
    clock: str,
    start: str,
) -> None:
    """Auckland's clocks go back on 4 April 2027, Berlin's go on on 28 March, Honolulu's never."""
    alice.time_zone = zone
    alice.save()
    there = dt.date.fromisoformat(day)
    noon = dt.datetime.combine(there - dt.timedelta(days=1), dt.time(12), ZoneInfo(zone))
    moments = {
        edge: {
            "dateTime": (noon + dt.timedelta(hours=hour)).astimezone(dt.UTC).isoformat(),
            "timeZone": "Europe/Berlin",
        }
        for edge, hour in (("start", 0), ("end", 1))
    }
    cached(alices_calendar, {"id": "planning0", "summary": "Planning", **moments})
    keep_around_now()
    page = open_page()
    sign_in(page, alice)
    open_week(page, there)
    pull(page, middle(event(page, "Planning")), spot(page, there, clock))
    page.mouse.up()
    expect(event(page, "Planning")).to_contain_text("Pending")
    assert times()[0] == start
