"""The simulator behind a socket, for the demo and for tests of what only a socket shows."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from google_simulator.simulator import Simulator


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing (requests carry calendar content) and hangs up where no answer shall come."""

    def log(self, *_args: Any) -> None:
        return

    def connection_dropped(self, *_args: Any, **_kwargs: Any) -> None:
        self.close_connection = True


class _Server(ThreadedWSGIServer):
    daemon_threads = True
    # A burst of short connections must not be refused at the door.
    request_queue_size = 256


class ThreadedSimulator:
    """A simulator with an address: `with ThreadedSimulator(simulator) as server: server.url`."""

    def __init__(self, simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.simulator = simulator
        self._server = _Server(host, port, simulator.app, handler=_QuietHandler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="google-simulator", daemon=True
        )
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_port}"
        simulator.base_url = self.url

    def start(self) -> ThreadedSimulator:
        """Begin to answer."""
        self.simulator.channels.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server.server_close()
        self.simulator.channels.close()

    def __enter__(self) -> ThreadedSimulator:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()
