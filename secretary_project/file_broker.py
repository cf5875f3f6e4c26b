"""Celery's broker in a folder, for installations without Redis.

kombu's filesystem transport lets a reader see a message that is only half written, which loses the
message and ends the worker, and it moves messages through the system's temporary folder. Here a
message appears, and is taken, by renaming it: it is there whole, and for one reader only.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterator


class Channel(filesystem.Channel):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._seen: dict[str, list[str]] = {}

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f"{name}.draft"
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002
        """The oldest message. Thousands can wait, so the folder is not read for each of them."""
        message = self._next_of(queue)
        if message is None:
            self._seen[queue] = self._waiting(queue)
            message = self._next_of(queue)
        if message is None:
            raise Empty
        return message

    def _next_of(self, queue: str) -> Any:
        """The oldest message of those that were seen when the folder was read; None after all."""
        folder, names = Path(self.data_folder_in), self._seen.get(queue)
        while names:
            name = names.pop()
            taken = folder / f"{name}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue  # another worker was faster
            message = loads(taken.read_text(encoding="utf-8"))
            taken.unlink()
            return message
        return None

    def _waiting(self, queue: str) -> list[str]:
        """Names of files, the newest first."""
        names = os.listdir(self.data_folder_in)  # noqa: PTH208 - names sort faster than paths
        mine = (name for name in names if name.partition(".")[2] == f"{queue}.msg")
        return sorted(mine, reverse=True)

    def _queue_bind(self, *names: Any) -> None:
        with self._alone():
            super()._queue_bind(*names)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes out: at the first start several write the same table at once."""
        with (Path(self.control_folder) / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.state = virtual.BrokerState()  # kombu shares one, as if there were only one folder
