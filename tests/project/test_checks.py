from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet

from secretary_project import checks

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

CLIENT = {"client_id": "i", "client_secret": "s", "auth_uri": "a", "token_uri": "t"}


def test_a_key_that_is_none_is_named_by_its_place_and_never_shown(
    settings: Settings,
) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), "hunter2"]
    [message] = checks.encryption_keys()
    assert message.id == "secretary.E001"
    assert "key number 2" in message.msg
    assert "hunter2" not in str(message)


def test_good_keys_are_fine(settings: Settings) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert list(checks.encryption_keys()) == []


@pytest.mark.parametrize("kind", ["web", "installed"])
def test_a_client_file_of_either_kind_is_fine(
    settings: Settings, tmp_path: Path, kind: str
) -> None:
    settings.GOOGLE_CREDENTIALS_FILE = _written(tmp_path, {kind: CLIENT})
    assert list(checks.google_client_file()) == []


@pytest.mark.parametrize(
    "content", [{}, [], {"web": []}, {"web": {"client_id": "i"}}, {"type": "service_account"}]
)
def test_a_client_file_that_is_none_is_explained(
    settings: Settings, tmp_path: Path, content: Any
) -> None:
    settings.GOOGLE_CREDENTIALS_FILE = _written(tmp_path, content)
    [message] = checks.google_client_file()
    assert message.id == "secretary.E002"
    assert "Download" in (message.hint or "")


def test_a_client_file_that_is_missing_is_explained(settings: Settings, tmp_path: Path) -> None:
    settings.GOOGLE_CREDENTIALS_FILE = str(tmp_path / "none.json")
    assert [message.id for message in checks.google_client_file()] == ["secretary.E002"]


def test_an_installation_behind_tls_is_told_that_limits_need_redis(
    settings: Settings,
) -> None:
    settings.SERVED_OVER_TLS, settings.REDIS_URL = True, ""
    assert [each.id for each in checks.embedded_services_in_production()] == ["secretary.W001"]
    settings.REDIS_URL = "redis://127.0.0.1"
    assert list(checks.embedded_services_in_production()) == []


def _written(folder: Path, content: Any) -> str:
    file = folder / "client.json"
    file.write_text(json.dumps(content))
    return str(file)


@pytest.mark.parametrize(("mode", "found"), [(0o755, ["secretary.W002"]), (0o750, []), (0o700, [])])
def test_a_folder_that_everybody_can_look_into_is_warned_of(
    settings: Settings, tmp_path: Path, mode: int, found: list[str]
) -> None:
    settings.VAR_DIR = tmp_path
    tmp_path.chmod(mode)
    assert [message.id for message in checks.open_folder()] == found
