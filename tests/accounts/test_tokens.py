from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest

from accounts import commands
from accounts.errors import TokenRefusedError
from accounts.models import ApiToken
from accounts.queries import token_by_secret, tokens_of

if TYPE_CHECKING:
    from accounts.models import Member

SECRET = "secretary_example"


def create(member: Member, now: dt.datetime, **changes: Any) -> ApiToken:
    values: dict[str, Any] = {"name": "laptop", "scope": "read", "secret": SECRET, "now": now}
    token, _ = commands.create_token(member=member, **{**values, **changes})
    return token


def test_secrets_have_the_prefix_and_43_url_safe_characters() -> None:
    first, second = commands.new_secret(), commands.new_secret()
    assert re.fullmatch(r"secretary_[A-Za-z0-9_-]{43}", first)
    assert first != second


def test_a_token_is_found_by_its_secret_with_its_member_in_one_query(
    alice: Member, now: dt.datetime, django_assert_num_queries: Any
) -> None:
    create(alice, now)
    with django_assert_num_queries(1):
        token = token_by_secret(secret=SECRET, now=now)
        assert token is not None
        assert token.member == alice


def test_the_secret_itself_is_not_stored(alice: Member, now: dt.datetime) -> None:
    create(alice, now)
    assert SECRET not in str(ApiToken.objects.values().get())


def test_a_token_ends_at_its_expiry(alice: Member, now: dt.datetime) -> None:
    end = now + dt.timedelta(days=1)
    create(alice, now, expires_at=end)
    assert token_by_secret(secret=SECRET, now=end - dt.timedelta(seconds=1)) is not None
    assert token_by_secret(secret=SECRET, now=end) is None


def test_a_revoked_token_does_not_work(alice: Member, now: dt.datetime) -> None:
    commands.revoke_token(token=create(alice, now), now=now)
    assert token_by_secret(secret=SECRET, now=now) is None
    assert not tokens_of(alice).exists()


def test_revoking_again_keeps_the_first_time(alice: Member, now: dt.datetime) -> None:
    token = create(alice, now)
    commands.revoke_token(token=token, now=now)
    commands.revoke_token(token=token, now=now + dt.timedelta(days=1))
    token.refresh_from_db()
    assert token.revoked_at == now


def test_tokens_of_an_inactive_member_do_not_work(alice: Member, now: dt.datetime) -> None:
    create(alice, now)
    alice.is_active = False
    alice.save()
    assert token_by_secret(secret=SECRET, now=now) is None


@pytest.mark.parametrize("secret", ["", "secretary_", "SECRETARY_EXAMPLE", "x" * 100_000, "\x00é"])
def test_an_unknown_secret_finds_nothing(alice: Member, now: dt.datetime, secret: str) -> None:
    create(alice, now)
    assert token_by_secret(secret=secret, now=now) is None


def test_use_is_noted_at_most_once_a_minute(
    alice: Member, now: dt.datetime, django_assert_num_queries: Any
) -> None:
    token = create(alice, now)
    commands.touch_token(token=token, now=now)
    token.refresh_from_db()
    with django_assert_num_queries(0):
        commands.touch_token(token=token, now=now + dt.timedelta(seconds=59))
    commands.touch_token(token=token, now=now + dt.timedelta(seconds=60))
    token.refresh_from_db()
    assert token.last_used_at == now + dt.timedelta(seconds=60)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"name": "  "}, "1 to 100 characters"),
        ({"name": "x" * 101}, "1 to 100 characters"),
        ({"scope": "admin"}, "choose one of read, propose, write"),
        ({"expires_at": dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)}, "before it is made"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_with_a_sentence(
    alice: Member, now: dt.datetime, changes: dict[str, Any], part: str
) -> None:
    with pytest.raises(TokenRefusedError, match=part):
        create(alice, now, **changes)
    assert not ApiToken.objects.exists()
