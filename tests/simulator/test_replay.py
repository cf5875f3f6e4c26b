"""Whatever happens at Google: who follows the tokens ends with what a full list shows."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from google_simulator.errors import ApiError
from tests.simulator.conftest import ANN, BEN, CLEO, connect, follow, timed

if TYPE_CHECKING:
    from google_simulator import Simulator

RULES = (["RRULE:FREQ=DAILY;COUNT=6"], ["RRULE:FREQ=DAILY;UNTIL=20310327T220000Z"], None)


class Mirror:
    """A client's copy of one calendar, kept by tokens alone."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.token: str | None = None
        self.rows: dict[str, dict[str, Any]] = {}

    def pull(self) -> None:
        query = {"syncToken": self.token} if self.token else {}
        items, self.token, _ = follow(self.api, calendarId="primary", maxResults=5, **query)
        for item in items:
            if item["status"] == "cancelled" and "recurringEventId" not in item:
                self._drop(item["id"])
            else:
                self.rows[item["id"]] = item

    def _drop(self, event_id: str) -> None:
        self.rows.pop(event_id, None)
        for key in [k for k, row in self.rows.items() if row.get("recurringEventId") == event_id]:
            del self.rows[key]


def act(sim: Simulator, chance: random.Random, made: list[str]) -> None:
    """One thing that somebody does; what Google refuses changes nothing."""
    calendar = chance.choice([ANN, ANN, BEN])
    event_id = chance.choice(made) if made else ""
    if event_id and chance.random() < 0.5:
        event_id += f"_203103{chance.randint(25, 30)}T{chance.choice(['09', '10'])}0000Z"
    guests = [{"email": each} for each in (ANN, BEN, CLEO) if chance.random() < 0.4]
    kind = chance.randint(0, 5)
    if kind == 0 or not made:
        body = timed(recurrence=chance.choice(RULES), attendees=guests)
        made.append(sim.insert_event(calendar, body)["id"])
    elif kind == 1:
        sim.delete_event(calendar, event_id)
    elif kind == 2:
        sim.patch_event(calendar, event_id, {"recurrence": chance.choice(RULES)})
    elif kind == 3:
        sim.patch_event(calendar, event_id, {"attendees": guests})
    else:
        times = {which: timed(hour=chance.choice([9, 10, 11]))[which] for which in ("start", "end")}
        body = chance.choice([times, {"summary": str(chance.random())}, {"status": "confirmed"}])
        sim.patch_event(calendar, event_id, body)


def attempt(sim: Simulator, chance: random.Random, made: list[str]) -> None:
    """Let somebody do something that Google may refuse."""
    with contextlib.suppress(ApiError):
        act(sim, chance, made)


@pytest.mark.parametrize("seed", range(8))
def test_following_the_tokens_ends_with_the_full_list(sim: Simulator, seed: int) -> None:
    chance, made = random.Random(seed), []
    mirrors = [Mirror(connect(sim, email)) for email in (ANN, BEN, CLEO)]
    for step in range(60):
        attempt(sim, chance, made)
        if step % 4 == 0:
            chance.choice(mirrors).pull()
    for mirror in mirrors:
        mirror.pull()
        fresh = Mirror(mirror.api)
        fresh.pull()
        assert mirror.rows == fresh.rows


@pytest.mark.parametrize("seed", range(8))
def test_guests_see_the_organizers_times_and_titles(sim: Simulator, seed: int) -> None:
    chance, made = random.Random(1000 + seed), []
    for _ in range(50):
        attempt(sim, chance, made)
    # Cleo edits nothing herself, so her copies are the organizer's.
    for event in sim.live_events(ANN):
        organized = event.get("organizer", {}).get("email") == ANN
        invited = [entry["email"] for entry in event.get("attendees", ())]
        if organized and CLEO in invited:
            copy = sim.get_event(CLEO, event["id"])
            assert copy["status"] == "confirmed"
            assert copy.get("summary") == event.get("summary")
            assert copy.get("recurrence") == event.get("recurrence")
            begins = [datetime.fromisoformat(each["start"]["dateTime"]) for each in (copy, event)]
            assert begins[0] == begins[1]
