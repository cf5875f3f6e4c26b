from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from calendars import search_index
from calendars.models import CachedEvent


class Command(BaseCommand):
    help = "Work out the words of all cached events again, and the search index over them."

    def handle(self, *_: Any, **__: Any) -> None:
        done = 0
        for number in search_index.refill(CachedEvent):
            done += number
            self.stdout.write(f"  {done} events", ending="\r")
            self.stdout.flush()
        search_index.build()
        self.stdout.write(f"{done} events can be searched.")
