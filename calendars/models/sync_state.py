from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import GoogleAccount
from calendars.models.calendar import Calendar


class SyncStatus(models.TextChoices):
    NEW = "new", "Not synced yet"
    OK = "ok", "OK"
    ERROR = "error", "Error"


class CalendarSyncState(models.Model):
    """How far one calendar is in step with Google.

    A null ``sync_token`` asks for a full sync. ``wanted_start`` and ``wanted_end`` are a span
    beyond the window that somebody looked at: the next sync extends the window to it.
    ``mass_delete_seen_at`` is set while a full listing lacked most of the calendar and Google has
    not been asked a second time. ``revision`` grows with every change of the calendar's rows:
    what conditional reads compare.
    """

    calendar = models.OneToOneField(
        Calendar,
        models.CASCADE,
        primary_key=True,
        related_name="sync_state",
        db_column="calendar_ref",
    )
    google_calendar_id = models.CharField(max_length=320, db_column="calendar_id", db_index=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    wanted_start = models.DateTimeField(null=True, blank=True)
    wanted_end = models.DateTimeField(null=True, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True)
    sync_token = models.TextField(null=True, blank=True)  # noqa: DJ001 - null is the operator's switch
    status = models.CharField(max_length=8, choices=SyncStatus, default=SyncStatus.NEW)
    last_full_sync_at = models.DateTimeField(null=True, blank=True)
    last_incremental_sync_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    failure_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    mass_delete_seen_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "calendar_sync_state"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=SyncStatus.values), name="sync_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(window_start__isnull=True) | Q(window_end__gt=F("window_start")),
                name="sync_window_has_length",
            ),
        ]

    def __str__(self) -> str:
        return self.google_calendar_id


class AccountSyncState(models.Model):
    """The lease that lets one worker at a time sync an account, and when it may try again."""

    account = models.OneToOneField(
        GoogleAccount, models.CASCADE, primary_key=True, related_name="sync_state"
    )
    lease_holder = models.CharField(max_length=64, blank=True, default="")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    calendar_list_synced_at = models.DateTimeField(null=True, blank=True)
    last_cycle_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    writes_paused_until = models.DateTimeField(null=True, blank=True)
    failure_count = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    last_error_code = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "account_sync_state"

    def __str__(self) -> str:
        return f"sync of account {self.pk}"
