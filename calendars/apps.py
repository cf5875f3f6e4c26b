from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "calendars"

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from accounts.signals import account_connected
        from calendars import schedule, search_index

        schedule.register()
        search_index.register()
        account_connected.connect(_begin_anew, dispatch_uid="calendars.begin_anew")
        pre_delete.connect(
            _abandon,
            sender=self.get_model("Calendar"),
            dispatch_uid="calendars.abandon",
        )


def _begin_anew(*, account_id: int, **_: Any) -> None:
    from calendars.commands.reconnected import begin_anew

    begin_anew(account_id=account_id)


def _abandon(*, instance: Any, **_: Any) -> None:
    from django.utils import timezone

    from calendars import saga

    saga.abandon(instance, now=timezone.now())
