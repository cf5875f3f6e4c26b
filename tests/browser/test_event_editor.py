"""The whole editor in Chromium: what was typed is kept, dates appear while one types."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars.commands.scope import Scope
from calendars.models import OutboxOperation
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers
from tests.commands.acting import change
from tests.factories import CalendarFactory, cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from accounts.models import GoogleAccount, Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def editor(page: Page, title: str) -> Locator:
    """The whole editor of a new event with this title."""
    page.get_by_role("link", name="Create", exact=True).locator("visible=true").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("button", name="More options").click()
    expect(dialog.get_by_label("Where")).to_be_visible()
    expect(dialog.get_by_label("Title")).to_have_value(title)
    return dialog


def test_a_series_with_guests_is_made_changed_and_taken_back(signed_in: Page) -> None:
    page = signed_in
    dialog = editor(page, "Retro")
    dialog.get_by_label("Repeats", exact=True).first.select_option("custom")
    dialog.get_by_label("Every", exact=True).fill("2")
    dates = dialog.locator("#repeat-preview li")
    expect(dates).to_have_count(5)
    expect(dialog.locator("#repeat-preview")).to_contain_text("Every second")
    dialog.get_by_role("combobox", name="Guests", exact=True).fill("bob@example.test")
    description = dialog.get_by_role("textbox", name="Description")
    dialog.get_by_role("button", name="Bold").click()
    description.press_sequentially("Bring")
    dialog.get_by_role("button", name="Bold").click()
    description.press_sequentially(" <ideas>")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#announce")).to_contain_text("“Retro” is saved. The guests are told.")

    page.locator(".event", has_text="Retro").first.click()
    expect(dialog.locator(".rich b")).to_have_text("Bring")
    expect(dialog.locator(".rich")).to_have_text("Bring <ideas>")
    dialog.get_by_role("link", name="Edit").click()
    expect(dialog.get_by_role("textbox", name="Description")).to_have_text("Bring <ideas>")
    dialog.get_by_label("This and following events").check()
    dialog.get_by_label("Remove bob@example.test").check()
    dialog.get_by_label("Where").fill("Room 4")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    page.locator(".event", has_text="Retro").first.click()
    expect(dialog).to_contain_text("Room 4")
    expect(dialog.locator(".card-facts")).not_to_contain_text("bob@example.test")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    page.locator(".event", has_text="Retro").first.click()
    expect(dialog.locator(".card-facts")).to_contain_text("bob@example.test")
    assert OutboxOperation.objects.count() >= 3


def make_with_guest(calendar: Calendar, guest: dict[str, str]) -> None:
    day = timezone.now().date()
    times = {
        edge: {"dateTime": f"{day}T0{hour}:00:00+01:00"}
        for hour, edge in enumerate(("start", "end"))
    }
    cached(calendar, {"id": "before00", "summary": "Before", "attendees": [guest]}, **times)


def test_guests_are_found_while_one_types_and_chosen_by_keyboard(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    page = signed_in
    dana = {"email": "dana@example.test", "displayName": "Dana Miller"}
    make_with_guest(alices_calendar, dana)
    dialog = editor(page, "Retro")
    field = dialog.get_by_role("combobox", name="Guests", exact=True)
    field.press_sequentially("mil")
    option = dialog.get_by_role("option", name="Dana Miller")
    expect(option).to_contain_text("dana@example.test")
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    assert barriers(page) == []
    field.press("Escape")
    expect(option).to_be_hidden()
    expect(dialog).to_be_visible()
    field.press_sequentially("l")
    option.click()
    expect(field).to_be_focused()
    field.press_sequentially("erin@example.test,")
    dialog.get_by_label("Optional erin@example.test").check()
    field.press_sequentially("dana@example.test")
    field.press("Enter")
    expect(dialog.locator("#guest-said")).to_have_text("dana@example.test is on the list already.")
    field.press_sequentially("frank@example.test")
    dialog.get_by_label("Where").focus()
    dialog.get_by_role("button", name="Remove frank@example.test").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert OutboxOperation.objects.get().payload["attendees"] == [
        {"email": "dana@example.test"},
        {"email": "erin@example.test", "optional": True},
    ]


def test_what_is_no_address_invites_nobody_and_says_so(signed_in: Page) -> None:
    dialog = editor(signed_in, "Retro")
    field = dialog.get_by_role("combobox", name="Guests", exact=True)
    field.fill("somebody")
    dialog.get_by_label("Where").focus()
    expect(field).to_have_attribute("aria-invalid", "true")
    said = dialog.get_by_text("This is no address: complete it, or take it out.")
    expect(said).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(field).to_be_focused()
    expect(said).to_be_visible()
    assert not OutboxOperation.objects.exists()
    field.press("End")
    field.press_sequentially("@example.test")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    guests = OutboxOperation.objects.get().payload["attendees"]
    assert guests == [{"email": "somebody@example.test"}]


def test_one_is_asked_whom_to_tell_once_there_are_guests(signed_in: Page) -> None:
    dialog = editor(signed_in, "Retro")
    tell = dialog.get_by_label("Tell guests")
    expect(tell).to_be_hidden()
    dialog.get_by_role("combobox", name="Guests", exact=True).press_sequentially("a@b.test,")
    expect(tell).to_be_visible()


def test_the_caret_stands_behind_a_title_that_is_there_already(signed_in: Page) -> None:
    dialog = editor(signed_in, "Retro")
    signed_in.keyboard.type(" again")
    expect(dialog.get_by_label("Title")).to_have_value("Retro again")


def test_what_was_saved_is_brought_into_sight(signed_in: Page) -> None:
    page = signed_in
    dialog = editor(page, "Late show")
    dialog.get_by_label("Starts").nth(1).fill("22:00")
    dialog.get_by_label("Where").focus()
    dialog.get_by_role("button", name="Save").click()
    saved = page.locator("#live .event", has_text="Late show")
    expect(saved).to_be_in_viewport(ratio=1)


def test_reminders_are_added_and_removed_one_at_a_time(signed_in: Page) -> None:
    dialog = editor(signed_in, "Retro")
    dialog.get_by_label("Own, or none").check()
    add = dialog.get_by_role("button", name="Add a reminder")
    for _ in range(5):
        add.click()
    expect(add).to_be_hidden()
    dialog.get_by_role("button", name="Remove reminder 2").click()
    expect(add).to_be_focused()
    for number in (3, 4):
        dialog.get_by_role("button", name=f"Remove reminder {number}").click()
    dialog.get_by_label("Reminder 5: how many").fill("2")
    dialog.get_by_label("Reminder 5: unit").select_option("days")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert OutboxOperation.objects.get().payload["reminders"]["overrides"] == [
        {"method": "popup", "minutes": 10},
        {"method": "popup", "minutes": 2_880},
    ]


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("example.org/notes", "https://example.org/notes"),
        ("tel:+49301234567", "tel:+49301234567"),
        ("ann@example.test", "mailto:ann@example.test"),
    ],
)
def test_words_become_a_link_by_keyboard(signed_in: Page, typed: str, leads_to: str) -> None:
    page = signed_in
    dialog = editor(page, "Retro")
    text = dialog.get_by_role("textbox", name="Description")
    text.press_sequentially("the notes")
    text.press("Shift+Home")
    text.press("Control+k")
    field = dialog.get_by_label("Link to")
    field.fill("javascript:alert(1)")
    field.press("Enter")
    expect(dialog.get_by_text("A link leads to a page")).to_be_visible()
    field.fill(typed)
    field.press("Enter")
    expect(field).to_be_hidden()
    expect(text.get_by_role("link", name="the notes")).to_have_attribute("href", leads_to)
    text.press("Control+k")
    expect(field).to_have_value(leads_to)
    dialog.get_by_role("button", name="No link").click()
    expect(text.get_by_role("link")).to_have_count(0)
    text.press("Control+k")
    field.press("Escape")
    expect(text).to_be_focused()
    expect(dialog).to_be_visible()


def test_before_it_is_saved_a_change_of_the_series_says_what_it_resets(
    signed_in: Page, alices_calendar: Calendar
) -> None:
    page = signed_in
    first = timezone.localdate() + dt.timedelta(days=1)
    times = {
        edge: {"dateTime": f"{first}T0{hour}:00:00Z", "timeZone": "UTC"}
        for hour, edge in enumerate(("start", "end"), start=6)
    }
    rule = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=9"]}
    cached(alices_calendar, {"id": "daily", "summary": "Stand-up", **rule}, **times)
    for number in (2, 3):
        instance = f"daily_{first + dt.timedelta(days=number):%Y%m%d}T060000Z"
        change(alices_calendar, instance, scope=Scope.INSTANCE, summary="Special")
    page.goto(f"/calendar/day/{first}/")
    page.locator(".event", has_text="Stand-up").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="Edit").click()
    dialog.get_by_label("All events").check()
    dialog.get_by_label("Starts at").fill("03:00")
    dialog.get_by_label("Ends at").fill("04:00")
    dialog.get_by_label("Where").focus()
    resets = dialog.locator("#resets")
    expect(resets).to_contain_text("2 events that were changed by themselves follow")
    expect(resets.locator("li")).to_have_count(2)
    dialog.get_by_label("This event", exact=True).check()
    expect(resets).to_be_empty()
    assert barriers(page) == []


def test_a_small_form_stands_beside_the_hour_that_was_clicked(signed_in: Page) -> None:
    page = signed_in
    day = timezone.now().date()
    slot = page.locator(f'.slot[href$="start={day}T15:00"]')
    slot.click(position={"x": 20, "y": 6})
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Starts at")).to_have_value("15:00")
    form, hour = dialog.bounding_box(), slot.bounding_box()
    assert form is not None
    assert hour is not None
    assert form["x"] >= hour["x"] + hour["width"] or form["x"] + form["width"] <= hour["x"]


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
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    sign_in(page, alice)
    dialog = editor(page, "Retro")
    dialog.get_by_label("Repeats", exact=True).first.select_option("custom")
    dialog.get_by_label("Own, or none").check()
    expect(dialog.locator("#repeat-preview li")).to_have_count(5)
    picture(page, f"editor-{width}-{scheme}")
    assert barriers(page) == []
    assert dialog.evaluate("element => element.scrollWidth - element.clientWidth") <= 0


def test_what_the_calendar_reminds_of_goes_with_the_calendar(
    signed_in: Page, alices_account: GoogleAccount, alices_calendar: Calendar
) -> None:
    alices_calendar.default_reminders = [{"method": "popup", "minutes": 10}]
    alices_calendar.save()
    CalendarFactory(account=alices_account, google_id="team@example.test", summary="Team")
    dialog = editor(signed_in, "Retro")
    expect(dialog.get_by_label("As the calendar: 10 minutes before")).to_be_checked()
    dialog.get_by_label("Calendar", exact=True).select_option("Team")
    expect(dialog.get_by_label("As the calendar: none")).to_be_checked()


def test_on_a_page_of_its_own_one_types_a_title_and_enter_saves(signed_in: Page) -> None:
    page = signed_in
    page.goto("/calendar/event/new?guest=bob@example.test")
    page.keyboard.type("Planning")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Planning” is saved.")).to_be_visible()
    assert OutboxOperation.objects.get().payload["summary"] == "Planning"
