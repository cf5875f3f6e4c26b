"""Full syncs with Google at 0 ms: what the product adds to paging and to bare inserts."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from django.db import connection
from googleapiclient.discovery import build

from calendars.google.client import use_transport
from calendars.models import CachedEvent
from calendars.sync.cycle import Wish
from calendars.sync.run import sync_account
from secretary_project import garbage
from tests.benchmarks.floors import PlainEvent
from tests.benchmarks.google import PAGE, CannedGoogle, resources
from tests.benchmarks.measure import Result, against, interleaved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.stage import Stage

_TIMES = 5
_OCCURRENCES = 10_000


def full_syncs(stage: Stage) -> Iterator[Result]:
    """The first one of a calendar and, with the same account, one that finds nothing new."""
    _ = stage.database
    items = resources(monday=stage.monday, occurrences=_OCCURRENCES)
    google = CannedGoogle(items)
    names = (f"synced{number}" for number in itertools.count())
    synced = _connected(stage, next(names))
    garbage.settle()  # as a worker does

    def first() -> None:
        _sync(_connected(stage, next(names)))

    with use_transport(lambda: google):
        _sync(synced)
        figures = interleaved(
            {
                "first": first,
                "copy": lambda: _insert(_paged(google)),
                "again": lambda: _sync(synced),
                "paging": lambda: _paged(google),
            },
            times=_TIMES,
            warm_up=1,
        )
    if CachedEvent.objects.filter(calendar__account=synced).count() != len(items):
        raise RuntimeError("not every event arrived")
    number = f"{len(items):,} events, {_OCCURRENCES:,} occurrences"
    yield against(
        f"full sync, {number}",
        figures["first"],
        floor=figures["copy"],
        floor_name="Google client, COPY" if connection.vendor == "postgresql" else "client, INSERT",
        limit=2,
    )
    yield against(
        "full sync again, nothing changed",
        figures["again"],
        floor=figures["paging"],
        floor_name="Google client, paging",
        limit=2.5,
    )


def _connected(stage: Stage, name: str) -> int:
    return int(stage.connected(name).pk)


def _sync(account_id: int) -> None:
    report = sync_account(account_id=account_id, wish=Wish(full=True, insist=True))
    if not report.succeeded:
        raise RuntimeError(f"the sync failed: {report.problems}")


def _paged(google: CannedGoogle) -> list[dict[str, Any]]:
    """All events through Google's client, as anybody would list them."""
    client: Any = build("calendar", "v3", http=google, static_discovery=True)  # type: ignore[call-overload]
    events = client.events()
    found: list[dict[str, Any]] = []
    request = events.list(calendarId="primary", maxResults=PAGE)
    while request is not None:
        page = request.execute()
        found += page["items"]
        request = events.list_next(request, page)
    return found


def _insert(items: list[dict[str, Any]]) -> None:
    """One plain row each, the quickest way that the database has."""
    table = PlainEvent._meta.db_table
    names = "event_id, calendar_id, start_ts, end_ts, body"
    rows = [(item["id"], 2, 0, 0, json.dumps(item)) for item in items]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE calendar_id = 2")
        if connection.vendor != "postgresql":
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES (%s, %s, %s, %s, %s)", rows)
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
