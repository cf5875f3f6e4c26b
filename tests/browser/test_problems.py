"""Deciding what waits for one, in Chromium: in one swap, with a way back, on wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendars import cache
from calendars.commands.actor import Actor
from calendars.commands.events import create_event, update_event
from calendars.models import CachedEvent, OperationStatus, OperationType, OutboxOperation
from calendars.queries.access import event_of
from tests.browser.conftest import keep_around_now, picture
from tests.browser.test_barriers import barriers
from tests.browser.test_calendar import make
from tests.commands.acting import timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from accounts.models import Member
    from calendars.models import Calendar
    from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/calendar/problems/"


@pytest.fixture
def waiting(alice: Member, alices_calendar: Calendar) -> None:
    """One of each: a conflict, a refusal, proposals, a change on its way."""
    now = timezone.now()
    today = now.date()
    kinds = {
        "Budget": (
            OperationStatus.CONFLICT,
            {
                "summary": "Budget, second round",
                "location": "Cellar",
                **timed(f"{today}T14:00:00+01:00", f"{today}T15:00:00+01:00"),
            },
            "",
        ),
        "Offsite": (
            OperationStatus.FAILED,
            {"location": "Room of requirement"},
            "You may not change this event.",
        ),
    }
    for title, (status, payload, error) in kinds.items():
        event = make(alices_calendar, title, today, "10:00", "11:00")
        OutboxOperation.objects.create(
            calendar=alices_calendar,
            event_id=event.event_id,
            lane=event.event_id,
            op_type=OperationType.PATCH,
            payload=payload,
            base={"location": "Attic"},
            status=status,
            error=error,
            created_at=now,
            actor=alice,
            actor_via="web",
        )
    helper = Actor(alice, "MCP token helper", proposes=True)
    for number, title in enumerate(("Dinner", "Breakfast")):
        create_event(
            actor=helper,
            calendar=alices_calendar,
            fields={
                "summary": title,
                **timed(f"{today}T18:00:00+01:00", f"{today}T19:00:00+01:00"),
            },
            notify=None,
            now=now,
            new_id=UUID(int=number),
        )
    event = make(alices_calendar, "Lunch", today, "12:00", "13:00")
    update_event(
        actor=Actor(alice, "web"),
        target=event_of(member=alice, calendar_id="primary", event_id=event.event_id),
        changes={"summary": "Long lunch"},
        scope=None,
        notify=None,
        now=now,
    )
    keep_around_now()


def test_each_is_decided_in_one_swap_and_can_be_taken_back(signed_in: Page, waiting: None) -> None:
    page = signed_in
    page.goto("/")
    page.locator("#sync-chip").click()
    expect(page).to_have_url(PAGE)
    page.evaluate("document.body.dataset.same = 'page'")
    page.get_by_role("row", name="Where").get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Keep what I picked").click()
    toast = page.get_by_role("status")
    expect(toast).to_contain_text("What you chose goes to Google.")
    expect(page.get_by_role("button", name="Keep both")).to_have_count(0)
    sent = OutboxOperation.objects.filter(status=OperationStatus.PENDING).latest("op_id")
    assert sorted(sent.payload) == ["end", "start", "summary"]

    chip = page.locator("#sync-chip")
    expect(chip).to_contain_text("1 change needs you")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(chip).to_contain_text("waiting")

    page.get_by_role("button", name="Decline: Dinner").click()
    expect(page.get_by_role("article", name="Dinner")).to_have_count(0)
    page.get_by_role("button", name="Approve: Breakfast").click()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    page.get_by_role("button", name="Undo: Lunch").click()
    expect(page.get_by_role("article", name="Lunch")).to_have_count(0)
    assert page.evaluate("document.body.dataset.same") == "page"
    toast.get_by_role("button", name="Redo").click()
    expect(page.get_by_role("article", name="Lunch")).to_be_visible()


def test_who_has_second_thoughts_keeps_a_new_event(signed_in: Page, waiting: None) -> None:
    page = signed_in
    OutboxOperation.objects.filter(status=OperationStatus.FAILED).update(op_type="create")
    page.goto(PAGE)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("article", name="Offsite")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("article", name="Offsite")).to_have_count(0)


def test_an_edit_that_was_discarded_is_asked_for_again(signed_in: Page, waiting: None) -> None:
    page = signed_in
    page.goto(PAGE)
    page.get_by_role("button", name="Discard: Offsite").click()
    expect(page.get_by_role("article", name="Offsite")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("is as you wanted it")
    expect(page.get_by_role("article", name="Offsite")).to_contain_text("Goes to Google next")


def test_the_event_opens_over_the_list(signed_in: Page, waiting: None) -> None:
    page = signed_in
    page.goto(PAGE)
    page.get_by_role("link", name="Edit: Offsite").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.url.endswith(PAGE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_every_screen(
    open_page: OpenPage,
    sign_in: Callable[[Page, Member], None],
    alice: Member,
    waiting: None,
    scheme: str,
) -> None:
    page = open_page(color_scheme=scheme)
    sign_in(page, alice)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 1500})
        page.goto(PAGE)
        picture(page, f"waiting-{width}-{scheme}")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_focus_goes_on_to_what_took_the_place_of_what_was_decided(
    signed_in: Page, waiting: None
) -> None:
    page = signed_in
    page.goto(PAGE)
    page.get_by_role("button", name="Decline: Dinner").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="Breakfast")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Approve: Breakfast")).to_be_focused()


def test_each_field_of_a_conflict_is_picked_with_a_finger(
    open_page: OpenPage, sign_in: Callable[[Page, Member], None], alice: Member, waiting: None
) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True)
    sign_in(page, alice)
    page.goto(PAGE)
    conflict = page.get_by_role("article", name="Budget")
    for choice in conflict.locator("label").all():
        box = choice.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    conflict.get_by_role("radio", name="Where, Google's").locator("..").tap()
    conflict.get_by_role("button", name="Keep what I picked").tap()
    expect(page.get_by_role("status")).to_contain_text("What you chose goes to Google.")
    sent = OutboxOperation.objects.filter(status=OperationStatus.PENDING).latest("op_id")
    assert "location" not in sent.payload


@pytest.mark.parametrize(
    ("title", "button", "said"),
    [
        ("Offsite", "Try again", "Google is asked again."),
        ("Dinner", "Approve", "Approved."),
        ("Long lunch", "Undo", ""),
    ],
)
def test_what_waits_is_decided_on_the_card_of_its_event(
    signed_in: Page, waiting: None, title: str, button: str, said: str
) -> None:
    page = signed_in
    for event in CachedEvent.objects.all():
        cache.refresh(event, now=timezone.now())
    page.goto("/")
    page.evaluate("document.body.dataset.same = 'page'")
    page.locator(".event", has_text=title).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=button)).to_be_visible()
    assert barriers(page) == []
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text(said)
    assert page.evaluate("document.body.dataset.same") == "page"


def test_a_conflict_is_settled_over_the_calendar(signed_in: Page, waiting: None) -> None:
    page = signed_in
    for event in CachedEvent.objects.all():
        cache.refresh(event, now=timezone.now())
    page.goto("/")
    page.locator(".event", has_text="Budget").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="Compare and choose").click()
    expect(dialog.locator("tr.differs")).to_have_count(3)
    picture(page, "conflict-over-the-calendar")
    assert barriers(page) == []
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".event", has_text="Budget, second round")).to_contain_text("Pending")


def ask_again(page: Page) -> None:
    """As an open page does that hears of a change."""
    page.evaluate("document.body.dispatchEvent(new Event('calendar-changed'))")


def test_a_change_that_comes_back_is_told_once_and_not_under_a_dialog(
    signed_in: Page, waiting: None
) -> None:
    page = signed_in
    page.goto("/")
    told = page.get_by_role("status").filter(has_text="Google did not take")
    expect(told).to_have_count(0)  # what was there before is no news
    page.get_by_role("link", name="Create", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    OutboxOperation.objects.filter(status=OperationStatus.PENDING).update(
        status=OperationStatus.FAILED, error="You may not change this event."
    )
    ask_again(page)
    expect(page.locator("#sync-chip")).to_contain_text("3 changes need you")
    expect(told).to_have_count(0)
    page.keyboard.press("Escape")
    expect(told).to_have_text("Google did not take a change of yours.See what to do")
    told.get_by_role("link", name="See what to do").click()
    expect(page).to_have_url(PAGE)


@pytest.mark.parametrize(
    ("keys", "title"),
    [
        (["Compare and choose", "Keep mine"], "Budget, second round"),
        (["Compare and choose", "Keep Google's"], "Budget"),
    ],
)
def test_with_keys_alone_one_comes_back_to_the_event_that_was_decided_about(
    signed_in: Page, waiting: None, keys: list[str], title: str
) -> None:
    page = signed_in
    for each in CachedEvent.objects.all():
        cache.refresh(each, now=timezone.now())
    page.goto("/")
    page.locator(".event", has_text="Budget").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    for name in keys:
        target = dialog.get_by_text(name, exact=True)
        expect(target).to_be_visible()
        while not target.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".event", has_text=title).first).to_be_focused()


def test_what_is_given_up_and_gone_leaves_the_focus_on_what_is_nearest_to_it(
    signed_in: Page, waiting: None
) -> None:
    page = signed_in
    page.goto("/")
    page.locator(".event", has_text="Dinner").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Decline").press("Enter")
    expect(page.locator(".event", has_text="Dinner")).to_have_count(0)
    expect(page.locator("#scroller .event:focus")).to_have_count(1)
