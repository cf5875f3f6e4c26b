"""Pages of the admin in Chromium, under the policy of all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django_celery_beat.models import CrontabSchedule
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from accounts.models import Member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_periodic_task_is_added_with_its_crontab_in_words(signed_in: Page, alice: Member) -> None:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    CrontabSchedule.objects.create(minute="30", hour="4")
    page = signed_in
    page.goto("/admin/django_celery_beat/periodictask/add/")
    page.get_by_label("Crontab Schedule:").select_option(index=1)
    expect(page.locator(".field-crontab")).to_contain_text("Translation: At 04:30")
    expect(page.locator(".field-crontab_translation")).to_be_hidden()
