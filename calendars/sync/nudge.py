"""Wakes the worker by task name. Never blocks and never fails a request.

The message is sent by a thread of its own: a broker that does not answer costs a member nothing,
and the schedule finds the waiting change within a minute anyway.
"""

from __future__ import annotations

import logging
import threading

from celery import current_app
from django.conf import settings

logger = logging.getLogger(__name__)

TASK = "calendars.sync_account"
_EXPIRES_SECONDS = 60


class _Messenger:
    """Sends wake-ups one after another; several for one account while it is busy become one."""

    def __init__(self) -> None:
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
                account_id = self._waiting.pop()
            _send(account_id)


def _send(account_id: int) -> None:
    try:
        current_app.send_task(
            TASK, args=[account_id], expires=_EXPIRES_SECONDS, ignore_result=True, retry=False
        )
    except Exception as error:
        logger.warning(
            "The worker could not be woken (%s); it comes by itself", type(error).__name__
        )


_messenger = _Messenger()


def wake(*, account_id: int) -> None:
    """Ask the worker to sync this account soon. Returns at once, whatever the broker does."""
    if settings.CALENDAR_ENABLED:
        _messenger.wake(account_id)
