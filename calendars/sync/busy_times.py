"""Asking Google when people outside are busy, because somebody here wanted to know."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calendars.sync.core.busy_plan import plan_questions
from calendars.sync.ports import (
    BusyAnswer,
    BusyError,
    GoneError,
    RateLimitedError,
    RefusedError,
    ScopeMissingError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calendars.sync.core.busy_plan import BusyQuestion
    from calendars.sync.patience import Patience
    from calendars.sync.ports import Clock, Gateway, Store

logger = logging.getLogger(__name__)

NOT_ANSWERED = "notAnswered"


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """Answers the open questions of one account. What Google does not tell stays unknown."""

    store: Store
    gateway: Gateway
    clock: Clock
    patience: Patience

    def run(self) -> None:
        """Ask and store. A refusal is an answer too; errors of the account are raised.

        A fault of Google's leaves the wishes open and does not keep calendars from being pulled.
        """
        for question in plan_questions(self.store.busy_wishes()):
            asked_at = self.clock.now()
            try:
                answers = self._ask(question)
            except RateLimitedError:
                raise
            except BusyError as error:
                logger.warning("Google did not tell who is busy: %s", error.code)
                return
            logger.info("Asked Google when %d people are busy", len(question.addresses))
            self.store.save_busy(question, answers, now=asked_at)

    def _ask(self, question: BusyQuestion) -> Mapping[str, BusyAnswer]:
        try:
            told = self.patience.ask(
                lambda: self.gateway.free_busy(
                    addresses=question.addresses, start=question.start, end=question.end
                )
            )
        except (GoneError, RefusedError, ScopeMissingError) as error:
            return dict.fromkeys(question.addresses, BusyAnswer(problem=error.reason))
        missing = BusyAnswer(problem=NOT_ANSWERED)  # never free (trap 41)
        return {address: told.get(address, missing) for address in question.addresses}
