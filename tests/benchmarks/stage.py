"""What the rows are measured on: databases with members and their calendars, and web servers.

Everything is made on first use, so that a single row costs only what it needs.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection

from accounts.commands import create_token
from accounts.encryption import encrypt
from accounts.models import GoogleAccount, Member, TokenScope
from calendars.models import AccountSyncState, Calendar, CalendarSyncState
from calendars.queries.events import list_events
from calendars.sync.listed import Listed
from calendars.sync.ports import Listing
from calendars.sync.store import DjangoStore
from tests.benchmarks.floors import TABLES, ReadyRow
from tests.benchmarks.google import CREDENTIALS
from tests.benchmarks.processes import Web
from tests.benchmarks.resources import DAYS, ZONE, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.benchmarks.databases import PostgresServer, SqliteFiles

CACHE = ["calendar_events_cache", "calendar_occurrences"]
_PAGE = 2_500


@dataclass(frozen=True, slots=True)
class Owner:
    """A member with one calendar that happens ``occurrences`` times in two years."""

    name: str
    calendar_pk: int
    occurrences: int

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.name}-secret"}


class Stage:
    """``small`` holds the owners' calendars; ``big`` the same and those of many others."""

    def __init__(
        self, databases: PostgresServer | SqliteFiles, *, folder: Path, large: bool
    ) -> None:
        self.databases = databases
        self.folder = folder
        self.large = large
        self.monday = _monday(dt.datetime.now(dt.UTC))
        self.bytes_before = self.bytes_after = 0
        self._webs: list[Web] = []

    @cached_property
    def database(self) -> str:
        """The database of this process, with the tables and nobody in them."""
        self.databases.make("small")
        call_command("migrate", verbosity=0)
        with connection.schema_editor() as editor:
            for table in TABLES:
                editor.create_model(table)
        return "small"

    @cached_property
    def owner(self) -> Owner:
        """The one with 10,000, first in the database, so that its bytes can be told."""
        _ = self.database
        self.bytes_before = self.databases.bytes_of(connection, CACHE)
        owner = self._owner(10_000)
        self.bytes_after = self.databases.bytes_of(connection, CACHE)
        return owner

    @cached_property
    def owners(self) -> list[Owner]:
        """The one with 1,000 and the one with 10,000; ``large`` adds 100,000."""
        first = self.owner
        more = [self._owner(number) for number in ([1_000, 100_000] if self.large else [1_000])]
        self._settle("small")
        self._disconnect()
        self.databases.make("big", copy_of="small")  # while nobody is connected
        return sorted([first, *more], key=lambda owner: owner.occurrences)

    @cached_property
    def web(self) -> Web:
        _ = self.owners
        return self._web("small")

    @cached_property
    def others(self) -> int:
        """How many further calendars of 10,000 ``big`` holds."""
        return 99 if self.large else 9

    @cached_property
    def big_web(self) -> Web:
        """A server on a copy of the database to which many calendars were added."""
        _ = self.owners
        for number in range(1, self.others + 1):
            self.databases.execute("big", _clone(self.owner.calendar_pk, number))
        self._settle("big")
        return self._web("big")

    def close(self) -> None:
        for web in self._webs:
            web.stop()
        self._disconnect()
        self.databases.drop_all()

    def _disconnect(self) -> None:
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()

    def account(self, name: str, **values: Any) -> GoogleAccount:
        """A new member with a token of the secret ``<name>-secret`` and one account."""
        now = dt.datetime.now(dt.UTC)
        member = Member.objects.create(username=name, time_zone=ZONE)
        create_token(
            member=member, name="bench", scope=TokenScope.WRITE, now=now, secret=f"{name}-secret"
        )
        account = GoogleAccount.objects.create(
            member=member, email=f"{name}@example.test", connected_at=now, **values
        )
        AccountSyncState.objects.create(account=account)
        return account

    def connected(self, name: str) -> GoogleAccount:
        """A new member with an account whose credentials a worker can use."""
        sealed = encrypt(json.dumps(CREDENTIALS))
        _ = self.database
        return self.account(name, credentials=sealed, scopes=CREDENTIALS["scopes"])

    def maker(self, name: str) -> Maker:
        first = self.monday - dt.timedelta(days=DAYS // 2)
        return Maker(owner=f"{name}@example.test", first=first)

    @cached_property
    def pages_owner(self) -> Owner:
        """The one whose weeks hold about 60 events."""
        _ = self.owners
        return self._owner(7_000)

    def _owner(self, occurrences: int) -> Owner:
        name = f"owner{occurrences}"
        account = self.account(name)
        calendar = Calendar.objects.create(
            account=account,
            google_id=account.email,
            summary=name,
            time_zone=ZONE,
            access_role="owner",
            primary=True,
        )
        CalendarSyncState.objects.create(calendar=calendar, google_calendar_id=calendar.google_id)
        resources = self.maker(name).calendar(occurrences)
        now = dt.datetime.now(dt.UTC)
        store = DjangoStore(account_id=account.pk, holder="bench")
        store.take_lease(now=now)
        [to_sync] = store.calendars(google_id=None, insist=True, now=now)
        items = Listed({resource["id"]: resource for resource in resources})
        store.apply_listing(to_sync, Listing(items, "token", to_sync.window), now=now)
        store.release_lease()
        return Owner(name, calendar.pk, occurrences)

    def _web(self, name: str) -> Web:
        return self.serve(database=name, app="tests.benchmarks.asgi:application")

    def serve(
        self, *, app: str, database: str = "small", env: Mapping[str, str] | None = None
    ) -> Web:
        """A web server of its own, until the end of the run."""
        log = self.folder / f"web-{len(self._webs)}.log"
        web = Web(database_url=self.databases.url(database), log=log, app=app, env=env)
        self._webs.append(web)
        return web

    def _settle(self, name: str) -> None:
        """As autovacuum would have left it an hour later."""
        vacuum = "VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE"
        self.databases.execute(name, [vacuum])

    def fill_floor(self, owner: Owner, low: dt.datetime, high: dt.datetime) -> None:
        """Keep what the product lists in a span as ready rows for the floor."""
        member = Member.objects.get(username=owner.name)
        cursor = None
        while True:
            page = list_events(
                member=member,
                time_min=low,
                time_max=high,
                calendar_ids=None,
                limit=_PAGE,
                cursor=cursor,
                now=dt.datetime.now(dt.UTC),
            )
            ReadyRow.objects.bulk_create(
                ReadyRow(calendar_id=owner.calendar_pk, start_ts=_start(text), body=text)
                for text in page.items
            )
            cursor = page.metadata["next_cursor"]
            if cursor is None:
                return


def _start(text: str) -> int:
    """When a listed event starts; all-day ones at midnight of the calendar's zone."""
    start = json.loads(text)["start"]
    if "date" in start:
        day = dt.datetime.fromisoformat(start["date"]).replace(tzinfo=ZoneInfo(ZONE))
        return int(day.timestamp())
    return int(dt.datetime.fromisoformat(start["dateTime"]).timestamp())


def _monday(now: dt.datetime) -> dt.date:
    return now.date() - dt.timedelta(days=now.weekday())


_EVENT = (
    "event_json, agreed_json, etag, recurring_event_id, is_series, original_start, start_ts_utc, "
    "end_ts_utc, start_date, end_date, last_ts_utc, words, local_status, cached_at, event_id, "
    "local_id"
)
_OCCURRENCE = "instance_id, start_ts, end_ts, start_date, end_date"
_CALENDAR = (
    "account_id, summary, description, background_color, foreground_color, color_id, time_zone, "
    'access_role, default_reminders, "primary", selected, hidden, deleted'
)


def _clone(calendar: int, number: int) -> list[str]:
    """Statements that copy a calendar with its cache, unselected, under keys of its own."""
    key, gap = calendar + 1_000_000 + number, 10_000_000 * number
    values = _CALENDAR.replace("selected", "false").replace('"primary"', "false")
    source = f"WHERE calendar_id = {calendar}"
    calendars = (
        f"INSERT INTO calendars (id, google_id, {_CALENDAR}) "
        f"SELECT {key}, google_id || '-{number}', {values} FROM calendars WHERE id = {calendar}"
    )
    events = (
        f"INSERT INTO calendar_events_cache (id, calendar_id, {_EVENT}) "
        f"SELECT id + {gap}, {key}, {_EVENT} FROM calendar_events_cache {source}"
    )
    occurrences = (
        f"INSERT INTO calendar_occurrences (event_id, calendar_id, {_OCCURRENCE}) "
        f"SELECT event_id + {gap}, {key}, {_OCCURRENCE} FROM calendar_occurrences {source}"
    )
    return [calendars, events, occurrences]
