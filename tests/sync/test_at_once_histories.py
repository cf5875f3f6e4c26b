"""Random histories of one side: what Alice sees at once is what Google shows after the sync.

Nobody else changes anything, so nothing may fail or be in conflict either.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
)

from calendars.commands.respond import Response
from calendars.commands.undo import undo
from calendars.errors import CalendarError
from calendars.made_ids import google_id_of
from calendars.models import OperationStatus, OutboxOperation
from calendars.queries.events import list_events
from tests.sync.histories import CHOICE, DAYS, SCOPES, TITLES, History, run
from tests.sync.world import ALICE, NOW, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from calendars.commands.scope import Scope

    Event = dict[str, Any]

BEN, CLEO = "ben@example.test", "cleo@elsewhere.test"
PEOPLE = st.sampled_from([BEN, CLEO])
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
RULES: Any = st.sampled_from(
    [
        None,
        ["RRULE:FREQ=DAILY;COUNT=5"],
        ["RRULE:FREQ=WEEKLY"],
        ["RRULE:FREQ=WEEKLY;BYDAY=SA,WE,SU;COUNT=6"],
        ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;UNTIL=20260420T000000Z"],
        ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20260328T090000Z", "RDATE:20260405T100000Z"],
        ["RRULE:FREQ=MONTHLY;BYDAY=-1SU"],
    ]
)
# Which ones Google gives to an event that says nothing of them depends on whether it is told of
# the event and its change from times to days in one request or in two.
REMINDERS = st.sampled_from(
    [
        {"useDefault": True},
        {"useDefault": False, "overrides": []},
        {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
    ]
)
NEW_FIELDS: Any = {
    "summary": TITLES,
    "location": st.sampled_from([None, "Here"]),
    "description": st.sampled_from([None, "<b>Soup</b>"]),
    "transparency": st.sampled_from(["opaque", "transparent", None]),
    "visibility": st.sampled_from(["default", "public", "private", None]),
    "color_id": st.sampled_from([None, "3"]),
    "status": st.sampled_from(["confirmed", "tentative"]),
    "guests_can_modify": st.booleans(),
    "guests_can_see_other_guests": st.booleans(),
    "attendees_add": PEOPLE.map(lambda who: [{"email": who}]),
}
TO_CREATE = st.fixed_dictionaries({"reminders": REMINDERS}, optional=NEW_FIELDS)
TO_EDIT = st.fixed_dictionaries(
    {},
    optional={
        **NEW_FIELDS,
        "reminders": REMINDERS,
        "attendees_remove": PEOPLE.map(lambda who: [who]),
    },
)
MINUTES = st.sampled_from([30, 60, 9 * 60, 24 * 60])
ONLY_GOOGLES = {"etag", "updated", "created", "sequence", "htmlLink", "iCalUID", "_local_status"}
"""What is known only once Google has the event, and our badge."""


class AtOnce(History):
    """Alice changes all that can be changed of single events and series, and takes it back."""

    time_zone = "Europe/Berlin"

    def end(self) -> None:
        self.sync()

    @initialize()
    def first_sync(self) -> None:
        google, daily = self.world.google, ["RRULE:FREQ=DAILY;COUNT=6"]
        google.add_person(BEN)
        self.world.add_team()
        google.insert_event(ALICE, self.world.timed(27, 22, recurrence=daily))
        people = [{"email": BEN}, {"email": ALICE}]
        google.insert_event(BEN, self.world.timed(26, recurrence=daily, attendees=people))
        self.world.sync()

    @rule(day=DAYS, hour=st.integers(0, 23), zone=ZONES, lines=RULES, more=TO_CREATE)
    def create(self, day: int, hour: int, zone: str, lines: Any, more: Event) -> None:
        start = {"dateTime": f"2026-03-{day}T{hour:02}:00:00", "timeZone": zone}
        end = {"dateTime": f"2026-03-{day}T{hour:02}:45:00", "timeZone": zone}
        self._try(lambda: self.world.create(start=start, end=end, recurrence=lines, **more))

    @rule(day=DAYS, days=st.integers(1, 3), lines=RULES, more=TO_CREATE)
    def create_all_day(self, day: int, days: int, lines: Any, more: Event) -> None:
        start = dt.date(2026, 3, day)
        times = {"start": f"{start}", "end": f"{start + dt.timedelta(days=days)}"}
        self._try(lambda: self.world.create(**times, recurrence=lines, **more))

    @rule(which=CHOICE, scope=SCOPES, more=TO_EDIT)
    def edit(self, which: int, scope: Scope, more: Event) -> None:
        self._edit(which, scope, lambda _: more)

    @rule(
        which=CHOICE,
        scope=SCOPES,
        days=st.integers(-1, 1),
        hour=st.integers(0, 23),
        zone=st.one_of(st.none(), ZONES),
    )
    def move(self, which: int, scope: Scope, days: int, hour: int, zone: str | None) -> None:
        def elsewhere(event: Event) -> Event:
            day = dt.date.fromisoformat(day_of(event)) + dt.timedelta(days=days)
            if "date" in event["start"]:
                return {"start": f"{day}"}
            return {"start": f"{day}T{hour:02}:30:00"} | ({"timezone": zone} if zone else {})

        self._edit(which, scope, elsewhere)

    @rule(which=CHOICE, scope=SCOPES)
    def change_kind(self, which: int, scope: Scope) -> None:
        def other_kind(event: Event) -> Event:
            return {"start": day_of(event) + ("T09:00:00" if "date" in event["start"] else "")}

        self._edit(which, scope, other_kind)

    @rule(which=CHOICE, scope=SCOPES, minutes=MINUTES)
    def resize(self, which: int, scope: Scope, minutes: int) -> None:
        def longer(event: Event) -> Event:
            if "date" in event["start"]:
                return {}
            start = dt.datetime.fromisoformat(event["start"]["dateTime"])
            return {"end": (start + dt.timedelta(minutes=minutes)).isoformat()}

        self._edit(which, scope, longer)

    @rule(which=CHOICE, lines=RULES, scope=SCOPES)
    def repeat_otherwise(self, which: int, lines: Any, scope: Scope) -> None:
        self._edit(which, scope, lambda _: {"recurrence": lines})

    @rule(which=CHOICE, scope=SCOPES)
    def delete(self, which: int, scope: Scope) -> None:
        self._at(
            which,
            lambda event, where: self.world.delete(
                event["id"], scope_for(event, scope), calendar_id=where
            ),
        )

    @rule(which=CHOICE, response=st.sampled_from(list(Response)), scope=SCOPES)
    def answer(self, which: int, response: Response, scope: Scope) -> None:
        self._at(
            which,
            lambda event, where: self.world.respond(
                event["id"],
                response,
                comment="Late",
                scope=scope_for(event, scope),
                calendar_id=where,
            ),
        )

    @rule(which=CHOICE, title=TITLES)
    def duplicate(self, which: int, title: str) -> None:
        self._at(
            which,
            lambda event, where: self.world.duplicate(
                event["id"], calendar_id=where, summary=title
            ),
        )

    @rule(which=CHOICE)
    def give_to_the_other_calendar(self, which: int) -> None:
        self._at(
            which,
            lambda event, where: self.world.move(
                event.get("recurringEventId", event["id"]), ALICE if where == TEAM else TEAM, where
            ),
        )

    @rule(back=st.integers(1, 4))
    def take_back(self, back: int) -> None:
        newest = list(OutboxOperation.objects.order_by("-op_id")[:back])
        if newest:
            asked = {"actor": self.world.actor, "now": self.world.clock.now()}
            self._try(lambda: undo(operation=newest[-1], **asked))

    @rule()
    def sync(self) -> None:
        before = self._shown_here()
        for _ in range(4):  # one pass may leave what waits for an answer to another
            self.world.sync(insist=True)
            if not OutboxOperation.objects.filter(status=OperationStatus.PENDING).exists():
                break
        open_ones = OutboxOperation.objects.exclude(status__in=["applied", "cancelled"])
        assert not list(open_ones.values_list("op_type", "event_id", "status", "error"))
        google = self._shown_at_google()
        assert_same(google, self._shown_here(), "after the sync")
        assert_same(google, before, "before the sync")

    def _shown_here(self) -> dict[str, Event]:
        return by_id(self._listed(since=NOW - dt.timedelta(days=20), days=100))

    def _shown_at_google(self) -> dict[str, Event]:
        return by_id(
            {**event, "calendarId": where}
            for where in (ALICE, TEAM)
            for event in self.world.events_at_google(calendar_id=where)
        )

    def _listed(self, *, since: dt.datetime, days: int) -> list[Event]:
        page = list_events(
            member=self.world.member,
            time_min=since,
            time_max=since + dt.timedelta(days=days),
            calendar_ids=[ALICE, TEAM],
            limit=2_000,
            cursor=None,
            now=self.world.clock.now(),
        )
        return [json.loads(text) for text in page.items]

    def _edit(self, which: int, scope: Scope, changes: Callable[[Event], Event]) -> None:
        self._at(
            which,
            lambda event, where: self.world.edit(
                event["id"], scope_for(event, scope), calendar_id=where, **changes(event)
            ),
        )

    def _at(self, which: int, change: Callable[[Event, str], Any]) -> None:
        """Change one of the events that show in the next weeks, where it may be changed so."""
        if events := self._listed(since=NOW, days=40):
            event = events[which % len(events)]
            self._try(lambda: change(event, event["calendarId"]))

    def _try(self, change: Callable[[], Any]) -> None:
        with contextlib.suppress(CalendarError):
            change()


def scope_for(event: Event, scope: Scope) -> Scope | None:
    return scope if event.get("recurringEventId") else None


def day_of(event: Event) -> str:
    return str(event["start"].get("dateTime") or event["start"]["date"])[:10]


def by_id(events: Iterable[Event]) -> dict[str, Event]:
    """What of the events shows, under the ids that Google knows them by."""
    found: dict[str, Event] = {}
    for event in events:
        shown = {name: value for name, value in event.items() if name not in ONLY_GOOGLES}
        for name in {"id", "recurringEventId"} & shown.keys():
            series, mark, slot = shown[name].partition("_")
            shown[name] = f"{google_id_of(series)}{mark}{slot}"
        assert shown["id"] not in found
        found[shown["id"]] = shown
    return found


def assert_same(google: dict[str, Event], here: dict[str, Event], when: str) -> None:
    differing = {
        (event_id, name): (here.get(event_id, {}).get(name), google.get(event_id, {}).get(name))
        for event_id in google.keys() | here.keys()
        for name in {*google.get(event_id, {}), *here.get(event_id, {})}
        if here.get(event_id, {}).get(name) != google.get(event_id, {}).get(name)
    }
    assert not differing, f"{when}, here and at Google"


class AtOnceInAuckland(AtOnce):
    time_zone = "Pacific/Auckland"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("machine", "examples", "steps"), [(AtOnce, 12, 14), (AtOnceInAuckland, 7, 14)]
)
def test_what_shows_at_once_is_what_google_shows_after_the_sync(
    machine: type[AtOnce], examples: int, steps: int
) -> None:
    run(machine, examples=examples, steps=steps)
