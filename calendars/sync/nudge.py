"""Wakes the worker by task name. Never blocks and never fails a request.

The message is sent by a thread of its own: a broker that does not answer costs a member nothing,
and the schedule finds the waiting change within a minute anyway.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from celery import current_app
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

TASK = "calendars.sync_account"
_EXPIRES_SECONDS = 60
_BREATH_SECONDS: Final = 0.05
"""A message takes as long to be put together as a request to be answered, and the request that
asked for it comes first. What is changed within a breath becomes one message."""


K = TypeVar("K", int, tuple[int, str])


class Messenger(Generic[K]):
    """Calls ``send`` for one thing after another, from a thread of its own, ``pause`` being
    called first; several wake-ups for the same until then become one.
    """

    def __init__(self, *, send: Callable[[K], None], pause: Callable[[], None]) -> None:
        self._send: Callable[[K], None] = send
        self._pause = pause
        self._waiting: set[K] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self, key: K) -> None:
        with self._changed:
            self._waiting.add(key)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="nudge", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
            self._pause()
            with self._changed:
                woken, self._waiting = sorted(self._waiting), set()
            for key in woken:
                self._send(key)


def _send(key: tuple[int, str]) -> None:
    account_id, calendar_id = key
    only = {"calendar_id": calendar_id} if calendar_id else {}
    try:
        current_app.send_task(
            TASK,
            args=[account_id],
            kwargs=only,
            expires=_EXPIRES_SECONDS,
            ignore_result=True,
            retry=False,
        )
    except Exception as error:
        logger.warning(
            "The worker could not be woken (%s); it comes by itself", type(error).__name__
        )


_messenger = Messenger(send=_send, pause=partial(time.sleep, _BREATH_SECONDS))


def wake(*, account_id: int, calendar_id: str = "") -> None:
    """Ask the worker to sync this account soon, or one calendar of it by Google's id. Returns at
    once, whatever the broker does.
    """
    if settings.CALENDAR_ENABLED:
        _messenger.wake((account_id, calendar_id))
