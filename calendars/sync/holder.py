"""Names for those who hold a lease, by which a dead one is known at once.

A lease that only runs out keeps a restarted worker from its accounts for minutes. Whoever was
killed on this very machine need not be waited for: its process is gone.
"""

from __future__ import annotations

import os
import platform
import uuid
from pathlib import Path


def new_holder() -> str:
    """A name of one cycle of this process."""
    return f"{_place()} {os.getpid()} {uuid.uuid4().hex}"


def is_dead(holder: str) -> bool:
    """Whether the process that took this name is surely gone; False if that cannot be known."""
    place, _, rest = holder.partition(" ")
    number = rest.partition(" ")[0]
    if place != _place() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _place() -> str:
    """Where numbers of processes mean the same: a machine, and of its containers one."""
    try:
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        space = "-"
    return f"{platform.node()[:12].replace(' ', '-')}/{space[:10]}"
