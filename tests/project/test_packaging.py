from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tests.coroutines import run

ROOT = Path(__file__).resolve().parents[2]
OURS = ("migrate", "web", "worker", "beat")
LASTING = ("web", "worker", "beat", "mcp", "db", "redis")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


def test_docker_accepts_the_services_where_it_is_installed() -> None:
    command = ["docker", "compose", "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
    if shutil.which("docker") and _succeeds("docker", "compose", "version"):
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stderr


def test_every_process_restarts_by_itself(compose: dict[str, Any]) -> None:
    for name in LASTING:
        assert compose["services"][name]["restart"] == "unless-stopped"


def test_migrations_run_once_before_all_others(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_all_that_lasts_lies_in_volumes(compose: dict[str, Any]) -> None:
    used = [
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
    ]
    assert set(compose["volumes"]) == {name for name in used if not name.startswith(".")}


def test_all_our_processes_share_image_data_and_keys(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["image"] == "secretary"
        assert "data:/var/lib/secretary" in service["volumes"]
        assert service["environment"]["SECRETARY_VAR_DIR"] == "/var/lib/secretary"


def test_no_service_is_open_to_other_machines(compose: dict[str, Any]) -> None:
    ports = [port for each in compose["services"].values() for port in each.get("ports", [])]
    assert ports == ["127.0.0.1:${PORT:-8000}:8000", "127.0.0.1:${MCP_PORT:-8765}:8765"]


@pytest.mark.parametrize(
    "sent", ["203.0.113.9", "6.6.6.6, 203.0.113.9", "6.6.6.6,10.0.0.1,203.0.113.9"]
)
def test_a_client_cannot_say_itself_what_its_address_is(compose: dict[str, Any], sent: str) -> None:
    """Though the proxy adds to what it was told. Tries to log in are limited by that address."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, *_: Any) -> None:
        seen.update(scope)

    trusted = compose["services"]["web"]["environment"]["FORWARDED_ALLOW_IPS"]
    scope: Any = {
        "type": "http",
        "scheme": "http",
        "client": ("172.18.0.1", 4711),  # Docker's own end of the port
        "headers": [(b"x-forwarded-for", sent.encode()), (b"x-forwarded-proto", b"https")],
    }
    run(ProxyHeadersMiddleware(app, trusted)(scope, None, None))  # type: ignore[arg-type]
    assert (seen["client"][0], seen["scheme"]) == ("203.0.113.9", "https")


def test_our_processes_can_gain_no_rights(compose: dict[str, Any]) -> None:
    for name in (*OURS, "mcp"):
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_bridge_calls_secretary_by_a_name_that_secretary_knows(
    compose: dict[str, Any],
) -> None:
    """Not by that of the container: unless DJANGO_ALLOWED_HOSTS says so, nobody answers to it."""
    name = compose["services"]["mcp"]["environment"]["PUBLIC_BASE_URL"]
    assert name == "${PUBLIC_BASE_URL:-http://127.0.0.1:8000/}"


def test_the_bridge_holds_no_data_and_no_keys(compose: dict[str, Any]) -> None:
    bridge = compose["services"]["mcp"]
    assert bridge["volumes"] == []
    assert bridge["env_file"] == []
    assert set(bridge["environment"]) == {"SECRETARY_URL", "PUBLIC_BASE_URL"}


def test_the_image_runs_without_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER secretary" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_the_image_holds_no_secret_of_this_machine() -> None:
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    assert allowed[0] == "*"
    assert not {"!.", "!var", "!config", "!.env", "!.git"} & set(allowed)


@pytest.mark.parametrize("version", ["3.10.4", "2.7"])
def test_make_refuses_an_old_python_with_a_sentence(tmp_path: Path, version: str) -> None:
    old = tmp_path / "python3"
    old.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo Python {version}\nexit 1\n')
    old.chmod(0o755)
    answer = _make(tmp_path, f"PYTHON={old}")
    assert answer.returncode != 0
    assert "Secretary needs Python 3.11 or newer" in answer.stderr
    assert version in answer.stderr


def test_make_says_when_there_is_no_python(tmp_path: Path) -> None:
    answer = _make(tmp_path, "PYTHON=no-such-python")
    assert "Secretary needs Python 3.11 or newer; 'no-such-python' was not found." in answer.stderr


def test_the_script_for_ci_is_a_program_without_errors_of_syntax() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert _succeeds("bash", "-n", str(ROOT / ".ci" / "run"))


def _make(folder: Path, *variables: str) -> subprocess.CompletedProcess[str]:
    """``make install`` in an empty folder, where there is no virtual environment yet."""
    (folder / "requirements.txt").touch()
    command = ["make", "--file", str(ROOT / "Makefile"), *variables, "install"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
