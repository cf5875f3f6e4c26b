"""`python -m google_simulator`: the stand-in as a server, for demo and development."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from google_simulator import ics, seed, storage
from google_simulator.control import Control
from google_simulator.server import ThreadedSimulator
from google_simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SAVE_SECONDS = 1.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="google_simulator", description="A stand-in for Google Calendar and Google sign-in."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (%(default)s)")
    parser.add_argument("--port", type=int, default=9009, help="port, 0 for any (%(default)s)")
    parser.add_argument("--state", type=Path, help="file that keeps the state over restarts")
    parser.add_argument("--seed", choices=["demo"], help="fill an empty simulator with a team")
    parser.add_argument("--ics", type=Path, help="calendar export to load as a further calendar")
    parser.add_argument("--ics-owner", default=seed.ANN, help="whose it is (%(default)s)")
    parser.add_argument("--control", action="store_true", help="serve the page under /control/")
    parser.add_argument("--quota", action="store_true", help="enforce Google's request quotas")
    return parser


def _prepare(arguments: argparse.Namespace) -> Simulator:
    simulator = Simulator(seed=1)
    if arguments.state is not None and arguments.state.exists():
        storage.load(simulator, arguments.state)
    if arguments.seed == "demo" and not simulator.world.people:
        seed.seed_demo(simulator, now=datetime.now(UTC))
    if arguments.ics is not None:
        _load_export(simulator, arguments.ics, arguments.ics_owner)
    if arguments.quota:
        simulator.quota.enable()
    return simulator


def _load_export(simulator: Simulator, path: Path, owner: str) -> None:
    if owner not in simulator.world.people:
        simulator.add_person(owner)
    _, loaded, refused = ics.load_file(simulator, path, owner=owner)
    _say(f"{path.name}: {loaded} events loaded, {refused} refused")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _keep_saving(simulator: Simulator, path: Path | None, done: threading.Event) -> None:
    """Save what changed about once a second, and once more at the end."""
    saved = -1
    while True:
        ended = done.wait(SAVE_SECONDS)
        changes = simulator.changes
        if path is not None and changes != saved:
            storage.save(simulator, path)
            saved = changes
        if ended:
            return


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; exit code 2 for wrong arguments."""
    arguments = _parser().parse_args(argv)
    if arguments.control and arguments.host not in LOOPBACK:
        sys.stderr.write("The control page is for this machine only: bind to 127.0.0.1.\n")
        return 2
    try:
        simulator = _prepare(arguments)
        server = ThreadedSimulator(simulator, host=arguments.host, port=arguments.port)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"Cannot start: {error}\n")
        return 2
    if arguments.control:
        simulator.app.control = Control(simulator)
    done = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: done.set())
    with server:
        _say(f"Google simulator at {server.url}")
        if arguments.control:
            _say(f"Control page at {server.url}/control/")
        _keep_saving(simulator, arguments.state, done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
