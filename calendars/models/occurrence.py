from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from calendars.models.calendar import Calendar
from calendars.models.event import CachedEvent

LONG_SECONDS = 3 * 86_400
"""Occurrences longer than this are found through an index of their own.

A range read looks back from its start by the longest ordinary occurrence; a single event of a
year would otherwise make every read look back a year.
"""


class Occurrence(models.Model):
    """One concrete happening of an event inside the cached window: what range reads use.

    ``instance_id``  Google's id of this instance of a series; empty for an event of its own
    ``start_ts``, ``end_ts``  epoch seconds, half-open; all-day ones placed in the calendar's zone
    ``start_date``, ``end_date``  YYYY-MM-DD of all-day ones, end exclusive
    """

    event = models.ForeignKey(
        CachedEvent, models.CASCADE, related_name="occurrences", db_index=True
    )
    calendar = models.ForeignKey(
        Calendar, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )  # the event's, which has the constraint: PostgreSQL takes 7 microseconds a row to check one
    instance_id = models.CharField(max_length=1100, blank=True)
    start_ts = models.BigIntegerField()
    end_ts = models.BigIntegerField()
    start_date = models.CharField(max_length=10, null=True)  # noqa: DJ001 - absent for timed ones
    end_date = models.CharField(max_length=10, null=True)  # noqa: DJ001 - absent for timed ones

    class Meta:
        db_table = "calendar_occurrences"
        indexes: ClassVar = [
            models.Index(fields=["calendar", "start_ts"], name="occurrence_calendar_start"),
            models.Index(
                fields=["calendar", "start_ts"],
                name="occurrence_long",
                condition=Q(end_ts__gt=F("start_ts") + LONG_SECONDS),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(end_ts__gte=F("start_ts")), name="occurrence_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.instance_id or str(self.event_id)
