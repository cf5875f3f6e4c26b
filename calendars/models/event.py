from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from calendars.models.calendar import Calendar
from calendars.models.resource_field import ResourceField


class LocalStatus(models.TextChoices):
    """How an event stands with Google; the badge that a member sees."""

    SYNCED = "synced"
    PENDING = "pending"
    CONFLICT = "conflict"
    FAILED = "failed"
    PROPOSED = "proposed"


class CachedEvent(models.Model):
    """One Google event resource in the cache: a single event, a series or an exception.

    ``event_json``   the resource as the member sees it, waiting changes included
    ``agreed_json``  the agreed copy; null while equal to ``event_json``
    ``etag``         of the agreed copy; empty while Google has never seen the event
    ``local_id``     the ``local:<uuid>`` under which the event was made here; resolves for ever
    ``start_ts_utc``, ``end_ts_utc``  epoch seconds; ``start_date``, ``end_date``  YYYY-MM-DD of
    all-day events, end exclusive; all null for what is cancelled or has no usable time
    ``last_ts_utc``  when a series is over (``recurrence.ends_at``); null for an endless one and for
    what is no series
    ``words``  what search finds it by (``search_words``); empty for what is cancelled
    ``original_start``  the slot of an exception in its series: epoch seconds, or YYYY-MM-DD
    """

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, related_name="events", db_index=False
    )  # every index below begins with it
    event_id = models.CharField(max_length=1100)
    local_id = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - unique or absent
    event_json = ResourceField()
    agreed_json = ResourceField(null=True)
    etag = models.CharField(max_length=128, blank=True)
    recurring_event_id = models.CharField(max_length=1100, blank=True)
    is_series = models.BooleanField(default=False)
    original_start = models.CharField(max_length=32, blank=True)
    start_ts_utc = models.BigIntegerField(null=True)
    end_ts_utc = models.BigIntegerField(null=True)
    start_date = models.CharField(max_length=10, null=True)  # noqa: DJ001 - absent for timed events
    end_date = models.CharField(max_length=10, null=True)  # noqa: DJ001 - absent for timed events
    last_ts_utc = models.BigIntegerField(null=True)
    words = models.TextField(blank=True, default="", db_default="")
    local_status = models.CharField(max_length=8, choices=LocalStatus, default=LocalStatus.SYNCED)
    cached_at = models.DateTimeField()

    class Meta:
        db_table = "calendar_events_cache"
        indexes: ClassVar = [
            models.Index(fields=["calendar", "start_ts_utc"], name="event_calendar_start_ts"),
            models.Index(
                fields=["calendar", "start_date"],
                name="event_calendar_start_date",
                condition=Q(start_date__isnull=False),
            ),
            models.Index(
                fields=["calendar", "recurring_event_id"],
                name="event_calendar_series",
                condition=~Q(recurring_event_id=""),
            ),
            models.Index(
                fields=["calendar", "local_status"],
                name="event_calendar_unsynced",
                condition=~Q(local_status="synced"),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["calendar", "event_id"], name="event_once_per_calendar"
            ),
            models.UniqueConstraint(
                fields=["calendar", "local_id"],
                condition=Q(local_id__isnull=False),
                name="event_local_id_once_per_calendar",
            ),
            models.CheckConstraint(
                condition=Q(local_status__in=LocalStatus.values), name="event_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(start_ts_utc__isnull=True, end_ts_utc__isnull=True)
                | Q(end_ts_utc__gte=models.F("start_ts_utc")),
                name="event_does_not_end_before_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.event_id

    @property
    def resource(self) -> dict[str, Any]:
        """The event as the member sees it."""
        return dict(json.loads(self.event_json))

    @property
    def agreed(self) -> dict[str, Any] | None:
        """The agreed copy; None while Google has never seen the event.

        An instance that was only changed here has one without an etag: the series' own version.
        """
        if self.agreed_json is not None:
            return dict(json.loads(self.agreed_json))
        return self.resource if self.etag else None
