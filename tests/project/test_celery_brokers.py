"""A message that one process sends reaches a real worker, on every broker that can be set."""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kombu import Connection

from secretary_project import programs
from secretary_project.celery import app

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


@contextmanager
def worker(**variables: str) -> Iterator[subprocess.Popen[str]]:
    """The worker as the supervisor starts it, but one that says what it does."""
    program = programs.worker(env={**os.environ, "PYTHONUNBUFFERED": "1", **variables})
    process = subprocess.Popen(
        [*program.command, "--loglevel", "info"],
        cwd=ROOT,
        env={**program.env, "DJANGO_SETTINGS_MODULE": "secretary_project.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    too_late = threading.Timer(PATIENCE_SECONDS, process.kill)
    too_late.start()
    try:
        with process:
            yield process
            process.kill()
    finally:
        too_late.cancel()


def lines_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """What the worker writes up to the line with these words, or up to its end."""
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if words in line:
            break
    return lines


def assert_arrives(connection: Connection, **variables: str) -> None:
    with connection:
        sent = app.send_task("celery.accumulate", args=[1, 2], connection=connection)
    with worker(**variables) as process:
        words = f"celery.accumulate[{sent.id}] succeeded"
        lines = lines_until(process, words)
    assert words in lines[-1], "".join(lines)


def test_a_message_reaches_the_worker_through_files(tmp_path: Path) -> None:
    options: dict[str, Any] = {"control_folder": str(tmp_path / "broker" / "control")}
    options["data_folder_in"] = options["data_folder_out"] = str(tmp_path / "broker" / "queue")
    for folder in set(options.values()):
        Path(folder).mkdir(parents=True)
    connection = Connection("files://localhost", transport_options=options)
    assert_arrives(connection, SECRETARY_VAR_DIR=str(tmp_path), REDIS_URL="")
    assert list((tmp_path / "broker" / "queue").iterdir()) == []


@pytest.mark.redis
def test_a_message_reaches_the_worker_through_redis(tmp_path: Path, redis_url: str) -> None:
    assert_arrives(Connection(redis_url), SECRETARY_VAR_DIR=str(tmp_path), REDIS_URL=redis_url)
