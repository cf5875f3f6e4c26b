"""``python -m tests.benchmarks.dictionary``: trains the dictionary of stored resources anew.

It learns from events of made-up teams in ten languages, none of whose words, names and addresses
come from the benchmark, so that the benchmark says what it is worth to somebody else. Needs Faker
40.63.0, which nothing else does and ``requirements-dev.txt`` leaves out. A dictionary with which
rows were written can never be changed: a new one needs a number of its own in ``resource_field``.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import random
import string
from pathlib import Path
from typing import Any

import zstandard
from faker import Faker

from calendars.models import resource_field

_BYTES = 8_192
_TEAMS = 1_200
_SEED = 7
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_YEARS = 4 * 365
_BEGIN = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - only printed
_PLACES = {
    "en_US": (8, (("America/New_York", "-05:00"), ("America/Los_Angeles", "-08:00"))),
    "en_GB": (4, (("Europe/London", "Z"),)),
    "de_DE": (6, (("Europe/Berlin", "+01:00"), ("Europe/Zurich", "+02:00"))),
    "fr_FR": (3, (("Europe/Paris", "+02:00"),)),
    "es_ES": (3, (("Europe/Madrid", "+01:00"),)),
    "pt_BR": (2, (("America/Sao_Paulo", "-03:00"),)),
    "it_IT": (1, (("Europe/Rome", "+02:00"),)),
    "nl_NL": (1, (("Europe/Amsterdam", "+01:00"),)),
    "pl_PL": (1, (("Europe/Warsaw", "+02:00"),)),
    "sv_SE": (1, (("Europe/Stockholm", "+01:00"),)),
}
_RULES = (
    *("WEEKLY", "WEEKLY;BYDAY=MO", "WEEKLY;BYDAY=TU,TH", "DAILY", "MONTHLY;BYDAY=1MO", "YEARLY"),
    *("WEEKLY;INTERVAL=2;BYDAY=WE", "WEEKLY;UNTIL=20261231T225959Z;BYDAY=MO,TU,WE,TH,FR"),
    *("WEEKLY;COUNT=10", "WEEKLY;WKST=MO;INTERVAL=2;BYDAY=FR", "MONTHLY;BYMONTHDAY=1"),
)
_KINDS: tuple[dict[str, Any], ...] = (
    {
        "eventType": "outOfOffice",
        "outOfOfficeProperties": {"autoDeclineMode": "declineAllConflictingInvitations"},
    },
    {
        "eventType": "focusTime",
        "focusTimeProperties": {
            "autoDeclineMode": "declineOnlyNewConflictingInvitations",
            "chatStatus": "doNotDisturb",
        },
    },
    {
        "eventType": "workingLocation",
        "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
    },
)
_ICON = (
    "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/"
    "logo_meet_2020q4_color_2x_web_512dp.png"
)
_OVERRIDES: tuple[list[dict[str, Any]], ...] = (
    [{"method": "popup", "minutes": 10}],
    [{"method": "popup", "minutes": 30}, {"method": "email", "minutes": 1_440}],
    [{"method": "popup", "minutes": 60}],
    [],
)


class _Team:
    """Some people at one place, and events of the first of them, in the order of Google's keys."""

    def __init__(self, rng: random.Random, fakers: dict[str, Faker]) -> None:
        self.rng = rng
        weights = [weight for weight, _ in _PLACES.values()]
        locale = rng.choices(list(_PLACES), weights)[0]
        self.faker = fakers[locale]
        self.zone, self.offset = rng.choice(_PLACES[locale][1])
        domains = ("gmail.com", "outlook.com", *(self.faker.domain_name() for _ in range(4)))
        domain = rng.choice(domains)
        self.people = [self._person(domain) for _ in range(rng.randint(4, 14))]
        self.me = self.people[0]

    def event(self) -> dict[str, Any]:
        rng = self.rng
        own_id, start = self._letters(26), self._moment()
        instance = rng.random() < 0.08
        event_id = f"{own_id}_{start:%Y%m%dT%H%M%SZ}" if instance else own_id
        head = {"kind": "calendar#event", "etag": f'"3{self._digits(15)}"', "id": event_id}
        slot = {"recurringEventId": own_id, "originalStartTime": self._time(start)}
        if instance and rng.random() < 0.2:
            return {**head, "status": "cancelled", **slot}
        organizer = self.me if rng.random() < 0.6 else rng.choice(self.people)
        event = head | {
            "status": "confirmed" if rng.random() < 0.97 else "tentative",
            "htmlLink": self._link(event_id),
            "created": self._stamp(),
            "updated": self._stamp(),
            "summary": self._prose(rng.randint(1, 6)),
            **self._texts(),
            "creator": self._named(organizer),
            "organizer": self._named(organizer),
            **self._times(start),
        }
        if instance:
            event |= slot
        elif rng.random() < 0.12:
            event["recurrence"] = [f"RRULE:FREQ={rng.choice(_RULES)}"]
        event |= self._rare(("transparency", "transparent", 0.06), ("visibility", "private", 0.04))
        event |= {"iCalUID": f"{own_id}@google.com", "sequence": rng.choice((0, 0, 0, 1, 2, 3))}
        if rng.random() < 0.75:
            event["attendees"] = self._guests(organizer)
        event |= self._rare(("guestsCanModify", True, 0.06), ("guestsCanInviteOthers", False, 0.04))
        if rng.random() < 0.08:
            kind = rng.choice(("private", "shared"))
            event["extendedProperties"] = {kind: {self._letters(6): self._letters(10)}}
        if rng.random() < 0.45:
            event |= self._meeting()
        event["reminders"] = {"useDefault": True}
        if rng.random() < 0.2:
            event["reminders"] = {"useDefault": False, "overrides": rng.choice(_OVERRIDES)}
        if rng.random() < 0.04:
            event["attachments"] = [self._attachment()]
        return event | (rng.choice(_KINDS) if rng.random() < 0.06 else {"eventType": "default"})

    def _person(self, domain: str) -> tuple[str, str]:
        first, last = self.faker.first_name(), self.faker.last_name()
        mailbox = self.rng.choice((f"{first}.{last}", f"{first}.{last}", first, first[0] + last))
        plain = mailbox.lower().replace(" ", "").encode("ascii", "ignore").decode()
        return f"{plain}@{domain}", f"{first} {last}"

    def _named(self, person: tuple[str, str]) -> dict[str, Any]:
        if person is self.me:
            return {"email": person[0], "self": True}
        named = {"displayName": person[1]} if self.rng.random() < 0.4 else {}
        return {"email": person[0], **named}

    def _guests(self, organizer: tuple[str, str]) -> list[dict[str, Any]]:
        number = self.rng.randint(1, min(7, len(self.people)))
        return [self._guest(each, organizer) for each in self.rng.sample(self.people, number)]

    def _guest(self, person: tuple[str, str], organizer: tuple[str, str]) -> dict[str, Any]:
        guest: dict[str, Any] = {"email": person[0]}
        if person is not self.me and self.rng.random() < 0.6:
            guest["displayName"] = person[1]
        guest |= {"organizer": True} if person is organizer else {}
        guest |= {"self": True} if person is self.me else {}
        guest |= self._rare(("optional", True, 0.05))
        answers = ("accepted", "needsAction", "tentative", "declined")
        return guest | {"responseStatus": self.rng.choices(answers, (6, 3, 1, 1))[0]}

    def _texts(self) -> dict[str, Any]:
        rng, found, kind = self.rng, {}, self.rng.random()
        if kind < 0.35:
            found["description"] = self._prose(rng.randint(8, 60))
        elif kind < 0.45:
            points = "".join(f"<li>{self._prose(7)}</li>" for _ in range(2))
            found["description"] = f"<p>{self._prose(15)}</p><br><ul>{points}</ul>"
        elif kind < 0.52:
            found["description"] = (
                f"{self._prose(8)}\n\nJoin Zoom Meeting\nhttps://us02web.zoom.us/j/{self._digits(11)}"
                f"?pwd={self._letters(20)}\n\nMeeting ID: {self._digits(9)}\n"
                f"Passcode: {self._digits(6)}\n"
            )
        elif kind < 0.56:
            link = f"https://docs.google.com/document/d/{self._letters(30)}/edit"
            found["description"] = f'<a href="{link}">{self._prose(3)}</a><br>{self._prose(12)}'
        if rng.random() < 0.35:
            address = self.faker.address().replace("\n", ", ")
            found["location"] = rng.choice((address, self._prose(2).title()))
        return found

    def _prose(self, words: int) -> str:
        if self.rng.random() < 0.3:
            return " ".join(self.faker.words(words))
        sentence = self.faker.sentence(words).rstrip(".")
        return sentence.title() if self.rng.random() < 0.3 else sentence

    def _meeting(self) -> dict[str, Any]:
        code = "-".join(self._letters(n, string.ascii_lowercase) for n in (3, 4, 3))
        link, pin = f"https://meet.google.com/{code}", self._digits(9)
        points = [{"entryPointType": "video", "uri": link, "label": f"meet.google.com/{code}"}]
        if self.rng.random() < 0.5:
            region, number = self.rng.choice(
                (("US", "+1 "), ("DE", "+49 "), ("GB", "+44 "), ("FR", "+33 "), ("BR", "+55 "))
            )
            rest = f"{self._digits(3)}-{self._digits(3)}-{self._digits(4)}"
            points += [
                {
                    "entryPointType": "more",
                    "uri": f"https://tel.meet/{code}?pin={pin}{self._digits(4)}",
                    "pin": f"{pin}{self._digits(4)}",
                },
                {
                    "regionCode": region,
                    "entryPointType": "phone",
                    "uri": f"tel:{number.strip()}-{rest}",
                    "label": f"{number}{rest}",
                    "pin": pin,
                },
            ]
        solution = {"key": {"type": "hangoutsMeet"}, "name": "Google Meet", "iconUri": _ICON}
        conference = {"entryPoints": points, "conferenceSolution": solution, "conferenceId": code}
        return {"hangoutLink": link, "conferenceData": conference}

    def _attachment(self) -> dict[str, Any]:
        kind = "application/vnd.google-apps.document"
        return {
            "fileUrl": f"https://drive.google.com/open?id={self._letters(33)}",
            "title": self._prose(2),
            "mimeType": kind,
            "iconLink": f"https://drive-thirdparty.googleusercontent.com/16/type/{kind}",
        }

    def _times(self, start: dt.datetime) -> dict[str, Any]:
        if self.rng.random() < 0.1:
            end = start + dt.timedelta(days=1)
            return {"start": {"date": f"{start:%Y-%m-%d}"}, "end": {"date": f"{end:%Y-%m-%d}"}}
        minutes = self.rng.choice((15, 30, 30, 45, 60, 60, 90, 120))
        end = start + dt.timedelta(minutes=minutes)
        return {"start": self._time(start), "end": self._time(end)}

    def _time(self, moment: dt.datetime) -> dict[str, str]:
        return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}{self.offset}", "timeZone": self.zone}

    def _moment(self) -> dt.datetime:
        day = _BEGIN + dt.timedelta(days=self.rng.randrange(_YEARS), hours=self.rng.randint(7, 19))
        return day + dt.timedelta(minutes=self.rng.choice((0, 0, 0, 15, 30, 30, 45)))

    def _stamp(self) -> str:
        moment = _BEGIN + dt.timedelta(seconds=self.rng.randrange(_YEARS * 86_400))
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{self.rng.choice((0, self.rng.randrange(1_000))):03}Z"

    def _link(self, event_id: str) -> str:
        said = f"{event_id} {self.me[0].replace('@gmail.com', '@m')}".encode()
        eid = base64.urlsafe_b64encode(said).decode().rstrip("=")
        return f"https://www.google.com/calendar/event?eid={eid}"

    def _rare(self, *fields: tuple[str, Any, float]) -> dict[str, Any]:
        return {name: value for name, value, often in fields if self.rng.random() < often}

    def _digits(self, number: int) -> str:
        return self._letters(number, string.digits)

    def _letters(self, number: int, alphabet: str = _ALPHABET) -> str:
        return "".join(self.rng.choices(alphabet, k=number))


def main() -> None:
    rng = random.Random(_SEED)
    Faker.seed(_SEED)
    fakers = {locale: Faker(locale) for locale in _PLACES}
    samples = []
    for _ in range(_TEAMS):
        team = _Team(rng, fakers)
        for _ in range(rng.randint(3, 12)):
            text = json.dumps(team.event(), ensure_ascii=False, separators=(",", ":"))
            samples.append(resource_field.spelled_out(text.encode()))
    dictionary = zstandard.train_dictionary(_BYTES, samples)
    target = Path(resource_field.__file__).with_name("resource.zdict")
    target.write_bytes(dictionary.as_bytes())


if __name__ == "__main__":
    main()
