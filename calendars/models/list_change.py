from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import GoogleAccount


class ListChangeKind(models.TextChoices):
    SUBSCRIBE = "subscribe"
    CHANGE = "change"
    REMOVE = "remove"


class ListChangeStatus(models.TextChoices):
    PENDING = "pending"
    APPLIED = "applied"
    FAILED = "failed"
    DISMISSED = "dismissed"
    """It failed, and the member has read why."""


class CalendarListChange(models.Model):
    """A queued change of an account's calendar list at Google. Rows are never rewritten.

    It shows here at once; a subscription when Google has told what the calendar is.

    ``payload``  of a change the fields of Google's entry, else empty
    ``error``    a sentence for people; ``reason`` a stable code for programs
    """

    account = models.ForeignKey(GoogleAccount, models.CASCADE, related_name="list_changes")
    google_id = models.CharField(max_length=320)
    kind = models.CharField(max_length=9, choices=ListChangeKind)
    payload = models.JSONField(default=dict, blank=True)
    status = models.CharField(
        max_length=9, choices=ListChangeStatus, default=ListChangeStatus.PENDING
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=64, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="list_changes"
    )
    actor_via = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "calendar_list_changes"
        indexes: ClassVar = [
            models.Index(
                fields=["account"], name="list_change_pending", condition=Q(status="pending")
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=ListChangeStatus.values), name="list_change_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ListChangeKind.values), name="list_change_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.google_id}"
