"""Ends process groups whose supervisor has vanished without stopping them (kill -9, a crash).

Runs as a script beside the supervisor and reads its standard input: ``+N`` names a process group,
``-N`` takes it back. The pipe closes when the supervisor ends, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GRACE_SECONDS = 5.0


def left_over(lines: Iterable[str]) -> set[int]:
    """The process groups that were named and not taken back when the lines end."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def end(groups: Iterable[int], *, grace: float) -> None:
    """Ask each group to end, and kill what is still there after ``grace`` seconds."""
    alive = [group for group in groups if send(group, signal.SIGTERM)]
    give_up = time.monotonic() + grace
    while alive and time.monotonic() < give_up:
        time.sleep(0.05)
        alive = [group for group in alive if send(group, 0)]
    for group in alive:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Send a signal to a process group; whether there was anybody to receive it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        end(left_over(sys.stdin), grace=GRACE_SECONDS)
