from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from secretary_project import demo, programs
from secretary_project.supervisor import SupervisorError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**inherited: str) -> dict[str, str]:
    return demo.environment(
        inherited=inherited,
        known={"DATABASE_URL", "REDIS_URL", "LOG_LEVEL", "PORT"},
        folder=Path("/somewhere"),
        port=8001,
        google=9001,
    )


def test_the_demo_never_touches_what_the_environment_names() -> None:
    made = environment(DATABASE_URL="postgres://real", REDIS_URL="redis://real", PATH="/bin")
    assert "DATABASE_URL" not in made
    assert "REDIS_URL" not in made
    assert made["PATH"] == "/bin"
    assert made["SECRETARY_ENV_FILE"] == os.devnull
    assert made["GOOGLE_API_ENDPOINT"] == "http://127.0.0.1:9001/calendar/v3/"


def test_the_demo_may_be_made_quiet() -> None:
    assert environment(LOG_LEVEL="WARNING")["LOG_LEVEL"] == "WARNING"


def test_a_folder_holds_one_demo_at_a_time(tmp_path: Path) -> None:
    with (
        demo.hold(tmp_path / "demo"),
        pytest.raises(SupervisorError, match="A demo is running already"),
    ):
        demo.hold(tmp_path / "demo")
    demo.hold(tmp_path / "demo").close()
    assert stat.S_IMODE((tmp_path / "demo").stat().st_mode) == 0o700


def test_a_taken_port_is_told_with_the_variable_that_changes_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SupervisorError, match=rf"Port {port} .* PORT={port + 1}"):
            programs.need_free_ports({"PORT": port})


def test_ports_have_to_differ() -> None:
    with pytest.raises(SupervisorError, match="PORT and SIMULATOR_PORT are both"):
        programs.need_free_ports({"PORT": 8000, "SIMULATOR_PORT": 8000})


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """The demo as ``make demo`` starts it, with its two ports."""
    web, google = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "secretary_project.settings",
            "SECRETARY_VAR_DIR": str(tmp_path),
            "PORT": str(web),
            "SIMULATOR_PORT": str(google),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    too_late = threading.Timer(PATIENCE_SECONDS, process.kill)
    too_late.start()
    with process:
        yield process, web, google
        process.kill()
    too_late.cancel()


def test_one_command_is_a_living_calendar_and_ctrl_c_ends_all_of_it(
    running: tuple[subprocess.Popen[str], int, int],
) -> None:
    process, web, google = running
    log = []
    for line in process.stdout or ():
        log.append(line)
        if line.startswith("Stop with"):
            break
    said = "".join(log)
    assert f"http://127.0.0.1:{web}/" in said, said
    assert demo.PASSWORD in said
    assert "Stand-up" in page_after_login(web, "ann"), said
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate()
    assert process.returncode == 0, rest
    assert "Traceback" not in said + rest
    assert "WARNINGS" not in said  # of the checks: what is made on first start is in order
    assert programs.port_is_free(web)
    assert programs.port_is_free(google)


def page_after_login(port: int, username: str) -> str:
    cookies = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    address = f"http://127.0.0.1:{port}/login/"
    browser.open(address).close()
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    form = {"username": username, "password": demo.PASSWORD, "csrfmiddlewaretoken": token}
    with browser.open(address, urlencode(form).encode()) as answer:
        return str(answer.read().decode())
