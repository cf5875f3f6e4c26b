"""Following an account's calendar list, and the changes of it that wait to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts import commands as accounts
from accounts.models import GoogleAccount
from calendars import cache
from calendars.models import (
    AccessRole,
    Calendar,
    CalendarListChange,
    CalendarSyncState,
    ListChangeKind,
    ListChangeStatus,
    OperationStatus,
    OutboxOperation,
)
from calendars.sync.lease import Leased
from calendars.sync.ports import ListChange

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from calendars.sync.ports import GatewayError

_VANISHED = "calendar_gone"
_GONE = (
    "This calendar is no longer in the list of its Google account. The change is sent if it"
    " comes back."
)


def open_changes(account_id: int) -> QuerySet[CalendarListChange]:
    """Changes of the list that Google has not been told yet."""
    return CalendarListChange.objects.filter(account_id=account_id, status=ListChangeStatus.PENDING)


class CalendarListStore(Leased):
    """One account's calendar list. What each method promises stands in ``ports.Store``."""

    def save_calendar_list(self, entries: Sequence[Mapping[str, Any]], *, now: dt.datetime) -> None:
        self._name_account(entries, now=now)
        with self.writing(now=now):
            known = {row.google_id: row for row in self._calendars()}
            waiting = self._waiting()
            for entry in sorted(entries, key=lambda entry: _lock_order(entry, known)):
                google_id = str(entry["id"])
                self._save_entry(known.get(google_id), entry, waiting.get(google_id), now=now)
            self._follow_vanished({str(entry["id"]) for entry in entries})
            self._state().update(calendar_list_synced_at=now)

    def has_calendar(self, google_id: str) -> bool:
        return self._calendars().filter(google_id=google_id, deleted=False).exists()

    def list_changes(self) -> list[ListChange]:
        return [
            ListChange(row.pk, row.kind, row.google_id, row.payload)
            for row in open_changes(self.account_id).order_by("pk")
        ]

    def list_change_applied(
        self, change: ListChange, entry: Mapping[str, Any] | None, *, now: dt.datetime
    ) -> None:
        with self.writing(now=now):
            self._settle(change, ListChangeStatus.APPLIED, now=now)
            if entry is not None:
                google_id = str(entry["id"])
                row = self._calendars().filter(google_id=google_id).first()
                waiting = self._waiting().get(google_id)
                self._save_entry(row, entry, waiting, now=now)

    def list_change_failed(
        self, change: ListChange, *, error: GatewayError, sentence: str, now: dt.datetime
    ) -> None:
        with self.writing(now=now):
            self._settle(
                change, ListChangeStatus.FAILED, error=sentence, reason=error.reason[:64], now=now
            )

    def _settle(
        self,
        change: ListChange,
        status: ListChangeStatus,
        *,
        error: str = "",
        reason: str = "",
        now: dt.datetime,
    ) -> None:
        CalendarListChange.objects.filter(pk=change.pk).update(
            status=status, settled_at=now, error=error, reason=reason
        )

    def _calendars(self) -> QuerySet[Calendar]:
        return Calendar.objects.filter(account_id=self.account_id)

    def _waiting(self) -> dict[str, dict[str, Any]]:
        """By calendar: what the member has changed and Google does not know yet, as columns."""
        found: dict[str, dict[str, Any]] = {}
        for row in open_changes(self.account_id).order_by("pk"):
            columns = {"deleted": row.kind == ListChangeKind.REMOVE}
            found.setdefault(row.google_id, {}).update(columns | list_columns(row.payload))
        return found

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

    def _others(self) -> QuerySet[Calendar]:
        """Calendars that the member has by other accounts."""
        all_of_them = Calendar.objects.filter(account__member__google_accounts=self.account_id)
        return all_of_them.exclude(account_id=self.account_id)

    def _shown(self, entry: Mapping[str, Any]) -> bool:
        """Google's choice, unless the member has made one for the same calendar elsewhere."""
        elsewhere = self._others().filter(google_id=str(entry["id"]), deleted=False).first()
        if elsewhere is not None:
            return elsewhere.selected
        return bool(entry.get("selected") or entry.get("primary"))

    def _follow_vanished(self, listed: Collection[str]) -> None:
        """Changes for a calendar that is gone are kept until it is there again."""
        gone = self._calendars().filter(deleted=False).exclude(google_id__in=listed)
        pks = list(gone.values_list("pk", flat=True))
        if not pks:
            return
        Calendar.objects.filter(pk__in=pks).update(deleted=True)
        OutboxOperation.objects.filter(
            calendar_id__in=pks, status__in=(OperationStatus.PENDING, OperationStatus.IN_FLIGHT)
        ).update(status=OperationStatus.FAILED, error=_GONE, reason=_VANISHED)

    def _save_entry(
        self,
        row: Calendar | None,
        entry: Mapping[str, Any],
        waiting: dict[str, Any] | None,
        *,
        now: dt.datetime,
    ) -> None:
        values = _entry_values(entry) | (waiting or {})
        if row is None:
            row = Calendar.objects.create(
                account_id=self.account_id, **values, selected=self._shown(entry)
            )
            CalendarSyncState.objects.create(calendar=row, google_calendar_id=row.google_id)
            if row.primary and not self._others().filter(primary=True).exists():
                accounts.adopt_time_zone(account_id=self.account_id, name=row.time_zone)
            return
        moved = row.time_zone != values["time_zone"]
        back = row.deleted
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
        if back and not row.deleted:
            CalendarSyncState.objects.filter(calendar=row).update(sync_token=None)
            OutboxOperation.objects.filter(
                calendar=row, status=OperationStatus.FAILED, reason=_VANISHED
            ).update(status=OperationStatus.PENDING, error="", reason="")
        if moved:
            cache.rezone(row, now=now)


def _lock_order(entry: Mapping[str, Any], known: Mapping[str, Calendar]) -> tuple[bool, int]:
    """Calendars that move to another zone are locked as everybody locks them, by their keys."""
    row = known.get(str(entry["id"]))
    return (row is None, row.pk if row else 0)


def list_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those columns of a calendar that fields of Google's entry say."""
    columns: dict[str, Any] = {}
    if "hidden" in fields:
        columns["hidden"] = bool(fields["hidden"])
    if "backgroundColor" in fields:
        columns["background_color"] = str(fields["backgroundColor"])[:16]
    if "foregroundColor" in fields:
        columns["foreground_color"] = str(fields["foregroundColor"])[:16]
    return columns


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
