"""The Django implementation of ``ports.Store``, put together from its parts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Exists

from accounts import commands as accounts
from accounts.models import GoogleAccount
from calendars import cache
from calendars.models import AccessRole, Calendar, CalendarSyncState, OperationStatus
from calendars.sync.busy_store import BusyStore, open_wishes
from calendars.sync.lane_store import LaneStore
from calendars.sync.listing_store import ListingStore
from calendars.sync.ports import Due, GatewayError, GrantLostError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_LIST_EVERY = dt.timedelta(minutes=5)
_VANISHED = "calendar_gone"
_GONE = (
    "This calendar is no longer in the list of its Google account. The change is sent if it"
    " comes back."
)


class DjangoStore(LaneStore, ListingStore, BusyStore):
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
        read_at, wishes = (
            self._state()
            .values_list("calendar_list_synced_at", Exists(open_wishes(self.account_id)))
            .get()
        )
        return Due(calendar_list=read_at is None or read_at <= now - _LIST_EVERY, busy_times=wishes)

    def save_calendar_list(self, entries: Sequence[Mapping[str, Any]], *, now: dt.datetime) -> None:
        self._name_account(entries, now=now)
        with self.writing(now=now):
            known = {row.google_id: row for row in Calendar.objects.filter(**self._account())}
            for entry in entries:
                self._save_entry(known.get(str(entry["id"])), entry, now=now)
            self._follow_vanished({str(entry["id"]) for entry in entries})
            self._state().update(calendar_list_synced_at=now)

    def has_calendar(self, google_id: str) -> bool:
        return Calendar.objects.filter(
            **self._account(), google_id=google_id, deleted=False
        ).exists()

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

    def writes_paused(self, *, now: dt.datetime) -> bool:
        return self._state().filter(writes_paused_until__gt=now).exists()

    def finish(self, *, now: dt.datetime) -> None:
        with self.writing(now=now):
            self._state().update(
                last_cycle_at=now,
                failure_count=0,
                last_error="",
                last_error_code="",
                next_attempt_at=None,
            )

    def _account(self) -> dict[str, int]:
        return {"account_id": self.account_id}

    def _name_account(self, entries: Sequence[Mapping[str, Any]], *, now: dt.datetime) -> None:
        """Learn the account's address. Where the member had it connected already, that account
        takes over the grant, this one disappears and so does its lease."""
        primary = next((str(entry["id"]) for entry in entries if entry.get("primary")), None)
        if (
            primary is None
            or GoogleAccount.objects.filter(pk=self.account_id, email=primary).exists()
        ):
            return
        with self.writing(now=now):
            accounts.name_account(account_id=self.account_id, email=primary)

    def _shown(self, entry: Mapping[str, Any]) -> bool:
        """Google's choice, unless the member has made one for the same calendar elsewhere."""
        elsewhere = Calendar.objects.filter(
            account__member__google_accounts=self.account_id,
            google_id=str(entry["id"]),
            deleted=False,
        ).first()
        if elsewhere is not None:
            return elsewhere.selected
        return bool(entry.get("selected") or entry.get("primary"))

    def _follow_vanished(self, listed: Collection[str]) -> None:
        """Changes for a calendar that is gone are kept until it is there again."""
        gone = Calendar.objects.filter(**self._account(), deleted=False).exclude(
            google_id__in=listed
        )
        pks = list(gone.values_list("pk", flat=True))
        if not pks:
            return
        Calendar.objects.filter(pk__in=pks).update(deleted=True)
        unsent = (OperationStatus.PENDING, OperationStatus.IN_FLIGHT)
        self._operations().filter(calendar_id__in=pks, status__in=unsent).update(
            status=OperationStatus.FAILED, error=_GONE, reason=_VANISHED
        )

    def _save_entry(
        self, row: Calendar | None, entry: Mapping[str, Any], *, now: dt.datetime
    ) -> None:
        values = _entry_values(entry)
        if row is None:
            row = Calendar.objects.create(**self._account(), **values, selected=self._shown(entry))
            CalendarSyncState.objects.create(calendar=row, google_calendar_id=row.google_id)
            return
        moved = row.time_zone != values["time_zone"]
        back = row.deleted
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
        if back and not row.deleted:
            CalendarSyncState.objects.filter(calendar=row).update(sync_token=None)
            self._operations().filter(
                calendar=row, status=OperationStatus.FAILED, reason=_VANISHED
            ).update(status=OperationStatus.PENDING, error="", reason="")
        if moved:
            cache.rezone(row, now=now)


def _entry_values(entry: Mapping[str, Any]) -> dict[str, Any]:
    role = str(entry.get("accessRole") or "")
    reminders = entry.get("defaultReminders")
    return {
        "google_id": str(entry["id"]),
        "summary": str(entry.get("summaryOverride") or entry.get("summary") or ""),
        "description": str(entry.get("description") or ""),
        "background_color": str(entry.get("backgroundColor") or "")[:16],
        "foreground_color": str(entry.get("foregroundColor") or "")[:16],
        "color_id": str(entry.get("colorId") or "")[:8],
        "time_zone": str(entry.get("timeZone") or "UTC")[:64],
        "access_role": role if role in AccessRole.values else AccessRole.READER,
        "default_reminders": reminders if isinstance(reminders, list) else [],
        "primary": bool(entry.get("primary")),
        "hidden": bool(entry.get("hidden")),
        "deleted": bool(entry.get("deleted")),
    }
