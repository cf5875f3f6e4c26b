"""Tells all web processes that a calendar has changed, where they share a Redis.

A ring says only "look": what changed is in the database. Without Redis, or while it is away, the
web processes look every second by themselves; with it they hear of a change at once and look less.
Its client is loaded by whoever uses it: 5 MB that an installation without Redis need not hold.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from django.conf import settings
from django.db import transaction

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import PubSub

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 1.0
_LOOK_ANYWAY_SECONDS: Final = 10.0
CHANNEL: Final = "secretary:changed"
_TIMEOUT_SECONDS: Final = 2.0


def ring_after_commit() -> None:
    """Tell the web processes once the transaction is through. Never blocks, never fails."""
    if settings.REDIS_URL:
        transaction.on_commit(_ringer(settings.REDIS_URL).ring)


def bell() -> Bell:
    """What this installation listens to."""
    return Listening(settings.REDIS_URL) if settings.REDIS_URL else Ticking()


class Bell(Protocol):
    """What wakes the one who looks for changes."""

    def wait(self) -> None:
        """Until it is time to look again."""

    def stir(self) -> None:
        """End a wait of this process now."""


class Ticking:
    """Rings every second. Enough for one machine, and needs nothing."""

    def __init__(self, seconds: float = LOOK_EVERY_SECONDS) -> None:
        self._seconds = seconds
        self._stirred = threading.Event()

    def wait(self) -> None:
        self._stirred.wait(self._seconds)
        self._stirred.clear()

    def stir(self) -> None:
        self._stirred.set()


class Listening:
    """Rings when somebody rings through Redis; ticks while Redis is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ticking = Ticking()
        self._client: Redis | None = None
        self._heard: PubSub | None = None

    def wait(self) -> None:
        """Returns at once after it began to listen: what rang before could not be heard."""
        import redis

        try:
            if self._heard is None:
                self._heard = self._subscribed()
            else:
                self._listen(self._heard)
        except redis.RedisError as error:
            logger.warning("Redis cannot be listened to (%s)", type(error).__name__)
            self._heard = None
            self._ticking.wait()

    def stir(self) -> None:
        """Not needed: whoever opens a page has just been told what there is."""

    def _listen(self, heard: PubSub) -> None:
        end = time.monotonic() + _LOOK_ANYWAY_SECONDS
        while time.monotonic() < end:
            if heard.get_message(ignore_subscribe_messages=True, timeout=LOOK_EVERY_SECONDS):
                return

    def _subscribed(self) -> PubSub:
        import redis

        # Kept, because redis-py hangs up for all of a client's listeners once it is collected.
        self._client = redis.Redis.from_url(self._url, socket_connect_timeout=_TIMEOUT_SECONDS)
        heard: PubSub = self._client.pubsub()  # type: ignore[no-untyped-call]
        heard.subscribe(CHANNEL)
        if heard.get_message(timeout=_TIMEOUT_SECONDS) is None:
            raise redis.TimeoutError("The subscription was not confirmed.")
        return heard


class _Ringer:
    """Rings on a thread of its own; rings that come together are one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._wanted = threading.Event()
        threading.Thread(target=self._work, name="bell", daemon=True).start()

    def ring(self) -> None:
        self._wanted.set()

    def _work(self) -> None:
        import redis

        connection = redis.Redis.from_url(
            self._url,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            socket_timeout=_TIMEOUT_SECONDS,
        )
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                connection.publish(CHANNEL, "")
            except redis.RedisError as error:
                logger.warning("Redis cannot be told of a change (%s)", type(error).__name__)


@cache
def _ringer(url: str) -> _Ringer:
    """The one of this process for that Redis."""
    return _Ringer(url)
