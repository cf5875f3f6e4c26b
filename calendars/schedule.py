"""The schedule of background work, as rows that admins see and edit in django-celery-beat."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models.signals import post_migrate


def register() -> None:
    """Have the rows made after each ``migrate``."""
    post_migrate.connect(_after_migrate, dispatch_uid="calendars.schedule")


def _after_migrate(*, using: str, **_: Any) -> None:
    ensure(using=using)


def ensure(*, using: str = "default") -> None:
    """Make the schedule rows that are missing. Rows an admin has edited or switched off stay."""
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    for name, task, seconds in (
        ("Sync calendars", "calendars.sync_all", settings.CALENDAR_SYNC_INTERVAL_SECONDS),
        (
            "Full sync of calendars",
            "calendars.full_sync_all",
            settings.CALENDAR_FULL_SYNC_INTERVAL_HOURS * 3600,
        ),
    ):
        every, _ = IntervalSchedule.objects.using(using).get_or_create(
            every=seconds, period=IntervalSchedule.SECONDS
        )
        PeriodicTask.objects.using(using).get_or_create(
            name=name,
            defaults={"task": task, "interval": every, "expire_seconds": seconds},
        )
