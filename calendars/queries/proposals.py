"""Which changes wait for the member's yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from calendars.models import OperationStatus, OutboxOperation
from calendars.sync.core.proposals import LASTS

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from accounts.models import Member


def expired(*, now: dt.datetime) -> Q:
    """Proposals that can no longer be approved, and only wait to be swept away."""
    return Q(status=OperationStatus.PROPOSED, created_at__lte=now - LASTS)


def proposals_of(*, member: Member, now: dt.datetime) -> QuerySet[OutboxOperation]:
    """All proposals on the member's calendars that can be approved, oldest first."""
    rows = OutboxOperation.objects.filter(
        calendar__account__member=member, status=OperationStatus.PROPOSED
    )
    return rows.exclude(expired(now=now)).select_related("calendar__account").order_by("op_id")
