from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import AccountStatus, GoogleAccount


class AccessRole(models.TextChoices):
    """Google's roles, least first; `writerWithoutPrivateAccess` sees private events as busy."""

    FREE_BUSY_READER = "freeBusyReader"
    READER = "reader"
    WRITER_WITHOUT_PRIVATE_ACCESS = "writerWithoutPrivateAccess"
    WRITER = "writer"
    OWNER = "owner"


WRITING_ROLES = frozenset(
    {AccessRole.WRITER_WITHOUT_PRIVATE_ACCESS, AccessRole.WRITER, AccessRole.OWNER}
)


class Calendar(models.Model):
    """One entry of an account's Google calendar list.

    ``selected`` is the member's own choice of what to show; Google's is only its first value.
    """

    account = models.ForeignKey(GoogleAccount, models.CASCADE, related_name="calendars")
    google_id = models.CharField(max_length=320)
    summary = models.TextField(blank=True)
    description = models.TextField(blank=True)
    background_color = models.CharField(max_length=16, blank=True)
    foreground_color = models.CharField(max_length=16, blank=True)
    color_id = models.CharField(max_length=8, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    access_role = models.CharField(max_length=32, choices=AccessRole, default=AccessRole.READER)
    default_reminders = models.JSONField(default=list, blank=True)
    primary = models.BooleanField(default=False)
    selected = models.BooleanField(default=True)
    hidden = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)

    class Meta:
        db_table = "calendars"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "google_id"], name="calendar_once_per_account"
            ),
            models.CheckConstraint(
                condition=Q(access_role__in=AccessRole.values), name="calendar_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.summary or self.google_id

    @property
    def writable(self) -> bool:
        return self.access_role in WRITING_ROLES and not self.deleted

    @property
    def takes_events(self) -> bool:
        """Whether an event made here can reach Google."""
        return self.writable and self.account.status != AccountStatus.DISCONNECTED
