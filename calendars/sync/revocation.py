"""Having Google revoke the grants of accounts that were disconnected here.

Not in the request: disconnecting works without a network, and the worker tries until Google has
answered.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from typing import TYPE_CHECKING, Final

from accounts import commands, queries
from accounts.encryption import SecretUnreadableError
from calendars.google.client import revoke
from calendars.sync.clock import SystemClock
from calendars.sync.core.retry import later_delay
from calendars.sync.ports import GatewayError

if TYPE_CHECKING:
    from accounts.models import GrantToRevoke
    from calendars.sync.ports import Clock

logger = logging.getLogger(__name__)

MOST_TRIES: Final = 100
"""About a day without an answer. Then the credentials go all the same: they are not kept for ever
for the sake of a courtesy, and the member can take the grant back at Google as well.
"""


def revoke_grants(*, clock: Clock | None = None) -> None:
    """Tell Google of each grant that is due, and erase the credentials of those that it revoked."""
    clock = clock or SystemClock()
    for grant in queries.grants_to_revoke(now=clock.now()):
        _revoke(grant, clock)


def _revoke(grant: GrantToRevoke, clock: Clock) -> None:
    if queries.is_granted_again(grant):
        logger.info("A grant was given again meanwhile: it is left as it is")
        commands.erase_grant(grant=grant)
        return
    try:
        revoke(credentials=queries.credentials_of(grant), clock=clock)
    except SecretUnreadableError:
        logger.warning("A grant cannot be revoked: no key opens its credentials")
        commands.erase_grant(grant=grant)
    except GatewayError as error:
        _later(grant, error, clock)
    else:
        logger.info("Google revoked the grant of a disconnected account")
        commands.erase_grant(grant=grant)


def _later(grant: GrantToRevoke, error: GatewayError, clock: Clock) -> None:
    tries = grant.attempts + 1
    if tries >= MOST_TRIES:
        logger.warning("A grant could not be revoked in %s tries: %s", tries, error.code)
        commands.erase_grant(grant=grant)
        return
    jitter = random.random()  # noqa: S311 - spreads load, guards nothing
    seconds = later_delay(attempts=tries, retry_after=error.retry_after, jitter=jitter)
    until = clock.now() + dt.timedelta(seconds=seconds)
    commands.postpone_grant(grant=grant, until=until)
