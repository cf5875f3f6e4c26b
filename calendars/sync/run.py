"""Puts a cycle together with the real clock, the real gateway and the stored credentials."""

from __future__ import annotations

import logging
import random
import uuid
from typing import TYPE_CHECKING, Any

from accounts import commands as accounts
from accounts.encryption import SecretUnreadableError
from accounts.models import AccountStatus, GoogleAccount
from accounts.queries import credentials_of
from calendars.google.client import gateway_for
from calendars.sync.clock import SystemClock
from calendars.sync.cycle import Cycle, Report, Wish
from calendars.sync.holder import new_holder
from calendars.sync.store import DjangoStore
from secretary_project.prepared_query import PreparedQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calendars.sync.ports import Clock

logger = logging.getLogger(__name__)

_ACCOUNT = PreparedQuery(lambda account: GoogleAccount.objects.filter(pk=account), "account")

_UNREADABLE = (
    "The stored Google credentials cannot be decrypted with TOKEN_ENCRYPTION_KEYS: connect again."
)


def _new_id() -> str:
    return uuid.uuid4().hex


def sync_account(
    *,
    account_id: int,
    wish: Wish,
    clock: Clock | None = None,
    new_id: Callable[[], str] = _new_id,
) -> Report:
    """One cycle of one account, now, in this thread; only a connected one has anything to do.

    ``new_id`` makes an id for an event whose own is taken at Google.
    """
    clock = clock or SystemClock()
    account = next(iter(_ACCOUNT.run(account=account_id)), None)
    if account is None or account.status != AccountStatus.CONNECTED:
        return Report(problems=["This account is not connected to Google."])
    try:
        credentials = credentials_of(account)
    except SecretUnreadableError:
        accounts.mark_reconnect(account_id=account_id, reason=_UNREADABLE)
        return Report(problems=[_UNREADABLE])
    connected_at = account.connected_at

    def keep(refreshed: Mapping[str, Any]) -> None:
        accounts.store_credentials(
            account_id=account_id, credentials=refreshed, connected_at=connected_at
        )

    cycle = Cycle(
        store=DjangoStore(account_id=account_id, holder=new_holder(), connected_at=connected_at),
        gateway=gateway_for(credentials=credentials, on_refresh=keep, clock=clock),
        clock=clock,
        random=random.random,
        new_id=new_id,
    )
    return cycle.run(wish)
