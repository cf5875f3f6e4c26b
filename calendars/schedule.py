"""The schedule of background work, as rows that admins see and edit in django-celery-beat."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate


def register() -> None:
    """Have the rows made after each ``migrate``."""
    post_migrate.connect(
        _after_migrate,
        sender=apps.get_app_config("django_celery_beat"),
        dispatch_uid="calendars.schedule",
    )


def _after_migrate(*, using: str, **_: Any) -> None:
    ensure(using=using)


def ensure(*, using: str = "default") -> None:
    """Make the schedule rows, and let them follow the settings until an admin edits them.

    The description says which interval the settings gave last: a row whose interval is another
    one by now was edited, and stays.
    """
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    for name, task, seconds in (
        ("Sync calendars", "calendars.sync_all", settings.CALENDAR_SYNC_INTERVAL_SECONDS),
        (
            "Full sync of calendars",
            "calendars.full_sync_all",
            settings.CALENDAR_FULL_SYNC_INTERVAL_HOURS * 3600,
        ),
        ("Expire proposals", "calendars.expire_proposals", 3600),
        (
            "Revoke grants of disconnected accounts",
            "calendars.revoke_grants",
            settings.CALENDAR_SYNC_INTERVAL_SECONDS,
        ),
    ):
        every, _ = IntervalSchedule.objects.using(using).get_or_create(
            every=seconds, period=IntervalSchedule.SECONDS
        )
        values = {"interval": every, "expire_seconds": seconds, "description": _origin(seconds)}
        row, made = PeriodicTask.objects.using(using).get_or_create(
            name=name, defaults={"task": task, **values}
        )
        if not made and row.interval and row.description == _origin(row.interval.every):
            PeriodicTask.objects.using(using).filter(pk=row.pk).update(**values)


def _origin(seconds: int) -> str:
    return f"Every {seconds} seconds, as the settings say."
