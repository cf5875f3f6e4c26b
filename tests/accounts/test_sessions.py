"""Who a browser's session belongs to, and until when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.utils import timezone

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import Member

_PAGE = "/settings/profile/"


def test_a_session_ends_when_its_time_is_over(client: Client, alice: Member) -> None:
    client.force_login(alice)
    assert client.get(_PAGE).status_code == 200
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(_PAGE).status_code == 302


def test_who_logs_out_somewhere_is_out_there_with_the_next_request(
    client: Client, alice: Member
) -> None:
    client.force_login(alice)
    Session.objects.all().delete()
    assert client.get(_PAGE).status_code == 302


def test_a_member_who_is_not_active_any_more_is_out_with_the_next_request(
    client: Client, alice: Member
) -> None:
    client.force_login(alice)
    alice.is_active = False
    alice.save()
    assert client.get(_PAGE).status_code == 302


def test_a_member_who_is_gone_is_out_with_the_next_request(client: Client, alice: Member) -> None:
    client.force_login(alice)
    alice.delete()
    assert client.get(_PAGE).status_code == 302
