"""What Google told about people outside, and what it is still to be asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F, Q

from calendars.models import OutsideBusy
from calendars.sync.core.busy_plan import BusyWish
from calendars.sync.lease import Leased

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from calendars.sync.core.busy_plan import BusyQuestion
    from calendars.sync.ports import BusyAnswer

_FORGOTTEN = dt.timedelta(days=1)


def open_wishes(account_id: int) -> QuerySet[OutsideBusy]:
    """What was asked for since Google last answered."""
    unanswered = Q(fetched_at=None) | Q(wanted_at__gte=F("fetched_at"))
    return OutsideBusy.objects.filter(unanswered, account_id=account_id)


class BusyStore(Leased):
    """Busy time of people outside, for one account. Promises stand in ``ports.Store``."""

    def busy_wishes(self) -> list[BusyWish]:
        return [
            BusyWish(
                row.address, int(row.wanted_start.timestamp()), int(row.wanted_end.timestamp())
            )
            for row in open_wishes(self.account_id).order_by("pk")
        ]

    def save_busy(
        self, question: BusyQuestion, answers: Mapping[str, BusyAnswer], *, now: dt.datetime
    ) -> None:
        rows = OutsideBusy.objects.filter(account_id=self.account_id)
        with self.writing(now=now):
            rows.filter(wanted_at__lt=now - _FORGOTTEN).delete()
            for address in question.addresses:
                answer = answers[address]
                rows.filter(address=address).update(
                    known_start=dt.datetime.fromtimestamp(question.start, dt.UTC),
                    known_end=dt.datetime.fromtimestamp(question.end, dt.UTC),
                    busy=[list(span) for span in answer.busy],
                    problem=answer.problem,
                    fetched_at=now,
                )
