"""Sending queued changes of an account's calendar list, one after another.

Each can be repeated: subscribing twice, setting the same colour and removing what is gone already
all end as they should, so an answer that got lost does no harm.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calendars.sync.ports import (
    BusyError,
    GoneError,
    RateLimitedError,
    RefusedError,
    ScopeMissingError,
    WritesPausedError,
)

if TYPE_CHECKING:
    from calendars.sync.patience import Patience
    from calendars.sync.ports import Clock, Gateway, GatewayError, ListChange, Store

logger = logging.getLogger(__name__)

_NO_CALENDAR = "Google has no calendar of this address, or does not show it to this account."
_NOT_ALLOWED = (
    "The permission to change the list of calendars was not granted. Connect the account again"
    " and leave every box ticked."
)


@dataclass(frozen=True, slots=True)
class ListChanges:
    """Sends what waits for one account."""

    store: Store
    gateway: Gateway
    clock: Clock
    patience: Patience

    def run(self) -> bool:
        """Send all; True if one was refused, so that what it showed here has to be put back.

        Where Google is at fault or takes no writes, the rest waits for a later cycle. Errors of
        the account are raised.
        """
        refused = False
        for change in self.store.list_changes():
            try:
                entry = self._send(change)
            except (GoneError, RefusedError, ScopeMissingError) as error:
                refused = True
                self.store.list_change_failed(
                    change, error=error, sentence=_sentence(error), now=self.clock.now()
                )
            except RateLimitedError:
                raise
            except (BusyError, WritesPausedError) as error:
                logger.warning("Changes of the calendar list wait: %s", error.code)
                break
            else:
                self.store.list_change_applied(change, entry, now=self.clock.now())
        return refused

    def _send(self, change: ListChange) -> dict[str, Any] | None:
        """The entry as Google has it now; None once it is gone."""
        calendar_id = change.google_id
        if change.kind == "subscribe":
            return self.patience.ask(lambda: self.gateway.subscribe(calendar_id=calendar_id))
        if change.kind == "change":
            return self.patience.ask(
                lambda: self.gateway.change_entry(calendar_id=calendar_id, body=change.payload)
            )
        try:
            self.patience.ask(lambda: self.gateway.unsubscribe(calendar_id=calendar_id))
        except GoneError:
            logger.info("The calendar had left the list already")
        return None


def _sentence(error: GatewayError) -> str:
    if isinstance(error, GoneError):
        return _NO_CALENDAR
    return _NOT_ALLOWED if isinstance(error, ScopeMissingError) else error.detail
