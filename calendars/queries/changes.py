"""Whether anything that a member sees has changed: one cheap question for all who look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, Q, Sum, Value, When

from accounts.models import AccountStatus
from calendars.models import Calendar, SyncStatus

if TYPE_CHECKING:
    from collections.abc import Collection


def versions_of(member_pks: Collection[int]) -> dict[int, str]:
    """A text for each member that changes whenever a page of theirs may look different.

    Every write of a calendar's rows moves its revision (``cache.lock``); the member's selection and
    the health of account and calendar are part of the text too. A member without calendars has the
    empty text.
    """
    rows = (
        Calendar.objects.filter(account__member__in=member_pks, deleted=False)
        .values_list("account__member")
        .annotate(
            revisions=Sum("sync_state__revision"),
            calendars=Count("pk"),
            shown=Sum(Case(When(selected=True, then=F("pk")), default=Value(0))),
            failing=Count("pk", filter=Q(sync_state__status=SyncStatus.ERROR)),
            lost=Count("pk", filter=~Q(account__status=AccountStatus.CONNECTED)),
            unreachable=Count("pk", filter=Q(account__sync_state__last_error__gt="")),
        )
        .order_by()
    )
    found = {member: ".".join(map(str, numbers)) for member, *numbers in rows}
    return {member: found.get(member, "") for member in member_pks}
