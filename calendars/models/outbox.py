from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from calendars.models.calendar import Calendar


class OperationType(models.TextChoices):
    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    MOVE = "move"


class OperationStatus(models.TextChoices):
    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    APPLIED = "applied"
    FAILED = "failed"
    CONFLICT = "conflict"
    CANCELLED = "cancelled"
    PROPOSED = "proposed"


class Notify(models.TextChoices):
    """Which guests Google tells of a change."""

    ALL = "all"
    EXTERNAL = "external"
    NONE = "none"


UNDONE = "undone"
"""``reason`` of a change that a member took back before Google had it."""
SUPERSEDED = "superseded"
"""``reason`` of a change that a later one made pointless before Google had it."""
NEVER_SENT = "never_sent"
"""``reason`` of changes that came to nothing together, such as a create that was deleted again."""
SETTLED_THERE = "settled_at_google"
"""``reason`` of a conflict that ended by itself: Google came to have what the member wanted."""

DISCARDED = "discarded"
"""``reason`` of a refused change that a member gave up."""
DECLINED = "declined"
"""``reason`` of a proposal that somebody said no to."""
EXPIRED = "expired"
"""``reason`` of a proposal that nobody said anything to in time."""

BROUGHT_ALONG = Q(op_type=OperationType.DELETE, base={}, saga=None)
"""Deletes that another change brought with it and nobody asked for (``saga.takes_back``)."""


class OutboxOperation(models.Model):
    """One queued local change. Rows are never rewritten by a later edit: they are the history.

    ``event_id``  the id under which the change was asked for (``local:<uuid>``, event, instance)
    ``lane``      Google's id of the event, or of its series: what is ordered and sent together
    ``payload``   only the changed fields (a create: the whole body; a delete: empty)
    ``base``      those fields before the change; a field that was absent is null. Of a delete the
                  whole event as it showed; of a series ``exceptions`` too, its changed instances
    ``error``     a sentence for people; ``reason`` a stable code for programs
    ``saga``      shared by operations that only make sense together; ``step`` their order from 1 on
    ``approved_at``, ``approved_by``, ``approved_via``  of a proposal that somebody said yes to
    ``undoes``    the operation that this one takes back; at most one that is not cancelled does so
    """

    op_id = models.BigAutoField(primary_key=True)
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="operations")
    event_id = models.CharField(max_length=1100)
    lane = models.CharField(max_length=1100)
    op_type = models.CharField(max_length=8, choices=OperationType)
    payload = models.JSONField(default=dict, blank=True)
    base = models.JSONField(default=dict, blank=True)
    status = models.CharField(
        max_length=10, choices=OperationStatus, default=OperationStatus.PENDING
    )
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=64, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="operations"
    )
    actor_via = models.CharField(max_length=120, blank=True, default="")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_via = models.CharField(max_length=120, blank=True, default="")
    notify = models.CharField(max_length=8, choices=Notify, default=Notify.NONE)
    saga = models.UUIDField(null=True, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    undoes = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="undone_by",
    )

    class Meta:
        db_table = "calendar_outbox"
        indexes: ClassVar = [
            models.Index(fields=["calendar", "lane", "op_id"], name="operation_lane"),
            models.Index(
                fields=["calendar", "status"],
                name="operation_open",
                condition=~Q(status__in=["applied", "cancelled"]),
            ),
            models.Index(
                fields=["undoes"], name="operation_undoes", condition=Q(undoes__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=OperationStatus.values), name="operation_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(op_type__in=OperationType.values), name="operation_type_is_known"
            ),
            models.CheckConstraint(
                condition=Q(notify__in=Notify.values), name="operation_notify_is_known"
            ),
            models.UniqueConstraint(
                fields=["saga", "step"],
                condition=Q(saga__isnull=False),
                name="operation_step_once_per_saga",
            ),
            models.CheckConstraint(
                condition=Q(saga__isnull=True, step=0) | Q(saga__isnull=False, step__gte=1),
                name="operation_step_belongs_to_a_saga",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=~Q(status="cancelled"),
                name="operation_is_undone_once",
            ),
            models.CheckConstraint(
                condition=~Q(undoes=models.F("op_id")), name="operation_undoes_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.op_type} {self.op_id}"
