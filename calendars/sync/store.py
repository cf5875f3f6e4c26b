"""The Django implementation of ``ports.Store``, put together from its parts."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists

from accounts import commands as accounts
from calendars.models import AccountSyncState, OperationStatus, OutboxOperation
from calendars.sync.busy_store import BusyStore, open_wishes
from calendars.sync.calendar_list_store import CalendarListStore, open_changes
from calendars.sync.lane_store import LaneStore
from calendars.sync.listing_store import ListingStore
from calendars.sync.ports import Due, GatewayError, GrantLostError, LeaseLostError
from secretary_project.prepared_query import PreparedRows

_LIST_EVERY = dt.timedelta(minutes=5)


def _operations(account_id: int, status: OperationStatus) -> Exists:
    operations = OutboxOperation.objects.filter(calendar__account_id=account_id, status=status)
    closed = (OperationStatus.APPLIED, OperationStatus.CANCELLED)
    return Exists(operations.exclude(status__in=closed))  # as the index says it: SQLite needs that


_DUE = PreparedRows(
    lambda account: AccountSyncState.objects.filter(account_id=account).values_list(
        "calendar_list_synced_at",
        "writes_paused_until",
        Exists(open_changes(account)),
        Exists(open_wishes(account)),
        _operations(account, OperationStatus.PENDING),
        _operations(account, OperationStatus.IN_FLIGHT),
    ),
    "account",
)


class DjangoStore(LaneStore, ListingStore, CalendarListStore, BusyStore):
    """Everything that the cycle of one account reads and writes.

    ``connected_at`` is the account's when its credentials were read: trouble with an old grant
    must not be blamed on one that the member has given since.
    """

    def __init__(
        self, *, account_id: int, holder: str, connected_at: dt.datetime | None = None
    ) -> None:
        super().__init__(account_id=account_id, holder=holder)
        self.connected_at = connected_at

    def due(self, *, now: dt.datetime) -> Due:
        found = _DUE.run(account=self.account_id)
        if not found:
            raise LeaseLostError
        [(read_at, paused_until, list_changes, busy_times, pending, in_flight)] = found
        return Due(
            calendar_list=read_at is None or read_at <= now - _LIST_EVERY,
            list_changes=list_changes,
            busy_times=busy_times,
            operations=pending,
            lost_operations=in_flight,
            writes_paused=paused_until is not None and paused_until > now,
        )

    def account_failed(
        self, *, error: GatewayError, until: dt.datetime | None, now: dt.datetime
    ) -> None:
        with self.writing(now=now):
            if isinstance(error, GrantLostError):
                accounts.mark_reconnect(
                    account_id=self.account_id,
                    reason=error.detail,
                    connected_at=self.connected_at,
                )
            state = self._state().get()
            state.failure_count += 1
            state.last_error, state.last_error_code = error.detail, error.code
            state.next_attempt_at = until
            state.save(
                update_fields=["failure_count", "last_error", "last_error_code", "next_attempt_at"]
            )

    def pause_writes(self, *, error: GatewayError, until: dt.datetime, now: dt.datetime) -> None:
        with self.writing(now=now):
            self._state().update(
                writes_paused_until=until, last_error=error.detail, last_error_code=error.code
            )
