"""Alice's calendar here, the same calendar at Google, and a clock that both share."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from accounts.commands import connect_account
from calendars.commands import events
from calendars.commands.actor import Actor
from calendars.commands.duplicate import duplicate_event
from calendars.commands.move import move_event
from calendars.commands.respond import Response, respond
from calendars.models import CachedEvent, Calendar, Notify, Occurrence, OutboxOperation
from calendars.queries.access import calendar_of, event_of
from calendars.queries.events import list_events
from calendars.sync.cycle import Report, Wish
from calendars.sync.run import sync_account
from google_simulator import FrozenClock, Simulator
from tests.simulator.conftest import connect, follow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import GoogleAccount, Member
    from calendars.commands.events import QueuedChange
    from calendars.commands.scope import Scope
    from calendars.queries.access import EventTarget

ALICE = "alice@example.test"
TEAM = "team@group.calendar.google.com"
NOW = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)


class World:
    """Both sides, in phrases: ``edit`` is Alice here, ``google.patch_event`` somebody there."""

    def __init__(self, member: Member, *, seed: int = 1, time_zone: str = "Europe/Berlin") -> None:
        self.clock = FrozenClock(NOW)
        self.google = Simulator(clock=self.clock, seed=seed)
        self.google.add_person(ALICE, time_zone=time_zone)
        self.member = member
        self.time_zone = time_zone
        self._ids = 0
        self.account = self.connect(ALICE)

    def connect(self, email: str) -> GoogleAccount:
        """Alice signs in to Google as this person."""
        return connect_account(
            member=self.member,
            credentials=self.google.credentials_json(email),
            email=email,
            granted_scopes=[],
            now=self.clock.now(),
        )

    @property
    def actor(self) -> Actor:
        return Actor(member=self.member, via="web")

    @property
    def calendar(self) -> Calendar:
        return calendar_of(member=self.member, calendar_id="primary")

    def sync(self, **wish: Any) -> Report:
        """One cycle; a bug that it met is raised here, for a test has to see it."""
        report = self.cycle(**wish)
        for bug in report.unexpected:
            raise bug
        return report

    def cycle(self, **wish: Any) -> Report:
        """One cycle, whatever it met."""
        self.clock.sleep(1)
        return self.cycle_of(self.account, **wish)

    def cycle_of(self, account: GoogleAccount, **wish: Any) -> Report:
        """The same of one of Alice's accounts; what it makes up is the same in each run."""
        return sync_account(
            account_id=account.pk, wish=Wish(**wish), clock=self.clock, new_id=self._new_hex
        )

    def _new_hex(self) -> str:
        return self.new_id().hex

    def new_id(self) -> uuid.UUID:
        self._ids += 1
        return uuid.UUID(int=self._ids)

    def timed(self, day: int = 11, hour: int = 10, **fields: Any) -> dict[str, Any]:
        """An event of one hour in March 2026, in the calendar's zone."""
        return {
            "summary": "Lunch",
            "start": {"dateTime": f"2026-03-{day:02}T{hour:02}:00:00", "timeZone": self.time_zone},
            "end": {
                "dateTime": f"2026-03-{day:02}T{hour + 1:02}:00:00",
                "timeZone": self.time_zone,
            },
            **fields,
        }

    def create(self, *, notify: Notify | None = None, **fields: Any) -> str:
        """Alice makes an event; its ``local:`` id."""
        change = events.create_event(
            actor=self.actor,
            calendar=self.calendar,
            fields=self.timed() | fields,
            notify=notify,
            now=self.clock.now(),
            new_id=self.new_id(),
        )
        return change.operation.event_id

    def add_team(self) -> str:
        """Alice gets a second calendar; its id."""
        return self.google.add_calendar(
            owner=ALICE, summary="Team", time_zone=self.time_zone, calendar_id=TEAM
        )

    def target(self, event_id: str, calendar_id: str = "primary") -> EventTarget:
        return event_of(member=self.member, calendar_id=calendar_id, event_id=event_id)

    def move(
        self, event_id: str, destination: str, calendar_id: str = "primary"
    ) -> OutboxOperation:
        return move_event(
            actor=self.actor,
            target=self.target(event_id, calendar_id),
            destination=calendar_of(member=self.member, calendar_id=destination),
            notify=None,
            now=self.clock.now(),
            new_id=self.new_id(),
        ).operation

    def duplicate(
        self, event_id: str, *, calendar_id: str = "primary", **changes: Any
    ) -> OutboxOperation:
        return duplicate_event(
            actor=self.actor,
            target=self.target(event_id, calendar_id),
            destination=None,
            changes=changes,
            notify=None,
            now=self.clock.now(),
            new_id=self.new_id(),
        ).operation

    def edit(self, event_id: str, scope: Scope | None = None, **changes: Any) -> OutboxOperation:
        return self.change(event_id, scope, **changes).operation

    def change(
        self,
        event_id: str,
        scope: Scope | None = None,
        *,
        calendar_id: str = "primary",
        **changes: Any,
    ) -> QueuedChange:
        return events.update_event(
            actor=self.actor,
            target=self.target(event_id, calendar_id),
            changes=changes,
            scope=scope,
            notify=None,
            now=self.clock.now(),
        )

    def respond(
        self,
        event_id: str,
        response: Response,
        *,
        comment: str | None = None,
        scope: Scope | None = None,
        calendar_id: str = "primary",
    ) -> OutboxOperation:
        return respond(
            actor=self.actor,
            target=self.target(event_id, calendar_id),
            response=response,
            comment=comment,
            scope=scope,
            notify=None,
            now=self.clock.now(),
        ).operation

    def delete(
        self, event_id: str, scope: Scope | None = None, *, calendar_id: str = "primary"
    ) -> OutboxOperation:
        return events.delete_event(
            actor=self.actor,
            target=self.target(event_id, calendar_id),
            scope=scope,
            notify=None,
            now=self.clock.now(),
        ).operation

    def seen(self, event_id: str, calendar_id: str = "primary") -> CachedEvent:
        """The row of an event, by whichever of its ids."""
        return self.target(event_id, calendar_id).event

    def at_google(self, calendar_id: str = ALICE) -> dict[str, dict[str, Any]]:
        return {str(event["id"]): dict(event) for event in self.google.live_events(calendar_id)}

    def cached(self, calendar_id: str = ALICE) -> dict[str, CachedEvent]:
        rows = CachedEvent.objects.filter(
            calendar__account=self.account, calendar__google_id=calendar_id
        )
        return {row.event_id: row for row in rows.order_by("pk")}

    def rows(self) -> list[CachedEvent]:
        """The rows of all of Alice's calendars."""
        rows = CachedEvent.objects.filter(calendar__account=self.account)
        return list(rows.select_related("calendar").order_by("calendar", "pk"))

    def starts(self, event_id: str) -> list[int]:
        return list(
            Occurrence.objects.filter(event__event_id=event_id)
            .order_by("start_ts")
            .values_list("start_ts", flat=True)
        )

    def shown_here(self, *, days: int = 80) -> list[tuple[Any, ...]]:
        """What a list shows Alice: when, and what it is called and where."""
        page = list_events(
            member=self.member,
            time_min=NOW - dt.timedelta(days=20),
            time_max=NOW + dt.timedelta(days=days),
            calendar_ids=["primary"],
            limit=2_000,
            cursor=None,
            now=self.clock.now(),
        )
        return _as_shown(json.loads(text) for text in page.items)

    def shown_at_google(self, *, days: int = 80) -> list[tuple[Any, ...]]:
        """The same of Google's own list, series expanded there."""
        return _as_shown(self.events_at_google(days=days))

    def events_at_google(
        self, *, days: int = 80, calendar_id: str = "primary"
    ) -> list[dict[str, Any]]:
        """What Google lists, series expanded there."""
        items, _, _ = follow(
            connect(self.google, ALICE),
            calendarId=calendar_id,
            singleEvents=True,
            timeMin=(NOW - dt.timedelta(days=20)).isoformat(),
            timeMax=(NOW + dt.timedelta(days=days)).isoformat(),
        )
        return list(items)

    def local(self, instant: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(instant, ZoneInfo(self.time_zone))

    def writes(self) -> list[Any]:
        """The requests that asked Google to change something."""
        return [
            request
            for request in self.google.requests
            if request.method != "GET" and "/events" in request.path
        ]


def _as_shown(events: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(
        (
            event["start"].get("dateTime") or event["start"]["date"],
            event["end"].get("dateTime") or event["end"]["date"],
            event.get("summary", ""),
            event.get("location", ""),
        )
        for event in events
        if event.get("status") != "cancelled"
    )
