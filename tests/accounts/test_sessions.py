"""Who a browser's session belongs to, and until when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
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


@pytest.mark.parametrize("cookie", ['"\\000abcdefghijk"', "short", "A" * 32, "a" * 33, '"\\377"'])
def test_a_cookie_that_cannot_be_of_ours_is_nobodys_and_no_database_is_asked(
    client: Client, db: None, django_assert_num_queries: Any, cookie: str
) -> None:
    with django_assert_num_queries(0):
        response = client.get(_PAGE, headers={"cookie": f"sessionid={cookie}"})
    assert response.status_code == 302
