"""Celery tasks: load ids, one call, nothing else."""

from __future__ import annotations

import random

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from calendars.commands.proposals import expire
from calendars.queries.due import due_accounts
from calendars.sync import revocation
from calendars.sync.cycle import Wish
from calendars.sync.run import sync_account

_SPREAD = 0.25
"""Accounts are spread over this part of the interval, so that they do not all ask at once."""


@shared_task(name="calendars.sync_account")
def sync_one(account_id: int, full: bool = False, calendar_id: str | None = None) -> None:
    """One cycle of one account, or of one of its calendars."""
    if settings.CALENDAR_ENABLED:
        sync_account(account_id=account_id, wish=Wish(full=full, calendar_id=calendar_id))


@shared_task(name="calendars.sync_all")
def sync_all() -> None:
    """One short task for each account that is due, jittered, expiring before the next round."""
    _spread(full=False, over=settings.CALENDAR_SYNC_INTERVAL_SECONDS)


@shared_task(name="calendars.full_sync_all")
def full_sync_all() -> None:
    """A full sync of each account, spread over a quarter of an hour at most."""
    _spread(full=True, over=min(3_600, settings.CALENDAR_FULL_SYNC_INTERVAL_HOURS * 3_600))


@shared_task(name="calendars.expire_proposals")
def expire_proposals() -> None:
    """Proposals that nobody decided about in time are withdrawn."""
    expire(now=timezone.now())


@shared_task(name="calendars.revoke_grants")
def revoke_grants() -> None:
    """Google is told of the accounts that members have disconnected."""
    if settings.CALENDAR_ENABLED:
        revocation.revoke_grants()


def _spread(*, full: bool, over: int) -> None:
    if not settings.CALENDAR_ENABLED:
        return
    accounts = due_accounts(now=timezone.now())
    window = over * _SPREAD if len(accounts) > 1 else 0.0
    for account_id in accounts:
        sync_one.apply_async(
            args=(account_id, full),
            countdown=random.random() * window,  # noqa: S311 - spreads load, guards nothing
            expires=over,
        )
