"""Wakes the worker by task name. Never blocks and never fails a request.

The message is sent by a thread of its own: a broker that does not answer costs a member nothing,
and the schedule finds the waiting change within a minute anyway.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Final

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


class Messenger:
    """Calls ``send`` for accounts one after another, from a thread of its own, ``pause`` being
    called first; several wake-ups of one account until then become one.
    """

    def __init__(self, *, send: Callable[[int], None], pause: Callable[[], None]) -> None:
        self._send, self._pause = send, pause
        self._waiting: set[int] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self, account_id: int) -> None:
        with self._changed:
            self._waiting.add(account_id)
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
            for account_id in woken:
                self._send(account_id)


def _send(account_id: int) -> None:
    try:
        current_app.send_task(
            TASK, args=[account_id], expires=_EXPIRES_SECONDS, ignore_result=True, retry=False
        )
    except Exception as error:
        logger.warning(
            "The worker could not be woken (%s); it comes by itself", type(error).__name__
        )


_messenger = Messenger(send=_send, pause=partial(time.sleep, _BREATH_SECONDS))


def wake(*, account_id: int) -> None:
    """Ask the worker to sync this account soon. Returns at once, whatever the broker does."""
    if settings.CALENDAR_ENABLED:
        _messenger.wake(account_id)
