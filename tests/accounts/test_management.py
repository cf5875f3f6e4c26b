from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import commands, identity
from accounts.models import ApiToken
from accounts.queries import accounts_of, credentials_of, token_by_secret

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from accounts.models import Member

CREDENTIALS = {
    "token": "access",
    "refresh_token": "refresh",
    "token_uri": "http://127.0.0.1:9009/token",
    "client_id": "client",
    "client_secret": "not so secret",
    "scopes": ["https://www.googleapis.com/auth/calendar"],
    "universe_domain": "googleapis.com",
    "account": "",
    "expiry": "2026-03-10T10:00:00Z",
}


@pytest.fixture(autouse=True)
def google(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Google, as far as it is asked for an address."""
    asked = Mock(return_value="alice@example.test")
    monkeypatch.setattr(identity, "address_of", asked)
    return asked


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def token_file(folder: Path, content: Any) -> str:
    path = folder / "token.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_connect_google_connects_the_account_of_a_token_file(alice: Member, tmp_path: Path) -> None:
    out = run("connect_google", "alice", "--token-file", token_file(tmp_path, CREDENTIALS))
    account = accounts_of(alice).get()
    assert out == "Connected alice@example.test for alice.\n"
    assert account.email == "alice@example.test"
    assert credentials_of(account) == CREDENTIALS
    assert account.scopes == CREDENTIALS["scopes"]


def test_connect_google_twice_replaces_the_first_credentials(alice: Member, tmp_path: Path) -> None:
    run("connect_google", "alice", "--token-file", token_file(tmp_path, CREDENTIALS))
    newer = {**CREDENTIALS, "refresh_token": "newer"}
    run("connect_google", "alice", "--token-file", token_file(tmp_path, newer))
    assert credentials_of(accounts_of(alice).get())["refresh_token"] == "newer"


def test_connect_google_works_while_google_is_out_of_reach(
    alice: Member, tmp_path: Path, google: Mock
) -> None:
    google.return_value = ""
    out = run("connect_google", "alice", "--token-file", token_file(tmp_path, CREDENTIALS))
    assert "its address follows at the first sync" in out
    assert accounts_of(alice).get().email == ""


def test_connect_google_says_what_a_missing_permission_means(alice: Member, tmp_path: Path) -> None:
    narrow = {**CREDENTIALS, "scopes": ["https://www.googleapis.com/auth/calendar.readonly"]}
    out = run("connect_google", "alice", "--token-file", token_file(tmp_path, narrow))
    assert "may not see and edit events" in out
    assert "which calendars" not in out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("not json", "is not JSON"),
        ("[" * 60_000, "is not JSON"),
        ("[]", "does not hold a JSON object"),
        ({**CREDENTIALS, "refresh_token": None}, "has no refresh_token"),
        ({**CREDENTIALS, "client_id": ""}, "has no client_id"),
        ({**CREDENTIALS, "client_secret": 7}, "has no client_secret"),
        (" " * 70_000, "is too big"),
    ],
)
def test_connect_google_refuses_a_bad_file_with_a_sentence(
    alice: Member, tmp_path: Path, content: Any, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("connect_google", "alice", "--token-file", token_file(tmp_path, content))
    assert not accounts_of(alice).exists()


def test_connect_google_refuses_a_missing_file_and_an_unknown_member(
    alice: Member, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("connect_google", "alice", "--token-file", str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="no member 'mallory'"):
        run("connect_google", "mallory", "--token-file", str(tmp_path / "none.json"))


def test_create_api_token_prints_the_secret_alone_on_the_last_line(alice: Member) -> None:
    out = run("create_api_token", "alice", "--name", "laptop", "--scope", "write")
    token = token_by_secret(secret=out.splitlines()[-1], now=timezone.now())
    assert token is not None
    assert (token.member, token.name, token.scope) == (alice, "laptop", "write")
    assert token.expires_at is None


def test_create_api_token_can_limit_the_life_of_the_token(alice: Member) -> None:
    options = ("--name", "laptop", "--scope", "read", "--expires-days", "30")
    run("create_api_token", "alice", *options)
    token = ApiToken.objects.get()
    assert token.expires_at is not None
    assert (token.expires_at - token.created_at).days == 30


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("mallory", "--name", "n", "--scope", "read"), "no member 'mallory'"),
        (("alice", "--name", "n", "--scope", "all"), "choose one of read, propose, write"),
        (("alice", "--name", " ", "--scope", "read"), "1 to 100 characters"),
        (("alice", "--name", "n", "--scope", "read", "--expires-days", "0"), "from 1 to"),
    ],
)
def test_create_api_token_refuses_bad_input_with_a_sentence(
    alice: Member, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("create_api_token", *arguments)
    assert not ApiToken.objects.exists()


def test_rotate_credentials_lets_the_old_key_go(
    alice: Member, now: dt.datetime, settings: Any
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.TOKEN_ENCRYPTION_KEYS = [old]
    connect(alice, now)
    settings.TOKEN_ENCRYPTION_KEYS = [new, old]
    assert run("rotate_credentials") == "Encrypted 1 accounts with the newest key.\n"
    settings.TOKEN_ENCRYPTION_KEYS = [new]
    assert credentials_of(accounts_of(alice).get()) == CREDENTIALS


def test_rotate_credentials_names_the_accounts_that_no_key_opens(
    alice: Member, bob: Member, now: dt.datetime, settings: Any
) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    connect(alice, now)
    settings.TOKEN_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    connect(bob, now)
    with pytest.raises(CommandError, match=r"credentials of alice@example\.test of alice: keep"):
        run("rotate_credentials")
    assert credentials_of(accounts_of(bob).get()) == CREDENTIALS


def connect(member: Member, now: dt.datetime) -> None:
    commands.connect_account(
        member=member,
        credentials=CREDENTIALS,
        email=f"{member.username}@example.test",
        granted_scopes=[],
        now=now,
    )
