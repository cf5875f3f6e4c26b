from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "calendars"

    def ready(self) -> None:
        from accounts.signals import account_connected
        from calendars import schedule, search_index

        schedule.register()
        search_index.register()
        account_connected.connect(_wake, dispatch_uid="calendars.wake")


def _wake(*, account_id: int, **_: Any) -> None:
    from calendars.sync.nudge import wake

    wake(account_id=account_id)
