"""The programs that make up a running Secretary, and whether they can be reached."""

from __future__ import annotations

import http.client
import socket
import sys
from typing import TYPE_CHECKING

from secretary_project.supervisor import Program, SupervisorError

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
WORKER_THREADS = 8
LEAN = {"MALLOC_ARENA_MAX": "1"}
"""Otherwise glibc keeps what each thread gave back for that thread alone. They would not use their
own at the same time: the interpreter runs one of them."""


def manage(*arguments: str, name: str, env: Mapping[str, str]) -> Program:
    """One of the commands of manage.py."""
    return Program(name, [sys.executable, "manage.py", *arguments], env)


def web(*, port: int, env: Mapping[str, str]) -> Program:
    """One web process, for this machine only."""
    return Program(
        "web",
        [
            *_module("uvicorn", "secretary_project.asgi:application"),
            *("--host", HOST, "--port", str(port)),
            *("--lifespan", "off", "--no-access-log", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "2"),
        ],
        {**LEAN, **env},
    )


def worker(*, env: Mapping[str, str]) -> Program:
    """The worker: threads, since its work is waiting for Google."""
    return Program(
        "worker",
        [
            *(sys.executable, "-W", "ignore:You're running the worker with superuser privileges"),
            *("-m", "celery", "--quiet", "--app", "secretary_project", "worker"),
            *("--pool", "threads", "--concurrency", str(WORKER_THREADS), "--loglevel", "warning"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        {**LEAN, **env},
    )


def beat(*, env: Mapping[str, str]) -> Program:
    """The clock that sends the scheduled tasks. There must be only one."""
    arguments = _module("celery", "--quiet", "--app", "secretary_project", "beat")
    return Program("beat", [*arguments, "--loglevel", "warning"], env)


def need_free_ports(ports: Mapping[str, int]) -> None:
    """SupervisorError, by the name of its variable, for a port that cannot be listened on."""
    for variable, port in ports.items():
        if list(ports.values()).count(port) > 1:
            raise SupervisorError(f"{' and '.join(ports)} are both {port}; they have to differ.")
        if not port_is_free(port):
            raise SupervisorError(
                f"Port {port} of this machine is in use (or not allowed to you). Stop what listens "
                f"there, or choose another port: {variable}={port + 1} in front of the command."
            )


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(*, port: int, path: str) -> bool:
    """Whether a server on this machine answers, and without a fault of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]
