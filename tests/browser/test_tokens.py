"""The only showing of a new token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.commands import create_token
from tests.browser.test_barriers import barriers

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from accounts.models import Member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_new_token_is_copied_by_a_button(signed_in: Page) -> None:
    page = signed_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/settings/tokens/")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#secret").text_content()


def test_a_token_is_revoked_after_it_is_said_what_that_means(
    signed_in: Page, alice: Member
) -> None:
    create_token(member=alice, name="laptop", scope="read", now=timezone.now(), secret="s" * 40)
    page = signed_in
    page.goto("/settings/tokens/")
    for_good = page.get_by_role("button", name="Revoke for good")
    expect(for_good).to_be_hidden()
    page.get_by_text("Revoke laptop").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    assert barriers(page) == []
    for_good.click()
    expect(page.get_by_text("The token laptop does not work any more.")).to_be_visible()
