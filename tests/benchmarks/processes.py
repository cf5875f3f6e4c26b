"""Processes that are measured from outside: the web server, a worker, a stand-in for Google."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from secretary_project import programs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE = 60
BARE = {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare_settings"}
"""Environment of a process that has Django and nothing of the product."""


_BEGUN_SECONDS = 0.1
"""Of processor time: no interpreter has loaded anything by then, and the quickest machine seen
needed less than half a second for all of it."""


class Child:
    """A process of this run. ``log`` collects what it prints."""

    def __init__(self, *arguments: str, env: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=_ROOT,
                env={**os.environ, **programs.LEAN, **env},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, ready: Callable[[], bool], *, seconds: float = _PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                last = self.log.read_text(encoding="utf-8", errors="replace")[-2_000:]
                raise RuntimeError(f"{self.process.args} did not get ready:\n{last}")
            time.sleep(0.05)

    def memory(self, name: str = "VmRSS") -> float:
        """Megabytes now, or with ``VmHWM`` at most ever."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1_024
        raise RuntimeError(f"{name} is not known")

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def settle(self) -> None:
        """Wait until it has begun and its memory stays the same for two seconds."""

        def rests() -> bool:
            before = self.memory()
            time.sleep(2)
            return self.cpu() > _BEGUN_SECONDS and self.memory() == before

        self.wait_for(rests)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Web(Child):
    """uvicorn with one process, as ``make run`` starts it, and a client that keeps its
    connection."""

    def __init__(
        self,
        *,
        database_url: str,
        log: Path,
        app: str = "tests.benchmarks.asgi:application",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        super().__init__(
            "uvicorn",
            app,
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--lifespan", "off", "--no-access-log", "--log-level", "warning"),
            *("--timeout-keep-alive", "600"),  # rows come minutes apart
            env={"DATABASE_URL": database_url, **(env or {})},
            log=log,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.wait_for(self._answers)

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Any:
        address = f"{path}?{urlencode(query)}" if query else path
        return self.ask("GET", address, headers=headers)

    def ask(
        self,
        method: str,
        address: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        expect: tuple[int, ...] = (200, 202, 304),
    ) -> tuple[Mapping[str, str], bytes]:
        sent = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, address, body=sent, headers={**kind, **(headers or {})})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in expect:
            raise RuntimeError(f"{method} {address}: {answer.status} {content[:500]!r}")
        return answer.headers, content

    def _answers(self) -> bool:
        try:
            self.ask("GET", "/health", expect=(200, 404))
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return False
        return True


def listens(port: int) -> bool:
    """Whether something on this machine takes connections at the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
