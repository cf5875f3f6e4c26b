"""Waking the worker: who asks does not wait for it, and asks in a row are one message."""

from __future__ import annotations

import queue
import threading

from calendars.sync.nudge import Messenger

PATIENCE = 5


def test_what_is_woken_within_a_breath_becomes_one_message_each() -> None:
    sent: queue.Queue[int] = queue.Queue()
    breath = threading.Event()
    messenger = Messenger(send=sent.put, pause=breath.wait)
    for account_id in (2, 1, 2, 2):
        messenger.wake(account_id)
    assert sent.empty()
    breath.set()
    assert [sent.get(timeout=PATIENCE) for _ in range(2)] == [1, 2]
    messenger.wake(2)
    assert sent.get(timeout=PATIENCE) == 2
    assert sent.empty()


def test_what_is_woken_while_a_message_is_sent_is_not_forgotten() -> None:
    begun, go_on = threading.Event(), threading.Event()
    sent: queue.Queue[int] = queue.Queue()

    def send(account_id: int) -> None:
        begun.set()
        go_on.wait(PATIENCE)
        sent.put(account_id)

    messenger = Messenger(send=send, pause=lambda: None)
    messenger.wake(1)
    assert begun.wait(PATIENCE)
    messenger.wake(1)
    go_on.set()
    assert [sent.get(timeout=PATIENCE) for _ in range(2)] == [1, 1]
