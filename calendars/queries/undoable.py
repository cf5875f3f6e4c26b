"""Which change a member means by "undo"."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from calendars.models import OperationStatus, OutboxOperation
from calendars.models.outbox import BROUGHT_ALONG, NEVER_SENT

if TYPE_CHECKING:
    from accounts.models import Member

REMEMBERED: Final = dt.timedelta(hours=1)
"""What was done longer ago is taken back from the history of its event, where it can be seen."""


def last_change(*, member: Member, now: dt.datetime) -> OutboxOperation | None:
    """The member's newest change on a page that is not taken back; asked again, the one before.

    Changes through tokens are not meant: the member did not see them happen.
    """
    rows = OutboxOperation.objects.filter(
        calendar__account__member=member,
        actor=member,
        actor_via="web",
        undoes=None,
        created_at__gt=now - REMEMBERED,
    )
    undone = OutboxOperation.objects.filter(undoes__isnull=False).exclude(
        status=OperationStatus.CANCELLED
    )
    given_up = Q(status=OperationStatus.CANCELLED) & ~Q(reason=NEVER_SENT)
    nothing = Q(op_type="patch", payload={})
    asked = rows.exclude(given_up).exclude(nothing).exclude(BROUGHT_ALONG)
    standing = asked.exclude(pk__in=undone.values("undoes"))
    return standing.select_related("calendar__account", "actor").order_by("-op_id").first()
