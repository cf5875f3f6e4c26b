from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from accounts import commands
from accounts.encryption import SecretUnreadableError
from accounts.models import AccountStatus, GoogleAccount
from accounts.queries import accounts_of, credentials_of
from accounts.scopes import REQUIRED_SCOPES
from accounts.signals import account_connected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Member

CREDENTIALS = {"token": "access", "refresh_token": "refresh", "client_id": "client"}


def connect(member: Member, now: dt.datetime, **changes: Any) -> GoogleAccount:
    values: dict[str, Any] = {
        "credentials": CREDENTIALS,
        "email": "alice@example.test",
        "granted_scopes": REQUIRED_SCOPES,
        "now": now,
    }
    return commands.connect_account(member=member, **{**values, **changes})


@pytest.fixture
def connected_ids() -> Iterator[list[int]]:
    ids: list[int] = []

    def note(account_id: int, **_: Any) -> None:
        ids.append(account_id)

    account_connected.connect(note)
    yield ids
    account_connected.disconnect(note)


def test_credentials_are_stored_encrypted_and_read_back(alice: Member, now: dt.datetime) -> None:
    account = connect(alice, now)
    account.refresh_from_db()
    assert "refresh" not in account.credentials
    assert credentials_of(account) == CREDENTIALS


def test_connecting_the_same_address_again_replaces_the_credentials(
    alice: Member, now: dt.datetime
) -> None:
    first = connect(alice, now)
    commands.mark_reconnect(account_id=first.pk, reason="revoked")
    second = connect(alice, now, credentials={**CREDENTIALS, "refresh_token": "newer"})
    assert second.pk == first.pk
    account = accounts_of(alice).get()
    assert credentials_of(account)["refresh_token"] == "newer"
    assert (account.status, account.status_reason) == (AccountStatus.CONNECTED, "")


def test_one_member_may_have_several_accounts(alice: Member, now: dt.datetime) -> None:
    connect(alice, now)
    connect(alice, now, email="second@example.test")
    assert [account.email for account in accounts_of(alice)] == [
        "alice@example.test",
        "second@example.test",
    ]


def test_two_members_may_connect_the_same_address(
    alice: Member, bob: Member, now: dt.datetime
) -> None:
    assert connect(alice, now).pk != connect(bob, now).pk


def test_without_an_address_the_same_refresh_token_is_the_same_account(
    alice: Member, now: dt.datetime
) -> None:
    first = connect(alice, now, email="")
    assert connect(alice, now, email="").pk == first.pk
    assert connect(alice, now, email="", credentials={"refresh_token": "other"}).pk != first.pk


def test_a_nameless_account_gets_its_address_when_it_is_connected_again(
    alice: Member, now: dt.datetime
) -> None:
    first = connect(alice, now, email="")
    second = connect(alice, now)
    assert (second.pk, second.email) == (first.pk, "alice@example.test")


def test_naming_an_account_stores_the_address(alice: Member, now: dt.datetime) -> None:
    account = connect(alice, now, email="")
    assert commands.name_account(account_id=account.pk, email="alice@example.test") == account.pk
    assert accounts_of(alice).get().email == "alice@example.test"


def test_naming_a_second_grant_of_a_known_account_merges_into_the_older_one(
    alice: Member, now: dt.datetime
) -> None:
    known = connect(alice, now)
    nameless = connect(alice, now, email="", credentials={"refresh_token": "newer"})
    left = commands.name_account(account_id=nameless.pk, email="alice@example.test")
    assert left == known.pk
    assert credentials_of(accounts_of(alice).get())["refresh_token"] == "newer"


def test_a_connected_account_is_announced_after_the_commit(
    alice: Member,
    now: dt.datetime,
    connected_ids: list[int],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        account = connect(alice, now)
        assert connected_ids == []
    assert connected_ids == [account.pk]


def test_a_lost_grant_asks_for_a_reconnect_and_keeps_the_credentials(
    alice: Member, now: dt.datetime
) -> None:
    account = connect(alice, now)
    commands.mark_reconnect(account_id=account.pk, reason="Google says: revoked.")
    account.refresh_from_db()
    assert (account.status, account.status_reason) == ("reconnect", "Google says: revoked.")


def test_the_end_of_an_old_grant_does_not_touch_a_newer_one(
    alice: Member, now: dt.datetime
) -> None:
    account = connect(alice, now)
    later = now + dt.timedelta(minutes=1)
    connect(alice, later, credentials={"refresh_token": "newer"})
    commands.mark_reconnect(account_id=account.pk, reason="revoked", connected_at=now)
    commands.store_credentials(account_id=account.pk, credentials=CREDENTIALS, connected_at=now)
    account.refresh_from_db()
    assert account.status == AccountStatus.CONNECTED
    assert credentials_of(account)["refresh_token"] == "newer"


def test_a_refreshed_token_is_stored(alice: Member, now: dt.datetime) -> None:
    account = connect(alice, now)
    commands.store_credentials(
        account_id=account.pk, credentials={**CREDENTIALS, "token": "fresh"}, granted_scopes=["a"]
    )
    account.refresh_from_db()
    assert credentials_of(account)["token"] == "fresh"
    assert account.scopes == ["a"]


def test_a_late_refresh_does_not_bring_a_disconnected_grant_back(
    alice: Member, now: dt.datetime
) -> None:
    account = connect(alice, now)
    commands.disconnect(account=account, keep_cache=True)
    commands.store_credentials(account_id=account.pk, credentials=CREDENTIALS)
    account.refresh_from_db()
    assert account.credentials == ""


def test_disconnecting_with_the_cache_kept_wipes_only_the_credentials(
    alice: Member, now: dt.datetime
) -> None:
    account = connect(alice, now)
    commands.disconnect(account=account, keep_cache=True)
    account.refresh_from_db()
    assert (account.status, account.credentials) == (AccountStatus.DISCONNECTED, "")
    with pytest.raises(SecretUnreadableError):
        credentials_of(account)


def test_disconnecting_without_the_cache_removes_the_account(
    alice: Member, now: dt.datetime
) -> None:
    commands.disconnect(account=connect(alice, now), keep_cache=False)
    assert not accounts_of(alice).exists()


def test_a_disconnected_account_can_be_connected_again_with_its_cache(
    alice: Member, now: dt.datetime
) -> None:
    account = connect(alice, now)
    commands.disconnect(account=account, keep_cache=True)
    assert connect(alice, now).pk == account.pk
