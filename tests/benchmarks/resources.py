"""Events as Google gives them, the same for the same seed: about 1.5 KB each, over two years.

A quarter of the occurrences comes from series; each series has some moved instances and a
cancelled one. Text is made of words, ids are random: both compress like real ones.
"""

from __future__ import annotations

import base64
import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Europe/Berlin"
DAYS = 728
WEEKS = DAYS // 7
_HOME = ZoneInfo(ZONE)
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_WORD_LIST = (
    "the of and to in for on with at by from this that will please bring notes before after agenda "
    "review budget team planning customer release design launch weekly monthly report numbers "
    "hiring interview candidate contract draft legal travel offsite workshop training sales "
    "pipeline support incident retro roadmap quarter forecast finance invoice vendor partner demo "
    "feedback research users metrics dashboard data migration security audit backup network "
    "office kitchen lunch coffee birthday dentist school pickup flight hotel train station museum "
    "concert garden paint repair doctor insurance tax lawyer bank open questions decisions owner "
    "deadline next steps follow up summary minutes attached document slides spreadsheet link room"
)
_WORDS = _WORD_LIST.split()
_FIRST_LIST = (
    "anna ben carla david emma felix greta hugo ida jonas klara leo mia noah olga paul quinn rosa "
    "simon tara ugo vera willem xenia yusuf zoe"
)
_LAST_LIST = (
    "archer bauer costa dietz evans fischer gruber hansen ivanov jensen keller lang moreau novak "
    "olsen peters quist rossi schmidt turner ueda vogel weber young zimmer"
)
_ANSWERS = ("accepted", "accepted", "accepted", "needsAction", "tentative", "declined")


class Maker:
    """Makes the resources of one calendar. ``first`` is the day on which the two years begin."""

    def __init__(self, *, owner: str, first: dt.date, seed: int = 1) -> None:
        self.owner = owner
        self.first = first
        self.random = random.Random(seed)
        self.people = [
            (f"{a}.{b}@example.com", f"{a.title()} {b.title()}")
            for a in _FIRST_LIST.split()
            for b in _LAST_LIST.split()
        ]

    def calendar(self, occurrences: int) -> list[dict[str, Any]]:
        """Resources that happen ``occurrences`` times in the two years, give or take a few."""
        found: list[dict[str, Any]] = []
        for _ in range(max(1, round(occurrences / 4 / WEEKS))):
            found += self._series()
        moved = sum("recurringEventId" in each for each in found)
        series = sum("recurrence" in each for each in found)
        singles = occurrences - series * WEEKS + moved // 4
        found += [self._single() for _ in range(singles)]
        self.random.shuffle(found)
        return found

    def _single(self) -> dict[str, Any]:
        day = self.first + dt.timedelta(days=self.random.randrange(DAYS))
        if self.random.random() < 0.04:
            length = dt.timedelta(days=self.random.choice((1, 1, 1, 2, 5)))
            return self._event(
                start={"date": day.isoformat()}, end={"date": (day + length).isoformat()}
            )
        return self._event(**self._times(day))

    def _series(self) -> list[dict[str, Any]]:
        day = self.first + dt.timedelta(days=self.random.randrange(7))
        times = self._times(day)
        master = self._event(**times, recurrence=["RRULE:FREQ=WEEKLY"])
        begin = dt.datetime.fromisoformat(times["start"]["dateTime"]).replace(tzinfo=None)
        slots = self.random.sample(range(WEEKS), 4)
        moved = [self._exception(master, begin, week) for week in slots[1:]]
        return [master, *moved, self._cancelled(master, begin, slots[0])]

    def _exception(self, master: dict[str, Any], begin: dt.datetime, week: int) -> dict[str, Any]:
        slot = begin + dt.timedelta(weeks=week)
        later = slot + dt.timedelta(hours=1)
        kept = {k: v for k, v in master.items() if k not in ("recurrence", "summary")}
        return {
            **kept,
            "id": _instance_id(master, slot),
            "etag": self._etag(),
            "summary": self._text(3).title(),
            "start": _moment(later),
            "end": _moment(later + dt.timedelta(hours=1)),
            "recurringEventId": master["id"],
            "originalStartTime": _moment(slot),
        }

    def _cancelled(self, master: dict[str, Any], begin: dt.datetime, week: int) -> dict[str, Any]:
        slot = begin + dt.timedelta(weeks=week)
        return {
            "kind": "calendar#event",
            "etag": self._etag(),
            "id": _instance_id(master, slot),
            "status": "cancelled",
            "recurringEventId": master["id"],
            "originalStartTime": _moment(slot),
        }

    def _event(self, **times: Any) -> dict[str, Any]:
        rng = self.random
        event_id = self._letters(26)
        named = f"{event_id} {self.owner}".encode()
        eid = base64.urlsafe_b64encode(named).decode().rstrip("=")
        event: dict[str, Any] = {
            "kind": "calendar#event",
            "etag": self._etag(),
            "id": event_id,
            "status": "confirmed",
            "htmlLink": f"https://www.google.com/calendar/event?eid={eid}",
            "created": self._stamp(),
            "updated": self._stamp(),
            "summary": self._text(rng.randint(2, 5)).title(),
        }
        if rng.random() < 0.6:
            event["description"] = self._text(rng.randint(10, 70))
        if rng.random() < 0.4:
            event["location"] = self._text(3).title()
        me = {"email": self.owner, "self": True}
        event |= {"creator": me, "organizer": me, **times}
        event |= {"iCalUID": f"{event_id}@google.com", "sequence": rng.randrange(3)}
        event["attendees"] = self._guests(rng.randint(1, 5))
        if rng.random() < 0.5:
            event |= self._meeting()
        if rng.random() < 0.1:
            event["extendedProperties"] = {"private": {"ticket": self._letters(12)}}
        return {**event, "reminders": {"useDefault": True}, "eventType": "default"}

    def _guests(self, number: int) -> list[dict[str, Any]]:
        me = {"email": self.owner, "organizer": True, "self": True, "responseStatus": "accepted"}
        others = self.random.sample(self.people, number)
        return [
            me,
            *(
                {
                    "email": email,
                    "displayName": name,
                    "responseStatus": self.random.choice(_ANSWERS),
                }
                for email, name in others
            ),
        ]

    def _meeting(self) -> dict[str, Any]:
        code = "-".join(self._letters(n, "abcdefghijkmnopqrstuvwxyz") for n in (3, 4, 3))
        link = f"https://meet.google.com/{code}"
        digits = self._letters(9, "0123456789")
        more = f"https://tel.meet/{code}?pin={digits}8731&hs=7"
        return {
            "hangoutLink": link,
            "conferenceData": {
                "entryPoints": [
                    {"entryPointType": "video", "uri": link, "label": f"meet.google.com/{code}"},
                    {"entryPointType": "more", "uri": more, "pin": f"{digits}8731"},
                    {
                        "regionCode": "DE",
                        "entryPointType": "phone",
                        "uri": f"tel:+49-40-{digits}",
                        "label": f"+49 40 {digits}",
                        "pin": digits,
                    },
                ],
                "conferenceSolution": {
                    "key": {"type": "hangoutsMeet"},
                    "name": "Google Meet",
                    "iconUri": "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/"
                    "web-512dp/logo_meet_2020q4_color_2x_web_512dp.png",
                },
                "conferenceId": code,
            },
        }

    def _times(self, day: dt.date) -> dict[str, Any]:
        begin = dt.datetime.combine(day, dt.time(self.random.randint(7, 18)))
        begin += dt.timedelta(minutes=self.random.choice((0, 0, 15, 30, 45)))
        length = dt.timedelta(minutes=self.random.choice((15, 30, 45, 60, 60, 90, 120)))
        return {"start": _moment(begin), "end": _moment(begin + length)}

    def _text(self, words: int) -> str:
        return " ".join(self.random.choices(_WORDS, k=words))

    def _letters(self, number: int, alphabet: str = _ALPHABET) -> str:
        return "".join(self.random.choices(alphabet, k=number))

    def _etag(self) -> str:
        return f'"35{self._letters(14, "0123456789")}"'

    def _stamp(self) -> str:
        second = self.random.randrange(300 * 86_400)
        moment = dt.datetime(2026, 1, 1) + dt.timedelta(seconds=second)  # noqa: DTZ001 - printed
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{self.random.randrange(1000):03}Z"


def _moment(wall: dt.datetime) -> dict[str, str]:
    return {"dateTime": wall.replace(tzinfo=_HOME).isoformat(), "timeZone": ZONE}


def _instance_id(master: dict[str, Any], slot: dt.datetime) -> str:
    instant = slot.replace(tzinfo=_HOME).astimezone(dt.UTC)
    return f"{master['id']}_{instant:%Y%m%dT%H%M%SZ}"
