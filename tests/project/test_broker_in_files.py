"""Celery's messages in files: whole, once, in order."""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from queue import Empty
from typing import TYPE_CHECKING, Any

import pytest
from kombu import Connection, Exchange, Queue

from secretary_project.file_broker import Transport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.01,
    }
    with Connection("files://localhost", transport=Transport, transport_options=options) as made:
        yield made


def taken(connection: Connection, queue: str) -> list[Any]:
    """Everything in the queue, taken out."""
    found: list[Any] = []
    with connection.SimpleQueue(queue) as messages:
        while True:
            try:
                message = messages.get(block=False)
            except Empty:
                return found
            found.append(message.payload)
            message.ack()


def test_messages_arrive_once_and_in_order(connection: Connection) -> None:
    with connection.SimpleQueue("work") as messages:
        for number in range(5):
            messages.put({"number": number})
    assert [each["number"] for each in taken(connection, "work")] == [0, 1, 2, 3, 4]
    assert taken(connection, "work") == []


def test_a_message_leaves_no_file_behind(connection: Connection, tmp_path: Path) -> None:
    with connection.SimpleQueue("work") as messages:
        messages.put({})
    taken(connection, "work")
    assert list((tmp_path / "queue").iterdir()) == []


def test_a_message_that_is_still_written_is_not_seen(
    connection: Connection, tmp_path: Path
) -> None:
    (tmp_path / "queue" / "1_a.work.msg.draft").write_text('{"half":')
    assert taken(connection, "work") == []


def test_queues_do_not_see_each_other(connection: Connection) -> None:
    with connection.SimpleQueue("work") as messages:
        messages.put("mine")
    assert taken(connection, "other") == []
    assert taken(connection, "work") == ["mine"]


def test_a_queue_is_declared_while_no_other_process_declares_one(
    connection: Connection, tmp_path: Path
) -> None:
    queue = Queue("work", Exchange("work"), routing_key="work")
    with (tmp_path / "control" / "lock").open("a") as other, ThreadPoolExecutor(1) as threads:
        fcntl.flock(other, fcntl.LOCK_EX)
        declared = threads.submit(queue(connection.channel()).declare)
        with pytest.raises(TimeoutError):
            declared.result(timeout=0.02)
        fcntl.flock(other, fcntl.LOCK_UN)
        declared.result(timeout=10)
    assert (tmp_path / "control" / "work.exchange").exists()


def test_the_folder_is_not_read_for_each_that_waits_in_it(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.SimpleQueue("work") as messages:
        for number in range(20):
            messages.put({"number": number})
    read: list[str] = []
    listdir = os.listdir

    def counted(folder: str) -> list[str]:
        read.append(folder)
        return listdir(folder)

    monkeypatch.setattr("secretary_project.file_broker.os.listdir", counted)
    with connection.SimpleQueue("work") as messages:
        for _ in range(20):
            messages.get(timeout=5).ack()
    assert len(read) <= 2  # once, and perhaps once more to find it empty
