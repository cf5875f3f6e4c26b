from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import AccountStatus, GoogleAccount

if TYPE_CHECKING:
    import datetime as dt


def due_accounts(*, now: dt.datetime) -> list[int]:
    """Ids of the connected accounts that do not rest after an error. One statement for all."""
    rested = Q(sync_state__next_attempt_at=None) | Q(sync_state__next_attempt_at__lte=now)
    connected = GoogleAccount.objects.filter(
        rested, status=AccountStatus.CONNECTED, member__is_active=True
    )
    return list(connected.order_by("pk").values_list("pk", flat=True))
