"""What events take in the database, and what a web process takes in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendars.models import CachedEvent
from tests.benchmarks import reads
from tests.benchmarks.measure import Result
from tests.benchmarks.pages import session_of
from tests.benchmarks.processes import BARE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.stage import Stage


def bytes_of_events(stage: Stage) -> Iterator[Result]:
    """Both tables of the cache with their indexes, divided by the events of a calendar."""
    events = CachedEvent.objects.filter(calendar=stage.owner.calendar_pk).count()
    taken = (stage.bytes_after - stage.bytes_before) / events
    yield Result(
        f"an event in the database ({events:,}, indexes, occurrences)", taken, 900, "bytes"
    )


def web_memory(stage: Stage) -> Iterator[Result]:
    """A web process of the product after lists, pages and changes."""
    owner, cookie = stage.pages_owner, session_of(stage.pages_owner)
    bare = stage.serve(app="tests.benchmarks.bare_web:application", env=BARE)
    web = stage.serve(app="secretary_project.asgi:application")
    low, high = reads.span(stage, 31)
    for _ in range(50):
        reads.listing(web, owner, low, high)()
        web.get(f"/calendar/week/{stage.monday}/", cookie)
    yield Result(
        "web process, memory at most",
        web.memory("VmHWM"),
        80,
        "MB",
        note=f"bare Django under the same server: {bare.memory():.0f} MB",
    )
