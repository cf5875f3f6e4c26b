"""A stand-in for Google Calendar and Google sign-in, for tests, demo and development.

State and rules live in plain modules (`world`, `events`, `series`, `listing`, `sharing`, ...);
`app` turns them into HTTP, `transport` and `server` carry that HTTP in process or over a socket.
It imports nothing of the product, so that both can disagree and a test can notice.
"""

from google_simulator.clock import FrozenClock, SystemClock
from google_simulator.server import ThreadedSimulator
from google_simulator.simulator import Simulator

__all__ = ["FrozenClock", "Simulator", "SystemClock", "ThreadedSimulator"]
