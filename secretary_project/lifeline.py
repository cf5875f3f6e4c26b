"""Ends a process group whose supervisor has vanished without stopping it (kill -9, a crash).

Runs as a script that leads the group. Its standard input is a pipe that only the supervisor holds
open, so reading it to the end means that the supervisor is gone, however it went.
"""

from __future__ import annotations

import os
import signal
import sys
import time

_GRACE_SECONDS = 5.0


def main() -> None:
    """Wait for the supervisor's end, then ask the group to end, then kill it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdin.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
