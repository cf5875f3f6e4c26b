"""A change that is only tried, to say before it what it would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from calendars.commands.events import QueuedChange


def tried(change: Callable[[], QueuedChange]) -> QueuedChange:
    """What the change answers; nothing of it is kept, and nobody is woken. Raises what it raises.

    It takes the lock of its calendar meanwhile, so it is nothing for every key that is pressed.
    """
    with transaction.atomic():
        outcome = change()
        transaction.set_rollback(True)
    return outcome
