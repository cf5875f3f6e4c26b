"""What the demo needs: a folder and an environment of its own, and a stand-in for Google."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

from secretary_project.local_secrets import private_folder
from secretary_project.programs import HOST
from secretary_project.supervisor import Program, SupervisorError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

PASSWORD = "demo-secretary"  # noqa: S105 - opens nothing but a demo on the same machine
MEMBERS = ("ann", "ben", "cleo")
ADMIN = "admin"
SYNC_SECONDS = 10
CLIENT_FILE = "google-client.json"


def environment(
    *, inherited: Mapping[str, str], known: Collection[str], folder: Path, port: int, google: int
) -> dict[str, str]:
    """The demo's environment: of the variables ``known`` to the settings only the demo's own.

    So neither ``.env`` nor an exported variable can lead the demo to real data. ``google`` is the
    simulator's port.
    """
    own = {
        "SECRETARY_ENV_FILE": os.devnull,
        "SECRETARY_VAR_DIR": str(folder),
        "PORT": str(port),
        "GOOGLE_API_ENDPOINT": f"http://{HOST}:{google}/calendar/v3/",
        "GOOGLE_CREDENTIALS_FILE": str(folder / CLIENT_FILE),
        "CALENDAR_SYNC_INTERVAL_SECONDS": str(SYNC_SECONDS),
    }
    foreign = set(known) - {"LOG_LEVEL"}
    return {name: text for name, text in inherited.items() if name not in foreign} | own


def simulator(*, folder: Path, port: int, ics: Path | None, env: Mapping[str, str]) -> Program:
    """The stand-in for Google, with the demo's team and the control page."""
    command = [sys.executable, "-m", "google_simulator", "--port", str(port), "--control"]
    command += ["--seed", "demo", "--state", str(folder / "google.json")]
    return Program("google", [*command, *(["--ics", str(ics)] if ics else [])], env)


def client_file(*, port: int, web_port: int) -> str:
    """The OAuth client file that leads to the simulator, as JSON text."""
    answers = "&".join(
        f"redirect_uri=http://{host}:{web_port}/settings/accounts/connected/"
        for host in (HOST, "localhost")
    )
    return json.dumps(_ask(port, "GET", f"/control/client.json?{answers}"))


def credentials(*, port: int, email: str) -> dict[str, Any]:
    """What google-auth's ``Credentials.to_json()`` holds after this person's consent."""
    answer = _ask(port, "POST", "/control/credentials", {"email": email})
    return dict(answer["credentials"])


def hold(folder: Path) -> IO[str]:
    """Keep a second demo out of this folder for as long as the answer stays open."""
    lock = (private_folder(folder) / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise SupervisorError(f"A demo is running already, with its data in {folder}.") from None
    return lock


def _ask(port: int, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise SupervisorError(f"The stand-in for Google answered {answer.status} to {path}.")
        return json.load(answer)
    except OSError as error:
        raise SupervisorError(f"The stand-in for Google did not answer: {error}.") from error
    finally:
        connection.close()
