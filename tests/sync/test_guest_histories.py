"""Random histories with guests: invitations, answers, looks and copies, on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from calendars.commands.respond import Response
from calendars.commands.scope import Scope
from tests.sync.histories import CHOICE, DAYS, TITLES, run
from tests.sync.test_histories import TwoSides
from tests.sync.world import ALICE

if TYPE_CHECKING:
    from collections.abc import Iterable

BEN, CLEO, ROOM = "ben@example.test", "cleo@elsewhere.test", "attic@resource.calendar.google.com"
PEOPLE = st.sampled_from([ALICE, BEN, CLEO, ROOM])
ANSWERS = st.sampled_from(list(Response))
COMMENTS = st.sampled_from([None, "", "Late"])
LOOKS: Any = st.sampled_from(
    [
        {"colorId": "3"},
        {"colorId": None},
        {"transparency": "transparent"},
        {"reminders": {"useDefault": True, "overrides": []}},
        {
            "reminders": {
                "useDefault": False,
                "overrides": [
                    {"method": "popup", "minutes": 5},
                    {"method": "email", "minutes": 60},
                ],
            }
        },
        {"visibility": "private"},
        {"guestsCanModify": True},
    ]
)


class WithGuests(TwoSides):
    """Ben is a colleague who invites Alice and whom she invites, Cleo is not at Google."""

    @initialize()
    def ben_and_a_room(self) -> None:
        self.world.google.add_person(BEN)
        self.world.google.add_room(ROOM, name="Attic")

    @rule(title=TITLES, day=DAYS, series=st.booleans())
    def invite_alice(self, title: str, day: int, series: bool) -> None:
        extra = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]} if series else {}
        people = [{"email": ALICE}, {"email": CLEO}]
        self.world.google.insert_event(
            BEN, self.world.timed(day, summary=title, attendees=people, **extra)
        )

    @rule(which=CHOICE, who=PEOPLE, optional=st.booleans())
    def invite_here(self, which: int, who: str, optional: bool) -> None:
        self._edit_here(which, attendees_add=[{"email": who, "optional": optional}])

    @rule(which=CHOICE, who=PEOPLE)
    def uninvite_here(self, which: int, who: str) -> None:
        self._edit_here(which, attendees_remove=[who])

    @rule(which=CHOICE, looks=LOOKS)
    def decorate_here(self, which: int, looks: dict[str, Any]) -> None:
        self._edit_here(which, **looks)

    @rule(which=CHOICE, response=ANSWERS, comment=COMMENTS)
    def answer_here(self, which: int, response: Response, comment: str | None) -> None:
        self._here(
            which,
            lambda event_id, where: self.world.respond(
                event_id, response, comment=comment, scope=Scope.SERIES, calendar_id=where
            ),
        )

    @rule(which=CHOICE, title=TITLES)
    def copy_here(self, which: int, title: str) -> None:
        self._here(
            which,
            lambda event_id, where: self.world.duplicate(
                event_id, calendar_id=where, summary=title
            ),
        )

    @rule(which=CHOICE, looks=LOOKS)
    def decorate_at_google(self, which: int, looks: dict[str, Any]) -> None:
        if event_id := self._pick_at_google(which):
            self._tolerating(lambda: self.world.google.patch_event(ALICE, event_id, looks))

    @rule(which=CHOICE, who=st.sampled_from([ALICE, BEN]), response=ANSWERS)
    def answer_at_google(self, which: int, who: str, response: Response) -> None:
        if event_id := self._pick_at_google(which):
            mine = [{"email": who, "responseStatus": response.value}]
            answer = {"attendees": mine, "attendeesOmitted": True}
            if any(each["email"] == who for each in self._guests(event_id)):
                self._tolerating(
                    lambda: self.world.google.patch_event(who, event_id, answer, by=who)
                )

    @rule(which=CHOICE, who=PEOPLE)
    def change_guests_at_google(self, which: int, who: str) -> None:
        if event_id := self._pick_at_google(which):
            others = [each for each in self._guests(event_id) if each["email"] != who]
            there = len(others) < len(list(self._guests(event_id)))
            people = others if there else [*others, {"email": who}]
            home = self.world.at_google()[event_id]["organizer"]["email"]
            self._tolerating(
                lambda: self.world.google.patch_event(home, event_id, {"attendees": people})
            )

    def _edit_here(self, which: int, **changes: Any) -> None:
        self._here(
            which,
            lambda event_id, where: self.world.edit(
                event_id, Scope.SERIES, calendar_id=where, **changes
            ),
        )

    def _guests(self, event_id: str) -> Iterable[dict[str, Any]]:
        return self.world.at_google()[event_id].get("attendees", [])


class WithGuestsInNewYork(WithGuests):
    time_zone = "America/New_York"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("machine", "examples", "steps"), [(WithGuests, 12, 40), (WithGuestsInNewYork, 4, 40)]
)
def test_both_sides_agree_about_guests_once_it_is_quiet(
    machine: type[WithGuests], examples: int, steps: int
) -> None:
    run(machine, examples=examples, steps=steps)
